"""The graph: keep facts, ask them, draw them. `open_graph` is the door."""

from graph.knowledge_graph import KnowledgeGraph, open_graph
from graph.values import Actor, Cluster, Platform, Thing, ValueChain

__all__ = ["Actor", "Cluster", "KnowledgeGraph", "Platform", "Thing", "ValueChain", "open_graph"]
