"""Every link that may be a bridge between two, walked both ways, and what a step costs.

A step costs one, and a toll at hubs: between nodes with `m` and `n` neighbours along its relation it costs
1 + d·ln(m·n), where d is the relation's damping. Costs are whole numbers here, so that equal paths cost the same to the
last digit, in whatever order their steps are added up.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict

import numpy as np
import numpy.typing as npt

from graph.paths.adjacency import Adjacency, Ints, ahead, numbered
from graph.paths.edges import Link
from graph.paths.index import PathIndex
from ontology.metagraph import NO_BRIDGE, Kind, Relation
from ontology.metapaths import DAMPING, Step

#: The cost of a step without any toll.
UNIT = 10**12

#: Where steps lead from, where to, and what each costs.
Steps = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], Ints]


class Bridges:
    """The nodes of all kinds that may be a bridge, numbered one kind after another, and the steps between them."""

    def __init__(self, index: PathIndex) -> None:
        self.index = index
        self._kinds = [kind for kind in numbered() if kind not in NO_BRIDGE]
        bounds = np.cumsum([0, *(len(index.ids[kind]) for kind in self._kinds)]).tolist()
        self._begins = dict(zip(self._kinds, bounds[:-1], strict=True))
        self.size: int = bounds[-1]
        self._ways: dict[Kind, list[tuple[Relation, bool, Kind, Adjacency]]] = defaultdict(list)
        for (relation, subject, object, forward), adjacency in index.arrays.items():
            start, end = (subject, object) if forward else (object, subject)
            if NO_BRIDGE.isdisjoint((start, end)) and len(adjacency.targets):
                self._ways[start].append((relation, forward, end, adjacency))

    def node(self, kind: Kind, id: str) -> int:
        """Return the node of an id of the index."""
        number = self.index.number(kind, id)
        assert number is not None, f"{id} is not in the index"
        return int(self._begins[kind] + number)

    def of(self, node: int) -> tuple[Kind, int]:
        """Return the kind of a node and its number among its kind."""
        kind = self._kinds[bisect_right(list(self._begins.values()), node) - 1]
        # Kinds of which there is nothing begin where the next one begins.
        return kind, node - self._begins[kind]

    def id(self, node: int) -> str:
        """Return the id of a node."""
        return self.index.id(*self.of(node))

    def steps(self, nodes: npt.NDArray[np.int32]) -> Steps:
        """Return every step from these nodes, which are ascending; several where several relations join two."""
        found: list[Steps] = []
        for kind in self._kinds:
            begin = self._begins[kind]
            low, high = np.searchsorted(nodes, [begin, begin + len(self.index.ids[kind])])
            own = nodes[low:high] - begin
            for relation, _, end, adjacency in self._ways[kind] if len(own) else ():
                targets, counts = ahead(adjacency, own)
                degrees = np.repeat(self._degrees(relation, kind, own), counts) * self._degrees(relation, end, targets)
                sources = np.repeat(nodes[low:high], counts)
                found.append((sources, (targets + self._begins[end]).astype(np.int32), _cost(relation, degrees)))
        if not found:
            return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64)
        begins, ends, costs = zip(*found, strict=True)
        return np.concatenate(begins), np.concatenate(ends), np.concatenate(costs)

    def link(self, start: int, end: int) -> tuple[Link, int]:
        """Return the cheapest link between two nodes, which are joined, and its cost; the first relation of equals."""
        (kind, number), (other, target) = self.of(start), self.of(end)
        found = []
        for relation, forward, to, adjacency in self._ways[kind]:
            if to is other and target in adjacency.neighbours(number):
                degrees = self._degrees(relation, kind, np.array([number])) * self._degrees(
                    relation, other, np.array([target])
                )
                link = Link.of(Step(relation, forward), (kind, other), (number, target))
                found.append((int(_cost(relation, degrees)[0]), list(Relation).index(relation), not forward, link))
        cost, *_, link = min(found, key=lambda each: each[:3])
        return link, cost

    def _degrees(self, relation: Relation, kind: Kind, numbers: npt.NDArray[np.integer]) -> Ints:
        """How many neighbours these have along a relation, of whatever kinds and in both directions."""
        own = (adjacency.degrees(numbers) for each, _, _, adjacency in self._ways[kind] if each is relation)
        return np.asarray(np.sum(list(own), axis=0, dtype=np.int64))


def _cost(relation: Relation, degrees: Ints) -> Ints:
    return UNIT + np.rint(UNIT * DAMPING[relation] * np.log(degrees)).astype(np.int64)
