"""One entity as linked data: its own triples, and the links that touch it with their attributes and provenance."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from graph.stores.generation import Generation
from ontology import turtle
from ontology.prefixes import PREFIXES, entity_iri

_FORMATS = {
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}


def describe(generation: Generation, id: str, format: str, patience: float | None = None) -> bytes:
    """Return what the graph says of an entity, always in the same order; NotReady as `Generation.store_within` has it.

    Looked up by pattern, so nothing from outside becomes part of a query, and the work is bounded by the entity's
    own links.
    """
    store = generation.store_within(patience)
    node = ox.NamedNode(entity_iri(id))
    found = {quad.triple for quad in store.quads_for_pattern(node, None, None)}
    links = PREFIXES["avlink"]
    for quad in store.quads_for_pattern(None, None, node):
        found.add(quad.triple)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(links):
            found.update(part.triple for part in store.quads_for_pattern(quad.subject, None, None))
    return serialised(found, format)


def serialised(triples: Iterable[ox.Triple], format: str) -> bytes:
    """Return triples in a format, always in the same order."""
    if format == "turtle":
        return turtle.write(triples, head="").encode()
    return ox.serialize(sorted(triples, key=str), format=_FORMATS[format], prefixes=dict(PREFIXES)) or b""
