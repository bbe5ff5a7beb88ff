"""Pictures are bounded: names, stages, participants and flows beyond what a page holds are counted, not laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from lxml import etree

from graph import KnowledgeGraph
from graph.infographics import (
    ChainPicture,
    Crowd,
    FlowPicture,
    Participant,
    RegionCount,
    StagePicture,
    check_layout,
    draw,
)
from graph.infographics.compose import compose
from graph.infographics.layout import participants
from graph.infographics.layout.describe import MOST_TOLD
from graph.infographics.layout.routes import find_routes
from graph.infographics.model import MOST_NAMED, MOST_STAGES
from graph.infographics.network import InteractiveNetwork, lay_out_chain, lay_out_cluster
from graph.infographics.network import layout as network
from graph.infographics.network.layout import MOST_NODES
from graph.infographics.places import ELSEWHERE, MOST_REGIONS
from graph.infographics.text import MOST_SIGNS
from graph.stores.generation import Generation
from ontology.facts import Source, Tables
from ontology.metagraph import Kind, Relation
from ontology.texts import LANGUAGES, say

SOURCE = Source("s", "S", "S", "CC BY 4.0", None, date(2026, 1, 2), "0" * 64)


def graph_of(entities: dict[Kind, list[dict[str, Any]]], links: dict[Relation, list[dict[str, Any]]]) -> Generation:
    """A generation of these rows, each with its provenance."""

    def told(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"source": "s", "record": f"r{n}", "method": "stated", **row} for n, row in enumerate(rows)]

    tables = Tables.from_rows(
        [SOURCE], {kind: told(rows) for kind, rows in entities.items()}, {r: told(rows) for r, rows in links.items()}
    )
    return Generation(tables, {"generation": 1, "sources": [{"sha256": "0" * 64}]})


def chain_of(
    stages: list[dict[str, Any]], more: dict[Kind, list[dict[str, Any]]], links: dict[Relation, list[tuple[str, str]]]
) -> Generation:
    """A generation with one chain, `vc`, of these stages."""
    rows = {relation: [{"subject": a, "object": b} for a, b in pairs] for relation, pairs in links.items()}
    rows[Relation.PART_OF] = rows.get(Relation.PART_OF, []) + [{"subject": s["id"], "object": "vc"} for s in stages]
    named = [{"label_en": stage["id"].upper(), **stage} for stage in stages]
    return graph_of({Kind.VALUE_CHAIN: [{"id": "vc", "label_en": "Chain"}], Kind.STAGE: named, **more}, rows)


def actors(count: int) -> list[dict[str, Any]]:
    return [{"id": f"a{n}", "label_en": f"Actor {n}", "actor_type": "sme"} for n in range(count)]


def stages(count: int) -> list[dict[str, Any]]:
    return [{"id": f"s{n}", "position": n + 1} for n in range(count)]


def words(picture: ChainPicture) -> str:
    return "\n".join(line for text in draw(picture).layout.texts() for line in text.lines)


def test_a_crowd_is_counted_and_few_are_looked_up_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    many = 5000
    links = {
        Relation.WORKS_IN: [(f"a{n}", "s0") for n in range(many)] + [("a0", "s1"), (f"a{many - 1}", "s1")],
        Relation.LOCATED_IN: [(f"a{n}", "kainuu") for n in range(0, many, 2)],
    }
    regions = [{"id": "kainuu", "label_en": "Kainuu", "nuts_2024": "FI1D8"}]
    generation = chain_of(stages(2), {Kind.ACTOR: actors(many), Kind.REGION: regions}, links)
    asked = []
    label = type(generation.directory).label
    monkeypatch.setattr(
        type(generation.directory), "label", lambda self, id, *rest: asked.append(id) or label(self, id, *rest)
    )
    picture = compose(generation, "vc", "en")
    assert len(asked) < 2 * MOST_NAMED
    assert [(row.code, row.participants) for row in picture.region_counts] == [("KA", many // 2), (None, many // 2)]
    first, second = picture.stages
    assert [one.id for one in first.participants] == [f"a{n}" for n in range(MOST_NAMED)]
    assert first.number("actor") == many and second.number("actor") == 2
    layout = draw(picture).layout
    assert check_layout(layout).overlaps == () and check_layout(layout).off_page == ()
    drawn = [group for group in layout.root.groups() if re.search(r"-actor-0-\d+$", group.id)]
    (rest,) = (group for group in layout.root.groups() if group.id.endswith("-more-0"))
    assert rest.title == f"+{many - len(drawn):,} more" and drawn
    assert len(rest.items) <= 2 + participants.MARKS_MOST
    assert f"and {many - MOST_NAMED:,} more" in layout.description
    assert f"Actor {MOST_NAMED - 1} (" in layout.description and f"Actor {MOST_NAMED} (" not in layout.description


def test_marks_of_a_crowd_are_those_of_its_members_one_by_one() -> None:
    everybody = [Participant(f"a{n}", "A", "actor", ("sme", "uas")[n % 2], ("LA", None)[n % 3 > 0]) for n in range(90)]
    counts = (RegionCount("LA", "Lapland", 30), RegionCount(None, "?", 60))

    def drawn(named: int) -> Any:
        crowd: dict[tuple[str, str | None], int] = {}
        for one in everybody[named:]:
            crowd[one.actor_type, one.region] = crowd.get((one.actor_type, one.region), 0) + 1
        crowds = tuple(Crowd("actor", *look, number) for look, number in crowd.items())
        stage = StagePicture(1, "A", participants=tuple(everybody[:named]), crowds=crowds)
        return draw(ChainPicture("c", "C", None, (stage,), (), counts, "en", (), "2026-01-02", "g"))

    assert drawn(MOST_NAMED) == drawn(90)


def test_stages_that_have_no_room_are_counted() -> None:
    links = {Relation.WORKS_IN: [(f"a{n}", f"s{n}") for n in range(30)]}
    links[Relation.FEEDS] = [(f"s{n}", f"s{n + 1}") for n in range(29)]
    generation = chain_of(stages(30), {Kind.ACTOR: actors(30)}, links)
    for language in LANGUAGES:
        picture = compose(generation, "vc", language)
        assert (len(picture.stages), picture.more_stages, len(picture.flows)) == (MOST_STAGES, 20, MOST_STAGES - 1)
        left_out = say("picture.more_stages", language, count=20)
        layout = draw(picture).layout
        assert left_out in layout.description and left_out in words(picture)
        found = check_layout(layout)
        assert (found.overlaps, found.outside_box, found.off_page) == ((), (), ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_left_out_is_said_in_full_on_the_fullest_page(language: str) -> None:
    everybody = [f"a{n}" for n in range(900)]
    competences = [{"id": f"c{n}", "label_en": f"Side stream and material efficiency {n}"} for n in range(400)]
    links = {
        Relation.WORKS_IN: [(id, f"s{n % 12}") for n, id in enumerate(everybody)],
        Relation.REQUIRES: [(f"s{n % 12}", f"c{n}") for n in range(400)],
        Relation.HAS_COMPETENCE: [(f"a{n % 12}", f"c{n}") for n in range(0, 400, 2)] + [("a1", "c0"), ("a2", "c2")],
    }
    kinds = {Kind.ACTOR: actors(900), Kind.COMPETENCE: competences}
    layout = draw(compose(chain_of(stages(12), kinds, links), "vc", language)).layout
    found = check_layout(layout)
    assert (found.overlaps, found.outside_box, found.off_page, found.cut) == ((), (), (), ())


def test_a_chain_of_many_flows_tries_few_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    monkeypatch.setattr(
        "graph.infographics.layout.flows.find_routes",
        lambda columns, links: tried.append(len(links)) or find_routes(columns, links),
    )
    flows = tuple(FlowPicture(n % 2 + 1, (n + 1) % 2 + 1, f"F{n}", "service") for n in range(900))
    pair = (StagePicture(1, "A"), StagePicture(2, "B"))
    picture = ChainPicture("c", "C", None, pair, flows, (), "en", (), "2026-01-02", "g")
    assert re.search(r"\+8\d\d flows that do not fit", words(picture))
    assert max(tried) <= 40 and len(tried) <= 41


ODD = (
    "",
    "\u202eabc\u0007",
    "W" * 3000,
    "kunnossapito" * 300,
    "🌲👩‍🌾" * 200,
    "שלום עולם " * 90,
    "a\u0301" * 900,
    "]]>&<\ufffe",
)


def odd_chain(text: str) -> ChainPicture:
    one = Participant("a", text, role=text, region="LA")
    other = Participant("p", text, "platform", region=None)
    both = (
        StagePicture(1, text, text, participants=(one, other)),
        StagePicture(None, text, None, "no_data"),
    )
    counts = (RegionCount("LA", text, 1), RegionCount(None, text, 1, 1))
    flows = (FlowPicture(1, 2, text, material=text),)
    return ChainPicture("x" + text, text, text, both, flows, counts, "fi", (text,) * 99, "2026-01-02", text, text, text)


@pytest.mark.parametrize("text", ODD)
def test_texts_from_outside_stay_on_the_page_and_in_bounds(text: str) -> None:
    picture = draw(odd_chain(text))
    found = check_layout(picture.layout)
    assert (found.overlaps, found.outside_box, found.off_page) == ((), (), ())
    svg = picture.svg()
    tree = etree.fromstring(svg.encode())
    for element in tree.iter():
        assert not re.search("[\u0000-\u0008\u202a-\u202e\u2066-\u2069]", element.text or "")
    assert len(picture.layout.description.encode("utf-16")) <= MOST_TOLD + 2
    assert picture.layout.title
    said = say("picture.shortened", "fi", count=MOST_SIGNS) in picture.layout.description
    assert said == (len(text) > MOST_SIGNS) or len(picture.layout.description.encode("utf-16")) > MOST_TOLD
    assert picture.pdf().startswith(b"%PDF-") and picture.png(200).startswith(b"\x89PNG")


def test_a_large_chain_names_fewer_in_its_description_and_counts_the_others() -> None:
    people = tuple(Participant(f"a{n}", f"Kemijärven innovaatioalusta numero {n}") for n in range(40))
    many = tuple(StagePicture(n, f"S{n}", participants=people) for n in range(1, MOST_STAGES + 1))
    counts = (RegionCount(None, "?", 40),)
    picture = draw(ChainPicture("c", "C", None, many, (), counts, "en", (), "2026-01-02", "g"))
    assert "numero 19 (" in picture.layout.description and "numero 20 (" not in picture.layout.description
    assert picture.layout.description.count("and 20 more") == MOST_STAGES
    assert picture.pdf().startswith(b"%PDF-")


def test_a_stage_without_a_number_is_last_and_has_none() -> None:
    rows = [{"id": "s-a", "position": None}, {"id": "s-b", "position": 7}, {"id": "s-c", "position": None}]
    links = {Relation.FEEDS: [("s-a", "s-b"), ("s-a", "s-c")]}
    picture = compose(chain_of(rows, {}, links), "vc", "en")
    assert [(stage.name, stage.position) for stage in picture.stages] == [("S-B", 7), ("S-A", None), ("S-C", None)]
    assert {(flow.source, flow.target) for flow in picture.flows} == {(2, 1), (2, 3)}
    layout = draw(picture).layout
    assert "Stage without a number, S-A: " in layout.description and "from stage S-A to stage 7" in layout.description
    signs = [next(group.texts()).lines[0] for group in layout.root.groups() if re.search(r"-stage-\d$", group.id)]
    assert signs == ["7", "–", "–"]


def region_rows() -> Iterator[dict[str, Any]]:
    yield {"id": "lapland", "label_en": "Lapland", "nuts_2024": "FI1D7"}
    yield {"id": "tornio", "label_en": "Tornio"}
    yield {"id": "west", "label_en": "Western Lapland"}
    yield from ({"id": f"o{n}", "label_en": f"Over{n} There"} for n in range(20))
    yield {"id": "norrbotten", "label_en": "Norrbotten", "label_sv": "Norrbotten", "nuts_2024": "SE332"}


def test_a_known_region_outside_the_map_is_drawn_as_itself() -> None:
    links = {
        Relation.WORKS_IN: [(f"a{n}", "s0") for n in range(4)],
        Relation.LOCATED_IN: [("a0", "norrbotten"), ("a1", "tornio"), ("a2", "lapland")],
        Relation.PART_OF: [("tornio", "west"), ("west", "lapland"), ("lapland", "tornio")],
    }
    generation = chain_of(stages(2), {Kind.ACTOR: actors(4), Kind.REGION: list(region_rows())}, links)
    picture = compose(generation, "vc", "en")
    assert [one.region for one in picture.stages[0].participants] == ["NOR", "LA", "LA", None]
    assert [(row.code, row.name, row.participants) for row in picture.region_counts] == [
        ("LA", "Lapland", 2),
        ("NOR", "Norrbotten", 1),
        (None, "Region not known", 1),
    ]
    assert "Actor 0 (Company, Norrbotten)" in draw(picture).layout.description


def test_regions_that_have_no_room_are_elsewhere_by_name() -> None:
    links = {
        Relation.WORKS_IN: [(f"a{n}", "s0") for n in range(22)],
        Relation.LOCATED_IN: [(f"a{n}", f"o{n}") for n in range(20)] + [("a20", "norrbotten"), ("a21", "norrbotten")],
    }
    generation = chain_of(stages(2), {Kind.ACTOR: actors(22), Kind.REGION: list(region_rows())}, links)
    picture = compose(generation, "vc", "en")
    rows = {row.code: row for row in picture.region_counts}
    assert len(rows) == MOST_REGIONS and sum(row.participants for row in rows.values()) == 22
    assert list(rows)[:4] == ["LA", "NOR", "OVE", "OV2"] and rows["NOR"].participants == 2
    assert list(rows)[-1] == ELSEWHERE and len(rows[ELSEWHERE].regions) == rows[ELSEWHERE].participants
    layout = draw(picture).layout
    assert f"Elsewhere ({'; '.join(rows[ELSEWHERE].regions)}) {rows[ELSEWHERE].participants}" in layout.description
    assert "21" in words(picture).splitlines()  # regions where somebody is
    found = check_layout(layout)
    assert (found.overlaps, found.outside_box, found.off_page) == ((), (), ())


def test_the_trl_on_a_picture_is_the_one_that_partners_go_by() -> None:
    platforms = [
        {"id": "p0", "label_en": "P0", "trl_min": 3, "trl_max": 5},
        {"id": "p1", "label_en": "P1"},
        {"id": "p2", "label_en": "P2"},
        {"id": "p3", "label_en": "P3", "trl_min": 4},
    ]
    levels = [("t0", "TRL", 4, 8), ("t1", "TRL", 6, 7), ("t2", "SRL", 1, 9)]
    assessments = [{"id": id, "scale": s, "level_min": low, "level_max": high} for id, s, low, high in levels]
    links = {
        Relation.WORKS_IN: [(f"p{n}", "s0") for n in range(4)],
        Relation.OPERATES: [(f"a{n}", f"p{n}") for n in range(4)],
        Relation.ASSESSES: [("t0", "p0"), ("t1", "p1"), ("t2", "p2")],
    }
    kinds = {Kind.ACTOR: actors(4), Kind.PLATFORM: platforms, Kind.ASSESSMENT: assessments}
    generation = chain_of(stages(2), kinds, links)
    shown = [one.trl for one in compose(generation, "vc", "en").stages[0].platforms]
    assert shown == [(3, 8), (6, 7), None, None]
    assert list(generation.paths.trl) == [trl[1] if trl else 0 for trl in shown]


def test_pages_of_the_widest_chain_of_real_data_say_everything(enf_graph: KnowledgeGraph) -> None:
    most = max(
        (stage.number(kind) for id in enf_graph.entities("ValueChain")["id"]
         for stage in compose(enf_graph.generation, id, "fi").stages for kind in ("actor", "platform")),
    )  # fmt: skip
    assert 0 < most <= MOST_NAMED


def numbers(text: str) -> list[int]:
    return [int(number.replace(",", "")) for number in re.findall(r"[\d,]+", text)]


def test_the_network_of_a_large_chain_shows_a_part_and_counts_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"id": f"s{n:02}", "position": n if n else None} for n in range(50)]
    links = {
        Relation.WORKS_IN: [(f"a{n}", f"s{n % 50:02}") for n in range(3000)] + [("a7", "s08")] * 3000,
        Relation.REQUIRES: [(f"s{n % 50:02}", f"c{n}") for n in range(900)],
        Relation.FEEDS: [(f"s{n:02}", f"s{n + 1:02}") for n in range(49)],
    }
    competences = [{"id": f"c{n}", "label_en": f"Competence {n}"} for n in range(900)]
    generation = chain_of(rows, {Kind.ACTOR: actors(3000), Kind.COMPETENCE: competences}, links)
    everything = lay_out_chain(generation, "vc", "en")
    assert len(everything.nodes) <= MOST_NODES + network.MOST_STAGES and len(everything.edges) <= network.MOST_LINKS
    hidden, unlinked = numbers(everything.left_out)
    assert len({node.id for node in everything.nodes}) == len(everything.nodes)
    assert len(everything.nodes) + hidden == 50 + 3000 + 900
    assert len(everything.edges) + unlinked == sum(map(len, links.values()))
    page = InteractiveNetwork(everything).html()
    assert page.count("<tr><td>") == len(everything.edges) and everything.left_out in page


def test_a_stage_without_a_number_stands_last_in_the_network() -> None:
    rows = [{"id": "s-a", "position": None}, {"id": "s-b", "position": 7}, {"id": "s-c", "position": 1}]
    nodes = lay_out_chain(chain_of(rows, {}, {}), "vc", "en").nodes
    assert [node.id for node in sorted(nodes, key=lambda node: node.place)] == ["s-c", "s-b", "s-a"]


def test_the_network_of_a_large_cluster_shows_a_part_and_counts_the_rest() -> None:
    many = 3000
    projects = [{"id": f"p{n}", "label_en": f"P{n}"} for n in range(many)]
    links = {
        Relation.MEMBER_OF: [{"subject": f"a{n}", "object": "cl"} for n in range(many)],
        Relation.PARTICIPATES_IN: [{"subject": f"a{n % 50}", "object": f"p{n}"} for n in range(many)]
        + [{"subject": "a49", "object": "p9"}],
    }
    kinds = {Kind.ACTOR: actors(many), Kind.CLUSTER: [{"id": "cl", "label_en": "Cl"}], Kind.PROJECT: projects}
    found = lay_out_cluster(graph_of(kinds, links), "cl", "en")
    hidden, unlinked = numbers(found.left_out)
    assert len(found.nodes) + hidden == 1 + 2 * many and len(found.nodes) == 1 + network.MOST_AROUND + MOST_NODES
    assert len(found.edges) + unlinked == 2 * many + 1
    assert "p9" in {node.id for node in found.nodes}  # two of them share it


def test_names_in_a_network_hold_no_sign_that_turns_or_hides_others() -> None:
    rows = [
        {"id": "s0", "position": 1, "label_en": "\u202eabc\u0007" + "x" * 3000},
        {"id": "s1", "label_en": " \u200b"},
    ]
    found = lay_out_chain(chain_of(rows, {}, {}), "vc", "en")
    assert [node.label for node in found.nodes] == ["abc" + "x" * (MOST_SIGNS - 6) + "…", "s1"]
