"""The HTTP door: `create_app(graph)` makes an app around a graph."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from api.http import problems
from api.http.addresses import PLURALS, shown
from api.http.drawing import Drawings
from api.http.middleware import Manners
from api.http.reading import Unchanged, only_known_parameters
from api.http.routes import about, chains, entities, partners, sparql
from api.http.settings import Settings
from graph.knowledge_graph import KnowledgeGraph
from graph.sparql.pool import SparqlPool
from graph.stores.manifest import program_version

_DESCRIPTION = """\
A knowledge graph of value chains and of the actors in them: partners with reasons, gaps, infographics.

Every answer carries the data version that it was read from (`Generation`) and an `ETag`. Lists have totals and say
how to go on. Errors are problems (RFC 9457). Names and sentences are in Finnish, English or Swedish (`lang`).
"""


def create_app(graph: KnowledgeGraph, settings: Settings | None = None) -> FastAPI:
    """Return an app that answers from a graph."""
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Its workers start with the first query.
        with SparqlPool(chosen.sparql_workers, chosen.sparql_timeout, chosen.sparql_answer_bytes) as pool:
            app.state.pool = pool
            yield

    # The usual pages of documentation load scripts from elsewhere; the description itself is enough here.
    app = FastAPI(
        title="Arvoverkko",
        version=program_version(),
        description=_DESCRIPTION,
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.graph, app.state.settings = graph, chosen
    # Queries that wait hold a thread each; only so many may, so that other routes always find one.
    app.state.places = threading.Semaphore(chosen.sparql_workers + chosen.sparql_waiting)
    app.state.drawings = Drawings(chosen.pictures_at_once, chosen.pictures_waiting, chosen.pictures_bytes)
    checks = [Depends(only_known_parameters)]
    # The routes below an entity come before the entity itself, whose id may contain slashes.
    for router in (about.router, partners.router, chains.router, entities.router):
        app.include_router(router, dependencies=checks)
    for router in (entities.identifiers, about.door):
        app.include_router(router, dependencies=checks)
    app.include_router(sparql.router)
    problems.handle(app)
    app.add_exception_handler(Unchanged, _unchanged)
    app.add_exception_handler(405, _wrong_method)
    app.add_middleware(Manners)
    if chosen.allow_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(chosen.allow_origins),
            allow_methods=["GET", "HEAD", "POST"],
            expose_headers=["ETag", "Generation", "Link"],
        )
    _describe(app, graph)
    return app


async def _unchanged(request: Request, error: Exception) -> Response:
    return Response(status_code=304, headers=error.headers if isinstance(error, Unchanged) else None)


async def _wrong_method(request: Request, error: Exception) -> Response:
    """Say how an address may be asked, with all methods of it: each route knows only its own."""

    def fits(method: str) -> bool:
        asked = {**request.scope, "method": method}
        return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)

    own = [method for method in ("GET", "POST", "PUT", "PATCH", "DELETE") if fits(method)]
    headers = {"Allow": ", ".join([*own, *(["HEAD"] if "GET" in own else []), "OPTIONS"])}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=headers)
    return problems.answer(request, HTTPException(405, headers=headers))


def _describe(app: FastAPI, graph: KnowledgeGraph) -> None:
    """Describe what there is: the shape of problems, to which the routes refer, and no kind that has no data."""
    whole = app.openapi()
    whole.setdefault("components", {}).setdefault("schemas", {})["Problem"] = problems.SCHEMA
    app.state.description = whole

    def described() -> dict[str, Any]:
        hidden = {f"/api/{plural}" for plural in set(PLURALS.values()) - set(shown(graph.counts()))}
        paths = {path: told for path, told in whole["paths"].items() if "/".join(path.split("/")[:3]) not in hidden}
        return {**whole, "paths": paths}

    app.openapi = described  # type: ignore[method-assign]
