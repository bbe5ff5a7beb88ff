"""The SPARQL door asked by the clients that people have, and by some that go away."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import time
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pyoxigraph as ox
import pytest
import rdflib
import SPARQLWrapper as client
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from server import RDF, Server

from api.http.app import create_app
from api.http.media import GRAPHS, RESULTS
from api.http.settings import Settings
from graph.knowledge_graph import KnowledgeGraph

PREFIX = "PREFIX av: <https://w3id.org/arvoverkko/ontology#> "  # clients parse a query before they send it
SELECT = PREFIX + "SELECT ?c WHERE { ?c a av:Cluster }"
ASK = PREFIX + "ASK { ?c a av:Cluster }"
CONSTRUCT = PREFIX + "CONSTRUCT { ?c a av:Cluster } WHERE { ?c a av:Cluster }"
DESCRIBE = "DESCRIBE <https://w3id.org/arvoverkko/id/cl-arctic-industry>"

#: How a query travels: the method, and whether it is the body itself.
WAYS = {
    "get": (client.GET, None),
    "form": (client.POST, client.URLENCODED),
    "direct": (client.POST, client.POSTDIRECTLY),
}


def wrapped(url: str, way: str, query: str, format: str) -> Any:
    asking = client.SPARQLWrapper(f"{url}/sparql")
    method, coded = WAYS[way]
    asking.setMethod(method)
    if coded:
        asking.setRequestMethod(coded)
    asking.setQuery(query)
    asking.setReturnFormat(format)
    return asking.query()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("query", [SELECT, ASK])
@pytest.mark.parametrize("format", [client.JSON, client.XML, client.CSV, client.TSV])
def test_sparqlwrapper_gets_results(url: str, way: str, query: str, format: str) -> None:
    found = wrapped(url, way, query, format)
    assert found.info()["content-type"].partition(";")[0] == RESULTS[format].partition(";")[0]
    told = found.convert()
    match format:
        case client.JSON:
            assert told["boolean"] if query is ASK else len(told["results"]["bindings"]) == 38
        case client.XML:
            text = told.toxml()
            assert "<boolean>true" in text if query is ASK else text.count("<result>") == 38
        case _:
            assert told.strip() == b"true" if query is ASK else told.count(b"/id/cl-") == 38


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize(
    ("format", "known"),
    [
        (client.XML, "rdfxml"),
        (client.RDFXML, "rdfxml"),
        (client.RDF, "rdfxml"),
        (client.TURTLE, "turtle"),
        (client.N3, "turtle"),
        (client.JSONLD, "jsonld"),
    ],
)
@pytest.mark.filterwarnings("ignore:Sending Accept header:RuntimeWarning")
def test_sparqlwrapper_gets_graphs(url: str, way: str, query: str, format: str, known: str) -> None:
    found = wrapped(url, way, query, format)
    assert found.info()["content-type"].partition(";")[0] == GRAPHS[known].partition(";")[0]
    triples = list(ox.parse(found.response.read(), format=RDF[known]))
    assert len(triples) == 38 if query is CONSTRUCT else len(triples) > 5


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rdflib_reads_through_its_sparql_store(url: str, method: str, form: str) -> None:
    store = SPARQLStore(f"{url}/sparql", method=method, returnFormat=form)
    graph = rdflib.Graph(store)
    assert len(list(graph.query(SELECT))) == 38
    cluster = rdflib.URIRef("https://w3id.org/arvoverkko/id/cl-arctic-industry")
    assert (cluster, None, None) in graph or form in ("csv", "tsv")  # ASK has no answer in those that rdflib reads
    assert len(set(graph.triples((cluster, None, None)))) > 5


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_asks_and_constructs(url: str, method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{url}/sparql", method=method, returnFormat="xml"))
    assert graph.query(ASK).askAnswer is True
    constructed = graph.query(CONSTRUCT).graph
    assert constructed is not None and len(constructed) == 38
    described = graph.query(DESCRIBE).graph
    assert described is not None and len(described) > 5


@pytest.mark.parametrize(
    ("query", "format", "media"),
    [
        (SELECT, "application/sparql-results+json", "application/sparql-results+json"),
        (SELECT, "text/csv", "text/csv"),
        (SELECT, "something-else", "application/sparql-results+json"),
        (SELECT, "turtle", "application/sparql-results+json"),
        (CONSTRUCT, "json", "application/ld+json"),
        (CONSTRUCT, "rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "ttl", "text/turtle"),
        (CONSTRUCT, "csv", "text/turtle"),
    ],
)
def test_the_names_of_forms_that_clients_know(http: httpx.Client, query: str, format: str, media: str) -> None:
    for name in ("format", "output", "results"):
        answer = http.get("/sparql", params={"query": query, name: format, "timeout": "0", "debug": "on"})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].partition(";")[0] == media


def test_turtle_is_written_with_our_prefixes(http: httpx.Client) -> None:
    for path in ("/sparql", "/api/entities/cl-arctic-industry"):
        text = http.get(path, params={"query": CONSTRUCT} if path == "/sparql" else {"format": "turtle"}).text
        assert "@prefix av: <https://w3id.org/arvoverkko/ontology#> ." in text
        assert "av:Cluster" in text


# ---- the graphs that are asked


COUNT = "SELECT (COUNT(*) AS ?n) {} {{ {} }}"
NAMED = "SELECT DISTINCT ?g {} { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"


def test_a_query_is_asked_of_the_graphs_that_it_names(http: httpx.Client, enf_graph: KnowledgeGraph) -> None:
    def count(said: str, pattern: str = "?s ?p ?o", **fields: Any) -> int:
        query = COUNT.format(said, pattern)
        rows = http.get("/sparql", params={"query": query, **fields}).json()["results"]["bindings"]
        posted = http.post("/sparql", data={"query": query, **fields}).json()["results"]["bindings"]
        direct = {"Content-Type": "application/sparql-query"}
        body = http.post("/sparql", params=fields, content=query, headers=direct).json()["results"]["bindings"]
        assert rows == posted == body
        if not fields:
            assert enf_graph.sparql(query).item() == int(rows[0]["n"]["value"])  # type: ignore[union-attr]
        return int(rows[0]["n"]["value"])

    every = http.get("/sparql", params={"query": NAMED.replace("{}", "", 1)}).json()["results"]["bindings"]
    graphs = [row["g"]["value"] for row in every]
    assert len(graphs) > 2
    sizes = {graph: count(f"FROM <{graph}>") for graph in graphs}
    assert min(sizes.values()) > 0
    assert sum(sizes.values()) <= count("") == len(set(enf_graph.generation.store))  # what no graph holds is asked too
    one, two = graphs[:2]
    both = {"default-graph-uri": [one, two]}
    assert count("", **both) == count(f"FROM <{one}> FROM <{two}>") == sizes[one] + sizes[two]
    assert count("", **{"default-graph-uri": one}) == count(f"FROM <{two}>", **{"default-graph-uri": one}) == sizes[one]
    assert count("FROM <urn:nothing>") == count("", **{"default-graph-uri": "urn:nothing"}) == 0
    assert count(f"FROM NAMED <{one}>") == 0  # by the specification: a dataset with an empty default graph
    inside = "GRAPH ?g { ?s ?p ?o }"
    assert count(f"FROM NAMED <{one}>", inside) == count("", inside, **{"named-graph-uri": one}) == sizes[one]
    assert count("", inside, **{"default-graph-uri": one}) == 0


def test_what_is_no_address_of_a_graph_is_a_problem(http: httpx.Client) -> None:
    answer = http.get("/sparql", params={"query": "ASK {}", "default-graph-uri": "no address"})
    assert answer.status_code == 422


# ---- clients that go away


SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def connected(url: str) -> socket.socket:
    return socket.create_connection((urlsplit(url).hostname, urlsplit(url).port))


@pytest.mark.parametrize("posted", [False, True])
def test_a_client_that_closes_frees_its_worker(enf_graph: KnowledgeGraph, posted: bool) -> None:
    """The time limit is an hour here: only the closing can end the first query."""
    app = create_app(enf_graph, Settings(sparql_workers=1, sparql_waiting=0, sparql_timeout=3600))
    with Server(app) as server:
        if posted:
            lines = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            request = f"{lines}Content-Length: {len(SLOW)}\r\n\r\n{SLOW}"
        else:
            request = f"GET /sparql?query={quote(SLOW)} HTTP/1.1\r\nHost: x\r\n\r\n"
        gone = connected(server.url)
        gone.sendall(request.encode())
        wait_for(lambda: not app.state.places._value)
        busy = httpx.get(f"{server.url}/sparql", params={"query": "ASK {}"})
        assert busy.status_code == 503
        gone.close()
        wait_for(lambda: app.state.places._value)
        answer = httpx.get(f"{server.url}/sparql", params={"query": "ASK {}"}, timeout=60)
        assert answer.json()["boolean"] is True


def test_a_client_gone_in_mid_request_writes_nothing(
    enf_graph: KnowledgeGraph, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(enf_graph)
    log = logging.getLogger("uvicorn.error")  # it keeps what it says to itself
    with Server(app) as server:
        log.setLevel(logging.ERROR)
        log.addHandler(caplog.handler)
        gone = connected(server.url)
        lines = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        gone.sendall(f"{lines}Content-Length: 100\r\n\r\nASK".encode())
        wait_for(lambda: server.server.server_state.tasks)
        gone.close()
        wait_for(lambda: not server.server.server_state.tasks)
    log.removeHandler(caplog.handler)
    assert caplog.records == []


def wait_for(true: Any) -> None:
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


# ---- kept connections


def test_a_kept_connection_goes_on_after_a_refusal(url: str) -> None:
    kept = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    kept.connect()
    first = kept.sock

    def ask(method: str, path: str, body: str | None = None) -> int:
        kept.request(method, path, body, {"Content-Type": "application/sparql-query"} if body else {})
        answer = kept.getresponse()
        answer.read()
        assert kept.sock is first
        return answer.status

    assert ask("POST", "/sparql", "ASK {}" + " " * 100_000) == 413
    assert ask("GET", "/api/health") == 200
    assert ask("GET", f"/sparql?query={quote('CLEAR ALL')}") == 403
    assert ask("HEAD", "/api/health") == 200
    assert ask("POST", "/sparql", "ASK {}") == 200
    assert ask("GET", "/api/actors/none") == 404
    assert ask("GET", "/api/health") == 200
    kept.close()


def test_a_kept_connection_goes_on_after_a_timeout_and_sends_at_once(enf_graph: KnowledgeGraph) -> None:
    app = create_app(enf_graph, Settings(sparql_timeout=0.5))
    with Server(app) as server, httpx.Client(base_url=server.url, timeout=60) as kept:
        assert kept.get("/sparql", params={"query": SLOW}).status_code == 503
        assert kept.get("/api/health").status_code == 200
        (connection,) = server.server.server_state.connections
        accepted = connection.transport.get_extra_info("socket")  # type: ignore[union-attr]
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_the_answer_in_json_is_that_of_the_specification(http: httpx.Client) -> None:
    told = json.loads(http.get("/sparql", params={"query": "ASK {}"}).content)
    assert told == {"head": {}, "boolean": True}
