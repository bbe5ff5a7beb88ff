"""Colours: readable on their ground, and told apart under normal and colour-blind sight."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from graph.infographics.theme import ELMO

# Machado, Oliveira and Fernandes 2009, severity 1.
SIGHTS = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
REGIONS = list(ELMO.region_colours.values())


def linear(colour: str) -> np.ndarray:
    part = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    bright = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (bright[1] + 0.05) / (bright[0] + 0.05)


def oklab(rgb: np.ndarray) -> np.ndarray:
    lms = np.array(
        [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
         [0.0883024619, 0.2817188376, 0.6299787005]]
    ) @ np.clip(rgb, 0, 1)  # fmt: skip
    return np.array(
        [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
         [0.0259040371, 0.7827717662, -0.8086757660]]
    ) @ np.cbrt(lms)  # fmt: skip


def test_white_reads_on_it_and_it_reads_on_white() -> None:
    colours = [*REGIONS, ELMO.no_region, *ELMO.stages, ELMO.accent, ELMO.level]
    assert [colour for colour in colours if contrast(colour, "#FFFFFF") < 4.5] == []


def test_gap_colours() -> None:
    for status, style in ELMO.statuses.items():
        assert contrast(style.ink, style.ground) >= 4.5, status
        assert contrast(ELMO.ink, style.ground) >= 4.5, status
        assert contrast(style.line, style.ground) >= 3.0, status


def test_flow_lines_stand_out_from_paper() -> None:
    assert [kind for kind, style in ELMO.flows.items() if contrast(style.line, ELMO.paper) < 3.0] == []


def test_thin_lines_differ_without_colour() -> None:
    dashes = [ELMO.flows[kind].dash for kind in ("loop", "information", "service")]
    assert len(set(dashes)) == 3
    assert len({style.dash for style in ELMO.statuses.values()}) == 3


def test_regions_are_told_apart() -> None:
    for sight, matrix in SIGHTS.items():
        seen = [oklab(np.array(matrix) @ linear(colour)) for colour in REGIONS]
        assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) >= 0.10, sight


def test_ink_reads_on_every_ground() -> None:
    for ground in (ELMO.paper, ELMO.panel):
        assert min(contrast(ELMO.ink, ground), contrast(ELMO.soft_ink, ground)) >= 4.5


def test_no_region_has_the_colour_of_one_on_the_map() -> None:
    codes = (*ELMO.region_colours, "NOR", "TRO", None)
    assert [ELMO.region_colour(code, codes) for code in ("NOR", "TRO")] == [ELMO.ink, ELMO.ink]
    few = ("LA", "NOR", "TRO", None)
    assert len({ELMO.region_colour(code, few) for code in few}) == 4
