"""The best paths between two actors, clusters or platforms, through whatever joins them.

A path costs one for each step, and a toll at hubs: a step between nodes with `m` and `n` neighbours along its
relation costs 1 + d·ln(m·n), where d is the relation's damping. So a project of three outweighs a network of
three hundred. Regions and documents are never bridges: everyone is two steps apart through "Lappi". Those told are the
cheapest of all that have few enough steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from graph.paths.bridges import UNIT, Bridges
from graph.paths.edges import Edge, find_edges
from graph.paths.search import STEPS, cheapest
from graph.questions.taken import Taking, taken_said
from graph.stores.directory import Directory
from graph.stores.generation import Generation
from graph.stores.standing import with_standing
from ontology.errors import InvalidArgument
from ontology.metagraph import Kind
from ontology.texts import say
from ontology.vocabulary import name

if TYPE_CHECKING:
    from graph import shapes

#: What a path may begin and end at.
ENDS = (Kind.ACTOR, Kind.CLUSTER, Kind.PLATFORM)


@dataclass(frozen=True, slots=True)
class Connection:
    """One path: the ids along it, the edges between them, and what it costs (less is nearer)."""

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]
    cost: float

    def text(self, directory: Directory, language: str) -> str:
        """Return the path in one line: each name, and what joins it to the next; what is planned or past says so."""

        def named(id: str) -> str:
            entity = directory.get(id)
            return with_standing(entity.label(language), entity.attributes, language)

        parts = [named(self.nodes[0])]
        for (start, end), step in zip(pairwise(self.nodes), self.edges, strict=True):
            outward = step.subject == start
            says = name(step.relation, language, "label" if outward else "inverse")
            said = ", ".join(step.standings(language))
            parts.append(f"—{says}{f' ({said})' if said else ''}→ {named(end)}")
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
            "note": "" if self.found else say("answer.no-path", language, most=STEPS),
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
    """Return at most `limit` paths of at most `STEPS` steps, nearest first; ties go by the ids on the way.

    Raises NotFound for ends of other kinds, InvalidArgument for equal ends and limit < 1.
    """
    directory = generation.directory
    for id in (start, end):
        directory.by_id(id, *ENDS)
    if start == end:
        raise InvalidArgument("equal-ends")
    if limit < 1:
        raise InvalidArgument("page-range", limit=limit, offset=0)
    bridges = Bridges(generation.paths)
    first, last = (bridges.node(directory.kind(id), id) for id in (start, end))
    links = [[bridges.link(*pair) for pair in pairwise(nodes)] for nodes in cheapest(bridges, first, last, limit)]
    edges = find_edges(generation.paths, generation.tables, [link for own in links for link, _ in own])
    found = (_connection(start, [edges[link] for link, _ in own], sum(cost for _, cost in own)) for own in links)
    return Connections(start, end, tuple(found), directory)


def _connection(start: str, edges: list[Edge], cost: int) -> Connection:
    nodes = [start]
    for edge in edges:
        nodes.append(edge.object if edge.subject == nodes[-1] else edge.subject)
    return Connection(tuple(nodes), tuple(edges), cost / UNIT)
