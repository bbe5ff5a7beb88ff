"""Types the cells of a table, one by one: a bad cell refuses its row and says where it stands."""

from __future__ import annotations

import re
from difflib import get_close_matches

import polars as pl

from ontology.facts import REFUSAL_SCHEMA
from ontology.metagraph import Value
from ontology.prefixes import ID_PATTERN, LINK_PATTERN
from ontology.texts import LANGUAGES, say
from ontology.vocabulary import codes, slug

#: A partial date of ISO 8601: a year, a month of a year, or a day.
DATE_PATTERN = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"

_TRUE, _FALSE = ("yes", "true", "kyllä", "ja", "1"), ("no", "false", "ei", "nej", "0")

#: Stand for the cell's value, and for what would be right, while a sentence is made; no table has them.
_HOLES = {"value": "\0", "right": "\1"}

#: So many different ids are looked for among their like, and letter by letter in no more than so many.
_MOST_LOOKED_FOR, _MOST_COMPARED = 200, 5_000


def refusals(frame: pl.DataFrame, column: str, code: str, sentence: str = "", **known: str) -> pl.DataFrame:
    """Return a refusal for each row of a frame with `record`, `value`, and `right` where its sentence names that.

    `sentence` is the one of the catalogues' `refusal` where it is not named like the code; `known` is what it needs.
    """
    return frame.with_columns(pl.col("value").fill_null("")).select(
        "record",
        pl.lit(column).alias("column"),
        "value",
        pl.lit(code).alias("code"),
        *(
            _filled(say(f"refusal.{sentence or code}", language, **_HOLES, **known)).alias(f"message_{language}")
            for language in LANGUAGES
        ),
    ).cast(pl.Schema(REFUSAL_SCHEMA))  # fmt: skip


def _filled(sentence: str) -> pl.Expr:
    columns = {hole: pl.col(name) for name, hole in _HOLES.items()}
    return pl.concat_str([columns.get(part, pl.lit(part)) for part in re.split("([\0\1])", sentence) if part])


def _like(values: pl.Series, ids: pl.Series) -> pl.DataFrame:
    """Return, for those values that one id is like, that id as `right`: it ends so, or is written nearly so.

    A name is often written where an id is asked for, and most ids end with the name that they stand for.
    """
    few = ids.to_list() if len(ids) <= _MOST_COMPARED else []
    right: dict[str, str] = {}
    for value in values.unique(maintain_order=True).head(_MOST_LOOKED_FOR):
        named = slug(value)
        ending = ids.filter(ids.str.ends_with(f"-{named}") | (ids == named)).unique() if named else ids.head(0)
        near = ending.to_list() if len(ending) == 1 else get_close_matches(value.lower(), few, n=1, cutoff=0.8)
        if near:
            right[value] = near[0]
    return pl.DataFrame({"value": list(right), "right": list(right.values())}, {"value": pl.String, "right": pl.String})


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
                number = text.cast(pl.Float64, strict=False)
                self._parsed(column, pl.when(number.is_finite()).then(number), "not-number")  # nan and inf are none
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
        return self._named(values, ids, read, shown or column, blame_apart=bool(shown))

    def known_each(self, column: str, ids: pl.Series, read: pl.Series) -> bool:
        """Like `known`, for a column with several values separated by semicolons."""
        rows = self.rows().select("record", pl.col(column).str.split(";").alias("value"))
        each = rows.explode("value").with_columns(pl.col("value").str.strip_chars())
        return self._named(each, ids, read, column)

    def _named(
        self, values: pl.DataFrame, ids: pl.Series, read: pl.Series, column: str, blame_apart: bool = False
    ) -> bool:
        bad = values.filter(pl.col("value").is_not_null() & ~pl.col("value").is_in(ids.implode()))
        fallen = pl.col("value").is_in(read.implode())
        unknown = bad.filter(~fallen)
        # What was put together from other columns stands in no cell, and so cannot be written there.
        right = _like(unknown["value"].head(0 if blame_apart else len(unknown)), ids)
        unknown = unknown.join(right, on="value", how="left", maintain_order="left")
        for rows, code, sentence in (
            (unknown.filter(pl.col("right").is_null()), "unknown-id", ""),
            (unknown.filter(pl.col("right").is_not_null()), "unknown-id", "unknown-id-near"),
            (bad.filter(fallen), "refused-id", ""),
        ):
            if rows.height:
                self.refused.append(refusals(rows, column, code, sentence))
        return bool(bad.height)

    def agrees(self, column: str, expected: pl.DataFrame) -> None:
        """Refuse the rows where `column` is not the `expected` value that belongs to their id."""
        key = expected.columns[0]
        joined = self.frame.join(expected, on=key, how="left")
        bad = joined.filter(pl.col("expected").is_not_null() & (pl.col("expected") != pl.col(column)))
        if bad.height:
            self.refused.append(refusals(bad.select("record", value=column, right="expected"), column, "disagrees"))

    def rows(self) -> pl.DataFrame:
        """Return the rows that were not refused."""
        if not self.refused:
            return self.frame
        records = pl.concat(self.refused)["record"].unique()
        return self.frame.filter(~pl.col("record").is_in(records.implode()))
