"""Partners for an actor, and the paths between two."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.http.problems import documented
from api.http.reading import ReadingDep
from api.http.schemas import code_or_name, kinds_by_name, shapes
from ontology.metagraph import Kind

router = APIRouter(prefix="/api", tags=["questions"])


@router.get(
    "/actors/{id:path}/partners",
    response_model=shapes.Partners,
    responses=documented(400, 404, 409),
    summary="Partners for an actor, with reasons",
    operation_id="partners",
)
def partners(
    reading: ReadingDep,
    id: Annotated[str, Path(description="The actor's id.", examples=["act-digipolis"])],
    outside: Annotated[
        list[str] | None,
        Query(
            description="Only partners outside the actor's own clusters, or regions; may be repeated.",
            json_schema_extra=kinds_by_name(Kind.CLUSTER, Kind.REGION),
        ),
    ] = None,
    region: Annotated[
        str | None, Query(min_length=1, description="Only partners in this region (id or name).", examples=["Kainuu"])
    ] = None,
    actor_type: Annotated[
        str | None,
        Query(
            description="Only this type, by its code or its name in any language.",
            json_schema_extra=code_or_name("actor-types"),
        ),
    ] = None,
    min_trl: Annotated[
        int | None, Query(ge=1, le=9, description="Only those whose platforms reach this readiness level.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="How many at most.")] = 10,
    offset: Annotated[int, Query(ge=0, le=1_000_000, description="How many to pass over.")] = 0,
) -> Response:
    """The best partners with their score and its parts, the reason in one sentence, and the records behind it.

    What is not known is said: an unknown readiness level or region neither passes nor fails a filter unseen.
    """
    found = reading.actor(id).partners(
        outside=outside, region=region, actor_type=actor_type, min_trl=min_trl, limit=limit, offset=offset
    )
    return reading.json(found.to_dict(reading.language))


@router.get(
    "/paths",
    operation_id="paths",
    response_model=shapes.Paths,
    responses=documented(400, 404, 409),
    summary="The paths between two",
)
def paths(
    reading: ReadingDep,
    start: Annotated[
        str,
        Query(
            alias="from",
            min_length=1,
            description="An actor, a cluster or a platform, by id or name.",
            examples=["act-digipolis"],
        ),
    ],
    end: Annotated[
        str, Query(alias="to", min_length=1, description="Another, by id or name.", examples=["act-oulu-yo"])
    ],
    limit: Annotated[int, Query(ge=1, le=50, description="How many paths at most.")] = 10,
) -> Response:
    """The best paths between two actors, clusters or platforms, nearest first, with the records of every step."""
    return reading.json(reading.graph.paths(start, end, limit=limit).to_dict(reading.language))
