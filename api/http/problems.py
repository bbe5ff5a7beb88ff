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
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.http.language import language_of
from api.http.media import PROBLEM, to_json
from ontology import errors
from ontology.texts import pick, say

log = logging.getLogger("arvoverkko.api")

#: Where the types of problems are described; a type is a reference relative to the server.
TYPES = "/api/problems/"


class NotAcceptable(errors.AskedWrongly):
    """There is no such form of the answer."""


class TooLong(errors.AskedWrongly):
    """The query is longer than a query may be."""


class TooManyWaiting(errors.ArvoverkkoError):
    """So many wait already that one more would only make all of them wait longer."""


class WrongMediaType(errors.AskedWrongly):
    """The body is of a type that is not read here."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its HTTP status and the last part of its type; its title stands in the catalogues."""

    status: int
    slug: str

    def title(self, language: str) -> str:
        """Return a short title in a language; that of the status where the catalogues have none."""
        try:
            return say(f"problem.{self.slug}", language)
        except KeyError:
            return HTTPStatus(self.status).phrase


#: The nearest class counts, so that a new error below a known one already has its place.
TABLE: Mapping[type[Exception], Kind] = {
    errors.ArvoverkkoError: Kind(500, "not-answered"),
    errors.InputError: Kind(400, "unreadable-input"),
    errors.AskedWrongly: Kind(400, "asked-wrongly"),
    errors.NotFound: Kind(404, "not-found"),
    errors.AmbiguousName: Kind(409, "ambiguous-name"),
    errors.InvalidArgument: Kind(400, "invalid-argument"),
    NotAcceptable: Kind(406, "http-406"),
    TooLong: Kind(413, "http-413"),
    WrongMediaType: Kind(415, "http-415"),
    errors.QueryError: Kind(422, "query-not-answered"),
    errors.QuerySyntax: Kind(400, "query-syntax"),
    errors.QueryNotAllowed: Kind(403, "query-not-allowed"),
    errors.QueryTimeout: Kind(503, "query-timeout"),
    errors.WorkspaceError: Kind(503, "graph-unavailable"),
    errors.WorkspaceBusy: Kind(503, "graph-busy"),
    errors.NewerWorkspace: Kind(503, "graph-newer"),
    errors.DamagedWorkspace: Kind(503, "graph-damaged"),
    errors.NotReady: Kind(503, "rdf-follows"),
    errors.StorageFull: Kind(503, "storage-full"),
    errors.ServerError: Kind(502, "server-troubled"),
    errors.ServerUnreachable: Kind(503, "server-unreachable"),
    errors.ServerRefused: Kind(502, "server-refused"),
    errors.ServerBetween: Kind(503, "server-between"),
    errors.DrawingError: Kind(400, "cannot-draw"),
    TooManyWaiting: Kind(503, "drawing-busy"),
    errors.MissingExtra: Kind(501, "missing-extra"),
    RequestValidationError: Kind(400, "invalid-request"),
}

_UNEXPECTED = Kind(500, "unexpected")


def kind_of(error: Exception) -> Kind:
    """Return the kind of problem that an error is."""
    for known in type(error).__mro__:
        if known in TABLE:
            return TABLE[known]
    if isinstance(error, HTTPException):
        return Kind(error.status_code, f"http-{error.status_code}")
    return _UNEXPECTED


def members(error: Exception, language: str) -> dict[str, Any]:
    """Return what an error carries beside its sentence: suggestions, candidates, faults of parameters."""
    match error:
        case errors.NotFound():
            return {"suggestions": _named(error.suggestions, language)}
        case errors.AmbiguousName():
            return {"candidates": _named(error.candidates, language)}
        case RequestValidationError():
            return {"errors": [_fault(fault, language) for fault in error.errors()]}
        case errors.MissingExtra():
            return {"extra": error.extra}
    return {}


def _named(found: errors.Candidates, language: str) -> list[dict[str, str]]:
    return [{"id": id, "label": (pick(labels, language) or (id,))[0]} for id, labels in found]


def _fault(fault: Mapping[str, Any], language: str) -> dict[str, str]:
    where, *names = (part for part in fault["loc"] if isinstance(part, str))  # which of a repeated one, is no name
    # The framework lists values as 'a', 'b' or 'c'.
    right = {name: str(value).replace("' or '", ", ").replace("'", "") for name, value in fault.get("ctx", {}).items()}
    try:
        message = say(f"fault.{fault['type']}", language, **right)
    except KeyError:  # a form of fault that nobody has met yet: the framework's own words
        message = str(fault["msg"])
    return {"in": where, "name": ".".join(names), "message": message}


def _detail(error: Exception, language: str) -> str:
    if isinstance(error, RequestValidationError):
        faults = (_fault(fault, language) for fault in error.errors())
        return "; ".join(f"{fault['name']}: {fault['message']}" for fault in faults)
    if isinstance(error, HTTPException):
        try:
            return say(f"error.http-{error.status_code}", language)
        except KeyError:
            return error.detail
    if isinstance(error, errors.WorkspaceError) and not isinstance(error, errors.NotReady):
        # Its sentence names folders of this machine, and is for those who look after it.
        return say("error.graph-unavailable", language)
    if isinstance(error, errors.ArvoverkkoError):
        return error.said(language)
    return say("error.unexpected", language)


def answer(request: Request, error: Exception) -> Response:
    """Return the answer for an error; what was not foreseen says nothing of the inside."""
    kind, language = kind_of(error), language_of(request)
    if isinstance(error, errors.WorkspaceError) and not isinstance(error, errors.NotReady):
        log.error("%s %s: %s", request.method, request.url.path, error)
    query = f"?{request.url.query}" if request.url.query else ""
    body = {
        "type": TYPES + kind.slug,
        "title": kind.title(language),
        "status": kind.status,
        "detail": _detail(error, language),
        "instance": f"{request.url.path}{query}",
        **members(error, language),
    }
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    headers |= {"Cache-Control": "no-store", "Content-Language": language, "Vary": "Accept-Language"}
    if isinstance(error, errors.NotReady):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.QueryTimeout | errors.WorkspaceBusy | TooManyWaiting):
        headers["Retry-After"] = "10"
    return Response(to_json(body), kind.status, headers, PROBLEM)


async def _nobody(request: Request, error: Exception) -> Response:
    """Who went away in mid-request is told nothing, and neither is the log."""
    return Response(status_code=400)


def handle(app: FastAPI) -> None:
    """Make every error of an app a problem."""
    app.add_exception_handler(ClientDisconnect, _nobody)
    # What was not foreseen is answered as Exception, and the server writes it to its log.
    for known in (errors.ArvoverkkoError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(known, answer)


_PAIR = {
    "type": "object",
    "required": ["id", "label"],
    "properties": {"id": {"type": "string"}, "label": {"type": "string"}},
}

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
        "suggestions": {"type": "array", "items": _PAIR, "description": "What was perhaps meant."},
        "candidates": {"type": "array", "items": _PAIR, "description": "What an ambiguous name fits."},
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
    404: "Nothing has this id or name; `suggestions` are what was perhaps meant.",
    406: "There is no such form of the answer.",
    409: "The name fits several things; `candidates` are their ids.",
    413: "The query is too long.",
    415: "The body is of a type that is not read here.",
    422: "The answer is too large, or needs too much memory.",
    501: "An optional part is not installed on the server.",
    503: "The query took too long, too many wait, or the graph cannot be read now; `Retry-After` says when.",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return these statuses, and all others, as problems in the description of a route."""
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    found: dict[int | str, dict[str, Any]] = {
        status: {"description": _SAYS[status], "content": content} for status in statuses
    }
    return found | {"default": {"description": "Any other problem.", "content": content}}
