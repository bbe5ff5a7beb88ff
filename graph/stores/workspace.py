"""The graph on disk: finished generations beside each other, and a line that says which one is current.

    CURRENT                    one line: the generation that readers open
    LOCK                       held by the one writer
    sources/<id>/000007/       accepted batches, by the generation that brought them, so that any can be built again
    decisions/                 kept by people; survives every reload
    generations/000007/
      manifest.json            sources, counts, findings, parent, created, schema version
      tables/*.parquet         the truth
      rdf/ paths/              derived

A new generation is built under a name that no reader looks at, renamed when it is whole, and then CURRENT is
replaced by an atomic rename. A kill at any moment leaves the old generation current and whole.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
import pyoxigraph as ox
from filelock import FileLock, Timeout

from graph.stores.batches import keep_batch, read_batch
from graph.stores.generation import Generation
from graph.stores.home import Progress, Report
from graph.stores.manifest import RENAMED, build_manifest, holds, read_manifest, sources_of, unknown_source
from graph.stores.triples import fill
from graph.stores.writing import sync, trouble, write_frame, write_text
from ontology.errors import DamagedWorkspace, InvalidArgument, NotFound, WorkspaceBusy, WorkspaceError
from ontology.facts import Batch, Source, Tables, require_ids
from ontology.metagraph import Kind, Relation


class Workspace:
    """A folder with generations of a graph. Opening one reads nothing; `keep` prunes old generations on writing."""

    def __init__(self, path: str | Path, keep: int | None = None) -> None:
        if keep is not None and keep < 1:  # for who opens a folder without an address, too
            raise InvalidArgument("keep-at-least-one", keep=keep)
        self.path = Path(path)
        self.keep = keep

    # ---- reading

    def current(self) -> int | None:
        """Return the number of the current generation, or None while there is none."""
        try:
            text = (self.path / "CURRENT").read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return None
        except NotADirectoryError:
            raise WorkspaceError("file-not-workspace", path=str(self.path)) from None
        if not text.isdigit():
            raise DamagedWorkspace("current-damaged", path=str(self.path / "CURRENT"), text=text)
        return int(text)

    def open(self, number: int | None = None) -> Generation:
        """Return a generation, the current one unless a number is given; raises WorkspaceError and its kinds."""
        for _ in range(3):  # a generation may be pruned between reading CURRENT and opening it
            wanted = number if number is not None else self.current()
            if wanted is None:
                raise WorkspaceError("no-graph-yet", folder=str(self.path))
            try:
                if self._folder(wanted).is_dir():
                    return self._open(wanted)
            except DamagedWorkspace:
                if number is not None or self.current() == wanted:
                    raise
        if number is not None:
            raise NotFound("no-generation", number=number, known=tuple(map(str, self.numbers())))
        raise DamagedWorkspace(
            "generation-missing", number=wanted, path=str(self.path), known=tuple(map(str, self.numbers()))
        )

    def _open(self, number: int) -> Generation:
        folder = self._folder(number)
        manifest = self.manifest(number)
        entities = {kind: f for kind in Kind if (f := self._table(folder, manifest, str(kind))) is not None}
        links = {rel: f for rel in Relation if (f := self._table(folder, manifest, str(rel))) is not None}
        return Generation(
            Tables(sources_of(manifest), MappingProxyType(entities), MappingProxyType(links)), manifest, folder
        )

    def _table(self, folder: Path, manifest: dict[str, Any], name: str) -> pl.DataFrame | None:
        if name not in manifest["counts"]:
            return None
        path = folder / "tables" / f"{name}.parquet"
        try:
            return pl.read_parquet(path).rename(RENAMED, strict=False)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise DamagedWorkspace("table-unreadable", path=str(path), said=str(error)) from error

    def manifest(self, number: int) -> dict[str, Any]:
        """Return what a generation says of itself; raises NewerWorkspace when a later version wrote it."""
        return read_manifest(self._folder(number) / "manifest.json")

    def numbers(self) -> list[int]:
        """Return the numbers of the generations that are or were current, oldest first."""
        current = self.current() or 0
        return [number for number in self._built() if number <= current]

    def _built(self) -> list[int]:
        folder = self.path / "generations"
        return sorted(int(p.name) for p in folder.iterdir() if p.name.isdigit()) if folder.is_dir() else []

    def history(self) -> list[dict[str, Any]]:
        """Return what each finished generation says of itself, newest first."""
        return [self.manifest(number) for number in reversed(self.numbers())]

    def _folder(self, number: int) -> Path:
        return self.path / "generations" / f"{number:06d}"

    # ---- writing

    def replace(self, batch: Batch, *, progress: Progress | None = None, force: bool = False) -> Report:
        """Make the next generation, with this batch in the place of what its source said before.

        A source whose bytes did not change is not loaded again, unless forced. Raises WorkspaceBusy while another
        process writes, and StorageFull; the old generation stands then.
        """
        require_ids(batch)
        with self._writing():
            manifest = self._current_manifest()
            if manifest and not force and holds(manifest, batch.source):
                return Report.of(batch, manifest, changed=False)
            self._sweep()
            number = (self.current() or 0) + 1
            if progress:
                progress("keeping")
            keep_batch(self._home(batch.source.id), batch, number)
            brought = dict(manifest["brought"] if manifest else {}) | {batch.source.id: number}
            # In the place that its source had: of two sources that tell of one thing, the earlier is heard first.
            sources = {source.id: source for source in sources_of(manifest)} if manifest else {}
            sources |= {batch.source.id: batch.source}
            # What it said before is not read: it may be the damage that this load mends.
            batches = [batch if each is batch.source else self._batch(each, brought) for each in sources.values()]
            return Report.of(batch, self._next(number, batches, brought, progress))

    def remove(self, source: str, *, progress: Progress | None = None) -> Report:
        """Make the next generation, without what this source said; raises NotFound with the sources there are."""
        if self.current() is None:  # nothing is made where there is nothing to take out
            raise unknown_source(source, None)
        with self._writing():
            manifest = self._current_manifest()
            sources = {each.id: each for each in sources_of(manifest)} if manifest else {}
            if not manifest or source not in sources:
                raise unknown_source(source, manifest)
            self._sweep()
            gone = Batch(sources.pop(source), {}, {})
            left = {id: manifest["brought"][id] for id in sources}
            batches = [self._batch(each, left) for each in sources.values()]
            return Report.of(gone, self._next(manifest["generation"] + 1, batches, left, progress))

    def close(self) -> None:
        """Nothing is held open between calls."""

    def _current_manifest(self) -> dict[str, Any] | None:
        current = self.current()
        return None if current is None else self.manifest(current)

    def _home(self, source: str) -> Path:
        return self.path / "sources" / source

    def _batch(self, source: Source, brought: Mapping[str, int]) -> Batch:
        return read_batch(self._home(source.id), source, brought[source.id])

    def _next(
        self, number: int, batches: Iterable[Batch], brought: Mapping[str, int], progress: Progress | None
    ) -> dict[str, Any]:
        """Build a generation of these batches and make it current; return what it says of itself."""
        progress = progress or (lambda _: None)
        building = self.path / "generations" / f".building-{number:06d}"
        built = self._build(building, number, Tables.of(batches), brought, progress)
        building.replace(self._folder(number))
        sync(self.path / "generations")
        self._flip(number)
        self._prune()
        progress("done")
        return built

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Be the one writer; a full disk becomes StorageFull, and what was half built is thrown away."""
        try:
            for name in ("generations", "sources", "decisions"):
                (self.path / name).mkdir(parents=True, exist_ok=True)
            held = FileLock(self.path / "LOCK", timeout=0).acquire()
        except (FileExistsError, NotADirectoryError):
            raise WorkspaceError("no-folder", path=str(self.path)) from None
        except Timeout:
            raise WorkspaceBusy("workspace-busy", path=str(self.path)) from None
        except OSError as error:
            raise trouble(error, self.path, self.current()) from error
        with held:
            try:
                yield
            except (OSError, pl.exceptions.PolarsError) as error:
                raise trouble(error, self.path, self.current()) from error
            finally:
                self._sweep()  # nothing is left after a good load, and nothing half built after a bad one

    def _sweep(self) -> None:
        """Throw away what a writer that was killed left half built, or built and not made current."""
        current = self.current() or 0
        lefts = [*self.path.glob("generations/.building-*"), *self.path.glob("sources/*/.building-*")]
        lefts += [self._folder(number) for number in self._built() if number > current]
        lefts += [path for path in self.path.glob("sources/*/*") if path.name.isdigit() and int(path.name) > current]
        for left in lefts:
            shutil.rmtree(left, ignore_errors=True)

    def _build(
        self, folder: Path, number: int, tables: Tables, brought: Mapping[str, int], progress: Progress
    ) -> dict[str, Any]:
        """Make a generation in a folder that no reader looks at, and return what it says of itself."""
        from graph.paths import PathIndex  # numpy comes with it, and opening a graph needs none

        (folder / "tables").mkdir(parents=True)
        # The RDF store takes nine tenths of the work and lets go of the interpreter, so the rest is done beside it.
        with ThreadPoolExecutor(1) as beside:
            rdf = beside.submit(_write_rdf, folder / "rdf", tables)
            progress("checking")
            manifest = build_manifest(number, self.current(), tables, brought)
            progress("tables")
            for name, frame in (*tables.entities.items(), *tables.links.items()):
                write_frame(folder / "tables" / f"{name}.parquet", frame)
            progress("paths")
            PathIndex.build(tables).save(folder / "paths")
            progress("rdf")
            rdf.result()
        write_text(folder / "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
        for part in (*folder.joinpath("paths").iterdir(), folder / "paths", folder / "tables", folder):
            sync(part)
        return manifest

    def _flip(self, number: int) -> None:
        new = self.path / ".CURRENT-new"
        write_text(new, f"{number}\n")
        new.replace(self.path / "CURRENT")
        sync(self.path)

    def _prune(self) -> None:
        if self.keep is not None:
            for number in self.numbers()[: -self.keep]:
                shutil.rmtree(self._folder(number))


def _write_rdf(folder: Path, tables: Tables) -> None:
    store = ox.Store(str(folder))
    fill(store, tables)
    store.flush()
