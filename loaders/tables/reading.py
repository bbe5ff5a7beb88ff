"""Reads the tables that people have: a CSV file becomes columns of text, with the row number of each row.

A table is read as text and typed afterwards (`loaders.tables.cells`), so that one bad cell refuses one row.
"""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from loaders.tables.cells import Cells, refusals
from ontology.errors import BrokenTable, MissingColumn, MissingFile


def is_folder(path: Path) -> bool:
    """Return whether there is a folder; raises BrokenTable where this cannot be told."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise BrokenTable("file-unreadable", said=error.strerror or str(error), file=str(path)) from None


def read_csv(path: Path, required: Sequence[str], optional: Iterable[str] = ()) -> Cells:
    """Return the rows of a CSV file as text, each with its `record` (`actors.csv#row=2`; the header is row 1).

    Cells are stripped and empty cells are null. Comma or semicolon, UTF-8 with or without a byte order mark.
    A row with too many or too few fields is refused. Raises MissingFile, MissingColumn, and BrokenTable for
    quotes left open, another encoding, a column named twice or not known.
    """
    name = path.name
    header, rows = _parse(name, _text(path))
    known = (*required, *optional)
    for column in required:
        if column not in header:
            raise MissingColumn("column-missing", header=tuple(header), file=name, column=column)
    for column in header:
        if header.count(column) > 1:
            raise BrokenTable("column-twice", file=name, row=1, column=column)
        if column not in known:
            raise BrokenTable("column-unknown", known=known, file=name, row=1, column=column)
    whole = [(number, row) for number, row in rows if len(row) == len(header)]
    ragged = [(number, row) for number, row in rows if len(row) != len(header)]
    columns: dict[str, list[str | None]] = {
        column: [row[i].strip() or None for _, row in whole] for i, column in enumerate(header)
    }
    columns["record"] = [f"{name}#row={number}" for number, _ in whole]
    for column in known:
        columns.setdefault(column, [None] * len(whole))
    frame = pl.DataFrame(columns, schema=dict.fromkeys((*known, "record"), pl.String))
    if not ragged:
        return Cells(frame)
    broken = pl.DataFrame(
        {"record": [f"{name}#row={n}" for n, _ in ragged], "value": [",".join(row) for _, row in ragged]}
    )
    return Cells(frame, [refusals(broken, "", "field-count")], len(ragged))


def _text(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise BrokenTable("folder-not-table", file=path.name)
        if not stat.S_ISREG(mode):  # a pipe would be waited for, and a device may have no end
            raise BrokenTable("not-a-file", file=path.name)
        data = path.read_bytes()
    except FileNotFoundError:
        raise MissingFile("file-missing", file=path.name) from None
    except OSError as error:
        raise BrokenTable("file-unreadable", said=error.strerror or str(error), file=path.name) from None
    if data.startswith(b"version https://git-lfs"):
        raise BrokenTable("lfs-pointer", file=path.name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise BrokenTable("not-utf-8", file=path.name, row=row) from None
    if "\0" in text:
        raise BrokenTable("nul-bytes", file=path.name)
    return text


def _parse(name: str, text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header and the rows with their numbers; a number counts records, not lines of text."""
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows: list[tuple[int, list[str]]] = []
    number = 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for number, row in enumerate(reader, 1):
            if row:
                rows.append((number, row))
    except csv.Error as error:
        raise BrokenTable("quoting-broken", said=str(error), file=name, row=number + 1) from None
    if not rows:
        raise BrokenTable("table-empty", file=name)
    (_, header), *body = rows
    return [column.strip() for column in header], body
