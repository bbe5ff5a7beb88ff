"""The five primitives that every writer knows: rectangle, path, text, group, and the layout around them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from graph.infographics.page import Page
from graph.infographics.text import ink_of

Anchor = Literal["start", "middle", "end"]
Box: TypeAlias = tuple[float, float, float, float]
Command: TypeAlias = tuple[str | float, ...]


@dataclass(frozen=True)
class Rect:
    """A rectangle with corners of radius `radius`; lengths in CSS pixels."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0.0
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 0.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Path:
    """A path of the absolute commands M, L, C and Z."""

    commands: tuple[Command, ...]
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 0.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Text:
    """Lines of text; `x`, `y` is the anchor on the first baseline, `box` is what the ink must stay in.

    `cut` says that the text did not fit and ends in an ellipsis.
    """

    x: float
    y: float
    lines: tuple[str, ...]
    size: float
    weight: int
    fill: str
    anchor: Anchor
    leading: float
    box: Box
    cut: bool = False

    def ink(self) -> Box:
        """Left, top, right and bottom of what is drawn, from the glyph outlines."""
        boxes = []
        for row, line in enumerate(self.lines):
            extent = ink_of(line, self.weight)
            if extent.right <= extent.left:
                continue
            left = self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * extent.advance * self.size
            base = self.y + row * self.leading * self.size
            boxes.append(
                (
                    left + extent.left * self.size,
                    base - extent.top * self.size,
                    left + extent.right * self.size,
                    base - extent.bottom * self.size,
                )
            )
        if not boxes:
            return (self.x, self.y, self.x, self.y)
        return (
            min(b[0] for b in boxes),
            min(b[1] for b in boxes),
            max(b[2] for b in boxes),
            max(b[3] for b in boxes),
        )


@dataclass(frozen=True)
class Group:
    """Things that belong together; `title` and `description` are read aloud, `ref` names a record."""

    id: str
    items: tuple[Item, ...] = ()
    title: str | None = None
    description: str | None = None
    ref: str | None = None

    def texts(self) -> Iterator[Text]:
        """Give every text in drawing order."""
        for item in self.items:
            if isinstance(item, Group):
                yield from item.texts()
            elif isinstance(item, Text):
                yield item

    def groups(self) -> Iterator[Group]:
        """Give every group below this one in drawing order."""
        for item in self.items:
            if isinstance(item, Group):
                yield item
                yield from item.groups()


Item: TypeAlias = Rect | Path | Text | Group


@dataclass(frozen=True)
class Layout:
    """A laid-out page: what the writers draw, and the words for those who do not see it."""

    id: str
    page: Page
    title: str
    description: str
    language: str
    date: str
    root: Group

    @property
    def width(self) -> float:
        """Width in CSS pixels."""
        return self.page.width

    @property
    def height(self) -> float:
        """Height in CSS pixels."""
        return self.page.height

    def texts(self) -> tuple[Text, ...]:
        """Give every text in drawing order."""
        return tuple(self.root.texts())
