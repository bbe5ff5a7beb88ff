"""One state of the graph: its tables, and what is derived from them when it is asked for.

A generation never changes. Tables are the truth; the RDF store, the path index and the directory are made from them, or
opened from disk where they lie as they were made (`graph.stores.parts`).
"""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock, RLock, Thread
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from graph.stores.current import built
from graph.stores.derived import NAMES, PATHS, RDF
from graph.stores.directory import Directory
from graph.stores.names import NameIndex
from graph.stores.parts import MADE, State, ready, state
from graph.stores.shelf import Seen, seen
from graph.stores.triples import fill
from ontology.errors import NotReady
from ontology.facts import Tables

if TYPE_CHECKING:
    from graph.paths import PathIndex


class Generation:
    """One state of the graph; `number` counts up, from 0 where nothing is known yet.

    `folder` is where it lies, None in memory; `before` gives the newest earlier generation whose RDF store may be used.
    """

    def __init__(
        self,
        tables: Tables,
        manifest: Mapping[str, Any],
        folder: Path | None = None,
        before: Callable[[], Generation | None] = lambda: None,
    ) -> None:
        self.tables = tables
        self.manifest = manifest
        self.folder = folder
        self.before = before
        # Several threads of a server may ask at once; each derived part is made by one of them.
        self._lock, self._rdf_lock = RLock(), RLock()
        self._copying = Lock()
        self._found: tuple[Path, Seen | None] | None = None
        self._making: Future[Path] | None = None

    @property
    def number(self) -> int:
        """The number of this generation."""
        return int(self.manifest["generation"])

    @property
    def identity(self) -> str:
        """What tells this generation from every other that was ever made."""
        return str(self.manifest["identity"])

    @property
    def name(self) -> str:
        """A short name to print on pictures: the generation and the first of its sources' hash."""
        digest = str(self.manifest["sources"][0]["sha256"])[:8] if self.manifest["sources"] else "empty"
        return f"{self.number}-{digest}"

    @property
    def counts(self) -> dict[str, int]:
        """How many entities there are of each kind, and links of each relation."""
        return dict(self.manifest["counts"])

    @property
    def directory(self) -> Directory:
        """Who is who, by an index of names that is memory-mapped when it lies on disk."""
        with self._lock:
            return self._directory

    @cached_property
    def _directory(self) -> Directory:
        folder = ready(NAMES, self)
        return Directory(self.tables, NameIndex.build(self.tables) if folder is None else NameIndex.open(folder))

    @property
    def paths(self) -> PathIndex:
        """The path index, memory-mapped when it lies on disk."""
        with self._lock:
            return self._paths

    @cached_property
    def _paths(self) -> PathIndex:
        from graph.paths import PathIndex

        folder = ready(PATHS, self)
        return PathIndex.build(self.tables) if folder is None else PathIndex.open(folder)

    # ---- RDF

    @property
    def store(self) -> ox.Store:
        """The RDF store, read-only when it lies on disk; waits while it is made."""
        return self.store_within(None)

    def store_within(self, patience: float | None) -> ox.Store:
        """Return the RDF store; raises NotReady when it is still being made after `patience` seconds."""
        if self.folder is None:
            with self._rdf_lock:
                return self._memory
        folder = self.rdf_folder(patience)
        with self._rdf_lock:
            return self._opened(folder)

    def rdf_folder(self, patience: float | None = None) -> Path:
        """Return a folder with the RDF store, for workers to open; raises NotReady as `store_within` does.

        A graph that does not lie on disk, or an earlier generation, whose store is not kept, is written to a temporary
        one.
        """
        if self._found is not None and _seal(self._found[0]) == self._found[1]:
            return self._found[0]
        if patience is None:
            return self._make()
        with self._rdf_lock:
            if self._making is None or self._making.done():
                self._making = Future()
                Thread(target=_into, args=(self._making, self._make), daemon=True).start()
        try:
            return self._making.result(patience)
        except TimeoutError:
            raise NotReady from None

    def _make(self) -> Path:
        """Return the store's folder, made now if need be; that of the newest generation lies beside its tables."""
        folder = self.folder
        if folder is not None and state(RDF, self.identity, folder / RDF.name) is not State.SOUND:
            folder = folder if self._is_newest and ready(RDF, self) else None
        with self._copying:
            place = self._copy if folder is None else folder / RDF.name / "store"
        self._found = place, _seal(place)
        return place

    @property
    def _is_newest(self) -> bool:
        """Whether no later generation lies beside this one: only the newest keeps its store."""
        if self.folder is None:
            return False
        return max(built(self.folder.parent.parent), default=0) <= self.number

    @cached_property
    def _stores(self) -> dict[tuple[Path, Seen | None], ox.Store]:
        return {}

    def _opened(self, folder: Path) -> ox.Store:
        key = folder, _seal(folder)
        if key not in self._stores:
            self._stores[key] = ox.Store.read_only(str(folder))
        return self._stores[key]

    @cached_property
    def _memory(self) -> ox.Store:
        store = ox.Store()
        fill(store, self.tables)
        return store

    @cached_property
    def _copy(self) -> Path:
        place = mkdtemp(prefix="arvoverkko-")
        weakref.finalize(self, shutil.rmtree, place, ignore_errors=True)
        folder = Path(place) / "rdf"
        store = ox.Store(str(folder))
        fill(store, self.tables)
        store.flush()
        return folder


def _seal(store: Path) -> Seen | None:
    """What tells a store from another that was put in its place; None for a temporary one, which nobody replaces."""
    try:
        return seen(store.with_name(MADE))
    except OSError:
        return None


def _into(future: Future[Path], make: Callable[[], Path]) -> None:
    """Do something and have its outcome waited for elsewhere; whoever gave up waiting does not stop it."""
    try:
        future.set_result(make())
    except BaseException as error:
        future.set_exception(error)
