"""SPARQL 1.1 over HTTP: read-only, in workers that are stopped when the time is up or the reader has gone.

The door follows the protocol, and passes over parameters that it does not know: clients send several names of a form.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.http import problems
from api.http.media import GRAPHS, RESULTS, accepted, called
from api.http.problems import documented
from api.http.reading import ReadingDep, SettingsDep, not_acceptable
from graph.sparql.pool import Answer, Dataset, SparqlPool, Stop
from ontology.errors import InvalidArgument, QueryError, QueryNotAllowed, QueryTimeout

router = APIRouter(tags=["SPARQL"])

_EXAMPLE = "SELECT ?cluster ?name WHERE { ?cluster a av:Cluster ; skos:prefLabel ?name } LIMIT 5"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_FORM = "application/x-www-form-urlencoded"

#: What gives another answer each time.
_FLEETING = re.compile(r"\b(?:now|rand|uuid|struuid)\b", re.IGNORECASE)

#: Of these the first that names a form of the answer counts; the last two are what other servers call `format`.
_FORMATS = ("format", "output", "results")

_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer: results for SELECT and ASK, triples for CONSTRUCT and DESCRIBE.",
        "content": {media.partition(";")[0]: {} for media in (*RESULTS.values(), *GRAPHS.values())},
    }
}
_PROBLEMS = documented(400, 403, 406, 413, 415, 422, 503)
_IRIS = {"type": "array", "items": {"type": "string", "format": "uri"}}
_PARAMETERS = [
    {
        "name": "format",
        "in": "query",
        "description": f"The form: {', '.join((*RESULTS, *GRAPHS))}, or a media type; else Accept decides.",
        "schema": {"type": "string"},
        "example": "json",
    },
    {
        "name": "default-graph-uri",
        "in": "query",
        "description": "The graphs to ask instead of those that the query names, or of all.",
        "schema": _IRIS,
    },
    {
        "name": "named-graph-uri",
        "in": "query",
        "description": "The graphs that GRAPH finds instead of those that the query names, or of all.",
        "schema": _IRIS,
    },
]
_BODY = {
    "parameters": _PARAMETERS,
    "requestBody": {
        "required": True,
        "content": {
            _QUERY: {"schema": {"type": "string"}, "example": _EXAMPLE},
            _FORM: {
                "schema": {
                    "type": "object",
                    "required": ["query"],
                    "properties": {"query": {"type": "string"}},
                },
                "example": {"query": _EXAMPLE},
            },
        },
    },
}


@dataclass(frozen=True, slots=True)
class Question:
    """A query, the graphs that it is asked of, and what its answer's form was called."""

    query: str
    dataset: Dataset
    formats: tuple[str, ...]


def question(fields: Sequence[tuple[str, str]], query: str | None = None) -> Question:
    """Return what is asked by the fields of an address or a form, and by a body if that is the query."""

    def values(name: str) -> tuple[str, ...]:
        return tuple(value for field, value in fields if field == name)

    queries = values("query") if query is None else (query,)
    if len(queries) != 1:
        raise InvalidArgument("query-field")
    return Question(
        queries[0],
        Dataset(values("default-graph-uri"), values("named-graph-uri")),
        tuple(value for name in _FORMATS for value in values(name)),
    )


def get_pool(request: Request) -> SparqlPool:
    """Return the app's workers; a worker starts with the first query that needs it."""
    pool: SparqlPool = request.app.state.pool
    return pool


PoolDep = Annotated[SparqlPool, Depends(get_pool)]


async def posted_question(request: Request, settings: SettingsDep) -> Question:
    """Return what is asked by a POST, in a form or in the body itself."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _UPDATE:
        raise QueryNotAllowed("query-update")
    if kind not in (_QUERY, _FORM):
        raise problems.WrongMediaType("media-type", known=(_QUERY, _FORM), type=kind or "–")
    text = (await _body(request, settings.sparql_query_bytes)).decode("utf-8", "replace")
    fields = request.query_params.multi_items()
    if kind == _QUERY:
        return question(fields, text)
    form = parse_qsl(text, keep_blank_values=True)
    if any(name == "update" for name, _ in form):
        raise QueryNotAllowed("query-update")
    return question([*form, *fields])


async def _body(request: Request, most: int) -> bytes:
    """Read a body, and stop reading when it is longer than a query may be."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _too_long(most)
        parts.append(part)
    return b"".join(parts)


def _too_long(most: int) -> problems.TooLong:
    return problems.TooLong("query-bytes", most=most)


async def _answered(reading: ReadingDep, settings: SettingsDep, pool: SparqlPool, asked: Question) -> Response:
    if len(asked.query.encode("utf-8", "replace")) > settings.sparql_query_bytes:
        raise _too_long(settings.sparql_query_bytes)
    accept = reading.request.headers.get("accept")
    # Which of the two is needed is known when the query is answered.
    results = called(asked.formats, RESULTS) or accepted(accept, RESULTS)
    graph = called(asked.formats, GRAPHS) or accepted(accept, GRAPHS)
    if results is None and graph is None:
        raise not_acceptable(RESULTS | GRAPHS)

    def ask(stop: Stop) -> Answer:
        folder = reading.generation.rdf_folder(settings.rdf_patience)
        return pool.ask(folder, asked.query, results or "json", graph or "turtle", asked.dataset, stop)

    places: threading.Semaphore = reading.request.app.state.places
    if not places.acquire(blocking=False):
        raise QueryTimeout("queries-waiting")
    stop = Stop()
    watch = asyncio.create_task(_watch(reading.request, stop))
    try:
        found = await run_in_threadpool(ask, stop)
    except QueryError:
        if watch.done():  # nobody reads what is said now
            return Response(status_code=400)
        raise
    finally:
        watch.cancel()
        places.release()
    offers, chosen = (GRAPHS, graph) if found.kind == "graph" else (RESULTS, results)
    if chosen is None:
        raise not_acceptable(offers)
    return reading.answer(found.body, offers[chosen], lasting=not _FLEETING.search(asked.query))


async def _watch(request: Request, stop: Stop) -> None:
    """Stop a question when its reader goes away: a worker is free again for those who wait."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    stop()


@router.get(
    "/sparql",
    response_class=Response,
    responses=_PROBLEMS | _ANSWERS,
    summary="Ask in SPARQL",
    operation_id="sparql_get",
    openapi_extra={"parameters": _PARAMETERS},
)
async def ask(
    reading: ReadingDep,
    settings: SettingsDep,
    pool: PoolDep,
    query: Annotated[str, Query(min_length=1, description="A SPARQL 1.1 query.", examples=[_EXAMPLE])],
) -> Response:
    """Answer a SPARQL 1.1 query; the project's prefixes need no declaring.

    Updates and SERVICE are refused, and a query that takes too long is stopped. Without FROM, all graphs are asked.
    """
    return await _answered(reading, settings, pool, question(reading.request.query_params.multi_items()))


@router.post(
    "/sparql",
    response_class=Response,
    responses=_PROBLEMS | _ANSWERS,
    summary="Ask in SPARQL, with a long query",
    operation_id="sparql_post",
    openapi_extra=_BODY,
)
async def ask_by_post(
    reading: ReadingDep,
    settings: SettingsDep,
    pool: PoolDep,
    asked: Annotated[Question, Depends(posted_question)],
) -> Response:
    """Answer a SPARQL 1.1 query from a form or from the body itself."""
    return await _answered(reading, settings, pool, asked)
