"""The graph lent to other libraries: networkx and rdflib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from graph.stores.generation import Generation
from ontology.metagraph import Kind

if TYPE_CHECKING:
    import rdflib


def to_networkx(generation: Generation, language: str = "en") -> nx.MultiDiGraph:
    """Return a graph of all entities and links; nodes are ids with `kind` and `label`, edges have `relation`.

    What is not known is not among the attributes.
    """
    graph = nx.MultiDiGraph(generation=generation.number, language=language)
    for kind in Kind:
        for row in generation.directory.frame(kind, language).iter_rows(named=True):
            known = {key: value for key, value in row.items() if value is not None and key != "id"}
            graph.add_node(row["id"], kind=str(kind), **known)
    for relation, frame in generation.tables.links.items():
        for row in frame.iter_rows(named=True):
            known = {key: value for key, value in row.items() if value is not None}
            graph.add_edge(known.pop("subject"), known.pop("object"), relation=str(relation), **known)
    return graph


def to_rdflib(generation: Generation) -> rdflib.Dataset:
    """Return the RDF store as an rdflib dataset, lent and not copied; default_union is on."""
    import rdflib
    from oxrdflib import OxigraphStore

    return rdflib.Dataset(store=OxigraphStore(store=generation.store), default_union=True)
