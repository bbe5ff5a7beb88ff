"""Every error as an RFC 9457 problem: one table from error class to status, title and type."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.http.media import PROBLEM, to_json
from ontology import errors

log = logging.getLogger("arvoverkko.api")

#: Where the types of problems are described; a type is a reference relative to the server.
TYPES = "/api/problems/"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its HTTP status, a short title, and the last part of its type."""

    status: int
    title: str
    slug: str


#: The nearest class counts, so that a new error below a known one already has its place.
TABLE: Mapping[type[Exception], Kind] = {
    errors.ArvoverkkoError: Kind(500, "The question could not be answered", "not-answered"),
    errors.InputError: Kind(400, "The input cannot be read", "unreadable-input"),
    errors.AskedWrongly: Kind(400, "The question is off", "asked-wrongly"),
    errors.NotFound: Kind(404, "There is no such thing in the graph", "not-found"),
    errors.AmbiguousName: Kind(409, "The name fits several things", "ambiguous-name"),
    errors.InvalidArgument: Kind(400, "An argument has a value that is not allowed", "invalid-argument"),
    errors.QueryError: Kind(422, "The query was not answered", "query-not-answered"),
    errors.QuerySyntax: Kind(400, "This is not a SPARQL 1.1 query", "query-syntax"),
    errors.QueryNotAllowed: Kind(403, "The query is not allowed here", "query-not-allowed"),
    errors.QueryTimeout: Kind(503, "The query took too long", "query-timeout"),
    errors.WorkspaceError: Kind(503, "The graph cannot be read", "graph-unavailable"),
    errors.WorkspaceBusy: Kind(503, "The graph is being written", "graph-busy"),
    errors.NewerWorkspace: Kind(503, "The graph was written by a later version", "graph-newer"),
    errors.DamagedWorkspace: Kind(503, "The graph is damaged", "graph-damaged"),
    errors.StorageFull: Kind(503, "There is no room on the disk", "storage-full"),
    errors.DrawingError: Kind(400, "The picture cannot be drawn as asked", "cannot-draw"),
    errors.MissingExtra: Kind(501, "An optional part is not installed here", "missing-extra"),
    RequestValidationError: Kind(400, "The request is off", "invalid-request"),
}

_UNEXPECTED = Kind(500, "Something went wrong here", "unexpected")


def kind_of(error: Exception) -> Kind:
    """Return the kind of problem that an error is."""
    for known in type(error).__mro__:
        if known in TABLE:
            return TABLE[known]
    if isinstance(error, HTTPException):
        return Kind(error.status_code, _phrase(error), f"http-{error.status_code}")
    return _UNEXPECTED


def members(error: Exception) -> dict[str, Any]:
    """Return what an error carries beside its sentence: suggestions, candidates, faults of parameters."""
    match error:
        case errors.NotFound():
            return {"suggestions": list(error.suggestions)}
        case errors.AmbiguousName():
            return {"candidates": [{"id": id, "label": label} for id, label in error.candidates]}
        case RequestValidationError():
            return {"errors": [_fault(fault) for fault in error.errors()]}
        case errors.MissingExtra():
            return {"extra": error.extra}
    return {}


def _fault(fault: Mapping[str, Any]) -> dict[str, str]:
    where, *names = (str(part) for part in fault["loc"])
    return {"in": where, "name": ".".join(names), "message": str(fault["msg"])}


#: What to say where the framework says no more than the name of the status.
_PLAIN = {
    404: "there is nothing at this address; /api/ lists what there is",
    405: "this address is not asked in this way; the Allow header says how",
}


def _phrase(error: HTTPException) -> str:
    return HTTPStatus(error.status_code).phrase


def _detail(error: Exception) -> str:
    if isinstance(error, RequestValidationError):
        return "; ".join(f"{fault['name']}: {fault['message']}" for fault in map(_fault, error.errors()))
    if isinstance(error, HTTPException):
        return _PLAIN.get(error.status_code, error.detail) if error.detail == _phrase(error) else str(error.detail)
    if isinstance(error, errors.WorkspaceError):
        # Its sentence names folders of this machine, and is for those who look after it.
        return "the graph cannot be read at the moment; the server's log says why"
    if isinstance(error, errors.ArvoverkkoError):
        return str(error)
    return "an unexpected error; it is in the server's log"


def answer(request: Request, error: Exception) -> Response:
    """Return the answer for an error; what was not foreseen says nothing of the inside."""
    kind = kind_of(error)
    if isinstance(error, errors.WorkspaceError):
        log.error("%s %s: %s", request.method, request.url.path, error)
    query = f"?{request.url.query}" if request.url.query else ""
    body = {
        "type": TYPES + kind.slug,
        "title": kind.title,
        "status": kind.status,
        "detail": _detail(error),
        "instance": f"{request.url.path}{query}",
        **members(error),
    }
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    headers["Cache-Control"] = "no-store"
    if isinstance(error, errors.QueryTimeout | errors.WorkspaceBusy):
        headers["Retry-After"] = "10"
    return Response(to_json(body), kind.status, headers, PROBLEM)


def handle(app: FastAPI) -> None:
    """Make every error of an app a problem."""
    # What was not foreseen is answered as Exception, and the server writes it to its log.
    for known in (errors.ArvoverkkoError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(known, answer)


#: The shape of a problem, for the description of the API.
SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "Why there is no answer (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": [TYPES + "not-found"]},
        "title": {"type": "string", "examples": ["There is no such thing in the graph"]},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What was wrong, where, and what would be right."},
        "instance": {"type": "string", "description": "The request."},
        "suggestions": {"type": "array", "items": {"type": "string"}, "description": "The nearest names."},
        "candidates": {
            "type": "array",
            "description": "What an ambiguous name fits.",
            "items": {
                "type": "object",
                "required": ["id", "label"],
                "properties": {"id": {"type": "string"}, "label": {"type": "string"}},
            },
        },
        "errors": {
            "type": "array",
            "description": "Which parameters are off.",
            "items": {
                "type": "object",
                "required": ["in", "name", "message"],
                "properties": {"in": {"type": "string"}, "name": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "extra": {"type": "string", "description": "The extra to install on the server."},
    },
}

_SAYS = {
    400: "The request is off; the detail says what would be right.",
    403: "The query would change the graph, or reach another machine.",
    404: "Nothing has this id or name; `suggestions` are the nearest names.",
    406: "There is no such form of the answer.",
    409: "The name fits several things; `candidates` are their ids.",
    413: "The query is too long.",
    415: "The body is of a type that is not read here.",
    422: "The answer is too large, or needs too much memory.",
    501: "An optional part is not installed on the server.",
    503: "The query took too long, or the graph cannot be read now.",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return these statuses, and all others, as problems in the description of a route."""
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    found: dict[int | str, dict[str, Any]] = {
        status: {"description": _SAYS[status], "content": content} for status in statuses
    }
    return found | {"default": {"description": "Any other problem.", "content": content}}
