"""Finding by name: whole names, then words of a name, then beginnings of words; in any language and any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ontology.facts import Tables, columns
from ontology.metagraph import LABEL, Kind

#: Comparing a name letter by letter with more than so many takes too long to be a courtesy.
_MOST_TO_COMPARE = 50_000

_WORDS = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return a text as names are compared: no case, no marks on letters, no punctuation; letters of every script stay.

    >>> fold("Ylä-Savon  Kehitys Oy"), fold("Ørsted Ελλάς Карелия")
    ('yla savon kehitys oy', 'ørsted ελλας карелия')
    """
    # Twice, for the small letter of some signs is a letter with a mark.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join(_WORDS.findall("".join(sign for sign in plain if not unicodedata.combining(sign))))


@dataclass(frozen=True)
class Names:
    """Every name of every entity of some tables, folded."""

    tables: Tables = field(repr=False)

    @cached_property
    def _all(self) -> tuple[tuple[str, str, Kind], ...]:
        """Each (name, id, kind) once, in the order of the tables."""
        names: dict[tuple[str, str, Kind], None] = {}
        for kind, frame in self.tables.entities.items():
            labels = list(columns((LABEL,), frame.columns))
            for id, *values in frame.select("id", *labels).iter_rows():
                for value in values:
                    if value:
                        names[(fold(value), id, kind)] = None
        return tuple(names)

    def whole(self, name: str, kinds: tuple[Kind, ...] = ()) -> list[str]:
        """Return the ids that have this very name, in any language."""
        wanted = fold(name)
        return _once(id for known, id, kind in self._of(kinds) if wanted and known == wanted)

    def parts(self, name: str, kinds: tuple[Kind, ...] = ()) -> Iterator[list[str]]:
        """Yield the ids whose names hold these words, then those whose words begin so."""
        wanted = fold(name)
        if wanted:
            pool = [(f" {known} ", id) for known, id, _ in self._of(kinds)]
            yield _once(id for known, id in pool if f" {wanted} " in known)
            yield _once(id for known, id in pool if f" {wanted}" in known)

    def near(self, name: str, kinds: tuple[Kind, ...] = ()) -> list[str]:
        """Return up to three ids whose names are written nearly so."""
        import difflib

        if len(self._all) > _MOST_TO_COMPARE:
            return []
        pool = {known: id for known, id, _ in self._of(kinds)}
        return _once(pool[known] for known in difflib.get_close_matches(fold(name), pool, n=3, cutoff=0.6))

    def holding(self, text: str, kinds: tuple[Kind, ...] = ()) -> list[str]:
        """Return the ids whose names hold every word of a text, best fits first.

        Whole names come before names that begin so, then the rest; ties go by name and id.
        """
        words = fold(text).split()
        wanted = " ".join(words)
        ranks: dict[str, tuple[int, str]] = {}
        for known, id, _ in self._of(kinds) if words else ():
            if all(word in known for word in words):
                rank = 0 if known == wanted else 1 if known.startswith(wanted) else 2 if wanted in known else 3
                ranks[id] = min(ranks.get(id, (9, "")), (rank, known))
        return sorted(ranks, key=lambda id: (*ranks[id], id))

    def _of(self, kinds: tuple[Kind, ...]) -> Iterator[tuple[str, str, Kind]]:
        return (entry for entry in self._all if not kinds or entry[2] in kinds)


def _once(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))
