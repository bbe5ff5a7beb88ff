"""Which form an answer takes: media types, and what a reader accepts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

JSON = "application/json"
PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"

#: Names of formats -> media types; the first that a reader accepts as much as any other is taken.
RESULTS: dict[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
}
GRAPHS: dict[str, str] = {
    "turtle": "text/turtle; charset=utf-8",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
}
PICTURES: dict[str, str] = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}
ENTITY: dict[str, str] = {"json": JSON, **GRAPHS, "html": HTML}

#: Other names under which readers ask for the same.
_ALSO = {
    JSON: "application/sparql-results+json",
    "text/plain": "application/n-triples",
    "text/n3": "text/turtle",
    "text/rdf+n3": "text/turtle",
    "application/turtle": "text/turtle",
    "application/x-turtle": "text/turtle",
}

#: What clients call forms of a graph, beside the names above.
_CALLED = {
    "json": "jsonld",
    "json-ld": "jsonld",
    "xml": "rdfxml",
    "rdf": "rdfxml",
    "rdf+xml": "rdfxml",
    "n3": "turtle",
    "ttl": "turtle",
    "nt": "ntriples",
    "n-triples": "ntriples",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """One part of an Accept header: a media range and how much it is wanted, 0 to 1."""

    range: str
    quality: float

    def covers(self, media_type: str) -> int:
        """Return how exactly this names a media type: 3 for itself, 2 for its family, 1 for anything, 0 not."""
        if self.range in (media_type, "*/*"):
            return 3 if self.range == media_type else 1
        family = self.range.removesuffix("*")
        return 2 if family != self.range and media_type.startswith(family) else 0


def wishes(header: str) -> list[Wish]:
    """Return the parts of an Accept or Accept-Language header; what cannot be read is left out.

    >>> wishes("fi, en;q=0.5")
    [Wish(range='fi', quality=1.0), Wish(range='en', quality=0.5)]
    """
    found = []
    for part in header.split(","):
        range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = min(1.0, max(0.0, float(parameter[2:])))
                except ValueError:
                    quality = 0.0
        if range:
            found.append(Wish(range, quality))
    return found


def accepted(header: str | None, offers: Mapping[str, str]) -> str | None:
    """Return the name of the offer that an Accept header wants most, or None if it wants none of them.

    >>> accepted("text/csv;q=0.9, application/json;q=0.1", RESULTS)
    'csv'
    """
    asked = wishes(header or "*/*")
    best, most = None, 0.0
    for name, media_type in offers.items():
        plain = media_type.partition(";")[0]
        names = [plain, *(also for also, meant in _ALSO.items() if meant == plain)]
        fits = [(wish.covers(known), wish.quality) for wish in asked for known in names if wish.covers(known)]
        quality = max(fits)[1] if fits else 0.0
        if quality > most:
            best, most = name, quality
    return best


def called(names: Iterable[str], offers: Mapping[str, str]) -> str | None:
    """Return the first offer that one of the names means, or None; a name may be a media type.

    >>> called(["xml"], RESULTS), called(["xml"], GRAPHS), called(["text/csv"], RESULTS)
    ('xml', 'rdfxml', 'csv')
    """
    for name in map(str.lower, names):
        found = name if name in offers else _CALLED.get(name)
        if found not in offers:
            found = accepted(name, offers) if "/" in name and "*" not in name else None
        if found:
            return found
    return None


def to_json(value: Any) -> bytes:
    """Return a value as JSON, its letters unescaped."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
