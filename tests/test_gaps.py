"""Gaps: the five rules one by one, and the same counted another way on the reference data."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from partner_reference import of as small

from api.cli.texts import gap_lines
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
    roles: dict[str, tuple[str, str | None]] | None = None,
    actors: dict[str, tuple[str, str | None]] | None = None,
) -> Gaps:
    """The gaps of a chain `v` with one stage `s`; ids beginning with p are platforms, with k clusters.

    `roles` and `actors` give the status and year of a role in the stage, and of an actor itself.
    """
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

    def status(of: dict[str, tuple[str, str | None]] | None, id: str) -> dict[str, str | None]:
        return dict(zip(("status", "status_year"), of[id], strict=True)) if of and id in of else {}

    batch = Batch(
        Source("t", "T", "P", "CC0", None, date(2026, 1, 1), "0"),
        {
            k: pl.DataFrame(
                [{"id": id, "label_en": id.upper(), **told, **status(actors, id)} for id in sorted(v)],
                infer_schema_length=None,
            )
            for k, v in entities.items()
        },
        {
            r: pl.DataFrame(
                [
                    {"subject": s, "object": o, **told, **(status(roles, s) if r is Relation.WORKS_IN else {})}
                    for s, o in v
                ],
                infer_schema_length=None,
            )
            for r, v in links.items()
            if v
        },
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


def test_a_stage_whose_place_is_not_known_stands_last_and_says_so() -> None:
    tables = small(
        {Relation.PART_OF: [("s0", "v0"), ("s1", "v0")], Relation.WORKS_IN: [("a0", "s0")]},
        {"s0": {}, "s1": {"position": 3}},
    )
    found = find_gaps(Generation(tables, {}), "v0")
    assert [(stage.stage, stage.position) for stage in found.stages] == [("s1", 3), ("s0", None)]
    answer = found.to_dict("en")
    assert [stage["position"] for stage in answer["stages"]] == found.to_frame()["position"].to_list() == [3, None]
    lines = [line for line in gap_lines(answer) if "The s" in line]
    assert lines[0].startswith("3. The s1:") and lines[1].startswith("The s0 (place in the chain not known): ")


def test_a_region_takes_in_its_parts(enf_graph: KnowledgeGraph) -> None:
    """East and North Finland is where its seven regions are, as it is for partners."""
    whole = enf_graph.gaps("vc-hydrogen", "pr-east-north-finland")
    parts = [enf_graph.gaps("vc-hydrogen", id) for id in enf_graph.entities("Region").filter(
        pl.col("region_type") == "maakunta")["id"]]  # fmt: skip
    for number, stage in enumerate(whole.stages):
        assert set(stage.parties) == {party for part in parts for party in part.stages[number].parties}
    assert any(stage.parties for stage in whole.stages)


@pytest.mark.parametrize("status", ["planned", "historical", "unknown"])
def test_a_role_that_is_not_of_today_stands_apart_and_is_named(status: str) -> None:
    works, has = [("a", "s"), ("b", "s")], [("a", "c"), ("b", "c")]
    found = gaps_of(works, has, roles={"b": (status, "2023")})
    assert only(found)[:3] == (Status.ONE_ACTOR, "one", ("a",))
    (stage,) = found.to_dict("en")["stages"]
    assert [each["id"] for each in stage["parties"]] == ["a"]
    assert [(each["id"], each["standing"].endswith(", 2023")) for each in stage["not_now"]] == [("b", True)]
    assert stage["why"].endswith(f"B ({stage['not_now'][0]['standing']}).")
    assert found.stages[0].status is Status.ONE_ACTOR
    # Nobody is left: what is planned or past leaves a gap, a fate not known leaves it open.
    nobody = gaps_of([("a", "s")], [("a", "c")], roles={"a": (status, None)}).stages[0]
    assert nobody.status is (Status.NO_DATA if status == "unknown" else Status.NO_ACTOR)


def test_a_role_says_more_than_its_actor_and_any_role_of_today_is_enough() -> None:
    works, has = [("a", "s")], [("a", "c")]
    assert gaps_of(works, has, actors={"a": ("planned", "2023")}).stages[0].parties == ()
    assert gaps_of(works, has, roles={"a": ("active", "2024")}, actors={"a": ("planned", "2023")}).stages[0].parties
    twice = gaps_of([("p1", "s"), ("a", "s")], has, operates=[("a", "p1")], roles={"a": ("planned", "2023")})
    assert (twice.stages[0].parties, twice.stages[0].not_now) == (("a",), ())


def test_who_plans_may_bring_a_competence_and_who_is_no_more_may_not() -> None:
    has = [("a", "c"), ("b", "c")]
    found = gaps_of([("d", "s")], has, actors={"a": ("planned", "2025"), "b": ("historical", "2021")})
    assert only(found)[3] == ["a"]
    assert "A (planned, 2025)" in found.to_frame("en")["why"][0]


def test_in_a_region_by_a_site_is_in_it_and_the_answer_says_so(enf_graph: KnowledgeGraph) -> None:
    """Read another way: the parties of a region are those with a seat or a site there."""
    located = enf_graph.generation.tables.link(Relation.LOCATED_IN)
    there = {s for s, o in located.select("subject", "object").iter_rows() if o == "reg-keski-pohjanmaa"}
    answer = enf_graph.gaps("vc-minerals", "reg-keski-pohjanmaa").to_dict("en")
    parties = [party for stage in answer["stages"] for party in stage["parties"]]
    assert {party["id"] for party in parties} <= there
    gtk = next(party["regions"] for party in parties if party["id"] == "act-gtk")
    assert "Central Ostrobothnia (site: Kokkola)" in [place["said"] for place in gtk]


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
    assert required == enf_graph.generation.tables.link(Relation.REQUIRES).height == 143


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
