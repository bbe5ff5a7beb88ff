"""Where flows run, without a pixel in sight: ribbons in layers, return lanes below, thin lanes above.

Columns are stages. A ribbon leads forward from a stage to a later one and passes above or below the stages
between. Everything else is a lane: lines of information and service above the ribbons, loops and other flows
that go back below them. All ribbons are one unit wide, for no quantity is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

GAP = 0.42  # units between a stage and a ribbon that passes it
MOST_TRIED = 6  # ribbons that skip a stage: 2 to this power sides are compared


@dataclass(frozen=True)
class Link:
    """A flow by columns; `lane` is "above", "below" or "" for a ribbon."""

    source: int
    target: int
    lane: str


@dataclass(frozen=True)
class Ribbon:
    """A ribbon: index of its link, and (column, top in units) from its source to its target."""

    link: int
    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Lane:
    """A lane: index of its link, level (0 is the innermost), places of its legs at the stages (-1..1)."""

    link: int
    level: int
    source_port: float
    target_port: float


@dataclass(frozen=True)
class Routes:
    """All routes, in units: `nodes` is (top, bottom) of each stage, `height` that of the ribbon zone."""

    nodes: tuple[tuple[float, float], ...]
    height: float
    ribbons: tuple[Ribbon, ...]
    above: tuple[Lane, ...]
    below: tuple[Lane, ...]

    @property
    def levels_above(self) -> int:
        """How many lanes there are above the ribbons."""
        return max((lane.level + 1 for lane in self.above), default=0)

    @property
    def levels_below(self) -> int:
        """How many lanes there are below the ribbons."""
        return max((lane.level + 1 for lane in self.below), default=0)


def find_routes(columns: int, links: Sequence[Link]) -> Routes:
    """Choose on which side ribbons pass stages, so that least is crossed, then heights."""
    ribbons = [i for i, link in enumerate(links) if not link.lane]
    skipping = [i for i in ribbons if links[i].target - links[i].source > 1]
    tried = skipping[:MOST_TRIED]
    best: tuple[float, int, _Stack] | None = None
    for order, sides in enumerate(product((False, True), repeat=len(tried))):
        above = {link for link, up in zip(tried, sides, strict=True) if up}
        above |= {link for place, link in enumerate(skipping[MOST_TRIED:]) if place % 2}
        stack = _Stack(columns, links, ribbons, above)
        found = (stack.crossings() * 100 + stack.height * 3 + stack.slope, order, stack)
        if best is None or found[:2] < best[:2]:
            best = found
    assert best is not None
    stack = best[2]
    return Routes(
        tuple((stack.node_top(c), stack.node_top(c) + stack.node_height[c]) for c in range(columns)),
        stack.height,
        tuple(Ribbon(i, stack.points(i)) for i in ribbons),
        _lanes(links, "above"),
        _lanes(links, "below"),
    )


class _Stack:
    """One choice of sides: what stands in each column from the top, and how far the column is pushed down."""

    def __init__(self, columns: int, links: Sequence[Link], ribbons: list[int], above: set[int]) -> None:
        self.links = links
        self.columns = columns
        self.ribbons = ribbons
        self.outs = [[i for i in ribbons if links[i].source == c] for c in range(columns)]
        self.ins = [[i for i in ribbons if links[i].target == c] for c in range(columns)]
        self.node_height = [float(max(len(self.outs[c]), len(self.ins[c]), 1)) for c in range(columns)]
        self.over: list[list[int]] = []
        self.under: list[list[int]] = []
        for c in range(columns):
            passing = [i for i in ribbons if links[i].source < c < links[i].target]
            # The longer way lies further out, so that ways do not cross each other.
            outer_first = sorted(passing, key=lambda i: (-(links[i].target - links[i].source), i))
            self.over.append([i for i in outer_first if i in above])
            self.under.append([i for i in reversed(outer_first) if i not in above])
        self.extent = [
            self.node_height[c] + (1 + GAP) * (len(self.over[c]) + len(self.under[c])) for c in range(columns)
        ]
        self.height = max(self.extent)
        self._order_ports()
        self.shift, self.slope = self._level()

    def rank(self, link: int, column: int) -> tuple[int, int]:
        """Place of a ribbon in a column: above the stage, at it, below it."""
        if link in self.over[column]:
            return (-1, self.over[column].index(link))
        if link in self.under[column]:
            return (1, self.under[column].index(link))
        return (0, 0)

    def _order_ports(self) -> None:
        for c in range(self.columns):
            if c + 1 < self.columns:
                self.outs[c].sort(key=lambda i: (self.rank(i, c + 1), i))
            if c:
                self.ins[c].sort(key=lambda i: (self.rank(i, c - 1), self.links[i].source, i))

    def offset(self, link: int, column: int) -> float:
        """Top of a ribbon in a column, measured from the top of that column's stack."""
        step = 1 + GAP
        over = len(self.over[column]) * step
        if link in self.over[column]:
            return self.over[column].index(link) * step
        if link in self.under[column]:
            return over + self.node_height[column] + GAP + self.under[column].index(link) * step
        ports = self.outs[column] if self.links[link].source == column else self.ins[column]
        free = self.node_height[column] - len(ports)
        return over + free / 2 + ports.index(link)

    def node_top(self, column: int) -> float:
        """Top of a stage in units."""
        return self.shift[column] + len(self.over[column]) * (1 + GAP)

    def points(self, link: int) -> tuple[tuple[int, float], ...]:
        """The way of a ribbon, column by column."""
        span = range(self.links[link].source, self.links[link].target + 1)
        return tuple((c, self.shift[c] + self.offset(link, c)) for c in span)

    def _level(self) -> tuple[list[float], float]:
        """Push the columns down so that ribbons between neighbours run as level as can be (exact)."""
        choices = [self._pushes(c) for c in range(self.columns)]
        table: list[dict[float, tuple[float, float]]] = []
        for c in range(self.columns):
            row: dict[float, tuple[float, float]] = {}
            for push in choices[c]:
                centre = abs(push + self.extent[c] / 2 - self.height / 2) * 0.02
                if c == 0:
                    row[push] = (centre, 0.0)
                    continue
                crossing = [i for i in self.ribbons if self.links[i].source < c <= self.links[i].target]
                options = []
                for before, (cost, _) in table[-1].items():
                    steps = [push + self.offset(i, c) - before - self.offset(i, c - 1) for i in crossing]
                    # Stages that no ribbon joins still stand better side by side.
                    apart = push + self._middle(c) - before - self._middle(c - 1)
                    options.append((cost + sum(s * s for s in steps) + 0.05 * apart * apart, before))
                cost, before = min(options)
                row[push] = (cost + centre, before)
            table.append(row)
        push = min(table[-1], key=lambda p: (table[-1][p][0], p))
        total = table[-1][push][0]
        shifts = [push]
        for row in reversed(table[1:]):
            shifts.append(row[shifts[-1]][1])
        return shifts[::-1], total

    def _middle(self, column: int) -> float:
        return len(self.over[column]) * (1 + GAP) + self.node_height[column] / 2

    def _pushes(self, column: int) -> list[float]:
        room = self.height - self.extent[column]
        steps = max(1, min(16, round(room * 4)))
        return [room * step / steps for step in range(steps + 1)] if room > 0 else [0.0]

    def crossings(self) -> float:
        """Weighted crossings: of ribbons, and of legs of lanes with ribbons that pass their stage."""
        cost = 0.0
        for c in range(self.columns - 1):
            here = [i for i in self.ribbons if self.links[i].source <= c < self.links[i].target]
            for a, b in combinations(here, 2):
                left = self.offset(a, c) - self.offset(b, c)
                right = self.offset(a, c + 1) - self.offset(b, c + 1)
                if left * right < 0:
                    cost += 1.0
        for link in self.links:
            for c in (link.source, link.target):
                if link.lane == "above":
                    cost += 0.7 * len(self.over[c])
                elif link.lane == "below":
                    cost += 0.7 * len(self.under[c])
        return cost


def _lanes(links: Sequence[Link], side: str) -> tuple[Lane, ...]:
    """Give the lanes of one side the lowest free level, short ones first, and places for their legs."""
    chosen = [i for i, link in enumerate(links) if link.lane == side]
    taken: list[list[tuple[int, int]]] = []
    level: dict[int, int] = {}
    for i in sorted(
        chosen,
        key=lambda i: (abs(links[i].target - links[i].source), min(links[i].source, links[i].target), i),
    ):
        low, high = sorted((links[i].source, links[i].target))
        for number in range(len(taken) + 1):
            if number == len(taken):
                taken.append([])
            if all(high <= a or b <= low for a, b in taken[number]):
                taken[number].append((low, high))
                level[i] = number
                break
    ports: dict[tuple[int, int], float] = {}
    for column in {c for i in chosen for c in (links[i].source, links[i].target)}:
        # Legs to the left stand left, nearest lane first; legs to the right stand right, farthest lane first.
        def place(i: int, column: int = column) -> tuple[int, int, int]:
            other = links[i].target if links[i].source == column else links[i].source
            return (0, level[i], i) if other < column else (1, -level[i], i)

        here = sorted((i for i in chosen if column in (links[i].source, links[i].target)), key=place)
        for number, i in enumerate(here):
            ports[i, column] = 2 * (number + 1) / (len(here) + 1) - 1
    return tuple(Lane(i, level[i], ports[i, links[i].source], ports[i, links[i].target]) for i in chosen)
