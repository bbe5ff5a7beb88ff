"""An entity as a page: valid, escaped, readable in every language, and nothing loaded from elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx
import pytest
from server import problem

from api.http.media import ENTITY
from api.http.plain_page import page
from graph.knowledge_graph import KnowledgeGraph
from graph.stores.entities import Evidence
from graph.values import GraphEntity
from ontology.metagraph import Kind
from ontology.texts import LANGUAGES

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
VOID = {"meta", "link"}


class Read(HTMLParser):
    """A page as it is read: every element is closed by its own end, and what it holds is kept."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        assert text.startswith("<!DOCTYPE html>")
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert len(dict(attributes)) == len(attributes)
        self.elements.append((tag, {name: value or "" for name, value in attributes}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for found, attributes in self.elements if found == tag]


def check(read: Read, language: str) -> None:
    """What a reader with or without eyes, and a careful browser, count on."""
    assert read.all("html")[0]["lang"] == language
    assert len(read.all("title")) == len(read.all("h1")) == len(read.all("main")) == 1
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["aria-labelledby"] for _, attributes in read.elements if "aria-labelledby" in attributes} == set(
        ids
    )
    assert all(head["scope"] in ("row", "col") for head in read.all("th"))
    assert not read.all("script") and not read.all("img") and not read.all("iframe")
    assert not [
        name for _, attributes in read.elements for name in attributes if name.startswith("on") or name == "src"
    ]
    for link in read.all("a"):
        assert urlsplit(link["href"]).scheme in ("", "http", "https")
    for link in read.all("link"):
        assert link["rel"] == "alternate" and link["href"].startswith("?format=")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_is_led_from_an_identifier_to_a_page(
    http: httpx.Client, enf_graph: KnowledgeGraph, language: str
) -> None:
    accept = {"Accept": BROWSER, "Accept-Language": language}
    led = http.get("/id/act-digipolis", headers=accept)
    assert (led.status_code, led.headers["location"]) == (303, "/api/entities/act-digipolis?format=html")
    answer = http.get(led.headers["location"], headers=accept)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-language"] == language
    for address in ("/api/entities/act-digipolis", "/api/actors/act-digipolis"):
        assert http.get(address, headers=accept).content == answer.content
    read = Read(answer.text)
    check(read, language)
    told = enf_graph.actor("act-digipolis").to_dict(language)
    said = set(read.text)
    hrefs = {link["href"] for link in read.all("a")}
    assert {told["label"], *told["attribute_labels"].values()} <= said
    for link in told["links"]:
        assert {link["says"], link["label"], link["method_label"], f"enf: {link['record']}"} <= said
        assert f"/api/entities/{link['other']}?format=html&lang={language}" in hrefs
        assert link["url"] in hrefs or not link["url"]
    for evidence in told["evidence"]:
        assert f"enf: {evidence['record']}" in said


def test_every_link_of_a_page_leads_somewhere(http: httpx.Client) -> None:
    read = Read(http.get("/api/value-chains/vc-wood?format=html&lang=fi").text)
    own = [link["href"] for link in (*read.all("a"), *read.all("link")) if not urlsplit(link["href"]).scheme]
    assert len(own) > 15
    for address in dict.fromkeys(own):
        full = f"/api/value-chains/vc-wood{address}" if address.startswith("?") else address
        assert http.get(full).status_code == 200, address


def test_every_entity_has_a_page(http: httpx.Client, enf_graph: KnowledgeGraph) -> None:
    for kind in Kind:
        for id in list(enf_graph.generation.directory.ids(kind))[:3]:
            check(Read(http.get(f"/api/entities/{id}?format=html&lang=sv").text), "sv")


def test_who_asks_for_anything_gets_json(http: httpx.Client) -> None:
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        assert http.get("/api/entities/act-digipolis", headers=headers).headers["content-type"] == "application/json"
    led = http.get("/id/act-digipolis?lang=sv", headers={"Accept": "text/html"})
    assert led.headers["location"] == "/api/entities/act-digipolis?format=html&lang=sv"
    problem(http.get("/api/entities/none", headers={"Accept": BROWSER}), 404, "not-found")


def test_what_comes_from_data_is_text(enf_graph: KnowledgeGraph) -> None:
    odd = '"><script>alert(1)</script><b x="'
    entity = GraphEntity(
        "act-digipolis",
        Kind.ACTOR,
        {"en": odd, f"x{odd}": odd},
        {"website": "javascript:alert(1)", "municipality": odd},
        (
            Evidence(odd, odd, "stated", "javascript:alert(1)", odd),
            Evidence("enf", "x", "stated", f"https://example.org/{odd}", odd),
        ),
        enf_graph.generation,
    )
    for language in LANGUAGES:
        read = Read(page(entity, language, f"/{odd}", ENTITY).decode())
        check(read, language)
        assert odd in read.text
        assert any(link["href"] == f"https://example.org/{odd}" for link in read.all("a"))
