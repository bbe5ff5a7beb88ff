"""What holds for every answer of the HTTP door: kept answers, methods, and what is not ready yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pyoxigraph as ox
import pytest
from server import NAMES, Server, problem

from api.http.app import create_app
from api.http.media import GRAPHS
from api.http.reading import Reading
from graph.knowledge_graph import KnowledgeGraph
from graph.questions import partners
from graph.stores.generation import Generation
from graph.stores.memory import Memory
from ontology.errors import NotReady
from ontology.facts import Batch

ADDRESSES = (
    "/api/",
    "/api/actors?region=Lapland&lang=fi",
    "/api/search?q=lapin",
    "/api/entities/act-digipolis?format=turtle",
    "/api/actors/act-digipolis/partners?limit=3",
    "/api/value-chains/vc-wood/infographic.svg",
    "/api/clusters/cl-arctic-industry/network",
    f"/sparql?query={NAMES.replace(' ', '+')}",
)


def test_who_has_the_answer_waits_for_none(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tags = {address: http.get(address).headers["etag"] for address in ADDRESSES}
    assert len(set(tags.values())) == len(ADDRESSES)

    def computed(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("what the reader has was computed again")

    monkeypatch.setattr(Reading, "answer", computed)
    monkeypatch.setattr(partners, "find_partners", computed)
    for address, tag in tags.items():
        for known in (tag, f'"other", {tag}'):
            answer = http.get(address, headers={"If-None-Match": known})
            assert (answer.status_code, answer.content) == (304, b""), address
            assert answer.headers["etag"] == tag and "generation" in answer.headers
        assert http.head(address, headers={"If-None-Match": tag}).status_code == 304


def test_a_tag_is_of_one_question(http: httpx.Client) -> None:
    def tag(address: str = "/api/entities/act-digipolis", **headers: str) -> str:
        return str(http.get(address, headers=headers).headers["etag"])

    assert tag() == tag()
    others = (
        tag("/api/entities/act-vtt"),
        tag("/api/entities/act-digipolis?lang=fi"),
        tag(**{"Accept-Language": "sv"}),
        tag(Accept="text/turtle"),
    )
    assert len({tag(), *others}) == 5
    assert http.get("/api/", headers={"If-None-Match": "*"}).status_code == 304
    assert http.get("/api/actors/none", headers={"If-None-Match": "*"}).status_code == 404
    assert "etag" not in http.post("/sparql", data={"query": NAMES}).headers


def test_what_changes_by_itself_is_never_kept(http: httpx.Client) -> None:
    address = "/sparql?query=SELECT+(STRUUID()+AS+?u)+{}&format=csv"
    first = http.get(address)
    assert http.get(address, headers={"If-None-Match": first.headers["etag"]}).status_code == 200


def test_the_same_number_in_another_life_is_another_answer(enf_batch: Batch) -> None:
    """A graph that was thrown away and made anew counts from one again."""

    class Remade(Memory):
        def open(self, number: int | None = None) -> Generation:
            found = super().open(number)
            return Generation(found.tables, {**found.manifest, "identity": str(id(self))})

    tags = []
    for home in (Remade(), Remade()):
        graph = KnowledgeGraph(home)
        graph.replace(enf_batch)
        with Server(create_app(graph)) as server:
            answer = httpx.get(f"{server.url}/api/actors?limit=1")
        assert answer.json()["generation"] == 1
        tags.append(answer.headers["etag"])
    assert tags[0] != tags[1]


@pytest.mark.parametrize(
    ("address", "methods"),
    [
        ("/sparql", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("/api/actors", {"GET", "HEAD", "OPTIONS"}),
        ("/api/actors/act-digipolis/partners", {"GET", "HEAD", "OPTIONS"}),
        ("/id/act-digipolis", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_an_address_names_all_its_methods(http: httpx.Client, address: str, methods: set[str]) -> None:
    asked = http.options(address)
    assert (asked.status_code, asked.content) == (204, b"")
    refused = http.delete(address)
    problem(refused, 405, "http-405")
    for answer in (asked, refused):
        assert set(answer.headers["allow"].split(", ")) == methods
    assert http.options("/api/nothing").status_code == 404


def test_a_flood_of_unknown_parameters_is_told_in_short(http: httpx.Client) -> None:
    address = "/api/actors?" + "&".join(f"a{number}=" for number in range(5000))
    assert 1 < len(problem(http.get(address), 400, "invalid-request")["errors"]) <= 10


@pytest.fixture(scope="module")
def early(enf_graph: KnowledgeGraph) -> Iterator[httpx.Client]:
    """A client of a graph whose RDF is still being made."""

    class Early(Generation):
        def store_within(self, patience: float | None) -> ox.Store:
            raise NotReady(retry_after=7)

        def rdf_folder(self, patience: float | None = None) -> Path:
            raise NotReady(retry_after=7)

    class Home(Memory):
        def open(self, number: int | None = None) -> Generation:
            return Early(enf_graph.generation.tables, enf_graph.generation.manifest)

    with Server(create_app(KnowledgeGraph(Home()))) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        yield client


@pytest.mark.parametrize(
    "address", ["/sparql?query=ASK+{}", *(f"/api/entities/act-digipolis?format={form}" for form in GRAPHS)]
)
def test_what_follows_later_says_when(early: httpx.Client, address: str) -> None:
    told = set()
    for language in ("fi", "en", "sv"):
        answer = early.get(address, headers={"Accept-Language": language})
        body = problem(answer, 503, "rdf-follows")
        assert answer.headers["retry-after"] == "7"
        assert "7" in body["detail"] and "etag" not in answer.headers
        told.add((body["title"], body["detail"]))
    assert len(told) == 3
    assert problem(early.post("/sparql", data={"query": "ASK {}"}), 503, "rdf-follows")


def test_all_else_is_answered_while_rdf_follows(early: httpx.Client) -> None:
    for address in ADDRESSES:
        if "sparql" not in address and "turtle" not in address:
            assert early.get(address).status_code == 200, address
    assert early.get("/api/health").status_code == 200
    assert early.get("/id/act-digipolis", headers={"Accept": "text/turtle"}).status_code == 303


def test_history_has_what_is_read_while_others_are_thrown_away(enf_batch: Batch) -> None:
    class Pruning(Memory):
        def history(self) -> list[dict[str, Any]]:
            return []

    graph = KnowledgeGraph(Pruning())
    for total in (0, 1):
        with Server(create_app(graph)) as server:
            told = httpx.get(f"{server.url}/api/history").json()
        assert told["total"] == len(told["items"]) == total
        graph.replace(enf_batch)
