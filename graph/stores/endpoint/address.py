"""Where an endpoint is asked and where it is changed, by the address that a person gives."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from graph.stores.credentials import without_credentials
from ontology.errors import InvalidArgument

#: What the address for queries ends with, and what that for updates does in its place.
_UPDATE_OF = {"/query": "/update", "/sparql": "/update"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where an endpoint is asked, and where it is changed."""

    query: str
    update: str

    @property
    def host(self) -> str:
        """The host, without its port."""
        return urlsplit(self.query).hostname or ""


def address_of(text: str) -> Address:
    """Return the addresses of an endpoint such as sparql:https://host/ds/query; raises InvalidArgument.

    Updates go to ARVOVERKKO_SPARQL_UPDATE, or else to the address beside that of queries.
    """
    query = checked(re.sub(r"^sparql:", "", text, flags=re.IGNORECASE))
    update = os.environ.get("ARVOVERKKO_SPARQL_UPDATE")
    return Address(query, checked(update) if update else _beside(query))


def _beside(query: str) -> str:
    path, mark, rest = query.partition("?")
    for end, instead in _UPDATE_OF.items():
        if path.endswith(end):
            return path.removesuffix(end) + instead + mark + rest
    return query


def checked(url: str) -> str:
    """Return an address of HTTP that carries no password; raises InvalidArgument for any other."""
    url = without_credentials(url)
    try:
        parts = urlsplit(url)
        there = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        there = False
    if not there or re.search(r"\s", url):
        raise InvalidArgument("endpoint-address", address=url)
    return url
