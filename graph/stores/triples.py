"""Fills an RDF store from tables: the facts, and beside them the vocabulary and its schemes."""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox

from graph.stores.trig import graph, pieces
from ontology.facts import Tables
from ontology.vocabulary import graph_files


def fill(store: ox.Store, tables: Tables) -> None:
    """Load the facts, and then the vocabulary and the schemes, into an empty store, each in its named graph.

    The store's union of graphs keeps doubles, so a triple of the schemes that the facts say too is left out:
    otherwise a region would be found twice (docs/decisions/0005-rdf.md).
    """
    for piece in pieces(tables):
        store.bulk_load(piece, format=ox.RdfFormat.TRIG)
    store.bulk_extend(
        quad for quad in vocabulary() if not any(store.quads_for_pattern(quad.subject, quad.predicate, quad.object))
    )


@lru_cache(maxsize=1)
def vocabulary() -> tuple[ox.Quad, ...]:
    """Return the quads of the vocabulary and the schemes, each file in a graph of its name."""
    return tuple(
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph(f"ontology/{path.stem}")))
        for path in graph_files()
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)
    )
