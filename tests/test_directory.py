"""Finding things: by id, by name in any language, by a part of it, and what is said when that fails."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import KnowledgeGraph
from graph.stores.directory import Directory
from graph.stores.folding import fold
from ontology.errors import AmbiguousName, InvalidArgument, NotFound, WrongKind
from ontology.facts import Batch, Source, Tables
from ontology.metagraph import Kind


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("act-digipolis", "act-digipolis"),
        ("Kemin Digipolis Oy", "act-digipolis"),
        ("digipolis", "act-digipolis"),
        ("DIGIPOLIS oy", "act-digipolis"),
        ("Geologian tutkimuskeskus", "act-gtk"),
        ("geological survey", "act-gtk"),
        ("ita-suomen yliopisto", "act-uef"),
    ],
)
def test_an_actor_is_found_by_id_name_or_part(enf_graph: KnowledgeGraph, name: str, id: str) -> None:
    assert enf_graph.actor(name).id == id


def test_every_thing_is_found_by_its_id_and_by_its_name_unless_shared(enf_graph: KnowledgeGraph) -> None:
    directory = enf_graph.generation.directory
    for kind in directory.tables.entities:
        for id in directory.ids(kind):
            assert directory.find(id, kind).id == id
            for name in directory.get(id).labels.values():
                try:
                    assert directory.find(name, kind).id == id
                except AmbiguousName as error:
                    assert id in [candidate for candidate, _ in error.candidates]


def test_a_chain_is_found_in_three_languages(enf_graph: KnowledgeGraph) -> None:
    assert {enf_graph.value_chain(name).id for name in ("wood", "Puun arvoketju", "Värdekedjan för trä")} == {"vc-wood"}


def test_an_ambiguous_name_lists_its_candidates(enf_graph: KnowledgeGraph) -> None:
    with pytest.raises(AmbiguousName, match="fits") as caught:
        enf_graph.actor("Oulu")
    assert dict(caught.value.candidates)["act-oamk"]["en"] == "Oulu University of Applied Sciences"
    assert all(id in str(caught.value) for id, _ in caught.value.candidates[:8])


def test_a_name_that_nobody_has_is_said_with_the_nearest(enf_graph: KnowledgeGraph) -> None:
    with pytest.raises(NotFound, match="there is no id or name “Terraframe”") as caught:
        enf_graph.actor("Terraframe")
    assert [id for id, _ in caught.value.suggestions] == ["act-terrafame"]
    assert "toimija" in caught.value.said("fi") and "Terrafame (act-terrafame)" in caught.value.said("fi")
    with pytest.raises(NotFound, match="did you mean Kemin Digipolis Oy") as caught:
        enf_graph.actor("act-digipolys")  # an id with a slip in it is no name
    assert caught.value.suggestions[0][0] == "act-digipolis"
    with pytest.raises(NotFound):
        enf_graph.actor("  ")


def test_what_is_of_another_kind_is_said_to_be_so(enf_graph: KnowledgeGraph) -> None:
    """A whole name of something else is that, and never a part of the name of what was asked for."""
    for name in ("vc-wood", "Puun arvoketju"):
        with pytest.raises(WrongKind, match="value chain"):
            enf_graph.actor(name)
    with pytest.raises(WrongKind, match="region"):
        enf_graph.actor("Lappi")  # ProAgria Lappi is another
    with pytest.raises(WrongKind, match=r"responsible organisation is Kemin Digipolis Oy \(act-digipolis\)") as caught:
        enf_graph.actor("cl-arctic-industry")
    assert [id for id, _ in caught.value.suggestions] == ["act-digipolis"]
    # A part of the name of one thing of another kind leads there too.
    with pytest.raises(WrongKind, match="responsible organisation"):
        enf_graph.actor("Arctic Industry")
    # A word that is the whole name of something else leads on to what was asked for.
    with pytest.raises(WrongKind, match=r"specialisation.* Did you mean .*\(vc-tourism\)") as told:
        enf_graph.value_chain("matkailu")
    assert [id for id, _ in told.value.suggestions] == ["vc-tourism"]


def test_a_match_says_whether_it_took_a_part_of_a_name(enf_graph: KnowledgeGraph) -> None:
    directory = enf_graph.generation.directory
    for name, whole in (("act-digipolis", True), ("kemin digipolis oy", True), ("Digipolis", False), ("Digipo", False)):
        match = directory.match(name, Kind.ACTOR)
        assert (match.entity.id, match.whole, match.asked) == ("act-digipolis", whole, name)
    with pytest.raises(NotFound):
        directory.match("igipolis", Kind.ACTOR)  # no word begins so


def test_an_id_is_an_id(enf_graph: KnowledgeGraph) -> None:
    directory = enf_graph.generation.directory
    assert directory.by_id("act-digipolis", Kind.ACTOR).id == "act-digipolis"
    for asked, meant in (("Kainuu", "reg-kainuu"), ("act-digipoli", "act-digipolis"), ("Digipolis", "act-digipolis")):
        with pytest.raises(NotFound, match=f"did you mean .*{meant}") as caught:
            directory.by_id(asked)
        assert caught.value.suggestions[0][0] == meant
    with pytest.raises(NotFound):
        directory.by_id("foo", Kind.ACTOR)  # the Finnish Food Authority is somebody else


def test_search_holds_every_word_and_ranks_whole_names_first(enf_graph: KnowledgeGraph) -> None:
    found = enf_graph.search("lappi")
    assert found[0].id == "reg-lappi"
    words = [fold(" ".join(thing.labels.values())) for thing in found]
    assert all("lappi" in text for text in words)
    assert [t.id for t in enf_graph.search("yliopisto itä")] == [t.id for t in enf_graph.search("itä yliopisto")]
    assert enf_graph.search("lappi", limit=2) == found[:2]
    assert {thing.kind for thing in enf_graph.search("lappi", [Kind.ACTOR])} == {Kind.ACTOR}
    assert enf_graph.search("") == enf_graph.search("qqqq") == ()
    with pytest.raises(InvalidArgument, match="there is no kind “Wizard”"):
        enf_graph.search("x", ["Wizard"])


@pytest.mark.parametrize("name", ["Øresund", "Đakovo", "Ελλάδα", "Карелия", "東京"])
def test_letters_of_every_script_stay(name: str) -> None:
    directory = labelled(und=name)
    assert directory.find(name.upper()).id == "x"
    assert [entity.id for entity in directory.search(name)] == ["x"]
    assert fold(name) != fold("")


@given(st.text(max_size=30))
def test_folding_is_done_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def labelled(**labels: str) -> Directory:
    row = {"id": ["x"], "record": ["a#row=2"], "method": ["stated"]} | {f"label_{k}": [v] for k, v in labels.items()}
    source = Source("s", "S", "P", "CC0", None, date(2026, 1, 1), "0")
    return Directory(Tables.of([Batch(source, {Kind.ACTOR: pl.DataFrame(row)}, {})]))


@pytest.mark.parametrize(
    ("labels", "language", "expected"),
    [
        ({"fi": "F", "en": "E", "sv": "S", "und": "U"}, "sv", ("S", "sv")),
        ({"fi": "F", "en": "E", "und": "U"}, "sv", ("U", "und")),
        ({"fi": "F", "en": "E"}, "sv", ("F", "fi")),
        ({"en": "E"}, "fi", ("E", "en")),
        ({"se": "Sámi"}, "fi", ("Sámi", "se")),
        ({"se": "Sámi", "en": "E"}, "se", ("Sámi", "se")),
        ({}, "fi", ("x", "und")),
    ],
)
def test_a_missing_language_falls_back_in_a_stated_order(
    labels: dict[str, str], language: str, expected: tuple[str, str]
) -> None:
    assert labelled(**labels).get("x").label_in(language) == expected


def test_a_frame_of_a_kind_has_one_label(enf_graph: KnowledgeGraph) -> None:
    frame = enf_graph.entities("actor", "fi")
    assert frame.height == 234
    directory = enf_graph.generation.directory
    assert frame["label"].to_list() == [directory.label(id, "fi") for id in frame["id"]]


def test_links_show_both_directions_with_their_records(enf_graph: KnowledgeGraph) -> None:
    links = enf_graph.actor("Digipolis").links("fi")
    row = links.filter((pl.col("relation") == "coordinates") & (pl.col("other") == "cl-arctic-industry"))
    assert row["record"].to_list() == ["clusters.csv#row=2"]
    back = enf_graph.cluster("cl-arctic-industry").links("fi").filter(pl.col("other") == "act-digipolis")
    assert set(back["outward"]) == {False}
    members = enf_graph.cluster("cl-arctic-industry").members()
    assert set(members["relation"]) == {"memberOf", "coordinates"}


def test_networkx_has_every_entity_and_every_link(enf_graph: KnowledgeGraph) -> None:
    graph, tables = enf_graph.to_networkx("fi"), enf_graph.generation.tables
    assert graph.number_of_nodes() == sum(frame["id"].n_unique() for frame in tables.entities.values())
    assert graph.number_of_edges() == sum(frame.height for frame in tables.links.values())
    assert graph.nodes["act-gtk"]["label"] == "Geologian tutkimuskeskus"
    assert graph.nodes["act-gtk"]["kind"] == "Actor"
    (flow,) = graph["vc-wood-1"]["vc-wood-2"].values()
    assert (flow["relation"], flow["name_fi"], flow["record"]) == ("feeds", "Leimikot", "value_chain_flows.csv#row=2")
