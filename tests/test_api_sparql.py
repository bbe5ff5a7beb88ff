"""SPARQL over HTTP: every form of answer, and every refusal."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from server import NAMES, RDF, Server, problem

from api.http.app import create_app
from api.http.media import GRAPHS, RESULTS
from api.http.settings import Settings
from graph.knowledge_graph import KnowledgeGraph
from graph.sparql.pool import SparqlPool
from ontology.errors import DamagedWorkspace


@pytest.mark.parametrize(("format", "media_type"), RESULTS.items())
def test_results_in_every_form(http: httpx.Client, format: str, media_type: str) -> None:
    plain = media_type.partition(";")[0]
    first = http.get("/sparql", params={"query": NAMES}, headers={"Accept": plain})
    assert first.headers["content-type"] == media_type
    assert first.content == http.get("/sparql", params={"query": NAMES, "format": format}).content
    form = http.post("/sparql", data={"query": NAMES}, headers={"Accept": plain})
    body = http.post("/sparql", content=NAMES, headers={"Accept": plain, "Content-Type": "application/sparql-query"})
    assert first.content == form.content == body.content
    assert first.content.count(b"/id/cl-") == 38


@pytest.mark.parametrize(("format", "media_type"), GRAPHS.items())
def test_graphs_in_every_form(http: httpx.Client, format: str, media_type: str) -> None:
    query = "CONSTRUCT { ?c a av:Cluster } WHERE { ?c a av:Cluster }"
    plain = media_type.partition(";")[0]
    answer = http.get("/sparql", params={"query": query}, headers={"Accept": plain})
    assert answer.headers["content-type"] == media_type
    assert len(list(ox.parse(answer.content, format=RDF[format]))) == 38


def test_queries_that_are_refused(http: httpx.Client) -> None:
    def ask(query: str) -> httpx.Response:
        return http.get("/sparql", params={"query": query})

    problem(ask("DELETE WHERE { ?s ?p ?o }"), 403, "query-not-allowed")
    problem(ask("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"), 403, "query-not-allowed")
    problem(http.post("/sparql", data={"update": "CLEAR ALL"}), 403, "query-not-allowed")
    update = {"Content-Type": "application/sparql-update"}
    problem(http.post("/sparql", content="CLEAR ALL", headers=update), 403, "query-not-allowed")
    problem(ask("SELECT WHERE"), 400, "query-syntax")
    problem(http.get("/sparql"), 400, "invalid-request")
    problem(http.post("/sparql", data={"nothing": "here"}), 400, "invalid-argument")
    problem(http.post("/sparql", json={"query": NAMES}), 415, "http-415")
    problem(http.post("/sparql", data={"query": NAMES + " " * 6000}), 413, "http-413")
    problem(ask(NAMES + " " * 6000), 413, "http-413")
    accept = {"Accept": "image/png"}
    problem(http.get("/sparql", params={"query": NAMES}, headers=accept), 406, "http-406")
    accept = {"Accept": "text/turtle"}
    problem(http.get("/sparql", params={"query": NAMES}, headers=accept), 406, "http-406")


#: Longer than anybody waits.
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def test_a_query_that_takes_too_long_is_stopped_and_the_next_is_answered(enf_graph: KnowledgeGraph) -> None:
    app = create_app(enf_graph, Settings(sparql_timeout=1.0))
    with Server(app) as server:
        answer = httpx.get(f"{server.url}/sparql", params={"query": SLOW}, timeout=30)
        problem(answer, 503, "query-timeout")
        assert int(answer.headers["retry-after"]) > 0
        app.state.pool._timeout = 60  # a busy machine is no reason to stop this one
        answer = httpx.get(f"{server.url}/sparql", params={"query": "ASK { ?s ?p ?o }"}, timeout=60)
        assert answer.json()["boolean"] is True


def test_more_queries_than_can_wait_are_told_to_come_back(enf_graph: KnowledgeGraph) -> None:
    app = create_app(enf_graph, Settings(sparql_workers=1, sparql_waiting=0, sparql_timeout=2.0))
    with Server(app) as server, ThreadPoolExecutor(1) as thread:
        first = thread.submit(httpx.get, f"{server.url}/sparql", params={"query": SLOW}, timeout=30)
        while app.state.places._value and not first.done():  # until it holds the only place
            time.sleep(0.01)
        second = httpx.get(f"{server.url}/sparql", params={"query": NAMES})
        assert "try again" in problem(second, 503, "query-timeout")["detail"]
        assert httpx.get(f"{server.url}/api/health").status_code == 200
        problem(first.result(), 503, "query-timeout")


def test_fields_that_nobody_knows_are_passed_over(http: httpx.Client) -> None:
    fields = {f"f{n}": "x" for n in range(300)} | {"query": "ASK {}"}
    assert http.post("/sparql", data=fields).json()["boolean"] is True
    twice = [("query", "ASK {}"), ("query", "ASK {}")]
    problem(http.get("/sparql", params=twice), 400, "invalid-argument")


def test_a_missing_store_names_no_folder_of_the_server(tmp_path: Path) -> None:
    with SparqlPool(1) as pool, pytest.raises(DamagedWorkspace):
        pool.ask(tmp_path / "nothing", "ASK {}")
