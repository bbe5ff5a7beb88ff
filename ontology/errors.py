"""Every error that this project raises on purpose.

ArvoverkkoError
├── InputError                 what came in cannot be read; says file, row and column
│   ├── MissingFile
│   ├── MissingColumn
│   ├── BrokenTable
│   └── RefusedRows            with --strict: a row was refused, so nothing was loaded
├── AskedWrongly               the question itself is off
│   ├── NotFound
│   ├── AmbiguousName          carries the candidates
│   └── InvalidArgument        an unknown language, kind, page, format …
├── QueryError                 a SPARQL query that is not answered
│   ├── QuerySyntax
│   ├── QueryNotAllowed        an update, SERVICE, LOAD
│   └── QueryTimeout
├── WorkspaceError             the graph on disk
│   ├── WorkspaceBusy          somebody else is writing
│   ├── NewerWorkspace         written by a later version
│   ├── DamagedWorkspace
│   └── StorageFull
├── DrawingError
└── MissingExtra               an optional dependency is not installed

Each message is one sentence: what was wrong, where, and what would be right.
"""

from __future__ import annotations


class ArvoverkkoError(Exception):
    """The base of all errors that this project raises on purpose."""


class InputError(ArvoverkkoError):
    """Something that came in cannot be read; `file`, `row` and `column` say where."""

    def __init__(
        self, message: str, *, file: str | None = None, row: int | None = None, column: str | None = None
    ) -> None:
        place = ", ".join(
            part
            for part in (file, f"row {row}" if row is not None else None, f"column {column}" if column else None)
            if part
        )
        super().__init__(f"{place}: {message}" if place else message)
        self.file, self.row, self.column = file, row, column


class MissingFile(InputError):
    """A file that the source must have is not there."""


class MissingColumn(InputError):
    """A table lacks a column that it must have."""


class BrokenTable(InputError):
    """A table cannot be read as a table: quoting, encoding or field counts are off."""


class RefusedRows(InputError):
    """In strict mode a refused row stops the load; `refusals` is the frame of all of them."""

    def __init__(self, message: str, refusals: object) -> None:
        super().__init__(message)
        self.refusals = refusals


class AskedWrongly(ArvoverkkoError):
    """The question cannot be answered as it was put."""


class NotFound(AskedWrongly):
    """Nothing in the graph has this id or name; `suggestions` are the nearest labels."""

    def __init__(self, message: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class AmbiguousName(AskedWrongly):
    """A name fits several things; `candidates` are their (id, label) pairs."""

    def __init__(self, message: str, candidates: tuple[tuple[str, str], ...]) -> None:
        super().__init__(message)
        self.candidates = candidates


class InvalidArgument(AskedWrongly):
    """An argument has a value that is not among those allowed."""


class QueryError(ArvoverkkoError):
    """A SPARQL query that is not answered."""


class QuerySyntax(QueryError):
    """The query is not SPARQL 1.1."""


class QueryNotAllowed(QueryError):
    """The query would write, or reach out of this machine."""


class QueryTimeout(QueryError):
    """The query took longer than it may."""


class WorkspaceError(ArvoverkkoError):
    """The graph on disk cannot be opened or written."""


class WorkspaceBusy(WorkspaceError):
    """Another process is writing to this workspace."""


class NewerWorkspace(WorkspaceError):
    """The workspace was written by a later version of this program."""


class DamagedWorkspace(WorkspaceError):
    """A file of the workspace is missing or does not match its manifest."""


class StorageFull(WorkspaceError):
    """The disk is full, or a limit on file size was met; the old generation stands."""


class DrawingError(ArvoverkkoError):
    """A picture cannot be drawn or saved as asked."""


class MissingExtra(ArvoverkkoError):
    """An optional dependency is needed and not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional dependency: pip install 'arvoverkko[{extra}]'")
        self.extra = extra
