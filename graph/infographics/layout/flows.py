"""The flow band: ribbons for what is made, lanes for what returns, thin ones for information and service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from graph.infographics.layout.routes import Lane, Link, Ribbon, Routes, find_routes
from graph.infographics.layout.shapes import Point, polygon
from graph.infographics.layout.sheet import Block, Sheet, Type
from graph.infographics.model import FlowPicture
from graph.infographics.primitives import Box, Command, Group, Item, Path, Rect, Text
from graph.infographics.text import told
from graph.infographics.theme import LineStyle

LABEL = Type(8.7, 500, 2, 1.12, 0.92)
NODE_WIDTH = 36.0
CORNER = 6.0
ARROW = 7.0
THIN = ("information", "service")
KEPT_FIRST = ("main", "side_stream", "loop", "information", "service")
MOST_FLOWS = 40  # no page has room for more
LEAST_UNIT = 15.0
BEST_UNIT = 32.0
BEST_LANE = 21.0
EDGE = 0.35  # lanes: air outside the outermost


@dataclass(frozen=True)
class FlowPlan:
    """Which flows are shown, how they run, and how tall their labels are; heights in CSS pixels."""

    flows: tuple[FlowPicture, ...]
    hidden: int
    routes: Routes
    lane: float
    least_unit: float

    def height(self, unit: float, lane: float | None = None) -> float:
        """Height of the band when a ribbon is `unit` and a lane is `lane` wide."""
        lanes = _zone(self.routes.levels_above) + _zone(self.routes.levels_below)
        return lanes * (lane or self.lane) + self.routes.height * unit

    def best_height(self, f: float) -> float:
        """Height above which the band gains nothing."""
        return self.height(max(self.least_unit, BEST_UNIT * f), max(self.lane, BEST_LANE * f))


def _zone(levels: int) -> float:
    """Height of the lanes on one side of the ribbons, in lanes."""
    return levels + EDGE if levels else 0.0


def plan_flows(sheet: Sheet, most: float) -> FlowPlan:
    """Plan all flows, or as many as fit into `most` pixels: main ones are kept, the rest is counted."""
    flows = sheet.chain.flows
    order = sorted(range(len(flows)), key=lambda i: (KEPT_FIRST.index(flows[i].kind), i))
    for count in range(min(len(flows), MOST_FLOWS), -1, -1):
        kept = tuple(flows[i] for i in sorted(order[:count]))
        plan = _plan(sheet, kept, len(flows) - count)
        if plan.height(plan.least_unit) <= most or count == 0:
            return plan
    raise AssertionError("a plan without flows always ends the search")


def _plan(sheet: Sheet, flows: tuple[FlowPicture, ...], hidden: int) -> FlowPlan:
    links = [_link(flow) for flow in flows]
    routes = find_routes(len(sheet.chain.stages), links)
    blocks = [_label(sheet, flow) for flow in flows]
    tall = dict.fromkeys(("", "above", "below"), 0.0)
    for link, block in zip(links, blocks, strict=True):
        tall[link.lane] = max(tall[link.lane], block.height)
    lane = max(15.5 * sheet.f, max(tall["above"], tall["below"]) + 8 * sheet.f)
    return FlowPlan(flows, hidden, routes, lane, max(LEAST_UNIT * sheet.f, tall[""] + 8 * sheet.f))


def _link(flow: FlowPicture) -> Link:
    source, target = flow.source - 1, flow.target - 1
    if flow.kind in THIN:
        return Link(source, target, "above")
    return Link(source, target, "" if flow.kind != "loop" and target > source else "below")


def _gutter(sheet: Sheet) -> float:
    return sheet.column + sheet.column_gap - NODE_WIDTH * sheet.f


def _label(sheet: Sheet, flow: FlowPicture) -> Block:
    text = flow.name or sheet.word(flow.kind)
    return sheet.set(text, LABEL.sized(LABEL.size * sheet.f), _gutter(sheet) - 14 * sheet.f)


@dataclass(frozen=True)
class _Frame:
    """Where the band stands and how it is scaled."""

    sheet: Sheet
    plan: FlowPlan
    zone: float
    unit: float

    def centre(self, column: int) -> float:
        return self.sheet.column_left(column) + self.sheet.column / 2

    @property
    def half(self) -> float:
        return NODE_WIDTH * self.sheet.f / 2

    def y(self, units: float) -> float:
        return self.zone + units * self.unit

    def node(self, column: int) -> Box:
        top, bottom = self.plan.routes.nodes[column]
        x = self.centre(column)
        return (x - self.half, self.y(top), x + self.half, self.y(bottom))

    def lane_y(self, lane: Lane, above: bool) -> float:
        plan = self.plan
        if above:
            return self.zone - (lane.level + 0.9) * plan.lane
        return self.y(plan.routes.height) + (lane.level + 0.9) * plan.lane


def flow_band(sheet: Sheet, plan: FlowPlan, top: float, height: float) -> Group:
    """Draw the planned flows into a band."""
    routes, f = plan.routes, sheet.f
    # Spare height widens ribbons and lanes alike, up to what looks best.
    least, best = plan.height(plan.least_unit), plan.best_height(f)
    growth = min(1.0, max(0.0, (height - least) / (best - least))) if best > least else 0.0
    unit = plan.least_unit + growth * max(0.0, BEST_UNIT * f - plan.least_unit)
    plan = replace(plan, lane=plan.lane + growth * max(0.0, BEST_LANE * f - plan.lane))
    slack = max(0.0, height - plan.height(unit))
    frame = _Frame(sheet, plan, top + slack / 2 + _zone(routes.levels_above) * plan.lane, unit)
    links = [_link(flow) for flow in plan.flows]
    below_items: dict[int, list[Item]] = {i: [] for i in range(len(plan.flows))}
    obstacles: list[Box] = [frame.node(column) for column in range(len(sheet.chain.stages))]
    spots: dict[int, list[Point]] = {}
    for ribbon in routes.ribbons:
        below_items[ribbon.link], spots[ribbon.link] = _draw_ribbon(frame, ribbon, plan.flows[ribbon.link])
    legs: dict[int, list[Box]] = {}
    for lanes, up in ((routes.above, True), (routes.below, False)):
        for lane in lanes:
            drawn = _draw_lane(frame, lane, links[lane.link], plan.flows[lane.link], up)
            below_items[lane.link], spots[lane.link], legs[lane.link] = drawn
    texts = _place_labels(frame, spots, obstacles, legs)
    drawing = sorted(below_items, key=lambda i: (links[i].lane != "", i))
    items: list[Item] = []
    for i in drawing:
        flow = plan.flows[i]
        title = f"{told(flow.name)}: {sheet.word(flow.kind)}, {sheet.way(flow)}"
        title += f" ({told(flow.material)})" if flow.material else ""
        items.append(Group(sheet.id(f"flow-{i}"), tuple(below_items[i]), title))
    items.append(_nodes(frame))
    items.append(Group(sheet.id("flow-labels"), tuple(item for i in sorted(texts) for item in texts[i])))
    return Group(sheet.id("flows"), tuple(items), sheet.word("row_flows"))


def _nodes(frame: _Frame) -> Group:
    sheet = frame.sheet
    items: list[Item] = []
    for column in range(len(sheet.chain.stages)):
        left, top, right, bottom = frame.node(column)
        items.append(Rect(left, top, right - left, bottom - top, 4 * sheet.f, sheet.stage_colour(column)))
        number = sheet.set(sheet.number(column), Type(11 * sheet.f, 700), right - left)
        middle = (top + bottom) / 2 - number.height / 2
        items.append(sheet.place(number, (left + right) / 2, middle, sheet.theme.on_colour, "middle"))
    return Group(sheet.id("flow-stages"), tuple(items))


def _draw_ribbon(frame: _Frame, ribbon: Ribbon, flow: FlowPicture) -> tuple[list[Item], list[Point]]:
    style, unit, f = frame.sheet.theme.flows[flow.kind], frame.unit, frame.sheet.f
    inset = unit * 0.07  # a hair of paper between ribbons side by side
    knots: list[Point] = []
    for place, (column, top) in enumerate(ribbon.points):
        x, y = frame.centre(column), frame.y(top)
        if place:
            knots.append((x - frame.half, y))
        if place < len(ribbon.points) - 1:
            knots.append((x + frame.half, y))
    upper = [(x, y + inset) for x, y in knots]
    lower = [(x, y + unit - inset) for x, y in knots]
    outline: tuple[Command, ...] = (*_smooth(upper), ("L", *lower[-1]), *_smooth(lower[::-1])[1:], ("Z",))
    items: list[Item] = [Path(outline, style.fill, style.line, style.width * 0.8 * f)]
    if flow.kind == "side_stream":  # told apart without colour: a line along the middle
        middle = [(x, y + unit / 2) for x, y in knots]
        items.append(Path(_smooth(middle), None, style.line, 0.9 * f))
    tip_x, tip_y = knots[-1][0] - 1.2 * f, knots[-1][1] + unit / 2
    reach, half = min(ARROW * f, unit * 0.5), min(unit * 0.36, 6.5 * f)
    items.append(
        Path(
            polygon([(tip_x - reach, tip_y - half), (tip_x, tip_y), (tip_x - reach, tip_y + half)]),
            style.line,
        )
    )
    # Where the ribbon passes a stage it runs level: best for a label. Then along its curves, middles first.
    spots = [(frame.centre(column), frame.y(top) + unit / 2) for column, top in ribbon.points[1:-1]]
    spots += [
        _on_curve(start, end, t, unit / 2)
        for start, end in zip(knots[::2], knots[1::2], strict=True)
        for t in (0.5, 0.42, 0.58, 0.34, 0.66, 0.28, 0.72)
    ]
    return items, spots


def _smooth(knots: Sequence[Point]) -> tuple[Command, ...]:
    """Level at every knot: S-curves between the stages, straight past them."""
    commands: list[Command] = [("M", *knots[0])]
    for (x0, y0), (x1, y1) in pairwise(knots):
        if abs(y0 - y1) < 0.01:
            commands.append(("L", x1, y1))
        else:
            middle = (x0 + x1) / 2
            commands.append(("C", middle, y0, middle, y1, x1, y1))
    return tuple(commands)


def _on_curve(start: Point, end: Point, t: float, down: float) -> Point:
    middle = (start[0] + end[0]) / 2
    a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3
    return (a * start[0] + (b + c) * middle + d * end[0], (a + b) * start[1] + (c + d) * end[1] + down)


def _draw_lane(
    frame: _Frame, lane: Lane, link: Link, flow: FlowPicture, above: bool
) -> tuple[list[Item], list[Point], list[Box]]:
    f, theme = frame.sheet.f, frame.sheet.theme
    style = theme.flows[flow.kind]
    reach = frame.half - 2.5 * f
    xs = frame.centre(link.source) + lane.source_port * reach
    xt = frame.centre(link.target) + lane.target_port * reach
    edge = 1 if above else 3
    ys, yt = frame.node(link.source)[edge], frame.node(link.target)[edge]
    y = frame.lane_y(lane, above)
    toward = 1.0 if above else -1.0  # from the lane to the stages
    side = 1.0 if xt > xs else -1.0
    corner = min(CORNER * f, abs(xt - xs) / 2)
    stop = yt - toward * ARROW * 0.8 * f
    k = corner * 0.45
    line: tuple[Command, ...] = (
        ("M", xs, ys),
        ("L", xs, y + toward * corner),
        ("C", xs, y + toward * k, xs + side * k, y, xs + side * corner, y),
        ("L", xt - side * corner, y),
        ("C", xt - side * k, y, xt, y + toward * k, xt, y + toward * corner),
        ("L", xt, stop),
    )
    tip = yt - toward * 0.8 * f
    half = 3.3 * f if flow.kind in THIN else 4.2 * f
    head = polygon([(xt, tip), (xt - half, tip - toward * ARROW * f), (xt + half, tip - toward * ARROW * f)])
    items: list[Item] = [
        Path(line, None, theme.paper, _line_width(style) * f + 2.6 * f),
        *_lane_line(line, style, f, flow.kind),
        Path(head, style.line),
    ]
    middles = [(frame.centre(c) + frame.centre(c + 1)) / 2 for c in range(*sorted((link.source, link.target)))]
    centre = (xs + xt) / 2
    spots = [(x, y) for x in sorted(middles, key=lambda x: (round(abs(x - centre), 1), x))]
    spots += [(x + shift, y) for shift in (-12 * f, 12 * f) for x, y in spots]
    legs = [(x - 3, min(y, end), x + 3, max(y, end)) for x, end in ((xs, ys), (xt, yt))]
    return items, spots, legs


def _line_width(style: LineStyle) -> float:
    return style.width if style.fill is None else 5.0


def _lane_line(line: tuple[Command, ...], style: LineStyle, f: float, kind: str) -> tuple[Item, ...]:
    """The line of a lane; a main or side flow that goes back keeps the look of its ribbon."""
    if style.fill is None:
        return (Path(line, None, style.line, style.width * f, tuple(d * f for d in style.dash)),)
    ribbon = (Path(line, None, style.line, 6.4 * f), Path(line, None, style.fill, 4.8 * f))
    return (*ribbon, Path(line, None, style.line, 0.9 * f)) if kind == "side_stream" else ribbon


def _place_labels(
    frame: _Frame, spots: dict[int, list[Point]], nodes: list[Box], legs: dict[int, list[Box]]
) -> dict[int, list[Item]]:
    """Give every label the spot where it covers least; those with the fewest spots choose first."""
    sheet, f = frame.sheet, frame.sheet.f
    placed: dict[int, Box] = {}
    texts: dict[int, list[Item]] = {}
    for i in sorted(spots, key=lambda i: (len(spots[i]), i)):
        block = _label(sheet, frame.plan.flows[i])
        probe = sheet.place(block, 0.0, 0.0, sheet.theme.ink, "middle").ink()
        wide, tall = probe[2] - probe[0] + 9 * f, block.height + 7.6 * f
        others = [box for other, boxes in legs.items() if other != i for box in boxes]

        def cost(spot: tuple[int, Point]) -> tuple[float, int]:
            box = _around(spot[1], wide, tall)  # noqa: B023
            covered = 50 * _covered(box, placed.values()) + 20 * _covered(box, nodes)
            return (covered + 4 * _covered(box, others) + spot[0] * 0.5, spot[0])  # noqa: B023

        _, (x, y) = min(enumerate(spots[i]), key=cost)
        placed[i] = _around((x, y), wide, tall)
        ground = Rect(x - wide / 2, y - tall / 2, wide, tall, 3.2 * f, sheet.theme.paper)
        style = sheet.theme.flows[frame.plan.flows[i].kind]
        if style.fill is not None:
            ground = replace(ground, stroke=style.line, stroke_width=0.6 * f)
        text: Text = sheet.place(block, x, y - block.height / 2, sheet.theme.ink, "middle")
        texts[i] = [ground, text]
    return texts


def _around(point: Point, wide: float, tall: float) -> Box:
    return (point[0] - wide / 2, point[1] - tall / 2, point[0] + wide / 2, point[1] + tall / 2)


def _covered(box: Box, others: Iterable[Box]) -> float:
    total = 0.0
    for other in others:
        wide = min(box[2], other[2]) - max(box[0], other[0])
        tall = min(box[3], other[3]) - max(box[1], other[1])
        if wide > 0 and tall > 0:
            total += wide * tall
    return total
