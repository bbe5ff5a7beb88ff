"""Who is who in the tables: look-ups by id and by name, labels by language, and what to say when nothing fits.

It reads an index of names, which a generation on disk brings along and one in memory makes when it is first asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import polars as pl

from graph.stores.entities import Entity, Evidence
from graph.stores.names import Hits, NameIndex
from ontology.errors import AmbiguousName, NotFound, WrongKind
from ontology.facts import Tables, columns
from ontology.metagraph import KINDS, LABEL, Kind, Relation
from ontology.texts import LANGUAGES, fallback, texts
from ontology.vocabulary import check_language, names

if TYPE_CHECKING:
    from graph import shapes

#: Where a kind has no more than so many, an error lists them all.
_FEW = 20

#: So many candidates of a name that fits several are told, and so many stand in the sentence.
_CANDIDATES, _SHOWN = 50, 8

#: Answers name the same things again and again; so many of those read last are kept.
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Match:
    """What a name was taken for; `whole` where it was an id or a whole name, and not a part of one."""

    asked: str
    entity: Entity
    whole: bool


def label_in(present: Iterable[str], language: str) -> pl.Expr:
    """Return a column `label` of rows with these columns: the name in a language, or the nearest, or the id."""
    labels = sorted(columns((LABEL,), present))
    order = [name for found in fallback(language) if (name := f"label_{found}") in labels]
    order += [name for name in labels if name not in order]
    return pl.coalesce(*order, "id").alias("label")


@dataclass(frozen=True)
class Directory:
    """The entities of some tables, found by id, by name in any language, or by a part of it."""

    tables: Tables = field(repr=False)
    index: NameIndex | None = field(default=None, repr=False)

    @cached_property
    def names(self) -> NameIndex:
        """Every id and every name, to be looked up."""
        return NameIndex.build(self.tables) if self.index is None else self.index

    @cached_property
    def _recent(self) -> Callable[[str], Entity]:
        return lru_cache(maxsize=_KEPT)(self._read)

    def _known(self, id: str) -> Entity | None:
        return self._recent(id) if id in self.names else None

    def _read(self, id: str) -> Entity:
        kind, rows = self.names.get(id)
        known: dict[str, Any] = {}
        for row in rows:
            for name, value in row.items():
                known.setdefault(name, value)
        labels = {name.removeprefix("label_"): known[name] for name in columns((LABEL,), known)}
        attributes = {name: known[name] for name in columns(KINDS[kind].attributes, known)}
        evidence = tuple(
            Evidence(row["source"], row["record"], row["method"], row.get("source_url"), row.get("note"))
            for row in rows
        )
        return Entity(id, kind, MappingProxyType(labels), MappingProxyType(attributes), evidence)

    def __contains__(self, id: object) -> bool:
        return id in self.names

    def ids(self, kind: Kind) -> pl.Series:
        """Return the ids of a kind, in the order of the tables."""
        return self.tables.scan(kind).select("id").unique(maintain_order=True).collect()["id"]

    def kind(self, id: str) -> Kind:
        """Return the kind of an id; raises NotFound."""
        return self.get(id).kind

    def get(self, id: str) -> Entity:
        """Return the entity with this id; raises NotFound."""
        if (found := self._known(id)) is None:
            raise self._missing("no-such-id", id, (), ())
        return found

    def label(self, id: str, language: str = "en") -> str:
        """Return the name of an id in a language, or the nearest that there is."""
        found = self._known(id)
        return id if found is None else found.label(language)

    def named(self, id: str, language: str = "en") -> shapes.Named:
        """Return an id with its name in a language, as plain values for JSON."""
        return {"id": id, "label": self.label(id, language)}

    def frame(self, kind: Kind, language: str = "en") -> pl.DataFrame:
        """Return the entities of a kind as a frame with one `label` column, in a language or the nearest."""
        frame = self.tables.entity(kind).unique("id", keep="first", maintain_order=True)
        return frame.with_columns(label_in(frame.columns, check_language(language)))

    def by_id(self, id: str, *kinds: Kind) -> Entity:
        """Return the entity of these kinds with this very id; raises NotFound with what was perhaps meant.

        No name is looked up: where an id is asked for, a name must not answer for somebody else.
        """
        found = self._known(id)
        if found is None:
            raise self._missing("no-such-id", id, kinds, self._meant(id, kinds))
        if kinds and found.kind not in kinds:
            raise self._wrong_kind(id, found, kinds)
        return found

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
        if whole := self.names.whole(name, kinds, _CANDIDATES):
            return Match(name, self._only(name, whole), True)
        found = self._part(name, kinds)
        if others := (name,) if name in self else self.names.whole(name).ids:
            raise self._wrong_kind(name, self.get(others[0]), kinds, found.ids)
        if found:
            return Match(name, self._only(name, found), False)
        if (other := self._part(name)).total == 1:
            raise self._wrong_kind(name, self.get(other.ids[0]), kinds)
        # An id with a slip in it is meant as an id; what is called nearly so is far from it.
        near = self.names.alike(name, kinds) or self.names.near(name, kinds)
        raise self._missing("no-such-name", name, kinds, near)

    def prefer(self, name: str, *kinds: Kind) -> Match:
        """Return what a name is taken for, where a thing of an earlier kind is meant before one of a later."""
        whole = [kind for kind in kinds if self._is(name, (kind,)) or self.names.whole(name, (kind,))]
        if whole:
            return self.match(name, whole[0])
        parts = (kind for kind in kinds if self._part(name, (kind,)))
        first = next(parts, None)
        return self.match(name, *(kinds if first is None else (first,)))

    def search(self, text: str, kinds: Iterable[Kind] = (), limit: int | None = None) -> tuple[Entity, ...]:
        """Return the entities whose names hold every word of the text, best fits first; no hit is no error."""
        return tuple(map(self.get, self.names.holding(text, tuple(kinds), limit).ids))

    def _is(self, id: str, kinds: tuple[Kind, ...]) -> bool:
        found = self._known(id)
        return found is not None and (not kinds or found.kind in kinds)

    def _part(self, name: str, kinds: tuple[Kind, ...] = ()) -> Hits:
        """What holds a name as words, or else as the beginnings of words."""
        return next(filter(None, self.names.parts(name, kinds, _CANDIDATES)), Hits(0, ()))

    def _only(self, name: str, candidates: Hits) -> Entity:
        if candidates.total == 1:
            return self.get(candidates.ids[0])
        shown, rest = candidates.ids[:_SHOWN], candidates.total - _SHOWN
        raise AmbiguousName(
            "ambiguous-and-more" if rest > 0 else "ambiguous",
            self._with_labels(candidates.ids),
            name=name,
            number=candidates.total,
            shown=self._shown(shown),
            rest=rest,
        )

    def _meant(self, id: str, kinds: tuple[Kind, ...]) -> tuple[str, ...]:
        """Ids that are written alike, and the ids of what has such a name."""
        named = (*self.names.whole(id, kinds, 3).ids, *self.names.holding(id, kinds, 3).ids)
        return tuple(dict.fromkeys((*self.names.alike(id, kinds), *named)))

    def _missing(self, key: str, asked: str, kinds: tuple[Kind, ...], near: Sequence[str]) -> NotFound:
        what = tuple(names(kind, "plural") for kind in kinds) or (texts("answer.anything"),)
        few = kinds and not near and sum(map(self.names.count, kinds)) <= _FEW
        known = [id for kind in kinds for id in self.names.of_kind(kind, _FEW).ids] if few else []
        key += "-near" if near else "-known" if known else ""
        shown = self._shown(near or known)
        return NotFound(key, self._with_labels(near), asked=asked, kinds=what, near=shown, known=shown)

    def _wrong_kind(self, asked: str, found: Entity, kinds: tuple[Kind, ...], meant: Sequence[str] = ()) -> WrongKind:
        """What is said of something else; `meant` are things of the right kinds with such words in their names."""
        near = list(meant[:3])
        heads = self._heads(found.id) if found.kind is Kind.CLUSTER and Kind.ACTOR in kinds else []
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

    def _heads(self, cluster: str) -> list[str]:
        links = self.tables.scan(Relation.COORDINATES).filter(pl.col("object") == cluster)
        return links.select("subject").unique(maintain_order=True).collect()["subject"].to_list()

    def _with_labels(self, ids: Sequence[str]) -> tuple[tuple[str, Mapping[str, str]], ...]:
        return tuple((id, self.get(id).labels) for id in ids)

    def _shown(self, ids: Sequence[str]) -> tuple[Mapping[str, str], ...]:
        """Names with their ids, in every language."""
        return tuple({language: f"{self.label(id, language)} ({id})" for language in LANGUAGES} for id in ids)
