"""Reads the tables that people have: a CSV file becomes columns of text, with the row number of each row.

A table is read as text and typed afterwards, cell by cell, so that one bad cell refuses one row and says
where it stands. `Cells` collects those refusals.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from ontology.errors import BrokenTable, MissingColumn, MissingFile
from ontology.facts import REFUSAL_SCHEMA
from ontology.metagraph import Value
from ontology.prefixes import ID_PATTERN
from ontology.texts import LANGUAGES, say
from ontology.vocabulary import codes

#: A partial date of ISO 8601: a year, a month of a year, or a day.
DATE_PATTERN = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"

#: What an address or a document reference looks like; a space or an angle bracket would break an IRI.
LINK_PATTERN = r'^(https?://|urn:|doc:)[^\s<>"{}|\\^`]+$'

_TRUE, _FALSE = ("yes", "true", "kyllä", "ja", "1"), ("no", "false", "ei", "nej", "0")

#: Stands for the cell's value while a sentence is made; no table has it.
_VALUE = "\0"


def refusals(frame: pl.DataFrame, column: str, code: str, **right: str) -> pl.DataFrame:
    """Return a refusal for each row of a frame with `record` and `value`; the sentence is the catalogues' `refusal`.

    `right` is what the sentence needs to name what would be right.
    """
    return frame.with_columns(pl.col("value").fill_null("")).select(
        "record",
        pl.lit(column).alias("column"),
        "value",
        pl.lit(code).alias("code"),
        *(
            _filled(say(f"refusal.{code}", language, value=_VALUE, **right)).alias(f"message_{language}")
            for language in LANGUAGES
        ),
    ).cast(pl.Schema(REFUSAL_SCHEMA))  # fmt: skip


def _filled(sentence: str) -> pl.Expr:
    before, value, after = sentence.partition(_VALUE)
    return pl.lit(before) + pl.col("value") + pl.lit(after) if value else pl.lit(sentence)


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
        data = path.read_bytes()
    except FileNotFoundError:
        raise MissingFile("file-missing", file=path.name) from None
    except IsADirectoryError:
        raise BrokenTable("folder-not-table", file=path.name) from None
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


class Cells:
    """A text table whose cells are being typed; rows with a bad cell are set aside as refusals.

    The one object here that changes: each call of `typed` or `need` may add refusals, `rows` leaves the
    refused rows out.
    """

    def __init__(self, frame: pl.DataFrame, refused: list[pl.DataFrame] | None = None, ragged: int = 0) -> None:
        self.frame = frame
        self.refused = refused or []
        self.read = frame.height + ragged

    def refuse(self, bad: pl.Expr, column: str, code: str, **right: str) -> None:
        """Set aside the rows for which `bad` holds, with the value of `column`."""
        rows = self.frame.filter(bad).select("record", pl.col(column).cast(pl.String).alias("value"))
        if rows.height:
            self.refused.append(refusals(rows, column, code, **right))

    def need(self, *columns: str) -> None:
        """Refuse the rows that have no value in one of these columns."""
        for column in columns:
            self.refuse(pl.col(column).is_null(), column, "required")

    def typed(self, column: str, value: Value) -> None:
        """Turn a text column into one of this kind of value; cells that do not fit refuse their row."""
        text = pl.col(column)
        match value:
            case Value.INTEGER:
                self._parsed(column, text.cast(pl.Int64, strict=False), "not-integer")
            case Value.DECIMAL:
                self._parsed(column, text.cast(pl.Float64, strict=False), "not-number")
            case Value.BOOLEAN:
                lower = text.str.to_lowercase()
                truth = pl.when(lower.is_in(_TRUE)).then(True).when(lower.is_in(_FALSE)).then(False)
                self._parsed(column, truth.otherwise(None), "not-boolean")
            case Value.DATE:
                whole = text.str.len_chars() == 10
                real = ~whole | text.str.to_date("%Y-%m-%d", strict=False).is_not_null()
                self.refuse(~(text.str.contains(DATE_PATTERN) & real), column, "not-date")
            case Value.LINK:
                self.refuse(~text.str.contains(LINK_PATTERN), column, "not-link")

    def _parsed(self, column: str, parsed: pl.Expr, code: str) -> None:
        self.refuse(pl.col(column).is_not_null() & parsed.is_null(), column, code)
        self.frame = self.frame.with_columns(parsed.alias(column))

    def coded(self, column: str, scheme: str) -> None:
        """Refuse the rows whose code is not in a closed scheme."""
        known = codes(scheme)
        bad = pl.col(column).is_not_null() & ~pl.col(column).is_in(sorted(known))
        self.refuse(bad, column, "unknown-code", known=", ".join(sorted(known)))

    def well_formed_id(self, column: str) -> None:
        """Refuse the rows whose id cannot stand in an IRI."""
        self.refuse(~pl.col(column).str.contains(ID_PATTERN), column, "bad-id")

    def unique(self, column: str) -> None:
        """Refuse the rows whose id stands on an earlier row."""
        self.refuse(pl.col(column).is_not_null() & ~pl.col(column).is_first_distinct(), column, "duplicate-id")

    def known(self, column: str, ids: pl.Series, read: pl.Series, shown: str | None = None) -> bool:
        """Refuse the rows that name an id which is not among these; say whether there were any.

        `read` are the ids of all rows, refused ones too, so that what follows from another refusal is named as such.
        `shown` is the column to blame where `column` was put together from others.
        """
        values = self.rows().select("record", pl.col(column).alias("value"))
        return self._named(values, ids, read, shown or column)

    def known_each(self, column: str, ids: pl.Series, read: pl.Series) -> bool:
        """Like `known`, for a column with several values separated by semicolons."""
        rows = self.rows().select("record", pl.col(column).str.split(";").alias("value"))
        return self._named(rows.explode("value").with_columns(pl.col("value").str.strip_chars()), ids, read, column)

    def _named(self, values: pl.DataFrame, ids: pl.Series, read: pl.Series, column: str) -> bool:
        bad = values.filter(pl.col("value").is_not_null() & ~pl.col("value").is_in(ids.implode()))
        fallen = pl.col("value").is_in(read.implode())
        for code, rows in (("unknown-id", bad.filter(~fallen)), ("refused-id", bad.filter(fallen))):
            if rows.height:
                self.refused.append(refusals(rows, column, code))
        return bool(bad.height)

    def agrees(self, column: str, expected: pl.DataFrame) -> None:
        """Refuse the rows where `column` is not the `expected` value that belongs to their id."""
        key = expected.columns[0]
        joined = self.frame.join(expected, on=key, how="left")
        bad = joined.filter(pl.col("expected").is_not_null() & (pl.col("expected") != pl.col(column)))
        if bad.height:
            self.refused.append(refusals(bad.select("record", value=column), column, "disagrees"))

    def rows(self) -> pl.DataFrame:
        """Return the rows that were not refused."""
        if not self.refused:
            return self.frame
        records = pl.concat(self.refused)["record"].unique()
        return self.frame.filter(~pl.col("record").is_in(records.implode()))
