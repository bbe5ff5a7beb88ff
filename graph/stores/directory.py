"""Who is who in the tables: look-ups by id and by name, labels by language, and what to say when nothing fits.

Built once for a generation and never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import polars as pl

from graph.stores.entities import Entity, Evidence
from graph.stores.names import Names
from ontology.errors import AmbiguousName, NotFound, WrongKind
from ontology.facts import Tables, columns
from ontology.metagraph import KINDS, LABEL, Kind, Relation
from ontology.texts import LANGUAGES, fallback, texts
from ontology.vocabulary import check_language, names

if TYPE_CHECKING:
    from graph import shapes

#: Where a kind has no more than so many, an error lists them all.
_FEW = 20


@dataclass(frozen=True, slots=True)
class Match:
    """What a name was taken for; `whole` where it was an id or a whole name, and not a part of one."""

    asked: str
    entity: Entity
    whole: bool


@dataclass(frozen=True)
class Directory:
    """The entities of some tables, found by id, by name in any language, or by a part of it."""

    tables: Tables = field(repr=False)

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """The kind of each id."""
        found: dict[str, Kind] = {}
        for kind, frame in self.tables.entities.items():
            found.update(dict.fromkeys(frame["id"].to_list(), kind))
        return MappingProxyType(found)

    @cached_property
    def _rows(self) -> Mapping[Kind, Mapping[str, tuple[int, ...]]]:
        """For each kind, the row numbers of each id."""
        return {
            kind: {
                id: tuple(rows)
                for id, rows in frame.with_row_index().group_by("id", maintain_order=True).agg("index").iter_rows()
            }
            for kind, frame in self.tables.entities.items()
        }

    @cached_property
    def names(self) -> Names:
        """Every name, to be looked up."""
        return Names(self.tables)

    def __contains__(self, id: object) -> bool:
        return id in self.kinds

    def ids(self, kind: Kind) -> tuple[str, ...]:
        """Return the ids of a kind, in the order of the tables."""
        return tuple(self._rows.get(kind, {}))

    def kind(self, id: str) -> Kind:
        """Return the kind of an id; raises NotFound."""
        if id not in self.kinds:
            raise self._missing("no-such-id", id, (), [])
        return self.kinds[id]

    def get(self, id: str) -> Entity:
        """Return the entity with this id; raises NotFound."""
        kind = self.kind(id)
        frame = self.tables.entities[kind]
        rows = [frame.row(number, named=True) for number in self._rows[kind][id]]
        known: dict[str, Any] = {}
        for row in rows:
            for name, value in row.items():
                if value is not None:
                    known.setdefault(name, value)
        labels = {name.removeprefix("label_"): known[name] for name in columns((LABEL,), known)}
        attributes = {name: known[name] for name in columns(KINDS[kind].attributes, known)}
        evidence = tuple(
            Evidence(row["source"], row["record"], row["method"], row["source_url"], row["note"]) for row in rows
        )
        return Entity(id, kind, MappingProxyType(labels), MappingProxyType(attributes), evidence)

    def label(self, id: str, language: str = "en") -> str:
        """Return the name of an id in a language, or the nearest that there is."""
        return self.get(id).label(language) if id in self.kinds else id

    def named(self, id: str, language: str = "en") -> shapes.Named:
        """Return an id with its name in a language, as plain values for JSON."""
        return {"id": id, "label": self.label(id, language)}

    def frame(self, kind: Kind, language: str = "en") -> pl.DataFrame:
        """Return the entities of a kind as a frame with one `label` column, in a language or the nearest."""
        frame = self.tables.entity(kind).unique("id", keep="first", maintain_order=True)
        labels = sorted(columns((LABEL,), frame.columns))
        order = [name for found in fallback(check_language(language)) if (name := f"label_{found}") in labels]
        order += [name for name in labels if name not in order]
        return frame.with_columns(label=pl.coalesce(*order, "id")) if order else frame.with_columns(label="id")

    def by_id(self, id: str, *kinds: Kind) -> Entity:
        """Return the entity of these kinds with this very id; raises NotFound with what was perhaps meant.

        No name is looked up: where an id is asked for, a name must not answer for somebody else.
        """
        if self._is(id, kinds):
            return self.get(id)
        if id in self.kinds:
            raise self._wrong_kind(id, self.get(id), kinds)
        raise self._missing("no-such-id", id, kinds, self._meant(id, kinds))

    def find(self, name: str, *kinds: Kind) -> Entity:
        """Return the one entity of these kinds that has this id, name, or part of a name: see `match`."""
        return self.match(name, *kinds).entity

    def match(self, name: str, *kinds: Kind) -> Match:
        """Return what a name is taken for among these kinds: an id, a whole name, words of a name, or their beginning.

        A whole name of another kind is that thing, and no part of a name of these kinds. Raises WrongKind for it,
        NotFound with the nearest names, and AmbiguousName with the candidates when several fit equally well.
        """
        if self._is(name, kinds):
            return Match(name, self.get(name), True)
        if whole := self.names.whole(name, kinds):
            return Match(name, self._only(name, whole), True)
        found = next(filter(None, self.names.parts(name, kinds)), [])
        if others := [name] if name in self.kinds else self.names.whole(name):
            raise self._wrong_kind(name, self.get(others[0]), kinds, found)
        if found:
            return Match(name, self._only(name, found), False)
        if len(others := next(filter(None, self.names.parts(name)), [])) == 1:
            raise self._wrong_kind(name, self.get(others[0]), kinds)
        # An id with a slip in it is meant as an id; what is called nearly so is far from it.
        raise self._missing("no-such-name", name, kinds, self._alike(name, kinds) or self.names.near(name, kinds))

    def prefer(self, name: str, *kinds: Kind) -> Match:
        """Return what a name is taken for, where a thing of an earlier kind is meant before one of a later."""
        whole = [kind for kind in kinds if self._is(name, (kind,)) or self.names.whole(name, (kind,))]
        parts = [kind for kind in kinds if any(self.names.parts(name, (kind,)))]
        if whole:
            return self.match(name, whole[0])
        return self.match(name, *(kinds if self.names.whole(name) else parts[:1] or kinds))

    def _is(self, id: str, kinds: tuple[Kind, ...]) -> bool:
        return id in self.kinds and (not kinds or self.kinds[id] in kinds)

    def _only(self, name: str, candidates: list[str]) -> Entity:
        if len(candidates) == 1:
            return self.get(candidates[0])
        shown, rest = candidates[:8], len(candidates) - 8
        raise AmbiguousName(
            "ambiguous-and-more" if rest > 0 else "ambiguous",
            self._with_labels(candidates),
            name=name,
            number=len(candidates),
            shown=self._shown(shown),
            rest=rest,
        )

    def _meant(self, id: str, kinds: tuple[Kind, ...]) -> list[str]:
        """Ids that are written alike, and the ids of what has such a name."""
        named = [*self.names.whole(id, kinds), *self.names.holding(id, kinds)[:3]]
        return list(dict.fromkeys([*self._alike(id, kinds), *named]))

    def _alike(self, id: str, kinds: tuple[Kind, ...]) -> list[str]:
        """Up to three ids that are written alike."""
        # Comparing letter by letter is slow, so only ids with the same beginning are compared.
        head = id[:4].casefold()
        pool = [known for known in self.kinds if known[:4].casefold() == head and self._is(known, kinds)]
        return get_close_matches(id.casefold(), pool, n=3)

    def _missing(self, key: str, asked: str, kinds: tuple[Kind, ...], near: list[str]) -> NotFound:
        what = tuple(names(kind, "plural") for kind in kinds) or (texts("answer.anything"),)
        there = [id for kind in kinds for id in self.ids(kind)] if not near else []
        known = there if len(there) <= _FEW else []
        key += "-near" if near else "-known" if known else ""
        shown = self._shown(near or known)
        return NotFound(key, self._with_labels(near), asked=asked, kinds=what, near=shown, known=shown)

    def _wrong_kind(self, asked: str, found: Entity, kinds: tuple[Kind, ...], meant: Sequence[str] = ()) -> WrongKind:
        """What is said of something else; `meant` are things of the right kinds with such words in their names."""
        near = list(meant[:3])
        links = self.tables.link(Relation.COORDINATES).filter(pl.col("object") == found.id)
        heads = list(dict.fromkeys(links["subject"])) if found.kind is Kind.CLUSTER and Kind.ACTOR in kinds else []
        return WrongKind(
            "wrong-kind-cluster" if heads else "wrong-kind-near" if near else "wrong-kind",
            self._with_labels(heads or near),
            near=self._shown(near),
            asked=asked,
            label=found.labels,
            kind=names(found.kind),
            kinds=tuple(map(names, kinds)),
            coordinators=self._shown(heads),
        )

    def _with_labels(self, ids: list[str]) -> tuple[tuple[str, Mapping[str, str]], ...]:
        return tuple((id, self.get(id).labels) for id in ids)

    def _shown(self, ids: list[str]) -> tuple[Mapping[str, str], ...]:
        """Names with their ids, in every language."""
        return tuple({language: f"{self.label(id, language)} ({id})" for language in LANGUAGES} for id in ids)

    def search(self, text: str, kinds: Iterable[Kind] = (), limit: int | None = None) -> tuple[Entity, ...]:
        """Return the entities whose names hold every word of the text, best fits first; no hit is no error."""
        return tuple(self.get(id) for id in self.names.holding(text, tuple(kinds))[:limit])
