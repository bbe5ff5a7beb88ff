"""Small shapes: circles, polygons, the marks of actor types and the icons of gaps."""

from __future__ import annotations

import math
from collections.abc import Sequence

from graph.infographics.primitives import Command, Item, Path, Rect
from graph.infographics.theme import StatusStyle

Point = tuple[float, float]

# Actor type -> shape; the words of the shapes are "type_<shape>".
SHAPES: dict[str, str] = {
    "company": "company",
    "sme": "company",
    "university": "university",
    "uas": "school",
    "vocational": "school",
    "rto": "research",
    "public_authority": "public",
    "development_company": "developer",
    "association": "developer",
    "cluster_organisation": "developer",
}
SHAPE_ORDER = ("company", "university", "school", "research", "public", "developer", "other")


def shape_of(actor_type: str) -> str:
    """Name of the shape that stands for an actor type; "other" for a type that is not known."""
    return SHAPES.get(actor_type, "other")


def circle(x: float, y: float, radius: float) -> tuple[Command, ...]:
    """Outline of a circle."""
    k = 0.5523 * radius
    return (
        ("M", x + radius, y),
        ("C", x + radius, y + k, x + k, y + radius, x, y + radius),
        ("C", x - k, y + radius, x - radius, y + k, x - radius, y),
        ("C", x - radius, y - k, x - k, y - radius, x, y - radius),
        ("C", x + k, y - radius, x + radius, y - k, x + radius, y),
        ("Z",),
    )


def polygon(points: Sequence[Point]) -> tuple[Command, ...]:
    """Outline through the points."""
    first, *rest = points
    return (("M", *first), *(("L", *point) for point in rest), ("Z",))


def regular(x: float, y: float, radius: float, corners: int, turn: float = -90.0) -> tuple[Command, ...]:
    """Outline of a regular polygon; `turn` in degrees is where the first corner is."""
    angles = [math.radians(turn + 360 * corner / corners) for corner in range(corners)]
    return polygon([(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles])


def mark(shape: str, x: float, y: float, radius: float, colour: str) -> Item:
    """The mark of an actor type, centred at x, y."""
    if shape == "company":
        side = radius * 1.72
        return Rect(x - side / 2, y - side / 2, side, side, radius * 0.25, colour)
    if shape == "university":
        return Path(regular(x, y + radius * 0.2, radius * 1.18, 3), colour)
    if shape == "school":
        return Path(regular(x, y - radius * 0.2, radius * 1.18, 3, 90.0), colour)
    if shape == "research":
        return Path(regular(x, y, radius * 1.15, 4), colour)
    if shape == "public":
        return Path(regular(x, y, radius * 1.06, 6, 0.0), colour)
    if shape == "developer":
        return Path(circle(x, y, radius * 0.98), colour)
    return Path(circle(x, y, radius * 0.8), None, colour, radius * 0.36)


def status_icon(status: str, x: float, y: float, radius: float, style: StatusStyle) -> tuple[Item, ...]:
    """Icon of a gap: triangle with a bar (no actor), ring with a ? (no data), disc with a 1 (one actor)."""

    def at(right: float, down: float) -> Point:
        return (x + radius * right, y + radius * down)

    if status == "no_actor":
        return (
            Path(regular(x, y + radius * 0.22, radius * 1.2, 3), style.line),
            Rect(x - radius * 0.11, y - radius * 0.36, radius * 0.22, radius * 0.6, 0.0, "#FFFFFF"),
            Rect(x - radius * 0.11, y + radius * 0.4, radius * 0.22, radius * 0.22, 0.0, "#FFFFFF"),
        )
    if status == "no_data":
        hook = (
            ("M", *at(-0.34, -0.2)),
            ("C", *at(-0.34, -0.72), *at(0.4, -0.72), *at(0.34, -0.16)),
            ("C", *at(0.3, 0.06), *at(0.0, 0.02), *at(0.0, 0.28)),
        )
        return (
            Path(circle(x, y, radius * 0.92), "#FFFFFF", style.line, radius * 0.2),
            Path(hook, None, style.line, radius * 0.22),
            Rect(x - radius * 0.12, y + radius * 0.42, radius * 0.24, radius * 0.22, 0.0, style.line),
        )
    one = (
        ("M", *at(-0.3, -0.24)),
        ("L", *at(0.04, -0.5)),
        ("L", *at(0.04, 0.54)),
    )
    return (Path(circle(x, y, radius), style.line), Path(one, None, "#FFFFFF", radius * 0.24))
