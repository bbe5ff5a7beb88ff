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
from graph.stores.rdf import from_quads, to_trig
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
        record = draw(st.text('ab %<>"{}|^`\\#=1', max_size=8))
        told.append(row | {"method": "stated", "record": f"{record}#row={place}", "source_url": None, "note": None})
    return told


@st.composite
def worlds(draw: st.DrawFn) -> Tables:
    batches = []
    for id in draw(st.sampled_from([["one"], ["one", "two"]])):
        kind = draw(st.sampled_from(list(Kind)))
        relation = draw(st.sampled_from(list(Relation)))
        ids = ["a", "act-1", "net:x/y.z~1", "urn:x:1"][: draw(st.integers(1, 4))]
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
