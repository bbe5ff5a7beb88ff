"""Which id was perhaps meant by one that nobody tells of."""

from __future__ import annotations

from difflib import get_close_matches

import polars as pl

from ontology.vocabulary import slug

#: So many different ids are looked for among their like, and letter by letter in no more than so many.
_MOST_LOOKED_FOR, _MOST_COMPARED = 200, 5_000


def alike(values: pl.Series, ids: pl.Series) -> dict[str, str]:
    """Return, for those values that one id is like, that id: it ends so, or is written nearly so.

    A name is often written where an id is asked for, and most ids end with the name that they stand for.
    """
    few = ids.to_list() if len(ids) <= _MOST_COMPARED else []
    right: dict[str, str] = {}
    for value in values.drop_nulls().unique(maintain_order=True).head(_MOST_LOOKED_FOR):
        named = slug(value)
        ending = ids.filter(ids.str.ends_with(f"-{named}") | (ids == named)).unique() if named else ids.head(0)
        near = ending.to_list() if len(ending) == 1 else get_close_matches(value.lower(), few, n=1, cutoff=0.8)
        if near:
            right[value] = near[0]
    return right
