"""Infographics of value chains: picture model, layout, and writers of SVG, PNG and PDF.

>>> from graph.infographics import ChainPicture, StagePicture, draw
>>> stages = (StagePicture(1, "One"), StagePicture(2, "Two"))
>>> chain = ChainPicture("demo", "Demo", None, stages, (), (), "en", (), "2026-11-22", "000001")
>>> draw(chain)
<Infographic 'Demo', en, A4>
"""

from __future__ import annotations

from graph.infographics.checks import Findings, check_layout
from graph.infographics.model import (
    ChainPicture,
    FlowPicture,
    GapPicture,
    Member,
    RegionCount,
    StagePicture,
    count_regions,
)
from graph.infographics.page import PAGES, Page
from graph.infographics.picture import Infographic, draw
from graph.infographics.primitives import Layout
from graph.infographics.theme import THEMES, Theme

__all__ = [
    "PAGES",
    "THEMES",
    "ChainPicture",
    "Findings",
    "FlowPicture",
    "GapPicture",
    "Infographic",
    "Layout",
    "Member",
    "Page",
    "RegionCount",
    "StagePicture",
    "Theme",
    "check_layout",
    "count_regions",
    "draw",
]
