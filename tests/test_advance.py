"""A store that is moved on by what changed holds what a new one would, whatever changed and in whatever order."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

import polars as pl
import pyoxigraph as ox
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from test_rdf import links, source

from graph.stores import advance as advancing
from graph.stores import triples
from graph.stores.advance import advance, differ
from graph.stores.triples import fill, vocabulary
from ontology.facts import Batch, Tables
from ontology.metagraph import Kind, Relation
from ontology.prefixes import PREFIXES, entity_id
from ontology.vocabulary import scheme


def filled(tables: Tables) -> ox.Store:
    store = ox.Store()
    fill(store, tables)
    return store


def assert_same(store: ox.Store, tables: Tables) -> None:
    wanted = filled(tables)
    assert set(store) == set(wanted)
    assert len(store) == len(wanted)
    assert set(store.named_graphs()) == set(wanted.named_graphs())


#: A concept of a scheme that facts tell of too: then the scheme's own triples are left out.
CONCEPT = next(c for c in scheme("competences").concepts.values() if c.iri.startswith(PREFIXES["avid"]))

ENTITIES = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", "a/b", "c", entity_id(CONCEPT.iri)]),
        "record": st.sampled_from(["1", "2"]),
        "label_en": st.sampled_from(["x", CONCEPT.labels["en"]]),
    },
    optional={"note": st.just("n"), "label_zh-hant": st.just("z"), "notation": st.sampled_from(["A", "B"])},
)
LINKS = st.fixed_dictionaries(
    {
        "subject": st.sampled_from(["a", "a/b"]),
        "object": st.sampled_from(["c", "b/c"]),
        "record": st.sampled_from("12"),
    },
    optional={"role": st.sampled_from(["m", "!"]), "since": st.just("2021"), "note": st.just("n")},
)


def frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame([row | {"method": "stated"} for row in rows], infer_schema_length=None)


@st.composite
def states(draw: st.DrawFn) -> Tables:
    """Up to three sources in any order, each with some rows; links may be said many times over."""
    batches = []
    for id in draw(st.lists(st.sampled_from("pqr"), unique=True)):
        entities = draw(st.lists(ENTITIES, max_size=4, unique_by=lambda row: str(row["id"])))
        told = {kind: draw(st.lists(LINKS, max_size=5)) for kind in (Relation.MEMBER_OF, Relation.PARTNER_IN)}
        batches.append(
            Batch(
                replace(source(id), title=draw(st.sampled_from(["old", "new"]))),
                {Kind.COMPETENCE: frame(entities)} if entities else {},
                {relation: frame(rows) for relation, rows in told.items() if rows},
            )
        )
    return Tables.of(batches)


@settings(max_examples=examples(25), derandomize=True)
@given(st.lists(states(), min_size=2, max_size=5))
def test_any_sequence_of_states_ends_as_if_the_last_had_been_loaded(told: list[Tables]) -> None:
    few = tuple(quad for quad in vocabulary() if quad.subject.value == CONCEPT.iri)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(triples, "vocabulary", lambda: few)
        store = filled(told[0])
        for before, after in pairwise(told):
            advance(store, differ(before, after))
            assert_same(store, after)


def test_the_scheme_says_what_the_facts_no_longer_say() -> None:
    said = {"id": entity_id(CONCEPT.iri), "label_en": CONCEPT.labels["en"], "method": "stated", "record": "1"}
    telling = Tables.of([Batch(source("s"), {Kind.COMPETENCE: pl.DataFrame([said])}, {})])
    silent = Tables.of([Batch(source("s"), {Kind.COMPETENCE: pl.DataFrame([said | {"id": "other"}])}, {})])
    assert len(filled(silent)) > len(filled(telling))
    store = filled(silent)
    advance(store, differ(silent, telling))
    assert_same(store, telling)
    advance(store, differ(telling, silent))
    assert_same(store, silent)
    assert set(vocabulary()) <= set(store)


def test_an_id_that_is_of_another_kind_now_keeps_what_it_says_still() -> None:
    row = pl.DataFrame([{"id": "a", "label_en": "A", "method": "stated", "record": "1"}])
    before, after = (Tables.of([Batch(source("s"), {kind: row}, {})]) for kind in (Kind.CLUSTER, Kind.NETWORK))
    store = filled(before)
    advance(store, differ(before, after))
    assert_same(store, after)


def edited(tables: Tables, relation: Relation, frame: pl.DataFrame) -> Tables:
    return replace(tables, links=MappingProxyType({**tables.links, relation: frame}))


def test_the_reference_data_moves_on(enf_tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows moved, thinned, said twice, told otherwise, and all of it back again, a few at once."""
    monkeypatch.setattr(advancing, "_AT_ONCE", 30)
    monkeypatch.setattr(advancing, "_HELD", 100)
    told = enf_tables.link(Relation.WORKS_IN)
    states = [enf_tables] + [
        edited(enf_tables, Relation.WORKS_IN, frame)
        for frame in (
            told.sample(fraction=1, shuffle=True, seed=1),
            told.gather_every(2),
            pl.concat([told, told.head(9), told.with_columns(record=pl.lit("again"))]),
            told.with_columns(record="new-" + pl.col("record"), note=pl.lit("read again")),
            told.clear(),
        )
    ]
    store = filled(enf_tables)
    for before, after in zip(states, states[1:] + states[:1], strict=True):
        advance(store, differ(before, after))
        assert_same(store, after)


def test_what_did_not_change_is_not_touched(enf_tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    told = enf_tables.link(Relation.WORKS_IN)
    after = edited(
        enf_tables,
        Relation.WORKS_IN,
        told.with_columns(
            note=pl.when(pl.col("record") == told["record"][0]).then(pl.lit("changed")).otherwise("note")
        ),
    )
    swapped: list[int] = []
    swap = advancing._swap
    monkeypatch.setattr(advancing, "_swap", lambda store, *sets: (swapped.extend(map(len, sets)), swap(store, *sets)))
    store = filled(enf_tables)
    advance(store, differ(enf_tables, after))
    assert_same(store, after)
    assert swapped == [1, 1]


def test_the_share_that_changed() -> None:
    one, two = ({"subject": "a", "object": "b", "role": role, "record": role} for role in ("x", "y"))
    assert differ(links(one, two), links(two, one)).share == 0
    assert differ(links(one, two), links(one)).share == 0.5
    assert differ(links(one), links(one, two)).share == 0
    assert differ(links(one, two), links(one, two | {"note": "n"})).share == 0.5
    assert differ(links(one, two), links(one, two, id="t")).share == 1
    assert differ(Tables.of([]), links(one)).share == 0
