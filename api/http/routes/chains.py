"""Value chains: what they lack, their infographics, and their interactive networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api.http.drawing import Drawings
from api.http.media import HTML, PICTURES
from api.http.problems import documented
from api.http.reading import Reading, ReadingDep, choose
from api.http.schemas import shapes
from graph.values import GraphEntity
from ontology.vocabulary import slug

router = APIRouter(prefix="/api", tags=["value chains"])

ChainId = Annotated[str, Path(description="The value chain's id.", examples=["vc-wood", "vc-battery"])]
#: An A4 at 340 dots an inch, which takes 160 MB to make.
WIDEST = 4000
Width = Annotated[int | None, Query(ge=200, le=WIDEST, description="Pixels across, for PNG; 1600 unless said.")]
Drawn = dict[int | str, dict[str, Any]]


@router.get(
    "/value-chains/{id:path}/gaps",
    response_model=shapes.GapsOfChain,
    responses=documented(400, 404, 409),
    summary="What a value chain lacks",
    operation_id="gaps",
)
def gaps(
    reading: ReadingDep,
    id: ChainId,
    region: Annotated[
        str | None, Query(min_length=1, description="Only parties in this region (id or name).", examples=["Kainuu"])
    ] = None,
    candidates: Annotated[int, Query(ge=0, le=100, description="How many candidates for each gap.")] = 5,
) -> Response:
    """For each stage and each competence that it requires: who has it, and who could bring it.

    `no_actor` and `no_data` are kept apart: silence is not absence.
    """
    return reading.json(reading.value_chain(id).gaps(region).to_dict(reading.language, candidates=candidates))


def _drawn(
    reading: Reading, what: GraphEntity, form: str, draw: Callable[[], bytes], width: int | None = None
) -> bytes:
    """Return a picture of something, drawn once for a data version, a language, a form and a width."""
    drawings: Drawings = reading.request.app.state.drawings
    return drawings.get((reading.generation.identity, what.id, reading.language, form, width), draw)


def _draw(reading: Reading, id: str, format: str, width: int | None = None) -> Response:
    chain = reading.value_chain(id)
    data = _drawn(reading, chain, format, lambda: chain.infographic(reading.language).write(format, width), width)
    name = f"{slug(chain.id)}-{reading.language}.{format}"
    return reading.answer(data, PICTURES[format], {"Content-Disposition": f'inline; filename="{name}"'})


def _pictures(*formats: str) -> Drawn:
    contents: dict[str, Any] = {PICTURES[format]: {"schema": {"type": "string"}} for format in formats}
    return {200: {"description": "The picture.", "content": contents}}


def _add(format: str) -> None:
    described: dict[str, Any] = {
        "path": f"/value-chains/{{id:path}}/infographic.{format}",
        "name": f"infographic as {format}",
        "response_class": Response,
        "responses": documented(400, 404, 409, 503) | _pictures(format),
        "summary": f"The infographic of a value chain as {format.upper()}",
        "description": "The same bytes from the same data version.",
        "operation_id": f"infographic_{format}",
    }

    def picture(reading: ReadingDep, id: ChainId) -> Response:
        return _draw(reading, id, format)

    def picture_of_width(reading: ReadingDep, id: ChainId, width: Width = None) -> Response:
        return _draw(reading, id, format, width)

    # Only a PNG has pixels.
    router.get(**described)(picture_of_width if format == "png" else picture)


for _format in PICTURES:
    _add(_format)


@router.get(
    "/value-chains/{id:path}/infographic",
    response_class=Response,
    responses=documented(400, 404, 406, 409, 503) | _pictures(*PICTURES),
    summary="The infographic of a value chain",
    operation_id="infographic",
)
def infographic(
    request: Request,
    reading: ReadingDep,
    id: ChainId,
    format: Annotated[
        Literal["svg", "png", "pdf"] | None, Query(description="The form; else the Accept header decides.")
    ] = None,
    width: Width = None,
) -> Response:
    """The infographic as SVG, PNG or PDF, by `format` or by what the reader accepts."""
    return _draw(reading, id, choose(request.headers.get("accept"), PICTURES, format), width)


_PAGE: Drawn = {200: {"description": "The page.", "content": {"text/html": {"schema": {"type": "string"}}}}}


@router.get(
    "/value-chains/{id:path}/network",
    response_class=Response,
    responses=documented(404, 409, 501, 503) | _PAGE,
    summary="The interactive network of a value chain",
    operation_id="chain_network",
)
def chain_network(reading: ReadingDep, id: ChainId) -> Response:
    """One HTML page that needs nothing from elsewhere: stages, who works in them, what they require."""
    chain = reading.value_chain(id)
    return reading.answer(_drawn(reading, chain, "html", lambda: chain.network(reading.language).html().encode()), HTML)


@router.get(
    "/clusters/{id:path}/network",
    response_class=Response,
    responses=documented(404, 409, 501, 503) | _PAGE,
    summary="The interactive network of a cluster",
    operation_id="cluster_network",
)
def cluster_network(
    reading: ReadingDep,
    id: Annotated[str, Path(description="The cluster's id.", examples=["cl-arctic-industry"])],
) -> Response:
    """One HTML page that needs nothing from elsewhere: the cluster, its members, and what joins them."""
    cluster = reading.cluster(id)
    return reading.answer(
        _drawn(reading, cluster, "html", lambda: cluster.network(reading.language).html().encode()), HTML
    )
