"""The rules: columns and SHACL find the same, every rule can fail, and refusing loses no row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import polars as pl
import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from rdflib import RDF, SH

from graph.stores.rdf import to_trig
from loaders import load
from ontology import make_shapes
from ontology.checks import END_REFUSED, check, refuse
from ontology.errors import InvalidArgument
from ontology.facts import Batch, Source, Tables, entity_frame, link_frame
from ontology.metagraph import KINDS, LANGUAGES, RELATIONS, Kind, Relation, Value
from ontology.prefixes import entity_id, iri
from ontology.row_rules import DATE_PATTERN, InScheme
from ontology.rule_base import ARROW, Severity, said_of
from ontology.rules import EVERYTHING, RULES

SHAPE = iri("av:shape-")
SUBJECTS = {iri(spec.subject_term) for spec in RELATIONS.values()}
OBJECTS = {iri(spec.object_term) for spec in RELATIONS.values()}


def found_by_columns(tables: Tables) -> set[tuple[str, str]]:
    return set(check(tables).frame.select("rule", "focus").iter_rows())


def found_by_shacl(tables: Tables, shapes: rdflib.Graph) -> set[tuple[str, str]]:
    """Return (rule id, focus) of a SHACL report on the union of all named graphs."""
    quads = ox.parse(to_trig(tables), format=ox.RdfFormat.TRIG)
    triples = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
    graph = rdflib.Graph().parse(data=triples, format="nt")
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, advanced=False, inference=None, inplace=True)
    assert isinstance(report, rdflib.Graph)
    return {
        (
            str(report.value(result, SH.sourceShape)).removeprefix(SHAPE),
            focus(graph, report.value(result, SH.focusNode)),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def focus(graph: rdflib.Graph, node: rdflib.term.Node | None) -> str:
    """Return the id of an entity, or both ids of a link's node."""
    said = [(str(predicate), entity_id(str(object))) for predicate, object in graph.predicate_objects(node)]
    if iri("av:linkRelation") not in dict(said):
        return entity_id(str(node))
    (subject,) = {end for term, end in said if term in SUBJECTS}
    (object,) = {end for term, end in said if term in OBJECTS}
    return subject + ARROW + object


@pytest.fixture(scope="session")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(make_shapes.PATH)


# A small part of the reference data, so that SHACL can be asked of many damaged copies.

#: Kept with their neighbours, and kept alone.
NEAR = ("vc-battery", "cl-itapuu", "pf-nemo-heap")
ALONE = ("cl-arctic-industry", "act-digipolis", "pf-cec", "act-gtk", "act-vtt", "prj-elmo1", "cmp-i", "reg-lappi")


@pytest.fixture(scope="session")
def part(enf_tables: Tables) -> Tables:
    """Return the neighbours of a few entities, and the links among all of these."""
    near = [
        frame.filter(pl.col(here).is_in(NEAR))[there]
        for frame in enf_tables.links.values()
        for here, there in (("subject", "object"), ("object", "subject"))
    ]
    special = enf_tables.entity(Kind.SPECIALISATION)["id"].head(1)
    kept = pl.concat([pl.Series([*NEAR, *ALONE]), *near, special]).unique().implode()
    return replace(
        enf_tables,
        entities={kind: frame.filter(pl.col("id").is_in(kept)) for kind, frame in enf_tables.entities.items()},
        links={
            relation: frame.filter(pl.col("subject").is_in(kept) & pl.col("object").is_in(kept))
            for relation, frame in enf_tables.links.items()
        },
    )


def entity(tables: Tables, kind: Kind, id: str, **values: object) -> Tables:
    """Return the tables with an entity changed, or added when it is new."""
    frame = tables.entity(kind)
    if id not in frame["id"]:
        said = {"label_fi": id, "method": "stated", "record": "more.csv#row=2", "source": "enf"} | values
        more = entity_frame(kind, pl.DataFrame([{"id": id, **said}]), "source")
        frame = pl.concat([frame, more], how="diagonal")
    else:
        here = pl.col("id") == id
        frame = frame.with_columns(
            pl.when(here).then(pl.lit(value, frame.schema[name])).otherwise(pl.col(name)).alias(name)
            for name, value in values.items()
        )
    return replace(tables, entities={**tables.entities, kind: frame})


def link(tables: Tables, relation: Relation, subject: str, object: str, **values: object) -> Tables:
    """Return the tables with one link more."""
    said = {"method": "stated", "record": "more.csv#row=3", "source": "enf"} | values
    more = link_frame(relation, pl.DataFrame([{"subject": subject, "object": object, **said}]), "source")
    return replace(tables, links={**tables.links, relation: pl.concat([tables.link(relation), more], how="diagonal")})


def without(tables: Tables, relation: Relation, gone: pl.Expr) -> Tables:
    """Return the tables without some links."""
    return replace(tables, links={**tables.links, relation: tables.link(relation).filter(~gone)})


def loop(tables: Tables) -> tuple[str, str]:
    """Return the ends of a loop."""
    found = tables.link(Relation.FEEDS).filter(pl.col("flow_kind") == "loop")
    return found["subject"][0], found["object"][0]


# Damages: each says which rules it breaks.


def level_of_twelve(tables: Tables) -> Tables:
    tables = entity(tables, Kind.PLATFORM, "pf-cec", trl_min=0, trl_max=9)
    return entity(tables, Kind.ASSESSMENT, "trl-pf-nemo-heap-1", level_max=12)


def ends_swapped(tables: Tables) -> Tables:
    tables = entity(tables, Kind.PLATFORM, "pf-nemo-heap", trl_min=8, trl_max=5)
    tables = entity(tables, Kind.ASSESSMENT, "trl-pf-nemo-heap-1", level_min=8, level_max=5)
    tables = entity(tables, Kind.PROJECT, "prj-elmo1", start="2021-05", end="2020-12-31")
    tables = link(tables, Relation.MEMBER_OF, "act-gtk", "cl-itapuu", since="2022", until="2021-06")
    return link(tables, Relation.MEMBER_OF, "act-vtt", "cl-itapuu", since="2022-06", until="2022")  # is well


def nobody_responsible(tables: Tables) -> Tables:
    tables = without(tables, Relation.COORDINATES, pl.col("object") == "cl-arctic-industry")
    tables = without(tables, Relation.MEMBER_OF, pl.col("object") == "cl-arctic-industry")
    return without(tables, Relation.OPERATES, pl.col("object") == "pf-cec")


def members_of_one_region(tables: Tables) -> Tables:
    for relation in (Relation.MEMBER_OF, Relation.COORDINATES):
        tables = without(tables, relation, pl.col("object") == "cl-itapuu")
    tables = entity(tables, Kind.ACTOR, "act-one")
    tables = link(tables, Relation.LOCATED_IN, "act-one", "reg-kainuu")
    tables = link(tables, Relation.COORDINATES, "act-one", "cl-itapuu")
    return link(tables, Relation.MEMBER_OF, "cl-arctic-industry", "cl-itapuu")  # a cluster is no actor


def ends_unknown(tables: Tables) -> Tables:
    tables = link(tables, Relation.OPERATES, "act-nobody", "pf-cec")
    tables = link(tables, Relation.LOCATED_IN, "pf-cec", "reg-nowhere")
    tables = link(tables, Relation.OPERATES, "pf-cec", "act-gtk")
    return link(tables, Relation.MEMBER_OF, "reg-lappi", "cl-itapuu")


def no_source(tables: Tables) -> Tables:
    tables = entity(tables, Kind.CLUSTER, "cl-itapuu", record=None)
    tables = entity(tables, Kind.PLATFORM, "pf-cec", method=None)
    return link(tables, Relation.PARTNER_IN, "act-gtk", "pf-cec", record=None, method=None)


def one_stage_only(tables: Tables) -> Tables:
    tables = entity(tables, Kind.VALUE_CHAIN, "vc-short")
    tables = entity(tables, Kind.STAGE, "vc-short-1", position=1)
    tables = entity(tables, Kind.STAGE, "vc-none-1", position=1)
    tables = link(tables, Relation.PART_OF, "vc-short-1", "vc-short")
    tables = link(tables, Relation.FEEDS, "vc-short-1", "vc-short-1", flow_kind="main")
    return link(tables, Relation.FEEDS, "vc-short-1", "vc-none-1", flow_kind="main")


def wrong_digits(tables: Tables) -> Tables:
    for number, id in enumerate(("0242869-6", "937073-7", "0937073-8", "FI09370737", "0937073-7")):
        tables = entity(tables, Kind.ACTOR, f"act-{number}", business_id=id)
    return tables


def codes_unknown(tables: Tables) -> Tables:
    tables = entity(tables, Kind.ACTOR, "act-gtk", actor_type="Guild", method="guessed")
    tables = entity(tables, Kind.COMPETENCE, "cmp-i", level="realm")
    tables = entity(tables, Kind.REGION, "reg-lappi", region_type="moon")
    tables = entity(tables, Kind.SPECIALISATION, tables.entity(Kind.SPECIALISATION)["id"][0], specialisation_type="x")
    tables = entity(tables, Kind.ASSESSMENT, "trl-pf-nemo-heap-1", scale="Trl")
    return link(tables, Relation.FEEDS, *loop(tables), flow_kind="side stream", method="Stated")


def loop_forward(tables: Tables) -> Tables:
    later, earlier = loop(tables)
    tables = link(tables, Relation.FEEDS, earlier, later, flow_kind="loop")
    tables = entity(tables, Kind.STAGE, "vc-battery-x")  # its position is not known
    tables = link(tables, Relation.PART_OF, "vc-battery-x", "vc-battery")
    tables = link(tables, Relation.FEEDS, earlier, "vc-battery-x", flow_kind="loop")
    return link(tables, Relation.FEEDS, later, later, flow_kind="loop")


def circle(tables: Tables) -> Tables:
    for id in "abcdef":
        tables = entity(tables, Kind.COMPETENCE, id)
    # a, b and c are a circle, d hangs below it, e stands above it, f is broader than itself.
    for lower, upper in ("ab", "bc", "ca", "da", "ce", "ff"):
        tables = link(tables, Relation.BROADER, lower, upper)
    return tables


def ill_formed(tables: Tables) -> Tables:
    for number, day in enumerate(("2021-02-30", "2021-13", "21", "1900-02-29", "2000-02-29", "2024-02-29", "2021")):
        tables = entity(tables, Kind.PROJECT, f"prj-{number}", start=day)
    tables = link(tables, Relation.MEMBER_OF, "act-gtk", "cl-itapuu", until="2021-06-31", confidence=1.5)
    tables = link(tables, Relation.MEMBER_OF, "act-vtt", "cl-itapuu", confidence=1.0)
    tables = entity(tables, Kind.ACTOR, "act-ärjy", label_fi="Ärjy")
    tables = entity(tables, Kind.ACTOR, "-act", website="ftp://example.org/x", evidence="doc:paper")
    tables = entity(tables, Kind.ACTOR, "act-nameless", label_fi=None)
    tables = entity(tables, Kind.REGION, "reg-kainuu", nuts_2024="fi1d8")
    return entity(tables, Kind.PROJECT, "prj-elmo1", budget_eur=-0.5)


def one_id_twice(tables: Tables) -> Tables:
    return entity(tables, Kind.PLATFORM, "cl-itapuu")


def assessed_by_nobody(tables: Tables) -> Tables:
    tables = entity(tables, Kind.PLATFORM, "pf-nemo-heap", trl_min=None, trl_max=None)
    return entity(tables, Kind.ASSESSMENT, "trl-new")


def two_sources(tables: Tables) -> Tables:
    """The second source tells one half of a platform and lacks what the first has."""
    other = replace(tables.sources[0], id="other")
    tables = replace(tables, sources=(*tables.sources, other))
    half = {"id": "pf-nemo-heap", "trl_min": 9, "record": "x.csv#row=2", "source": "other"}
    more = entity_frame(Kind.PLATFORM, pl.DataFrame([half]), "source")
    frame = pl.concat([tables.entity(Kind.PLATFORM), more], how="diagonal")
    return replace(tables, entities={**tables.entities, Kind.PLATFORM: frame})


@dataclass(frozen=True)
class Damage:
    do: Callable[[Tables], Tables]
    breaks: tuple[str, ...]


DAMAGES = (
    Damage(level_of_twelve, ("readiness-level-range", "platform-trl-agrees")),
    Damage(
        ends_swapped,
        ("platform-trl-order", "assessment-level-order", "project-date-order", "link-date-order"),
    ),
    Damage(nobody_responsible, ("cluster-has-coordinator", "cluster-names-members", "platform-has-operator")),
    Damage(members_of_one_region, ("shared-cluster-actors",)),
    Damage(ends_unknown, ("link-ends-exist", "link-ends-allowed")),
    Damage(no_source, ("fact-has-record", "fact-has-method")),
    Damage(one_stage_only, ("value-chain-has-flow", "stage-has-chain", "flow-within-chain")),
    Damage(wrong_digits, ("business-id-check-digit",)),
    Damage(
        codes_unknown,
        (
            "method-known",
            "actor-type-known",
            "competence-level-known",
            "region-type-known",
            "specialisation-type-known",
            "scale-known",
            "flow-kind-known",
        ),
    ),
    Damage(loop_forward, ("loop-leads-back",)),
    Damage(circle, ("broader-without-circle",)),
    Damage(
        ill_formed,
        (
            "date-exists",
            "address-well-formed",
            "id-well-formed",
            "label-present",
            "nuts-code-form",
            "confidence-range",
            "budget-not-negative",
        ),
    ),
    Damage(one_id_twice, ("id-of-one-kind",)),
    Damage(
        assessed_by_nobody,
        (
            "assessment-has-platform",
            "assessment-has-scale",
            "assessment-has-lowest",
            "assessment-has-highest",
            "assessment-has-assessor",
            "assessment-has-date",
            "platform-trl-agrees",
        ),
    ),
    Damage(two_sources, ("platform-trl-order",)),
)


def test_columns_and_shacl_agree_on_the_reference_data(enf_tables: Tables, shapes: rdflib.Graph) -> None:
    found = found_by_columns(enf_tables)
    assert found
    assert found_by_shacl(enf_tables, shapes) == found


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.do.__name__)
def test_columns_and_shacl_agree_on_damaged_data(damage: Damage, part: Tables, shapes: rdflib.Graph) -> None:
    damaged = damage.do(part)
    found = found_by_columns(damaged)
    assert set(damage.breaks) <= {rule for rule, _ in found - found_by_columns(part)}
    assert found_by_shacl(damaged, shapes) == found


def test_every_rule_can_fail() -> None:
    assert {rule.id for rule in RULES} == {id for damage in DAMAGES for id in damage.breaks}


def test_circles_are_found_exactly(part: Tables) -> None:
    found = found_by_columns(circle(part))
    assert {focus for rule, focus in found if rule == "broader-without-circle"} == {"a", "b", "c", "f"}


def test_ill_formed_values_are_found_exactly(part: Tables) -> None:
    found = found_by_columns(ill_formed(part)) | found_by_columns(wrong_digits(part))
    dates = {focus for rule, focus in found if rule == "date-exists"}
    assert dates == {"prj-0", "prj-1", "prj-2", "prj-3", "act-gtk→cl-itapuu"}
    digits = {focus for rule, focus in found if rule == "business-id-check-digit"}
    assert digits == {"act-0", "act-1", "act-2", "act-3"}
    assert {focus for rule, focus in found if rule == "address-well-formed"} == {"-act"}


@given(st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32))
def test_the_date_pattern_knows_the_calendar(year: int, month: int, day: int) -> None:
    text = f"{year:04}-{month:02}-{day:02}"
    try:
        date.fromisoformat(f"{year or 2000:04}{text[4:]}")  # Python has no year nought, ISO 8601 has
        exists = True
    except ValueError:
        exists = False
    assert pl.Series([text]).str.contains(DATE_PATTERN)[0] is exists


# Declarations and what is published of them.


def test_the_published_shapes_are_those_of_the_rules() -> None:
    assert make_shapes.PATH.read_text(encoding="utf-8") == make_shapes.shapes(), (
        "shapes.ttl is stale: python -m ontology.make_shapes"
    )


def test_every_rule_has_a_shape_with_messages_and_severity(shapes: rdflib.Graph) -> None:
    for rule in RULES:
        node = rdflib.URIRef(SHAPE + rule.id)
        messages = {m.language: str(m) for m in shapes.objects(node, SH.message) if isinstance(m, rdflib.Literal)}
        assert messages == rule.messages()
        expected = SH.Warning if rule.severity is Severity.WARNING else SH.Violation
        assert shapes.value(node, SH.severity) == expected
    named = {str(node) for node in shapes.subjects(SH.severity)}
    assert named == {SHAPE + rule.id for rule in RULES}


def test_messages_are_there_in_every_language(part: Tables) -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        texts = rule.messages()
        assert tuple(texts) == LANGUAGES
        assert len(set(texts.values())) == len(LANGUAGES)
        for text in texts.values():
            assert text and ";" in text and not set("{}<>") & set(text) and not text.endswith(".")
    findings = check(level_of_twelve(part))
    for language in LANGUAGES:
        messages = findings.in_language(language)["message"]
        assert messages.null_count() == 0
        assert messages.str.contains(": ", literal=True).all()
    assert "trl-pf-nemo-heap-1 (12): the readiness level is not within 1–9" in ";".join(
        findings.in_language("en")["message"]
    )
    with pytest.raises(InvalidArgument):
        findings.in_language("de")


def test_every_code_of_the_metagraph_has_a_rule() -> None:
    asked = {
        (kind, rule.form.attribute, rule.form.scheme)
        for rule in RULES
        if isinstance(rule.form, InScheme)
        for kind in rule.form.about
    }
    said = {(kind, own.name, own.scheme) for kind in EVERYTHING for own in said_of(kind) if own.value is Value.CODE}
    assert asked == said


# Findings.


def test_findings_come_in_the_same_order_however_the_rows_lie(enf_tables: Tables) -> None:
    shuffled = replace(
        enf_tables,
        entities={kind: frame.sample(fraction=1, shuffle=True, seed=7) for kind, frame in enf_tables.entities.items()},
        links={name: frame.sample(fraction=1, shuffle=True, seed=8) for name, frame in enf_tables.links.items()},
    )
    found = check(enf_tables)
    assert_frame_equal(check(shuffled).frame, found.frame)
    assert sum(found.counts().values()) == len(found) == found.frame.height
    assert list(found.counts()) == [rule.id for rule in RULES]
    warnings = found.of(Severity.WARNING)
    assert 0 < len(warnings) < len(found)
    assert set(warnings.frame["severity"]) == {"warning"}


def test_a_finding_says_where_it_was_read(enf_tables: Tables) -> None:
    found = check(entity(enf_tables, Kind.PLATFORM, "pf-cec", trl_min=12)).frame
    row = found.row(by_predicate=pl.col("rule") == "readiness-level-range", named=True)
    assert (row["kind"], row["focus"], row["column"], row["value"]) == ("Platform", "pf-cec", "trl_min", "12")
    assert row["record"].startswith("platforms.csv#row=")
    assert row["source"] == "enf"


def test_empty_tables_break_no_rule() -> None:
    assert len(check(Tables((), {}, {}))) == 0
    assert len(check(Tables((), {kind: Tables((), {}, {}).entity(kind) for kind in Kind}, {}))) == 0


# Refusing.


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
    left = refuse(batch)
    assert left.entities[Kind.PLATFORM]["id"].to_list() == ["pf-2"]
    assert left.entities[Kind.ASSESSMENT].height == 0
    assert left.links[Relation.OPERATES]["object"].to_list() == ["pf-2"]
    said = left.refusals.select("record", "column", "value", "code").rows()
    assert said == [
        ("t.csv#row=5", "object", "pf-9", "link-ends-exist"),
        ("t.csv#row=2", "trl_min", "12", "readiness-level-range"),
        ("t.csv#row=6", "object", "pf-1", END_REFUSED),
    ]
    assert (left.rows_read, left.rows_kept, left.rows_refused) == (5, 2, 3)
    for language in LANGUAGES:
        assert left.refusals[f"message_{language}"].null_count() == 0
    assert "own row was refused" in left.refusals["message_en"][2]


def test_ids_known_from_elsewhere_are_ends(enf_tables: Tables) -> None:
    batch = small({}, {Relation.MEMBER_OF: [{"subject": "act-gtk", "object": "cl-itapuu", "record": 2}]})
    assert refuse(batch).rows_refused == 1
    assert refuse(batch, known=enf_tables) is batch
    wrong = small({}, {Relation.MEMBER_OF: [{"subject": "act-gtk", "object": "reg-lappi", "record": 2}]})
    assert refuse(wrong, known=enf_tables).refusals["code"].to_list() == ["link-ends-allowed"]


BAD: dict[Kind | Relation, list[tuple[str, object]]] = {
    Kind.ACTOR: [("actor_type", "guild"), ("label_fi", None), ("business_id", "1-1"), ("method", "x")],
    Kind.PLATFORM: [("trl_min", 12), ("website", None), ("evidence", "no address")],
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
@settings(max_examples=10, deadline=None)
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
    left = refuse(batch)
    assert left.read == batch.read
    assert left.rows_read == left.rows_kept + left.rows_refused
    assert refuse(left) is left
    refused = left.refusals["record"].unique().implode()
    after: dict[Kind | Relation, pl.DataFrame] = {**left.entities, **left.links}
    for kind, frame in frames.items():  # a record keeps all of its facts, or none
        assert_frame_equal(after[kind], frame.filter(~pl.col("record").is_in(refused)))
    columns = ["code", "message_en", "message_fi", "message_sv"]
    assert left.refusals.select(columns).null_count().sum_horizontal().sum() == 0


def test_the_rules_are_about_kinds_that_there_are() -> None:
    for rule in RULES:
        shape = rule.form.shape()
        known = {spec.term for spec in KINDS.values()} | {spec.link_class for spec in RELATIONS.values()} | {"av:Link"}
        assert shape.targets_are == "sh:targetSubjectsOf" or set(shape.targets) <= known
