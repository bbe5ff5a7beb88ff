"""The finished picture: shows itself in a notebook and saves itself by suffix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graph.infographics.layout import lay_out
from graph.infographics.model import ChainPicture
from graph.infographics.page import Page, find_page
from graph.infographics.primitives import Layout
from graph.infographics.theme import Theme, find_theme
from graph.infographics.writers.pdf import write_pdf
from graph.infographics.writers.png import write_png
from graph.infographics.writers.svg import write_svg
from ontology.errors import DrawingError


@dataclass(frozen=True)
class Infographic:
    """A drawn value chain, ready to be shown or saved; two from the same data are equal, byte for byte."""

    layout: Layout

    def svg(self, embed_fonts: bool = False) -> str:
        """SVG text; with `embed_fonts` it looks the same where Inter is not installed (about 170 kB more)."""
        return write_svg(self.layout, embed_fonts=embed_fonts)

    def png(self, width: int = 1600) -> bytes:
        """PNG bytes, `width` pixels wide."""
        return write_png(self.layout, width)

    def pdf(self) -> bytes:
        """PDF bytes: one tagged page, PDF/A-2a and PDF/UA-1."""
        return write_pdf(self.layout)

    def save(self, path: str | Path) -> Path:
        """Save as .svg (fonts embedded), .png or .pdf by the suffix; any other suffix is a `DrawingError`."""
        path = Path(path)
        writers: dict[str, Callable[[], bytes]] = {
            ".svg": lambda: self.svg(embed_fonts=True).encode("utf-8"),
            ".png": self.png,
            ".pdf": self.pdf,
        }
        writer = writers.get(path.suffix.lower())
        if writer is None:
            raise DrawingError(f"cannot save {path.name!r}: suffix must be one of {', '.join(writers)}")
        path.write_bytes(writer())
        return path

    def _repr_svg_(self) -> str:
        return self.svg(embed_fonts=True)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        # As HTML the picture keeps its title and description for screen readers; as an image it would lose them.
        svg = self._repr_svg_()
        return {"text/html": svg, "image/svg+xml": svg, "text/plain": repr(self)}

    def __repr__(self) -> str:
        page = self.layout.page
        return f"<Infographic {self.layout.title!r}, {self.layout.language}, {page.name}>"


def draw(chain: ChainPicture, page: str | Page = "A4", theme: str | Theme = "elmo") -> Infographic:
    """Draw a value chain on a page; an unknown page or theme is a `DrawingError` that lists those known."""
    return Infographic(lay_out(chain, find_page(page), find_theme(theme)))
