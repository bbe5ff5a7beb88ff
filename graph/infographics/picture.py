"""The finished picture: shows itself in a notebook and saves itself by suffix."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graph.infographics.files import form_of, keep
from graph.infographics.layout import lay_out
from graph.infographics.model import ChainPicture
from graph.infographics.page import A4
from graph.infographics.primitives import Layout
from graph.infographics.theme import ELMO
from graph.infographics.writers.pdf import write_pdf
from graph.infographics.writers.png import write_png
from graph.infographics.writers.svg import write_svg
from ontology.errors import DrawingError, InvalidArgument

#: What an infographic is written as, and the suffixes of its files.
FORMS = ("svg", "png", "pdf")


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

    def write(self, form: str, width: int | None = None) -> bytes:
        """One of `FORMS` as bytes, the same as when it is saved; `width` in pixels is for a PNG alone."""
        if width is not None and form != "png":
            raise InvalidArgument("width-of-png", form=form.upper())
        match form:
            case "svg":
                return self.svg(embed_fonts=True).encode()
            case "png":
                return self.png() if width is None else self.png(width)
            case "pdf":
                return self.pdf()
        raise DrawingError("unknown-form-of-picture", form=form, known=tuple(FORMS))

    def save(self, path: str | Path, width: int | None = None) -> Path:
        """Save as .svg (fonts embedded), .png or .pdf by the suffix; any other suffix is a `DrawingError`."""
        path = Path(path)
        return keep(path, self.write(form_of(path, FORMS), width))

    def _repr_svg_(self) -> str:
        return self.svg(embed_fonts=True)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        # As HTML the picture keeps its title and description for screen readers; as an image it would lose them.
        svg = self._repr_svg_()
        return {"text/html": svg, "image/svg+xml": svg, "text/plain": repr(self)}

    def __repr__(self) -> str:
        page = self.layout.page
        return f"<Infographic {self.layout.title!r}, {self.layout.language}, {page.name}>"


def draw(chain: ChainPicture) -> Infographic:
    """Draw a value chain on the one page and in the one theme that there are."""
    return Infographic(lay_out(chain, A4, ELMO))
