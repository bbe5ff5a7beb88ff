"""Gaps: the five rules one by one, and the same counted another way on the reference data."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from graph import KnowledgeGraph
from graph.questions.gap_answer import Gaps
from graph.questions.gaps import find_gaps
from graph.status import Status
from graph.stores.generation import Generation
from ontology.errors import NotFound, WrongKind
from ontology.facts import Batch, Source, Tables
from ontology.metagraph import Kind, Relation
from ontology.texts import LANGUAGES, say

Pairs = list[tuple[str, str]]


def gaps_of(
    works: Pairs = (),
    has: Pairs = (),
    requires: Pairs = (("s", "c"),),
    operates: Pairs = (),
    located: Pairs = (),
    broader: Pairs = (),
    region: str | None = None,
) -> Gaps:
    """The gaps of a chain `v` with one stage `s`; ids beginning with p are platforms, with k clusters."""
    told = {"record": "t.csv#row=2", "method": "stated"}
    kinds = {"a": Kind.ACTOR, "b": Kind.ACTOR, "d": Kind.ACTOR, "p": Kind.PLATFORM, "k": Kind.CLUSTER}
    entities: dict[Kind, set[str]] = {
        Kind.VALUE_CHAIN: {"v"},
        Kind.STAGE: {"s"},
        Kind.COMPETENCE: {"c", "n"} | {o for _, o in requires},
        Kind.REGION: {"r1", "r2"},
    }
    for id in {s for pairs in (works, has, operates, located) for s, _ in pairs} | {o for _, o in operates}:
        entities.setdefault(kinds[id[0]], set()).add(id)
    links = {
        Relation.PART_OF: [("s", "v")],
        Relation.WORKS_IN: works,
        Relation.HAS_COMPETENCE: has,
        Relation.REQUIRES: requires,
        Relation.OPERATES: operates,
        Relation.LOCATED_IN: located,
        Relation.BROADER: broader,
    }
    batch = Batch(
        Source("t", "T", "P", "CC0", None, date(2026, 1, 1), "0"),
        {
            k: pl.DataFrame([{"id": id, "label_en": id.upper(), **told} for id in sorted(v)])
            for k, v in entities.items()
        },
        {r: pl.DataFrame([{"subject": s, "object": o, **told} for s, o in v]) for r, v in links.items() if v},
    )
    return find_gaps(Generation(Tables.of([batch]), {}), "v", region)


def only(gaps: Gaps) -> tuple[Status, str, tuple[str, ...], list[str]]:
    ((gap,),) = [stage.competences for stage in gaps.stages]
    return gap.status, gap.reason, gap.holders, [candidate.id for candidate in gap.candidates]


def test_two_who_have_it_cover_it() -> None:
    assert only(gaps_of([("a", "s"), ("b", "s")], [("a", "c"), ("b", "c")])) == (
        Status.COVERED, "several", ("a", "b"), []
    )  # fmt: skip


def test_one_who_has_it_is_one_only() -> None:
    found = gaps_of([("a", "s"), ("b", "s")], [("a", "c"), ("d", "c")])
    assert only(found) == (Status.ONE_ACTOR, "one", ("a",), ["d"])


def test_two_platforms_of_one_operator_are_one_party() -> None:
    found = gaps_of([("p1", "s"), ("p2", "s")], [("p1", "c"), ("p2", "c")], operates=[("a", "p1"), ("a", "p2")])
    assert only(found)[:3] == (Status.ONE_ACTOR, "one", ("a",))
    assert found.stages[0].status is Status.ONE_ACTOR


def test_an_actor_has_what_its_platform_elsewhere_has() -> None:
    assert only(gaps_of([("a", "s")], [("p1", "c")], operates=[("a", "p1")]))[2] == ("a",)


def test_a_platform_without_operator_stands_for_itself() -> None:
    assert only(gaps_of([("p1", "s")], [("p1", "c")]))[2] == ("p1",)


def test_recorded_for_nobody_is_no_data() -> None:
    assert only(gaps_of([("a", "s")], [("a", "n")]))[:2] == (Status.NO_DATA, "recorded-for-nobody")


def test_a_cluster_is_no_party() -> None:
    assert only(gaps_of([("a", "s")], [("a", "n"), ("k", "c")]))[:2] == (Status.NO_DATA, "recorded-for-nobody")


def test_parties_without_any_competence_recorded_are_no_data() -> None:
    assert only(gaps_of([("a", "s")], [("b", "c")])) == (Status.NO_DATA, "competences-not-recorded", (), ["b"])


def test_recorded_parties_without_it_are_no_actor() -> None:
    found = gaps_of([("a", "s"), ("d", "s")], [("a", "n"), ("b", "c")])
    assert only(found) == (Status.NO_ACTOR, "not-among-recorded", (), ["b"])
    assert "1 of 2" in found.to_frame("en")["why"][0]


def test_an_empty_stage_is_no_actor_where_others_have_it_and_no_data_where_nobody_has() -> None:
    assert only(gaps_of([], [("b", "c")]))[:2] == (Status.NO_ACTOR, "empty-stage")
    assert gaps_of([], [("b", "c")]).stages[0].status is Status.NO_ACTOR
    assert only(gaps_of([], [("b", "n")]))[:2] == (Status.NO_DATA, "recorded-for-nobody")
    assert gaps_of([], [("b", "n")]).stages[0].status is Status.NO_DATA


def test_who_has_the_narrower_has_the_broader_and_not_the_other_way() -> None:
    assert only(gaps_of([("a", "s")], [("a", "n")], broader=[("n", "c")]))[2] == ("a",)
    assert only(gaps_of([("a", "s")], [("a", "c")], requires=[("s", "n")], broader=[("n", "c")]))[2] == ()


def test_in_a_region_the_unplaced_stand_apart() -> None:
    works, has = [("a", "s"), ("b", "s")], [("a", "c"), ("b", "c")]
    inside = gaps_of(works, has, located=[("a", "r1"), ("b", "r1")], region="r1")
    assert only(inside)[0] is Status.COVERED
    unknown = gaps_of(works, has, located=[("a", "r2")], region="r1")
    assert only(unknown)[:2] == (Status.NO_DATA, "region-not-known")
    assert unknown.stages[0].unplaced == ("b",)
    assert unknown.stages[0].status is Status.NO_DATA
    outside = gaps_of(works, has, located=[("a", "r2"), ("b", "r2")], region="r1")
    assert only(outside)[0] is Status.NO_ACTOR


def test_candidates_who_fit_more_come_first() -> None:
    found = gaps_of(
        [("d", "s")], [("a", "c"), ("b", "c"), ("b", "n"), ("d", "x")], [("s", "c"), ("s", "n"), ("s", "x")]
    )
    first = next(gap for gap in found.stages[0].competences if gap.competence == "c")
    assert [(candidate.id, candidate.fits) for candidate in first.candidates] == [("b", 2), ("a", 1)]


def test_a_region_takes_in_its_parts(enf_graph: KnowledgeGraph) -> None:
    """East and North Finland is where its seven regions are, as it is for partners."""
    whole = enf_graph.gaps("vc-hydrogen", "pr-east-north-finland")
    parts = [enf_graph.gaps("vc-hydrogen", id) for id in enf_graph.entities("Region").filter(
        pl.col("region_type") == "maakunta")["id"]]  # fmt: skip
    for number, stage in enumerate(whole.stages):
        assert set(stage.parties) == {party for part in parts for party in part.stages[number].parties}
    assert any(stage.parties for stage in whole.stages)


def test_wrong_ends_are_said(enf_graph: KnowledgeGraph) -> None:
    with pytest.raises(NotFound):
        enf_graph.gaps("no such chain")
    with pytest.raises(NotFound):
        enf_graph.gaps("vc-wood", region="Uusimaa")
    generation = enf_graph.generation
    with pytest.raises(WrongKind, match="asked for here: value chain"):
        find_gaps(generation, "act-gtk")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_gap_of_the_reference_data_has_its_sentence(enf_graph: KnowledgeGraph, language: str) -> None:
    for chain in enf_graph.entities("ValueChain")["id"]:
        found = enf_graph.gaps(chain)
        frame = found.to_frame(language).drop_nulls("competence")
        assert sum(found.counts().values()) == frame.height
        for row in frame.iter_rows(named=True):
            assert row["competence_label"] in row["why"]
            assert "{" not in row["why"]
        said = found.to_dict(language)
        assert said["counts"] == found.counts()
        assert len(said["stages"]) == len(found.stages)
        assert all(
            each["status_label"] == say(f"status.{each['status']}", language)
            for stage in said["stages"]
            for each in (stage, *stage["competences"])
        )


def test_the_requirements_of_all_chains_are_all_there(enf_graph: KnowledgeGraph) -> None:
    required = sum(sum(enf_graph.gaps(chain).counts().values()) for chain in enf_graph.entities("ValueChain")["id"])
    assert required == enf_graph.generation.tables.link(Relation.REQUIRES).height == 146


def test_no_data_agrees_with_a_plain_count(enf_graph: KnowledgeGraph) -> None:
    """Counted from the tables: what is recorded for no actor and no platform is no data."""
    tables = enf_graph.generation.tables
    clusters = set(tables.entity(Kind.CLUSTER)["id"])
    held = {
        o for s, o in tables.link(Relation.HAS_COMPETENCE).select("subject", "object").iter_rows() if s not in clusters
    }
    for chain in enf_graph.entities("ValueChain")["id"]:
        for stage in enf_graph.gaps(chain).stages:
            for gap in stage.competences:
                assert (gap.reason == "recorded-for-nobody") == (gap.competence not in held)
