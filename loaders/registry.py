"""Which loaders there are: a name leads to a loader, imported when it is named.

Other people's loaders join through the entry-point group `arvoverkko.loaders`: a callable that takes a path
or None and returns a `Batch`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from ontology.errors import InvalidArgument
from ontology.facts import Batch

Loader = Callable[[Path | None], Batch]

_OWN = {
    "enf": "loaders.enf",
    "neo4j": "loaders.neo4j",
}
_GROUP = "arvoverkko.loaders"


def names() -> tuple[str, ...]:
    """Return the names of all loaders, ours first."""
    return (*_OWN, *sorted(point.name for point in entry_points(group=_GROUP) if point.name not in _OWN))


def find(name: str) -> Loader:
    """Return the loader of this name; raises InvalidArgument with the names that there are."""
    if name in _OWN:
        loader: Loader = import_module(_OWN[name]).load
        return loader
    for point in entry_points(group=_GROUP):
        if point.name == name:
            theirs: Loader = point.load()
            return theirs
    raise InvalidArgument("unknown-loader", loader=name, known=names())


def load(name: str, path: str | Path | None = None) -> Batch:
    """Return what a source tells, and the rows that could not be read.

    `path` is where the source lies; some loaders ship their data and need none. What can be a fact is judged where the
    batch is loaded (`graph.KnowledgeGraph.replace`), beside all other sources. Raises InputError when a file cannot be
    read at all.
    """
    return find(name)(Path(path) if path is not None else None)
