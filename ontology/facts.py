"""What travels between the floors: a source, and its facts as columns.

A `Batch` is what a loader returns: one source's facts and the rows that it refused.
`Tables` is what a graph keeps: the accepted facts of all sources, each row with the id of its source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

import polars as pl

from ontology.errors import InvalidArgument
from ontology.metagraph import (
    KINDS,
    LABEL,
    PROVENANCE,
    RELATIONS,
    Attribute,
    Kind,
    Relation,
    Value,
)
from ontology.prefixes import LINK_PATTERN
from ontology.texts import LANGUAGES, pick

#: A language with its script, region and variants, as BCP 47 writes them; in lower case, as stores keep them.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*")

_DTYPES: dict[Value, pl.DataType] = {
    Value.INTEGER: pl.Int64(),
    Value.DECIMAL: pl.Float64(),
    Value.BOOLEAN: pl.Boolean(),
}

#: The columns of a refusal: where, what was there, and why, in words.
REFUSAL_SCHEMA = {
    "record": pl.String(),
    "column": pl.String(),
    "value": pl.String(),
    "code": pl.String(),
    **{f"message_{language}": pl.String() for language in LANGUAGES},
}


def dtype(value: Value) -> pl.DataType:
    """Return the column type that holds this kind of value."""
    return _DTYPES.get(value, pl.String())


def columns(spec: Iterable[Attribute], present: Iterable[str]) -> dict[str, Attribute]:
    """Return the columns among `present` that these attributes fill; texts by language have one a language.

    >>> list(columns([LABEL], ["id", "label_fi", "label_en", "labels"]))
    ['label_fi', 'label_en']
    """
    names = list(present)
    found: dict[str, Attribute] = {}
    for attribute in spec:
        if attribute.value is Value.TEXT_BY_LANGUAGE:
            prefix = attribute.name + "_"
            for name in names:
                if name.startswith(prefix) and _LANGUAGE.fullmatch(name.removeprefix(prefix)):
                    found[name] = attribute
        elif attribute.name in names:
            found[attribute.name] = attribute
    return found


def in_language(row: Mapping[str, Any], attribute: str, language: str) -> tuple[str, str] | None:
    """Return a text by language and the language that it is in, by the order of falling back; None if none has it.

    >>> in_language({"label_en": "wood", "label_sv": "trä"}, "label", "fi")
    ('wood', 'en')
    """
    prefix = attribute + "_"
    return pick(
        {key.removeprefix(prefix): value for key, value in row.items() if key.startswith(prefix) and value}, language
    )


def entity_attributes(kind: Kind) -> tuple[Attribute, ...]:
    """Return what an entity of this kind may say: its label, its own attributes, its provenance."""
    return (LABEL, *KINDS[kind].attributes, *PROVENANCE)


def link_attributes(relation: Relation) -> tuple[Attribute, ...]:
    """Return what a link of this relation may say: its own attributes, its dates, its provenance."""
    return (*RELATIONS[relation].link_attributes, *PROVENANCE)


Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


def _conform(frame: Frame, keys: tuple[str, ...], attributes: tuple[Attribute, ...]) -> Frame:
    """Give a frame every column of its attributes, in the metagraph's order, with the right types."""
    present = frame.collect_schema().names()
    own = columns(attributes, present)
    wanted: list[pl.Expr] = [pl.col(key).cast(pl.String) for key in keys]
    for attribute in attributes:
        if attribute.value is Value.TEXT_BY_LANGUAGE:
            names = sorted(name for name, found in own.items() if found is attribute)
            wanted += [pl.col(name).cast(pl.String) for name in names]
        elif attribute.name in own:
            wanted.append(pl.col(attribute.name).cast(dtype(attribute.value)))
        else:
            wanted.append(pl.lit(None, dtype(attribute.value)).alias(attribute.name))
    unknown = set(present) - set(own) - set(keys)
    if unknown:
        known = ", ".join((*keys, *(attribute.name for attribute in attributes)))
        raise ValueError(
            f"columns that the metagraph does not know: {', '.join(sorted(unknown))}; it knows {known}, "
            "and texts by language with the language after them, as in label_fi"
        )
    return frame.select(wanted)


def entity_frame(kind: Kind, frame: Frame, *extra: str) -> Frame:
    """Return the frame with exactly the columns that entities of this kind have; unknown columns raise."""
    return _conform(frame, ("id", *extra), entity_attributes(kind))


def link_frame(relation: Relation, frame: Frame, *extra: str) -> Frame:
    """Return the frame with exactly the columns that links of this relation have; unknown columns raise."""
    return _conform(frame, ("subject", "object", *extra), link_attributes(relation))


def conformed(name: Kind | Relation, frame: Frame, source: str | None) -> Frame:
    """Return rows with exactly the columns of their kind or relation, and the source, unless they have it already."""
    if source is not None:
        frame = frame.with_columns(source=pl.lit(source))
    return entity_frame(name, frame, "source") if isinstance(name, Kind) else link_frame(name, frame, "source")


def no_refusals() -> pl.DataFrame:
    """Return the frame of refusals with no row in it."""
    return pl.DataFrame(schema=REFUSAL_SCHEMA)


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts come from: without a source there is no fact.

    `retrieved` is the day on which the data was taken (its data date, printed on pictures);
    `sha256` is of the bytes that were read, so that an unchanged source is not loaded twice.
    """

    id: str
    title: str
    publisher: str
    licence: str
    url: str | None
    retrieved: date
    sha256: str

    def __post_init__(self) -> None:
        # The id becomes a folder and a part of IRIs.
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", self.id):
            raise InvalidArgument("source-id", id=self.id)
        if self.url is not None and not re.fullmatch(LINK_PATTERN, self.url):
            raise InvalidArgument("source-url", id=self.id, url=self.url)


def _recorded(name: Kind | Relation, frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows each with a record: what says none is known by its place in what was brought (`Actor#row=1`)."""
    silent = frame["record"].fill_null("") == ""
    if not silent.any():
        return frame
    place = pl.format(f"{name}#row={{}}", pl.int_range(1, pl.len() + 1))
    return frame.with_columns(record=pl.when(silent).then(place).otherwise("record"))


@dataclass(frozen=True, slots=True, repr=False)
class Batch:
    """One source's facts, as columns, with the rows that were refused.

    `read` counts the rows read per file; where a loader does not count, the records of the facts are counted.
    `columns` says for each file and kind or relation (`actors.csv/Actor`) which column of the file an attribute, or the
    id or an end, was read from, so that a refusal can name it. What becomes of the rows is judged where they are
    loaded: `ontology.rules.acceptance`.
    """

    source: Source
    entities: Mapping[Kind, pl.DataFrame]
    links: Mapping[Relation, pl.DataFrame]
    refusals: pl.DataFrame = field(default_factory=no_refusals)
    read: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Batch of {self.source.id}: read {self.rows_read}, refused {self.rows_refused}>"

    def __post_init__(self) -> None:
        for given, known in ((self.entities, Kind), (self.links, Relation)):
            if unknown := [name for name in given if name not in list(known)]:
                said = ", ".join(map(str, known))
                raise ValueError(f"a batch cannot hold {', '.join(map(str, unknown))}; it may hold {said}")
        entities = {
            kind: _recorded(kind, entity_frame(kind, self.entities[kind])) for kind in Kind if kind in self.entities
        }
        links = {
            relation: _recorded(relation, link_frame(relation, self.links[relation]))
            for relation in Relation
            if relation in self.links
        }
        object.__setattr__(self, "entities", MappingProxyType(entities))
        object.__setattr__(self, "links", MappingProxyType(links))
        object.__setattr__(self, "read", MappingProxyType(dict(self.read)))
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))

    def frame(self, name: Kind | Relation) -> pl.DataFrame | None:
        """Return the rows of a kind or a relation, or None where there are none."""
        return self.entities.get(name) if isinstance(name, Kind) else self.links.get(name)

    def frames(self) -> Iterator[tuple[Kind | Relation, pl.DataFrame]]:
        """Yield the rows of each kind and relation."""
        yield from self.entities.items()
        yield from self.links.items()

    def changed(self, each: Callable[[Kind | Relation, pl.DataFrame], pl.DataFrame]) -> Batch:
        """Return the batch with other rows: those that `each` gives for a kind or relation and what it has."""
        return replace(
            self,
            entities={kind: each(kind, frame) for kind, frame in self.entities.items()},
            links={relation: each(relation, frame) for relation, frame in self.links.items()},
        )

    @property
    def rows_read(self) -> int:
        """The number of rows read, over all files; at least as many as there are records."""
        frames = (*self.entities.values(), *self.links.values(), self.refusals)
        records = pl.concat([pl.Series("record", [], pl.String), *(frame["record"] for frame in frames)])
        return max(sum(self.read.values()), records.n_unique())

    @property
    def rows_refused(self) -> int:
        """The number of rows that could not be read; a row with two faults counts once."""
        return self.refusals["record"].n_unique() if self.refusals.height else 0


Name = TypeVar("Name", Kind, Relation)


class Frames(Mapping[Name, pl.DataFrame]):
    """Frames by kind or by relation; a home may read them only when they are asked for."""

    def __init__(self, given: Mapping[Name, pl.DataFrame]) -> None:
        self._given: Mapping[Name, pl.DataFrame] = MappingProxyType(dict(given))

    def __getitem__(self, name: Name) -> pl.DataFrame:
        return self._given[name]

    def __iter__(self) -> Iterator[Name]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def scan(self, name: Name) -> pl.LazyFrame:
        """Return a frame of which only what is asked for need be read."""
        return self[name].lazy()

    def rows(self, name: Name, numbers: Sequence[int]) -> pl.DataFrame:
        """Return a few rows of a frame by their numbers, in the order of these."""
        return self[name][list(numbers)]


@dataclass(frozen=True, slots=True, repr=False)
class Tables:
    """The accepted facts of all sources: what a graph is made from.

    Every frame has the columns of the metagraph and `source`, the id of the source that says so.
    An entity that two sources tell of has a row for each.
    """

    sources: tuple[Source, ...]
    entities: Frames[Kind]
    links: Frames[Relation]

    def __post_init__(self) -> None:
        for name in ("entities", "links"):
            if not isinstance(given := getattr(self, name), Frames):
                object.__setattr__(self, name, Frames(given))

    def __repr__(self) -> str:
        return f"<Tables of {', '.join(source.id for source in self.sources) or 'nothing'}>"

    @classmethod
    def of(cls, batches: Iterable[Batch]) -> Tables:
        """Return the tables of these batches put together, in their order."""
        parts = list(batches)

        def together(name: Kind | Relation) -> pl.DataFrame:
            frames = [conformed(name, frame, b.source.id) for b in parts if (frame := b.frame(name)) is not None]
            if len(frames) == 1:
                return frames[0]
            # Texts by language may have more columns in one than in another.
            return conformed(name, pl.concat(frames, how="diagonal"), None)

        entities = {kind: together(kind) for kind in Kind if any(kind in b.entities for b in parts)}
        links = {relation: together(relation) for relation in Relation if any(relation in b.links for b in parts)}
        return cls(tuple(b.source for b in parts), Frames(entities), Frames(links))

    @classmethod
    def from_rows(
        cls,
        sources: Iterable[Source],
        entities: Mapping[Kind, list[dict[str, Any]]],
        links: Mapping[Relation, list[dict[str, Any]]],
    ) -> Tables:
        """Return the tables of rows given one by one, ordered by source and record."""

        def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
            return pl.DataFrame(rows, infer_schema_length=None)

        return cls(
            tuple(sources),
            Frames({kind: entity_frame(kind, frame(entities[kind]), "source") for kind in Kind if entities.get(kind)}),
            Frames({rel: link_frame(rel, frame(links[rel]), "source") for rel in Relation if links.get(rel)}),
        )

    def entity(self, kind: Kind) -> pl.DataFrame:
        """Return the rows of a kind; an empty frame where there are none."""
        if kind in self.entities:
            return self.entities[kind]
        return entity_frame(kind, pl.DataFrame(schema={"id": pl.String, "source": pl.String}), "source")

    def link(self, relation: Relation) -> pl.DataFrame:
        """Return the rows of a relation; an empty frame where there are none."""
        if relation in self.links:
            return self.links[relation]
        schema = {"subject": pl.String, "object": pl.String, "source": pl.String}
        return link_frame(relation, pl.DataFrame(schema=schema), "source")

    def scan(self, name: Kind | Relation) -> pl.LazyFrame:
        """Return the rows of a kind or relation as a lazy frame: what is not asked for need not be read."""
        if isinstance(name, Kind):
            return self.entities.scan(name) if name in self.entities else self.entity(name).lazy()
        return self.links.scan(name) if name in self.links else self.link(name).lazy()

    def counts(self) -> dict[str, int]:
        """Return the number of different entities of each kind and of links of each relation."""
        return {str(kind): frame["id"].n_unique() for kind, frame in self.entities.items()} | {
            str(relation): frame.height for relation, frame in self.links.items()
        }
