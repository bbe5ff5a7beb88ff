"""Fills an RDF store from tables: the facts, and beside them the vocabulary and its schemes."""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox

from graph.stores.trig import graph, pieces
from ontology.facts import Tables
from ontology.vocabulary import graph_files


def fill(store: ox.Store, tables: Tables) -> None:
    """Load the facts, and then the vocabulary and the schemes, into an empty store, each in its named graph."""
    for piece in pieces(tables):
        store.bulk_load(piece, format=ox.RdfFormat.TRIG)
    put_vocabulary(store)


def put_vocabulary(store: ox.Store) -> None:
    """Put the vocabulary and the schemes into a store of facts; what the facts say too is left out, or taken out.

    The store's union of graphs keeps doubles, and otherwise a region would be found twice (docs/decisions/0005-rdf.md).
    """
    own = {quad.graph_name for quad in vocabulary()}
    subjects = {quad.subject for quad in vocabulary()}
    found = {quad for subject in subjects for quad in store.quads_for_pattern(subject, None, None)}
    said = {quad.triple for quad in found if quad.graph_name not in own}
    wanted = {quad for quad in vocabulary() if quad.triple not in said}
    for quad in found:
        if quad.graph_name in own and quad not in wanted:
            store.remove(quad)
    store.bulk_extend(wanted - found)


@lru_cache(maxsize=1)
def vocabulary() -> tuple[ox.Quad, ...]:
    """Return the quads of the vocabulary and the schemes, each file in a graph of its name."""
    return tuple(
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph(f"ontology/{path.stem}")))
        for path in graph_files()
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)
    )
