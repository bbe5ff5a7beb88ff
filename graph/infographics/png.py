"""Layout to PNG, through the same SVG as the PDF."""

from __future__ import annotations

from ontology.errors import DrawingError

from ._typst import compile_page
from .primitives import Layout
from .svg import write_svg


def write_png(layout: Layout, width: int = 1600, with_text: bool = True) -> bytes:
    """Write the layout as PNG bytes, `width` pixels wide (100 to 20000)."""
    if not 100 <= width <= 20_000:
        raise DrawingError(f"a PNG {width} pixels wide cannot be written; allowed: 100 to 20000")
    # Whole pixels on both sides, one point each: otherwise the raster is resampled and loses a row.
    height = round(width * layout.page.height_mm / layout.page.width_mm)
    source = (
        f"#set page(width: {width}pt, height: {height}pt, margin: 0pt)\n"
        '#image(bytes(sys.inputs.svg), format: "svg", width: 100%, height: 100%, fit: "stretch")\n'
    )
    svg = write_svg(layout, with_text=with_text, pixels=(width, height))
    return compile_page(source, svg, format="png", ppi=72.0)
