"""Cypher that reads is answered, and nothing else is: by its words, by its plan, and by the server itself."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from api.cli.commands import main
from graph import KnowledgeGraph
from graph.stores.neo4j.ask import ask
from graph.stores.neo4j.checks import READERS, check_plan, check_words
from graph.stores.neo4j.home import Neo4jHome
from graph.stores.neo4j.plain import column
from graph.stores.remote import Held
from ontology.errors import (
    QueryError,
    QueryNotAllowed,
    QuerySyntax,
    QueryTimeout,
    ServerBetween,
)
from ontology.metagraph import Kind

QUERIES = sorted((ROOT / "docs" / "queries").rglob("*.cypher"))

#: Texts that would be more than text where a query is put together from pieces.
ODD = (
    "'", '"', "`", "\\", "{", "}", "$actor", "'}) DETACH DELETE n //", "`) DETACH DELETE (n", "\\u0027", "\n",
    "a'b\"c`d", "*", "+-&|!(){}[]^~?:/", "name:x OR *:*", "AND", "x\\", 'x"', "Kemi / Torneå", "ÅÄÖ åäö",
)  # fmt: skip

REFUSED = {
    "cypher-load": (
        "LOAD CSV FROM 'file:///x' AS line RETURN line",
        "load\n/* ' */csv FROM 'file:///x' AS line RETURN line",
        "RETURN [x IN [1] | COLLECT { LOAD // '\n CSV FROM 'file:///x' AS l RETURN l }]",
        "// '\rLOAD CSV FROM 'file:///x' AS line RETURN line //'",
        "RETURN 'a\\'', `b``c` AS x UNION LOAD CSV FROM 'file:///x' AS x RETURN x",
    ),
    "cypher-procedure": (
        "CALL dbms.components()",
        "CALL dbms.killConnection('x')",
        "CALL db.labels() YIELD label CALL db . `clearQueryCaches`() YIELD value RETURN value",
        "CALL `apoc.load.json`('x')",
        "RETURN [x IN [1] | COLLECT { CALL dbms.listConfig() YIELD name RETURN name }]",
        "CALL apoc",
    ),
    "cypher-function": (
        "RETURN apoc.text.join(['a'], 'b')",
        "RETURN genai.vector.encode('a', 'OpenAI')",
        "MATCH (n) WHERE apoc /* */ . `load`('x') RETURN n",
        "RETURN `date`.x.y(1), apoc.x (1)",
    ),
    "cypher-escape": ("\\u004dATCH (n) RETURN n", "RETURN '\\u0027 LOAD CSV'", "RETURN '\\U0001f600'"),
}

ALLOWED = (
    "MATCH (n:Call)-[:call]->(m:Actor&Call) WHERE n.load = m.csv AND n.call IS NULL RETURN n.x AS y, $call",
    "RETURN 'LOAD CSV' AS a, \"CALL dbms.x()\" AS b, `load csv`, `call x` // LOAD CSV, CALL apoc.x()",
    "CALL { RETURN 1 AS a } CALL (a) { RETURN 2 AS b } RETURN a, b",
    "RETURN date.truncate('month', date()) AS d, point.distance(a, b), duration.between(c, d)",
    "MATCH (n) WHERE n.id IN ['a'] AND (n.x) > 1 RETURN n.id",
    *(f"CALL {name}()" for name in READERS),
)


@pytest.mark.parametrize(("key", "query"), [(key, query) for key, queries in REFUSED.items() for query in queries])
def test_what_reaches_out_is_refused_by_its_words(key: str, query: str) -> None:
    with pytest.raises(QueryNotAllowed) as caught:
        check_words(query.replace("\r", "\n"))
    assert caught.value.key == key


@pytest.mark.parametrize("query", ALLOWED)
def test_names_and_texts_are_no_words_of_the_language(query: str) -> None:
    check_words(query)


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.name)
def test_the_questions_of_the_documents_are_allowed(path: Any) -> None:
    check_words(path.read_text("utf-8"))


_PIECES = (
    "'LOAD CSV'",
    '"x\\""',
    "'\\\\'",
    "''",
    "`a``'`",
    "`load`",
    "/* ' */",
    "/***/",
    "// `\n",
    "call_",
    "1",
    " ",
    "(",
    ")",
)


@given(st.lists(st.sampled_from(_PIECES)))
def test_texts_names_and_comments_hide_nothing_that_stands_behind_them(pieces: list[str]) -> None:
    query = "".join(pieces)
    check_words(query)
    with pytest.raises(QueryNotAllowed):
        check_words(f"{query}\nLOAD CSV")


def test_a_long_query_is_read_in_one_pass() -> None:
    for piece in ("/*", "'", "`", "a.", "\\", "CALL ", "/", "x("):
        try:
            check_words(piece * 100_000)
        except QueryNotAllowed:
            continue


@pytest.mark.parametrize(
    ("kind", "operators", "key"),
    [
        ("w", ("Create",), "cypher-update"),
        ("rw", ("SetProperty",), "cypher-update"),
        ("s", ("AdministrationCommand",), "cypher-update"),
        (None, (), "cypher-update"),
        ("r", ("ProduceResults@neo4j", "Apply@neo4j", "LoadCSV@neo4j"), "cypher-load"),
        ("r", ("ProduceResults@neo4j", "ShowTransactions@neo4j"), "cypher-server"),
        ("r", ("TerminateTransactions@neo4j",), "cypher-server"),
        ("r", ("ProduceResults@neo4j", "ShowIndexes@neo4j", "NodeByLabelScan@neo4j"), None),
    ],
)
def test_a_plan_that_does_more_than_read_is_refused(kind: str | None, operators: tuple[str, ...], key: str) -> None:
    plan: dict[str, Any] = {}
    for operator in reversed(operators):
        plan = {"operatorType": operator, "children": [plan] if plan else []}
    if key is None:
        check_plan(kind, plan)
    else:
        with pytest.raises(QueryNotAllowed) as caught:
            check_plan(kind, plan)
        assert caught.value.key == key


def test_values_are_plain_in_a_column() -> None:
    assert column([["a", None], None, []]) == [["a", None], None, []]
    assert column([[1], ["a"]]) == ["[1]", '["a"]']
    assert column([[1, 2], "x"]) == ["[1, 2]", "x"]
    assert column([{"å": [1, None]}, None]) == ['{"å": [1, null]}', None]
    assert column([[[1]], b"\x01\xff"]) == ["[[1]]", "01ff"]


def test_a_graph_that_is_not_in_neo4j_says_so(enf_graph: KnowledgeGraph, enf_workspace: Any) -> None:
    with pytest.raises(QueryNotAllowed, match=re.escape('open_graph("neo4j://…")')):
        enf_graph.cypher("RETURN 1 AS one")
    done = CliRunner().invoke(main, ["cypher", "RETURN 1", "--graph", str(enf_workspace), "--lang", "fi"])
    assert (done.exit_code, done.stderr.startswith("Virhe: tämä aineisto ei ole Neo4j:ssä")) == (1, True)


@pytest.mark.parametrize("given", ["actor", "=x", "a b=x", ""])
@pytest.mark.parametrize("command", ["sparql", "cypher"])
def test_a_parameter_on_the_command_line_has_a_name_and_a_value(command: str, given: str) -> None:
    done = CliRunner().invoke(main, [command, "RETURN 1", "--param", given])
    assert (done.exit_code, "write name=value" in done.stderr) == (2, True)


def test_parameters_on_the_command_line(enf_graph: KnowledgeGraph, enf_workspace: Any) -> None:
    (path,) = (ROOT / "docs" / "queries").glob("06-*.rq")
    arguments = ["sparql", f"@{path}", "--graph", str(enf_workspace), "--format", "csv", "--param"]
    lines = CliRunner().invoke(main, [*arguments, "chain=vc-wood"]).output.splitlines()
    answer = enf_graph.sparql(path.read_text("utf-8"), chain="vc-wood")
    assert len(lines) - 1 == len(answer) > 0  # type: ignore[arg-type]
    assert len(CliRunner().invoke(main, [*arguments, "chain=vc-wood=x"]).output.splitlines()) == 1
    done = CliRunner().invoke(main, [*arguments, "x=1"])
    assert (done.exit_code, "the SELECT line has no $x" in done.stderr) == (1, True)


# ---- asked of a server


def test_a_node_is_its_id_and_what_is_not_plain_is_json(enf_neo4j: KnowledgeGraph) -> None:
    query = (
        "MATCH path = (a:Actor {id: $id})-[link:worksIn]->(s:Stage) RETURN a, link, path, labels(s) AS labels, "
        "{x: s.position} AS map, point({x: 1, y: 2}) AS point, date('2021-05-31') AS day, null AS none, 0.0/0 AS nan "
        "ORDER BY s.id LIMIT 1"
    )
    actor = enf_neo4j.cypher("MATCH (a:Actor)-[:worksIn]->() RETURN a ORDER BY a.id LIMIT 1").item()
    (row,) = enf_neo4j.cypher(query, id=actor).rows(named=True)
    assert row["a"] == actor
    assert row["link"].startswith('{"type": "worksIn", ')
    assert row["path"][0] == actor and len(row["path"]) == 2
    assert {"Arvoverkko", "Resource", "Stage"} == set(row["labels"])
    assert row["map"].startswith('{"x": ') and row["point"] == '{"srid": 7203, "coordinates": [1.0, 2.0]}'
    assert (row["day"], row["none"]) == ("2021-05-31", None) and math.isnan(row["nan"])


@pytest.mark.parametrize(
    ("query", "error", "said"),
    [
        ("CREATE (n:Arvoverkko {id: 'x'}) RETURN n", QueryNotAllowed, "would change the graph"),
        ("MATCH (n:Actor) SET n.x = 1", QueryNotAllowed, "would change the graph"),
        ("MATCH (n:Arvoverkko) DETACH DELETE n", QueryNotAllowed, "would change the graph"),
        ("CREATE INDEX x IF NOT EXISTS FOR (n:X) ON (n.x)", QueryNotAllowed, "would change the graph"),
        ("ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'b'", QueryNotAllowed, "would change the graph or the server"),
        ("SHOW TRANSACTIONS", QueryNotAllowed, "asks about the server"),
        ("TERMINATE TRANSACTIONS 'x'", QueryNotAllowed, "asks about the server"),
        ("MATCH (n)\nRETURNN n", QuerySyntax, "near line 2: Invalid input 'RETURNN'"),
        ("MATCH (n) RETURN m", QuerySyntax, "near line 1: Variable `m` not defined"),
        ("RETURN 1 AS a; MATCH (n) DETACH DELETE n", QuerySyntax, "one statement per query"),
        ("PROFILE MATCH (n) RETURN n", QuerySyntax, "this is not a Cypher query"),
        ("MATCH (n {id: $id}) RETURN n", QuerySyntax, "the query needs a value for id"),
        ("RETURN 1 / 0 AS x", QueryError, "the query was not answered: / by zero"),
        ("UNWIND range(1, 100001) AS x RETURN x", QueryError, "more than 100,000 rows; add a LIMIT"),
    ],
)
def test_what_is_wrong_is_said(enf_neo4j: KnowledgeGraph, query: str, error: type[QueryError], said: str) -> None:
    before = enf_neo4j.cypher("MATCH (n) RETURN count(n) AS n").item()
    with pytest.raises(error) as caught:
        enf_neo4j.cypher(query)
    assert type(caught.value) is error
    assert said in caught.value.said("en")
    assert enf_neo4j.cypher("MATCH (n) RETURN count(n) AS n").item() == before


@pytest.mark.parametrize("odd", ODD)
def test_a_parameter_is_a_value_whatever_it_holds(enf_neo4j: KnowledgeGraph, odd: str) -> None:
    assert enf_neo4j.cypher("RETURN $odd AS odd, size($odd) AS long", odd=odd).row(0) == (odd, len(odd))
    walked = (ROOT / "docs/queries/metapaths/same-stage.cypher").read_text("utf-8")
    assert enf_neo4j.cypher(walked, actor=odd).is_empty()
    enf_neo4j.cypher((ROOT / "docs/queries/find-by-name.cypher").read_text("utf-8"), name=odd)


def test_every_actor_is_found_by_its_name(enf_neo4j: KnowledgeGraph, enf_graph: KnowledgeGraph) -> None:
    query = (ROOT / "docs/queries/find-by-name.cypher").read_text("utf-8")
    actors = enf_graph.entities(Kind.ACTOR, "fi").select("id", "label")
    for id, label in actors.filter(actors["label"].str.contains(r"[^\w ]")).iter_rows():
        assert id in enf_neo4j.cypher(query, name=label)["id"].to_list(), label


def test_an_answer_is_bounded_in_time_and_in_rows(enf_neo4j: KnowledgeGraph) -> None:
    home = enf_neo4j.home
    assert isinstance(home, Neo4jHome)
    with pytest.raises(QueryTimeout, match=r"longer than 0\.5 s"):
        ask(home.neo4j.driver, None, "UNWIND range(1, 10000000000) AS x RETURN sum(x % 7) AS sum", {}, timeout=0.5)
    assert ask(home.neo4j.driver, None, "UNWIND [1, 2] AS x RETURN x", {}, most=2).height == 2
    with pytest.raises(QueryError, match="more than 2 rows"):
        ask(home.neo4j.driver, None, "UNWIND [1, 2, 3] AS x RETURN x", {}, most=2)


def test_a_query_that_wants_all_memory_is_told_so(enf_neo4j: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match="needs more memory"):
        enf_neo4j.cypher("UNWIND range(1, 30000000) AS x WITH collect(x) AS many RETURN size(many) AS n")


def test_a_value_that_cannot_be_sent_is_said(enf_neo4j: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match="the query was not answered"):
        enf_neo4j.cypher("RETURN $odd AS odd", odd=object())


def test_the_server_itself_refuses_to_write(enf_neo4j: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were our own checks to miss something."""
    monkeypatch.setattr("graph.stores.neo4j.ask.check_plan", lambda kind, plan: None)
    with pytest.raises(QueryNotAllowed, match="would change the graph"):
        enf_neo4j.cypher("CREATE (n:Arvoverkko {id: 'x'}) RETURN n")


def test_an_answer_is_never_of_two_generations(enf_neo4j: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    home = enf_neo4j.home
    assert isinstance(home, Neo4jHome)
    first, second, between = Held(1, "a", True), Held(2, "b", True), Held(1, "a", False)
    for told in ([between], [first, between], [first, second]):
        answers = iter(told)
        monkeypatch.setattr(home.neo4j, "held", lambda answers=answers: next(answers))
        with pytest.raises(ServerBetween):
            enf_neo4j.cypher("RETURN 1 AS one")
    monkeypatch.setattr(home.neo4j, "held", lambda: first)
    assert enf_neo4j.cypher("RETURN 1 AS one").item() == 1
