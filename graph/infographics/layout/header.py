"""Top of the page: title and summary, key figures, and the tile map of regions."""

from __future__ import annotations

from graph.infographics.layout.shapes import status_icon
from graph.infographics.layout.sheet import Sheet, Type
from graph.infographics.model import SEVERAL
from graph.infographics.primitives import Group, Item, Rect, Text
from graph.infographics.text import told

MAP_WIDTH = 190.0
TITLE = Type(27.0, 700, 2, 1.12, 0.7)
SUMMARY = Type(11.6, 400, 3, 1.3, 0.8)
FIGURE = Type(20.0, 700)
FIGURE_NAME = Type(8.6, 500, 3, 1.14, 0.93)
FIGURES_HEIGHT = 50.0


def header(sheet: Sheet, top: float, width: float) -> tuple[Group, float]:
    """Title with its summary; gives the group and the y where it ends."""
    f, theme = sheet.f, sheet.theme
    x = sheet.left + 14 * f
    title = sheet.set(sheet.chain.title or sheet.word("unnamed"), TITLE.sized(TITLE.size * f), width - 14 * f)
    summary_text = sheet.chain.summary or sheet.word("subtitle")
    summary = sheet.set(summary_text, SUMMARY.sized(SUMMARY.size * f), width - 14 * f)
    first = sheet.place(title, x, top, theme.ink)
    below = top + title.height + 11 * f
    second = sheet.place(summary, x, below, theme.soft_ink)
    bottom = below + summary.height + 4 * f
    bar = Rect(sheet.left, top, 5 * f, bottom - top, 2 * f, theme.accent)
    return Group(sheet.id("header"), (bar, first, second)), bottom


def key_figures(sheet: Sheet, top: float, width: float) -> Group:
    """Counts of what the picture holds: nothing here is estimated."""
    chain, f, theme = sheet.chain, sheet.f, sheet.theme
    platforms = sum(row.platforms for row in chain.region_counts)
    gaps = [gap.status for stage in chain.stages for gap in stage.gaps]
    where = [row for row in chain.region_counts if row.code not in (None, SEVERAL) and row.participants]
    regions = sum(len(row.regions) or 1 for row in where)
    figures: list[tuple[str, int, str | None]] = [
        ("actors", sum(row.participants for row in chain.region_counts) - platforms, None),
        ("platforms", platforms, None),
        ("regions", regions, None),
        ("flows", len(chain.flows), None),
        *((f"needs_{status}", gaps.count(status), status) for status in ("no_actor", "no_data", "one_actor")),
    ]
    gap = 8 * f
    shares = [0.8 if status is None else 1.15 for _, _, status in figures]
    unit = (width - gap * (len(figures) - 1)) / sum(shares)
    items: list[Item] = []
    x = sheet.left
    height = FIGURES_HEIGHT * f
    for (key, number, status), share in zip(figures, shares, strict=True):
        tile = unit * share
        style = theme.statuses[status] if status else None
        ground = style.ground if style and number else theme.panel
        ink = style.ink if style and number else theme.accent
        frame = style.line if style and number else None
        parts: list[Item] = [
            Rect(
                x,
                top,
                tile,
                height,
                5 * f,
                ground,
                frame,
                0.9 * f if frame else 0.0,
                style.dash if style else (),
            )
        ]
        name = sheet.counted(key, number)
        inside = tile - 16 * f
        parts.append(sheet.text(str(number), FIGURE.sized(FIGURE.size * f), x + 9 * f, top + 9 * f, inside, ink))
        if style:
            parts.extend(status_icon(status or "", x + tile - 14 * f, top + 15 * f, 6.2 * f, style))
        block = sheet.set(name, FIGURE_NAME.sized(FIGURE_NAME.size * f), inside)
        parts.append(sheet.place(block, x + 9 * f, top + 30 * f, theme.soft_ink))
        items.append(Group(sheet.id(f"figure-{key}"), tuple(parts), f"{number} {name}"))
        x += tile + gap
    return Group(sheet.id("figures"), tuple(items))


def tile_map(sheet: Sheet, x: float, top: float, width: float, height: float) -> Group:
    """A tile with the number of participants for each region; a grey one for "region not stated"."""
    f, theme, rows = sheet.f, sheet.theme, sheet.chain.region_counts
    if not rows:
        return Group(sheet.id("map"))
    heading = sheet.set(sheet.word("map_title"), Type(9.2 * f, 600), width)
    items: list[Item] = [sheet.place(heading, x, top, theme.soft_ink)]
    places = _tile_places(sheet)
    columns = max((column for column, _ in places), default=0) + 1
    lines = max((line for _, line in places), default=0) + 1
    start, gap = top + heading.height + 8 * f, 3 * f
    tile_height = min((top + height - start - (lines - 1) * gap) / lines, 24 * f)
    tile_width = (width - (columns - 1) * gap) / columns
    for row, (column, line) in zip(rows, places, strict=True):
        left, upper = x + column * (tile_width + gap), start + line * (tile_height + gap)
        colour = sheet.region_colour(row.code)
        filled = row.participants > 0
        ink = theme.on_colour if filled else colour
        box = Rect(
            left,
            upper,
            tile_width,
            tile_height,
            3 * f,
            colour if filled else theme.paper,
            None if filled else colour,
            0.0 if filled else 1.0 * f,
        )
        size = max(8.0, min(10.5 * f, tile_height * 0.5))
        code = _centred(sheet, row.code or "–", Type(size, 600), left + 7 * f, box, tile_width * 0.55, ink)
        number = sheet.set(str(row.participants), Type(size * 1.1, 700), tile_width * 0.4)
        count = sheet.place(number, left + tile_width - 7 * f, upper + tile_height / 2 - number.height / 2, ink, "end")
        name = f"{told(row.name)}: {row.participants}"
        items.append(Group(sheet.id(f"region-{rows.index(row)}"), (box, code, count), name, ref=row.code))
    return Group(sheet.id("map"), tuple(items), sheet.word("map_title"))


def _tile_places(sheet: Sheet) -> list[tuple[int, int]]:
    """Column and line of every region: as in the theme, or a plain grid if it lacks some."""
    tiles = sheet.theme.region_tiles
    codes = sheet.region_codes
    known = {code: tiles[code] for code in codes if code is not None and code in tiles}
    if len(known) < sum(code is not None for code in codes):
        # Other regions: a plain grid says more than half a map.
        columns = 3 if len(codes) <= 12 else 5
        return [(place % columns, place // columns) for place in range(len(codes))]
    return [known[code] if code is not None else (2, 3) for code in codes]


def _centred(sheet: Sheet, text: str, type_: Type, x: float, box: Rect, width: float, ink: str) -> Text:
    block = sheet.set(text, type_, width)
    return sheet.place(block, x, box.y + box.height / 2 - block.height / 2, ink)
