"""Bottom of the page: sources, date of the data, its version, licence, and what a curator put together."""

from __future__ import annotations

from datetime import date

from graph.infographics.layout.sheet import Sheet, Type
from graph.infographics.model import MOST_NAMED
from graph.infographics.primitives import Group, Rect
from graph.infographics.text import printable, text_width
from ontology.texts import show_date

SMALL = Type(8.2, 400, 1, 1.25, 0.975)
HEIGHT = 32.0


def footer(sheet: Sheet, top: float) -> Group:
    """Two lines under a rule; sources that do not fit are counted."""
    f, theme = sheet.f, sheet.theme
    brand_type = Type(10.5 * f, 700)
    brand = sheet.word("brand")
    brand_width = text_width(brand, brand_type.size, 700) + 2
    width = sheet.inner - brand_width - 22 * f
    small = SMALL.sized(SMALL.size * f)
    sources = sheet.text(_sources(sheet, width), small, sheet.left, top + 9 * f, width, theme.soft_ink)
    about = sheet.text(about_line(sheet), small, sheet.left, top + 21.5 * f, width, theme.soft_ink)
    mark = sheet.text(brand, brand_type, sheet.left + sheet.inner, top + 14 * f, brand_width, theme.accent, "end")
    rule = Rect(sheet.left, top, sheet.inner, 0.8 * f, 0.0, theme.line)
    return Group(sheet.id("footer"), (rule, sources, about, mark))


def about_line(sheet: Sheet) -> str:
    """Date of the data, its version, the licence and the curator's note, in one line."""
    chain = sheet.chain
    parts = [
        sheet.word("data_of", date=show_date(date.fromisoformat(chain.data_date), chain.language)),
        sheet.word("generation", name=chain.generation) if chain.generation else "",
        sheet.word("licence", name=chain.licence) if chain.licence else "",
        chain.curator_note or "",
    ]
    return " · ".join(printable(part) for part in parts if part)


def _sources(sheet: Sheet, width: float) -> str:
    """Number of sources and as many of them as the line holds."""
    all_sources = [printable(source) for source in sheet.chain.sources if printable(source)]
    if not all_sources:
        return f"{sheet.word('sources')}: {sheet.word('no_sources')}"
    head = f"{sheet.counted('sources', len(all_sources))} ({len(all_sources)}): "
    for shown in range(min(len(all_sources), MOST_NAMED), 0, -1):
        left = len(all_sources) - shown
        tail = f"; {sheet.word('and_more', count=left)}" if left else ""
        line = head + "; ".join(all_sources[:shown]) + tail
        if text_width(line, SMALL.size * sheet.f, SMALL.weight) <= width:
            return line
    # Not even one fits: the number is said, and the list is in the long description.
    return head.rstrip(" :")
