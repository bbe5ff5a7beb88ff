"""The legend: regions, actor types, kinds of flow and kinds of gap, only those that the picture uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.infographics.layout.shapes import SHAPE_ORDER, mark, polygon, shape_of, status_icon
from graph.infographics.layout.sheet import Sheet, Type
from graph.infographics.model import FLOW_KINDS, GAP_STATUSES
from graph.infographics.primitives import Group, Item, Path, Rect
from graph.infographics.text import printable, text_width

ROW = 13.4
HEADING = 15.0
LONGEST_REGION = 120.0
TEXT = Type(8.4, 400, 1, 1.1, 0.95)
Sign = Callable[[float, float], Sequence[Item]]
Entry = tuple[Sign, float, str]  # sign, room for it, words


def legend_height(sheet: Sheet) -> float:
    """Height of the legend: a heading and the rows of its longest column."""
    return (HEADING + _rows(sheet) * ROW) * sheet.f


def legend(sheet: Sheet, top: float) -> Group:
    """Draw the legend across the page; blocks take the room that their words need."""
    f = sheet.f
    rows = _rows(sheet)
    blocks = [block for block in _blocks(sheet) if block[1]]
    needs = []
    for heading, entries in blocks:
        columns = [entries[i : i + rows] for i in range(0, len(entries), rows)]
        widths = [max(_width(sheet, entry) for entry in column) for column in columns]
        head = text_width(printable(heading), 8.8 * f, 600)
        total = max(sum(widths) + 10 * f * (len(widths) - 1), head)
        needs.append((columns, widths, total))
    if not needs:
        return Group(sheet.id("legend"))
    spare = max(0.0, sheet.inner - sum(total for _, _, total in needs)) / max(1, len(needs) - 1)
    squeeze = min(1.0, (sheet.inner - 12 * f * (len(needs) - 1)) / sum(total for _, _, total in needs))
    spare = max(12 * f, spare) if squeeze < 1.0 else spare
    items: list[Item] = []
    x = sheet.left
    for number, ((heading, _), (columns, widths, total)) in enumerate(zip(blocks, needs, strict=True)):
        room = total * squeeze
        parts: list[Item] = [sheet.text(heading, Type(8.8 * f, 600), x, top, room + 1, sheet.theme.soft_ink)]
        at = x
        for column, width in zip(columns, widths, strict=True):
            for line, (sign, sign_room, words) in enumerate(column):
                middle = top + (HEADING + (line + 0.5) * ROW) * f - 1 * f
                parts.extend(sign(at, middle))
                block = sheet.set(words, TEXT.sized(TEXT.size * f), width * squeeze - sign_room + 1)
                parts.append(sheet.place(block, at + sign_room, middle - block.height / 2, sheet.theme.ink))
            at += width * squeeze + 10 * f
        items.append(Group(sheet.id(f"legend-{number}"), tuple(parts), heading))
        x += room + spare
    return Group(sheet.id("legend"), tuple(items))


def _rows(sheet: Sheet) -> int:
    regions = len(sheet.chain.region_counts)
    return 4 if regions <= 12 else 5


def _width(sheet: Sheet, entry: Entry) -> float:
    return entry[1] + text_width(printable(entry[2]), TEXT.size * sheet.f, TEXT.weight) + 2


def _blocks(sheet: Sheet) -> list[tuple[str, list[Entry]]]:
    chain = sheet.chain
    used_shapes = {shape_of(p.actor_type) for p in chain.participants if p.kind == "actor"}
    used_shapes |= {shape_of(c.actor_type) for stage in chain.stages for c in stage.crowds if c.kind == "actor"}
    used_flows = {flow.kind for flow in chain.flows}
    regions = [_region(sheet, row.code, row.name) for row in chain.region_counts]
    shapes = [_shape(sheet, shape) for shape in SHAPE_ORDER if shape in used_shapes]
    if any(participant.standing for stage in chain.stages for participant in stage.actors):
        shapes.append(_not_now(sheet))
    flows = [_flow(sheet, kind) for kind in FLOW_KINDS if kind in used_flows]
    used_gaps = {gap.status for stage in chain.stages for gap in stage.gaps}
    used_gaps |= {stage.status for stage in chain.stages if stage.status != "covered"}
    gaps = [_gap(sheet, status) for status in GAP_STATUSES if status in used_gaps]
    return [
        (sheet.word("legend_regions"), regions),
        (sheet.word("legend_types"), shapes),
        (sheet.word("legend_flows"), flows),
        (sheet.word("legend_gaps"), gaps),
    ]


def _region(sheet: Sheet, code: str | None, name: str) -> Entry:
    f, colour = sheet.f, sheet.region_colour(code)
    # A region of another land may have any name; the rest of the legend needs its room too.
    (short,) = sheet.set(name, TEXT.sized(TEXT.size * f), LONGEST_REGION * f).wrapped.lines

    def sign(x: float, y: float) -> list[Item]:
        block = sheet.set(code or "–", Type(8.0 * f, 700), 20 * f)
        return [
            Rect(x, y - 5.4 * f, 20 * f, 10.8 * f, 2.5 * f, colour),
            sheet.place(block, x + 10 * f, y - block.height / 2, sheet.theme.on_colour, "middle"),
        ]

    return sign, 24 * f, short


def _shape(sheet: Sheet, shape: str) -> Entry:
    f = sheet.f
    return (
        (lambda x, y: [mark(shape, x + 5 * f, y, 4.2 * f, sheet.theme.soft_ink)]),
        14 * f,
        sheet.word(f"type_{shape}"),
    )


def _not_now(sheet: Sheet) -> Entry:
    f, theme = sheet.f, sheet.theme

    def sign(x: float, y: float) -> Sequence[Item]:
        return [
            Rect(x, y - 4.2 * f, 10.5 * f, 8.4 * f, 2.2 * f, theme.paper, theme.soft_ink, 1.1 * f, (2.2 * f, 1.6 * f))
        ]

    return sign, 14 * f, sheet.word("not_now")


def _flow(sheet: Sheet, kind: str) -> Entry:
    f, style = sheet.f, sheet.theme.flows[kind]
    length = 26 * f

    def sign(x: float, y: float) -> list[Item]:
        head = polygon([(x + length, y), (x + length - 6 * f, y - 3.4 * f), (x + length - 6 * f, y + 3.4 * f)])
        line = (("M", x, y), ("L", x + length - 5 * f, y))
        if style.fill is None:
            dash = tuple(d * f for d in style.dash)
            return [Path(line, None, style.line, style.width * f, dash), Path(head, style.line)]
        items: list[Item] = [Rect(x, y - 4.2 * f, length, 8.4 * f, 1.0 * f, style.fill, style.line, 0.8 * f)]
        if kind == "side_stream":
            items.append(Path(line, None, style.line, 0.9 * f))
        return [*items, Path(head, style.line)]

    return sign, length + 5 * f, sheet.word(kind)


def _gap(sheet: Sheet, status: str) -> Entry:
    f = sheet.f

    def sign(x: float, y: float) -> Sequence[Item]:
        return status_icon(status, x + 5.5 * f, y, 5.0 * f, sheet.theme.statuses[status])

    return sign, 15 * f, sheet.word(f"{status}_long")
