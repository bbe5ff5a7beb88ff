"""Layout to SVG: deterministic bytes, accessible, nothing from outside, the fonts embedded if asked."""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from xml.sax.saxutils import escape

from graph.infographics.primitives import Command, Group, Item, Layout, Path, Rect, Text
from graph.infographics.text import CUTS, FAMILY, FONT_FOLDER
from ontology.prefixes import SVG

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_svg(
    layout: Layout,
    embed_fonts: bool = False,
    with_text: bool = True,
    pixels: tuple[float, float] | None = None,
) -> str:
    """Write the layout as SVG text; `embed_fonts` adds about 170 kB.

    `with_text=False` is for checks of contrast, `pixels` stretches the page to a raster of that size.
    """
    page = layout.page
    name = layout.id
    size = f'width="{_number(page.width_mm)}mm" height="{_number(page.height_mm)}mm"'
    if pixels:
        size = f'width="{_number(pixels[0])}" height="{_number(pixels[1])}" preserveAspectRatio="none"'
    out = [
        f'<svg xmlns="{SVG}" {size} '
        f'viewBox="0 0 {_number(page.width)} {_number(page.height)}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" lang="{layout.language}" '
        f'xml:lang="{layout.language}" font-family="{FAMILY}, Arial, sans-serif">',
        f'<title id="{name}-title">{_escaped(layout.title)}</title>',
        f'<desc id="{name}-desc">{_escaped(layout.description)}</desc>',
    ]
    if embed_fonts:
        out.append(_font_style())
    _write_group(layout.root, out, with_text)
    out.append("</svg>\n")
    return "\n".join(out)


@lru_cache(maxsize=1)
def _font_style() -> str:
    faces = []
    for weight, cut in CUTS.items():
        data = base64.b64encode((FONT_FOLDER / f"{cut}.woff2").read_bytes()).decode("ascii")
        faces.append(
            f"@font-face{{font-family:{FAMILY};font-weight:{weight};"
            f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
        )
    return "<style>" + "".join(faces) + "</style>"


def _write_group(group: Group, out: list[str], with_text: bool) -> None:
    ref = f' data-ref="{_escaped(group.ref)}"' if group.ref else ""
    out.append(f'<g id="{_escaped(group.id)}"{ref}>')
    if group.title:
        out.append(f"<title>{_escaped(group.title)}</title>")
    if group.description:
        out.append(f"<desc>{_escaped(group.description)}</desc>")
    for item in group.items:
        if isinstance(item, Group):
            _write_group(item, out, with_text)
        elif with_text or not isinstance(item, Text):
            out.append(_element(item))
    out.append("</g>")


def _element(item: Item) -> str:
    if isinstance(item, Rect):
        radius = f' rx="{_number(item.radius)}"' if item.radius else ""
        return (
            f'<rect x="{_number(item.x)}" y="{_number(item.y)}" width="{_number(max(0.0, item.width))}" '
            f'height="{_number(max(0.0, item.height))}"{radius} {_paint(item)}/>'
        )
    if isinstance(item, Path):
        round_cap = ' stroke-linecap="round"' if item.dash and item.dash[0] < 1.0 else ""
        return f'<path d="{_path(item.commands)}" {_paint(item)}{round_cap}/>'
    assert isinstance(item, Text)
    anchor = "" if item.anchor == "start" else f' text-anchor="{item.anchor}"'
    style = f'font-size="{_number(item.size)}" font-weight="{item.weight}" fill="{item.fill}"{anchor}'
    rows = [(item.y + row * item.size * item.leading, line) for row, line in enumerate(item.lines)]
    if len(rows) == 1:
        return f'<text x="{_number(item.x)}" y="{_number(item.y)}" {style}>{_escaped(rows[0][1])}</text>'
    spans = "".join(f'<tspan x="{_number(item.x)}" y="{_number(y)}">{_escaped(line)}</tspan>' for y, line in rows)
    return f"<text {style}>{spans}</text>"


def _paint(item: Rect | Path) -> str:
    parts = [f'fill="{item.fill or "none"}"']
    if item.stroke and item.stroke_width:
        parts.append(f'stroke="{item.stroke}" stroke-width="{_number(item.stroke_width)}"')
        if item.dash:
            parts.append(f'stroke-dasharray="{" ".join(_number(d) for d in item.dash)}"')
    return " ".join(parts)


def _path(commands: tuple[Command, ...]) -> str:
    return "".join(str(letter) + " ".join(_number(float(value)) for value in values) for letter, *values in commands)


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _escaped(text: str) -> str:
    return escape(_NOT_XML.sub("", text), {'"': "&quot;"})
