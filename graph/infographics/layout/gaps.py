"""The row of gaps: competences that a stage needs and nobody, one actor, or who knows who, offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.infographics.layout.participants import Setting, how_many
from graph.infographics.layout.shapes import status_icon
from graph.infographics.layout.sheet import Block, Sheet, Type
from graph.infographics.model import GAP_STATUSES, MOST_NAMED, GapPicture
from graph.infographics.primitives import Group, Item, Rect
from graph.infographics.text import printable, text_width, told

BETWEEN = 2.8


@dataclass(frozen=True)
class _Box:
    gap: GapPicture
    name: Block
    height: float


def _box(sheet: Sheet, gap: GapPicture, setting: Setting) -> _Box:
    size = min(10.4 * sheet.f, setting.size(sheet, 8.3))
    text = gap.competence if printable(gap.competence) else sheet.word("unnamed")
    name = sheet.set(text, Type(size, 500, 4, 1.14, 0.93), sheet.column - 25 * sheet.f)
    return _Box(gap, name, name.height + 10.4 * sheet.f)


def gaps_height(sheet: Sheet, setting: Setting) -> float:
    """Height of the row when every gap has its box; 0 when the chain has no gaps."""
    tallest = 0.0
    for stage in sheet.chain.stages:
        boxes = [_box(sheet, gap, setting).height for gap in stage.gaps[:MOST_NAMED]]
        tallest = max(tallest, sum(boxes) + BETWEEN * sheet.f * max(0, len(boxes) - 1))
    return tallest


def gap_row(sheet: Sheet, setting: Setting, top: float, height: float) -> Group:
    """A box for each gap under its stage; what does not fit is counted by status."""
    f, theme = sheet.f, sheet.theme
    columns: list[Item] = []
    for index, stage in enumerate(sheet.chain.stages):
        x, y = sheet.column_left(index), top
        name = sheet.id(f"gaps-{index}")
        if not stage.gaps:
            block = sheet.set(sheet.word("no_gap"), Type(8.2 * f, 400, 2, 1.15), sheet.column - 8 * f)
            line = Rect(x, y, sheet.column, 0.8 * f, 0.0, theme.line)
            columns.append(Group(name, (line, sheet.place(block, x + 5 * f, y + 6 * f, theme.soft_ink))))
            continue
        boxes = [_box(sheet, gap, setting) for gap in stage.gaps[:MOST_NAMED]]
        shown = how_many([b.height for b in boxes], len(stage.gaps), BETWEEN * f, height, lambda _: 13 * f)
        items: list[Item] = []
        for place, box in enumerate(boxes[:shown]):
            items.append(_draw(sheet, box, f"gap-{index}-{place}", x, y))
            y += box.height + BETWEEN * f
        if shown < len(stage.gaps):
            items.append(_rest(sheet, stage.gaps[shown:], f"gaps-more-{index}", x, y))
        columns.append(Group(name, tuple(items)))
    return Group(sheet.id("gaps"), tuple(columns), sheet.word("row_gaps"))


def _draw(sheet: Sheet, box: _Box, name: str, x: float, y: float) -> Group:
    f, style = sheet.f, sheet.theme.statuses[box.gap.status]
    inset = 0.5 * f
    frame = Rect(
        x + inset, y + inset, sheet.column - 2 * inset, box.height - 2 * inset, 3 * f,
        style.ground, style.line, 0.9 * f, tuple(d * f for d in style.dash),
    )  # fmt: skip
    middle = y + box.height / 2
    items = (
        frame,
        *status_icon(box.gap.status, x + 10.5 * f, middle, 5.0 * f, style),
        sheet.place(box.name, x + 20 * f, middle - box.name.height / 2, sheet.theme.ink),
    )
    return Group(sheet.id(name), items, told(box.gap.competence), sheet.word(box.gap.status))


def _rest(sheet: Sheet, hidden: Sequence[GapPicture], name: str, x: float, y: float) -> Group:
    """How many gaps are not shown, in all and by status: "+3 more", then an icon and a number for each."""
    f, theme = sheet.f, sheet.theme
    says = sheet.word("more", count=len(hidden))
    type_ = Type(8.4 * f, 700)
    middle = y + 6.5 * f
    block = sheet.set(says, type_, sheet.column - 5 * f)
    items: list[Item] = [sheet.place(block, x + 5 * f, middle - block.height / 2, theme.ink)]
    at = x + max(sheet.column * 0.45, 5 * f + text_width(printable(says), block.type.size, 700) + 4 * f)
    for status in GAP_STATUSES:
        number = str(sum(gap.status == status for gap in hidden))
        room = text_width(number, type_.size, 700) + 1
        if number == "0" or at + 11 * f + room > x + sheet.column:  # in a narrow column the whole is all that is said
            continue
        items.extend(status_icon(status, at + 4.5 * f, middle, 4.2 * f, theme.statuses[status]))
        count = sheet.set(number, type_, room)
        items.append(sheet.place(count, at + 11 * f, middle - count.height / 2, theme.statuses[status].ink))
        at += max((sheet.column * 0.55 - 4 * f) / len(GAP_STATUSES), 11 * f + room + 3 * f)
    named = [f"{told(gap.competence)} ({sheet.word(gap.status)})" for gap in hidden[:MOST_NAMED]]
    return Group(sheet.id(name), tuple(items), says, sheet.listed(named, len(hidden)))
