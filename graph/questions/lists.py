"""The answers that HTTP and the command line both give, as plain values: one question, one answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from graph.knowledge_graph import KnowledgeGraph
from graph.stores.directory import Entity
from graph.stores.generation import Generation
from ontology.metagraph import Kind, Relation
from ontology.prefixes import entity_iri

#: The kinds as they stand in an address.
PLURALS: Mapping[Kind, str] = {
    Kind.ACTOR: "actors",
    Kind.CLUSTER: "clusters",
    Kind.PLATFORM: "platforms",
    Kind.SERVICE: "services",
    Kind.COMPETENCE: "competences",
    Kind.VALUE_CHAIN: "value-chains",
    Kind.STAGE: "stages",
    Kind.PROJECT: "projects",
    Kind.REGION: "regions",
    Kind.SPECIALISATION: "specialisations",
    Kind.NETWORK: "networks",
    Kind.ASSESSMENT: "assessments",
    Kind.NEED: "needs",
    Kind.CALL: "calls",
    Kind.DOCUMENT: "documents",
}

#: Filters of lists that follow a link: name -> (relation, the kind at its other end).
BY_LINK: Mapping[str, tuple[Relation, Kind]] = {
    "region": (Relation.LOCATED_IN, Kind.REGION),
    "cluster": (Relation.MEMBER_OF, Kind.CLUSTER),
    "value_chain": (Relation.PART_OF, Kind.VALUE_CHAIN),
}


def brief(entity: Entity, language: str) -> dict[str, Any]:
    """Return an entity as it stands in a list: its names and attributes, without links."""
    label, label_language = entity.label_in(language)
    return {
        "id": entity.id,
        "iri": entity_iri(entity.id),
        "kind": str(entity.kind),
        "label": label,
        "label_language": label_language,
        "labels": dict(entity.labels),
        "attributes": dict(entity.attributes),
    }


def page(
    generation: Generation, found: Sequence[str | Entity], language: str, limit: int, offset: int
) -> dict[str, Any]:
    """Return one page of what was found, with the total; entities given as ids are read only for the page."""
    directory = generation.directory
    shown = [directory.get(one) if isinstance(one, str) else one for one in found[offset : offset + limit]]
    return {
        "generation": generation.number,
        "language": language,
        "total": len(found),
        "limit": limit,
        "offset": offset,
        "items": [brief(entity, language) for entity in shown],
    }


def listed(generation: Generation, kind: Kind, wanted: Mapping[str, str | None]) -> list[str]:
    """Return the ids of a kind that pass all filters, in the order of the tables.

    `wanted` holds `name` (one entity by id or name), filters of `BY_LINK` (ids or names), and attributes by value.
    Raises NotFound and AmbiguousName for names.
    """
    directory = generation.directory
    ids: Iterable[str] = directory.ids(kind)
    for filter, value in wanted.items():
        if value is None:
            continue
        if filter == "name":
            keep = {directory.find(value, kind).id}
        elif filter in BY_LINK:
            relation, other = BY_LINK[filter]
            end = directory.find(value, other).id
            keep = set(generation.tables.link(relation).filter(pl.col("object") == end)["subject"])
        else:
            keep = set(generation.tables.entity(kind).filter(pl.col(filter) == value)["id"])
        ids = [id for id in ids if id in keep]
    return list(ids)


def searched(
    graph: KnowledgeGraph, text: str, kinds: Iterable[Kind], language: str, limit: int, offset: int
) -> dict[str, Any]:
    """Return one page of what a search finds, best fits first."""
    generation = graph.generation
    found = generation.directory.search(text, kinds)
    return {"query": text} | page(generation, found, language, limit, offset)


def partners(graph: KnowledgeGraph, actor: str, language: str, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """Return partners for an actor, by id or name; a wish that is None was not made."""
    made = {wish: value for wish, value in wishes.items() if value is not None}
    answer: dict[str, Any] = graph.partners(actor, **made).to_dict(language)
    return answer


def outside(chosen: Sequence[str]) -> str | tuple[str, ...] | None:
    """Return what a partner must lie outside of as the graph takes it: one word, several, or nothing said."""
    return None if not chosen else chosen[0] if len(chosen) == 1 else tuple(dict.fromkeys(chosen))
