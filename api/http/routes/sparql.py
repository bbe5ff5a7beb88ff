"""SPARQL 1.1 over HTTP: read-only, in workers that are stopped when the time is up."""

from __future__ import annotations

import threading
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api.http import problems
from api.http.media import GRAPHS, RESULTS, accepted
from api.http.problems import documented
from api.http.reading import ReadingDep, SettingsDep, not_acceptable
from graph.sparql.pool import SparqlPool
from ontology.errors import InvalidArgument, QueryNotAllowed, QueryTimeout

router = APIRouter(tags=["SPARQL"])

_EXAMPLE = "SELECT ?cluster ?name WHERE { ?cluster a av:Cluster ; skos:prefLabel ?name } LIMIT 5"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_FORM = "application/x-www-form-urlencoded"

FormatName = Annotated[
    Literal["json", "xml", "csv", "tsv", "turtle", "ntriples", "jsonld"] | None,
    Query(description="The form of the answer; else the Accept header decides."),
]

_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer: results for SELECT and ASK, triples for CONSTRUCT and DESCRIBE.",
        "content": {media.partition(";")[0]: {} for media in (*RESULTS.values(), *GRAPHS.values())},
    }
}
_PROBLEMS = documented(400, 403, 406, 413, 415, 422, 503)
_BODY = {
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
    }
}


def get_pool(request: Request) -> SparqlPool:
    """Return the app's workers; a worker starts with the first query that needs it."""
    pool: SparqlPool = request.app.state.pool
    return pool


PoolDep = Annotated[SparqlPool, Depends(get_pool)]


async def posted_query(request: Request, settings: SettingsDep) -> str:
    """Return the query of a POST, from a form or from the body itself."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _UPDATE:
        raise QueryNotAllowed("query-update")
    if kind not in (_QUERY, _FORM):
        raise problems.WrongMediaType("media-type", known=(_QUERY, _FORM), type=kind or "–")
    text = (await _body(request, settings.sparql_query_bytes)).decode("utf-8", "replace")
    if kind == _QUERY:
        return text
    try:
        form = parse_qs(text, max_num_fields=20)
    except ValueError:  # more fields than a query can need
        raise InvalidArgument("query-field") from None
    if "update" in form:
        raise QueryNotAllowed("query-update")
    if len(form.get("query", ())) != 1:
        raise InvalidArgument("query-field")
    return form["query"][0]


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


def _ask(reading: ReadingDep, settings: SettingsDep, pool: SparqlPool, query: str, format: str | None) -> Response:
    if len(query.encode("utf-8", "replace")) > settings.sparql_query_bytes:
        raise _too_long(settings.sparql_query_bytes)
    accept = reading.request.headers.get("accept")
    # Which of the two is needed is known when the query is answered.
    results = format if format in RESULTS else accepted(accept, RESULTS) if format is None else None
    graph = format if format in GRAPHS else accepted(accept, GRAPHS) if format is None else None
    if results is None and graph is None:
        raise not_acceptable(RESULTS | GRAPHS)
    places: threading.Semaphore = reading.request.app.state.places
    if not places.acquire(blocking=False):
        raise QueryTimeout("queries-waiting")
    try:
        found = pool.ask(reading.generation.rdf_folder(), query, results=results or "json", graph=graph or "turtle")
    finally:
        places.release()
    offers, chosen = (GRAPHS, graph) if found.kind == "graph" else (RESULTS, results)
    if chosen is None:
        raise not_acceptable(offers)
    return reading.answer(found.body, offers[chosen])


@router.get(
    "/sparql",
    response_class=Response,
    responses=_PROBLEMS | _ANSWERS,
    summary="Ask in SPARQL",
    operation_id="sparql_get",
)
def ask(
    reading: ReadingDep,
    settings: SettingsDep,
    pool: PoolDep,
    query: Annotated[str, Query(min_length=1, description="A SPARQL 1.1 query.", examples=[_EXAMPLE])],
    format: FormatName = None,
) -> Response:
    """Answer a SPARQL 1.1 query; the project's prefixes need no declaring.

    Updates and SERVICE are refused, and a query that takes too long is stopped.
    """
    return _ask(reading, settings, pool, query, format)


@router.post(
    "/sparql",
    response_class=Response,
    responses=_PROBLEMS | _ANSWERS,
    summary="Ask in SPARQL, with a long query",
    operation_id="sparql_post",
    openapi_extra=_BODY,
)
def ask_by_post(
    reading: ReadingDep,
    settings: SettingsDep,
    pool: PoolDep,
    query: Annotated[str, Depends(posted_query)],
    format: FormatName = None,
) -> Response:
    """Answer a SPARQL 1.1 query from a form or from the body itself."""
    return _ask(reading, settings, pool, query, format)
