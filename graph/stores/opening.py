"""Where a graph may live: a scheme leads to what opens a home there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from graph.stores.home import Home
from graph.stores.memory import Memory
from graph.stores.workspace import Workspace
from ontology.errors import InvalidArgument

#: One letter before the colon is a drive of Windows and no scheme.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")


def _in_memory(address: str, keep: int | None) -> Home:
    return Memory()


def _in_folder(address: str, keep: int | None) -> Home:
    return Workspace(Path(url2pathname(urlsplit(address).path)), keep)


#: A new home is a line here and a module beside this one.
SCHEMES: Mapping[str, Callable[[str, int | None], Home]] = {"memory": _in_memory, "file": _in_folder}


def open_home(where: str | Path | None, keep: int | None = None) -> Home:
    """Return the home at an address (`memory:`, `file:var/enf`), at a path, or in memory where nothing is said.

    `keep` is how many generations to keep when a new one is written; all of them unless said. Raises InvalidArgument
    for a scheme that is not known: it names those that are.
    """
    if where is None:
        return Memory()
    found = _SCHEME.match(where) if isinstance(where, str) else None
    if found is None:
        return Workspace(where, keep)
    scheme = found[1].lower()
    if scheme not in SCHEMES:
        known = tuple(f"{name}:" for name in SCHEMES)
        raise InvalidArgument("unknown-home", scheme=scheme, known=known, folder=f"./{where}")
    return SCHEMES[scheme](str(where), keep)
