"""Text as the fonts draw it: HarfBuzz advances and ink boxes, and line breaking by dynamic programming."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from graph.infographics.hyphens import hyphen_points

if TYPE_CHECKING:
    import uharfbuzz as hb

FONT_FOLDER = Path(__file__).parent / "fonts"
CUTS: dict[int, str] = {400: "Inter-Regular", 500: "Inter-Medium", 600: "Inter-SemiBold", 700: "Inter-Bold"}
FAMILY = "Inter"
CAP_HEIGHT = 0.7275  # em, the height of a capital H in Inter
DESCENT = 0.205  # em, below the baseline, the deepest of the letters in use
UNDRAWABLE = "\u25a1"
MOST_SIGNS = 400  # of one text, drawn or told: no name needs more, and a page has no room for it

# How much worse a break is than a ragged line: 1.0 is a whole line more.
_BREAK_AFTER_SIGN = 0.08
_BREAK_BEFORE_SUFFIX = 0.9
_BREAK_ANYWHERE = 3.0
_SUFFIX = re.compile(r"(Oyj?|Ky|ry|Osk|osk|Ab|Abp|Ltd|Inc|GmbH|AS|AB)[.,)]?")


@dataclass(frozen=True)
class InkExtent:
    """Advance and ink of one line in em; `top` and `bottom` are measured upwards from the baseline."""

    advance: float
    left: float
    bottom: float
    right: float
    top: float


@cache
def _font(weight: int) -> tuple[hb.Font, int]:
    import uharfbuzz as hb

    face = hb.Face(hb.Blob.from_file_path(str(FONT_FOLDER / f"{CUTS[weight]}.ttf")))
    return hb.Font(face), face.upem


@lru_cache(maxsize=1)
def _drawable() -> frozenset[int]:
    return frozenset(_font(400)[0].face.unicodes)


@lru_cache(maxsize=50_000)
def ink_of(line: str, weight: int) -> InkExtent:
    """Measure one line in the shipped font of that weight (400, 500, 600 or 700), in em."""
    if not line:
        return InkExtent(0.0, 0.0, 0.0, 0.0, 0.0)
    import uharfbuzz as hb

    font, upem = _font(weight)
    buffer = hb.Buffer()
    buffer.add_str(line)
    buffer.guess_segment_properties()
    hb.shape(font, buffer, {"kern": True, "liga": False, "calt": False})
    pen = 0
    left, bottom, right, top = 1 << 30, 1 << 30, -(1 << 30), -(1 << 30)
    for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        box = font.get_glyph_extents(glyph.codepoint)
        if box is not None and box.width:
            x, y = pen + place.x_offset + box.x_bearing, place.y_offset + box.y_bearing
            left, right = min(left, x), max(right, x + box.width)
            bottom, top = min(bottom, y + box.height), max(top, y)
        pen += place.x_advance
    if left > right:
        return InkExtent(pen / upem, 0.0, 0.0, 0.0, 0.0)
    return InkExtent(pen / upem, left / upem, bottom / upem, right / upem, top / upem)


def text_width(line: str, size: float, weight: int = 400) -> float:
    """Advance width of one line in CSS pixels."""
    return ink_of(line, weight).advance * size


def too_long(text: str) -> bool:
    """Whether a text is longer than a picture tells."""
    return len(text) > MOST_SIGNS


def told(text: str) -> str:
    """The text as it can be read aloud: composed, plain spaces, no control characters, and not without end."""
    return _told(_shortened(text))


def printable(text: str) -> str:
    """The text as it can be drawn: as it is told, and what the font has no sign for as U+25A1."""
    return _printable(_shortened(text))


def _shortened(text: str) -> str:
    return text[: MOST_SIGNS - 1].rstrip() + "…" if too_long(text) else text


@lru_cache(maxsize=10_000)
def _told(text: str) -> str:
    signs = []
    for sign in unicodedata.normalize("NFC", text):
        category = unicodedata.category(sign)
        if sign.isspace() or category == "Zs":
            signs.append(" ")
        # A sign of control would turn the direction of what follows.
        elif category not in ("Cc", "Cf", "Cs"):
            signs.append(sign)
    return re.sub(" +", " ", "".join(signs)).strip()


@lru_cache(maxsize=10_000)
def _printable(text: str) -> str:
    # An accent that no letter took up would have no glyph of its own in a PDF.
    letters = "".join(sign for sign in _told(text) if unicodedata.category(sign) != "Mn")
    known = _drawable()
    return re.sub(" +", " ", "".join(sign if ord(sign) in known else UNDRAWABLE for sign in letters)).strip()


@dataclass(frozen=True)
class Wrapped:
    """Lines of a wrapped text; `cut` when it did not fit and ends in an ellipsis."""

    lines: tuple[str, ...]
    cut: bool = False


@lru_cache(maxsize=10_000)
def wrap(text: str, size: float, weight: int, width: float, max_lines: int, language: str) -> Wrapped:
    """Break text into at most `max_lines` lines of `width` pixels: few lines, even lines, good breaks.

    The text must be `printable`. Hyphens are put only where `hyphen_points` allows.
    """
    if text_width(text, size, weight) <= width:
        return Wrapped((text,))
    points = _break_points(text, language)
    if text_width("".join(text.split()), size, weight) > 1.02 * max_lines * width:  # no choice of breaks can fit it
        return _cut(text, size, weight, width, max_lines, points)
    lines = _best_lines(text, size, weight, width, max_lines, points)
    if lines is None:
        # A word that nothing else breaks: better broken anywhere than cut.
        anywhere = {m.start(): (_BREAK_ANYWHERE, "-") for m in re.finditer(r"(?<=\w\w\w)(?=\w\w\w)", text)}
        lines = _best_lines(text, size, weight, width, max_lines, anywhere | points)
    return Wrapped(lines) if lines else _cut(text, size, weight, width, max_lines, points)


def _best_lines(
    text: str, size: float, weight: int, width: float, max_lines: int, points: dict[int, tuple[float, str]]
) -> tuple[str, ...] | None:
    """Choose among the break points by dynamic programming; None when nothing fits."""
    end_of_text = len(text)
    places = sorted(points)
    ends = [*places, end_of_text]

    def line(start: int, end: int) -> str:
        return text[start:end].strip() + (points[end][1] if end < end_of_text else "")

    # best[place, lines] = (cost, place where the last line starts)
    best: dict[tuple[int, int], tuple[float, int]] = {(0, 0): (0.0, 0)}
    for lines in range(max_lines):
        for place, start in enumerate(places, 1):
            if (start, lines) not in best:
                continue
            cost = best[start, lines][0]
            for end in islice(ends, place, None):  # no further than a line is wide
                gap = (width - text_width(line(start, end), size, weight)) / width
                if gap < 0:
                    if text_width(text[start:end].strip(), size, weight) > width:
                        break
                    continue
                raggedness = gap * gap * (0.6 if end == end_of_text else 1.0)
                penalty = points[end][0] if end < end_of_text else 0.0
                found = cost + 1.0 + raggedness + penalty
                if (end, lines + 1) not in best or found < best[end, lines + 1][0] - 1e-9:
                    best[end, lines + 1] = (found, start)
    endings = [(best[end_of_text, n][0], n) for n in range(1, max_lines + 1) if (end_of_text, n) in best]
    if not endings:
        return None
    cuts = [end_of_text]
    for n in range(min(endings)[1], 0, -1):
        cuts.append(best[cuts[-1], n][1])
    cuts.reverse()
    return tuple(line(a, b) for a, b in pairwise(cuts))


def _break_points(text: str, language: str) -> dict[int, tuple[float, str]]:
    """Where a line may end: position -> (penalty, what is added at the end of the line)."""
    points: dict[int, tuple[float, str]] = {0: (0.0, "")}
    for word in re.finditer(r"\S+", text):
        if word.start():
            penalty = _BREAK_BEFORE_SUFFIX if _SUFFIX.fullmatch(word.group()) else 0.0
            points[word.start()] = (penalty, "")
        for sign in re.finditer(r"(?<=\w)[-–/](?=\w)", word.group()):
            points[word.start() + sign.end()] = (_BREAK_AFTER_SIGN, "")
        for part in re.finditer(r"[^\W\d_]+", word.group()):
            for place, penalty in hyphen_points(part.group(), language).items():
                points.setdefault(word.start() + part.start() + place, (penalty, "-"))
    return points


def _cut(
    text: str, size: float, weight: int, width: float, max_lines: int, points: dict[int, tuple[float, str]]
) -> Wrapped:
    """Fill the lines one after another and end the last in an ellipsis: the last resort."""
    lines: list[str] = []
    start = 0
    places = sorted(points)
    while len(lines) < max_lines - 1:
        end = start
        for place in islice(places, bisect_right(places, start), None):
            if text_width(text[start:place].strip(), size, weight) > width:
                break
            if text_width(text[start:place].strip() + points[place][1], size, weight) <= width:
                end = place
        if end == start:
            break
        lines.append(text[start:end].strip() + points[end][1])
        start = end
    if text_width(text[start:].strip(), size, weight) <= width:
        return Wrapped((*lines, text[start:].strip()))

    def too_wide(end: int) -> bool:
        return text_width(text[start:end].rstrip() + "…", size, weight) > width

    end = start + bisect_left(range(start, len(text)), True, key=too_wide)
    while end > start and too_wide(end):
        end -= 1
    return Wrapped((*lines, text[start:end].rstrip(" -,") + "…"), cut=True)
