"""Partners: the kernel against paths walked one by one, the laws of the score, filters, and what is not known."""

from __future__ import annotations

import json
import math
import random
import weakref
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from conftest import examples
from hypothesis import HealthCheck, given, settings
from partner_reference import Reference, ask, generation_of, of, small_world, small_worlds

from graph import KnowledgeGraph, open_graph
from graph.paths import PathIndex
from graph.paths.adjacency import needed
from graph.paths.filters import Filters
from graph.paths.index import fingerprint
from graph.paths.kernel import score
from graph.questions.partner_answer import Partners
from loaders import load
from ontology.errors import DamagedWorkspace, InvalidArgument, NotFound
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation
from ontology.metapaths import DAMPING, FAMILY_WEIGHTS, METAPATHS, Family
from ontology.texts import LANGUAGES

HAS, WORKS, FEEDS, RUNS = Relation.HAS_COMPETENCE, Relation.WORKS_IN, Relation.FEEDS, Relation.OPERATES
MEMBER, LOCATED, PARTNER = Relation.MEMBER_OF, Relation.LOCATED_IN, Relation.PARTNER_IN
TAKES_PART, LEADS = Relation.PARTICIPATES_IN, Relation.COORDINATES
#: The same worlds in every run, however slow the machine.
SAME = settings(
    derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
NEAR: dict[str, Any] = {"rel_tol": 0, "abs_tol": 1e-9}


def ids(found: Any) -> list[str]:
    return [partner.id for partner in found]


def check_against_paths(tables: Tables) -> None:
    """The kernel, the explained paths and the reference say the same of every pair of actors."""
    generation, reference = generation_of(tables), Reference(tables)
    for actor in generation.directory.ids(Kind.ACTOR):
        expected = reference.parts(actor)
        found = ask(generation, actor, limit=10_000)
        assert set(ids(found)) == set(expected)
        assert found.total == len(expected)
        for partner in found:
            for family in Family:
                assert math.isclose(partner.parts[family], expected[partner.id][family], **NEAR)
            total = math.fsum(FAMILY_WEIGHTS[family] * part for family, part in partner.parts.items())
            assert math.isclose(partner.score, total, **NEAR)
        assert all(one.score > next.score - 1e-9 for one, next in pairwise(found))


def check_paths_add_up(found: Partners, reference: Reference) -> None:
    """The weights of all paths of a pair are its parts, and the paths are those of the reference."""
    walked = {
        (metapath.name, nodes): weight
        for metapath in METAPATHS
        for nodes, weight in reference.paths(metapath, found.actor)
    }
    seen: dict[tuple[str, tuple[str, ...]], float] = {}
    for partner in found:
        paths = partner.all_paths()
        for family in Family:
            part = math.fsum(path.weight for path in paths if path.metapath.family is family)
            assert math.isclose(part, partner.parts[family], **NEAR)
        for path in paths:
            assert path.nodes[0] == found.actor and path.nodes[-1] == partner.id
            assert len(set(path.nodes)) == len(path.nodes)
            assert all(edge.evidence and edge.evidence[0].record for edge in path.edges)
            seen[path.metapath.name, path.nodes] = path.weight
        # The best few are among them, and the one that `why` tells of is the first of its family.
        assert {(path.metapath.name, path.nodes) for path in partner.paths} <= set(seen)
    assert seen.keys() == walked.keys()
    assert all(math.isclose(seen[key], walked[key], **NEAR) for key in seen)


def test_the_reference_data_against_every_path(enf_tables: Tables) -> None:
    check_against_paths(enf_tables)


def test_the_paths_of_the_reference_data_add_up(enf_tables: Tables) -> None:
    generation, reference = generation_of(enf_tables), Reference(enf_tables)
    for actor in generation.directory.ids(Kind.ACTOR)[::16]:
        check_paths_add_up(ask(generation, actor, limit=10_000), reference)


@settings(SAME, max_examples=examples(25))
@given(small_worlds())
def test_any_small_world_against_every_path(tables: Tables) -> None:
    check_against_paths(tables)
    check_paths_add_up(ask(tables, "a0", limit=100), Reference(tables))


@settings(SAME, max_examples=examples(15))
@given(small_worlds())
def test_a_partner_is_a_partner_from_both_ends(tables: Tables) -> None:
    generation = generation_of(tables)
    scores = {
        (actor, partner.id): partner.score
        for actor in generation.directory.ids(Kind.ACTOR)
        for partner in ask(generation, actor, limit=100)
    }
    assert all(math.isclose(value, scores[b, a], **NEAR) for (a, b), value in scores.items())


# ---- the laws of the score


def test_the_weight_of_a_path_by_hand() -> None:
    # a0 has 2 competences, k0 is had by 3 actors, and a1 has only k0.
    tables = of({HAS: [("a0", "k0"), ("a0", "k1"), ("a1", "k0"), ("a2", "k0")]})
    (first, second) = ask(tables, "a0")
    weight = (2 * 3) ** -0.2 * (3 * 1) ** -0.2
    assert (first.id, second.id) == ("a1", "a2")  # the tie goes by id
    assert math.isclose(first.parts[Family.SIMILARITY], weight)
    assert math.isclose(first.score, weight * FAMILY_WEIGHTS[Family.SIMILARITY])


def test_a_rare_competence_outranks_one_that_everybody_has() -> None:
    everybody = [(f"a{i}", "k0") for i in range(60)]
    tables = of({HAS: [*everybody, ("a0", "k1"), ("a59", "k1"), ("a58", "k2"), ("a57", "k3")]})
    found = ask(tables, "a0")
    assert ids(found)[0] == "a59"
    (best, *_) = found[0].paths
    assert best.between == ("k1",)
    assert found[0].score > 2 * found[1].score


def test_a_partner_through_a_hub_alone_does_not_outrank_one_through_a_rare_competence() -> None:
    tables = of({HAS: [*((f"a{i}", "k0") for i in range(40)), ("a0", "k1"), ("a41", "k1")]})
    assert ids(ask(tables, "a0"))[0] == "a41"


def test_parallel_records_are_one_edge_and_all_of_them_are_shown() -> None:
    once = of({HAS: [("a0", "k0"), ("a1", "k0")]})
    twice = Tables.of(
        [
            small_world({HAS: [("a0", "k0"), ("a1", "k0"), ("a1", "k0")]}, source="one"),
            small_world({HAS: [("a0", "k0"), ("a1", "k0")]}, source="two"),
        ]
    )
    (alone,), (both,) = ask(once, "a0"), ask(twice, "a0")
    assert both.score == alone.score
    (path,) = both.all_paths()
    records = [(evidence.source, evidence.record) for evidence in path.edges[1].evidence]
    assert records == [
        ("one", "hasCompetence.csv#row=3"), ("one", "hasCompetence.csv#row=4"), ("two", "hasCompetence.csv#row=3"),
    ]  # fmt: skip


def test_a_stage_that_feeds_itself_and_a_platform_met_twice_are_no_paths() -> None:
    looped = of({WORKS: [("a0", "s0"), ("a1", "s0")], FEEDS: [("s0", "s0")]})
    (partner,) = ask(looped, "a0")
    assert partner.parts[Family.COMPLEMENTARITY] == 0
    # Both run p0, which has k0: a0-p0-k0-p0-a1 comes back to p0.
    shared = of({RUNS: [("a0", "p0"), ("a1", "p0")], HAS: [("p0", "k0")]})
    assert ids(ask(shared, "a0")) == []


def test_regions_are_filters_and_never_bridges() -> None:
    tables = of({LOCATED: [("a0", "r0"), ("a1", "r0")], HAS: [("a2", "k0"), ("a0", "k1")]})
    assert len(ask(tables, "a0")) == 0


def test_an_actor_without_links_has_no_partners_and_is_nobodys() -> None:
    tables = of({HAS: [("a0", "k0"), ("a1", "k0")]}, {"a9": {}})
    assert (len(ask(tables, "a9")), ask(tables, "a9").total) == (0, 0)
    assert ids(ask(tables, "a0")) == ["a1"]


def test_ties_go_by_id_whatever_the_order_of_the_rows() -> None:
    links = [(f"a{i}", f"k{k}") for i in range(9) for k in range(3)]
    found = ids(ask(of({HAS: links}), "a4", limit=3))
    random.Random(1).shuffle(links)
    assert ids(ask(of({HAS: links}), "a4", limit=3)) == found == ["a0", "a1", "a2"]


def test_pages_join_without_a_gap(enf_tables: Tables) -> None:
    whole = ask(enf_tables, "act-digipolis", limit=1000)
    pages = [ask(enf_tables, "act-digipolis", limit=7, offset=at) for at in range(0, whole.total, 7)]
    assert [p.id for page in pages for p in page] == ids(whole)
    assert [p.rank for page in pages for p in page] == list(range(1, whole.total + 1))
    assert len(ask(enf_tables, "act-digipolis", offset=5000)) == 0


# ---- filters, and what they cannot decide

FILTERED = of(
    {
        HAS: [(f"a{i}", "k0") for i in range(6)],
        MEMBER: [("a0", "c0"), ("a1", "c0"), ("a2", "c1")],
        LEADS: [("a3", "c0")],
        LOCATED: [("a0", "r0"), ("a1", "r0"), ("a2", "r1"), ("a3", "r0"), ("a3", "r1"), ("a4", "r1")],
        RUNS: [("a1", "p0"), ("a2", "p1")],
        PARTNER: [("a3", "p0")],
        Relation.ASSESSES: [("t0", "p1")],
    },
    {
        "p0": {"trl_max": 7},
        "t0": {"scale": "TRL", "level_max": 4},
        **{f"a{i}": {"actor_type": code} for i, code in enumerate(["sme", "sme", "rto", "sme", "rto"])},
    },
)


@pytest.mark.parametrize(
    ("wishes", "found", "unknown"),
    [
        ({}, {"a1", "a2", "a3", "a4", "a5"}, set()),
        ({"outside": "cluster"}, {"a2", "a4", "a5"}, set()),
        ({"outside": "region"}, {"a2", "a4"}, {"a5"}),
        ({"outside": ("cluster", "region")}, {"a2", "a4"}, {"a5"}),
        ({"region": "r1"}, {"a2", "a3", "a4"}, {"a5"}),
        ({"actor_type": "sme"}, {"a1", "a3"}, {"a5"}),
        ({"min_trl": 6}, {"a1", "a3"}, {"a4", "a5"}),
        ({"min_trl": 4}, {"a1", "a2", "a3"}, {"a4", "a5"}),
        ({"min_trl": 6, "region": "r1"}, {"a3"}, {"a4", "a5"}),
        ({"min_trl": 9, "region": "r0"}, set(), {"a5"}),
    ],
)
def test_filters_pass_refuse_or_do_not_know(wishes: dict[str, Any], found: set[str], unknown: set[str]) -> None:
    partners = ask(FILTERED, "a0", **wishes)
    assert (set(ids(partners)), set(ids(partners.unknown))) == (found, unknown)
    assert (partners.total, partners.unknown_total) == (len(found), len(unknown))


def test_an_actor_of_no_known_region_cannot_look_outside_it() -> None:
    partners = ask(FILTERED, "a5", outside="region")
    assert (len(partners), partners.unknown_total) == (0, 5)


def test_what_is_not_known_of_a_partner_is_said() -> None:
    unknown = {partner.id: set(partner.unknown) for partner in ask(FILTERED, "a0")}
    assert unknown == {"a1": set(), "a2": set(), "a3": set(), "a4": {"trl"}, "a5": {"region", "trl", "actor_type"}}


def test_a_region_takes_in_its_parts() -> None:
    tables = of(
        {
            HAS: [(f"a{i}", "k0") for i in range(4)],
            LOCATED: [("a1", "r1"), ("a2", "r2"), ("a3", "r3")],
            Relation.PART_OF: [("r1", "r0"), ("r2", "r1"), ("r0", "r2")],  # a circle, even, is walked once
        }
    )
    assert ids(ask(tables, "a0", region="r0")) == ["a1", "a2"]


def test_already_partners() -> None:
    tables = of(
        {
            TAKES_PART: [("a0", "j0"), ("a1", "j0"), ("a1", "j1")],
            LEADS: [("a0", "j1")],
            MEMBER: [("a0", "c0"), ("a1", "c0")],
        }
    )
    (partner,) = ask(tables, "a0")
    assert partner.already == {"projects": ("j0", "j1"), "clusters": ("c0",)}


def test_a_second_source_tells_what_the_first_does_not() -> None:
    tables = Tables.of(
        [
            small_world({HAS: [("a0", "k0"), ("a1", "k0")]}, source="one"),
            small_world({}, {"a1": {"actor_type": "sme"}}, source="two"),
        ]
    )
    assert ids(ask(tables, "a0", actor_type="sme")) == ["a1"]


@pytest.mark.parametrize(
    ("wishes", "error", "says"),
    [
        ({"outside": "moon"}, InvalidArgument, "cluster"),
        ({"region": "r9"}, NotFound, "r9"),
        ({"region": "a1"}, NotFound, "a1"),
        ({"actor_type": "wizard"}, InvalidArgument, "rto"),
        ({"min_trl": 0}, InvalidArgument, "between 1 and 9"),
        ({"min_trl": 10}, InvalidArgument, "between 1 and 9"),
        ({"limit": 0}, InvalidArgument, "limit"),
        ({"offset": -1}, InvalidArgument, "offset"),
    ],
)
def test_a_wrong_wish_is_refused(wishes: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        ask(FILTERED, "a0", **wishes)


def test_a_wrong_wish_is_answered_with_what_would_be_right(enf_graph: KnowledgeGraph) -> None:
    digipolis: Any = enf_graph.actor("Digipolis")
    for wishes, says in (
        ({"actor_type": "univeristy"}, r"“univeristy” .* codes: university, .*company"),
        ({"actor_type": "yliopsto"}, r"codes: university, "),
        ({"region": "Kajnuu"}, r"did you mean Kainuu \(reg-kainuu\)"),
        ({"region": "Uusimaa"}, r"there are .*Lapland \(reg-lappi\), .+"),
        ({"outside": "clutsers"}, "choices: cluster, region"),
    ):
        with pytest.raises((InvalidArgument, NotFound), match=says):
            digipolis.partners(**wishes)
    with pytest.raises(TypeError, match="min_tlr"):
        digipolis.partners(min_tlr=6)


@pytest.mark.parametrize("said", ["university", "yliopisto", "Yliopisto", "universitet"])
def test_a_type_is_a_code_or_a_name_in_any_language(enf_graph: KnowledgeGraph, said: str) -> None:
    found = enf_graph.partners("Digipolis", actor_type=said, region="Lappi")
    assert found.filters == Filters(region="reg-lappi", actor_type="university")
    assert found.total


@pytest.mark.parametrize("actor", ["nobody", "", "k0", "zzz", "A0"])
def test_an_unknown_actor_is_not_found(actor: str) -> None:
    with pytest.raises(NotFound, match=r"looked for: actor|there are|did you mean|asked for here: actor"):
        ask(FILTERED, actor)


# ---- answers


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_reads_well_and_serves_everyone(enf_tables: Tables, language: str) -> None:
    found = ask(enf_tables, "act-digipolis", limit=5)
    answer = found.to_dict(language)
    assert json.loads(json.dumps(answer)) == answer
    frame = found.to_frame(language)
    assert frame["id"].to_list() == ids(found) == [partner["id"] for partner in answer["partners"]]
    assert frame["why"].to_list() == [partner.why(language) for partner in found]
    for partner in found:
        reasons = partner.reasons(language)
        assert partner.why(language) in reasons
        assert all(reason.endswith(".") and "{" not in reason for reason in reasons)
        assert partner.label(language) in partner.why(language)
    drawn = found.to_networkx(language)
    assert set(ids(found)) | {"act-digipolis"} <= set(drawn)
    assert all(data["records"] for *_, data in drawn.edges(data=True))


def test_codes_stand_beside_their_words(enf_graph: KnowledgeGraph) -> None:
    first, *_ = enf_graph.partners("Digipolis", actor_type="uas", limit=1).to_dict("fi")["partners"]
    assert (first["actor_type"], first["actor_type_label"]) == ("uas", "ammattikorkeakoulu")
    reason = first["reasons"][0]
    assert (reason["family"], reason["family_label"]) == ("complementarity", "täydentävyys")
    evidence = reason["edges"][0]["evidence"][0]
    assert (evidence["method"], evidence["method_label"]) == ("mapped", "koostajan tulkinta")


def test_why_prefers_what_fills_a_gap() -> None:
    tables = of(
        {
            HAS: [("a0", "k0"), ("a1", "k0")],
            WORKS: [("a0", "s0"), ("a1", "s1")],
            FEEDS: [("s0", "s1")],
        }
    )
    (partner,) = ask(tables, "a0")
    assert partner.why("en").startswith("“flow s0s1” flows from the stage “The s0”, where The a0 works, to the stage")


# ---- the index


def test_a_reopened_index_answers_the_same(enf_tables: Tables, enf_graph: KnowledgeGraph, tmp_path: Path) -> None:
    built = PathIndex.build(enf_tables)
    built.save(tmp_path / "paths")
    opened = PathIndex.open(tmp_path / "paths")
    again = PathIndex.build(enf_tables)
    for key, adjacency in built.arrays.items():
        for part in ("starts", "targets", "leaving", "arriving"):
            assert np.array_equal(getattr(adjacency, part), getattr(opened.arrays[key], part))
            assert np.array_equal(getattr(adjacency, part), getattr(again.arrays[key], part))
            assert not getattr(opened.arrays[key], part).flags.writeable
    for kind, own in built.ids.items():
        assert list(opened.ids[kind]) == list(own) == sorted(set(enf_tables.entity(kind)["id"]))
    in_memory, on_disk = generation_of(enf_tables), enf_graph.generation
    for actor in in_memory.directory.ids(Kind.ACTOR)[::10]:
        wishes: Any = {"outside": "region", "actor_type": "sme", "min_trl": 3}
        answers = [ask(generation, actor, **wishes).to_dict("fi") for generation in (in_memory, on_disk)]
        assert answers[0] == answers[1]


def test_an_index_of_nothing_can_be_kept(tmp_path: Path) -> None:
    PathIndex.build(Tables.of([])).save(tmp_path / "paths")
    assert PathIndex.open(tmp_path / "paths").actors == 0


def test_the_index_knows_the_rows_of_every_link(enf_tables: Tables) -> None:
    """Those of both sources where two tell of a link, and none of a link that there is not."""
    twice = Tables.of(
        [
            small_world({HAS: [("a0", "k0"), ("a1", "k0"), ("a1", "k0"), ("a1", "a1")]}, source="one"),
            small_world({HAS: [("a0", "k0"), ("p0", "k0"), ("a1", "k0")]}, source="two"),
        ]
    )
    for tables in (twice, enf_tables):
        index, seen = PathIndex.build(tables), 0
        for relation, subject, object in needed():
            pairs = list(tables.link(relation).select("subject", "object").iter_rows())
            for s, o in dict.fromkeys(pairs):
                ends = index.number(subject, s), index.number(object, o)
                if None not in ends and s != o:
                    told = [row for row, pair in enumerate(pairs) if pair == (s, o)]
                    assert index.rows(relation, (subject, object), *ends) == told
                    seen += len(told)
        assert seen >= 6
    assert PathIndex.build(twice).rows(HAS, (Kind.PLATFORM, Kind.COMPETENCE), 0, 1) == []


def test_large_tables_are_asked_for_single_rows_and_answer_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two sources, the rows of the second begin where those of the first end."""
    batches = [load("enf"), small_world({HAS: [("a0", "k0"), ("a1", "k0"), ("a1", "k1")]}, source="two")]
    with open_graph(tmp_path / "graph") as graph:
        for batch in batches:
            graph.replace(batch)
        monkeypatch.setattr("graph.stores.shelf._KEPT", 0)
        large = open_graph(tmp_path / "graph").generation
        table = graph.generation.tables.link(HAS)
        asked = [table.height - 1, 0, table.height // 2, table.height - 3]
        assert large.tables.links.rows(HAS, asked).equals(table[asked])
        for actor, limit in (("act-digipolis", 5), ("a0", 5)):
            assert ask(large, actor, limit=limit).to_dict() == ask(graph.generation, actor, limit=limit).to_dict()
    assert ids(ask(large, "a0")) == ["a1"]


def test_an_index_of_other_definitions_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    said = fingerprint()
    assert said == fingerprint()
    monkeypatch.setattr("graph.paths.index.DAMPING", {**DAMPING, HAS: 0.4})
    damped = fingerprint()
    monkeypatch.setattr("graph.paths.index.needed", lambda: needed()[1:])
    assert len({said, damped, fingerprint()}) == 3


def test_a_closed_index_lets_go_of_its_file(tmp_path: Path) -> None:
    PathIndex.build(FILTERED).save(tmp_path / "paths")
    index = PathIndex.open(tmp_path / "paths")
    held = weakref.ref(index.arrays[HAS, Kind.ACTOR, Kind.COMPETENCE, True].targets)
    assert held() is not None
    index.close()
    assert held() is None


@pytest.mark.parametrize("file", ["arrays.bin", "layout.json"])
@pytest.mark.parametrize("damage", ["cut", "gone", "other"])
def test_a_damaged_index_says_so(tmp_path: Path, damage: str, file: str) -> None:
    PathIndex.build(FILTERED).save(tmp_path / "paths")
    path = tmp_path / "paths" / file
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:40] if damage == "cut" else b"{}")
    with pytest.raises(DamagedWorkspace, match="made again from the tables"):
        PathIndex.open(tmp_path / "paths")


def test_many_threads_get_the_answers_of_one(enf_tables: Tables) -> None:
    index = PathIndex.build(enf_tables)
    actors = list(range(index.actors)) * 8
    alone = [score(index, actor) for actor in range(index.actors)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda actor: score(index, actor), actors))
    for actor, scores in zip(actors, together, strict=True):
        assert np.array_equal(scores.actors, alone[actor].actors)
        for family in Family:
            assert np.array_equal(scores.parts[family], alone[actor].parts[family])


def test_what_is_planned_or_past_of_a_partner_is_said_with_its_year(enf_graph: KnowledgeGraph) -> None:
    """The roles behind the reason are asked of the table, one by one."""
    tables = enf_graph.generation.tables
    roles = {
        (row["subject"], row["object"]): row["status_year"]
        for row in tables.link(Relation.WORKS_IN).iter_rows(named=True)
        if row["status"] in ("planned", "historical", "unknown")
    }
    found = enf_graph.partners("act-ssab-raahe", limit=200).to_dict("en")["partners"]
    told = 0
    for partner in found:
        (reason,) = [each for each in partner["reasons"] if each["sentence"] == partner["why"]][:1]
        ends = [(edge["subject"]["id"], edge["object"]["id"]) for edge in reason["edges"]]
        expected = [roles[pair] for pair in ends if pair in roles]
        said = [each for each in partner["standing_said"] if each.startswith("The role of ")]
        assert len(said) == len(expected)
        assert all((year or "") in sentence for sentence, year in zip(said, expected, strict=True))
        told += len(said)
    assert told > 0
    keliber = enf_graph.partners("act-terrafame", limit=200)
    assert next(each for each in keliber if each.id == "act-keliber").standing_said("fi")[0] == (
        "Keliber Oy: suunnitteilla, 2025."
    )


def test_a_partner_in_a_region_by_a_site_is_in_it_and_says_so(enf_graph: KnowledgeGraph) -> None:
    located = enf_graph.generation.tables.link(Relation.LOCATED_IN)
    there = set(located.filter(pl.col("object") == "reg-keski-pohjanmaa")["subject"])
    found = enf_graph.partners("act-terrafame", region="reg-keski-pohjanmaa", limit=200)
    assert {partner.id for partner in found} <= there
    gtk = next(partner for partner in found.to_dict("sv")["partners"] if partner["id"] == "act-gtk")
    (here,) = [region for region in gtk["regions"] if region["id"] == "reg-keski-pohjanmaa"]
    assert (here["place"], here["said"]) == (
        "site",
        "Mellersta Österbotten (verksamhetsställe: Kokkola)",
    )
    # Who is in the asker's region by a site is not outside it.
    own = set(located.filter(pl.col("subject") == "act-terrafame")["object"])
    outside = enf_graph.partners("act-terrafame", outside="region", limit=200)
    assert own and not own & {region.region for partner in outside for region in partner.places}
