"""Page sizes as values: millimetres, margin and the scale of type."""

from __future__ import annotations

from dataclasses import dataclass

PX_PER_MM = 96 / 25.4


@dataclass(frozen=True)
class Page:
    """A page: size in millimetres, margin in CSS pixels, `scale` multiplies every type size."""

    name: str
    width_mm: float
    height_mm: float
    margin: float = 28.0
    scale: float = 1.0

    @property
    def width(self) -> float:
        """Width in CSS pixels (96 to the inch)."""
        return self.width_mm * PX_PER_MM

    @property
    def height(self) -> float:
        """Height in CSS pixels (96 to the inch)."""
        return self.height_mm * PX_PER_MM


A4 = Page("A4", 297.0, 210.0)
