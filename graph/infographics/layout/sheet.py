"""What every part of the page is drawn on: the chain, the page, the theme, and how text is set on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from graph.infographics.model import ChainPicture, FlowPicture
from graph.infographics.page import Page
from graph.infographics.primitives import Anchor, Text
from graph.infographics.text import CAP_HEIGHT, DESCENT, Wrapped, printable, told, wrap
from graph.infographics.theme import Theme
from ontology.texts import say

SMALLEST = 8.0  # CSS pixels: nothing on a page is set smaller


@dataclass(frozen=True)
class Type:
    """How a text is set: size in CSS pixels, weight, most lines, leading in em, and how far it may shrink."""

    size: float
    weight: int = 400
    lines: int = 1
    leading: float = 1.2
    shrink: float = 0.86

    def sized(self, size: float) -> Type:
        """The same type in another size."""
        return replace(self, size=size)


@dataclass(frozen=True)
class Block:
    """A wrapped text that is not placed yet, with the size it was set in."""

    wrapped: Wrapped
    type: Type
    width: float

    @property
    def height(self) -> float:
        """From the top of the capitals of the first line to the baseline of the last."""
        return (CAP_HEIGHT + (len(self.wrapped.lines) - 1) * self.type.leading) * self.type.size


@dataclass(frozen=True)
class Sheet:
    """A page being laid out; all lengths in CSS pixels."""

    chain: ChainPicture
    page: Page
    theme: Theme

    @cached_property
    def prefix(self) -> str:
        """Start of every id, so that several pictures can stand in one HTML page."""
        safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in self.chain.id).strip("-") or "chain"
        return f"{safe}-{self.chain.language}"

    @cached_property
    def region_codes(self) -> tuple[str | None, ...]:
        """Codes of the regions in the order of the picture."""
        return tuple(row.code for row in self.chain.region_counts)

    @property
    def f(self) -> float:
        """Scale of type and spacing."""
        return self.page.scale

    @property
    def left(self) -> float:
        """Left edge of the content."""
        return self.page.margin

    @property
    def inner(self) -> float:
        """Width of the content."""
        return self.page.width - 2 * self.page.margin

    @property
    def column_gap(self) -> float:
        """Room between two stage columns."""
        return min(10.0 * self.f, self.inner / len(self.chain.stages) * 0.08)

    @property
    def column(self) -> float:
        """Width of a stage column."""
        count = len(self.chain.stages)
        return (self.inner - self.column_gap * (count - 1)) / count

    def column_left(self, index: int) -> float:
        """Left edge of a stage column."""
        return self.left + index * (self.column + self.column_gap)

    def id(self, name: str) -> str:
        """A full id on this page."""
        return f"{self.prefix}-{name}"

    def word(self, key: str, **values: object) -> str:
        """A word of the page in the picture's language."""
        return say(f"picture.{key}", self.chain.language, **values)

    def counted(self, key: str, number: int) -> str:
        """A noun in the form that goes with the number."""
        return say(f"picture.{key}", self.chain.language, count=number)

    def number(self, index: int) -> str:
        """The number of the stage at a place, as it is drawn; a dash when it is not known."""
        position = self.chain.stages[index].position
        return "–" if position is None else str(position)

    def way(self, flow: FlowPicture) -> str:
        """From which stage to which a flow leads, in words: by their numbers, or by name where one has none."""
        ends = (self.chain.stages[place - 1] for place in (flow.source, flow.target))
        a, b = (told(stage.name) if stage.position is None else stage.position for stage in ends)
        return self.word("long_from_to", a=a, b=b)

    def listed(self, said: Sequence[str], many: int) -> str:
        """A list of what is said of some, with the number of those of whom nothing is."""
        rest = many - len(said)
        return "; ".join([*said, self.word("and_more", count=rest)] if rest else said)

    def stage_colour(self, index: int) -> str:
        """Colour of the stage at a place."""
        return self.theme.stage_colour(index, len(self.chain.stages))

    def region_colour(self, code: str | None) -> str:
        """Colour of a region."""
        return self.theme.region_colour(code, self.region_codes)

    def set(self, text: str, type_: Type, width: float) -> Block:
        """Wrap a text into a width; shrink it a little before anything is cut."""
        clean = printable(text)
        size = max(type_.size, SMALLEST)
        least = max(SMALLEST, type_.size * type_.shrink)
        while True:
            wrapped = wrap(clean, round(size, 3), type_.weight, round(width, 2), type_.lines, self.chain.language)
            if not wrapped.cut or size <= least:
                return Block(wrapped, type_.sized(round(size, 3)), width)
            size = max(least, size - type_.size * 0.035)

    def place(self, block: Block, x: float, top: float, fill: str, anchor: Anchor = "start") -> Text:
        """Put a set text with the top of its capitals at `top`."""
        size, leading = block.type.size, block.type.leading
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * block.width
        bottom = top + block.height + (DESCENT + 0.06) * size + 0.6
        box = (x - shift - 0.1 * size, top - 0.32 * size, x - shift + block.width + 0.1 * size, bottom)
        return Text(
            round(x, 3),
            round(top + CAP_HEIGHT * size, 3),
            block.wrapped.lines,
            size,
            block.type.weight,
            fill,
            anchor,
            leading,
            box,
            block.wrapped.cut,
        )

    def text(
        self, text: str, type_: Type, x: float, top: float, width: float, fill: str, anchor: Anchor = "start"
    ) -> Text:
        """Set and place a text in one go."""
        return self.place(self.set(text, type_, width), x, top, fill, anchor)
