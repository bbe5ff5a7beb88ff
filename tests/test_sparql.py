"""SPARQL of strangers: answered, refused, stopped; never let out."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
import rdflib
from conftest import ROOT

from graph import KnowledgeGraph, open_graph
from graph.sparql.checks import check_query, names_graphs, wrong_syntax
from graph.sparql.pool import SparqlPool, Stop
from ontology.errors import QueryError, QueryNotAllowed, QuerySyntax, QueryTimeout
from ontology.facts import Batch

BOMB = "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def pool() -> Iterator[SparqlPool]:
    with SparqlPool(size=2, timeout=60) as pool:
        yield pool


@pytest.fixture(scope="module")
def folder(enf_graph: KnowledgeGraph) -> Path:
    return enf_graph.generation.rdf_folder()


def test_the_worker_and_the_process_answer_alike(enf_graph: KnowledgeGraph, pool: SparqlPool, folder: Path) -> None:
    query = "SELECT ?s ?n { ?s a av:Stage ; av:position ?n } ORDER BY ?s"
    rows = json.loads(pool.ask(folder, query).body)["results"]["bindings"]
    frame = enf_graph.sparql(query)
    assert isinstance(frame, pl.DataFrame)
    assert [(row["s"]["value"], int(row["n"]["value"])) for row in rows] == frame.rows()


def test_the_forms_of_a_query_have_their_answers(enf_graph: KnowledgeGraph, pool: SparqlPool, folder: Path) -> None:
    assert enf_graph.sparql("ASK { ?s a av:Cluster }") is True
    assert pool.ask(folder, "ASK { ?s a av:Dragon }").body == b'{"head":{},"boolean":false}'
    construct = "CONSTRUCT { ?s a av:Cluster } WHERE { ?s a av:Cluster }"
    graph = enf_graph.sparql(construct)
    assert isinstance(graph, rdflib.Graph)
    assert len(graph) == 38 == pool.ask(folder, construct, graph="ntriples").body.count(b"\n")
    assert pool.ask(folder, "DESCRIBE <urn:x:y>").kind == "graph"


@pytest.mark.parametrize("format", ["json", "csv", "tsv", "xml"])
def test_results_come_in_the_format_asked_for(pool: SparqlPool, folder: Path, format: str) -> None:
    body = pool.ask(folder, "SELECT (1 AS ?one) {}", results=format).body
    assert b"1" in body
    assert body.startswith({"json": b"{", "csv": b"one", "tsv": b"?one", "xml": b"<?xml"}[format])


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT ?where { ?s ?p ?o } }",
        "SELECT * { { SELECT * { OPTIONAL { SERVICE <x:y> { ?s ?p ?o } } } } }",
        "SELECT * { FILTER NOT EXISTS { SERVICE <x:y> { ?s ?p ?o } } }",
        "SELECT * { ?s ?p ?o MINUS { SERVICE <x:y> { ?s ?p ?o } } }",
        "ASK { { ?s ?p ?o } UNION { SERVICE <x:y> { ?s ?p ?o } } }",
        "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { SERVICE <x:y> { ?s ?p ?o } } }",
        "select * { serViCe <x:y> { ?s ?p ?o } }",
        "INSERT DATA { <x:a> <x:b> <x:c> }",
        "DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1:1/>",
        "CLEAR ALL",
        "DROP ALL ; INSERT DATA { <x:a> <x:b> <x:c> }",
    ],
)
def test_what_writes_or_reaches_out_is_refused(
    enf_graph: KnowledgeGraph, pool: SparqlPool, folder: Path, query: str
) -> None:
    with pytest.raises(QueryNotAllowed):
        pool.ask(folder, query)
    with pytest.raises(QueryNotAllowed):
        enf_graph.sparql(query)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "SELECT",
        "SELEC * {}",
        "SELECT * { ?s ?p }",
        "SELECT * {" * 3000,
        "SELECT * { ?s nix:y ?o }",
        "\0",
        "SELECT * { ?s ?p ?o } }",
    ],
)
def test_what_is_no_query_is_said_in_one_line(pool: SparqlPool, folder: Path, query: str) -> None:
    with pytest.raises(QuerySyntax) as caught:
        pool.ask(folder, query)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?a ?b ?c FILTER(?a<?b)SERVICE?x#>\n{ ?s ?p ?o } }",  # an IRI to a careless reader
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        'SELECT * { ?s ?p "#" . SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }',
        "SELECT * { # x\rSERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o }\n}",  # the store ends a comment at \r too
        # "Less than" and a text, or an IRI and another text, by where one begins to read.
        "ASK { FILTER(1<'>')SERVICE<http://127.0.0.1:1/>{?s ?p ?o} #'\n}",
        'ASK { FILTER(1<2#>"""\n)SERVICE<http://127.0.0.1:1/>{?s ?p ?o} #"""\n}',
        # The engine needs no space after the word.
        "PREFIX : <http://127.0.0.1:1/> ASK { service:x { ?s ?p ?o } }",
        "PREFIX s: <http://127.0.0.1:1/> ASK { services:x # y\n { ?s ?p ?o } }",
        "PREFIX : <http://127.0.0.1:1/> ASK { servicesilent:x { ?s ?p ?o } }",
        "ASK { ?s ?p av:.SERVICE<http://127.0.0.1:1/>{ ?s ?p ?o } }",
        "ASK { ?s ?p 1SERVICE<http://127.0.0.1:1/>{ ?s ?p ?o } }",
    ],
)
def test_a_service_in_disguise_is_found(enf_graph: KnowledgeGraph, pool: SparqlPool, folder: Path, query: str) -> None:
    with pytest.raises((QueryNotAllowed, QuerySyntax)):
        pool.ask(folder, query)
    with pytest.raises((QueryNotAllowed, QuerySyntax)):
        enf_graph.sparql(query)


def test_a_long_plain_query_is_answered(pool: SparqlPool, folder: Path) -> None:
    many = "avid:act-gtk a av:Actor . " * 300
    assert pool.ask(folder, f"ASK {{ {many} }}").body == b'{"head":{},"boolean":true}'


def test_the_word_service_as_data_is_no_crime(pool: SparqlPool, folder: Path) -> None:
    for query in (
        'ASK { ?s skos:prefLabel "SERVICE <x>" } # SERVICE',
        "ASK { <https://example.org/(a)/service> ?service 'service'@service }",
        "PREFIX service: <urn:x:> ASK { service:a service:b av:service }",
        'ASK { ?s ?p """SERVICE "" \'x""" }',
    ):
        assert pool.ask(folder, query).kind == "ask", query


def test_less_than_needs_no_space(enf_graph: KnowledgeGraph) -> None:
    assert enf_graph.sparql("ASK { BIND(3 AS ?a) FILTER(?a<5&&?a>2) }") is True


def test_a_query_is_stopped_when_its_time_is_up(folder: Path) -> None:
    with SparqlPool(size=1, timeout=60) as pool:
        pool.ask(folder, "ASK {}")
        pool._timeout = 0.5  # the time that a worker takes to start, on a busy machine, is another matter
        begun = time.monotonic()
        with pytest.raises(QueryTimeout, match=r"longer than 0\.5 s"):
            pool.ask(folder, BOMB)
        assert time.monotonic() - begun < 30
        pool._timeout = 60
        assert pool.ask(folder, "ASK { ?s ?p ?o }").kind == "ask"  # the next worker answers


@pytest.mark.parametrize(
    "query",
    [
        "ASK { FILTER(" + "1+" * 8000 + "1) }",
        "SELECT * { " + "{} UNION " * 8000 + "{} }",
        "ASK { ?s " + "av:x/" * 8000 + "av:x ?o }",
        "ASK { FILTER(1<'>'+" + "1+" * 8000 + "1) #'\n}",
    ],
)
def test_a_chain_that_would_exhaust_the_stack_is_refused(enf_graph: KnowledgeGraph, query: str) -> None:
    with pytest.raises(QuerySyntax, match="more than 500 operators"):
        enf_graph.sparql(query)


def unit_costs(unit: str, size: int) -> float:
    """The processor time of looking through so many characters, and of saying what is wrong with them."""
    query = "ASK {" + unit * (size // len(unit))
    begun = time.process_time()
    with contextlib.suppress(QueryError):
        check_query(query)
    names_graphs(query)
    wrong_syntax("error at 1:1: expected something", query)
    return time.process_time() - begun


UNITS = ("a", "(", "{ ", "<", "<a", "<a#>", "<'>", "'", '"', '"""', "'''", "\\", "\\'", "\\u0073", '"\\"', "'''\\'")
UNITS += ("service", "service:", "service:x ", "<service:a#>", "#", "a:", "a:.", "?a", "@a-", "from", "PREFIX a: <b> ")


@pytest.mark.parametrize("unit", UNITS)
def test_anything_is_looked_through_in_linear_time(unit: str) -> None:
    """A quadratic pattern would need a thousand times as long for a text thirty-two times as long."""
    unit_costs(unit, 10_000)
    short = min(unit_costs(unit, 12_500) for _ in range(3))
    assert unit_costs(unit, 400_000) < 32 * 6 * max(short, 0.002)


def test_a_query_at_the_bounds_is_answered(enf_graph: KnowledgeGraph) -> None:
    """What the bounds let through ends in an answer and not in a crash of this process."""
    assert enf_graph.sparql("ASK { FILTER(" + "1+" * 498 + "1) }") is True
    assert enf_graph.sparql("ASK { " + "{} UNION " * 499 + "{} }") is True
    assert enf_graph.sparql("ASK " + "{" * 99 + "}" * 99) is True
    many = " ".join(f"<https://example.org/a-b/c+d/{n}>" for n in range(2000))
    assert enf_graph.sparql("ASK { VALUES ?v { " + many + " } }") is True


def test_a_worker_that_ends_by_itself_is_not_called_late(folder: Path) -> None:
    with SparqlPool(size=1, timeout=60) as pool:
        pool.ask(folder, "ASK {}")
        worker = pool._places.get()
        assert worker is not None
        pool._places.put(worker)
        worker._process.terminate()
        worker._process.wait()
        with pytest.raises(QueryError, match="ended with code"):
            worker.ask({"folder": str(folder), "query": "ASK {}"}, 60, Stop())


#: Thirty times twice as long: a text of a gigabyte.
DOUBLED = "BIND('x' AS ?t0) " + " ".join(f"BIND(CONCAT(?t{n}, ?t{n}) AS ?t{n + 1})" for n in range(30))


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT (STRLEN(?t30) AS ?n) {{ {DOUBLED} }}",
        pytest.param(
            "SELECT (STRLEN(GROUP_CONCAT(?c)) AS ?n) { ?a av:note ?c . ?d av:note ?f }", marks=pytest.mark.trial
        ),
    ],
    ids=["at once", "bit by bit"],
)
def test_a_query_may_not_fill_the_memory_either(folder: Path, query: str) -> None:
    """The bound on memory ends a query that grows, before its time is up."""
    with SparqlPool(size=1, timeout=600, most_memory=1 << 30) as pool:
        assert pool.ask(folder, "ASK { ?s ?p ?o }").kind == "ask"
        with pytest.raises(QueryError, match="ended with code") as caught:
            pool.ask(folder, query)
        assert not isinstance(caught.value, QueryTimeout)
        assert pool.ask(folder, "ASK { ?s ?p ?o }").kind == "ask"


def test_an_answer_may_not_fill_the_memory(folder: Path) -> None:
    with SparqlPool(size=1, timeout=60, most_bytes=10_000) as pool:
        with pytest.raises(QueryError, match="larger than 10,000 bytes"):
            pool.ask(folder, "SELECT * { ?s ?p ?o }")
        assert pool.ask(folder, "ASK {}").kind == "ask"


def test_a_worker_that_dies_is_replaced(folder: Path) -> None:
    with SparqlPool(size=1, timeout=60) as pool:
        pool.ask(folder, "ASK {}")
        worker = pool._places.get()
        assert worker is not None
        worker.kill()
        worker._process.wait()
        pool._places.put(worker)
        assert pool.ask(folder, "ASK {}").kind == "ask"


def test_a_store_in_the_place_of_another_is_not_taken_for_it(tmp_path: Path, pool: SparqlPool) -> None:
    """A workspace that is wiped and loaded anew has the same folders."""
    place = tmp_path / "rdf"
    for number in range(3):
        if place.exists():
            shutil.rmtree(place)
        store = ox.Store(str(place))
        store.add(ox.Quad(ox.NamedNode(f"urn:s:{number}"), ox.NamedNode("urn:p:p"), ox.Literal(number)))
        store.flush()
        del store
        for _ in range(2):  # with each of the workers
            assert pool.ask(place, "SELECT ?o { ?s ?p ?o }", "csv").body.split() == [b"o", str(number).encode()]


def test_a_graph_in_memory_has_a_folder_for_workers(enf_batch: Batch, pool: SparqlPool) -> None:
    graph = open_graph()
    graph.replace(enf_batch)
    answer = pool.ask(graph.generation.rdf_folder(), "SELECT (COUNT(*) AS ?n) { ?s a av:Actor }", results="csv")
    assert answer.body.split() == [b"n", b"234"]


def test_a_worker_cannot_open_a_socket() -> None:
    """Even a SERVICE that the parser had missed would find no network."""
    code = (
        "import socket, sys\n"
        "from graph.sparql.worker import give_up_network\n"
        "done = give_up_network()\n"
        "try:\n    socket.socket(); print('open')\n"
        "except OSError as error:\n    print('closed', done)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    if sys.platform != "linux":
        pytest.skip("the network is given up on Linux only; elsewhere the parser alone protects")
    assert done.stdout.split() == ["closed", "True"]


def test_frames_have_the_types_of_their_literals(enf_graph: KnowledgeGraph) -> None:
    frame = enf_graph.sparql('SELECT (1 AS ?i) (1.5 AS ?f) (true AS ?b) ("x"@fi AS ?t) (<urn:x> AS ?u) ?none {}')
    assert isinstance(frame, pl.DataFrame)
    assert frame.rows() == [(1, 1.5, True, "x", "urn:x", None)]
    mixed = enf_graph.sparql("SELECT ?v { VALUES ?v { 1 2.5 } }")
    assert isinstance(mixed, pl.DataFrame)
    assert mixed["v"].to_list() == [1.0, 2.5]
    empty = enf_graph.sparql("SELECT ?v { ?v a av:Dragon }")
    assert isinstance(empty, pl.DataFrame)
    assert empty.columns == ["v"]


def test_no_triple_is_found_twice(enf_graph: KnowledgeGraph) -> None:
    """The union of graphs is a bag: what the schemes and the data both say must stand once."""
    frame = enf_graph.sparql(
        "SELECT ?s ?p ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s ?p ?o HAVING (COUNT(*) > 1) LIMIT 5"
    )
    assert isinstance(frame, pl.DataFrame)
    assert frame.is_empty(), frame.rows()


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_rdflib_asks_the_same_store(enf_graph: KnowledgeGraph) -> None:
    dataset = enf_graph.to_rdflib()
    ours = enf_graph.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert isinstance(ours, pl.DataFrame)
    assert len(set(dataset.triples((None, None, None)))) == ours["n"][0]
