"""The weight of all paths from one actor to every other, family by family.

1. From the actor, each metapath is walked as a frontier: the nodes reached and the weight of the paths to each.
2. Metapaths of a family that have the same steps left are merged, so the costly last step is walked once.
3. The last steps of a family are added up by actor in one go.

A platform may come twice in a metapath; its paths are then split by the first platform, which the second may not be.
Only local arrays are written, so threads do not meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.paths.index import Adjacency, Floats, PathIndex
from ontology.metagraph import Kind
from ontology.metapaths import METAPATHS, Family, Metapath, Step

Nodes = npt.NDArray[np.int32]
Frontier = tuple[Nodes, Floats]
#: Rows longer than this on average are copied as a whole.
_LONG = 40

_Rest = tuple[tuple[Kind, ...], tuple[Step, ...]]


@dataclass(frozen=True, slots=True)
class Scores:
    """For each family, the part of every actor: the sum of the weights of all paths to it."""

    parts: dict[Family, Floats]


def score(index: PathIndex, actor: int, metapaths: Iterable[Metapath] = METAPATHS) -> Scores:
    """Return the parts of all actors as seen from one; its own are 0."""
    steps: dict[tuple[Step, Kind, Kind, int], Frontier] = {}
    parts = {}
    by_family: dict[Family, list[Metapath]] = defaultdict(list)
    for metapath in metapaths:
        by_family[metapath.family].append(metapath)
    for family in Family:
        waiting: dict[_Rest, list[Frontier]] = defaultdict(list)
        ends: list[Frontier] = []
        for metapath in by_family[family]:
            step, kinds = metapath.steps[0], metapath.kinds
            first = (step, kinds[0], kinds[1], actor)
            if first not in steps:
                adjacency = index.adjacency(step, kinds[0], kinds[1])
                begin, end = adjacency.starts[actor], adjacency.starts[actor + 1]
                steps[first] = adjacency.targets[begin:end], adjacency.weights[begin:end]
            nodes, weights = steps[first]
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
            frontier = expand(adjacency, *merge(waiting.pop(rest), len(adjacency.starts) - 1))
            if len(left) == 1:
                ends.append(frontier)
            elif len(frontier[0]):
                waiting[kinds[1:], left[1:]].append(frontier)
        parts[family] = _total(ends, index.actors)
        parts[family][actor] = 0.0
    return Scores(parts)


def expand(adjacency: Adjacency, nodes: Nodes, weights: Floats) -> Frontier:
    """Return where one step leads from these nodes, a node as often as paths lead to it."""
    begins = adjacency.starts[nodes]
    counts = adjacency.starts[nodes + 1] - begins
    total = int(counts.sum())
    if total > _LONG * len(nodes):  # whole rows are copied, which beats picking their places one by one
        spans = [slice(begin, begin + count) for begin, count in zip(begins.tolist(), counts.tolist(), strict=True)]
        targets = np.concatenate([adjacency.targets[span] for span in spans])
        found = np.concatenate([adjacency.weights[span] for span in spans])
    else:
        places = np.repeat(begins - (np.cumsum(counts) - counts), counts) + np.arange(total)
        targets, found = adjacency.targets[places], adjacency.weights[places]
    found *= np.repeat(weights, counts)
    return targets, found


def merge(frontiers: list[Frontier], size: int) -> Frontier:
    """Return frontiers as one, the weights of a node that comes several times added up."""
    if len(frontiers) == 1:
        nodes, weights = frontiers[0]
    else:
        nodes = np.concatenate([nodes for nodes, _ in frontiers])
        weights = np.concatenate([weights for _, weights in frontiers])
    if len(nodes) < 2:
        return nodes, weights
    if len(nodes) * 8 < size:
        unique, places = np.unique(nodes, return_inverse=True)
        return unique, _sums(places, weights, len(unique))
    summed = _sums(nodes, weights, size)
    found = np.flatnonzero(summed > 0).astype(np.int32)
    return found, summed[found]


def _sums(nodes: npt.NDArray[np.integer[Any]], weights: Floats, size: int) -> Floats:
    """The weights of each node added up; numpy's stubs forget that weights make the sums floats."""
    return np.bincount(nodes, weights, size).astype(np.float64, copy=False)


def _total(ends: list[Frontier], size: int) -> Floats:
    if not ends:
        return np.zeros(size)
    nodes = np.concatenate([nodes for nodes, _ in ends])
    return _sums(nodes, np.concatenate([weights for _, weights in ends]), size)


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
        frontier = expand(adjacency, *merge([frontier], len(adjacency.starts) - 1))
        if kinds[place + 1] is kinds[1]:
            keep = frontier[0] != node[0]
            frontier = frontier[0][keep], frontier[1][keep]
        if not len(frontier[0]):
            return []
    return [frontier]
