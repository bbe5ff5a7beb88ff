"""Finding by id and by name: an index of every entity, built once for a generation and opened by whoever asks.

What is looked up is folded (`folding`), so every script is at home in it. A look-up takes as long as its answer is
large and not as the graph is; nothing of it is read when it is opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Query

from graph.stores import naming
from graph.stores.folding import fold, plain
from graph.stores.naming import SCHEMA
from ontology.errors import DamagedWorkspace
from ontology.facts import Tables
from ontology.metagraph import Kind

#: A text of more words than this is looked up by whole words only, and no slips are looked for in it; and one of
#: more words than that is no part of a name to be looked for inside words, which takes a walk through all words each.
_MOST_WORDS, _MOST_INSIDE = 16, 5

#: An automaton that looks for a longer text inside words is too large, and one for slips in a longer text too slow.
_MOST_LETTERS, _MOST_WITH_SLIPS = 40, 200

#: Where more words begin so, it is not asked whether such a one stands right after those before it.
_MOST_BEGINNINGS = 10_000

#: How many are suggested.
_FEW = 3

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hits:
    """How many were found, and the ids of the first of them."""

    total: int
    ids: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.total > 0


class NameIndex:
    """Every entity of some tables by its id, and by its names in any language; ties go by name and id."""

    def __init__(self, index: tantivy.Index, place: str) -> None:
        self._searcher = index.searcher()
        self._place = place

    @classmethod
    def build(cls, tables: Tables, folder: Path | None = None) -> NameIndex:
        """Return the index of these tables, written into an empty folder or kept in memory."""
        return cls(naming.write(tables, folder), str(folder or ""))

    @classmethod
    def open(cls, folder: Path) -> NameIndex:
        """Return the index in a folder; raises DamagedWorkspace where it is not as it was written."""
        with _readable(str(folder)):
            return cls(naming.read(folder), str(folder))

    # ---- by id

    def __contains__(self, id: object) -> bool:
        with _readable(self._place):
            return isinstance(id, str) and self._searcher.doc_freq("id", id) > 0

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def count(self, kind: Kind) -> int:
        """Return how many there are of a kind."""
        with _readable(self._place):
            return int(self._searcher.doc_freq("kind", str(kind)))

    def get(self, id: str) -> tuple[Kind, list[Row]]:
        """Return the kind of an id that is there and what each source says of it, without what is not known."""
        with _readable(self._place):
            ((_, place),) = self._searcher.search(_term("id", id), 1, count=False).hits
            document = self._searcher.doc(place)
            rows = json.loads(document["rows"][0])
            if rows[0]["id"] != id:
                raise ValueError(f"{id}: {rows[0]['id']}")
            return Kind(document["kind"][0]), [
                {name: value for name, value in row.items() if value is not None} for row in rows
            ]

    def of_kind(self, kind: Kind, limit: int) -> Hits:
        """Return those of a kind, by name."""
        return self._found(_any([_term("kind", str(kind))]), (), limit)

    def alike(self, id: str, kinds: tuple[Kind, ...] = ()) -> tuple[str, ...]:
        """Return up to three ids that are written nearly so, or that begin so."""
        if len(id) > _MOST_WITH_SLIPS:
            return ()
        ways = [way for each in dict.fromkeys((id, id.casefold())) for way in _slips("id", each)]
        ways += [(1.5, _begins("id", id))] if len(id) > _FEW else []
        return self._found(_best(ways), kinds, _FEW).ids if ways else ()

    # ---- by name

    def whole(self, name: str, kinds: tuple[Kind, ...] = (), limit: int = 1) -> Hits:
        """Return those that have this very name in any language; else those that have it but for letters like ø."""
        wanted = fold(name)
        ways = (_term("whole", wanted), _term("plain", plain(wanted))) if wanted else ()
        return next(filter(None, (self._found(_any([way]), kinds, limit) for way in ways)), Hits(0, ()))

    def parts(self, name: str, kinds: tuple[Kind, ...] = (), limit: int = 1) -> Iterator[Hits]:
        """Yield those whose names hold these words side by side, then those where the last word only begins so."""
        wanted = fold(name)
        for text in dict.fromkeys((wanted, plain(wanted))) if wanted else ():
            words = text.split()
            yield self._found(_any([_side_by_side(words)]), kinds, limit)
            if len(words) <= _MOST_WORDS:
                yield self._found(_any([self._beginning(words)]), kinds, limit)

    def holding(self, text: str, kinds: tuple[Kind, ...] = (), limit: int | None = None, offset: int = 0) -> Hits:
        """Return those whose names hold every word of a text, best fits first.

        Whole names come before names that begin so, then names with these very words, then words that begin so, and
        then the rest, where one of a few words stands inside another.
        """
        wanted = fold(text)
        words = list(dict.fromkeys(wanted.split()))
        if not words:
            return Hits(0, ())
        if len(words) > _MOST_WORDS:
            return self._found(_any([_all(_exactly(word) for word in words)]), kinds, limit, offset)
        ranks = [
            (5.0, _term("whole", wanted)),
            (4.0, _term("plain", plain(wanted))),
            (3.0, _begins("whole", wanted)),
            (3.0, _begins("plain", plain(wanted))),
            (2.0, _side_by_side(wanted.split())),
            (1.0, _all(_starting(word) for word in words)),
        ]
        if len(words) <= _MOST_INSIDE:
            ranks.append((0.0, _all(_inside(word) for word in words)))
        return self._found(_best(ranks), kinds, limit, offset)

    def near(self, name: str, kinds: tuple[Kind, ...] = ()) -> tuple[str, ...]:
        """Return up to three ids whose names are written nearly so: with a letter or two wrong, too few or too many."""
        wanted = fold(name)
        words = wanted.split()
        if not 0 < len(words) <= _MOST_WORDS or len(wanted) > _MOST_WITH_SLIPS:
            return ()
        each = [(Occur.Should, _best(_slips("words", word))) for word in words]
        whole = _best([(rank * len(words) + 1, query) for rank, query in _slips("whole", wanted)])
        for needed in (len(words), len(words) - 1) if len(words) > 2 else (len(words),):
            close = Query.boolean_query(each, minimum_number_should_match=needed)
            if found := self._found(Query.disjunction_max_query([whole, close]), kinds, _FEW).ids:
                return found
        return ()

    def _beginning(self, words: list[str]) -> Query:
        """These words side by side, of which the last may go on."""
        *first, last = words
        if not first:
            return _begins("words", last)
        if len(self._searcher.terms_with_prefix("words", last, limit=_MOST_BEGINNINGS)) < _MOST_BEGINNINGS:
            return Query.regex_phrase_query(SCHEMA, "words", [*first, f"{last}.*"])
        return _all([_side_by_side(first), _begins("words", last)])

    def _found(self, query: Query, kinds: tuple[Kind, ...], limit: int | None, offset: int = 0) -> Hits:
        """The total, and one page by score; documents lie in the order of names, which decides ties."""
        if kinds:
            among = Query.term_set_query(SCHEMA, "kind", [str(kind) for kind in kinds])
            query = Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(among, 0.0))])
        with _readable(self._place):
            most = max(len(self), 1)
            page = self._searcher.search(query, min(limit or most, most) if offset == 0 else 1)
            total = int(page.count)  # type: ignore[attr-defined]  # its stub leaves it out
            if offset >= total:
                return Hits(total, ())
            if offset:
                rest = total - offset
                page = self._searcher.search(query, min(limit or rest, rest), count=False, offset=offset)
            return Hits(total, tuple(self._searcher.doc(place)["id"][0] for _, place in page.hits))


def _term(field: str, value: str) -> Query:
    return Query.term_query(SCHEMA, field, value, "basic")


def _exactly(word: str) -> Query:
    """A word, or the same in plain letters."""
    return _any(_term("words", each) for each in {word, plain(word)})


def _begins(field: str, text: str) -> Query:
    return Query.fuzzy_term_query(SCHEMA, field, text, distance=0, prefix=True)


def _starting(word: str) -> Query:
    return _any(_begins("words", each) for each in {word, plain(word)})


def _inside(word: str) -> Query:
    """A word, or a part of one; one or two letters that have a case begin a word, for they stand inside most."""
    letters = word.lower() != word.upper()
    if len(word) > _MOST_LETTERS or (letters and len(word) < _FEW):
        return _starting(word)
    # Folded words are letters and digits alone: nothing in them is a sign of patterns.
    return _any(Query.regex_query(SCHEMA, "words", f".*{each}.*") for each in {word, plain(word)})


def _side_by_side(words: list[str]) -> Query:
    return Query.phrase_query(SCHEMA, "words", list(words)) if len(words) > 1 else _term("words", words[0])


def _slips(field: str, text: str) -> list[tuple[float, Query]]:
    """A text, and texts with a slip in it, or two in a long one; the fewer, the better."""
    most = 0 if len(text) < 3 else 1 if len(text) < 6 else 2
    fuzzy = [(3.0 - n, Query.fuzzy_term_query(SCHEMA, field, text, distance=n)) for n in range(1, most + 1)]
    return [(3.0, _term(field, text)), *fuzzy]


def _best(ranked: list[tuple[float, Query]]) -> Query:
    """What any of these finds, with the rank of the best of them."""
    return Query.disjunction_max_query([Query.const_score_query(query, rank) for rank, query in ranked])


def _any(queries: Iterable[Query]) -> Query:
    """What any of these finds, all of one rank."""
    return _best([(1.0, query) for query in queries])


def _all(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


@contextmanager
def _readable(place: str) -> Iterator[None]:
    """Say a file that is not as it was written as an error of ours."""
    try:
        yield
    except (ValueError, KeyError, IndexError, TypeError, OSError) as error:
        raise DamagedWorkspace("derived-unreadable", path=place, said=str(error)) from error
    except BaseException as error:
        # The engine's own alarm is no Exception, and its class has no name that one could import.
        if type(error).__name__ != "PanicException":
            raise
        raise DamagedWorkspace("derived-unreadable", path=place, said=str(error)) from error
