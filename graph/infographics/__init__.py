"""Infographics of value chains: picture model, layout, and writers of SVG, PNG and PDF.

>>> from graph.infographics import ChainPicture, StagePicture, draw
>>> stages = (StagePicture(1, "One"), StagePicture(2, "Two"))
>>> chain = ChainPicture("demo", "Demo", None, stages, (), (), "en", (), "2026-11-22", "000001")
>>> draw(chain)
<Infographic 'Demo', en, A4>
"""

from __future__ import annotations

from .checks import Findings, check_layout
from .model import (
    ChainPicture,
    FlowPicture,
    GapPicture,
    Member,
    RegionCount,
    StagePicture,
    count_regions,
)
from .page import PAGES, Page
from .picture import Infographic, draw
from .primitives import Layout
from .theme import THEMES, Theme
from .words import word

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
    "word",
]
