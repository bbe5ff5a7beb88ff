"""The picture model refuses what cannot be true, and the finished picture shows and saves itself."""

from __future__ import annotations

import sys
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pytest

from graph import KnowledgeGraph
from graph.infographics import (
    ChainPicture,
    FlowPicture,
    GapPicture,
    Infographic,
    Participant,
    RegionCount,
    StagePicture,
    count_regions,
    draw,
)
from graph.infographics.compose import compose
from graph.infographics.model import MOST_STAGES
from graph.infographics.writers.png import WIDEST
from ontology.errors import DrawingError, InvalidArgument, MissingExtra
from ontology.texts import say


def chain(**changes: Any) -> ChainPicture:
    base = ChainPicture(
        "c", "Title", None, (StagePicture(1, "A"), StagePicture(2, "B")), (), (), "en", (), "2026-11-22", "g"
    )
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"language": "de"}, "allowed: fi, en, sv"),
        ({"data_date": "22.11.2026"}, "ISO date"),
        ({"data_date": "2026-13-01"}, "ISO date"),
        ({"stages": ()}, "no stages"),
        (
            {"stages": tuple(StagePicture(n, "A") for n in range(MOST_STAGES + 1))},
            "has 11 stages; a picture shows at most 10",
        ),
        ({"flows": (FlowPicture(1, 3, "x"),)}, "must join two different stages"),
        ({"flows": (FlowPicture(1, 1, "x"),)}, "must join two different stages"),
        ({"region_counts": (RegionCount("LA", "Lapland", 2),)}, "add up to 2, but there are 0"),
    ],
)
def test_a_chain_that_cannot_be_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(DrawingError, match=says):
        chain(**changes)


def test_parts_that_cannot_be_are_refused() -> None:
    with pytest.raises(DrawingError, match="gap status"):
        GapPicture("x", "maybe")  # type: ignore[arg-type]
    with pytest.raises(DrawingError, match="flow kind"):
        FlowPicture(1, 2, "x", "river")  # type: ignore[arg-type]
    with pytest.raises(DrawingError, match="TRL"):
        Participant("p", "P", "platform", trl=(7, 4))
    with pytest.raises(DrawingError, match="stage status"):
        StagePicture(1, "A", status="?")  # type: ignore[arg-type]


def test_values_are_frozen_and_equal_by_content() -> None:
    with pytest.raises(FrozenInstanceError):
        chain().title = "x"  # type: ignore[misc]
    assert draw(chain()) == draw(chain())


def test_participants_are_counted_once_and_unknown_region_is_said() -> None:
    one, two = Participant("a", "A", region="LA"), Participant("b", "B")
    stages = (StagePicture(1, "x", participants=(one, two)), StagePicture(2, "y", participants=(one,)))
    counts = count_regions(stages, {"PP": "Northern Ostrobothnia", "LA": "Lapland"}, "Region not stated")
    assert [(c.code, c.participants) for c in counts] == [("PP", 0), ("LA", 1), (None, 1)]
    assert len(chain(stages=stages, region_counts=counts).participants) == 2


def test_regions_outside_the_first_seven_are_drawn_too() -> None:
    participants = tuple(Participant(code, code, region=code) for code in ("SE33", "NO07", "LA"))
    stages = (StagePicture(1, "x", participants=participants),)
    names = {"LA": "Lapland", "SE33": "Övre Norrland", "NO07": "Nord-Norge"}
    picture = draw(chain(stages=stages, region_counts=count_regions(stages, names, "-")))
    assert {"SE33", "NO07", "LA"} <= {line for text in picture.layout.texts() for line in text.lines}


def test_saves_by_suffix(enf_graph: KnowledgeGraph, tmp_path: Path) -> None:
    picture = enf_graph.value_chain("vc-water").infographic("en")
    starts = {".svg": b"<svg ", ".PNG": b"\x89PNG", ".pdf": b"%PDF-"}
    for suffix, start in starts.items():
        path = picture.save(tmp_path / f"water{suffix}")
        assert path.read_bytes().startswith(start)
    assert b"font/woff2" in (tmp_path / "water.svg").read_bytes()
    with pytest.raises(DrawingError, match=r"\.svg, \.png, \.pdf"):
        picture.save(tmp_path / "water.docx")
    assert not (tmp_path / "water.docx").exists()
    with pytest.raises(DrawingError, match="100 to 10,000"):
        picture.png(width=10)
    with pytest.raises(DrawingError, match="100 to 10,000"):
        picture.png(width=WIDEST + 1)
    with pytest.raises(InvalidArgument, match="only a PNG has pixels"):
        picture.save(tmp_path / "wide.svg", width=400)
    with pytest.raises(DrawingError, match="svg, png, pdf"):
        picture.write("docx")


def test_shows_itself_in_a_notebook() -> None:
    picture = draw(chain())
    bundle = picture._repr_mimebundle_()
    assert bundle["image/svg+xml"] == picture._repr_svg_() == picture.svg(embed_fonts=True)
    assert bundle["text/plain"] == "<Infographic 'Title', en, A4>"
    assert isinstance(picture, Infographic)


def test_without_typst_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = draw(chain())
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtra, match=r"pip install 'arvoverkko\[draw\]'"):
        picture.pdf()
    assert picture.svg().startswith("<svg ")


def test_footer_says_where_it_comes_from(enf_graph: KnowledgeGraph) -> None:
    for language, date in (("fi", "24.11.2026"), ("en", "24 November 2026"), ("sv", "24.11.2026")):
        picture = enf_graph.value_chain("vc-wood").infographic(language)
        footer = next(g for g in picture.layout.root.groups() if g.id.endswith("-footer"))
        said = " ".join(line for text in footer.texts() for line in text.lines)
        for part in (
            date,
            enf_graph.generation.name,
            "CC BY 4.0",
            f"({len(compose(enf_graph.generation, 'vc-wood', language).sources)})",
            "tiedepuisto.fi",
            say("picture.curator_note", language),
        ):
            assert part in said


def test_sources_that_do_not_fit_are_counted() -> None:
    sources = tuple(f"source number {n} of many" for n in range(40))
    footer = next(g for g in draw(chain(sources=sources)).layout.root.groups() if g.id.endswith("-footer"))
    line = next(iter(footer.texts())).lines[0]
    shown = line.count("source number")
    assert line.startswith("Sources (40):") and line.endswith(f"and {40 - shown} more") and shown > 3
