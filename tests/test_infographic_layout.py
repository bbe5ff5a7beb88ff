"""Chains of the reference data in three languages, and invented ones: nothing overlaps, overflows or is lost."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, product
from typing import get_args

import pytest
from infographic_sample import CHAINS, LANGUAGES, invented_chain

from graph import KnowledgeGraph
from graph.infographics import (
    ChainPicture,
    FlowPicture,
    GapPicture,
    Layout,
    StagePicture,
    check_layout,
    count_regions,
    draw,
)
from graph.infographics.compose import compose
from graph.infographics.layout import flows
from graph.infographics.layout.routes import Link, find_routes
from graph.infographics.layout.sheet import Sheet
from graph.infographics.model import SEVERAL, FlowKind, GapStatus, StageStatus
from graph.infographics.page import A4
from graph.infographics.primitives import Group, Rect, Text
from graph.infographics.theme import ELMO
from ontology.texts import say


def groups(layout: Layout, name: str) -> list[Group]:
    """Groups whose id after the prefix matches a pattern."""
    pattern = re.compile(re.escape(layout.id) + "-" + name)
    return [group for group in layout.root.groups() if pattern.fullmatch(group.id)]


def more(group: Group) -> int:
    found = re.search(r"\d+", group.title or "")
    assert found, group
    return int(found.group())


def counts_add_up(chain: ChainPicture, layout: Layout) -> None:
    for index, stage in enumerate(chain.stages):
        for everybody, shown, rest in (
            (stage.actors, f"actor-{index}-\\d+", f"more-{index}"),
            (stage.platforms, f"platform-{index}-\\d+", f"platforms-more-{index}"),
            (stage.gaps, f"gap-{index}-\\d+", f"gaps-more-{index}"),
        ):
            hidden = sum(more(group) for group in groups(layout, rest))
            assert len(groups(layout, shown)) + hidden == len(everybody), (chain.id, stage.position)
    texts = [line for text in layout.texts() for line in text.lines]
    hidden_flows = [int(t.split()[0][1:]) for t in texts if re.match(r"\+\d+ (virtaa|flows|flöden)", t)]
    assert len(groups(layout, r"flow-\d+")) + sum(hidden_flows) == len(chain.flows)


def test_pages_of_real_data_are_clean_and_complete(enf_graph: KnowledgeGraph) -> None:
    for chain_id, language in product(CHAINS, LANGUAGES):
        chain = compose(enf_graph.generation, chain_id, language)
        layout = draw(chain).layout
        faults = check_layout(layout)
        assert faults.clean, (chain_id, language, faults)
        assert faults.smallest >= 8.0
        counts_add_up(chain, layout)  # what does not fit is counted; flows all fit
        assert len(groups(layout, r"flow-\d+")) == len(chain.flows)


def test_key_figures_and_map_are_counts_of_the_model(enf_graph: KnowledgeGraph) -> None:
    chain = compose(enf_graph.generation, "vc-wood", "fi")
    layout = draw(chain).layout
    figure = {g.id.removeprefix(f"{layout.id}-figure-"): g for g in groups(layout, r"figure-\w+")}
    everybody = {p.id: p for stage in chain.stages for p in stage.participants}
    expected = {
        "actors": sum(p.kind == "actor" for p in everybody.values()),
        "platforms": sum(p.kind == "platform" for p in everybody.values()),
        "regions": len({p.region for p in everybody.values()} - {None, SEVERAL}),
        "flows": len(chain.flows),
    }
    for status in ("no_actor", "no_data", "one_actor"):
        expected[f"needs_{status}"] = sum(g.status == status for s in chain.stages for g in s.gaps)
    assert {key: int(next(group.texts()).lines[0]) for key, group in figure.items()} == expected
    tiles = groups(layout, r"region-\d+")
    assert sum(int(list(tile.texts())[1].lines[0]) for tile in tiles) == len(everybody)


def test_unknown_trl_is_said_in_words_and_draws_no_bar(enf_graph: KnowledgeGraph) -> None:
    layout = draw(compose(enf_graph.generation, "vc-digital-health", "fi")).layout
    cards = groups(layout, r"platform-\d+-\d+")
    chain = compose(enf_graph.generation, "vc-digital-health", "fi")
    assert len(cards) == sum(len(stage.platforms) for stage in chain.stages) > 3
    for card in cards:
        assert [text.lines for text in card.texts()][-1] == ("TRL ei tiedossa",)
        assert sum(isinstance(item, Rect) for item in card.items) == 2  # frame and region, no scale


def test_known_trl_draws_nine_steps() -> None:
    chains = (invented_chain(seed, actors=5) for seed in range(40))
    chain = next(c for c in chains if sum(p.trl is not None for p in c.participants) == 2)
    layout = draw(chain).layout
    bars = [sum(isinstance(item, Rect) for item in card.items) for card in groups(layout, r"platform-\d+-\d+")]
    assert set(bars) <= {2, 11} and 11 in bars


def test_legend_says_that_width_is_no_quantity_and_names_the_kinds_used(enf_graph: KnowledgeGraph) -> None:
    chain = compose(enf_graph.generation, "vc-hydrogen", "fi")
    words = {line for text in draw(chain).layout.texts() for line in text.lines}
    assert {
        "Virta (leveys ei kuvaa määrää)",
        "Päävirta",
        "Sivuvirta",
        "Paluukierto",
        "Tieto",
        "Palvelu",
    } <= words


def test_ribbons_are_equally_wide(enf_graph: KnowledgeGraph) -> None:
    layout = draw(compose(enf_graph.generation, "vc-wood", "en")).layout
    widths = set()
    for group in groups(layout, r"flow-\d+"):
        outline = group.items[0]
        assert not isinstance(outline, Group | Text | Rect)
        if outline.fill:
            widths.add(round(outline.commands[-2][-1] - outline.commands[0][2], 2))  # type: ignore[operator]
    assert len(widths) == 1


def test_gap_kinds_differ_in_words_frame_and_icon(enf_graph: KnowledgeGraph) -> None:
    chain = compose(enf_graph.generation, "vc-wood", "en")
    gaps = (*chain.stages[0].gaps, *(GapPicture(f"{status} at all", status) for status in get_args(GapStatus)))
    layout = draw(replace(chain, stages=(replace(chain.stages[0], gaps=gaps), *chain.stages[1:]))).layout
    looks: dict[str, set[tuple[object, ...]]] = {}
    for group in groups(layout, r"gap-\d+-\d+"):
        frame = group.items[0]
        assert isinstance(frame, Rect) and group.description
        looks.setdefault(group.description, set()).add((frame.dash, len(group.items)))
    assert set(looks) == {"No actor", "No data", "One actor only"}
    assert len({next(iter(look)) for look in looks.values()}) == 3


def test_empty_stages_say_which_kind_of_nothing_it_is(enf_graph: KnowledgeGraph) -> None:
    chain = compose(enf_graph.generation, "vc-tourism", "en")
    statuses: tuple[StageStatus, ...] = ("no_data", "no_data", "no_actor", "covered", "covered")
    stages = tuple(
        replace(stage, status=status, participants=stage.participants if status == "covered" else ())
        for stage, status in zip(chain.stages, statuses, strict=True)
    )
    chain = replace(chain, stages=stages, region_counts=count_regions(stages, {}, "Region not known"))
    layout = draw(chain).layout
    for index, stage in enumerate(chain.stages):
        said = " ".join(line for text in groups(layout, f"actors-{index}")[0].texts() for line in text.lines)
        assert ("No data" in said and "does not prove a gap" in said) == (stage.status == "no_data")
        assert said.startswith("Gap: none of the recorded") == (stage.status == "no_actor")


def test_what_is_planned_or_past_is_said_in_words_with_a_frame_and_in_the_legend(enf_graph: KnowledgeGraph) -> None:
    for chain_id, language in product(CHAINS, LANGUAGES):
        chain = compose(enf_graph.generation, chain_id, language)
        layout = draw(chain).layout
        standings = {p.standing for stage in chain.stages for p in stage.participants} - {""}
        words = {line for text in layout.texts() for line in text.lines}
        assert (say("picture.not_now", language) in words) == bool(standings)
        for index, stage in enumerate(chain.stages):
            for place, (one, card) in enumerate(zip(stage.actors, groups(layout, f"actor-{index}-\\d+"), strict=False)):
                frame = card.items[0]
                assert isinstance(frame, Rect)
                assert bool(frame.dash) == bool(one.standing), (chain_id, place)
                said = " ".join(line for text in card.texts() for line in text.lines)
                assert one.standing in said
                assert one.standing in (card.description or "")
    hydrogen = compose(enf_graph.generation, "vc-hydrogen", "en")
    assert {p.standing for p in hydrogen.stages[0].participants} == {"planned"}
    drawn = groups(draw(hydrogen).layout, "actors-0")[0]
    assert "Nobody active today" in " ".join(line for text in drawn.texts() for line in text.lines)


def test_long_description_names_everybody_and_every_gap_flow_and_source(enf_graph: KnowledgeGraph) -> None:
    chain = compose(enf_graph.generation, "vc-battery", "en")
    description = draw(chain).layout.description
    names = [p.name for p in chain.participants] + [f.name for f in chain.flows] + list(chain.sources)
    names += [gap.competence for stage in chain.stages for gap in stage.gaps]
    names += [p.standing for stage in chain.stages for p in stage.participants if p.standing]
    names += [stage.name for stage in chain.stages] + [
        "24 November 2026",
        "by a curator",
        "CC BY 4.0",
    ]
    assert [name for name in names if name not in description] == []


@pytest.mark.parametrize(
    "pairs",
    [
        [(0, 1), (1, 2), (1, 3), (2, 5), (4, 5), (2, 3), (2, 4), (3, 4)],  # wood
        [(0, 4), (1, 4), (1, 3), (0, 3)],
        [(0, 2), (2, 4), (1, 3), (2, 5), (0, 4), (1, 3)],
    ],
)
def test_ribbons_cross_nothing_when_they_need_not(pairs: list[tuple[int, int]]) -> None:
    routes = find_routes(6, [Link(a, b, "") for a, b in pairs])
    ways = [dict(ribbon.points) for ribbon in routes.ribbons]
    for column in range(5):
        here = [way for way in ways if column in way and column + 1 in way]
        for a, b in product(here, here):
            # Ribbons that meet in one stage stand at different ports, so the order never turns.
            assert (a[column] - b[column]) * (a[column + 1] - b[column + 1]) >= -1e-9


def test_grounds_of_flow_labels_do_not_overlap(enf_graph: KnowledgeGraph) -> None:
    for chain_id in CHAINS:
        chain = compose(enf_graph.generation, chain_id, "fi")
        (labels,) = groups(draw(chain).layout, "flow-labels")
        grounds = [item for item in labels.items if isinstance(item, Rect)]
        assert len(grounds) == len(chain.flows)
        for a, b in combinations(grounds, 2):
            wide = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
            tall = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
            assert min(wide, tall) <= 0.3, chain_id


def test_labels_that_want_the_same_spot_take_turns(enf_graph: KnowledgeGraph) -> None:
    sheet = Sheet(compose(enf_graph.generation, "vc-wood", "fi"), A4, ELMO)
    frame = flows._Frame(sheet, flows.plan_flows(sheet, 300.0), 100.0, 20.0)
    spots = [(300.0, 100.0), (300.0, 140.0), (300.0, 180.0)]
    texts = flows._place_labels(frame, {0: spots, 1: spots, 2: spots}, [], {})
    assert sorted(item.y for items in texts.values() for item in items if isinstance(item, Rect)) == [
        pytest.approx(y, abs=8) for y in (93, 133, 173)
    ]


def test_lanes_that_overlap_have_different_levels() -> None:
    links = [Link(0, 3, "above"), Link(1, 2, "above"), Link(2, 0, "above"), Link(3, 2, "above")]
    lanes = {lane.link: lane.level for lane in find_routes(4, links).above}
    assert lanes[1] == lanes[3] == 0 and len({lanes[0], lanes[1], lanes[2]}) == 3


def test_flows_that_do_not_fit_are_counted(enf_graph: KnowledgeGraph) -> None:
    stages = tuple(StagePicture(n, f"Vaihe {n}") for n in range(1, 7))
    kinds: tuple[FlowKind, ...] = ("service", "loop", "main", "information", "side_stream")
    many = tuple(FlowPicture(n % 6 + 1, (n + n // 6 + 1) % 6 + 1, f"Virta {n}", kinds[n % 5]) for n in range(30))
    chain = replace(compose(enf_graph.generation, "vc-wood", "fi"), stages=stages, flows=many, region_counts=())
    layout = draw(chain).layout
    assert check_layout(layout).clean
    assert 0 < len(groups(layout, r"flow-\d+")) < 30
    counts_add_up(chain, layout)


def test_gaps_that_do_not_fit_are_counted_by_status(enf_graph: KnowledgeGraph) -> None:
    statuses: tuple[GapStatus, ...] = ("no_actor", "no_data", "one_actor")
    gaps = tuple(GapPicture(f"Energian varastointi ja tekniset ratkaisut {n}", statuses[n % 3]) for n in range(29))
    stages = (
        StagePicture(1, "A", gaps=gaps),
        StagePicture(2, "B"),
        StagePicture(3, "C"),
        StagePicture(4, "D"),
    )
    chain = replace(compose(enf_graph.generation, "vc-wood", "fi"), stages=stages, flows=(), region_counts=())
    layout = draw(chain).layout
    (rest,) = groups(layout, r"gaps-more-\d+")
    numbers = [int(text.lines[0]) for text in list(rest.texts())[1:]]
    assert len(numbers) == 3 and sum(numbers) == more(rest) > 0
    counts_add_up(chain, layout)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("odd", [False, True])
def test_invented_chains_of_5_to_300_actors(seed: int, odd: bool) -> None:
    chain = invented_chain(seed, actors=(5, 30, 120, 300)[seed % 4], odd=odd)
    layout = draw(chain).layout
    found = check_layout(layout)
    assert found.overlaps == () and found.outside_box == () and found.off_page == ()
    assert found.smallest >= 8.0
    # Only a 40-letter string in a narrow column may be cut.
    assert all("WWW" in text for text in found.cut)
    counts_add_up(chain, layout)
