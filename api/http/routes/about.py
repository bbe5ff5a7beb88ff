"""What the server holds, whether it is well, what happened before, and what its problems mean."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import RedirectResponse, Response

from api.http import problems
from api.http.addresses import shown
from api.http.reading import GraphDep, ReadingDep
from api.http.schemas import About, Health, History, ProblemType
from graph.stores.manifest import program_version
from ontology.errors import NotFound
from ontology.texts import LANGUAGES

router = APIRouter(prefix="/api", tags=["about"])
door = APIRouter(include_in_schema=False)


@door.get("/")
def front() -> Response:
    """Lead to what the server says of itself."""
    return RedirectResponse("api/")


@router.get(
    "/",
    response_model=About,
    responses=problems.documented(503),
    summary="What this server holds",
    operation_id="about",
)
def about(reading: ReadingDep) -> Response:
    """Counts, sources with their licences, the current data version, and links to everything else."""
    generation = reading.generation
    manifest = generation.manifest
    root = reading.request.scope.get("root_path", "")
    links = {
        "search": "/api/search?q={text}",
        **{plural: f"/api/{plural}" for plural in shown(generation.counts)},
        "entity": "/api/entities/{id}",
        "partners": "/api/actors/{id}/partners",
        "paths": "/api/paths?from={id}&to={id}",
        "gaps": "/api/value-chains/{id}/gaps",
        "infographic": "/api/value-chains/{id}/infographic.svg",
        "network": "/api/value-chains/{id}/network",
        "history": "/api/history",
        "health": "/api/health",
        "problems": "/api/problems",
        "sparql": "/sparql",
        "openapi": "/api/openapi.json",
    }
    return reading.json(
        {
            "title": "Arvoverkko",
            "version": program_version(),
            "generation": generation.number,
            "name": generation.name,
            "created": manifest["created"],
            "counts": generation.counts,
            "sources": [dict(source) for source in manifest["sources"]],
            "licences": list(dict.fromkeys(source["licence"] for source in manifest["sources"])),
            "languages": list(LANGUAGES),
            "links": {name: root + address for name, address in links.items()},
        }
    )


@router.get(
    "/health",
    response_model=Health,
    responses=problems.documented(503),
    summary="Whether all is well",
    operation_id="health",
)
def health(reading: ReadingDep) -> Response:
    """`ok` and the data version, or a problem if the graph cannot be read."""
    return reading.json({"status": "ok", "generation": reading.generation.number})


@router.get(
    "/history",
    response_model=History,
    responses=problems.documented(503),
    summary="The data versions",
    operation_id="history",
)
def history(reading: ReadingDep, graph: GraphDep) -> Response:
    """What each data version says of itself, newest first: sources, counts, findings, and when it was made."""
    # While older ones are thrown away, the list may miss the one that is read.
    now = reading.generation.manifest
    found: list[dict[str, Any]] = graph.history() or ([dict(now)] if now["generation"] else [])
    return reading.json({"total": len(found), "items": found}, lasting=False)


@router.get(
    "/problems",
    response_model=list[ProblemType],
    responses=problems.documented(),
    summary="The types of problems",
    operation_id="problems",
)
def types(reading: ReadingDep) -> Response:
    """Every type of problem that an answer may have."""
    return reading.json([_described(kind, reading.language) for kind in problems.TABLE.values()])


@router.get(
    "/problems/{slug}",
    response_model=ProblemType,
    responses=problems.documented(404),
    summary="One type of problem",
    operation_id="problem",
)
def type_of_problem(
    reading: ReadingDep, slug: Annotated[str, Path(description="The last part of its type.", examples=["not-found"])]
) -> Response:
    """What a type of problem means."""
    for kind in problems.TABLE.values():
        if kind.slug == slug:
            return reading.json(_described(kind, reading.language))
    known = tuple(kind.slug for kind in problems.TABLE.values())
    raise NotFound("unknown-problem", slug=slug, known=known)


def _described(kind: problems.Kind, language: str) -> dict[str, Any]:
    return {"type": problems.TYPES + kind.slug, "title": kind.title(language), "status": kind.status}
