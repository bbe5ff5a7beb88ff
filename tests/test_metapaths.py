"""The metapaths are possible, named once, and say in three languages what they are; walked in data, small and large."""

from __future__ import annotations

import json
import math
import re
import string
import tomllib
from collections import defaultdict
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from partner_reference import Reference, ask, generation_of, of

from benchmarks.world import world
from graph import KnowledgeGraph
from graph.paths import PathIndex
from graph.paths.kernel import score
from graph.questions.partner_answer import Partners
from graph.questions.partners import top
from ontology.facts import Tables
from ontology.metagraph import NO_BRIDGE, RELATIONS, Kind, Relation
from ontology.metapaths import DAMPING, FAMILY_WEIGHTS, METAPATHS, Family, Step
from ontology.rules.checks import check
from ontology.texts import FOLDER, LANGUAGES

SENTENCES = {
    language: tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))["metapath"] for language in LANGUAGES
}
BY_NAME = {metapath.name: metapath for metapath in METAPATHS}


def test_names_are_unique_and_every_family_has_some() -> None:
    assert len(BY_NAME) == len(METAPATHS)
    assert {metapath.family for metapath in METAPATHS} == set(Family) == set(FAMILY_WEIGHTS)
    # Filling a gap counts most, and knowing each other least.
    filling, alike, near = (
        FAMILY_WEIGHTS[each] for each in (Family.COMPLEMENTARITY, Family.SIMILARITY, Family.PROXIMITY)
    )
    assert filling > alike > near > 0


def test_a_metapath_leads_from_actor_to_actor_over_allowed_ends() -> None:
    for metapath in METAPATHS:
        assert metapath.kinds[0] is metapath.kinds[-1] is Kind.ACTOR, metapath.name
        # In between there is no actor: a walk that comes back to where it began could not be told from a path.
        assert Kind.ACTOR not in metapath.kinds[1:-1], metapath.name
        assert len(metapath.kinds) == len(metapath.steps) + 1, metapath.name
        assert NO_BRIDGE.isdisjoint(metapath.kinds), metapath.name
        for step, start, end in metapath.typed_steps():
            assert ((start, end) if step.forward else (end, start)) in RELATIONS[step.relation].ends, metapath.name
        assert metapath.weight > 0, metapath.name


def test_its_sentences_name_both_actors_and_all_between() -> None:
    for metapath in METAPATHS:
        inner = {f"n{place}" for place in range(1, len(metapath.kinds) - 1)}
        flows = any(step.relation is Relation.FEEDS for step in metapath.steps)
        for language in LANGUAGES:
            sentence = SENTENCES[language][metapath.name]
            asked = {field for _, field, _, _ in string.Formatter().parse(sentence) if field}
            assert {"a", "b"} | inner <= asked <= {"a", "b", "few", "flow"} | inner, (metapath.name, language)
            assert ("flow" in asked) == flows, (metapath.name, language)
            assert sentence.endswith("."), sentence
            assert "“" not in sentence if language != "en" else "”" in sentence, sentence
            # Nobody inflects a name: no suffix after the brace, with or without a colon.
            assert not re.search(r"\}:?\w", sentence), sentence


def test_what_the_partner_sees_is_the_same_family() -> None:
    """Turned round, each metapath is one of ours too, of the same family: so a score is the same from both ends."""
    for metapath in METAPATHS:
        kinds, steps = metapath.kinds[::-1], tuple(step.reversed() for step in metapath.steps[::-1])
        turned = [other for other in METAPATHS if (other.kinds, other.steps) == (kinds, steps)]
        assert [other.family for other in turned] == [metapath.family], metapath.name
        assert turned[0].weight == metapath.weight, metapath.name


def test_every_relation_is_damped() -> None:
    assert set(DAMPING) == set(Relation)
    assert all(0 < damping < 1 for damping in DAMPING.values())


def test_an_impossible_metapath_is_refused() -> None:
    shared = BY_NAME["shared-competence"]
    with pytest.raises(ValueError, match="does not join"):
        replace(shared, steps=(Step(Relation.WORKS_IN), Step(Relation.WORKS_IN, forward=False)))
    with pytest.raises(ValueError):
        replace(shared, steps=shared.steps[:1])


def test_a_region_is_never_a_bridge() -> None:
    located = (Step(Relation.LOCATED_IN), Step(Relation.LOCATED_IN, forward=False))
    with pytest.raises(ValueError, match="bridge"):
        replace(BY_NAME["shared-competence"], kinds=(Kind.ACTOR, Kind.REGION, Kind.ACTOR), steps=located)


# ---- walked in the reference data


@pytest.fixture(scope="module")
def answers(enf_graph: KnowledgeGraph) -> list[Partners]:
    """The first partners of every fifth actor, as the graph itself answers."""
    actors = enf_graph.entities(Kind.ACTOR)["id"].to_list()[::5]
    return [enf_graph.partners(actor, limit=8) for actor in actors]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_names_both_actors_and_leaves_no_brace(answers: list[Partners], language: str) -> None:
    said = set()
    shown = [(found, partner, path) for found in answers for partner in found for path in partner.paths]
    for found, partner, path in shown:
        sentence = path.sentence(partner.generation.directory, language)
        labels = {id: found.generation.directory.label(id, language) for id in path.nodes}
        assert not set("{}") & set(sentence)
        assert all(label in sentence for label in labels.values()), sentence
        said.add(path.metapath.name)
    assert len(said) > len(METAPATHS) / 2  # else this says little of the metapaths


def test_every_record_behind_a_path_is_in_the_tables_and_none_is_left_out(
    answers: list[Partners], enf_tables: Tables
) -> None:
    rows: dict[tuple[Relation, str, str], set[tuple[str, str, str]]] = defaultdict(set)
    for relation, frame in enf_tables.links.items():
        for subject, object, *where in frame.select("subject", "object", "source", "record", "method").iter_rows():
            rows[relation, subject, object].add(tuple(where))
    edges = [edge for found in answers for partner in found for path in partner.paths for edge in path.edges]
    assert len(edges) > 500
    for edge in edges:
        shown = {(evidence.source, evidence.record, evidence.method) for evidence in edge.evidence}
        assert shown and shown == rows[edge.relation, edge.subject, edge.object]


def test_the_same_facts_give_the_same_answer_to_the_letter(enf_graph: KnowledgeGraph, enf_tables: Tables) -> None:
    """On disk or in memory, with the rows in another order: the same JSON."""
    turned = Tables(
        enf_tables.sources,
        {kind: frame.reverse() for kind, frame in enf_tables.entities.items()},
        {
            relation: frame.sort("subject", "object", maintain_order=True)
            for relation, frame in enf_tables.links.items()
        },
    )
    opened = enf_graph.partners("act-digipolis", outside="cluster", min_trl=4)
    made = ask(turned, "act-digipolis", outside="cluster", min_trl=4)
    assert json.dumps(opened.to_dict("sv")) == json.dumps(made.to_dict("sv"))
    assert opened.to_frame("fi").equals(made.to_frame("fi"))


def test_paths_of_one_weight_stand_in_the_order_of_metapaths_and_ids() -> None:
    """Of the same family, too: so the first of them, which `why` tells, is the same in every run."""
    has, works = Relation.HAS_COMPETENCE, Relation.WORKS_IN
    ends = [(actor, to) for actor in ("a1", "a0") for to in ("2", "0", "1")]
    tables = of({works: [(a, f"s{n}") for a, n in ends], has: [(a, f"k{n}") for a, n in ends]})
    (partner,) = ask(tables, "a0")
    assert len({path.weight for path in partner.paths}) == 1
    assert [path.between[0] for path in partner.paths] == ["k0", "k1", "k2", "s0", "s1"]


def test_nobody_is_lost_by_a_filter(enf_tables: Tables) -> None:
    """Who passes, who cannot be decided on and who is out are all the partners, and the tables say why each is out."""
    generation = generation_of(enf_tables)
    links: dict[Relation, dict[str, set[str]]] = {rel: defaultdict(set) for rel in Relation}
    for relation, frame in enf_tables.links.items():
        for subject, object in frame.select("subject", "object").iter_rows():
            links[relation][subject].add(object)
    types = dict(enf_tables.entity(Kind.ACTOR).select("id", "actor_type").iter_rows())

    def facts(actor: str, other: str, wishes: dict[str, Any]) -> list[bool | None]:
        here, there = links[Relation.LOCATED_IN][actor], links[Relation.LOCATED_IN][other]
        mine, theirs = (links[Relation.MEMBER_OF][id] | links[Relation.COORDINATES][id] for id in (actor, other))
        clusters = {id for id in mine & theirs if generation.directory.kind(id) is Kind.CLUSTER}
        said: list[bool | None] = []
        if "cluster" in wishes["outside"]:
            said.append(not clusters)
        if "region" in wishes["outside"]:
            said.append(not here & there if here and there else None)
        if wishes["region"]:
            said.append(wishes["region"] in there if there else None)
        if wishes["actor_type"]:
            said.append(types[other] == wishes["actor_type"] if types[other] else None)
        return said

    asked = product(
        ("act-digipolis", "act-gtk", "act-luke"),
        ((), ("cluster",), ("region",), ("cluster", "region")),
        (None, "reg-lappi"),
        (None, "company"),
    )
    for actor, outside, region, actor_type in asked:
        wishes: dict[str, Any] = {"outside": outside, "region": region, "actor_type": actor_type}
        everybody = {partner.id for partner in ask(generation, actor, limit=1000)}
        found = ask(generation, actor, limit=1000, **wishes)
        judged = {other: facts(actor, other, wishes) for other in everybody}
        out = {other for other, said in judged.items() if False in said}
        unsure = {other for other, said in judged.items() if None in said} - out
        assert {partner.id for partner in found.unknown} == unsure
        assert {partner.id for partner in found} == everybody - out - unsure
        assert found.total + found.unknown_total + len(out) == len(everybody)


# ---- walked in generated worlds, whose hubs take the ways of the kernel that small data never takes


@pytest.mark.parametrize("links", ["sparse", "dense"])
def test_a_generated_world_keeps_every_rule(links: Any) -> None:
    assert not sum(check(Tables.of([world("S", links)])).counts().values())


def test_hubs_of_a_generated_world_against_every_path() -> None:
    tables = Tables.of([world("S", "dense")])
    index, reference = PathIndex.build(tables), Reference(tables)
    own = [a for (_, kind, _, forward), a in index.arrays.items() if forward and kind is Kind.ACTOR]
    degrees = np.sum([adjacency.degrees() for adjacency in own], axis=0)
    # The biggest hub, a quiet actor, and the quietest of those that run a platform.
    order = np.argsort(degrees, kind="stable")
    runs = index.arrays[Relation.OPERATES, Kind.ACTOR, Kind.PLATFORM, True].degrees() > 0
    for actor in (int(order[-1]), int(order[len(order) // 2]), int(order[runs[order]][0])):
        expected = reference.parts(index.id(Kind.ACTOR, actor))
        scores = score(index, actor)
        others = [index.id(Kind.ACTOR, number) for number in scores.actors]
        assert len(others) == len(expected)
        for place, other in enumerate(others):
            part = expected[other]
            assert all(math.isclose(scores.parts[family][place], part[family], abs_tol=1e-9) for family in Family)


@settings(derandomize=True, max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 6), max_size=120), st.integers(1, 12))
def test_the_top_is_that_of_a_whole_sort(totals: list[int], most: int) -> None:
    """However many tie with the last place, and in whatever order they stand."""
    whole = sorted(
        (number for number, total in enumerate(totals) if total), key=lambda number: (-totals[number], number)
    )
    numbers = np.random.default_rng(most).permutation(len(totals))
    total = np.array(totals, np.float64)[numbers]
    assert numbers[top(total, numbers, np.flatnonzero(total), most)].tolist() == whole[:most]
