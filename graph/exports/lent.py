"""The graph lent to other libraries: networkx and rdflib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from graph.exports.network import Network
from graph.stores.generation import Generation

if TYPE_CHECKING:
    import rdflib


def to_networkx(generation: Generation, language: str = "en") -> nx.MultiDiGraph:
    """Return a graph of all entities and links; nodes are ids, edges have a key, and both what `Network` says.

    What is not known is not among the attributes. An export as GraphML reads as the same graph.
    """
    network = Network(generation.tables, language)
    graph = nx.MultiDiGraph(generation=generation.number, language=language)
    for frame in network.nodes():
        for row in frame.iter_rows(named=True):
            known = {key: value for key, value in row.items() if value is not None}
            graph.add_node(known.pop("id"), **known)
    for frame in network.edges():
        for row in frame.iter_rows(named=True):
            known = {key: value for key, value in row.items() if value is not None}
            graph.add_edge(known.pop("source"), known.pop("target"), known.pop("id"), **known)
    return graph


def to_rdflib(generation: Generation) -> rdflib.Dataset:
    """Return the RDF store as an rdflib dataset, lent and not copied; default_union is on."""
    import rdflib
    from oxrdflib import OxigraphStore

    return rdflib.Dataset(store=OxigraphStore(store=generation.store), default_union=True)
