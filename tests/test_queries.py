"""The example queries answer, and what they answer is what the tables say."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from conftest import ROOT

from graph import KnowledgeGraph
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation

QUERIES = sorted((ROOT / "docs" / "queries").glob("*.rq"))


#: What the questions that have a parameter are asked with here.
GIVEN = {6: {"chain": "vc-wood"}}


def ask(graph: KnowledgeGraph, number: int) -> pl.DataFrame:
    answer = graph.sparql(QUERIES[number - 1].read_text("utf-8"), **GIVEN.get(number, {}))
    assert isinstance(answer, pl.DataFrame)
    return answer


def test_there_are_ten_and_each_begins_with_its_question() -> None:
    assert [path.name[:2] for path in QUERIES] == [f"{n:02}" for n in range(1, 11)]
    for path in QUERIES:
        first = path.read_text("utf-8").splitlines()[0]
        assert first.startswith("# ")
        assert first.endswith("?")


@pytest.mark.parametrize("number", range(1, 11))
def test_each_is_a_select_with_an_answer(enf_graph: KnowledgeGraph, number: int) -> None:
    assert ask(enf_graph, number).height > 0


def total(column: str) -> Callable[[pl.DataFrame], int]:
    return lambda frame: int(frame[column].sum())


def test_actors_by_type(enf_graph: KnowledgeGraph, enf_tables: Tables) -> None:
    located = enf_tables.link(Relation.LOCATED_IN)["subject"].implode()
    actors = enf_tables.entity(Kind.ACTOR)
    answer = ask(enf_graph, 1)
    assert total("actors")(answer) == actors.height
    assert total("with_region")(answer) == actors.filter(pl.col("id").is_in(located)).height


def test_clusters_by_region(enf_graph: KnowledgeGraph, enf_tables: Tables) -> None:
    clusters = enf_tables.entity(Kind.CLUSTER)["id"].implode()
    located = enf_tables.link(Relation.LOCATED_IN).filter(pl.col("subject").is_in(clusters))
    answer = ask(enf_graph, 2)
    assert answer.height == located.height
    coordinated = enf_tables.link(Relation.COORDINATES)["object"].implode()
    assert answer["responsible"].is_not_null().sum() == located.filter(pl.col("subject").is_in(coordinated)).height


def test_rare_competences(enf_graph: KnowledgeGraph, enf_tables: Tables) -> None:
    held = enf_tables.link(Relation.HAS_COMPETENCE).select("subject", "object").unique()
    rare = held.group_by("object").len().filter(pl.col("len") == 1)
    assert ask(enf_graph, 3)["competence"].n_unique() == rare.height


def test_required_and_recorded_once(enf_graph: KnowledgeGraph, enf_tables: Tables) -> None:
    clusters = enf_tables.entity(Kind.CLUSTER)["id"].implode()
    links = enf_tables.link(Relation.HAS_COMPETENCE)
    held = links.filter(~pl.col("subject").is_in(clusters)).group_by("object").agg(pl.col("subject").n_unique())
    once = held.filter(pl.col("subject") == 1)["object"].implode()
    required = enf_tables.link(Relation.REQUIRES).filter(pl.col("object").is_in(once))
    answer = ask(enf_graph, 4)
    assert answer.height == required["object"].n_unique() == 13  # the number in the README of the data
    assert total("stages")(answer) == required.select("subject", "object").unique().height


def test_stages_without_anybody(enf_graph: KnowledgeGraph, enf_tables: Tables) -> None:
    own = dict(enf_tables.entity(Kind.ACTOR).select("id", "status").iter_rows())
    works = enf_tables.link(Relation.WORKS_IN).select("subject", "object", "status").iter_rows()
    worked = {stage for subject, stage, said in works if (said or own.get(subject) or "active") == "active"}
    assert ask(enf_graph, 5).height == len(set(enf_tables.entity(Kind.STAGE)["id"]) - worked) == 2


def test_flows_of_a_chain(enf_graph: KnowledgeGraph, enf_tables: Tables) -> None:
    flows = enf_tables.link(Relation.FEEDS).filter(pl.col("subject").str.starts_with("vc-wood-"))
    answer = ask(enf_graph, 6)
    assert sorted(answer["flow"]) == sorted(flows["name_en"])
    assert sorted(answer["record"]) == sorted("enf/" + flows["record"])


def test_projects_across_regions(enf_graph: KnowledgeGraph, enf_tables: Tables) -> None:
    part = enf_tables.link(Relation.PARTICIPATES_IN).select("object", id="subject").unique()
    regions = enf_tables.link(Relation.LOCATED_IN).select(id="subject", region="object").unique()
    counts = part.join(regions, on="id").group_by("object").agg(pl.col("region").n_unique())
    assert ask(enf_graph, 7).height == counts.filter(pl.col("region") >= 3).height


def test_competences_under_an_area(enf_graph: KnowledgeGraph, enf_tables: Tables) -> None:
    answer = ask(enf_graph, 8)
    assert answer.height == 12
    notations = dict(enf_tables.entity(Kind.COMPETENCE).select("id", "notation").iter_rows())
    holders: dict[str, set[str]] = {}
    for subject, object in enf_tables.link(Relation.HAS_COMPETENCE).select("subject", "object").iter_rows():
        area = ".".join(notations[object].split(".")[:2])
        holders.setdefault(area, set()).add(subject)
    for notation, _, count in answer.iter_rows():
        assert count == len(holders.get(notation, ())), notation


def test_networks_of_the_regions(enf_graph: KnowledgeGraph, enf_tables: Tables) -> None:
    networks = enf_tables.entity(Kind.NETWORK)["id"].implode()
    rows = enf_tables.link(Relation.MEMBER_OF).filter(
        pl.col("subject").str.starts_with("reg-") & pl.col("object").is_in(networks)
    )
    assert ask(enf_graph, 9).height == rows.height


def test_facts_by_source(enf_graph: KnowledgeGraph, enf_tables: Tables) -> None:
    answer = dict(ask(enf_graph, 10).select("site", "facts").iter_rows())
    facts = pl.concat(
        [frame.select("source_url") for frame in (*enf_tables.entities.values(), *enf_tables.links.values())]
    ).drop_nulls()
    site = facts["source_url"].str.replace(r"^(https?://)?(www\.)?([^/]+).*$", "${3}")
    assert answer["arcticsmartness.eu"] == (site == "arcticsmartness.eu").sum()
