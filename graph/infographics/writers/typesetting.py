"""The one door to typst, which is imported only when a PDF or PNG is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.infographics.text import FONT_FOLDER
from ontology.errors import DrawingError, MissingExtra

if TYPE_CHECKING:
    from types import ModuleType


def load_typst() -> ModuleType:
    """Import typst, or raise `MissingExtra` that says what to install."""
    try:
        import typst
    except ImportError as error:
        raise MissingExtra("draw") from error
    return typst


def compile_page(source: str, svg: str, **options: object) -> bytes:
    """Compile a page around an SVG with the shipped fonts only; a failure is a `DrawingError`."""
    typst = load_typst()
    try:
        found = typst.compile(
            source.encode("utf-8"),
            font_paths=[str(FONT_FOLDER)],
            ignore_system_fonts=True,
            sys_inputs={"svg": svg},
            **options,
        )
    except typst.TypstError as error:
        raise DrawingError("typesetting-failed", said=str(error)) from error
    return bytes(found)
