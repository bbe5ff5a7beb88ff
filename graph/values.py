"""What the graph hands out: an actor, a cluster, a platform, a value chain, each with its verbs.

A value belongs to the generation that it was read from and never changes; each verb is a plain function elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl

from graph.stores.directory import Entity, Evidence
from graph.stores.generation import Generation
from ontology.errors import MissingExtra
from ontology.facts import Tables
from ontology.metagraph import KINDS, Kind, Relation
from ontology.vocabulary import attribute_name, concept_label, name

if TYPE_CHECKING:
    from graph.infographics import Infographic
    from graph.infographics.network import InteractiveNetwork
    from graph.questions.gaps import Gaps
    from graph.questions.partners import Partners


@dataclass(frozen=True, repr=False)
class Thing:
    """Something in the graph, in one generation of it."""

    entity: Entity = field(repr=False)
    generation: Generation = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        """Its id."""
        return self.entity.id

    @property
    def kind(self) -> Kind:
        """Its kind."""
        return self.entity.kind

    @property
    def attributes(self) -> Mapping[str, Any]:
        """What its sources say of it; what is not known is not there."""
        return self.entity.attributes

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Where it is told of."""
        return self.entity.evidence

    def label(self, language: str = "en") -> str:
        """Return its name in a language, or the nearest that there is."""
        return self.entity.label(language)

    def links(self, language: str = "en") -> pl.DataFrame:
        """Return every link that touches it: relation, direction, the other end with its label, and the evidence."""
        return links_of(self.generation, self.id, language)

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """Return what is known of it as plain values for JSON."""
        label, label_language = self.entity.label_in(language)
        return {
            "id": self.id,
            "kind": str(self.kind),
            "label": label,
            "label_language": label_language,
            "labels": dict(self.entity.labels),
            "attributes": dict(self.attributes),
            "evidence": [evidence.to_dict() for evidence in self.evidence],
            "links": self.links(language).to_dicts(),
        }

    def __str__(self) -> str:
        return str(self.entity)

    def __repr__(self) -> str:
        return f"<{self.kind} {self}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(title)}</th><td>{escape(value)}</td></tr>" for title, value in describe(self.entity, "en")
        )
        title = escape(f"{self.label()} · {name(self.kind, 'en')}")
        return f"<table><caption>{title}</caption>{rows}</table>"


def describe(entity: Entity, language: str) -> list[tuple[str, str]]:
    """Return an entity's attributes as (name, value) in words, in the metagraph's order."""
    found = []
    for attribute in KINDS[entity.kind].attributes:
        if attribute.name in entity.attributes:
            value = entity.attributes[attribute.name]
            shown = concept_label(attribute.scheme, value, language) if attribute.scheme else str(value)
        elif text := entity.text(attribute.name, language):
            shown = text[0] if text[1] == language else f"{text[0]} ({text[1]})"
        else:
            continue
        found.append((attribute_name(attribute, language), shown))
    return found


def links_of(generation: Generation, id: str, language: str) -> pl.DataFrame:
    """Return every link that touches an id, in both directions."""
    rows = []
    tables: Tables = generation.tables
    for relation, frame in tables.links.items():
        own = frame.filter((pl.col("subject") == id) | (pl.col("object") == id))
        for row in own.iter_rows(named=True):
            outward = row["subject"] == id
            other = row["object"] if outward else row["subject"]
            rows.append(
                {
                    "relation": str(relation),
                    "outward": outward,
                    "says": name(relation, language, "label" if outward else "inverse"),
                    "other": other,
                    "label": generation.directory.label(other, language),
                    "kind": str(generation.directory.kind(other)),
                    "role": row.get("role"),
                    "method": row["method"],
                    "source": row["source"],
                    "record": row["record"],
                    "url": row["source_url"],
                    "note": row["note"],
                }
            )
    texts = ("relation", "says", "other", "label", "kind", "role", "method", "source", "record", "url", "note")
    schema: dict[str, Any] = {"relation": pl.String, "outward": pl.Boolean} | dict.fromkeys(texts, pl.String)
    return pl.DataFrame(rows, schema=schema)


@dataclass(frozen=True, repr=False)
class Actor(Thing):
    """A company, a research organisation, a public body, an association …"""

    def partners(self, **wishes: Any) -> Partners:
        """Return partners for this actor; the wishes are those of `graph.partners.find_partners`."""
        from graph.questions.partners import find_partners

        generation = self.generation
        return find_partners(generation.paths, generation.tables, generation.directory, self.id, **wishes)


@dataclass(frozen=True, repr=False)
class Platform(Thing):
    """An innovation platform: a place where things are tried out."""


@dataclass(frozen=True, repr=False)
class Cluster(Thing):
    """A cluster: it can name its members."""

    def members(self, language: str = "en") -> pl.DataFrame:
        """Return the members, and who coordinates it, as a frame of links."""
        links = self.links(language).filter(~pl.col("outward"))
        return links.filter(pl.col("relation").is_in([str(Relation.MEMBER_OF), str(Relation.COORDINATES)]))

    def network(self, language: str = "en") -> InteractiveNetwork:
        """Return the interactive network of the cluster."""
        from graph.infographics.network import InteractiveNetwork, lay_out_cluster

        return InteractiveNetwork(lay_out_cluster(self.generation, self.id, language))


@dataclass(frozen=True, repr=False)
class ValueChain(Thing):
    """A value chain: stages joined by flows, and who works in them."""

    def gaps(self, region: str | None = None) -> Gaps:
        """Return the gaps, in the whole area or in one region (an id or a name)."""
        from graph.questions.gaps import find_gaps

        directory = self.generation.directory
        found = directory.find(region, Kind.REGION).id if region is not None else None
        return find_gaps(self.generation.tables, directory, self.id, found)

    def infographic(self, language: str = "en") -> Infographic:
        """Return the infographic: it shows itself in a notebook, and saves as SVG, PNG or PDF by suffix."""
        from graph.infographics import draw
        from graph.infographics.compose import compose

        try:
            return draw(compose(self.generation, self.id, language))
        except ModuleNotFoundError:  # what measures text comes with the extra
            raise MissingExtra("draw") from None

    def network(self, language: str = "en") -> InteractiveNetwork:
        """Return the interactive network of the chain."""
        from graph.infographics.network import InteractiveNetwork, lay_out_chain

        return InteractiveNetwork(lay_out_chain(self.generation, self.id, language))


#: Which value stands for which kind; all other kinds are plain things.
VALUES: Mapping[Kind, type[Thing]] = {
    Kind.ACTOR: Actor,
    Kind.PLATFORM: Platform,
    Kind.CLUSTER: Cluster,
    Kind.VALUE_CHAIN: ValueChain,
}


def thing(generation: Generation, entity: Entity) -> Thing:
    """Return the value that stands for an entity."""
    return VALUES.get(entity.kind, Thing)(entity, generation)
