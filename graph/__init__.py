"""The graph: keep facts, ask them, draw them. `open_graph` is the door."""

from graph.knowledge_graph import KnowledgeGraph, open_graph
from graph.values import Actor, Cluster, GraphEntity, Platform, ValueChain

__all__ = ["Actor", "Cluster", "GraphEntity", "KnowledgeGraph", "Platform", "ValueChain", "open_graph"]
