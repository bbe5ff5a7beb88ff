"""What travels between the floors: a source, and its facts as columns.

A `Batch` is what a loader returns: one source's facts and the rows that it refused.
`Tables` is what a graph keeps: the accepted facts of all sources, each row with the id of its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

import polars as pl

from ontology.errors import InputError, InvalidArgument
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
from ontology.prefixes import ID_PATTERN
from ontology.texts import LANGUAGES, pick

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*")  # lower case, as stores keep language tags

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


def _conform(frame: pl.DataFrame, keys: tuple[str, ...], attributes: tuple[Attribute, ...]) -> pl.DataFrame:
    """Give a frame every column of its attributes, in the metagraph's order, with the right types."""
    own = columns(attributes, frame.columns)
    wanted: list[pl.Expr] = [pl.col(key).cast(pl.String) for key in keys]
    for attribute in attributes:
        if attribute.value is Value.TEXT_BY_LANGUAGE:
            names = sorted(name for name, found in own.items() if found is attribute)
            wanted += [pl.col(name).cast(pl.String) for name in names]
        elif attribute.name in own:
            wanted.append(pl.col(attribute.name).cast(dtype(attribute.value)))
        else:
            wanted.append(pl.lit(None, dtype(attribute.value)).alias(attribute.name))
    unknown = set(frame.columns) - set(own) - set(keys)
    if unknown:
        raise ValueError(f"columns that the metagraph does not know: {', '.join(sorted(unknown))}")
    return frame.select(wanted)


def entity_frame(kind: Kind, frame: pl.DataFrame, *extra: str) -> pl.DataFrame:
    """Return the frame with exactly the columns that entities of this kind have; unknown columns raise."""
    return _conform(frame, ("id", *extra), entity_attributes(kind))


def link_frame(relation: Relation, frame: pl.DataFrame, *extra: str) -> pl.DataFrame:
    """Return the frame with exactly the columns that links of this relation have; unknown columns raise."""
    return _conform(frame, ("subject", "object", *extra), link_attributes(relation))


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


def require_ids(batch: Batch) -> None:
    """Raise InputError when an id or an end of a link could not be an IRI; `checks.refuse` finds such rows first."""
    for name, frame in (*batch.entities.items(), *batch.links.items()):
        for column in ("id", "subject", "object"):
            if column not in frame.columns:
                continue
            bad = frame.filter(~pl.col(column).str.contains(ID_PATTERN).fill_null(False))
            if bad.height:
                raise InputError("no-id", id=str(bad[column][0]), file=str(name), column=column)


@dataclass(frozen=True, slots=True, repr=False)
class Batch:
    """One source's facts, as columns, with the rows that were refused.

    `read` counts the rows read per file, `kept` those that became facts; read = kept + refused, always.
    """

    source: Source
    entities: Mapping[Kind, pl.DataFrame]
    links: Mapping[Relation, pl.DataFrame]
    refusals: pl.DataFrame = field(default_factory=no_refusals)
    read: Mapping[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        said = f"read {self.rows_read}, kept {self.rows_kept}, refused {self.rows_refused}"
        return f"<Batch of {self.source.id}: {said}>"

    def __post_init__(self) -> None:
        entities = {kind: entity_frame(kind, self.entities[kind]) for kind in Kind if kind in self.entities}
        links = {
            relation: link_frame(relation, self.links[relation]) for relation in Relation if relation in self.links
        }
        object.__setattr__(self, "entities", MappingProxyType(entities))
        object.__setattr__(self, "links", MappingProxyType(links))
        object.__setattr__(self, "read", MappingProxyType(dict(self.read)))

    @property
    def rows_read(self) -> int:
        """The number of rows read, over all files."""
        return sum(self.read.values())

    @property
    def rows_refused(self) -> int:
        """The number of rows refused; a row with two faults counts once."""
        return self.refusals["record"].n_unique() if self.refusals.height else 0

    @property
    def rows_kept(self) -> int:
        """The number of rows that became facts."""
        return self.rows_read - self.rows_refused


@dataclass(frozen=True, slots=True, repr=False)
class Tables:
    """The accepted facts of all sources: what a graph is made from.

    Every frame has the columns of the metagraph and `source`, the id of the source that says so.
    An entity that two sources tell of has a row for each.
    """

    sources: tuple[Source, ...]
    entities: Mapping[Kind, pl.DataFrame]
    links: Mapping[Relation, pl.DataFrame]

    def __repr__(self) -> str:
        facts = sum(frame.height for frame in (*self.entities.values(), *self.links.values()))
        return f"<Tables of {', '.join(source.id for source in self.sources) or 'nothing'}: {facts} facts>"

    @classmethod
    def of(cls, batches: Iterable[Batch]) -> Tables:
        """Return the tables of these batches put together, in their order."""
        parts = list(batches)

        def together(frames: list[pl.DataFrame]) -> pl.DataFrame:
            return pl.concat(frames, how="diagonal") if len(frames) > 1 else frames[0]

        entities = {
            kind: entity_frame(
                kind,
                together(
                    [b.entities[kind].with_columns(source=pl.lit(b.source.id)) for b in parts if kind in b.entities]
                ),
                "source",
            )
            for kind in Kind
            if any(kind in b.entities for b in parts)
        }
        links = {
            relation: link_frame(
                relation,
                together(
                    [b.links[relation].with_columns(source=pl.lit(b.source.id)) for b in parts if relation in b.links]
                ),
                "source",
            )
            for relation in Relation
            if any(relation in b.links for b in parts)
        }
        return cls(tuple(b.source for b in parts), MappingProxyType(entities), MappingProxyType(links))

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
            MappingProxyType(
                {kind: entity_frame(kind, frame(entities[kind]), "source") for kind in Kind if entities.get(kind)}
            ),
            MappingProxyType({rel: link_frame(rel, frame(links[rel]), "source") for rel in Relation if links.get(rel)}),
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
        return (self.entity(name) if isinstance(name, Kind) else self.link(name)).lazy()

    def counts(self) -> dict[str, int]:
        """Return the number of different entities of each kind and of links of each relation."""
        return {str(kind): frame["id"].n_unique() for kind, frame in self.entities.items()} | {
            str(relation): frame.height for relation, frame in self.links.items()
        }
