"""Which home an address means. A home that is added is a module of its own and a line of `SCHEMES`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.request import url2pathname

from graph.stores.home import Home
from graph.stores.memory import Memory
from graph.stores.server import ServerHome, copy_of
from graph.stores.workspace import Workspace
from ontology.errors import InvalidArgument

#: A scheme as RFC 3986 has it, but for one letter alone, which is a drive of Windows.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)


def _memory(address: str, keep: int | None) -> Home:
    if address != "memory:":
        raise InvalidArgument("memory-has-no-name", address=address)
    return Memory()


def _folder(address: str, keep: int | None) -> Home:
    """A folder as file:var/enf, file:/srv/enf or file:///srv/enf."""
    path = re.sub(r"^file:(//(localhost)?(?=/))?", "", address)
    if path.startswith("//") or not path:
        raise InvalidArgument("no-folder-of-this-machine", address=address)
    return Workspace(url2pathname(path), keep)


def _neo4j(address: str, keep: int | None) -> Home:
    from graph.stores.neo4j.connect import address_of
    from graph.stores.neo4j.home import Neo4jHome

    return Neo4jHome(address_of(address), keep)


def _sparql(address: str, keep: int | None) -> Home:
    from graph.stores.endpoint.remote import SparqlRemote

    remote = SparqlRemote(address)
    return ServerHome(remote, copy_of(remote.name, address), keep)


#: For each scheme, what makes a home of an address, and of how many generations to keep.
SCHEMES: Mapping[str, Callable[[str, int | None], Home]] = {
    "file": _folder,
    "memory": _memory,
    "neo4j": _neo4j,
    "neo4j+s": _neo4j,
    "neo4j+ssc": _neo4j,
    "bolt": _neo4j,
    "bolt+s": _neo4j,
    "bolt+ssc": _neo4j,
    "sparql": _sparql,
}


def home_at(where: str | Path | None, keep: int | None = None) -> Home:
    """Return the home at an address: memory for None, a folder for a path.

    Raises InvalidArgument for a scheme that is not known, with those that are.
    """
    if keep is not None and keep < 1:
        raise InvalidArgument("keep-at-least-one", keep=keep)
    if where is None:
        return Memory()
    match = _SCHEME.fullmatch(where) if isinstance(where, str) else None
    if match is None:
        return Workspace(where, keep)
    scheme = match[1].lower()
    if scheme not in SCHEMES:
        known = tuple(f"{name}:" for name in SCHEMES)
        raise InvalidArgument("unknown-home", scheme=match[1], known=known, folder=f"./{where}")
    return SCHEMES[scheme](f"{scheme}:{match[2]}", keep)
