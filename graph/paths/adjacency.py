"""Who is joined to whom by one relation between two kinds, as arrays; and which of these the index holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ontology.metagraph import NO_BRIDGE, RELATIONS, Kind, Relation
from ontology.metapaths import METAPATHS, Step

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Nodes = npt.NDArray[np.int32]

#: Which arrays: a relation, the kinds of its subject and its object, and whether they lead from subject to object.
Key = tuple[Relation, Kind, Kind, bool]

#: Rows longer than this on average are copied as a whole.
_LONG = 40

#: Links that lead over no bridge, and yet are needed by filters.
_FACETS = (
    (Relation.LOCATED_IN, Kind.ACTOR, Kind.REGION),
    (Relation.LOCATED_IN, Kind.PLATFORM, Kind.REGION),
    (Relation.PART_OF, Kind.REGION, Kind.REGION),
)


@dataclass(frozen=True, slots=True)
class Adjacency:
    """For each node, the nodes that one step leads to, ascending; and what makes the weight of an edge.

    The neighbours of node i are `targets[starts[i]:starts[i + 1]]`. An edge weighs
    (out-degree of its source x in-degree of its target)^-damping, the same both ways (Himmelstein et al. 2017,
    eLife 6:e26726, the degree-weighted path count). `leaving` has the factor of each source, `arriving` that of each
    target: so an edge costs four bytes, and a step reads no weights.
    """

    starts: Ints
    targets: Nodes
    leaving: Floats
    arriving: Floats

    def neighbours(self, node: int) -> Nodes:
        """Return the nodes that one step leads to."""
        return self.targets[self.starts[node] : self.starts[node + 1]]

    def weights(self, node: int) -> Floats:
        """Return the weights of the edges to these neighbours."""
        return self.arriving[self.neighbours(node)] * float(self.leaving[node])

    def degrees(self, nodes: npt.NDArray[np.integer[Any]] | slice = slice(None)) -> Ints:
        """Return how many nodes one step leads to, for each of these nodes."""
        return self.starts[1:][nodes] - self.starts[:-1][nodes]


def ahead(adjacency: Adjacency, nodes: npt.NDArray[np.integer[Any]]) -> tuple[Nodes, Ints]:
    """Return the neighbours of these nodes, one node's after another's, and how many each of them has."""
    begins, counts = adjacency.starts[nodes], adjacency.degrees(nodes)
    total = int(counts.sum())
    if total > _LONG * len(nodes):  # whole rows are copied, which beats picking their places one by one
        spans = zip(begins.tolist(), (begins + counts).tolist(), strict=True)
        return np.concatenate([adjacency.targets[begin:end] for begin, end in spans]), counts
    places = np.repeat(begins - (np.cumsum(counts) - counts), counts) + np.arange(total)
    return adjacency.targets[places], counts


def key_of(step: Step, start: Kind, end: Kind) -> Key:
    """Return the name of the arrays that a step between two kinds walks."""
    kinds = (start, end) if step.forward else (end, start)
    return (step.relation, *kinds, step.forward)


def needed() -> list[tuple[Relation, Kind, Kind]]:
    """Return what the index holds: what metapaths walk, what filters ask, and whatever may be a bridge between two."""
    walked = {key_of(step, start, end)[:3] for path in METAPATHS for step, start, end in path.typed_steps()}
    bridges = {
        (relation, start, end)
        for relation, spec in RELATIONS.items()
        for start, end in spec.ends
        if NO_BRIDGE.isdisjoint((start, end))
    }
    return sorted(walked | bridges | set(_FACETS))


def numbered() -> list[Kind]:
    """Return the kinds whose nodes are numbered."""
    return sorted({Kind.ACTOR, *(kind for _, *ends in needed() for kind in ends)})


def arrays_name(key: Key) -> str:
    """Return the name of a key's arrays in the file."""
    relation, subject, object, forward = key
    return f"{relation}-{subject}-{object}-{'out' if forward else 'in'}"
