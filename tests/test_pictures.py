"""From the graph to pictures: nothing invented, nothing lost, nothing from outside."""

from __future__ import annotations

import json
import re
import sys
from itertools import product
from pathlib import Path

import pytest
from infographic_sample import CHAINS

from graph import KnowledgeGraph
from graph.infographics.compose import compose
from graph.infographics.network import InteractiveNetwork, NetworkLayout
from graph.infographics.network.layout import Edge, Node
from graph.infographics.text import ink_of
from ontology.errors import DrawingError, InvalidArgument, MissingExtra
from ontology.metagraph import Kind, Relation
from ontology.texts import LANGUAGES


def test_a_picture_shows_what_the_graph_says(enf_graph: KnowledgeGraph) -> None:
    tables, directory = enf_graph.generation.tables, enf_graph.generation.directory
    for chain, language in product(CHAINS, LANGUAGES):
        picture = compose(enf_graph.generation, chain, language)
        prefix = chain + "-"
        works = {
            (s, o)
            for s, o in tables.link(Relation.WORKS_IN).select("subject", "object").iter_rows()
            if o.startswith(prefix)
        }
        shown = {(one.id, f"{prefix}{stage.position}") for stage in picture.stages for one in stage.participants}
        assert shown == works
        flows = [r for r in tables.link(Relation.FEEDS).iter_rows(named=True) if r["subject"].startswith(prefix)]
        assert sorted(flow.name for flow in picture.flows) == sorted(row[f"name_{language}"] for row in flows)
        assert sum(region.participants for region in picture.region_counts) == len({id for id, _ in works})
        for stage in picture.stages:
            for one in stage.participants:
                assert one.name == directory.label(one.id, language)
                known = directory.get(one.id).attributes
                assert one.trl == ((known["trl_min"], known["trl_max"]) if "trl_min" in known else None)
        gaps = enf_graph.gaps(chain).counts()
        told = [gap.status for stage in picture.stages for gap in stage.gaps]
        assert {status: told.count(status) for status in ("one_actor", "no_actor", "no_data")} == {
            status: gaps[status] for status in ("one_actor", "no_actor", "no_data")
        }
        assert picture.data_date == tables.sources[0].retrieved.isoformat()
        assert picture.sources
        # A text that the language does not have is left out, and never shown in another.
        assert (picture.summary is not None) == (language == "en")


def test_the_same_bytes_twice(enf_graph: KnowledgeGraph, tmp_path: Path) -> None:
    for suffix in ("svg", "png", "pdf"):
        one, two = (
            enf_graph.value_chain("vc-hydrogen").infographic("sv").save(tmp_path / f"{n}.{suffix}") for n in (1, 2)
        )
        assert one.read_bytes() == two.read_bytes()


def test_wrong_wishes_are_said(enf_graph: KnowledgeGraph, tmp_path: Path) -> None:
    chain = enf_graph.value_chain("wood")
    with pytest.raises(InvalidArgument, match="fi, en, sv"):
        chain.infographic("de")
    with pytest.raises(DrawingError, match=r"\.svg, \.png, \.pdf"):
        chain.infographic("fi").save(tmp_path / "wood.docx")
    with pytest.raises(DrawingError, match=r"\.html"):
        chain.network().save(tmp_path / "wood.svg")


def networks(graph: KnowledgeGraph) -> list[InteractiveNetwork]:
    return [graph.value_chain(id).network("fi") for id in CHAINS] + [
        graph.cluster(id).network("sv") for id in graph.entities("Cluster")["id"]
    ]


def test_a_network_holds_its_links_and_no_two_nodes_stand_on_each_other(enf_graph: KnowledgeGraph) -> None:
    known = {
        (row["subject"], row["object"]) for frame in enf_graph.generation.tables.links.values()
        for row in frame.iter_rows(named=True)
    }  # fmt: skip
    for network in networks(enf_graph):
        nodes, ends = network.layout.nodes, {(edge.start, edge.end) for edge in network.layout.edges}
        assert ends <= known
        assert {id for pair in ends for id in pair} <= {node.id for node in nodes}
        places = [node.place for node in nodes]
        near = [
            (a, b) for i, a in enumerate(places) for b in places[:i] if abs(a[0] - b[0]) < 40 and abs(a[1] - b[1]) < 30
        ]
        assert near == [], network


def test_a_network_is_one_file_that_asks_nobody(enf_graph: KnowledgeGraph, tmp_path: Path) -> None:
    page = enf_graph.value_chain("battery").network("fi").save(tmp_path / "n.html").read_text("utf-8")
    assert page == enf_graph.value_chain("battery").network("fi").html()
    # Nothing is loaded: no element with an address, and the page forbids its own script to fetch.
    markup = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"\b(src|href|action|srcset)\s*=", markup)
    assert not re.search(r"@import|url\(", markup)
    assert "default-src 'none'" in markup
    assert '<html lang="fi">' in page
    assert "24.11.2026" in markup
    data = re.search(r"const drawn = (\{.*\});\n", page)
    assert data is not None
    drawn = json.loads(data.group(1).replace("<\\/", "</"))
    assert all("x" in node and "y" in node and node["physics"] is False for node in drawn["nodes"])


def test_names_are_data_and_never_markup() -> None:
    nodes = (
        Node("x", Kind.ACTOR, '</script><script>alert("1")', (0.0, 0.0)),
        Node("y", Kind.CLUSTER, "<i>", (90.0, 0.0)),
    )
    edges = (Edge("x", "y", "<b>", False, "r<1>"),)
    page = InteractiveNetwork(NetworkLayout("<b>&", "en", "n", nodes, edges)).html()
    assert page.count("</script>") == 2
    markup = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search("<b>|<i>|<1>", markup)
    assert "<title>&lt;b&gt;&amp;</title>" in page


def test_a_network_needs_no_library_for_drawing(enf_graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("uharfbuzz", "pyphen", "typst"):
        monkeypatch.setitem(sys.modules, library, None)
    ink_of.cache_clear()
    chain = enf_graph.value_chain("wood")
    with pytest.raises(MissingExtra, match=r"arvoverkko\[draw\]"):
        chain.infographic()
    assert chain.network().html()
