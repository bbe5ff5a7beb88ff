"""Which parts are derived from the tables of a generation: the path index, the names, the RDF store."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from graph.stores import naming
from graph.stores.advance import advance, differ
from graph.stores.checksums import files
from graph.stores.parts import Part
from graph.stores.triples import fill
from graph.stores.writing import sync
from ontology.errors import DamagedWorkspace
from ontology.metagraph import KINDS, LABEL, LINK_ATTRIBUTES, PROVENANCE, RELATIONS, SOURCE_TERMS
from ontology.prefixes import PREFIXES
from ontology.vocabulary import graph_files

if TYPE_CHECKING:
    from graph.stores.generation import Generation

#: The shape of the RDF that is written; another number makes all of it anew.
FORMAT = 1

#: Where more than this share of the facts is another, a new store is filled faster than the last is changed.
_MOST_CHANGED = 0.25


def _paths_fingerprint() -> str:
    from graph.paths.index import fingerprint

    return fingerprint()


def _make_paths(generation: Generation, folder: Path) -> None:
    from graph.paths import PathIndex  # numpy comes with it, and opening a graph needs none

    PathIndex.build(generation.tables).save(folder)
    for each in files(folder):
        sync(each)


@lru_cache(maxsize=1)
def _names_fingerprint() -> str:
    return hashlib.sha256(repr((naming.FORMAT, KINDS, LABEL, PROVENANCE)).encode()).hexdigest()


def _make_names(generation: Generation, folder: Path) -> None:
    naming.write(generation.tables, folder)


@lru_cache(maxsize=1)
def _rdf_fingerprint() -> str:
    digest = hashlib.sha256()
    said = (FORMAT, KINDS, RELATIONS, LABEL, LINK_ATTRIBUTES, PROVENANCE, SOURCE_TERMS, dict(PREFIXES))
    digest.update(repr(said).encode())
    for path in graph_files():
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _make_rdf(generation: Generation, folder: Path) -> None:
    """Fill a store, or change a copy of the last one where little is another."""
    folder.mkdir()
    place = folder / "store"
    before = generation.before()
    try:
        difference = None if before is None else differ(before.tables, generation.tables)
    except DamagedWorkspace:  # of the last one; this one is whole
        difference = None
    if difference is not None and difference.share <= _MOST_CHANGED:
        assert before is not None and before.folder is not None
        ox.Store.read_only(str(before.folder / RDF.name / "store")).backup(str(place))
        store = ox.Store(str(place))
        advance(store, difference)
    else:
        store = ox.Store(str(place))
        fill(store, generation.tables)
    store.flush()


PATHS = Part("paths", _paths_fingerprint, _make_paths)
NAMES = Part("names", _names_fingerprint, _make_names)
RDF = Part("rdf", _rdf_fingerprint, _make_rdf)

#: The parts that a generation has from its first moment; the RDF store may follow.
PARTS = (PATHS, NAMES)
