"""Layout to PDF: one page, tagged, PDF/A-2a and PDF/UA-1, text as text, dated by the data."""

from __future__ import annotations

import re

from graph.infographics.primitives import Layout
from graph.infographics.text import FAMILY
from graph.infographics.writers.svg import write_svg
from graph.infographics.writers.typesetting import compile_page


def write_pdf(layout: Layout) -> bytes:
    """Write the layout as PDF bytes; the document date is the date of the data, never the clock."""
    year, month, day = (int(part) for part in layout.date.split("-"))
    title, description = _quoted(layout.title), _quoted(layout.description)
    source = (
        f"#set document(title: {title}, description: {description}, "
        f"date: datetime(year: {year}, month: {month}, day: {day}))\n"
        f"#set page(width: {layout.page.width_mm}mm, height: {layout.page.height_mm}mm, margin: 0pt)\n"
        f'#set text(lang: "{layout.language}", font: "{FAMILY}")\n'
        f'#image(bytes(sys.inputs.svg), format: "svg", width: 100%, height: 100%, alt: {description})\n'
    )
    return compile_page(source, write_svg(layout), format="pdf", pdf_standards=["a-2a", "ua-1"])


def _quoted(text: str) -> str:
    plain = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]", " ", text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
