"""Words, in any answer: the tables of `words.toml`, a difference for each language of each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ontology.texts import LANGUAGES
from tools.rewriting import Difference, Rephrased, Reworded


def _read(table: dict[str, Any]) -> Iterator[Difference]:
    """Return the differences of a table; `any` is for answers that have no language."""
    for language in ("any", *LANGUAGES):
        if words := table.get(language):
            where = {key: _one_or_several(table[key]) for key in ("groups", "questions", "at") if key in table}
            where |= {"languages": ("" if language == "any" else language,), "because": table["because"]}
            if table["as"] == "sentences":
                yield Rephrased(phrases=words, **where)
            else:
                yield Reworded(words=words, whole=table["as"] == "texts", **where)


def _one_or_several(patterns: str | list[str]) -> str | tuple[str, ...]:
    return patterns if isinstance(patterns, str) else tuple(patterns)


#: Words, in any answer.
WORDS: tuple[Difference, ...] = tuple(
    each
    for table in tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8")).values()
    for each in _read(table)
)
