"""Paths between two: simple, short, near first, never through a region, each edge with its records."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import islice, pairwise

import networkx as nx
import pytest
from conftest import examples
from hypothesis import HealthCheck, given, settings
from partner_reference import generation_of, of, small_worlds

from graph import KnowledgeGraph
from graph.paths.search import STEPS
from graph.questions.connections import Connections, find_connections
from ontology.errors import InvalidArgument, NotFound
from ontology.facts import Tables
from ontology.metagraph import NO_BRIDGE, Kind, Relation
from ontology.metapaths import DAMPING
from ontology.texts import LANGUAGES

SAME = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PAIRS = [("act-digipolis", "act-terrafame"), ("cl-kwc", "cl-arctic-industry"), ("pf-fiberlab", "act-gtk")]


def every_link(tables: Tables) -> nx.Graph:
    """Every link that may be a bridge, with its cost, sharing no code: the cheapest where several join the same two."""
    kinds = {id: kind for kind in tables.entities for id in tables.entities[kind]["id"]}
    graph = nx.Graph()
    graph.add_nodes_from(kinds)
    for relation in tables.links:
        rows = set(tables.links[relation].select("subject", "object").iter_rows())
        pairs = [(s, o) for s, o in rows if s != o and not {kinds[s], kinds[o]} & NO_BRIDGE]
        degrees = Counter(id for pair in pairs for id in pair)
        for s, o in pairs:
            cost = 1 + DAMPING[relation] * math.log(degrees[s] * degrees[o])
            if cost < graph.get_edge_data(s, o, {"cost": math.inf})["cost"]:
                graph.add_edge(s, o, cost=cost)
    return graph


def every_path(graph: nx.Graph, start: str, end: str) -> Iterator[tuple[float, tuple[str, ...]]]:
    """Every simple path of few enough steps, one by one."""
    for nodes in nx.all_simple_paths(graph, start, end, cutoff=STEPS):
        yield math.fsum(graph.edges[pair]["cost"] for pair in pairwise(nodes)), tuple(nodes)


def told(found: Connections) -> list[tuple[float, tuple[str, ...]]]:
    return [(round(path.cost, 9), path.nodes) for path in found]


@settings(SAME, max_examples=examples(60))
@given(small_worlds(most=5))
def test_those_told_are_the_cheapest_of_all_and_ties_go_by_id(tables: Tables) -> None:
    generation, graph = generation_of(tables), every_link(tables)
    for start, end in (("a0", "a1"), ("a2", "c0"), ("p0", "a3"), ("c0", "c1")):
        if not {start, end} <= set(graph):
            continue
        every = sorted((round(cost, 9), nodes) for cost, nodes in every_path(graph, start, end))
        for limit in (1, 4, 1000):
            assert told(find_connections(generation, start, end, limit)) == every[:limit]


def test_the_reference_data_against_a_plain_search(enf_graph: KnowledgeGraph) -> None:
    """Yen's algorithm as networkx has it gives all paths by cost; those of too many steps are left out here."""
    generation = enf_graph.generation
    graph = every_link(generation.tables)
    actors = generation.directory.ids(Kind.ACTOR).to_list()
    found = 0
    for start, end in zip(actors[::23], actors[11::23], strict=False):
        answer = told(find_connections(generation, start, end, 3))
        try:
            searched = islice(nx.shortest_simple_paths(graph, start, end, weight="cost"), 200)
            short = islice((nodes for nodes in searched if len(nodes) <= STEPS + 1), 3)
            costs = [sum(graph.edges[pair]["cost"] for pair in pairwise(nodes)) for nodes in short]
        except nx.NetworkXNoPath:
            costs = []
        assert [cost for cost, _ in answer][: len(costs)] == pytest.approx(costs, abs=1e-9)
        found += len(costs)
    assert found > 10


def test_a_path_is_found_behind_many_cheaper_ones_of_too_many_steps() -> None:
    """Eighty-one cheap ways lead over four projects, and one over three networks of three hundred."""
    legs = pairwise(["a0", "a1", "a2", "a3", "a4"])
    projects = [(a, f"j{leg}{n}") for leg, ends in enumerate(legs) for n in range(3) for a in ends]
    networks = [(a, f"n{n}") for n, ends in enumerate(pairwise(["a0", "a5", "a6", "a4"])) for a in ends]
    crowds = [(f"a{1000 * n + i}", f"n{n}") for n in (1, 2) for i in range(300)]
    crowds += [(f"a{9000 + i}", "n0") for i in range(300)]
    tables = of({Relation.PARTICIPATES_IN: projects, Relation.MEMBER_OF: networks + crowds})
    assert nx.shortest_path(every_link(tables), "a0", "a4", weight="cost")[1].startswith("j")
    (path,) = find_connections(generation_of(tables), "a0", "a4", 5)
    assert path.nodes == ("a0", "n0", "a5", "n1", "a6", "n2", "a4")


def test_of_many_equal_paths_those_with_the_first_ids_are_told() -> None:
    tables = of({Relation.PARTICIPATES_IN: [(a, f"j{i:03}") for i in range(300) for a in ("a0", "a1")]})
    found = find_connections(generation_of(tables), "a1", "a0", 4)
    assert [path.nodes[1] for path in found] == ["j000", "j001", "j002", "j003"]


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
        assert len(set(path.nodes)) == len(path.nodes) <= STEPS + 1
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
