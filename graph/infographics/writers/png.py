"""Layout to PNG, through the same SVG as the PDF."""

from __future__ import annotations

from graph.infographics.primitives import Layout
from graph.infographics.writers.svg import write_svg
from graph.infographics.writers.typesetting import compile_page
from ontology.errors import DrawingError

HAIR = 0.01
NARROWEST, WIDEST = 100, 10_000  # pixels; the widest, an A4 at 850 dots an inch, takes 0.8 GB to make


def write_png(layout: Layout, width: int = 1600, with_text: bool = True) -> bytes:
    """Write the layout as PNG bytes, `width` pixels wide (`NARROWEST` to `WIDEST`)."""
    if not NARROWEST <= width <= WIDEST:
        raise DrawingError("png-width", width=width, least=NARROWEST, most=WIDEST)
    # One point is one pixel, and the picture is a hair smaller than the page: typst rounds the size of its
    # raster up, and a raster one pixel larger than the page would lose a row and a column.
    height = round(width * layout.page.height_mm / layout.page.width_mm)
    source = (
        f"#set page(width: {width}pt, height: {height}pt, margin: 0pt)\n"
        f'#image(bytes(sys.inputs.svg), format: "svg", width: {width - 2 * HAIR}pt, '
        f'height: {height - 2 * HAIR}pt, fit: "stretch")\n'
    )
    svg = write_svg(layout, with_text=with_text, pixels=(width, height - HAIR))
    return compile_page(source, svg, format="png", ppi=72.0)
