"""Which loaders there are: a name leads to a loader, imported when it is named.

Other people's loaders join through the entry-point group `arvoverkko.loaders`: a callable that takes a path
or None and returns a `Batch`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from ontology.errors import InvalidArgument, RefusedRows
from ontology.facts import Batch
from ontology.texts import LANGUAGES

Loader = Callable[[Path | None], Batch]

_OWN = {
    "enf": "loaders.enf",
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


def load(name: str, path: str | Path | None = None, *, strict: bool = False) -> Batch:
    """Return the facts of a source, and the rows that were refused.

    `path` is where the source lies; some loaders ship their data and need none. With `strict`, a refused row
    raises RefusedRows with the frame of all of them. Raises InputError when a file cannot be read at all.
    """
    from ontology.rules.checks import refuse

    batch = refuse(find(name)(Path(path) if path is not None else None))
    if strict and batch.refusals.height:
        first = batch.refusals.row(0, named=True)
        raise RefusedRows(
            "rows-refused",
            batch.refusals,
            refused=batch.rows_refused,
            read=batch.rows_read,
            place=" · ".join(part for part in (first["record"], first["column"]) if part),
            why={language: first[f"message_{language}"] for language in LANGUAGES},
        )
    return batch
