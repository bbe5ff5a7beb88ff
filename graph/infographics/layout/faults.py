"""What can be wrong with a layout: overlaps, overflow, small type, cut texts."""

from __future__ import annotations

from dataclasses import dataclass

from graph.infographics.primitives import Layout, Text

TOLERANCE = 0.35  # CSS pixels that ink may touch or stand out by


@dataclass(frozen=True)
class LayoutFaults:
    """The texts at fault, by what is wrong with them, and the smallest type; no text in any is a clean page."""

    overlaps: tuple[tuple[str, str], ...]
    outside_box: tuple[str, ...]
    off_page: tuple[str, ...]
    cut: tuple[str, ...]
    smallest: float

    @property
    def clean(self) -> bool:
        """True when nothing overlaps, overflows or is cut."""
        return not (self.overlaps or self.outside_box or self.off_page or self.cut)


def check_layout(layout: Layout) -> LayoutFaults:
    """Look at every text of a layout; sizes in CSS pixels."""
    texts = [text for text in layout.texts() if any(text.lines)]
    return LayoutFaults(
        tuple(overlaps(texts)),
        tuple(_words(text) for text in texts if _outside(text, text.box)),
        tuple(_words(text) for text in texts if _outside(text, (0.0, 0.0, layout.width, layout.height))),
        tuple(_words(text) for text in texts if text.cut),
        min((text.size for text in texts), default=0.0),
    )


def overlaps(texts: list[Text]) -> list[tuple[str, str]]:
    """Pairs of texts whose ink boxes overlap."""
    inked = sorted(((text.ink(), place) for place, text in enumerate(texts)), key=lambda pair: pair)
    found = []
    for number, (a, first) in enumerate(inked):
        for b, second in inked[number + 1 :]:
            if b[0] >= a[2] - TOLERANCE:
                break
            wide, tall = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
            if wide > TOLERANCE and tall > TOLERANCE:
                found.append((_words(texts[first]), _words(texts[second])))
    return found


def _outside(text: Text, box: tuple[float, float, float, float]) -> bool:
    ink = text.ink()
    return (
        ink[0] < box[0] - TOLERANCE
        or ink[1] < box[1] - TOLERANCE
        or ink[2] > box[2] + TOLERANCE
        or ink[3] > box[3] + TOLERANCE
    )


def _words(text: Text) -> str:
    return " / ".join(text.lines)
