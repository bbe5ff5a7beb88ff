"""The PDF and PNG writers, seen from outside: pages, tags, fonts, text, and the pixels themselves."""

from __future__ import annotations

import io
import re
from functools import cache

import numpy as np
import pikepdf
import pytest
from infographic_sample import invented_chain
from PIL import Image

from graph import KnowledgeGraph
from graph.infographics import Layout, draw
from graph.infographics.compose import compose
from graph.infographics.writers.png import write_png

SCALE = 2
LOST = 2.5


@cache
def raster(layout: Layout, with_text: bool = True, scale: int = SCALE) -> np.ndarray:
    data = write_png(layout, round(layout.width) * scale, with_text=with_text)
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(np.float64)


def luminance(colour: np.ndarray) -> np.ndarray:
    part = colour / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


PICTURES = [("vc-wood", "fi"), ("vc-tourism", "sv"), ("vc-hydrogen", "en")]


def layouts(graph: KnowledgeGraph) -> list[Layout]:
    real = [draw(compose(graph.generation, chain, language)).layout for chain, language in PICTURES]
    return [*real, draw(invented_chain(2, 120)).layout]


def test_text_pixels_are_where_the_layout_says(enf_graph: KnowledgeGraph) -> None:
    for layout in layouts(enf_graph):
        changed = np.abs(raster(layout) - raster(layout, False)).sum(axis=2) > 24
        declared = np.zeros_like(changed)
        across, down = changed.shape[1] / layout.width, changed.shape[0] / layout.height
        for text in layout.texts():
            left, top, right, bottom = text.ink()
            rows = slice(max(0, int((top - 1) * down)), int((bottom + 1) * down) + 1)
            declared[rows, max(0, int((left - 1) * across)) : int((right + 1) * across) + 1] = True
        assert changed.sum() > 20_000
        assert int((changed & ~declared).sum()) == 0, layout.id


def test_contrast_with_every_pixel_under_the_text(enf_graph: KnowledgeGraph) -> None:
    for layout in layouts(enf_graph):
        ground = raster(layout, False)
        across, down = ground.shape[1] / layout.width, ground.shape[0] / layout.height
        low = []
        for text in layout.texts():
            left, top, right, bottom = text.ink()
            if right <= left:
                continue
            rows = slice(int(top * down) + 1, max(int(bottom * down), int(top * down) + 2))
            under = ground[rows, int(left * across) + 1 : max(int(right * across), int(left * across) + 2)]
            paper = luminance(np.unique(under.reshape(-1, 3), axis=0))
            ink = luminance(np.array([int(text.fill[i : i + 2], 16) for i in (1, 3, 5)], dtype=float))
            ratio = float(((np.maximum(paper, ink) + 0.05) / (np.minimum(paper, ink) + 0.05)).min())
            if ratio < 4.5:
                low.append((text.lines, round(ratio, 2)))
        assert low == [], layout.id


@pytest.mark.parametrize("width", [800, 1123, 1500, 1900])
def test_png_has_the_asked_width_and_loses_no_row(enf_graph: KnowledgeGraph, width: int) -> None:
    layout = draw(compose(enf_graph.generation, "vc-wood", "en")).layout

    def pixels(across: int) -> Image.Image:
        return Image.open(io.BytesIO(write_png(layout, across))).convert("RGB")

    small = pixels(width)
    assert small.size == (width, round(width * 210 / 297))
    halved = pixels(2 * width).resize(small.size, Image.Resampling.BOX)
    # A raster that lost a row or a column differs from its double by two to three times as much.
    assert np.abs(np.asarray(small, float) - np.asarray(halved, float)).mean() < LOST


def unicode_map(font: pikepdf.Object) -> dict[int, str]:
    """Code -> text, from the ToUnicode map of a font."""
    found: dict[int, str] = {}
    source = font.ToUnicode.read_bytes().decode("latin-1")

    def text(code: str) -> str:
        return bytes.fromhex(code).decode("utf-16-be")

    for block in re.findall(r"beginbfchar(.*?)endbfchar", source, re.S):
        for code, sign in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            found[int(code, 16)] = text(sign)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", source, re.S):
        for first, last, sign in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(ord(text(sign)) + step)
    return found


def page_text(stream: pikepdf.Object, resources: pikepdf.Object, seen: list[pikepdf.Object]) -> str:
    """All text shown by a content stream and the forms in it; fonts are collected in `seen`."""
    said: list[str] = []
    fonts: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(stream):
        name = str(operator)
        if name == "Tf":
            font = resources.Font[str(operands[0])]
            seen.append(font)
            fonts = unicode_map(font)
        elif name in ("Tj", "TJ"):
            parts = operands[0] if name == "TJ" else [operands[0]]
            for part in parts:
                if isinstance(part, pikepdf.String):
                    raw = bytes(part)
                    codes = [int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2)]
                    said.extend(fonts[code] for code in codes)
        elif name == "ET":
            said.append("\n")
        elif name == "Do":
            form = resources.XObject[str(operands[0])]
            if form.Subtype == "/Form":
                said.append(page_text(form, form.get("/Resources", resources), seen))
    return "".join(said)


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_pdf_is_one_tagged_page_with_text_and_fonts(enf_graph: KnowledgeGraph, language: str) -> None:
    chain = compose(enf_graph.generation, "vc-battery", language)
    with pikepdf.open(io.BytesIO(draw(chain).pdf())) as pdf:
        assert len(pdf.pages) == 1
        box = [float(value) for value in pdf.pages[0].mediabox]
        assert box[:2] == [0, 0]
        assert box[2] * 25.4 / 72 == pytest.approx(297, abs=0.01)
        assert box[3] * 25.4 / 72 == pytest.approx(210, abs=0.01)
        assert pdf.Root.MarkInfo.Marked and "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang).startswith(language)
        alternatives = [str(o.Alt) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
        assert alternatives == [draw(chain).layout.description]
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261124")
        with pdf.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "2" and metadata["pdfaid:conformance"] == "A"
            assert metadata["pdfuaid:part"] == "1"
            assert chain.title in str(metadata["dc:title"])
        fonts: list[pikepdf.Object] = []
        said = page_text(pdf.pages[0], pdf.pages[0].Resources, fonts)
        assert fonts
        for font in fonts:
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            assert any(f"/FontFile{n}" in inner.FontDescriptor for n in ("", "2", "3"))
            assert "Inter" in str(inner.BaseFont)
        squeezed = re.sub(r"[\s-]", "", said)
        for name in [chain.title, *(p.name for p in chain.participants), *(f.name for f in chain.flows)]:
            assert re.sub(r"[\s-]", "", name) in squeezed


def test_pdf_takes_quotes_backslashes_and_strange_characters() -> None:
    for seed in (1, 4):
        assert draw(invented_chain(seed, 12, odd=True)).pdf().startswith(b"%PDF-")
