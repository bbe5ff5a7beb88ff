"""Paths between two: simple, short, near first, never through a region, each edge with its records."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import pytest

from graph import KnowledgeGraph
from graph.questions.connections import MOST_STEPS
from ontology.errors import InvalidArgument, NotFound
from ontology.metagraph import NO_BRIDGE
from ontology.texts import LANGUAGES

PAIRS = [("act-digipolis", "act-terrafame"), ("cl-kwc", "cl-arctic-industry"), ("pf-fiberlab", "act-gtk")]


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_paths_are_simple_and_made_of_real_links(enf_graph: KnowledgeGraph, start: str, end: str) -> None:
    found = enf_graph.paths(start, end, limit=8)
    kinds = {id: kind for kind, frame in enf_graph.generation.tables.entities.items() for id in frame["id"]}
    tables = enf_graph.generation.tables
    assert 0 < len(found) <= 8
    assert [path.cost for path in found] == sorted(path.cost for path in found)
    assert len({path.nodes for path in found}) == len(found)
    for path in found:
        assert (path.nodes[0], path.nodes[-1]) == (start, end)
        assert len(set(path.nodes)) == len(path.nodes) <= MOST_STEPS + 1
        assert NO_BRIDGE.isdisjoint(kinds[id] for id in path.nodes)
        for (a, b), edge in zip(pairwise(path.nodes), path.edges, strict=True):
            assert {a, b} == {edge.subject, edge.object}
            records = {r["record"] for r in tables.link(edge.relation).iter_rows(named=True)
                       if (r["subject"], r["object"]) == (edge.subject, edge.object)}  # fmt: skip
            assert {evidence.record for evidence in edge.evidence} == records


def test_the_shortest_is_as_short_as_a_plain_search_says(enf_graph: KnowledgeGraph) -> None:
    """Costs are at least one a step, so no path has more steps than its cost, and none beats a plain search."""
    plain = nx.Graph(enf_graph.to_networkx())
    kinds = {id: kind for kind, frame in enf_graph.generation.tables.entities.items() for id in frame["id"]}
    plain.remove_nodes_from([id for id in list(plain) if kinds[id] in NO_BRIDGE])
    for start, end in PAIRS:
        found = enf_graph.paths(start, end)
        assert min(len(path.edges) for path in found) >= nx.shortest_path_length(plain, start, end)
        assert all(path.cost >= len(path.edges) for path in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_path_reads_as_a_line(enf_graph: KnowledgeGraph, language: str) -> None:
    said = enf_graph.paths("Digipolis", "Terrafame", limit=2).to_dict(language)
    for path in said["paths"]:
        assert all(node["label"] in path["text"] for node in path["nodes"])


def test_names_or_ids_will_do_and_both_ways_cost_the_same(enf_graph: KnowledgeGraph) -> None:
    there = enf_graph.paths("Kemin Digipolis Oy", "Terrafame", limit=1)[0]
    back = enf_graph.paths("act-terrafame", "act-digipolis", limit=1)[0]
    assert there.cost == pytest.approx(back.cost, abs=1e-12)


def test_no_path_is_an_answer(enf_graph: KnowledgeGraph) -> None:
    lonely = next(
        id for id in enf_graph.entities("Actor")["id"]
        if all(r in ("locatedIn", "governs") for r in enf_graph.actor(id).links()["relation"])
    )  # fmt: skip
    said = enf_graph.paths(lonely, "act-gtk").to_dict("fi")
    assert said["paths"] == []
    assert "ei ole" in said["note"]


def test_wrong_ends_are_said(enf_graph: KnowledgeGraph) -> None:
    with pytest.raises(InvalidArgument, match="two different ends"):
        enf_graph.paths("act-gtk", "act-gtk")
    with pytest.raises(InvalidArgument, match="at least 1"):
        enf_graph.paths("act-gtk", "act-digipolis", limit=0)
    with pytest.raises(NotFound):
        enf_graph.paths("act-gtk", "reg-lappi")
