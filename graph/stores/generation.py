"""One state of the graph: its tables, and what is derived from them when it is asked for.

A generation never changes. Tables are the truth; the RDF store, the path index and the directory are made from
them, or opened from disk where a workspace has made them before.
"""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from threading import RLock
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from graph.stores.directory import Directory
from graph.stores.triples import fill
from ontology.errors import DamagedWorkspace
from ontology.facts import Tables

if TYPE_CHECKING:
    from graph.paths import PathIndex


class Generation:
    """One state of the graph; `number` counts up, from 0 where nothing is known yet."""

    def __init__(self, tables: Tables, manifest: Mapping[str, Any], folder: Path | None = None) -> None:
        self.tables = tables
        self.manifest = manifest
        self.folder = folder
        # Several threads of a server may ask at once; each derived part is made by one of them.
        self._lock = RLock()

    @property
    def number(self) -> int:
        """The number of this generation."""
        return int(self.manifest["generation"])

    @property
    def name(self) -> str:
        """A short name to print on pictures: the generation and the first of its sources' hash."""
        digest = str(self.manifest["sources"][0]["sha256"])[:8] if self.manifest["sources"] else "empty"
        return f"{self.number}-{digest}"

    @cached_property
    def directory(self) -> Directory:
        """Who is who."""
        return Directory(self.tables)

    @property
    def store(self) -> ox.Store:
        """The RDF store, read-only when it lies on disk."""
        with self._lock:
            return self._store

    @cached_property
    def _store(self) -> ox.Store:
        if self.folder is not None and (self.folder / "rdf").is_dir():
            try:
                return ox.Store.read_only(str(self.folder / "rdf"))
            except (OSError, RuntimeError) as error:
                raise DamagedWorkspace("derived-unreadable", path=str(self.folder / "rdf"), said=str(error)) from error
        store = ox.Store()
        fill(store, self.tables)
        return store

    def rdf_folder(self) -> Path:
        """Return a folder with the RDF store, for workers to open; a graph in memory is written to a temporary one."""
        if self.folder is not None and (self.folder / "rdf").is_dir():
            return self.folder / "rdf"
        with self._lock:
            return self._copy

    @cached_property
    def _copy(self) -> Path:
        place = mkdtemp(prefix="arvoverkko-")
        weakref.finalize(self, shutil.rmtree, place, ignore_errors=True)
        folder = Path(place) / "rdf"
        store = ox.Store(str(folder))
        fill(store, self.tables)
        store.flush()
        return folder

    @property
    def paths(self) -> PathIndex:
        """The path index, memory-mapped when it lies on disk."""
        with self._lock:
            return self._paths

    @cached_property
    def _paths(self) -> PathIndex:
        from graph.paths import PathIndex

        if self.folder is not None and (self.folder / "paths").is_dir():
            return PathIndex.open(self.folder / "paths")
        return PathIndex.build(self.tables)
