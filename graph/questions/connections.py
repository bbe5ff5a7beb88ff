"""The best paths between two actors, clusters or platforms, through whatever joins them.

A path costs one for each step, and a toll at hubs: a step between nodes with `m` and `n` neighbours along its
relation costs 1 + d·ln(m·n), where d is the relation's damping. So a project of three outweighs a network of
three hundred. Regions and documents are never bridges: everyone is two steps apart through "Lappi".
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import networkx as nx

from graph.paths.edges import Edge, find_edges
from graph.questions.taken import Taking, taken_said
from graph.stores.directory import Directory
from graph.stores.generation import Generation
from ontology.errors import InvalidArgument
from ontology.metagraph import NO_BRIDGE, Kind, Relation
from ontology.metapaths import DAMPING
from ontology.texts import say
from ontology.vocabulary import name

if TYPE_CHECKING:
    from graph import shapes

#: What a path may begin and end at.
ENDS = (Kind.ACTOR, Kind.CLUSTER, Kind.PLATFORM)

#: Longer chains of acquaintance tell a reader nothing.
MOST_STEPS = 6


@dataclass(frozen=True, slots=True)
class Connection:
    """One path: the ids along it, the edges between them, and what it costs (less is nearer)."""

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]
    cost: float

    def text(self, directory: Directory, language: str) -> str:
        """Return the path in one line: each name, and what joins it to the next."""
        parts = [directory.label(self.nodes[0], language)]
        for (start, end), step in zip(pairwise(self.nodes), self.edges, strict=True):
            outward = step.subject == start
            says = name(step.relation, language, "label" if outward else "inverse")
            parts.append(f"—{says}→ {directory.label(end, language)}")
        return " ".join(parts)


@dataclass(frozen=True)
class Connections(Taking):
    """The best paths between two ends, nearest first."""

    start: str
    end: str
    found: tuple[Connection, ...]
    directory: Directory = field(repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[Connection]:
        return iter(self.found)

    def __getitem__(self, place: int) -> Connection:
        return self.found[place]

    def to_dict(self, language: str = "en") -> shapes.Paths:
        """Return the paths as plain values for JSON."""
        named = self.directory.named
        return {
            "from": named(self.start, language),
            "to": named(self.end, language),
            "taken": taken_said(self.taken, language),
            "language": language,
            "note": "" if self.found else say("answer.no-path", language, most=MOST_STEPS),
            "paths": [
                {
                    "cost": path.cost,
                    "text": path.text(self.directory, language),
                    "nodes": [named(id, language) for id in path.nodes],
                    "edges": [step.to_dict(self.directory, language) for step in path.edges],
                }
                for path in self.found
            ],
        }


def find_connections(generation: Generation, start: str, end: str, limit: int = 10) -> Connections:
    """Return at most `limit` paths of at most `MOST_STEPS` steps, nearest first; ties go by the ids on the way.

    Yen's algorithm, by networkx. Raises NotFound for ends of other kinds, InvalidArgument for equal ends and limit < 1.
    """
    directory = generation.directory
    for id in (start, end):
        directory.by_id(id, *ENDS)
    if start == end:
        raise InvalidArgument("equal-ends")
    if limit < 1:
        raise InvalidArgument("page-range", limit=limit, offset=0)
    graph = _graph(generation)
    if start not in graph or end not in graph:
        return Connections(start, end, (), directory)
    found = []
    try:
        for nodes in islice(nx.shortest_simple_paths(graph, start, end, weight="cost"), limit * 5):
            if len(nodes) - 1 <= MOST_STEPS:
                found.append(tuple(nodes))
            if len(found) == limit:
                break
    except nx.NetworkXNoPath:
        pass
    wanted = [_key(graph, pair) for nodes in found for pair in pairwise(nodes)]
    edges = find_edges(generation.tables, wanted)
    paths = [
        Connection(
            nodes,
            tuple(edges[_key(graph, pair)] for pair in pairwise(nodes)),
            sum(graph.edges[pair]["cost"] for pair in pairwise(nodes)),
        )
        for nodes in found
    ]
    return Connections(start, end, tuple(sorted(paths, key=lambda path: (path.cost, path.nodes))), directory)


def _key(graph: nx.Graph, pair: tuple[str, str]) -> tuple[Relation, str, str]:
    step = graph.edges[pair]
    return step["relation"], step["subject"], step["object"]


@lru_cache(maxsize=2)
def _graph(generation: Generation) -> nx.Graph:
    """Every link as an undirected edge with its cost; of parallel links the cheapest stays."""
    kinds = {id: kind for kind, frame in generation.tables.entities.items() for id in frame["id"]}
    graph = nx.Graph()
    for relation, frame in generation.tables.links.items():
        pairs = frame.select("subject", "object").unique(maintain_order=True)
        bridges = [(s, o) for s, o in pairs.iter_rows() if kinds[s] not in NO_BRIDGE and kinds[o] not in NO_BRIDGE]
        _add(graph, relation, bridges)
    return graph


def _add(graph: nx.Graph, relation: Relation, pairs: list[tuple[str, str]]) -> None:
    degrees: dict[str, int] = {}
    for pair in pairs:
        for id in pair:
            degrees[id] = degrees.get(id, 0) + 1
    for subject, object in pairs:
        cost = 1 + DAMPING[relation] * math.log(degrees[subject] * degrees[object])
        known = graph.get_edge_data(subject, object)
        if subject != object and (known is None or cost < known["cost"]):
            graph.add_edge(subject, object, relation=relation, subject=subject, object=object, cost=cost)
