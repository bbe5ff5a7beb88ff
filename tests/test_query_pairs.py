"""Each question in SPARQL, in Cypher and in Python: the same rows, whoever is asked."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from conftest import ROOT, examples
from partner_reference import Reference, small_world
from server_homes import door_to

from graph import KnowledgeGraph, open_graph
from graph.paths.kernel import score
from graph.stores.trig import to_trig
from ontology.errors import QuerySyntax
from ontology.facts import Batch, Tables
from ontology.metagraph import Kind, Relation
from ontology.metapaths import METAPATHS, Metapath
from tools import queries

if TYPE_CHECKING:
    from real_servers import Fuseki, Neo4j

FOLDER = ROOT / "docs" / "queries"
TEN = sorted(path.stem for path in FOLDER.glob("*.rq"))

#: What the questions that have a parameter are asked with.
GIVEN = {"06-flows-of-a-chain": [{"chain": f"vc-{chain}"} for chain in ("wood", "battery", "hydrogen", "nobody")]}

Rows = dict[str, tuple[int, float]]


def text(name: str, ending: str) -> str:
    return (FOLDER / f"{name}{ending}").read_text("utf-8")


def partners(frame: object) -> Rows:
    assert isinstance(frame, pl.DataFrame)
    return {partner: (paths, weight) for partner, paths, weight in frame.drop("actor").iter_rows()}


def expected(reference: Reference, metapath: Metapath, actor: str) -> Rows:
    """Every path walked one by one."""
    weights: dict[str, list[float]] = defaultdict(list)
    for nodes, weight in reference.paths(metapath, actor):
        weights[nodes[-1]].append(weight)
    return {partner: (len(each), sum(each)) for partner, each in weights.items()}


def assert_same(found: Rows, right: Rows) -> None:
    assert {partner: paths for partner, (paths, _) in found.items()} == {b: paths for b, (paths, _) in right.items()}
    assert all(math.isclose(found[b][1], weight, abs_tol=1e-9) for b, (_, weight) in right.items())


def renamed(batch: Batch, id: str, other: str) -> Batch:
    entities = {kind: frame.with_columns(pl.col("id").replace(id, other)) for kind, frame in batch.entities.items()}
    links = {name: frame.with_columns(pl.col("subject").replace(id, other)) for name, frame in batch.links.items()}
    return replace(batch, entities=entities, links=links)


def some(ids: pl.Series) -> list[str]:
    """Every twentieth actor; in `make trials`, all of them."""
    return ids.to_list()[:: 20 if examples(1) == 1 else 1]


# ---- the files


def test_every_question_stands_in_both_languages_with_the_same_first_line() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.cypher") if path.stem[0].isdigit()) == TEN
    for name in TEN:
        first, other = (text(name, ending).splitlines()[0] for ending in (".rq", ".cypher"))
        assert first.removeprefix("# ") == other.removeprefix("// ")


def test_the_queries_of_the_metapaths_are_fresh() -> None:
    written = {path.name: path.read_text("utf-8") for path in queries.FOLDER.iterdir()}
    assert written == queries.files(), "docs/queries/metapaths is stale: python -m tools.queries"


# ---- SPARQL against Python


@pytest.mark.parametrize("metapath", METAPATHS, ids=lambda metapath: metapath.name)
def test_sparql_walks_a_metapath_as_python_does(
    enf_graph: KnowledgeGraph, enf_tables: Tables, metapath: Metapath
) -> None:
    query, reference = text(f"metapaths/{metapath.name}", ".rq"), Reference(enf_tables)
    asked = some(enf_graph.entities(Kind.ACTOR)["id"])
    right = {actor: expected(reference, metapath, actor) for actor in asked}
    for actor in asked:
        assert_same(partners(enf_graph.sparql(query, actor=actor)), right[actor])


def test_the_index_weighs_each_metapath_as_its_paths_do(enf_graph: KnowledgeGraph, enf_tables: Tables) -> None:
    index, reference = enf_graph.generation.paths, Reference(enf_tables)
    for actor in some(enf_graph.entities(Kind.ACTOR)["id"]):
        number = index.number(Kind.ACTOR, actor)
        assert number is not None
        for metapath in METAPATHS:
            scores = score(index, number, [metapath])
            told = dict(zip(scores.actors.tolist(), scores.parts[metapath.family].tolist(), strict=True))
            found = {index.id(Kind.ACTOR, other): weight for other, weight in told.items()}
            right = expected(reference, metapath, actor)
            assert found.keys() == right.keys()
            assert all(math.isclose(found[b], weight, abs_tol=1e-9) for b, (_, weight) in right.items())


def test_what_two_sources_say_is_one_path_and_an_id_may_be_an_address() -> None:
    far = "https://ror.org/a1"
    pairs = {Relation.HAS_COMPETENCE: [("a0", "k0"), ("a1", "k0"), ("a2", "k0"), ("a2", "k1")]}
    kg = open_graph()
    kg.replace([renamed(small_world(pairs, source=source), "a1", far) for source in ("one", "other")])
    tables, query = kg.generation.tables, text("metapaths/shared-competence", ".rq")
    (metapath,) = (each for each in METAPATHS if each.name == "shared-competence")
    for actor in ("a0", far):
        right = expected(Reference(tables), metapath, actor)
        assert right and {paths for paths, _ in right.values()} == {1}
        assert_same(partners(kg.sparql(query, actor=actor)), right)


def told_twice(batch: Batch) -> list[Batch]:
    """The reference data, and another source that says the very same."""
    return [batch, replace(batch, source=replace(batch.source, id="other", sha256="1" * 64))]


@pytest.fixture(scope="module")
def twice(enf_batch: Batch) -> KnowledgeGraph:
    graph = open_graph()
    graph.replace(told_twice(enf_batch))
    return graph


@pytest.mark.parametrize("name", [name for name in TEN if name[:2] not in {"06", "10"}])
def test_what_two_sources_say_is_no_other_answer(enf_graph: KnowledgeGraph, twice: KnowledgeGraph, name: str) -> None:
    """But where the answer is of records: there both have their own."""
    query = text(name, ".rq")
    assert twice.sparql(query).equals(enf_graph.sparql(query))  # type: ignore[union-attr, arg-type]


def test_a_metapath_that_is_asked_without_an_actor_has_no_rows(enf_graph: KnowledgeGraph) -> None:
    answer = enf_graph.sparql(text("metapaths/same-stage", ".rq"))
    assert isinstance(answer, pl.DataFrame) and answer.is_empty()


@pytest.mark.parametrize("odd", ['" } #', "\\", 'x\n\'"""', "`{}$actor", "act-gtk> ?x ?y . #"])
def test_a_parameter_is_never_a_part_of_the_query(enf_graph: KnowledgeGraph, odd: str) -> None:
    answer = enf_graph.sparql("SELECT $name (STRLEN($name) AS ?long) {}", name=odd)
    assert isinstance(answer, pl.DataFrame)
    assert answer.rows() == [(odd, len(odd))]
    walked = enf_graph.sparql(text("metapaths/same-stage", ".rq"), actor=odd)
    assert isinstance(walked, pl.DataFrame) and walked.is_empty()


def test_a_parameter_that_the_answer_does_not_name_is_said(enf_graph: KnowledgeGraph) -> None:
    with pytest.raises(QuerySyntax, match=r"the SELECT line has no \$nobody"):
        enf_graph.sparql("SELECT ?x { ?x a av:Actor }", nobody="x")


def test_a_power_of_what_is_no_number_is_nothing(enf_graph: KnowledgeGraph) -> None:
    pow = "<http://www.w3.org/2005/xpath-functions/math#pow>"
    query = f'SELECT ({pow}(2, 0.5) AS ?a) ({pow}("x", 2) AS ?b) ({pow}(-8, 0.5) AS ?c) ({pow}(1e300, 2) AS ?d) {{}}'
    answer = enf_graph.sparql(query)
    assert isinstance(answer, pl.DataFrame)
    assert answer.rows() == [(math.sqrt(2), None, None, None)]


def test_another_engine_walks_the_metapaths_too(fuseki_server: Fuseki, enf_tables: Tables) -> None:
    """Jena knows XPath's power itself; the actor is written where the file says."""
    reference, actor = Reference(enf_tables), "act-gtk"
    with fuseki_server.client() as client:
        client.post(
            "/data", content=to_trig(enf_tables), headers={"content-type": "application/trig"}
        ).raise_for_status()
        for metapath in METAPATHS:
            query = text(f"metapaths/{metapath.name}", ".rq").replace("BIND(", f'VALUES $actor {{ "{actor}" }} BIND(')
            given = {"query": query, "default-graph-uri": "urn:x-arq:UnionGraph"}
            answer = client.post("/query", data=given, headers={"accept": "application/sparql-results+json"})
            rows = [
                {name: term["value"] for name, term in row.items()}
                for row in answer.raise_for_status().json()["results"]["bindings"]
            ]
            found = {row["partner"]: (int(row["paths"]), float(row["weight"])) for row in rows}
            assert_same(found, expected(reference, metapath, actor))


# ---- Cypher against SPARQL and Python


@pytest.mark.parametrize("name", TEN)
def test_the_same_rows_in_the_same_order(enf_graph: KnowledgeGraph, enf_neo4j: KnowledgeGraph, name: str) -> None:
    for given in GIVEN.get(name, [{}]):
        answer = enf_graph.sparql(text(name, ".rq"), **given)
        asked = enf_neo4j.cypher(text(name, ".cypher"), **given)
        assert isinstance(answer, pl.DataFrame)
        assert (asked.columns, asked.rows()) == (answer.columns, answer.rows())


@pytest.mark.parametrize("metapath", METAPATHS, ids=lambda metapath: metapath.name)
def test_cypher_walks_a_metapath_as_python_does(
    enf_graph: KnowledgeGraph, enf_neo4j: KnowledgeGraph, enf_tables: Tables, metapath: Metapath
) -> None:
    query, reference = text(f"metapaths/{metapath.name}", ".cypher"), Reference(enf_tables)
    for actor in some(enf_graph.entities(Kind.ACTOR)["id"]):
        assert_same(partners(enf_neo4j.cypher(query, actor=actor)), expected(reference, metapath, actor))


@pytest.mark.trial
def test_the_same_rows_of_two_sources(
    neo4j_server: Neo4j, enf_batch: Batch, twice: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with door_to(neo4j_server, tmp_path, monkeypatch) as door:
        graph = door()
        graph.replace(told_twice(enf_batch))
        for name in TEN:
            given = GIVEN.get(name, [{}])[0]
            answer = twice.sparql(text(name, ".rq"), **given)
            assert isinstance(answer, pl.DataFrame)
            assert graph.cypher(text(name, ".cypher"), **given).rows() == answer.rows(), name
        for metapath in METAPATHS:
            query = f"metapaths/{metapath.name}"
            found = partners(graph.cypher(text(query, ".cypher"), actor="act-gtk"))
            assert_same(found, partners(twice.sparql(text(query, ".rq"), actor="act-gtk")))
