"""Lists of each kind, and search: one page of them, as plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    found: pl.Series,
    language: str,
    limit: int,
    offset: int,
    taken: Iterable[Match] = (),
) -> shapes.PageOfEntities:
    """Return one page of the ids that were found, with the total; entities are read only for the page."""
    return _page(generation, len(found), found[offset : offset + limit], language, limit, offset, taken)


def _page(
    generation: Generation,
    total: int,
    ids: Iterable[str],
    language: str,
    limit: int,
    offset: int,
    taken: Iterable[Match] = (),
) -> shapes.PageOfEntities:
    return {
        "taken": taken_said(taken, language),
        "generation": generation.number,
        "language": language,
        "total": total,
        "limit": limit,
        "offset": offset,
        "items": [brief(generation.directory.get(id), language) for id in ids],
    }


def listed(generation: Generation, kind: Kind, wanted: Mapping[str, str | None]) -> tuple[pl.Series, tuple[Match, ...]]:
    """Return the ids of a kind that pass all filters, in the order of the tables, and what names were taken for.

    `wanted` holds `name` (one entity by id or name), filters of `BY_LINK` (ids or names; a region takes in its parts),
    and attributes by value (codes, or their names in any language). Raises NotFound and AmbiguousName for names,
    InvalidArgument for codes and for a filter that there is not.
    """
    directory, own, named = generation.directory, {each.name: each for each in KINDS[kind].attributes}, []
    ids = generation.tables.scan(kind).select("id").unique(maintain_order=True)
    for filter, value in wanted.items():
        if value is None:
            continue
        if filter == "name":
            named.append(directory.match(value, kind))
            keep = pl.LazyFrame({"id": [named[-1].entity.id]})
        elif filter in BY_LINK:
            relation, other = BY_LINK[filter]
            named.append(directory.match(value, other))
            end = named[-1].entity.id
            ends = within(generation.tables, end) if other is Kind.REGION else {end}
            keep = generation.tables.scan(relation).filter(pl.col("object").is_in(list(ends))).select(id="subject")
        elif filter not in own:
            raise InvalidArgument("unknown-filter", filter=filter, known=("name", *BY_LINK, *own))
        else:
            scheme = own[filter].scheme
            code = find_code(scheme, value) if scheme else value
            keep = generation.tables.scan(kind).filter(pl.col(filter) == code).select("id")
        ids = ids.join(keep, on="id", how="semi", maintain_order="left")
    return ids.collect()["id"], tuple(named)


def searched(
    generation: Generation, text: str, kinds: Iterable[Kind], language: str, limit: int, offset: int
) -> shapes.PageOfHits:
    """Return one page of what a search finds, best fits first; where it finds nothing, what was perhaps meant."""
    directory, kinds = generation.directory, tuple(kinds)
    found = directory.names.holding(text, kinds, limit, offset)
    meant = () if found else directory.names.near(text, kinds)
    return {
        "query": text,
        "suggestions": [directory.named(id, language) for id in meant],
        **_page(generation, found.total, found.ids, language, limit, offset),
    }
