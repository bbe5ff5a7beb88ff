"""Rows of a frame as lines of XML: put together column by column, many rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from graph.exports.network import Columns
from ontology.facts import Source

#: So many rows become text at once.
_ROWS = 20_000

# A line break in an attribute, or a carriage return anywhere, would be read as something else if it were not escaped.
_ESCAPES = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;",
}  # fmt: skip

#: The types of attributes, as GraphML and GEXF both call them.
TYPES: Mapping[type[pl.DataType], str] = {
    pl.String: "string",
    pl.Boolean: "boolean",
    pl.Int64: "long",
    pl.Float64: "double",
}


def keys(columns: Columns, letter: str, own: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Return column -> (key, type) of the attributes: all columns but those that a node or an edge has by itself.

    >>> keys({"id": pl.String(), "bridge": pl.Boolean()}, "n", ("id",))
    {'bridge': ('n0', 'boolean')}
    """
    said = [(name, dtype) for name, dtype in columns.items() if name not in own]
    return {name: (f"{letter}{place}", TYPES[type(dtype)]) for place, (name, dtype) in enumerate(said)}


def escaped(text: str) -> str:
    """Return a text as it stands in XML, in attributes too."""
    return "".join(_ESCAPES.get(sign, sign) for sign in text)


def text(column: str) -> pl.Expr:
    """A column of texts as it stands in XML."""
    return pl.col(column).str.replace_many(list(_ESCAPES), list(_ESCAPES.values()))


def told(columns: Columns, keys: Mapping[str, tuple[str, str]], before: str, after: str) -> Iterator[pl.Expr]:
    """Yield each attribute between two texts, the first of which takes its key; nothing where the value is null."""
    for column, dtype in columns.items():
        if column in keys:
            value = text(column) if dtype == pl.String else pl.col(column).cast(pl.String)
            said = pl.concat_str(pl.lit(before.format(keys[column][0])), value, pl.lit(after))
            yield pl.when(pl.col(column).is_not_null()).then(said).otherwise(pl.lit(""))


def lines(frame: pl.DataFrame, *line: pl.Expr | str) -> Iterator[bytes]:
    """Yield the lines of all rows; texts in a line stand as they are."""
    parts = [pl.lit(part) if isinstance(part, str) else part for part in line]
    for rows in frame.iter_slices(_ROWS):
        yield rows.select(pl.concat_str(parts).str.join("")).item().encode()


def credits(sources: tuple[Source, ...]) -> str:
    """Return where the facts come from and under which licence, as it stands in XML."""
    said = (f"{each.title} ({each.publisher}; {each.licence}; {each.retrieved})" for each in sources)
    return escaped("; ".join(said))
