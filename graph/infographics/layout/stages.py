"""The row of chevrons that names the stages, and what is said of each."""

from __future__ import annotations

from graph.infographics.layout.shapes import Point, polygon
from graph.infographics.layout.sheet import Block, Sheet, Type
from graph.infographics.primitives import Group, Item, Path
from graph.infographics.text import printable, told

DESCRIPTION = Type(8.5, 400, 6, 1.22, 0.95)
NAME = Type(11.2, 600, 3, 1.14, 0.72)
NUMBER = Type(16.0, 700)
POINT = 9.0


def chevrons_height(sheet: Sheet) -> float:
    """Height that the longest stage name needs."""
    tallest = max(_name(sheet, index).height for index in range(len(sheet.chain.stages)))
    return max(34 * sheet.f, tallest + 16 * sheet.f)


def chevrons(sheet: Sheet, top: float, height: float) -> Group:
    """A chevron for each stage, pointing at the next."""
    f, theme, width = sheet.f, sheet.theme, sheet.column
    count = len(sheet.chain.stages)
    items: list[Item] = []
    for index, stage in enumerate(sheet.chain.stages):
        x, colour, point = sheet.column_left(index), sheet.stage_colour(index), POINT * f
        middle, bottom = top + height / 2, top + height
        corners: list[Point] = [(x, top), (x + width, top)]
        if index < count - 1:
            corners.append((x + width + point, middle))
        corners += [(x + width, bottom), (x, bottom)]
        if index:
            corners.append((x + point, middle))
        left = x + _inset(sheet, index)
        number = sheet.set(sheet.number(index), NUMBER.sized(NUMBER.size * f), _number_width(sheet))
        name = _name(sheet, index)
        parts: tuple[Item, ...] = (
            Path(polygon(corners), colour),
            sheet.place(number, left, middle - number.height / 2, theme.on_colour),
            sheet.place(name, left + _number_width(sheet), middle - name.height / 2, theme.on_colour),
        )
        title = f"{sheet.number(index)}. {told(stage.name)}"
        items.append(Group(sheet.id(f"stage-{index}"), parts, title, sheet.word(stage.status)))
    return Group(sheet.id("stages"), tuple(items))


def _description(sheet: Sheet, index: int) -> Block:
    text = sheet.chain.stages[index].description or ""
    return sheet.set(text, DESCRIPTION.sized(DESCRIPTION.size * sheet.f), sheet.column - 12 * sheet.f)


def descriptions_height(sheet: Sheet) -> float:
    """Height of the row of stage descriptions; 0 when there are none."""
    if not any(printable(stage.description or "") for stage in sheet.chain.stages):
        return 0.0
    return max(_description(sheet, index).height for index in range(len(sheet.chain.stages))) + 6 * sheet.f


def descriptions(sheet: Sheet, top: float) -> Group:
    """What happens in each stage, in small type under its chevron."""
    items = tuple(
        sheet.place(_description(sheet, index), sheet.column_left(index) + 3 * sheet.f, top, sheet.theme.soft_ink)
        for index, stage in enumerate(sheet.chain.stages)
        if printable(stage.description or "")
    )
    return Group(sheet.id("descriptions"), items)


def _inset(sheet: Sheet, index: int) -> float:
    return (POINT * sheet.f if index else 0.0) + 8 * sheet.f


def _number_width(sheet: Sheet) -> float:
    digits = max(len(sheet.number(index)) for index in range(len(sheet.chain.stages)))
    return (6 + 10.5 * digits) * sheet.f


def _name(sheet: Sheet, index: int) -> Block:
    width = sheet.column - _inset(sheet, index) - _number_width(sheet) - 2 * sheet.f
    text = sheet.chain.stages[index].name or sheet.word("unnamed")
    return sheet.set(text, NAME.sized(NAME.size * sheet.f), width)
