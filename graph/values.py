"""What the graph hands out: an actor, a cluster, a platform, a value chain, each with its verbs.

A value belongs to the generation that it was read from and never changes; each verb is a plain function elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any, Self, Unpack

import polars as pl

from graph.questions.taken import taking
from graph.stores.entities import Entity
from graph.stores.generation import Generation
from graph.stores.standing import standing
from ontology.errors import MissingExtra
from ontology.facts import in_language
from ontology.metagraph import KINDS, Attribute, Kind, Relation, Value
from ontology.texts import say, show_date, show_number
from ontology.vocabulary import attribute_name, concept_label, name, role_label

if TYPE_CHECKING:
    from graph import shapes
    from graph.infographics import Infographic
    from graph.infographics.network import InteractiveNetwork
    from graph.questions.gap_answer import Gaps
    from graph.questions.partner_answer import Partners
    from graph.questions.wishes import Wishes


#: Larger numbers are shown as they are written.
_MOST = 1e15

#: The columns of a frame of links: those of `graph.shapes.LinkOfEntity`.
_TEXTS = ("says", "other", "label", "kind", "kind_label", "role", "role_label", "method", "method_label", "source")
_LINK = {"relation": pl.String(), "outward": pl.Boolean()} | dict.fromkeys(
    (*_TEXTS, "record", "url", "note", "status", "status_year", "standing", "place", "place_said"), pl.String()
)


@dataclass(frozen=True, repr=False)
class GraphEntity(Entity):
    """An entity in the generation that it was read from: what is known of it, and what can be asked of it."""

    generation: Generation = field(repr=False, compare=False)

    @classmethod
    def of(cls, entity: Entity, generation: Generation) -> Self:
        """Return an entity of a generation."""
        return cls(entity.id, entity.kind, entity.labels, entity.attributes, entity.evidence, generation)

    def links(self, language: str = "en") -> pl.DataFrame:
        """Return every link that touches it: relation, direction, the other end with its label, and the evidence."""
        return pl.DataFrame(links_of(self.generation, self.id, language), schema=_LINK)

    def to_dict(self, language: str = "en") -> shapes.EntityInFull:
        """Return what is known of it as plain values for JSON."""
        label, label_language = self.label_in(language)
        return {
            "id": self.id,
            "kind": self.kind,
            "kind_label": name(self.kind, language),
            "label": label,
            "label_language": label_language,
            "labels": dict(self.labels),
            "attributes": dict(self.attributes),
            "attribute_labels": self.attribute_labels(language),
            "evidence": [evidence.to_dict(language) for evidence in self.evidence],
            "links": links_of(self.generation, self.id, language),
        }

    def __repr__(self) -> str:
        return f"<{self.kind} {self}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(title)}</th><td>{escape(value)}</td></tr>" for title, value in describe(self, "en")
        )
        title = escape(f"{self.label()} · {name(self.kind, 'en')}")
        return f"<table><caption>{title}</caption>{rows}</table>"


def describe(entity: Entity, language: str) -> list[tuple[str, str]]:
    """Return an entity's attributes as (name, value) in words, in the metagraph's order."""
    found = []
    for attribute in KINDS[entity.kind].attributes:
        if attribute.name in entity.attributes:
            shown = _in_words(attribute, entity.attributes[attribute.name], language)
        elif text := entity.text(attribute.name, language):
            shown = text[0] if text[1] == language else f"{text[0]} ({text[1]})"
        else:
            continue
        found.append((attribute_name(attribute, language), shown))
    return found


def _in_words(attribute: Attribute, value: Any, language: str) -> str:
    if attribute.scheme:
        return concept_label(attribute.scheme, value, language)
    if isinstance(value, bool):
        return say("answer.yes" if value else "answer.no", language)
    if isinstance(value, float) and abs(value) < _MOST:
        return show_number(int(value) if value.is_integer() else value, language, 0 if value.is_integer() else 2)
    if attribute.value is Value.DATE and len(value) == len("2026-11-22") and value >= "0001":  # no calendar has year 0
        return show_date(date.fromisoformat(value), language)
    return str(value)


def links_of(generation: Generation, id: str, language: str) -> list[shapes.LinkOfEntity]:
    """Return every link that touches an id, in both directions."""
    directory = generation.directory
    found: list[shapes.LinkOfEntity] = []
    for relation, frame in generation.tables.links.items():
        own = frame.filter((pl.col("subject") == id) | (pl.col("object") == id))
        for row in own.iter_rows(named=True):
            outward = row["subject"] == id
            other = row["object"] if outward else row["subject"]
            kind, role = directory.kind(other), row.get("role")
            found.append(
                {
                    "relation": relation,
                    "outward": outward,
                    "says": name(relation, language, "label" if outward else "inverse"),
                    "other": other,
                    "label": directory.label(other, language),
                    "kind": kind,
                    "kind_label": name(kind, language),
                    "role": role,
                    "role_label": role_label(role, language) if role else None,
                    "method": row["method"],
                    "method_label": concept_label("methods", row["method"], language),
                    "source": row["source"],
                    "record": row["record"],
                    "url": row["source_url"],
                    "note": row["note"],
                    "status": row.get("status"),
                    "status_year": row.get("status_year"),
                    "standing": standing(row, language),
                    "place": row.get("place"),
                    "place_said": _place_said(row, language),
                }
            )
    return found


def _place_said(row: Mapping[str, Any], language: str) -> str | None:
    """Whether a location is a seat or a site, with the name of the site and its municipality."""
    if row.get("place") is None:
        return None
    place, site = concept_label("places", row["place"], language), in_language(row, "site_name", language)
    said = ", ".join(filter(None, (site and site[0], row["municipality"])))
    return f"{place}: {said}" if said else place


@dataclass(frozen=True, repr=False)
class Actor(GraphEntity):
    """A company, a research organisation, a public body, an association …"""

    def partners(self, **wishes: Unpack[Wishes]) -> Partners:
        """Return partners for this actor, best first; what may be wished stands in `graph.questions.wishes.Wishes`."""
        from graph.questions.partners import find_partners
        from graph.questions.wishes import understood

        filters, page, named = understood(self.generation.directory, **wishes)
        return taking(find_partners(self.generation, self.id, filters, *page), *named)


@dataclass(frozen=True, repr=False)
class Platform(GraphEntity):
    """An innovation platform: a place where things are tried out."""


@dataclass(frozen=True, repr=False)
class Cluster(GraphEntity):
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
class ValueChain(GraphEntity):
    """A value chain: stages joined by flows, and who works in them."""

    def gaps(self, region: str | None = None) -> Gaps:
        """Return the gaps, in the whole area or in one region (an id or a name)."""
        from graph.questions.gaps import find_gaps

        if region is None:
            return find_gaps(self.generation, self.id)
        match = self.generation.directory.match(region, Kind.REGION)
        return taking(find_gaps(self.generation, self.id, match.entity.id), match)

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


#: Which value stands for which kind; all other kinds are entities without verbs of their own.
VALUES: Mapping[Kind, type[GraphEntity]] = {
    Kind.ACTOR: Actor,
    Kind.PLATFORM: Platform,
    Kind.CLUSTER: Cluster,
    Kind.VALUE_CHAIN: ValueChain,
}


def of_kind(entity: Entity, generation: Generation) -> GraphEntity:
    """Return an entity of a generation, with the verbs of its kind."""
    return VALUES.get(entity.kind, GraphEntity).of(entity, generation)
