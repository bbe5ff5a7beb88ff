"""Rows of an answer, whoever gave it, as a frame."""

from __future__ import annotations

from typing import Any

import polars as pl


def frame(names: list[str], rows: list[list[Any]]) -> pl.DataFrame:
    """Return rows as a frame; a column with values of several types becomes text."""
    columns = {}
    for place, name in enumerate(names):
        values = [row[place] for row in rows]
        types = {type(value) for value in values if value is not None}
        if types == {int, float}:
            values = [float(v) if v is not None else None for v in values]
        elif len(types) > 1:
            values = [str(v) if v is not None else None for v in values]
        columns[name] = pl.Series(name, values, dtype=None if types else pl.String)
    return pl.DataFrame(columns)
