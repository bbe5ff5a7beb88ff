"""Words, in any answer: the tables of `words.toml`, a few differences for each language of each.

A table is `as` texts (as a whole), words (within texts), sentences (what stays in {braces}), relations or roles (where
answers, the vocabulary and networks name them), literals (of the vocabulary) or drawn (in infographics).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ontology.texts import LANGUAGES
from tools.rewriting import Difference, Redrawn, Rephrased, Reworded


def _read(table: Mapping[str, Any], tables: Mapping[str, Any]) -> Iterator[Difference]:
    """Return the differences of a table among others; `any` is for answers that have no language."""
    told = {key: _one_or_several(table[key]) for key in ("groups", "questions", "at") if key in table}
    for language in ("any", *LANGUAGES):
        if words := table.get(language):
            own = told | {"because": f"{table['because']} ({language})"}
            spoken = own | {"languages": ("" if language == "any" else language,)}
            match table["as"]:
                case "sentences":
                    yield Rephrased(phrases=words, **spoken)
                case "drawn":
                    yield Redrawn(words=words | tables[table["beside"]].get(language, {}), **spoken)
                case "texts" | "words" as kind:
                    yield Reworded(words=words, whole=kind == "texts", **spoken)
                case "literals":
                    yield _literals(words, language, own["because"], tuple(table["said"]))
                case kind:
                    yield Reworded(words=words, whole=True, **spoken)
                    yield from _named(words, language, own["because"], roles=kind == "roles")


def _named(words: Mapping[str, str], language: str, because: str, *, roles: bool) -> Iterator[Difference]:
    """Return what follows where relations or roles have other names."""
    yield _literals(words, language, because, ("prefLabel",) if roles else ("label", "inverseName"))
    # In a network stands `relation`, or `relation: role`, alone in a cell or a string.
    ends = [(": ", end) for end in '<"'] if roles else [(a, b) for a, b in zip('>"', '<"', strict=True)]
    ends += [] if roles else [(begin, ": ") for begin in '>"']
    yield Reworded(
        because=f"{because}: in networks",
        groups=("pictures", "http-pictures"),
        forms=("html",),
        languages=(language,),
        at="body",
        words={f"{a}{old}{b}": f"{a}{new}{b}" for old, new in words.items() for a, b in ends},
    )
    if not roles:
        yield Reworded(
            because=f"{because}: in the text of a path",
            groups=("http-paths", "http-by-name", "cli-json"),
            languages=(language,),
            at="body.paths.text",
            words={f"—{old}→": f"—{new}→" for old, new in words.items()},
        )


def _literals(words: Mapping[str, str], language: str, because: str, said: tuple[str, ...]) -> Difference:
    """Return the difference in RDF; `said` are the properties that name, by the ends of their addresses."""
    return Reworded(
        because=f"{because}: in RDF",
        groups="rdf",
        at="body",
        words={f'{by}> "{old}"@{language}': f'{by}> "{new}"@{language}' for old, new in words.items() for by in said},
    )


def _one_or_several(patterns: str | list[str]) -> str | tuple[str, ...]:
    return patterns if isinstance(patterns, str) else tuple(patterns)


_TABLES = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))

#: Words, in any answer.
WORDS: tuple[Difference, ...] = tuple(each for table in _TABLES.values() for each in _read(table, _TABLES))
