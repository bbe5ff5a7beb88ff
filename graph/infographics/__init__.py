"""Infographics of value chains: picture model, layout, and writers of SVG, PNG and PDF.

>>> from graph.infographics import ChainPicture, StagePicture, draw
>>> stages = (StagePicture(1, "One"), StagePicture(2, "Two"))
>>> chain = ChainPicture("demo", "Demo", None, stages, (), (), "en", (), "2026-11-22", "000001")
>>> draw(chain)
<Infographic 'Demo', en, A4>
"""

from __future__ import annotations

from graph.infographics.layout.faults import LayoutFaults, check_layout
from graph.infographics.model import (
    ChainPicture,
    Crowd,
    FlowPicture,
    GapPicture,
    Participant,
    RegionCount,
    StagePicture,
    count_regions,
)
from graph.infographics.picture import FORMS, Infographic, draw
from graph.infographics.primitives import Layout

__all__ = [
    "FORMS",
    "ChainPicture",
    "Crowd",
    "FlowPicture",
    "GapPicture",
    "Infographic",
    "Layout",
    "LayoutFaults",
    "Participant",
    "RegionCount",
    "StagePicture",
    "check_layout",
    "count_regions",
    "draw",
]
