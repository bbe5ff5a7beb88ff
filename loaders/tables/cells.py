"""Types the cells of a table: a cell that cannot be read refuses its row and says where it stands.

What a row may say is not judged here: the rules judge facts (`ontology.rules`).
"""

from __future__ import annotations

import re

import polars as pl

from ontology.facts import REFUSAL_SCHEMA
from ontology.metagraph import Value
from ontology.texts import LANGUAGES, say

_TRUE, _FALSE = ("yes", "true", "kyllä", "ja", "1"), ("no", "false", "ei", "nej", "0")

#: Stand for the cell's value, and for what would be right, while a sentence is made; no table has them.
_HOLES = {"value": "\0", "right": "\1"}


def refusals(frame: pl.DataFrame, column: str, code: str) -> pl.DataFrame:
    """Return a refusal for each row of a frame with `record`, `value`, and `right` where its sentence names that."""
    return frame.with_columns(pl.col("value").fill_null("")).select(
        "record",
        pl.lit(column).alias("column"),
        "value",
        pl.lit(code).alias("code"),
        *(_filled(say(f"refusal.{code}", language, **_HOLES)).alias(f"message_{language}") for language in LANGUAGES),
    ).cast(pl.Schema(REFUSAL_SCHEMA))  # fmt: skip


def _filled(sentence: str) -> pl.Expr:
    columns = {hole: pl.col(name) for name, hole in _HOLES.items()}
    return pl.concat_str([columns.get(part, pl.lit(part)) for part in re.split("([\0\1])", sentence) if part])


class Cells:
    """A text table whose cells are being typed; rows with a cell that cannot be read are set aside as refusals.

    The one object here that changes: each call of `typed` or `need` may add refusals, `rows` leaves the
    refused rows out.
    """

    def __init__(self, frame: pl.DataFrame, refused: list[pl.DataFrame] | None = None, ragged: int = 0) -> None:
        self.frame = frame
        self.refused = refused or []
        self.read = frame.height + ragged

    def refuse(self, bad: pl.Expr, column: str, code: str) -> None:
        """Set aside the rows for which `bad` holds, with the value of `column`."""
        rows = self.frame.filter(bad).select("record", pl.col(column).cast(pl.String).alias("value"))
        if rows.height:
            self.refused.append(refusals(rows, column, code))

    def need(self, *columns: str) -> None:
        """Refuse the rows that have no value in one of these columns, without which they cannot be understood."""
        for column in columns:
            self.refuse(pl.col(column).is_null(), column, "required")

    def typed(self, column: str, value: Value) -> None:
        """Turn a text column into numbers or truths; cells that are none refuse their row. Other values are text."""
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

    def _parsed(self, column: str, parsed: pl.Expr, code: str) -> None:
        self.refuse(pl.col(column).is_not_null() & parsed.is_null(), column, code)
        self.frame = self.frame.with_columns(parsed.alias(column))

    def agrees(self, column: str, expected: pl.DataFrame) -> None:
        """Refuse the rows where `column` is not the `expected` value that belongs to their id."""
        key = expected.columns[0]
        joined = self.frame.join(expected, on=key, how="left")
        bad = joined.filter(pl.col("expected").is_not_null() & (pl.col("expected") != pl.col(column)))
        if bad.height:
            self.refused.append(refusals(bad.select("record", value=column, right="expected"), column, "disagrees"))

    def lists(self, column: str, labels: pl.Series) -> None:
        """Refuse the rows whose list, separated by semicolons, has a label that is none of these."""
        each = self.frame.select("record", pl.col(column).str.split(";").alias("value")).explode("value")
        each = each.with_columns(pl.col("value").str.strip_chars())
        bad = each.filter((pl.col("value") != "") & ~pl.col("value").is_in(labels.implode()))
        if bad.height:
            self.refused.append(refusals(bad, column, "unknown-label"))

    def rows(self) -> pl.DataFrame:
        """Return the rows that were not refused."""
        if not self.refused:
            return self.frame
        records = pl.concat(self.refused)["record"].unique()
        return self.frame.filter(~pl.col("record").is_in(records.implode()))
