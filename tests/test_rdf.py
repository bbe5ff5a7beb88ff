"""Tables and RDF say the same: what goes one way comes back the other, languages, attributes, provenance and all."""

from __future__ import annotations

from datetime import date

import polars as pl
import pyoxigraph as ox
import pytest
import rdflib
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import KnowledgeGraph
from graph.stores import trig
from graph.stores.rdf import from_quads
from graph.stores.trig import to_trig
from ontology.facts import Batch, Source, Tables
from ontology.metagraph import KINDS, LABEL, RELATIONS, Kind, Relation, Value
from ontology.prefixes import PREFIXES, entity_iri, iri
from ontology.vocabulary import slug


def round_trip(tables: Tables) -> Tables:
    store = ox.Store()
    store.bulk_load(to_trig(tables), format=ox.RdfFormat.TRIG)
    return from_quads(store)


def assert_equal(before: Tables, after: Tables) -> None:
    assert after.sources == before.sources
    assert set(after.entities) == {kind for kind, frame in before.entities.items() if frame.height}
    assert set(after.links) == {relation for relation, frame in before.links.items() if frame.height}
    for old, new in ((before.entities, after.entities), (before.links, after.links)):
        for name, frame in new.items():
            told = [column for column in old[name].columns if old[name][column].null_count() < old[name].height]
            assert set(told) <= set(frame.columns)
            ours, theirs = (f.select(told).sort(told, nulls_last=True) for f in (old[name], frame))
            assert ours.equals(theirs), name
            silent = set(frame.columns) - set(told)
            assert all(frame[column].null_count() == frame.height for column in silent)


def test_the_reference_data_comes_back_whole(enf_tables: Tables) -> None:
    assert_equal(enf_tables, round_trip(enf_tables))


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_rdflib_reads_the_same_quads(enf_tables: Tables) -> None:
    """Another parser sees what ours sees."""
    data = to_trig(enf_tables)
    theirs = rdflib.Dataset().parse(data=data, format="trig")
    assert len(list(theirs.quads())) == len(set(ox.parse(data, format=ox.RdfFormat.TRIG)))


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12
).filter(str.strip)
DATES = st.one_of(
    st.integers(1000, 2999).map(str),
    st.dates(date(1000, 1, 1), date(2999, 1, 1)).map(lambda day: day.isoformat()[:7]),
    st.dates(date(1000, 1, 1), date(2999, 1, 1)).map(date.isoformat),
)
VALUES = {
    Value.TEXT: TEXT,
    Value.ROLE: TEXT.filter(lambda text: any(c.isalnum() for c in text)),
    Value.CODE: st.sampled_from(["main", "side_stream", "site", "seat", "stated", "a b", "50%"]),
    Value.INTEGER: st.integers(-(2**62), 2**62),
    Value.DECIMAL: st.floats(allow_nan=False, allow_infinity=False),
    Value.BOOLEAN: st.booleans(),
    Value.DATE: DATES,
    Value.LINK: st.sampled_from(["https://example.org/a?b=c#d", "urn:isbn:978-952-7548-05-9", "doc:minutes-2022"]),
}


#: Ids whose parts would run together if they were put beside each other as they are.
IDS = st.one_of(
    st.sampled_from(["a", "act-1", "a/b", "a/b/c", "b/c", "a//b", "a/..", "a/../b", "doc:x", "net:x/y.z~1", "urn:x:1"]),
    st.sampled_from(["https://example.org/a/../b", "https://example.org//b", "a%2Fb".replace("%", "+"), "2", "a/2"]),
    st.text("ab/:.~+-2", min_size=1, max_size=6).map("a".__add__),
)


def source(id: str) -> Source:
    return Source(id, f'A "{id}"\\ source', "Who", "CC BY 4.0", None, date(2026, 1, 31), "0" * 64)


@st.composite
def rows(draw: st.DrawFn, attributes: tuple, ends: list[dict[str, str]]) -> list[dict[str, object]]:
    told = []
    for place, end in enumerate(ends):
        row: dict[str, object] = dict(end)
        for attribute in attributes:
            if attribute.value is Value.TEXT_BY_LANGUAGE:
                for language in ("fi", "en", "sv", "und", "se", "zh-hant"):
                    row[f"{attribute.name}_{language}"] = draw(st.none() | TEXT)
            else:
                row[attribute.name] = draw(st.none() | VALUES[attribute.value])
        record = draw(st.text('ab %<>"{}|^`\\#=1/[]ä\0\u2028\ue000', max_size=8))
        said = {"method": "stated", "record": f"{record}#row={place}", "source_url": None, "note": None}
        told.append(row | said)
        if "subject" in row and draw(st.booleans()):  # the very same, said twice
            told.append(row | said | {"record": f"{record}#row={place + 100}"})
    return told


@st.composite
def worlds(draw: st.DrawFn) -> Tables:
    batches = []
    for id in draw(st.sampled_from([["one"], ["one", "two"]])):
        kind = draw(st.sampled_from(list(Kind)))
        relation = draw(st.sampled_from(list(Relation)))
        ids = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
        entities = draw(rows((*KINDS[kind].attributes, LABEL), [{"id": each} for each in ids]))
        ends = draw(
            st.lists(
                st.fixed_dictionaries({"subject": st.sampled_from(ids), "object": st.sampled_from(ids)}), max_size=4
            )
        )
        links = draw(rows(RELATIONS[relation].link_attributes, ends))
        batches.append(
            Batch(
                source(id),
                {kind: pl.DataFrame(entities, infer_schema_length=None)},
                {relation: pl.DataFrame(links, infer_schema_length=None)} if links else {},
            )
        )
    return Tables.of(batches)


@settings(max_examples=examples(30), derandomize=True)
@given(worlds())
def test_any_tables_come_back_whole(tables: Tables) -> None:
    assert_equal(tables, round_trip(tables))


def test_every_link_is_a_direct_triple_and_a_node_with_provenance(enf_graph: KnowledgeGraph) -> None:
    store, tables = enf_graph.generation.store, enf_graph.generation.tables
    for relation, frame in tables.links.items():
        spec = RELATIONS[relation]
        nodes = list(store.quads_for_pattern(None, ox.NamedNode(iri("av:linkRelation")), ox.NamedNode(iri(spec.term))))
        assert len(nodes) == frame.height
        for quad in nodes[:20]:
            (subject,) = store.quads_for_pattern(quad.subject, ox.NamedNode(iri(spec.subject_term)), None)
            (object,) = store.quads_for_pattern(quad.subject, ox.NamedNode(iri(spec.object_term)), None)
            assert any(store.quads_for_pattern(subject.object, ox.NamedNode(iri(spec.term)), object.object))
            (record,) = store.quads_for_pattern(quad.subject, ox.NamedNode(iri("prov:wasDerivedFrom")), None)
            assert record.object.value.startswith(PREFIXES["avsource"] + "enf/")


def test_an_entity_has_its_classes_and_tagged_labels(enf_graph: KnowledgeGraph) -> None:
    digipolis = ox.NamedNode(entity_iri("act-gtk"))
    said = {quad.object for quad in enf_graph.generation.store.quads_for_pattern(digipolis, None, None)}
    assert ox.Literal("Geologian tutkimuskeskus", language="fi") in said
    assert {ox.NamedNode(iri("av:Actor")), ox.NamedNode(iri("org:FormalOrganization"))} <= said


@pytest.mark.parametrize("text", ["CLT manufacturer", "founding_member", "Ägare (50 %)", "--x--", "a  b"])
def test_a_role_is_published_under_the_slug_of_the_vocabulary(text: str) -> None:
    row = {"subject": ["a"], "object": ["b"], "role": [text], "record": ["r"], "method": ["stated"]}
    tables = Tables.of([Batch(source("s"), {}, {Relation.MEMBER_OF: pl.DataFrame(row)})])
    roles = [
        q.object.value
        for q in ox.parse(to_trig(tables), format=ox.RdfFormat.TRIG)
        if q.predicate.value == iri("org:role")
    ]
    assert roles == [f"{PREFIXES['avscheme']}roles/{slug(text)}"]


def test_a_site_stands_beside_the_seat_in_the_words_of_org(enf_graph: KnowledgeGraph) -> None:
    asked = """SELECT ?how ?where WHERE {
        VALUES ?how { org:hasPrimarySite org:hasSite }
        avid:act-lapin-amk ?how ?site . ?site av:linkObject avid:reg-lappi .
        OPTIONAL { ?site schema:addressLocality ?where }
    }"""
    found = enf_graph.sparql(asked)
    assert sorted(zip(*(found[name].to_list() for name in ("how", "where")), strict=True), key=str) == [
        (iri("org:hasPrimarySite"), None),
        (iri("org:hasSite"), "Kemi"),
        (iri("org:hasSite"), "Rovaniemi"),
        (iri("org:hasSite"), "Tornio"),
    ]


def links(*rows: dict[str, object], id: str = "s") -> Tables:
    said = [{"method": "stated", "record": f"m.csv#row={place}"} | row for place, row in enumerate(rows)]
    return Tables.of([Batch(source(id), {}, {Relation.MEMBER_OF: pl.DataFrame(said, infer_schema_length=None)})])


def nodes(tables: Tables) -> dict[str, str]:
    """Return the IRI of each link's node, by the record that it was read from."""
    found = ox.parse(to_trig(tables), format=ox.RdfFormat.TRIG)
    told = {q.object.value: q.subject.value for q in found if q.predicate.value == iri("prov:wasDerivedFrom")}
    return {record.removeprefix(PREFIXES["avsource"]): node for record, node in told.items()}


def test_links_whose_ids_run_together_are_two() -> None:
    tables = links({"subject": "a", "object": "b/cx"}, {"subject": "a/b", "object": "cx"})
    assert len(set(nodes(tables).values())) == 2
    assert_equal(tables, round_trip(tables))


def test_a_link_is_named_by_what_it_says_and_not_by_where_it_stands() -> None:
    ends = {"subject": "a", "object": "b"}
    rows = [ends | {"role": "member", "record": "1"}, ends | {"since": "2021", "record": "2"}, ends | {"record": "3"}]
    before = nodes(links(*rows))
    assert before["s/3"] == PREFIXES["avlink"] + "memberOf/s/a/b"
    assert len(set(before.values())) == 3
    assert nodes(links(*reversed(rows))) == before
    more = nodes(links(ends | {"role": "chair", "record": "0"}, *rows, ends | {"until": "2022", "record": "4"}))
    assert before.items() <= more.items()
    note = [row | {"note": "changed", "method": "mapped"} for row in rows]
    assert nodes(links(*note)) == before


def test_links_that_say_the_very_same_are_numbered_by_their_provenance() -> None:
    ends = {"subject": "a", "object": "b", "role": "member"}
    rows = [ends | {"note": note, "record": note} for note in "cab"]
    named = nodes(links(*rows))
    assert [named[f"s/{note}"].removeprefix(named["s/a"]) for note in "abc"] == ["", "/2", "/3"]
    assert nodes(links(*reversed(rows))) == named


def test_a_name_of_a_link_is_the_same_in_every_version() -> None:
    tables = links({"subject": "a/b", "object": "urn:x:1", "role": "Jäsen", "since": "2021-05", "confidence": 0.5})
    assert list(nodes(tables).values()) == [PREFIXES["avlink"] + "memberOf/s/a%2Fb/urn:x:1/feaf3776d9df"]


def test_a_piece_is_a_document_and_the_pieces_are_the_whole(
    monkeypatch: pytest.MonkeyPatch, enf_tables: Tables
) -> None:
    whole = set(ox.parse(to_trig(enf_tables), format=ox.RdfFormat.TRIG))
    monkeypatch.setattr(trig, "_ROWS", 7)
    monkeypatch.setattr(trig, "_PIECE", 10_000)
    apart = [set(ox.parse(piece, format=ox.RdfFormat.TRIG)) for piece in trig.pieces(enf_tables)]
    assert len(apart) > 20
    assert set().union(*apart) == whole
    assert max(len(piece) for piece in trig.pieces(enf_tables)) < 20_000
