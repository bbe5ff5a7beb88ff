"""The k cheapest simple paths of so many steps at most between two nodes, exactly; ties go by the ids on the way.

1. From both ends, what lies within half the steps: the least cost to it, and the steps that lead there.
2. The corridor: the steps that lie on some walk which is no dearer than a bound. Every path within it runs there.
3. In the corridor, the best path; then the best that leaves it after its first node, after its second, and so on
   (Yen 1971, doi:10.1287/mnsc.17.11.712, as partitioned by Lawler 1972); the best of those is the next.

The bound begins where there are about as many walks of four steps as paths were asked for, and grows until it holds as
many paths.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from graph.paths.adjacency import Ints
from graph.paths.bridges import UNIT, Bridges, Steps

#: Longer chains of acquaintance tell a reader nothing. The search goes three steps from either end.
STEPS = 6

#: More than any path costs, and small enough to be added up.
_FAR = np.int64(2**61)

#: By how many steps the bound grows each time; at last there is none.
_SLACKS = (0, 1, 2, 4, None)

Nodes = tuple[int, ...]


def cheapest(bridges: Bridges, start: int, end: int, most: int) -> list[Nodes]:
    """Return the `most` cheapest simple paths of at most `STEPS` steps, cheapest first."""
    from_start = _Ball.around(bridges, start, end).grown(bridges).grown(bridges)
    from_end = _Ball.around(bridges, end, start).grown(bridges).grown(bridges)
    by_way_of = from_start.costs[-1] + from_end.costs[-1]
    by_way_of = np.sort(by_way_of[by_way_of < _FAR])
    found: list[tuple[int, Nodes]] = []
    for slack in _SLACKS if len(by_way_of) >= most else (None,):
        bound = int(_FAR) - 1 if slack is None else int(by_way_of[most - 1]) + slack * UNIT
        # A path of five steps goes on from the third for two more; one of six, turned round, for three more.
        ahead = from_start.grown(bridges, bound - UNIT - from_end.second)
        behind = from_end.grown(bridges, bound - 2 * UNIT - from_start.second)
        corridor = _Corridor.between(ahead, behind, bound)
        found = _first(corridor, bridges, start, end, most)
        if len(found) == most and found[-1][0] <= bound:
            break
    return [nodes for _, nodes in found]


@dataclass(frozen=True)
class _Ball:
    """What lies within some steps of an end, none of them beyond the other end.

    `costs[i]` has the least cost of reaching each node in at most i steps, `steps[i]` the steps that came next.
    """

    other: int
    costs: tuple[Ints, ...]
    steps: tuple[Steps, ...]
    edge: npt.NDArray[np.int32]  # the nodes that the last steps brought nearer

    @classmethod
    def around(cls, bridges: Bridges, node: int, other: int) -> _Ball:
        costs = np.full(bridges.size, _FAR)
        costs[node] = 0
        return cls(other, (costs,), (), np.array([node], np.int32))

    def grown(self, bridges: Bridges, bound: int = int(_FAR)) -> _Ball:
        """Return the ball with one more step, from those nodes that can be reached within a bound."""
        last = self.costs[-1]
        edge = self.edge[(self.edge != self.other) & (last[self.edge] <= bound)]
        sources, targets, costs = steps = bridges.steps(edge)
        new = last.copy()
        np.minimum.at(new, targets, last[sources] + costs)
        nearer = np.flatnonzero(new < last).astype(np.int32)
        return _Ball(self.other, (*self.costs, new), (*self.steps, steps), nearer)

    @cached_property
    def second(self) -> int:
        """The least cost of two steps."""
        sources, _, costs = self.steps[1]
        return int((self.costs[1][sources] + costs).min(initial=int(_FAR)))

    def within(self, onward: Ints, bound: int) -> Steps:
        """Return the steps that lie on a walk within a bound, given the least cost from each node to the other end.

        A step that was found early may be walked late: a dearer way may lead to where it begins.
        """
        sources = np.concatenate([sources for sources, _, _ in self.steps])
        targets = np.concatenate([targets for _, targets, _ in self.steps])
        costs = np.concatenate([costs for _, _, costs in self.steps])
        good = np.zeros(len(sources), np.bool_)
        for before in self.costs[-2::-1]:
            rest = costs + onward[targets]
            good |= before[sources] + rest <= bound
            onward = onward.copy()
            np.minimum.at(onward, sources, rest)
        return sources[good], targets[good], costs[good]


@dataclass(frozen=True, slots=True)
class _Corridor:
    """A small graph: `nodes` ascending, and the steps from each, those of node i at `starts[i]:starts[i + 1]`."""

    nodes: npt.NDArray[np.int32]
    starts: Ints
    targets: Ints
    costs: Ints

    @classmethod
    def between(cls, ahead: _Ball, behind: _Ball, bound: int) -> _Corridor:
        """Return what lies on walks between the centres of two balls that cost no more than a bound."""
        parts = [ahead.within(behind.costs[-1], bound), behind.within(ahead.costs[-1], bound)]
        sources, targets, costs = (np.concatenate(part) for part in zip(*parts, strict=True))
        nodes = np.sort(np.concatenate([sources, targets]))
        nodes = nodes[np.diff(nodes, prepend=-1) > 0]
        one, two = np.searchsorted(nodes, sources), np.searchsorted(nodes, targets)
        # Each step is walked both ways, and of several between the same two the cheapest.
        keys = np.concatenate([one * len(nodes) + two, two * len(nodes) + one])
        order = np.lexsort((np.concatenate([costs, costs]), keys))
        order = order[np.diff(keys[order], prepend=-1) > 0]
        begins, ends = np.divmod(keys[order], max(len(nodes), 1))
        starts = np.concatenate([[0], np.cumsum(np.bincount(begins, minlength=len(nodes)))])
        return cls(nodes, starts.astype(np.int64), ends, np.concatenate([costs, costs])[order])

    def onward(self, end: int, banned: Sequence[int], steps: int) -> list[Ints]:
        """Return for 0, 1, … steps at most the least cost from each node to the end, not by way of the banned ones."""
        costs = np.full(len(self.nodes), _FAR)
        costs[end] = 0
        found = [costs]
        for _ in range(steps):
            # Every node of a corridor has a step, so no row is empty.
            costs = np.minimum(costs, np.minimum.reduceat(self.costs + costs[self.targets], self.starts[:-1]))
            costs[list(banned)] = _FAR
            found.append(costs)
        return found

    def from_(self, node: int) -> tuple[Ints, Ints]:
        """Return where steps lead from a node, and what they cost."""
        row = slice(self.starts[node], self.starts[node + 1])
        return self.targets[row], self.costs[row]


def _first(corridor: _Corridor, bridges: Bridges, start: int, end: int, most: int) -> list[tuple[int, Nodes]]:
    """The cheapest paths of a corridor: each is the best of those that begin as an earlier one and then leave it."""
    first, last = (int(np.searchsorted(corridor.nodes, node)) for node in (start, end))
    if not len(corridor.nodes):
        return []
    waiting: list[tuple[int, tuple[str, ...], Nodes, int, frozenset[int]]] = []

    def ask(before: Nodes, cost: int, not_to: frozenset[int]) -> None:
        """Put down the best path that begins with these nodes and does not go on to some others."""
        path = _best(corridor, bridges, before, last, not_to)
        if path is not None:
            ids = tuple(bridges.id(int(corridor.nodes[node])) for node in path[1])
            heapq.heappush(waiting, (cost + path[0], ids, path[1], len(before), not_to))

    ask((first,), 0, frozenset())
    found: list[tuple[int, Nodes]] = []
    while waiting and len(found) < most:
        cost, _, path, same, not_to = heapq.heappop(waiting)
        found.append((cost, tuple(int(corridor.nodes[node]) for node in path)))
        spent = 0
        for place in range(1, len(path)):
            targets, costs = corridor.from_(path[place - 1])
            if place >= same:
                ask(path[:place], spent, (not_to if place == same else frozenset()) | {path[place]})
            spent += int(costs[targets == path[place]][0])
    return found


def _best(
    corridor: _Corridor, bridges: Bridges, before: Nodes, last: int, not_to: frozenset[int]
) -> tuple[int, Nodes] | None:
    """The cheapest path that begins with some nodes, and what it costs after them; of equals the first by its ids."""
    left = STEPS - len(before) + 1
    if left < 1:
        return None
    onward = corridor.onward(last, before, left - 1)
    targets, costs = corridor.from_(before[-1])
    open = ~np.isin(targets, list(not_to))
    targets, costs = targets[open], costs[open]
    path, rest = before, int((costs + onward[-1][targets]).min(initial=int(_FAR)))
    if rest >= _FAR:
        return None
    total = rest
    while path[-1] != last:
        equal = np.flatnonzero(costs + onward[left - 1][targets] == rest)
        chosen = min(equal, key=lambda place: bridges.id(int(corridor.nodes[targets[place]])))
        path, rest, left = (*path, int(targets[chosen])), rest - int(costs[chosen]), left - 1
        targets, costs = corridor.from_(path[-1])
    return total, path
