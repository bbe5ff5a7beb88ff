"""What a route reads with: one generation of the graph, one language, and the way to answer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from api.http.language import language_of
from api.http.media import JSON, accepted, to_json
from api.http.problems import NotAcceptable
from api.http.settings import Settings
from graph.knowledge_graph import KnowledgeGraph
from graph.stores.derived import PATHS
from graph.stores.generation import Generation
from graph.stores.manifest import program_version
from graph.values import Actor, Cluster, ValueChain
from ontology.metagraph import Kind
from ontology.texts import LANGUAGES
from ontology.vocabulary import check_language

#: So many parameters that a route does not have are told of; who sends more has seen enough.
_MOST_FAULTS = 10


@dataclass(frozen=True, slots=True)
class Reading:
    """One request's view: a graph that stands still, the reader's language, and how to answer."""

    graph: KnowledgeGraph
    language: str
    request: Request

    @property
    def generation(self) -> Generation:
        """The generation that this request reads."""
        return self.graph.generation

    def actor(self, id: str) -> Actor:
        """Return the actor with this very id; no name is looked up where an id is asked for."""
        return Actor.of(self.generation.directory.by_id(id, Kind.ACTOR), self.generation)

    def cluster(self, id: str) -> Cluster:
        """Return the cluster with this very id."""
        return Cluster.of(self.generation.directory.by_id(id, Kind.CLUSTER), self.generation)

    def value_chain(self, id: str) -> ValueChain:
        """Return the value chain with this very id."""
        return ValueChain.of(self.generation.directory.by_id(id, Kind.VALUE_CHAIN), self.generation)

    @property
    def tag(self) -> str | None:
        """The ETag of the answer, known before there is one: the same question to the same data has the same answer.

        It is weak, for it does not come from the bytes; and only what is asked by an address has one.
        """
        request = self.request
        if request.method != "GET":  # HEAD has become GET by now
            return None
        url, accept = request.url, request.headers.get("accept", "")
        asked = (
            program_version(),
            PATHS.fingerprint(),
            self.generation.identity,
            url.path,
            url.query,
            self.language,
            accept,
        )
        return f'W/"{hashlib.sha256(to_json(asked)).hexdigest()[:24]}"'

    def headers(self, tag: str | None) -> dict[str, str]:
        """Return the headers that an answer has, and a 304 too."""
        return {
            **({"ETag": tag} if tag else {}),
            "Generation": self.generation.name,
            "Cache-Control": "no-cache",
            "Vary": "Accept, Accept-Language",
            "Content-Language": self.language,
        }

    def has(self, *tags: str | None) -> bool:
        """Return whether the reader has the answer with one of these tags already."""
        known = self.request.headers.get("if-none-match", "").split(",")
        return not {part.strip() for part in known}.isdisjoint(filter(None, tags))

    def answer(
        self, body: bytes, media_type: str, headers: Mapping[str, str] | None = None, *, lasting: bool = True
    ) -> Response:
        """Return an answer with its generation and ETag, which comes from the bytes of what is not `lasting`."""
        tag = self.tag
        if tag and not lasting:
            tag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
        own = {**self.headers(tag), **(headers or {})}
        if tag and self.has(tag, "*"):
            return Response(status_code=304, headers=own)
        return Response(body, 200, own, media_type)

    def json(self, value: Any, headers: Mapping[str, str] | None = None, *, lasting: bool = True) -> Response:
        """Return a value as a JSON answer."""
        return self.answer(to_json(value), JSON, headers, lasting=lasting)


class Unchanged(Exception):
    """The reader has the answer already, so nothing is computed; `headers` are those of the 304."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__()
        self.headers = headers


def get_graph(request: Request) -> KnowledgeGraph:
    """Return the graph that the app was made for."""
    graph: KnowledgeGraph = request.app.state.graph
    return graph


def get_settings(request: Request) -> Settings:
    """Return the app's settings."""
    settings: Settings = request.app.state.settings
    return settings


def get_language(
    request: Request,
    lang: Annotated[
        str | None,
        Query(
            description="The language of names and sentences; else Accept-Language, else the server's own.",
            json_schema_extra={"enum": list(LANGUAGES)},
        ),
    ] = None,
) -> str:
    """Return the language asked for: the parameter, else what the browser prefers, else English."""
    return language_of(request) if lang is None else check_language(lang)


GraphDep = Annotated[KnowledgeGraph, Depends(get_graph)]
SettingsDep = Annotated[Settings, Depends(get_settings)]
LanguageDep = Annotated[str, Depends(get_language)]


def get_reading(request: Request, graph: GraphDep, language: LanguageDep) -> Reading:
    """Return this request's view of the graph: one state of it from end to end.

    Raises Unchanged before anything is computed, if the reader has the answer already.
    """
    reading = Reading(graph.pinned(), language, request)
    if reading.has(tag := reading.tag):
        raise Unchanged(reading.headers(tag))
    return reading


ReadingDep = Annotated[Reading, Depends(get_reading)]


def only_known_parameters(request: Request) -> None:
    """Refuse a parameter that the route does not have: a misspelt filter must not pass for no filter."""
    path = request.app.state.description["paths"].get(request.scope["route"].path_format, {})
    described = path.get(request.method.lower(), {}).get("parameters", ())
    known = [parameter["name"] for parameter in described if parameter["in"] == "query"]
    faults: list[dict[str, Any]] = []
    for name in request.query_params:
        if name not in known and len(faults) < _MOST_FAULTS:
            near = get_close_matches(name, known, n=1)
            type = "parameter-near" if near else "parameter-unknown" if known else "parameter-none"
            right = {"near": near[0]} if near else {"known": ", ".join(known)}
            faults.append({"loc": ("query", name), "msg": "", "type": type, "ctx": right})
    if faults:
        raise RequestValidationError(faults)


def choose(header: str | None, offers: Mapping[str, str], asked: str | None = None) -> str:
    """Return the format asked for by name, else the one that the Accept header wants; 406 if there is none."""
    found = asked if asked in offers else accepted(header, offers) if asked is None else None
    if found is None:
        raise not_acceptable(offers)
    return found


def not_acceptable(offers: Mapping[str, str]) -> NotAcceptable:
    """Return the error that says which media types there are."""
    return NotAcceptable("no-such-media", known=tuple(media.partition(";")[0] for media in offers.values()))
