"""Who is who in the tables: look-ups by id and by name, labels by language, and search.

Built once for a generation and never changed. An entity that two sources tell of is one entity here: each
attribute has the first value that a source gives, and every record is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import polars as pl

from ontology.errors import AmbiguousName, NotFound
from ontology.facts import Tables, columns
from ontology.metagraph import KINDS, LABEL, LANGUAGES, Kind
from ontology.vocabulary import concept_label

if TYPE_CHECKING:
    from graph.questions import shapes

#: Where a label is looked for when the language asked for has none; `und` is a name whose language is not stated.
_MOST_TO_COMPARE = 50_000  # comparing a name with more than so many takes too long to be a courtesy

_FALLBACK = {"fi": ("fi", "und", "en", "sv"), "sv": ("sv", "und", "fi", "en"), "en": ("en", "und", "fi", "sv")}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a fact stands: the source, the record in it, and how we know."""

    source: str
    record: str
    method: str
    url: str | None = None
    note: str | None = None

    def to_dict(self, language: str = "en") -> shapes.Evidence:
        """Return it as plain values for JSON."""
        return {
            "source": self.source,
            "record": self.record,
            "method": self.method,
            "method_label": concept_label("methods", self.method, language),
            "url": self.url,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that the graph knows, with what its sources say of it.

    `attributes` holds what the metagraph allows for the kind; texts by language are under `description_en` and
    the like. What is not known is not there.
    """

    id: str
    kind: Kind
    labels: Mapping[str, str]
    attributes: Mapping[str, Any]
    evidence: tuple[Evidence, ...]

    def label(self, language: str = "en") -> str:
        """Return the name in a language, or the nearest that there is: see `label_in`."""
        return self.label_in(language)[0]

    def label_in(self, language: str = "en") -> tuple[str, str]:
        """Return the name and the language that it is in; falls back to `und`, then to the others, then to the id."""
        for found in (*_FALLBACK.get(language, (language, "und", "en", "fi", "sv")), *sorted(self.labels)):
            if found in self.labels:
                return self.labels[found], found
        return self.id, "und"

    def text(self, attribute: str, language: str) -> tuple[str, str] | None:
        """Return a text by language and the language that it is in, or None where no language has it."""
        for found in (language, *LANGUAGES, "und"):
            if value := self.attributes.get(f"{attribute}_{found}"):
                return str(value), found
        return None

    def attribute_labels(self, language: str = "en") -> dict[str, str]:
        """Return the words for those attributes whose value is a code, in the metagraph's order."""
        return {
            attribute.name: concept_label(attribute.scheme, self.attributes[attribute.name], language)
            for attribute in KINDS[self.kind].attributes
            if attribute.scheme and attribute.name in self.attributes
        }

    def __str__(self) -> str:
        return f"{self.label()} ({self.id})"


def fold(text: str) -> str:
    """Return a text as names are compared: no case, no accents, no punctuation.

    >>> fold("Ylä-Savon  Kehitys Oy")
    'yla savon kehitys oy'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", plain.lower()))


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
    def _names(self) -> Sequence[tuple[str, str, Kind]]:
        """Every name of every entity, folded: (name, id, kind)."""
        names: dict[tuple[str, str, Kind], None] = {}
        for kind, frame in self.tables.entities.items():
            labels = list(columns((LABEL,), frame.columns))
            for id, *values in frame.select("id", *labels).iter_rows():
                for value in values:
                    if value:
                        names[(fold(value), id, kind)] = None
        return tuple(names)

    def __contains__(self, id: object) -> bool:
        return id in self.kinds

    def ids(self, kind: Kind) -> tuple[str, ...]:
        """Return the ids of a kind, in the order of the tables."""
        return tuple(self._rows.get(kind, {}))

    def kind(self, id: str) -> Kind:
        """Return the kind of an id; raises NotFound."""
        if id not in self.kinds:
            raise NotFound(f"nothing in the graph has the id {id!r}")
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
            Evidence(row["source"], row["record"], row["method"], row["evidence"], row["note"]) for row in rows
        )
        return Entity(id, kind, MappingProxyType(labels), MappingProxyType(attributes), evidence)

    def label(self, id: str, language: str = "en") -> str:
        """Return the name of an id in a language, or the nearest that there is."""
        return self.get(id).label(language) if id in self.kinds else id

    def named(self, id: str, language: str = "en") -> shapes.Named:
        """Return an id with its name in a language, as plain values for JSON."""
        return {"id": id, "label": self.label(id, language)}

    def labels(self, ids: Iterable[str], language: str = "en") -> dict[str, str]:
        """Return the names of these ids."""
        return {id: self.label(id, language) for id in ids}

    def frame(self, kind: Kind, language: str = "en") -> pl.DataFrame:
        """Return the entities of a kind as a frame with one `label` column, in a language or the nearest."""
        frame = self.tables.entity(kind).unique("id", keep="first", maintain_order=True)
        order = [name for found in _FALLBACK[language] if (name := f"label_{found}") in frame.columns]
        return frame.with_columns(label=pl.coalesce(*order, "id")) if order else frame.with_columns(label="id")

    def find(self, name: str, *kinds: Kind) -> Entity:
        """Return the one entity of these kinds that has this id, name, or part of a name.

        An exact id wins, then a whole name, then words of a name, then any part of one. Raises NotFound with the
        nearest names, and AmbiguousName with the candidates when the best kind of fit has several.
        """
        if self.kinds.get(name) in (kinds or tuple(Kind)):
            return self.get(name)
        for candidates in self._fits(name, kinds):
            if len(candidates) == 1:
                return self.get(candidates[0])
            if candidates:
                listed = tuple((id, self.label(id)) for id in candidates)
                shown = "; ".join(f"{label} ({id})" for id, label in listed[:8])
                more = f" and {len(listed) - 8} more" if len(listed) > 8 else ""
                raise AmbiguousName(f"{name!r} fits {len(listed)}: {shown}{more}; give the id", listed)
        what = " or ".join(str(kind) for kind in kinds) or "entity"
        near = self._near(name, kinds)
        hint = f"; near it are {', '.join(near)}" if near else ""
        raise NotFound(f"there is no {what} with the id or name {name!r}{hint}", near)

    def _fits(self, name: str, kinds: tuple[Kind, ...]) -> Iterable[list[str]]:
        """The ids that fit a name: whole names first, then whole words, then parts."""
        wanted = fold(name)
        if not wanted:
            return
        pool = [(known, id) for known, id, kind in self._names if not kinds or kind in kinds]
        yield list(dict.fromkeys(id for known, id in pool if known == wanted))
        yield list(dict.fromkeys(id for known, id in pool if f" {wanted} " in f" {known} "))
        yield list(dict.fromkeys(id for known, id in pool if wanted in known))

    def _near(self, name: str, kinds: tuple[Kind, ...]) -> tuple[str, ...]:
        import difflib

        if len(self._names) > _MOST_TO_COMPARE:
            return ()
        pool = {known: id for known, id, kind in self._names if not kinds or kind in kinds}
        close = difflib.get_close_matches(fold(name), pool, n=3, cutoff=0.6)
        return tuple(dict.fromkeys(self.label(pool[known]) for known in close))

    def search(self, text: str, kinds: Iterable[Kind] = (), limit: int | None = None) -> tuple[Entity, ...]:
        """Return the entities whose names hold every word of the text, best fits first.

        Whole names come before names that begin so, then the rest; ties go by name and id. No hit is no error.
        """
        words = fold(text).split()
        wanted, allowed = " ".join(words), tuple(kinds)
        if not words:
            return ()
        ranks: dict[str, tuple[int, str]] = {}
        for known, id, kind in self._names:
            if (not allowed or kind in allowed) and all(word in known for word in words):
                rank = 0 if known == wanted else 1 if known.startswith(wanted) else 2 if wanted in known else 3
                ranks[id] = min(ranks.get(id, (9, "")), (rank, known))
        found = sorted(ranks, key=lambda id: (*ranks[id], id))
        return tuple(self.get(id) for id in found[:limit])
