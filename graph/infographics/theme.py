"""Themes as data: colours, and where the regions stand on the tile map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from graph.infographics.model import SEVERAL


@dataclass(frozen=True)
class LineStyle:
    """How a kind of flow is drawn: fill of its ribbon (None for a line), line colour, width in px, dashes."""

    fill: str | None
    line: str
    width: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class StatusStyle:
    """How a gap is drawn: ground, line and ink colours, dashes of its frame."""

    ground: str
    line: str
    ink: str
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Theme:
    """All colours of a page. `region_colours` are for codes, `spare_colours` for codes that are not there."""

    paper: str
    ink: str
    soft_ink: str
    line: str
    panel: str
    accent: str
    on_colour: str
    level: str
    level_off: str
    level_line: str
    stages: tuple[str, ...]
    flows: MappingProxyType[str, LineStyle]
    statuses: MappingProxyType[str, StatusStyle]
    region_colours: MappingProxyType[str, str]
    spare_colours: tuple[str, ...]
    no_region: str
    region_tiles: MappingProxyType[str, tuple[int, int]]

    def region_colour(self, code: str | None, codes: Sequence[str | None]) -> str:
        """Colour of a region; one that the theme does not know gets a spare that is free, else the ink."""
        if code is None or code == SEVERAL:
            return self.no_region
        if code in self.region_colours:
            return self.region_colours[code]
        unknown = [c for c in codes if c not in (None, SEVERAL, *self.region_colours)]
        taken = [self.region_colours.get(c) for c in codes if c is not None]
        free = [colour for colour in self.spare_colours if colour not in taken]
        if code not in unknown:
            return self.no_region
        return free[unknown.index(code)] if unknown.index(code) < len(free) else self.ink

    def stage_colour(self, index: int, count: int) -> str:
        """Colour of the stage at a place: the whole range is used however many stages there are."""
        if count <= 1:
            return self.stages[0]
        return self.stages[round(index * (len(self.stages) - 1) / (count - 1))]


# Searched, not picked: every colour is at least 4.5:1 with white, and the least distance between any two in
# OKLab is as large as was found under normal sight and three kinds of colour blindness.
_REGIONS = {
    "LA": "#780FB4",
    "PP": "#007869",
    "KA": "#C33C0F",
    "KP": "#3C4B69",
    "PS": "#964BF0",
    "PK": "#78001E",
    "ES": "#4B0069",
}

ELMO = Theme(
    paper="#FFFFFF",
    ink="#16242C",
    soft_ink="#43535D",
    line="#C3CDD3",
    panel="#F1F4F5",
    accent="#00695C",
    on_colour="#FFFFFF",
    level="#0B4F8A",
    level_off="#EEF2F4",
    level_line="#9DABB3",
    stages=(
        "#12564B",
        "#115A5E",
        "#125B6F",
        "#17597F",
        "#23548B",
        "#344D90",
        "#45458F",
        "#553E8A",
        "#633881",
    ),
    flows=MappingProxyType(
        {
            "main": LineStyle("#D3E4DF", "#3F7F73", 1.0),
            "side_stream": LineStyle("#F6E7C4", "#9A6B00", 1.0),
            "loop": LineStyle(None, "#00796B", 2.8),
            "information": LineStyle(None, "#1F5FA8", 1.7, (5.0, 3.2)),
            "service": LineStyle(None, "#8A3A86", 1.9, (0.6, 3.4)),
        }
    ),
    statuses=MappingProxyType(
        {
            "no_actor": StatusStyle("#FDEFED", "#B3261E", "#9A1C15", (4.0, 2.6)),
            "no_data": StatusStyle("#FFFFFF", "#6B7A84", "#43535D", (1.2, 2.4)),
            "one_actor": StatusStyle("#FFF5DE", "#A06A00", "#6E4800", ()),
        }
    ),
    region_colours=MappingProxyType(_REGIONS),
    spare_colours=tuple(_REGIONS.values()),
    no_region="#5F6B73",
    # Where the seven regions lie: column and row, north at the top.
    region_tiles=MappingProxyType(
        {
            "LA": (1, 0),
            "PP": (1, 1),
            "KA": (2, 1),
            "KP": (0, 2),
            "PS": (1, 2),
            "PK": (2, 2),
            "ES": (1, 3),
            SEVERAL: (0, 3),
        }
    ),
)
