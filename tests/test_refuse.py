"""Acceptance of one source: a row that cannot be a fact falls with all that was read from it; none is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import polars as pl
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from loaders import load
from ontology.facts import Batch, Source
from ontology.metagraph import Kind, Relation
from ontology.rules.acceptance import END_REFUSED, END_UNKNOWN, accept
from ontology.texts import LANGUAGES


def small(entities: dict[Kind, list[dict[str, object]]], links: dict[Relation, list[dict[str, object]]]) -> Batch:
    """Return a batch whose rows are `t.csv#row=n`, where n is given."""

    def frame(rows: list[dict[str, object]]) -> pl.DataFrame:
        said = [{"method": "stated", **row, "record": f"t.csv#row={row['record']}"} for row in rows]
        return pl.DataFrame(said, infer_schema_length=None)

    source = Source("t", "T", "T", "CC0", None, date(2026, 1, 1), "0" * 64)
    records = {row["record"] for rows in (*entities.values(), *links.values()) for row in rows}
    return Batch(
        source,
        {kind: frame(rows) for kind, rows in entities.items()},
        {relation: frame(rows) for relation, rows in links.items()},
        read={"t.csv": len(records)},
    )


def test_a_refused_row_takes_its_facts_and_its_links_with_it() -> None:
    batch = small(
        {
            Kind.PLATFORM: [
                {"id": "pf-1", "label_fi": "yksi", "trl_min": 12, "record": 2},
                {"id": "pf-2", "label_fi": "kaksi", "record": 3},
            ],
            Kind.ACTOR: [{"id": "act-1", "label_fi": "toimija", "record": 4}],
            Kind.ASSESSMENT: [{"id": "trl-1", "label_fi": "arvio", "scale": "TRL", "record": 6}],
        },
        {
            Relation.OPERATES: [
                {"subject": "act-1", "object": "pf-1", "record": 2},
                {"subject": "act-1", "object": "pf-2", "record": 3},
                {"subject": "act-1", "object": "pf-9", "record": 5},
            ],
            Relation.ASSESSES: [{"subject": "trl-1", "object": "pf-1", "record": 6}],
        },
    )
    (verdict,) = accept([batch])
    left = verdict.facts()
    assert left.entities[Kind.PLATFORM]["id"].to_list() == ["pf-2"]
    assert left.entities[Kind.ASSESSMENT]["id"].to_list() == ["trl-1"]  # it stands, and what it is about waits
    assert left.links[Relation.OPERATES]["object"].to_list() == ["pf-2"]
    columns = ("record", "column", "value", "code")
    assert verdict.refusals.select(columns).rows() == [("t.csv#row=2", "trl_min", "12", "readiness-level-range")]
    assert sorted(verdict.waiting.select(columns).rows()) == [
        ("t.csv#row=5", "object", "pf-9", END_UNKNOWN),
        ("t.csv#row=6", "object", "pf-1", END_REFUSED),
    ]
    assert (verdict.read, verdict.kept, verdict.refused, verdict.set_aside) == (5, 2, 1, 2)
    for language in LANGUAGES:
        assert verdict.waiting[f"message_{language}"].null_count() == 0
    assert "mend that row" in verdict.waiting.filter(pl.col("code") == END_REFUSED)["message_en"][0]


def test_ids_known_from_elsewhere_are_ends(enf_batch: Batch) -> None:
    batch = small({}, {Relation.MEMBER_OF: [{"subject": "act-gtk", "object": "cl-itapuu", "record": 2}]})
    assert [verdict.set_aside for verdict in accept([batch])] == [1]
    assert [verdict.set_aside for verdict in accept([enf_batch, batch])] == [0, 0]
    wrong = small({}, {Relation.MEMBER_OF: [{"subject": "act-gtk", "object": "reg-lappi", "record": 2}]})
    assert accept([enf_batch, wrong])[1].refusals["code"].to_list() == ["link-ends-allowed"]


BAD: dict[Kind | Relation, list[tuple[str, object]]] = {
    Kind.ACTOR: [("actor_type", "guild"), ("label_fi", None), ("business_id", "1-1"), ("method", "x")],
    Kind.PLATFORM: [("trl_min", 12), ("website", None), ("source_url", "no address")],
    Kind.STAGE: [("id", "ä"), ("id", None)],
    Kind.COMPETENCE: [("level", "realm"), ("id", "gone")],
    Kind.NETWORK: [("id", "a b")],
    Relation.MEMBER_OF: [("subject", "act-nobody"), ("object", "reg-lappi"), ("since", "2021-02-30")],
    Relation.FEEDS: [("flow_kind", "x"), ("confidence", 2.0)],
    Relation.OPERATES: [("object", None)],
}


@st.composite
def damages(draw: st.DrawFn) -> list[tuple[Kind | Relation, int, str, object]]:
    def one() -> tuple[Kind | Relation, int, str, object]:
        kind = draw(st.sampled_from(list(BAD)))
        column, value = draw(st.sampled_from(BAD[kind]))
        return kind, draw(st.integers(0, 500)), column, value

    return [one() for _ in range(draw(st.integers(0, 6)))]


@cache
def reference() -> Batch:
    """The reference data; not a fixture, which hypothesis would print for every example."""
    return load("enf")


@given(damages())
@settings(max_examples=examples(5))
def test_refusing_loses_no_row(wrong: list[tuple[Kind | Relation, int, str, object]]) -> None:
    enf_batch = reference()
    frames: dict[Kind | Relation, pl.DataFrame] = {**enf_batch.entities, **enf_batch.links}
    for kind, row, column, value in wrong:
        frame = frames[kind]
        if column in frame.columns:
            here = pl.int_range(pl.len()) == row % frame.height
            said = pl.when(here).then(pl.lit(value, frame.schema[column])).otherwise(pl.col(column))
            frames[kind] = frame.with_columns(said.alias(column))
    batch = replace(
        enf_batch,
        entities={kind: frames[kind] for kind in enf_batch.entities},
        links={relation: frames[relation] for relation in enf_batch.links},
    )
    (verdict,) = accept([batch])
    assert verdict.read == batch.rows_read == verdict.kept + verdict.refused + verdict.set_aside
    left = verdict.facts()
    (again,) = accept([left])
    assert again.refusals.is_empty() and again.waiting.is_empty()
    refused = verdict.refusals["record"].unique()
    gone = {*refused, *verdict.waiting["record"]}
    after: dict[Kind | Relation, pl.DataFrame] = {**left.entities, **left.links}
    for kind, frame in frames.items():
        kept = after.get(kind, frame.clear())
        assert not set(kept["record"]) & set(refused)  # a refused record keeps none of its facts
        assert_frame_equal(kept.filter(~pl.col("record").is_in(gone)), frame.filter(~pl.col("record").is_in(gone)))
    for told in (verdict.refusals, verdict.waiting):
        columns = ["code", "message_en", "message_fi", "message_sv"]
        assert told.select(columns).null_count().sum_horizontal().sum() == 0
