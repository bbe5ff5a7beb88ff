"""Who is in each stage: chips for actors, cards for platforms, and a count of those that do not fit."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from graph.infographics.layout.shapes import SHAPE_ORDER, mark, shape_of, status_icon
from graph.infographics.layout.sheet import Block, Sheet, Type
from graph.infographics.model import MOST_NAMED, Participant, StagePicture
from graph.infographics.primitives import Group, Item, Rect
from graph.infographics.text import printable, text_width, told

PAD = 5.0
BETWEEN = 3.4
MARKS_MOST = 60
MARK = 6.4
Look = tuple[str | None, str]  # region and shape
#: What is said below those who are in a stage: only one of them counts, or none does, being planned or past.
_NOTES = {"one_actor": "one_actor_only", "no_actor": "nobody_active", "no_data": "nobody_active"}


@dataclass(frozen=True)
class Setting:
    """How large the rows are set: multiplies type; `roles` and `descriptions` say if those are shown."""

    scale: float
    roles: bool
    descriptions: bool = False

    def size(self, sheet: Sheet, base: float) -> float:
        """A type size in this setting, never under the smallest."""
        return max(8.0 * sheet.f, base * self.scale * sheet.f)


@dataclass(frozen=True)
class _Chip:
    participant: Participant
    name: Block
    role: Block | None
    height: float


def chip(sheet: Sheet, participant: Participant, setting: Setting) -> _Chip:
    """Set the texts of one actor's chip."""
    size = setting.size(sheet, 8.9)
    width = sheet.column - 2 * PAD * sheet.f - _mark_room(size) - _code_room(sheet, size)
    name = sheet.set(
        participant.name if printable(participant.name) else sheet.word("unnamed"), Type(size, 600, 3, 1.14, 0.9), width
    )
    role = None
    # What is planned or past is said always; the role where there is room for roles.
    said = [participant.standing, participant.role if setting.roles else ""]
    if words := ": ".join(filter(printable, said)):
        role = sheet.set(words, Type(8.0 * sheet.f, 400, 3 if participant.standing else 2, 1.14), width)
    height = name.height + (role.height + 4.6 * sheet.f if role else 0.0) + (10.6 if role else 9.6) * sheet.f
    return _Chip(participant, name, role, height)


def _mark_room(size: float) -> float:
    return size * 1.95


def _code_room(sheet: Sheet, size: float) -> float:
    codes = [code for code in sheet.region_codes if code] or [""]
    return max(text_width(printable(code), max(8.0 * sheet.f, size * 0.88), 700) for code in codes) + size * 1.0


def actors_height(sheet: Sheet, setting: Setting) -> float:
    """Height of the row of actors when everybody has a chip."""
    return max(_stage_height(sheet, stage, setting) for stage in sheet.chain.stages)


def _stage_height(sheet: Sheet, stage: StagePicture, setting: Setting) -> float:
    f = sheet.f
    if not stage.actors:
        return _note(sheet, stage).height + (38 * f if _note_status(stage) else 22 * f)
    heights = [chip(sheet, participant, setting).height for participant in stage.actors[:MOST_NAMED]]
    one = 14 * f if stage.status in _NOTES else 0.0
    return sum(heights) + BETWEEN * f * (len(heights) - 1) + 2 * PAD * f + one


def actor_row(sheet: Sheet, setting: Setting, top: float, height: float) -> Group:
    """A panel under each stage with the chips of its actors."""
    items = tuple(
        _actor_panel(sheet, setting, index, stage, top, height) for index, stage in enumerate(sheet.chain.stages)
    )
    return Group(sheet.id("actors"), items, sheet.word("row_actors"))


def _actor_panel(sheet: Sheet, setting: Setting, index: int, stage: StagePicture, top: float, height: float) -> Group:
    f, theme = sheet.f, sheet.theme
    x, inside = sheet.column_left(index), sheet.column - 2 * PAD * f
    name = sheet.id(f"actors-{index}")
    if not stage.actors:
        return Group(name, _empty_panel(sheet, stage, x, top, height))
    items: list[Item] = [Rect(x, top, sheet.column, height, 5 * f, theme.panel)]
    y, bottom = top + PAD * f, top + height - PAD * f
    if stage.status in _NOTES:
        bottom -= 14 * f
    chips = [chip(sheet, participant, setting) for participant in stage.actors[:MOST_NAMED]]
    many = stage.number("actor")
    heights = [c.height for c in chips]
    shown = how_many(heights, many, BETWEEN * f, bottom - y, lambda hidden: _rest_height(sheet, hidden, inside))
    for place, one in enumerate(chips[:shown]):
        items.append(_draw_chip(sheet, one, f"actor-{index}-{place}", x + PAD * f, y, inside))
        y += one.height + BETWEEN * f
    if shown < many:
        items.append(_rest(sheet, stage.hidden("actor", shown), f"more-{index}", x + PAD * f, y, inside))
        y += _rest_height(sheet, many - shown, inside) + BETWEEN * f
    if stage.status in _NOTES:
        style = theme.statuses[stage.status]
        base = y + 3 * f
        items.extend(status_icon(stage.status, x + PAD * f + 6 * f, base + 4 * f, 4.6 * f, style))
        note = sheet.set(sheet.word(_NOTES[stage.status]), Type(8.2 * f, 600), inside - 16 * f)
        items.append(sheet.place(note, x + PAD * f + 14 * f, base + 4 * f - note.height / 2, style.ink))
    return Group(name, tuple(items))


def _draw_chip(sheet: Sheet, one: _Chip, name: str, x: float, y: float, width: float) -> Group:
    f, theme, participant = sheet.f, sheet.theme, one.participant
    size, colour = one.name.type.size, sheet.region_colour(participant.region)
    shape = shape_of(participant.actor_type)
    middle = y + one.height / 2
    text_x = x + _mark_room(size)
    text_top = y + 4.8 * f
    items: list[Item] = [
        _frame(sheet, participant, x, y, width, one.height),
        mark(shape, x + size * 1.02, middle, size * 0.46, colour),
        sheet.place(one.name, text_x, text_top, theme.ink),
    ]
    if one.role:
        items.append(sheet.place(one.role, text_x, text_top + one.name.height + 5.0 * f, theme.soft_ink))
    code = sheet.set(participant.region or "–", Type(size * 0.88, 700), _code_room(sheet, size))
    items.append(sheet.place(code, x + width - size * 0.5, middle - code.height / 2, colour, "end"))
    known = (sheet.word(f"type_{shape}"), participant.region, told(participant.role), participant.standing)
    says = ", ".join(filter(None, known))
    return Group(sheet.id(name), tuple(items), told(participant.name), says, participant.id)


def _frame(sheet: Sheet, participant: Participant, x: float, y: float, width: float, height: float) -> Rect:
    """The frame of a chip: dashed where the role is not one of today."""
    f, theme = sheet.f, sheet.theme
    if participant.standing:
        return Rect(x, y, width, height, 3.5 * f, theme.paper, theme.soft_ink, 1.1 * f, (3.2 * f, 2.2 * f))
    return Rect(x, y, width, height, 3.5 * f, theme.paper, theme.line, 0.8 * f)


def how_many(heights: Sequence[float], total: int, gap: float, room: float, rest: Callable[[int], float]) -> int:
    """How many of all have room, one below another, with the note of so many that have none; the first have heights."""
    if len(heights) == total and sum(heights) + gap * (total - 1) <= room + 0.01:
        return total
    for shown in range(min(len(heights), total - 1), 0, -1):
        if sum(heights[:shown]) + gap * shown + rest(total - shown) <= room + 0.01:
            return shown
    return 0


def _marks(sheet: Sheet, hidden: int, width: float) -> tuple[int, int, int]:
    """How many participants a mark stands for, how many marks there are, and how many fit on a line."""
    stands_for = max(1, math.ceil(hidden / MARKS_MOST))
    return stands_for, math.ceil(hidden / stands_for), max(1, int((width - 8 * sheet.f) // (MARK * sheet.f)))


def _rest_says(sheet: Sheet, hidden: int, width: float) -> Block:
    stands_for, _, _ = _marks(sheet, hidden, width)
    says = sheet.word("more", count=hidden)
    if stands_for > 1:
        says = f"{says} ({sheet.word('mark_stands_for', count=stands_for)})"
    return sheet.set(says, Type(8.8 * sheet.f, 700, 2), width - 12 * sheet.f)


def _rest_height(sheet: Sheet, hidden: int, width: float) -> float:
    _, marks, line = _marks(sheet, hidden, width)
    says = _rest_says(sheet, hidden, width)
    return 18 * sheet.f + says.height + math.ceil(marks / line) * MARK * sheet.f


def _rest(sheet: Sheet, hidden: Counter[tuple[str | None, str]], name: str, x: float, y: float, width: float) -> Group:
    """How many more there are, with a small mark for each (or for several, which is then said)."""
    f, theme, many = sheet.f, sheet.theme, hidden.total()
    stands_for, _, line = _marks(sheet, many, width)
    says = _rest_says(sheet, many, width)
    items: list[Item] = [
        Rect(x, y, width, _rest_height(sheet, many, width), 3.5 * f, theme.paper, theme.line, 0.8 * f),
        sheet.place(says, x + 6 * f, y + 6 * f, theme.ink),
    ]
    start = x + (width - line * MARK * f) / 2
    looks = _ordered(sheet, hidden)
    for place, (region, shape) in enumerate(_every(looks, stands_for)):
        mark_x = start + (place % line + 0.5) * MARK * f
        mark_y = y + 12 * f + says.height + (place // line + 0.5) * MARK * f
        items.append(mark(shape, mark_x, mark_y, MARK * 0.36 * f, sheet.region_colour(region)))
    counts: Counter[str] = Counter()
    for (region, _), number in looks:
        counts[region or "–"] += number
    regions = ", ".join(f"{code} {number}" for code, number in counts.items())
    return Group(sheet.id(name), tuple(items), sheet.word("more", count=many), regions)


def _ordered(sheet: Sheet, hidden: Counter[tuple[str | None, str]]) -> list[tuple[Look, int]]:
    """How many there are of each region and shape, in the order of the picture."""
    looks: Counter[Look] = Counter()
    for (region, actor_type), number in hidden.items():
        looks[region, shape_of(actor_type)] += number
    order = {code: place for place, code in enumerate(sheet.region_codes)}
    return sorted(looks.items(), key=lambda item: (order.get(item[0][0], len(order)), SHAPE_ORDER.index(item[0][1])))


def _every(looks: Iterable[tuple[Look, int]], step: int) -> Iterator[Look]:
    """The first of each `step` of them, when they stand one after another."""
    passed, wanted = 0, 0
    for look, number in looks:
        passed += number
        while wanted < passed:
            yield look
            wanted += step


def _note_status(stage: StagePicture) -> str | None:
    return stage.status if stage.status in ("no_actor", "no_data") else None


def _note(sheet: Sheet, stage: StagePicture) -> Block:
    status = _note_status(stage)
    nobody = "stage_platforms_only" if stage.platforms else "stage_nobody"
    key = f"stage_{status}" if status else nobody
    weight = 600 if status else 400
    return sheet.set(sheet.word(key), Type(8.8 * sheet.f, weight, 6, 1.2), sheet.column - 22 * sheet.f)


def _empty_panel(sheet: Sheet, stage: StagePicture, x: float, top: float, height: float) -> tuple[Item, ...]:
    f, theme, note = sheet.f, sheet.theme, _note(sheet, stage)
    centre = x + sheet.column / 2
    status = _note_status(stage)
    if status is None:
        return (
            Rect(x, top, sheet.column, height, 5 * f, theme.panel),
            sheet.place(note, centre, top + height / 2 - note.height / 2, theme.soft_ink, "middle"),
        )
    style = theme.statuses[status]
    frame = Rect(
        x + 0.6,
        top + 0.6,
        sheet.column - 1.2,
        height - 1.2,
        5 * f,
        style.ground,
        style.line,
        1.2 * f,
        style.dash,
    )
    start = top + (height - note.height - 22 * f) / 2
    icon = status_icon(status, centre, start + 8 * f, 8 * f, style)
    return (frame, *icon, sheet.place(note, centre, start + 22 * f, style.ink, "middle"))


@dataclass(frozen=True)
class _Card:
    participant: Participant
    name: Block
    height: float


def _card(sheet: Sheet, participant: Participant, setting: Setting) -> _Card:
    f, size = sheet.f, setting.size(sheet, 8.8)
    width = sheet.column - 15 * f - _code_room(sheet, size)
    name = sheet.set(
        participant.name if printable(participant.name) else sheet.word("unnamed"), Type(size, 600, 3, 1.14, 0.9), width
    )
    return _Card(participant, name, name.height + 27 * f)


def platforms_height(sheet: Sheet, setting: Setting) -> float:
    """Height of the row of platforms when each has a card; 0 when the chain has none."""
    tallest = 0.0
    for stage in sheet.chain.stages:
        cards = [_card(sheet, participant, setting).height for participant in stage.platforms[:MOST_NAMED]]
        tallest = max(tallest, sum(cards) + BETWEEN * sheet.f * max(0, len(cards) - 1))
    return tallest


def platform_row(sheet: Sheet, setting: Setting, top: float, height: float) -> Group:
    """A card for each platform under its stage, with its TRL or the words that it is not known."""
    f, theme = sheet.f, sheet.theme
    columns: list[Item] = []
    for index, stage in enumerate(sheet.chain.stages):
        x, y = sheet.column_left(index), top
        name = sheet.id(f"platforms-{index}")
        if not stage.platforms:
            block = sheet.set(sheet.word("no_platform"), Type(8.2 * f, 400, 2, 1.15), sheet.column - 8 * f)
            text = sheet.place(block, x + 5 * f, y + 6 * f, theme.soft_ink)
            line = Rect(x, y, sheet.column, 0.8 * f, 0.0, theme.line)
            columns.append(Group(name, (line, text)))
            continue
        cards = [_card(sheet, participant, setting) for participant in stage.platforms[:MOST_NAMED]]
        many = stage.number("platform")
        shown = how_many([c.height for c in cards], many, BETWEEN * f, height, lambda _: 12 * f)
        items: list[Item] = []
        for place, card in enumerate(cards[:shown]):
            items.append(_draw_card(sheet, card, f"platform-{index}-{place}", x, y))
            y += card.height + BETWEEN * f
        if shown < many:
            more = sheet.word("more", count=many - shown)
            text = sheet.text(more, Type(8.8 * f, 700), x + 5 * f, y + 2 * f, sheet.column - 10 * f, theme.ink)
            items.append(Group(sheet.id(f"platforms-more-{index}"), (text,), more))
        columns.append(Group(name, tuple(items)))
    return Group(sheet.id("platforms"), tuple(columns), sheet.word("row_platforms"))


def _draw_card(sheet: Sheet, card: _Card, name: str, x: float, y: float) -> Group:
    f, theme, participant = sheet.f, sheet.theme, card.participant
    size, colour = card.name.type.size, sheet.region_colour(participant.region)
    code = sheet.set(participant.region or "–", Type(size * 0.88, 700), _code_room(sheet, size))
    items: list[Item] = [
        Rect(x, y, sheet.column, card.height, 2 * f, theme.paper, theme.line, 0.8 * f),
        Rect(x, y, 4 * f, card.height, 0.0, colour),
        sheet.place(card.name, x + 10 * f, y + 6 * f, theme.ink),
        sheet.place(code, x + sheet.column - 6 * f, y + 6 * f, colour, "end"),
    ]
    foot = y + 6 * f + card.name.height + 8 * f
    if participant.trl is None:
        says = sheet.word("trl_unknown")
        items.append(
            sheet.text(says, Type(8.2 * f, 400), x + 10 * f, foot + 1 * f, sheet.column - 20 * f, theme.soft_ink)
        )
    else:
        low, high = participant.trl
        says = f"TRL {low}" if low == high else f"TRL {low}–{high}"
        label = text_width(says, 8.4 * f, 600) + 4 * f
        step = (sheet.column - 16 * f - label - 4 * f) / 9
        for level in range(1, 10):
            on = low <= level <= high
            fill, stroke = (theme.level, theme.level) if on else (theme.level_off, theme.level_line)
            items.append(
                Rect(
                    x + 10 * f + (level - 1) * step,
                    foot,
                    step - 1.6 * f,
                    7.5 * f,
                    1.2 * f,
                    fill,
                    stroke,
                    0.6 * f,
                )
            )
        items.append(
            sheet.text(says, Type(8.4 * f, 600), x + sheet.column - 6 * f, foot + 0.8 * f, label, theme.ink, "end")
        )
    description = ", ".join(filter(None, (says, participant.region, told(participant.role))))
    return Group(sheet.id(name), tuple(items), told(participant.name), description, participant.id)
