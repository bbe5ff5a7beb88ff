"""Every error that this project raises on purpose.

ArvoverkkoError
├── InputError                 what came in cannot be read; says file, row and column
│   ├── MissingFile
│   ├── MissingColumn
│   ├── BrokenTable
│   └── RefusedRows            with --strict: a row was refused, so nothing was loaded
├── AskedWrongly               the question itself is off
│   ├── NotFound               carries what was perhaps meant
│   │   └── WrongKind          it is there, and is something else
│   ├── AmbiguousName          carries the candidates
│   └── InvalidArgument        an unknown language, kind, page, format …
├── QueryError                 a query in SPARQL or Cypher that is not answered
│   ├── QuerySyntax
│   ├── QueryNotAllowed        an update, SERVICE, LOAD, Cypher where there is no Neo4j
│   └── QueryTimeout
├── WorkspaceError             the graph on disk
│   ├── WorkspaceBusy          somebody else is writing
│   ├── NewerWorkspace         written by a later version
│   ├── DamagedWorkspace
│   ├── NotReady               something derived is still being made; says when to ask again
│   ├── StorageFull
│   └── ServerError            the graph on a server; says which
│       ├── ServerUnreachable  it is down, or its certificate is not trusted
│       ├── ServerRefused      a wrong password, no permission, a database that is not there or only read
│       └── ServerBetween      a load is under way, or was cut off
├── DrawingError
├── ExportError                a file for another tool cannot be written as asked
└── MissingExtra               an optional dependency is not installed

Each message is one sentence: what was wrong, where, and what would be right. It stands in the catalogues under
`error`, so an error speaks the reader's language: `error.said("fi")`; `str(error)` is English.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ontology.texts import pick, say

Candidates = tuple[tuple[str, Mapping[str, str]], ...]


class ArvoverkkoError(Exception):
    """The base of all errors that this project raises on purpose.

    `key` names the sentence in the catalogues and `values` fill it in: a mapping is a text by language, a tuple is a
    list of what there is. A key that no catalogue has is taken for the sentence itself, so that loaders of others
    can raise these errors with sentences of their own.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values

    def said(self, language: str = "en") -> str:
        """Return the sentence in a language, or the nearest that there is."""
        try:
            return say(f"error.{self.key}", language, **{k: _said(v, language) for k, v in self.values.items()})
        except KeyError:
            return self.key

    def __str__(self) -> str:
        return self.said()


def _said(value: object, language: str) -> object:
    if isinstance(value, Mapping):
        return (pick(value, language) or ("",))[0]
    return ", ".join(str(_said(each, language)) for each in value) if isinstance(value, tuple) else value


class InputError(ArvoverkkoError):
    """Something that came in cannot be read; `file`, `row` and `column` say where."""

    def __init__(
        self, key: str, *, file: str | None = None, row: int | None = None, column: str | None = None, **values: object
    ) -> None:
        super().__init__(key, **values)
        self.file, self.row, self.column = file, row, column

    def said(self, language: str = "en") -> str:
        """Return the place and the sentence in a language."""
        row = None if self.row is None else say("error.row", language, row=str(self.row))
        column = say("error.column", language, column=self.column) if self.column else None
        place = ", ".join(part for part in (self.file, row, column) if part)
        return f"{place}: {super().said(language)}" if place else super().said(language)


class MissingFile(InputError):
    """A file that the source must have is not there."""


class MissingColumn(InputError):
    """A table lacks a column that it must have."""


class BrokenTable(InputError):
    """A table cannot be read as a table: quoting, encoding or field counts are off."""


class RefusedRows(InputError):
    """In strict mode a refused row stops the load; `refusals` is the frame of all of them."""

    def __init__(self, key: str, refusals: object, **values: Any) -> None:
        super().__init__(key, **values)
        self.refusals = refusals


class AskedWrongly(ArvoverkkoError):
    """The question cannot be answered as it was put."""


class NotFound(AskedWrongly):
    """Nothing in the graph has this id or name; `suggestions` are what was perhaps meant, as `candidates` are."""

    def __init__(self, key: str, suggestions: Candidates = (), **values: object) -> None:
        super().__init__(key, **values)
        self.suggestions = suggestions


class WrongKind(NotFound):
    """What has this id or name is there, and is of another kind than was asked for."""


class AmbiguousName(AskedWrongly):
    """A name fits several things; `candidates` are their ids with their labels by language."""

    def __init__(self, key: str, candidates: Candidates, **values: object) -> None:
        super().__init__(key, **values)
        self.candidates = candidates


class InvalidArgument(AskedWrongly):
    """An argument has a value that is not among those allowed."""


class QueryError(ArvoverkkoError):
    """A query in SPARQL or Cypher that is not answered."""


class QuerySyntax(QueryError):
    """The query is not SPARQL 1.1, or not Cypher."""


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


class NotReady(WorkspaceError):
    """Something that is derived from the graph is still being made; ask again after `retry_after` seconds."""

    def __init__(self, key: str = "rdf-follows", *, retry_after: int = 10, **values: object) -> None:
        super().__init__(key, retry_after=retry_after, **values)
        self.retry_after = retry_after


class StorageFull(WorkspaceError):
    """The disk is full, or a limit on file size was met; the old generation stands."""


class ServerError(WorkspaceError):
    """A server that keeps a graph does not do what was asked of it."""


class ServerUnreachable(ServerError):
    """A server does not answer, or cannot be trusted."""


class ServerRefused(ServerError):
    """A server answers and does not let us in, or not do this."""


class ServerBetween(ServerError):
    """A server is between two generations: a load is under way, or was cut off."""


class DrawingError(ArvoverkkoError):
    """A picture cannot be drawn or saved as asked."""


class ExportError(ArvoverkkoError):
    """An export cannot be written as asked: another suffix, or something else stands in its place."""


class MissingExtra(ArvoverkkoError):
    """An optional dependency is needed and not installed; `extra` names it, as in pip install 'arvoverkko[draw]'."""

    def __init__(self, extra: str) -> None:
        super().__init__(f"missing-{extra}", extra=extra)
        self.extra = extra
