"""Lists of each kind, and search: one page of them, as plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from graph.questions.taken import taken_said
from graph.stores.directory import Match
from graph.stores.entities import Entity
from graph.stores.generation import Generation
from graph.stores.regions import within
from ontology.errors import InvalidArgument
from ontology.metagraph import KINDS, Kind, Relation
from ontology.prefixes import entity_iri
from ontology.vocabulary import find_code, name

if TYPE_CHECKING:
    from graph import shapes

#: Filters of lists that follow a link: name -> (relation, the kind at its other end).
BY_LINK: Mapping[str, tuple[Relation, Kind]] = {
    "region": (Relation.LOCATED_IN, Kind.REGION),
    "cluster": (Relation.MEMBER_OF, Kind.CLUSTER),
    "value_chain": (Relation.PART_OF, Kind.VALUE_CHAIN),
}


def brief(entity: Entity, language: str) -> shapes.Brief:
    """Return an entity as it stands in a list: its names and attributes, without links."""
    label, label_language = entity.label_in(language)
    return {
        "id": entity.id,
        "iri": entity_iri(entity.id),
        "kind": entity.kind,
        "kind_label": name(entity.kind, language),
        "label": label,
        "label_language": label_language,
        "labels": dict(entity.labels),
        "attributes": dict(entity.attributes),
        "attribute_labels": entity.attribute_labels(language),
    }


def page(
    generation: Generation,
    found: Sequence[str | Entity],
    language: str,
    limit: int,
    offset: int,
    taken: Iterable[Match] = (),
) -> shapes.PageOfEntities:
    """Return one page of what was found, with the total; entities given as ids are read only for the page."""
    directory = generation.directory
    shown = [directory.get(one) if isinstance(one, str) else one for one in found[offset : offset + limit]]
    return {
        "taken": taken_said(taken, language),
        "generation": generation.number,
        "language": language,
        "total": len(found),
        "limit": limit,
        "offset": offset,
        "items": [brief(entity, language) for entity in shown],
    }


def listed(generation: Generation, kind: Kind, wanted: Mapping[str, str | None]) -> tuple[list[str], tuple[Match, ...]]:
    """Return the ids of a kind that pass all filters, in the order of the tables, and what names were taken for.

    `wanted` holds `name` (one entity by id or name), filters of `BY_LINK` (ids or names; a region takes in its parts),
    and attributes by value (codes, or their names in any language). Raises NotFound and AmbiguousName for names,
    InvalidArgument for codes and for a filter that there is not.
    """
    directory, own, named = generation.directory, {each.name: each for each in KINDS[kind].attributes}, []
    ids: Iterable[str] = directory.ids(kind)
    for filter, value in wanted.items():
        if value is None:
            continue
        if filter == "name":
            named.append(directory.match(value, kind))
            keep = {named[-1].entity.id}
        elif filter in BY_LINK:
            relation, other = BY_LINK[filter]
            named.append(directory.match(value, other))
            end = named[-1].entity.id
            ends = within(generation.tables, end) if other is Kind.REGION else {end}
            keep = set(generation.tables.link(relation).filter(pl.col("object").is_in(list(ends)))["subject"])
        elif filter not in own:
            raise InvalidArgument("unknown-filter", filter=filter, known=("name", *BY_LINK, *own))
        else:
            scheme = own[filter].scheme
            code = find_code(scheme, value) if scheme else value
            keep = set(generation.tables.entity(kind).filter(pl.col(filter) == code)["id"])
        ids = [id for id in ids if id in keep]
    return list(ids), tuple(named)


def searched(
    generation: Generation, text: str, kinds: Iterable[Kind], language: str, limit: int, offset: int
) -> shapes.PageOfHits:
    """Return one page of what a search finds, best fits first."""
    found = generation.directory.search(text, kinds)
    return {"query": text, **page(generation, found, language, limit, offset)}
