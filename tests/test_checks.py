"""The rules: columns and SHACL find the same, every rule can fail, and each finding says where it was read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import polars as pl
import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from rdflib import RDF, SH
from rule_damage import DAMAGES, HEAPS, Damage, beyond_rdf, circle, entity, ill_formed, level_of_twelve, wrong_digits

from graph.stores.trig import to_trig
from ontology.errors import InvalidArgument
from ontology.facts import Source, Tables
from ontology.metagraph import KINDS, RELATIONS, Kind, Value
from ontology.prefixes import LINK_PATTERN, PREFIXES, TEXT_PATTERN, entity_id, entity_iri, iri
from ontology.rules.base import ARROW, Severity, said_of
from ontology.rules.catalogue import EVERYTHING, RULES
from ontology.rules.checks import check
from ontology.rules.rows import DATE_PATTERN, InScheme
from ontology.texts import LANGUAGES
from tools import shapes as make_shapes

SHAPE = iri("av:shape-")
SUBJECTS = {iri(spec.subject_term) for spec in RELATIONS.values()}
OBJECTS = {iri(spec.object_term) for spec in RELATIONS.values()}


def found_by_columns(tables: Tables) -> set[tuple[str, str]]:
    return set(check(tables).frame.select("rule", "focus").iter_rows())


#: Rules about rows, which RDF does not have.
UNSEEN = {rule.id for rule in RULES if rule.form.shape() is None}


def seen(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """What SHACL can find of what columns find."""
    return {(rule, focus) for rule, focus in found if rule not in UNSEEN}


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


@pytest.mark.trial
def test_columns_and_shacl_agree_on_the_reference_data(enf_tables: Tables, shapes: rdflib.Graph) -> None:
    found = found_by_columns(enf_tables)
    assert found
    assert found_by_shacl(enf_tables, shapes) == seen(found)


@pytest.mark.trial
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.do.__name__)
def test_columns_and_shacl_agree_on_one_damage(damage: Damage, part: Tables, shapes: rdflib.Graph) -> None:
    damaged = damage.do(part)
    assert found_by_shacl(damaged, shapes) == seen(found_by_columns(damaged))


@pytest.mark.parametrize("heap", HEAPS.values(), ids=HEAPS)
def test_columns_and_shacl_agree_on_damaged_data(heap: list[Damage], part: Tables, shapes: rdflib.Graph) -> None:
    sound = found_by_columns(part)
    damaged, expected = part, sound
    for damage in heap:
        alone = found_by_columns(damage.do(part))
        assert set(damage.breaks) <= {rule for rule, _ in alone - sound}, damage
        damaged, expected = damage.do(damaged), expected | alone
    assert found_by_columns(damaged) == expected
    assert found_by_shacl(damaged, shapes) == seen(expected)


def test_every_rule_can_fail() -> None:
    assert {rule.id for rule in RULES} == {id for damage in DAMAGES for id in damage.breaks}


def test_circles_are_found_exactly(part: Tables) -> None:
    found = found_by_columns(circle(part))
    assert {focus for rule, focus in found if rule == "broader-without-circle"} == {"a", "b", "c", "f"}


def test_ill_formed_values_are_found_exactly(part: Tables) -> None:
    found = found_by_columns(ill_formed(part)) | found_by_columns(wrong_digits(part))
    dates = {focus for rule, focus in found if rule == "date-exists"}
    assert dates == {"prj-0", "prj-1", "prj-2", "prj-3", "act-digipolis→pf-cec"}
    digits = {focus for rule, focus in found if rule == "business-id-check-digit"}
    assert digits == {"act-0", "act-1", "act-2", "act-3"}
    assert {focus for rule, focus in found if rule == "address-well-formed"} == {"-act"}


def test_what_rdf_cannot_carry_is_found_exactly(part: Tables) -> None:
    found = found_by_columns(beyond_rdf(part)) - found_by_columns(part)
    assert {
        rule: {focus for own, focus in found if own == rule}
        for rule in ("address-well-formed", "id-well-formed", "number-finite", "text-characters")
    } == {
        "address-well-formed": {"act-web-0", "act-web-1", "act-web-2"},
        "id-well-formed": {"urn:x"},
        "number-finite": {"prj-endless", "prj-none", "act-gtk→pf-cec"},
        "text-characters": {"urn:x:1", "act-bell", "act-gtk→pf-cec"},
    }


@pytest.mark.parametrize(
    "address", ["https://x/50%", "http://a:b", "https://x/[y]", "https://x/\ue000", "https://x/\x01", "http://a/#b#c"]
)
def test_an_address_that_no_iri_can_be_is_found(part: Tables, address: str) -> None:
    """These cannot be asked of SHACL: no RDF can be written that has them."""
    with pytest.raises(ValueError):
        ox.NamedNode(address)
    told = entity(part, Kind.ACTOR, "act-gtk", website=address)
    assert ("address-well-formed", "act-gtk") in found_by_columns(told)
    told = entity(part, Kind.ACTOR, address, label_fi="told")
    assert ("id-well-formed", address) in found_by_columns(told)
    with pytest.raises(InvalidArgument, match="web address of the source s"):
        Source("s", "S", "Who", "CC0", address, date(2026, 1, 31), "0" * 64)


@pytest.mark.parametrize("address", [PREFIXES["avid"] + "act-gtk", PREFIXES["avlink"] + "memberOf/enf/a/b"])
def test_an_id_that_is_an_address_of_ours_would_come_back_as_another(part: Tables, address: str) -> None:
    assert ("id-well-formed", address) in found_by_columns(entity(part, Kind.ACTOR, address, label_fi="told"))


def test_an_address_of_ours_would_come_back_as_an_id(part: Tables) -> None:
    told = entity(part, Kind.ACTOR, "act-gtk", website=PREFIXES["avid"] + "act-vtt")
    assert ("address-well-formed", "act-gtk") in found_by_columns(told)


_ADDRESS_LIKE = st.one_of(
    st.from_regex(re.compile(LINK_PATTERN), fullmatch=True),
    st.builds(
        str.__add__, st.sampled_from(["https://", "http://a", "urn:", "urn:a:", "doc:", ""]), st.text(max_size=9)
    ),
    st.text("ha:/@[]?#%4Fä.-\u2028\ufdd0", max_size=12).map("http://".__add__),
)


@given(_ADDRESS_LIKE)
def test_what_the_pattern_takes_rdf_carries(address: str) -> None:
    """Rust and Python agree, and what they take goes through a parser of RDF and comes back unchanged."""
    taken = bool(re.fullmatch(LINK_PATTERN, address))
    assert pl.Series([address]).str.contains(LINK_PATTERN)[0] is taken
    if taken:
        node = ox.NamedNode(entity_iri(address))
        (quad,) = ox.parse(f"{node} a {node} .".encode(), format=ox.RdfFormat.TRIG)
        assert entity_id(quad.subject.value) == address


@given(st.text())
def test_what_the_pattern_of_texts_takes_xml_carries(said: str) -> None:
    taken = pl.Series([said]).str.contains(TEXT_PATTERN)[0]
    assert taken is bool(re.search(TEXT_PATTERN, said))
    try:
        ElementTree.fromstring(f"<a>{escape(said)}</a>")
    except ElementTree.ParseError:
        assert not taken
    else:
        assert taken


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
        "shapes.ttl is stale: python -m tools.shapes"
    )


def test_every_rule_has_a_shape_with_messages_and_severity(shapes: rdflib.Graph) -> None:
    assert {rule.id for rule in RULES if rule.id in UNSEEN} == {"id-once-in-source", "link-ends-said"}
    for rule in (rule for rule in RULES if rule.id not in UNSEEN):
        node = rdflib.URIRef(SHAPE + rule.id)
        messages = {m.language: str(m) for m in shapes.objects(node, SH.message) if isinstance(m, rdflib.Literal)}
        assert messages == {language: rule.sentence(language) for language in LANGUAGES}
        expected = SH.Warning if rule.severity is Severity.WARNING else SH.Violation
        assert shapes.value(node, SH.severity) == expected
    named = {str(node) for node in shapes.subjects(SH.severity)}
    assert named == {SHAPE + rule.id for rule in RULES if rule.id not in UNSEEN}


def test_messages_are_there_in_every_language(part: Tables) -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        texts = {rule.sentence(language) for language in LANGUAGES}
        assert len(texts) == len(LANGUAGES)
        for text in texts:
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


def test_the_rules_are_about_kinds_that_there_are() -> None:
    for rule in RULES:
        if (shape := rule.form.shape()) is None:
            continue
        known = {spec.term for spec in KINDS.values()} | {spec.link_class for spec in RELATIONS.values()} | {"av:Link"}
        assert shape.targets_are == "sh:targetSubjectsOf" or set(shape.targets) <= known
