"""RDF read back as tables: the inverse of `graph.stores.trig`, so that nothing is said in one that the other loses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox

from ontology.facts import Source, Tables, entity_attributes, link_attributes
from ontology.metagraph import (
    KINDS,
    LINK_RELATION,
    LOAD_ORDER,
    RELATIONS,
    SOURCE_TERMS,
    Attribute,
    Kind,
    Relation,
    Value,
)
from ontology.prefixes import PREFIXES, entity_id, iri
from ontology.turtle import natural


def from_quads(quads: Iterable[ox.Quad]) -> Tables:
    """Return the tables that these quads tell of: the inverse of `trig.pieces`, rows in the order of their records.

    Quads that are not of this shape (a scheme's concepts, say) are left aside.
    """
    nodes: dict[str, dict[str, dict[str, list[Any]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode):
            graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            nodes[graph][quad.subject.value][quad.predicate.value].append(quad.object)
    described = nodes.pop("", {})
    sources = sources_from(
        (subject, term, object.value)
        for subject, said in described.items()
        for term, objects in said.items()
        for object in objects
    )
    kinds = {iri(spec.term): kind for kind, spec in KINDS.items()}
    relations = {iri(spec.term): relation for relation, spec in RELATIONS.items()}
    entities: dict[Kind, list[dict[str, Any]]] = defaultdict(list)
    links: dict[Relation, list[dict[str, Any]]] = defaultdict(list)
    for source in sources:
        prefix = f"{PREFIXES['avsource']}{source.id}/"
        for subject, said in nodes[PREFIXES["avsource"] + source.id].items():
            row: dict[str, Any] = {"source": source.id}
            for type in said[iri("rdf:type")]:
                if kind := kinds.get(type.value):
                    entities[kind].append(
                        row | {"id": entity_id(subject)} | _read(said, entity_attributes(kind), prefix)
                    )
            for property in said[iri(LINK_RELATION)]:
                relation = relations[property.value]
                spec = RELATIONS[relation]
                ends = {
                    name: entity_id(said[iri(term)][0].value)
                    for name, term in (("subject", spec.subject_term), ("object", spec.object_term))
                }
                links[relation].append(row | ends | _read(said, link_attributes(relation), prefix))
    for rows in (*entities.values(), *links.values()):
        rows.sort(key=lambda row: (natural(row["record"]), row.get("subject", ""), row.get("object", "")))
    return Tables.from_rows(sources, entities, links)


def sources_from(said: Iterable[tuple[str, str, str]]) -> tuple[Source, ...]:
    """Return the sources of which something is said, as subject, property and value, in the order of their loading."""
    described: dict[str, dict[str, str]] = defaultdict(dict)
    for subject, term, value in said:
        described[subject].setdefault(term, value)
    found: list[tuple[int, Source]] = []
    for subject, told in described.items():
        if order := told.get(iri(LOAD_ORDER)):
            values: dict[str, Any] = {name: told[iri(term)] for name, term in SOURCE_TERMS.items() if iri(term) in told}
            retrieved = date.fromisoformat(values.pop("retrieved"))
            id = subject.removeprefix(PREFIXES["avsource"])
            found.append((int(order), Source(id=id, retrieved=retrieved, **({"url": None} | values))))
    return tuple(source for _, source in sorted(found, key=lambda pair: pair[0]))


def _read(said: dict[str, list[Any]], attributes: Iterable[Attribute], records: str) -> dict[str, Any]:
    """Return the columns of one row."""
    row: dict[str, Any] = {}
    for attribute in attributes:
        for object in said.get(iri(attribute.term), ()):
            text = object.value
            match attribute.value:
                case Value.TEXT_BY_LANGUAGE:
                    row[f"{attribute.name}_{object.language or 'und'}"] = text
                case Value.CODE:
                    row[attribute.name] = unquote(text.removeprefix(f"{PREFIXES['avscheme']}{attribute.scheme}/"))
                case Value.LINK:
                    row[attribute.name] = entity_id(text)
                case Value.INTEGER:
                    row[attribute.name] = int(text)
                case Value.DECIMAL:
                    row[attribute.name] = float(text)
                case Value.BOOLEAN:
                    row[attribute.name] = text == "true"
                case Value.TEXT if attribute.name == "record":
                    row[attribute.name] = unquote(text.removeprefix(records))
                case _:
                    row[attribute.name] = text
    return row
