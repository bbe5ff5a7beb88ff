"""Types the cells of a table, one by one: a bad cell refuses its row and says where it stands."""

from __future__ import annotations

import polars as pl

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
