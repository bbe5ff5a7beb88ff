"""From the graph to pictures: nothing invented, nothing lost, nothing from outside."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from graph import KnowledgeGraph
from graph.infographics import check_layout
from graph.infographics.compose import compose
from graph.infographics.network import Network
from ontology.errors import DrawingError, InvalidArgument
from ontology.metagraph import Kind, Relation
from ontology.texts import LANGUAGES

CHAINS = (
    "vc-wood", "vc-battery", "vc-industrial-circular", "vc-water", "vc-hydrogen", "vc-agrifood", "vc-minerals",
    "vc-tourism", "vc-digital-health",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chain", CHAINS)
def test_a_picture_shows_what_the_graph_says(enf_graph: KnowledgeGraph, chain: str, language: str) -> None:
    picture = compose(enf_graph.generation, chain, language)
    tables, directory = enf_graph.generation.tables, enf_graph.generation.directory
    prefix = chain + "-"
    works = {
        (s, o)
        for s, o in tables.link(Relation.WORKS_IN).select("subject", "object").iter_rows()
        if o.startswith(prefix)
    }
    shown = {(member.id, f"{prefix}{stage.number}") for stage in picture.stages for member in stage.members}
    assert shown == works
    flows = [r for r in tables.link(Relation.FEEDS).iter_rows(named=True) if r["subject"].startswith(prefix)]
    assert sorted(flow.name for flow in picture.flows) == sorted(row[f"name_{language}"] for row in flows)
    assert sum(region.members for region in picture.region_counts) == len({id for id, _ in works})
    for stage in picture.stages:
        for member in stage.members:
            assert member.name == directory.label(member.id, language)
            known = directory.get(member.id).attributes
            assert member.trl == ((known["trl_min"], known["trl_max"]) if "trl_min" in known else None)
    gaps = enf_graph.gaps(chain).counts()
    told = [gap.status for stage in picture.stages for gap in stage.gaps]
    assert {status: told.count(status) for status in ("one_actor", "no_actor", "no_data")} == {
        status: gaps[status] for status in ("one_actor", "no_actor", "no_data")
    }
    assert picture.data_date == tables.sources[0].retrieved.isoformat()
    assert picture.sources
    # A text that the language does not have is left out, and never shown in another.
    assert (picture.summary is not None) == (language == "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chain", CHAINS)
def test_a_picture_of_real_data_is_clean(enf_graph: KnowledgeGraph, chain: str, language: str) -> None:
    findings = check_layout(enf_graph.value_chain(chain).infographic(language).layout)
    assert findings.clean, findings
    assert findings.smallest >= 8


def test_the_same_bytes_twice(enf_graph: KnowledgeGraph, tmp_path: Path) -> None:
    for suffix in ("svg", "png", "pdf"):
        one, two = (
            enf_graph.value_chain("vc-hydrogen").infographic("sv").save(tmp_path / f"{n}.{suffix}") for n in (1, 2)
        )
        assert one.read_bytes() == two.read_bytes()


def test_a_picture_prints_its_sources_and_its_data_date(enf_graph: KnowledgeGraph) -> None:
    for language, day in (("fi", "22.11.2026"), ("en", "22 November 2026"), ("sv", "22.11.2026")):
        svg = enf_graph.value_chain("wood").infographic(language).svg()
        text = " ".join(re.sub("<[^>]+>", " ", svg).split())
        assert day in text
        assert "tiedepuisto.fi" in text
        assert enf_graph.generation.name in text
        assert "CC BY 4.0" in text


def test_wrong_wishes_are_said(enf_graph: KnowledgeGraph, tmp_path: Path) -> None:
    chain = enf_graph.value_chain("wood")
    with pytest.raises(InvalidArgument, match="fi, en, sv"):
        chain.infographic("de")
    with pytest.raises(DrawingError, match=r"\.svg, \.png, \.pdf"):
        chain.infographic("fi").save(tmp_path / "wood.docx")
    with pytest.raises(DrawingError, match="A4"):
        chain.infographic("fi", page="A0")
    with pytest.raises(DrawingError, match=r"\.html"):
        chain.network().save(tmp_path / "wood.svg")


def networks(graph: KnowledgeGraph) -> list[Network]:
    return [graph.value_chain(id).network("fi") for id in CHAINS] + [
        graph.cluster(id).network("sv") for id in graph.entities("Cluster")["id"]
    ]


def test_a_network_holds_its_links_and_no_two_nodes_stand_on_each_other(enf_graph: KnowledgeGraph) -> None:
    known = {
        (row["subject"], row["object"]) for frame in enf_graph.generation.tables.links.values()
        for row in frame.iter_rows(named=True)
    }  # fmt: skip
    for network in networks(enf_graph):
        ids = {id for id, *_ in network.nodes}
        assert {(start, end) for start, end, *_ in network.edges} <= known
        assert {end for edge in network.edges for end in edge[:2]} <= ids
        places = [place for *_, place in network.nodes]
        near = [
            (a, b) for i, a in enumerate(places) for b in places[:i] if abs(a[0] - b[0]) < 40 and abs(a[1] - b[1]) < 30
        ]
        assert near == [], network.title


def test_a_network_is_one_file_that_asks_nobody(enf_graph: KnowledgeGraph, tmp_path: Path) -> None:
    page = enf_graph.value_chain("battery").network("fi").save(tmp_path / "n.html").read_text("utf-8")
    assert page == enf_graph.value_chain("battery").network("fi").html()
    # Nothing is loaded: no element with an address, and the page forbids its own script to fetch.
    markup = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"\b(src|href|action|srcset)\s*=", markup)
    assert not re.search(r"@import|url\(", markup)
    assert "default-src 'none'" in markup
    assert '<html lang="fi">' in page
    assert "22.11.2026" in markup
    data = re.search(r"const drawn = (\{.*\});\n", page)
    assert data is not None
    drawn = json.loads(data.group(1).replace("<\\/", "</"))
    assert all("x" in node and "y" in node and node["physics"] is False for node in drawn["nodes"])


def test_names_are_data_and_never_markup(enf_graph: KnowledgeGraph) -> None:
    network = Network(
        "<b>&", "en", "n", (("x", Kind.ACTOR, '</script><script>alert("1")', (0.0, 0.0)),), (), {"x": "<i>"}
    )
    page = network.html()
    assert "<b>&</b>" not in page
    assert page.count("</script>") == 2
    assert "<title>&lt;b&gt;&amp;</title>" in page
