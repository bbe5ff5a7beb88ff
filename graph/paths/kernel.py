"""The weight of all paths from one actor to every other that is reached, family by family.

1. From the actor, each metapath is walked as a frontier: the nodes reached and the weight of the paths to each.
2. Metapaths of a family that have the same steps left are merged, so the costly last step is walked once.
3. The ends of all families are added up by actor in one go: sums are kept for those who were reached, and for no
others.

A platform may come twice in a metapath; its paths are then split by the first platform, which the second may not be.
Only local arrays are written, so threads do not meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.paths.adjacency import Adjacency, Floats, Ints, Nodes, ahead
from graph.paths.index import PathIndex
from ontology.metagraph import Kind
from ontology.metapaths import METAPATHS, Family, Metapath, Step

Frontier = tuple[Nodes, Floats]

#: Where there are so many ends that each actor could be reached by one of so many, all actors are added up.
_MUCH = 8

_Rest = tuple[tuple[Kind, ...], tuple[Step, ...]]


@dataclass(frozen=True, slots=True)
class Scores:
    """The actors that were reached (numbers, in no order), and for each family their parts, in the same order.

    A part is the sum of the weights of all paths of the family.
    """

    actors: Ints
    parts: Mapping[Family, Floats]


def score(index: PathIndex, actor: int, metapaths: Iterable[Metapath] = METAPATHS) -> Scores:
    """Return whom paths lead to from an actor, which itself is not among them, with their parts."""
    firsts: dict[tuple[Step, Kind], Frontier] = {}
    by_family: dict[Family, list[Metapath]] = defaultdict(list)
    for metapath in metapaths:
        by_family[metapath.family].append(metapath)
    ends = {family: _ends(index, actor, by_family[family], firsts) for family in Family}
    return _total(ends, actor, index.actors)


def _ends(
    index: PathIndex, actor: int, metapaths: list[Metapath], firsts: dict[tuple[Step, Kind], Frontier]
) -> list[Frontier]:
    """Where the metapaths of a family end, an actor as often as paths lead to it; `firsts` are steps walked before."""
    waiting: dict[_Rest, list[Frontier]] = defaultdict(list)
    ends: list[Frontier] = []
    for metapath in metapaths:
        step, kinds = metapath.steps[0], metapath.kinds
        if (step, kinds[1]) not in firsts:
            adjacency = index.adjacency(step, kinds[0], kinds[1])
            firsts[step, kinds[1]] = adjacency.neighbours(actor), adjacency.weights(actor)
        nodes, weights = firsts[step, kinds[1]]
        if not len(nodes):
            continue
        weights = weights * metapath.weight if metapath.weight != 1 else weights
        if _repeats(kinds):
            for place in range(len(nodes)):
                ends += _follow_apart(index, metapath, nodes[place : place + 1], weights[place : place + 1])
        else:
            waiting[kinds[1:], metapath.steps[1:]].append((nodes, weights))
    # The longest rests first, so that they join the shorter ones on their way.
    while waiting:
        rest = max(waiting, key=lambda rest: len(rest[1]))
        kinds, left = rest
        adjacency = index.adjacency(left[0], kinds[0], kinds[1])
        frontier = expand(adjacency, *merge(waiting.pop(rest)))
        if len(left) == 1:
            ends.append(frontier)
        elif len(frontier[0]):
            waiting[kinds[1:], left[1:]].append(frontier)
    return ends


def expand(adjacency: Adjacency, nodes: Nodes, weights: Floats) -> Frontier:
    """Return where one step leads from these nodes, a node as often as paths lead to it."""
    targets, counts = ahead(adjacency, nodes)
    found = np.repeat(weights * adjacency.leaving[nodes], counts)
    found *= adjacency.arriving[targets]
    return targets, found


def merge(frontiers: list[Frontier]) -> Frontier:
    """Return frontiers as one, the weights of a node that comes several times added up."""
    if len(frontiers) == 1:
        nodes, weights = frontiers[0]
    else:
        nodes = np.concatenate([nodes for nodes, _ in frontiers])
        weights = np.concatenate([weights for _, weights in frontiers])
    if len(nodes) < 2:
        return nodes, weights
    unique, places = np.unique(nodes, return_inverse=True)
    return unique, _sums(places, weights, len(unique))


def _sums(nodes: npt.NDArray[np.integer[Any]], weights: Floats, size: int) -> Floats:
    """The weights of each node added up; numpy's stubs forget that weights make the sums floats."""
    return np.bincount(nodes, weights, size).astype(np.float64, copy=False)


def _total(ends: Mapping[Family, list[Frontier]], actor: int, size: int) -> Scores:
    """The ends added up by actor, for those that there are."""
    nodes = np.concatenate([np.empty(0, np.int32), *(nodes for own in ends.values() for nodes, _ in own)])
    actors, places = _apart(nodes, size)
    found = (actors >= 0) & (actors != actor)
    parts = {}
    begin = 0
    for family, own in ends.items():
        weights = np.concatenate([np.empty(0), *(weights for _, weights in own)])
        parts[family] = _sums(places[begin : begin + len(weights)], weights, len(actors))[found]
        begin += len(weights)
    return Scores(actors[found].astype(np.int64), parts)


def _apart(nodes: Nodes, size: int) -> tuple[Nodes, Nodes]:
    """The different ones of these nodes, with a -1 here and there, and for each node its place among them."""
    cells = np.empty(size, np.int32)  # neither filled nor read but where a node stands
    if len(nodes) * _MUCH > size:
        marks = np.zeros(size, np.bool_)
        marks[nodes] = True
        different = np.flatnonzero(marks).astype(np.int32)
        cells[different] = np.arange(len(different), dtype=np.int32)
        return different, cells[nodes]
    # Every node writes where it stands; who reads that again is the last of its number, and stands for all of them.
    here = np.arange(len(nodes), dtype=np.int32)
    cells[nodes] = here
    places = cells[nodes]
    return np.where(places == here, nodes, np.int32(-1)), places


def _repeats(kinds: tuple[Kind, ...]) -> bool:
    """Whether a kind comes twice between the ends, not side by side (a node is never joined to itself)."""
    inner = kinds[1:-1]
    return any(inner[i] in inner[i + 2 :] for i in range(len(inner)))


def _follow_apart(index: PathIndex, metapath: Metapath, node: Nodes, weight: Floats) -> list[Frontier]:
    """Follow the rest of a metapath from one first node, which no later node of its kind may be."""
    frontier: Frontier = (node, weight)
    kinds = metapath.kinds
    for place, step in enumerate(metapath.steps[1:], 1):
        adjacency = index.adjacency(step, kinds[place], kinds[place + 1])
        frontier = expand(adjacency, *merge([frontier]))
        if kinds[place + 1] is kinds[1]:
            keep = frontier[0] != node[0]
            frontier = frontier[0][keep], frontier[1][keep]
        if not len(frontier[0]):
            return []
    return [frontier]
