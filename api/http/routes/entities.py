"""Lists of each kind, search, and one entity in full or as linked data."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.http.addresses import PLURALS
from api.http.media import ENTITY, GRAPHS, HTML
from api.http.plain_page import page as page_of
from api.http.problems import documented
from api.http.reading import Reading, ReadingDep, choose, get_settings
from api.http.schemas import PageOfEntities, PageOfHits, code_or_name, kinds_by_name, shapes
from api.http.settings import LARGEST_PAGE, PAGE_SIZE
from graph.questions.lists import listed, page, searched
from graph.stores.linked import describe
from graph.values import of_kind
from ontology.errors import InvalidArgument
from ontology.metagraph import Kind
from ontology.vocabulary import find_kind

router = APIRouter(prefix="/api", tags=["entities"])
#: Identifiers of linked data lead here.
identifiers = APIRouter(tags=["linked data"])

#: Filters of lists: what each says, and an example.
_SAYS = {
    "name": ("The one with this id, name in any language, or part of a name.", "Digipolis"),
    "region": ("Only those in this region (id or name).", "reg-lappi"),
    "cluster": ("Only members of this cluster (id or name).", "cl-arctic-industry"),
    "value_chain": ("Only stages of this value chain (id or name).", "vc-wood"),
    "actor_type": ("Only this type of actor, by its code or its name in any language.", "university"),
    "region_type": ("Only this type of region, by its code or its name in any language.", "maakunta"),
}
#: Filters whose values are the codes of a scheme.
_CODED = {"actor_type": "actor-types", "region_type": "region-types"}
_FILTERS = {
    Kind.ACTOR: ("region", "cluster", "actor_type"),
    Kind.CLUSTER: ("region",),
    Kind.PLATFORM: ("region",),
    Kind.STAGE: ("value_chain",),
    Kind.REGION: ("region_type",),
}

_EXAMPLES = {
    Kind.ACTOR: ["act-digipolis"],
    Kind.CLUSTER: ["cl-arctic-industry"],
    Kind.VALUE_CHAIN: ["vc-wood"],
    Kind.REGION: ["reg-lappi"],
}

FormatName = Annotated[
    Literal["json", "turtle", "ntriples", "jsonld", "rdfxml", "html"] | None,
    Query(description="The form of the answer; else the Accept header decides."),
]

#: The other forms of an entity, beside JSON.
_LINKED: dict[int | str, dict[str, Any]] = {
    200: {"content": {media.partition(";")[0]: {} for media in (*GRAPHS.values(), HTML)}}
}


def paging(
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="How many on a page.")] = PAGE_SIZE,
    offset: Annotated[int, Query(ge=0, le=1_000_000_000, description="How many to pass over.")] = 0,
) -> tuple[int, int]:
    """Return limit and offset; a page larger than allowed is refused, rather than cut in silence."""
    return limit, offset


PagingDep = Annotated[tuple[int, int], Depends(paging)]


def answer_page(reading: Reading, page: shapes.PageOfEntities) -> Response:
    """Return a page with its link to the next one."""
    limit, offset, total = page["limit"], page["offset"], page["total"]
    following = None
    if offset + limit < total:
        url = reading.request.url.include_query_params(offset=offset + limit, limit=limit)
        following = f"{url.path}?{url.query}"
    head = {name: value for name, value in page.items() if name != "items"}
    links = {"Link": f'<{following}>; rel="next"'} if following else {}
    return reading.json({**head, "next": following, "items": page["items"]}, links)


@router.get(
    "/search", response_model=PageOfHits, responses=documented(400), summary="Find by name", operation_id="search"
)
def search(
    reading: ReadingDep,
    paged: PagingDep,
    q: Annotated[str, Query(min_length=1, max_length=200, examples=["Lapin"], description="Words of a name.")],
    kind: Annotated[
        list[str] | None,
        Query(
            description="Only these kinds, such as Actor or toimijat; may be repeated.",
            json_schema_extra=kinds_by_name(*Kind),
        ),
    ] = None,
) -> Response:
    """Find what has every word in its name in any language, best fits first; finding nothing is no error."""
    kinds = [find_kind(each) for each in kind or ()]
    return answer_page(reading, searched(reading.generation, q, kinds, reading.language, *paged))


@router.get(
    "/entities/{id:path}",
    response_model=shapes.EntityInFull,
    responses=documented(404, 406) | _LINKED,
    summary="Anything by its id",
    operation_id="entity",
)
def entity(
    request: Request,
    reading: ReadingDep,
    id: Annotated[str, Path(description="The id; it may contain : and /.", examples=["act-digipolis"])],
    format: FormatName = None,
) -> Response:
    """All that is known of it, with its links and where each fact stands: as JSON, as linked data or as a page."""
    reading.generation.directory.by_id(id)
    return _show(request, reading, id, format)


def _show(request: Request, reading: Reading, id: str, format: str | None) -> Response:
    chosen = choose(request.headers.get("accept"), ENTITY, format)
    root = request.scope.get("root_path", "")
    links = {"Link": f'<{root}/id/{id}>; rel="canonical"'}
    if chosen in GRAPHS:
        return reading.answer(
            describe(reading.generation, id, chosen, get_settings(request).rdf_patience), ENTITY[chosen], links
        )
    entity = of_kind(reading.generation.directory.get(id), reading.generation)
    if chosen == "json":
        return reading.json(entity.to_dict(reading.language), links)
    others = {form: media for form, media in ENTITY.items() if form != "html"}
    return reading.answer(page_of(entity, reading.language, root, others), HTML, links)


@identifiers.get(
    "/id/{id:path}",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(404, 406) | {303: {"description": "The document that tells of it, in the form accepted."}},
    summary="The identifier of an entity",
    operation_id="identifier",
)
def identifier(
    request: Request,
    reading: ReadingDep,
    id: Annotated[str, Path(description="The id; it may contain : and /.", examples=["act-digipolis"])],
) -> Response:
    """Lead from the identifier of a thing to the document about it: JSON, linked data or a page, by Accept."""
    reading.generation.directory.by_id(id)
    chosen = choose(request.headers.get("accept"), ENTITY)
    root = request.scope.get("root_path", "")
    asked = ({} if chosen == "json" else {"format": chosen}) | dict(request.query_params)
    form = f"?{urlencode(asked)}" if asked else ""
    headers = {"Vary": "Accept", "Generation": reading.generation.name}
    return RedirectResponse(f"{root}/api/entities/{id}{form}", 303, headers)


def _add(kind: Kind, plural: str) -> None:
    """Add the list of a kind, with its own filters, and one of it by id or name."""
    its_id = Path(description="Its id; it may contain : and /.", examples=_EXAMPLES.get(kind))
    filters = ("name", *_FILTERS.get(kind, ()))

    @router.get(
        f"/{plural}",
        name=plural,
        response_model=PageOfEntities,
        responses=documented(400, 404, 409),
        summary=f"List {plural.replace('-', ' ')}",
        description="Every one that fits, in the order of the sources; `next` leads on until `total` are told.",
        operation_id=f"list_{plural.replace('-', '_')}",
        openapi_extra={"parameters": [_described(name) for name in filters]},
    )
    def entries(reading: ReadingDep, paged: PagingDep) -> Response:
        asked = {name: reading.request.query_params.get(name) for name in filters}
        for name, value in asked.items():
            if value == "":
                raise InvalidArgument("empty-filter", name=name)
        found, taken = listed(reading.generation, kind, asked)
        return answer_page(reading, page(reading.generation, found, reading.language, *paged, taken))

    @router.get(
        f"/{plural}/{{id:path}}",
        name=f"one of {plural}",
        response_model=shapes.EntityInFull,
        responses=documented(404, 406, 409) | _LINKED,
        summary=f"One of the {plural.replace('-', ' ')}",
        description="All that is known of it; a name is looked up by the list's `name`.",
        operation_id=f"get_{plural.replace('-', '_')}",
    )
    def one(request: Request, reading: ReadingDep, format: FormatName = None, id: str = its_id) -> Response:
        return _show(request, reading, reading.generation.directory.by_id(id, kind).id, format)


def _described(filter: str) -> dict[str, Any]:
    says, example = _SAYS[filter]
    schema = {"type": "string", "minLength": 1} | (code_or_name(_CODED[filter]) if filter in _CODED else {})
    return {"name": filter, "in": "query", "required": False, "description": says, "schema": schema, "example": example}


for _kind, _plural in PLURALS.items():
    _add(_kind, _plural)
