"""Every path between two actors, best first: what the kernel adds up, one by one, with the records behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from graph.paths.edges import Edge, Link, find_edges
from graph.paths.index import PathIndex
from graph.stores.directory import Directory
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation
from ontology.metapaths import FAMILY_WEIGHTS, METAPATHS, Metapath
from ontology.texts import listed, say

Numbers = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PartnerPath:
    """One path from an actor to a partner; `weight` is what it adds to the part of its family.

    `nodes` are ids, the two actors at the ends. `holders` is how many have the competence on the way, if there is one.
    """

    metapath: Metapath
    nodes: tuple[str, ...]
    weight: float
    edges: tuple[Edge, ...]
    holders: int | None

    @property
    def between(self) -> tuple[str, ...]:
        """The ids between the two actors."""
        return self.nodes[1:-1]

    def sentence(self, directory: Directory, language: str) -> str:
        """Return the path as one sentence."""
        names = {f"n{place}": directory.label(id, language) for place, id in enumerate(self.nodes)}
        flows = [name for edge in self.edges if edge.relation is Relation.FEEDS for name in edge.names(language)]
        few = say("answer.recorded-for", language, count=self.holders or 1)
        values = {"a": names["n0"], "b": names[f"n{len(self.nodes) - 1}"], "flow": listed(flows, language), "few": few}
        return say(f"metapath.{self.metapath.name}", language, **names, **values)


@dataclass(frozen=True, slots=True)
class IndexPath:
    """A path as the index knows it: node numbers, and its weight."""

    metapath: Metapath
    nodes: Numbers
    weight: float


def paths_between(index: PathIndex, start: int, end: int) -> Iterator[IndexPath]:
    """Yield every path between two actors (numbers of the index), metapath by metapath."""
    for metapath in METAPATHS:
        for nodes, weight in _follow(index, metapath, start, end):
            yield IndexPath(metapath, nodes, weight * metapath.weight)


def best_paths(index: PathIndex, start: int, end: int, most: int) -> list[IndexPath]:
    """Return the heaviest paths between two actors, by weight in the ranking; ties go by metapath and nodes."""
    order = {metapath.name: place for place, metapath in enumerate(METAPATHS)}
    return nsmallest(
        most,
        paths_between(index, start, end),
        key=lambda path: (
            -path.weight * FAMILY_WEIGHTS[path.metapath.family],
            order[path.metapath.name],
            path.nodes,
        ),
    )


def explain(index: PathIndex, tables: Tables, found: Sequence[IndexPath]) -> tuple[PartnerPath, ...]:
    """Return paths with their ids, and with the records behind each of their edges."""
    links = [_links(path) for path in found]
    edges = find_edges(index, tables, [link for own in links for link in own])
    return tuple(
        PartnerPath(
            path.metapath,
            tuple(map(index.id, path.metapath.kinds, path.nodes)),
            path.weight,
            tuple(edges[link] for link in own),
            _holders(index, path),
        )
        for path, own in zip(found, links, strict=True)
    )


def _links(path: IndexPath) -> list[Link]:
    kinds, nodes = pairwise(path.metapath.kinds), pairwise(path.nodes)
    return [Link.of(*each) for each in zip(path.metapath.steps, kinds, nodes, strict=True)]


def _holders(index: PathIndex, path: IndexPath) -> int | None:
    for kind, number in zip(path.metapath.kinds, path.nodes, strict=True):
        if kind is Kind.COMPETENCE:
            return index.competence_holders(number)
    return None


def _follow(index: PathIndex, metapath: Metapath, start: int, end: int) -> Iterator[tuple[Numbers, float]]:
    """Follow a metapath from both ends: backwards to the middle as sets of nodes, forwards one path at a time."""
    kinds, steps = metapath.kinds, metapath.steps
    last = len(steps)
    reach: dict[int, npt.NDArray[np.int64]] = {}
    behind = np.array([end], np.int64)
    for place in range(last - 1, last // 2, -1) if last > 2 else range(1, 0, -1):
        adjacency = index.adjacency(steps[place].reversed(), kinds[place + 1], kinds[place])
        parts = [adjacency.neighbours(int(node)) for node in behind]
        behind = np.unique(np.concatenate(parts)).astype(np.int64) if parts else behind[:0]
        reach[place] = behind
        if not len(behind):
            return
    todo: list[tuple[Numbers, float]] = [((start,), 1.0)]
    while todo:
        nodes, weight = todo.pop()
        place = len(nodes)
        adjacency = index.adjacency(steps[place - 1], kinds[place - 1], kinds[place])
        targets = adjacency.neighbours(nodes[-1])
        if place == last:
            found = targets[targets == end]
        elif place in reach:
            found = np.intersect1d(targets, reach[place], assume_unique=True)
        else:
            found = targets
        leaving = float(adjacency.leaving[nodes[-1]])
        for node, arriving in zip(found.tolist(), adjacency.arriving[found].tolist(), strict=True):
            # A platform may come twice in a metapath, but not twice the same one.
            if any(kind is kinds[place] and other == node for kind, other in zip(kinds, nodes, strict=False)):
                continue
            step = (*nodes, node), weight * leaving * arriving
            if place == last:
                yield step
            else:
                todo.append(step)
