"""A mapping of somebody's graph: each fault says its key and what there is, and each value is kept whole or refused."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from neo4j.spatial import CartesianPoint
from neo4j.time import Date, DateTime, Duration, Time

from loaders import load
from loaders.neo4j import cypher
from loaders.neo4j.cells import LONGEST, Cell, Fault, Unreadable, converted
from loaders.neo4j.connect import Address
from loaders.neo4j.mapping import Plan, read_mapping
from ontology.errors import InputError, InvalidArgument
from ontology.facts import entity_attributes, link_attributes
from ontology.metagraph import Kind, Relation, Value
from ontology.texts import LANGUAGES

SOUND = """
[source]
id = "crm"
title = "Our network"
publisher = "The cluster office"
licence = "not for publication"

[server]
address = "neo4j://graph.example:7687/network"

[entities.Company]
kind = "Actor"
id = "fi-{orgNumber}"
label_fi = "name"
label_smn = "inari"
actor_type = { property = "type", map = { firm = "company" } }
size = { value = "small" }

[entities."We`ird {one}"]
kind = "Cluster"
id = { property = "co{de}" }
label_en = "The cluster {name} of {town}"

[[links.IN]]
relation = "memberOf"
from = "Company"
to = "We`ird {one}"
method = { value = "stated" }
since = "start"

[[links.IN]]
relation = "relatedTo"
from = "We`ird {one}"
to = "Company"
reversed = true
"""


def plan(tmp_path: Path, text: str) -> Plan:
    path = tmp_path / "crm.toml"
    path.write_text(text, "utf-8")
    return read_mapping(path)


def test_a_mapping_is_read_whole(tmp_path: Path) -> None:
    read = plan(tmp_path, SOUND)
    assert str(read.address) == "neo4j://graph.example:7687/network" and read.address.database == "network"
    company, weird = read.entities
    assert (company.kind, company.id.properties, company.id.texts) == (Kind.ACTOR, ("orgNumber",), ("fi-", ""))
    assert {cell.column for cell in company.cells} == {"label_fi", "label_smn", "actor_type", "size", "method"}
    assert weird.label == "We`ird {one}" and weird.id.properties == ("co{de}",)
    first, second = read.links
    assert (first.type, first.relation, first.turned) == ("IN", Relation.MEMBER_OF, False)
    assert (second.relation, second.start, second.end, second.turned) == (
        Relation.RELATED_TO, "We`ird {one}", "Company", True,
    )  # fmt: skip
    said = [{c.column: c.constant for c in each.cells if not c.properties} for each in (company, first, second)]
    assert said == [{"size": "small", "method": "mapped"}, {"method": "stated"}, {"method": "mapped"}]


def test_no_attribute_is_named_as_a_key_of_a_mapping() -> None:
    entity = {own.name for kind in Kind for own in entity_attributes(kind)}
    link = {own.name for relation in Relation for own in link_attributes(relation)}
    assert not entity & {"kind", "id"} and not link & {"relation", "from", "to", "reversed"}


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ('[source]\nid = "crm"', "[source", "crm.toml", "TOML"),
        ("[source]", "[source]\ncolour = 1", "crm.toml, source.colour", "publisher"),
        ('title = "Our network"', "", "crm.toml, source.title", "text"),
        ('id = "crm"', 'id = "c r m"', "crm.toml, source.id", "c r m"),
        ("[server]", 'url = "not a page"\n[server]', "crm.toml, source.url", "not a page"),
        ("[server]", 'retrieved = "2026"\n[server]', "crm.toml, source.retrieved", "2026-11-24"),
        ("neo4j://graph.example:7687/network", "http://graph.example", "crm.toml, server.address", "bolt://"),
        ("neo4j://graph", "neo4j://me:hunter2@graph", "crm.toml, server.address", "NEO4J_PASSWORD"),
        ('kind = "Actor"', 'kind = "Firm"', "crm.toml, entities.Company.kind", "Actor, Cluster"),
        ("label_fi", "labl_fi", "crm.toml, entities.Company.labl_fi", "label_fi"),
        ('label_fi = "name"', 'trl_min = "name"', "crm.toml, entities.Company.trl_min", "business_id"),
        ('id = "fi-{orgNumber}"', 'id = "elementId"', "crm.toml, entities.Company.id", "act-{code}"),
        ('id = "fi-{orgNumber}"', 'id = { value = "one" }', "crm.toml, entities.Company.id", "act-{code}"),
        ('id = "fi-{orgNumber}"', "", "crm.toml, entities.Company.id", "act-{code}"),
        ('label_fi = "name"', 'label_fi = "na{me"', "crm.toml, entities.Company.label_fi", "property"),
        ('label_fi = "name"', 'label_fi = "{}"', "crm.toml, entities.Company.label_fi", "property"),
        ('label_fi = "name"', "label_fi = 7", "crm.toml, entities.Company.label_fi", "value = …"),
        ('firm = "company"', 'firm = "shop"', "crm.toml, entities.Company.actor_type.map.firm", "university"),
        ('{ value = "small" }', "{ value = true }", "crm.toml, entities.Company.size.value", "quotes"),
        ('size = { value = "small" }', 'size = "{a}{b}"', "crm.toml, entities.Company.size", "one property"),
        ('relation = "memberOf"', 'relation = "member"', "crm.toml, links.IN.relation", "memberOf"),
        ('from = "Company"', 'from = "Firm"', "crm.toml, links.IN.from", "Company, We`ird"),
        ("reversed = true", "", "crm.toml, links.IN", "reversed = true"),
        ('from = "We`ird {one}"\nto = "Company"\nreversed = true', 'from = "Company"\nto = "We`ird {one}"',
         "crm.toml, links.IN", "from “Company” to “We`ird {one}”"),
        ('id = "fi-{orgNumber}"', 'id = { property = "a", map = { x = "y" } }',
         "crm.toml, entities.Company.id", "act-"),
        ("reversed = true", 'reversed = "yes"', "crm.toml, links.IN.reversed", "true or false"),
        ('relation = "memberOf"', 'relation = "feeds"', "crm.toml, links.IN", "Stage→Stage"),
        ('since = "start"', 'confidence = { value = "sure" }', "crm.toml, links.IN.confidence.value", "number"),
        ("[entities.Company]", "[entity.Company]", "crm.toml, entity", "entities"),
    ],
)  # fmt: skip
def test_a_fault_in_a_mapping_says_its_key_and_what_would_be_right(
    tmp_path: Path, old: str, new: str, place: str, says: str
) -> None:
    assert old in SOUND
    with pytest.raises(InputError) as caught:
        plan(tmp_path, SOUND.replace(old, new))
    said = caught.value.said("en")
    assert said.startswith(f"{place}: ") and says in said.removeprefix(place)
    assert len({caught.value.said(language) for language in LANGUAGES}) == len(LANGUAGES)
    assert "hunter2" not in said


def test_a_mapping_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"mapping\.toml"):
        load("neo4j")
    with pytest.raises(InputError, match=r"none\.toml"):
        load("neo4j", tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes("# ä".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        load("neo4j", tmp_path / "latin.toml")
    with pytest.raises(InputError, match=r"\[entities\.Label\]"):
        plan(tmp_path, SOUND.partition("[entities")[0])


@pytest.mark.parametrize("scheme", ["bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"])
def test_an_address_names_a_server_and_a_database(scheme: str) -> None:
    assert Address.of(f"{scheme}://[::1]:7687/a.b-c") == Address(f"{scheme}://[::1]:7687", "::1", "a.b-c")
    assert Address.of(f"{scheme}://host") == Address(f"{scheme}://host", "host", None)
    for odd in ("host", "://", ":host", "://host/a/b", "://host/a?policy=b", "://host/a b", "://host\n", "+x://host"):
        with pytest.raises(InvalidArgument):
            Address.of(scheme + odd)


_NAN = float("nan")


@pytest.mark.parametrize(
    ("raw", "value", "cell"),
    [
        ("  Kemi ", Value.TEXT, "Kemi"), (7, Value.TEXT, "7"), (" ", Value.TEXT, None), (None, Value.INTEGER, None),
        (True, Value.TEXT, Fault), (1.5, Value.TEXT, Fault), (["a"], Value.TEXT_BY_LANGUAGE, Fault),
        (b"a", Value.TEXT, Fault), (Date(2020, 1, 2), Value.TEXT, Fault), ("x" * LONGEST, Value.TEXT, "x" * LONGEST),
        ("x" * (LONGEST + 1), Value.TEXT, Fault),
        (5, Value.INTEGER, 5), (5.0, Value.INTEGER, 5), (5.5, Value.INTEGER, Fault), ("5", Value.INTEGER, Fault),
        (True, Value.INTEGER, Fault), (2.0**60, Value.INTEGER, Fault), (-(2**63), Value.INTEGER, -(2**63)),
        (5, Value.DECIMAL, 5.0), (2**53 + 1, Value.DECIMAL, Fault), (0.1, Value.DECIMAL, 0.1),
        (_NAN, Value.DECIMAL, Fault), (math.inf, Value.DECIMAL, Fault), ("0,5", Value.DECIMAL, Fault),
        (True, Value.BOOLEAN, True), (0, Value.BOOLEAN, Fault), ("yes", Value.BOOLEAN, Fault),
        (Date(2021, 5, 31), Value.DATE, "2021-05-31"), (Date(33, 1, 2), Value.DATE, "0033-01-02"),
        (DateTime(2021, 5, 31, 23, 30), Value.DATE, "2021-05-31"), (2019, Value.DATE, "2019"),
        ("2021-05", Value.DATE, "2021-05"), (Duration(years=1), Value.DATE, Fault), (Time(1, 2, 3), Value.DATE, Fault),
        (CartesianPoint((1, 2)), Value.TEXT, Fault), ({"a": 1}, Value.TEXT, Fault), (Unreadable(), Value.DATE, Fault),
    ],
)  # fmt: skip
def test_a_value_is_kept_whole_or_refused(raw: object, value: Value, cell: object) -> None:
    if cell is not Fault:
        found = converted(raw, value, "p")
        assert found == cell and type(found) is type(cell)
        return
    with pytest.raises(Fault) as caught:
        converted(raw, value, "p")
    assert caught.value.name == "p" and len(caught.value.value) <= 200


def test_a_text_is_put_together_when_all_of_it_is_there() -> None:
    cell = Cell("label_en", Value.TEXT_BY_LANGUAGE, ("a", "b"), ("", " of {", "}"))
    assert cell.said({"a": "x", "b": 3}) == "x of {3}"
    assert cell.said({"a": "x", "b": None}) is None


def test_names_are_quoted_and_properties_are_parameters() -> None:
    assert cypher.quoted("Company") == "`Company`"
    assert cypher.quoted("a`) DETACH DELETE x //") == "`a``) DETACH DELETE x //`"
    assert cypher.quoted(r"a\u0060b") == r"`a\u005Cu0060b`"
    statement = cypher.reading(cypher.nodes("a`b"), ["x`y", "z}"], "1 AS one")
    assert "x`y" not in statement and "z}" not in statement
    assert re.sub(r"`([^`]|``)*`", "", statement).count("`") == 0
