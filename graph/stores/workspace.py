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
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock, Timeout

from graph.stores.files import no_room, sync, write_text
from graph.stores.folders import read_batch, read_generation, write_batch, write_generation
from graph.stores.generation import Generation
from graph.stores.home import Progress, Report, report
from graph.stores.manifest import SCHEMA_VERSION, holds, source_in, sources_of
from ontology.errors import DamagedWorkspace, NewerWorkspace, StorageFull, WorkspaceBusy, WorkspaceError
from ontology.facts import Batch, Source, Tables, require_ids

#: What a manifest says at the least.
_SAID = {"generation", "parent", "created", "sources", "counts", "findings", "brought"}


class Workspace:
    """A folder with generations of a graph. Opening one reads nothing; `keep` prunes old generations on writing."""

    def __init__(self, path: str | Path, keep: int | None = None) -> None:
        if keep is not None and keep < 1:
            raise WorkspaceError(f"keep must be at least 1 generation, not {keep}")
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
            raise WorkspaceError(f"{self.path} is a file; a workspace is a folder") from None
        if not text.isdigit():
            raise DamagedWorkspace(f"{self.path / 'CURRENT'} should hold a number and holds {text!r}")
        return int(text)

    def open(self, number: int | None = None) -> Generation:
        """Return a generation, the current one unless a number is given; raises WorkspaceError and its kinds."""
        for _ in range(3):  # a generation may be pruned between reading CURRENT and opening it
            wanted = number if number is not None else self.current()
            if wanted is None:
                raise WorkspaceError(f"there is no graph in {self.path} yet; load something into it")
            try:
                if self._folder(wanted).is_dir():
                    return read_generation(self._folder(wanted), self.manifest(wanted))
            except DamagedWorkspace:
                if number is not None or self.current() == wanted:
                    raise
        raise DamagedWorkspace(f"generation {wanted} is not in {self.path}; there are {self.numbers()}")

    def manifest(self, number: int) -> dict[str, Any]:
        """Return what a generation says of itself; raises NewerWorkspace when a later version wrote it."""
        path = self._folder(number) / "manifest.json"
        try:
            manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            schema = int(manifest["schema"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DamagedWorkspace(f"{path} cannot be read ({error})") from error
        if schema > SCHEMA_VERSION:
            raise NewerWorkspace(
                f"{self.path} was written by arvoverkko {manifest.get('program')} in format {schema}; "
                f"this program reads up to format {SCHEMA_VERSION}: install a later version"
            )
        if missing := _SAID - set(manifest):
            raise DamagedWorkspace(f"{path} does not say {', '.join(sorted(missing))}")
        return manifest

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
        new = batch.source
        say = progress or _silent
        with self._writing():
            told = self._told()
            if not force and holds(told, new):
                return report(batch, told, changed=False)
            say("keeping the batch")
            brought = told["brought"] | {new.id: self._keep(batch)}
            # In the place that its source had: of two sources that tell of one thing, the earlier is heard first.
            sources = {source.id: source for source in sources_of(told)} | {new.id: new}
            batches = [batch if source is new else self._batch(source, brought) for source in sources.values()]
            return report(batch, self._next(batches, brought, say), changed=True)

    def remove(self, source: str, *, progress: Progress | None = None) -> Report:
        """Make the next generation, without what this source says; earlier ones keep it.

        Raises NotFound with the sources that there are, and what `replace` raises.
        """
        source_in(self._told(), source)  # a name that is not known makes no folder
        with self._writing():
            told = self._told()
            gone = source_in(told, source)
            brought = {id: number for id, number in told["brought"].items() if id != source}
            batches = [self._batch(held, brought) for held in sources_of(told) if held.id != source]
            return report(Batch(gone, {}, {}), self._next(batches, brought, progress or _silent), changed=True)

    def close(self) -> None:
        """Nothing is held between two calls."""

    def _told(self) -> dict[str, Any]:
        """What the current generation says of itself; that it has no sources while there is none."""
        current = self.current()
        return {"sources": [], "brought": {}} if current is None else self.manifest(current)

    def _coming(self) -> int:
        """The number of the next generation."""
        return (self.current() or 0) + 1

    def _keep(self, batch: Batch) -> int:
        """Keep an accepted batch for the next generation, and return the number of that."""
        number = self._coming()
        home = self.path / "sources" / batch.source.id
        building = home / f".building-{number:06d}"
        write_batch(building, batch)
        building.replace(home / f"{number:06d}")
        sync(home)
        return number

    def _batch(self, source: Source, brought: Mapping[str, int]) -> Batch:
        return read_batch(self.path / "sources" / source.id / f"{brought[source.id]:06d}", source)

    def _next(self, batches: Iterable[Batch], brought: Mapping[str, int], say: Progress) -> dict[str, Any]:
        """Build a generation of these batches beside the others, make it the current one, and return its manifest."""
        number = self._coming()
        building = self.path / "generations" / f".building-{number:06d}"
        manifest = write_generation(building, number, self.current(), Tables.of(batches), brought, say)
        building.replace(self._folder(number))
        sync(self.path / "generations")
        self._flip(number)
        self._prune()
        say("done")
        return manifest

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Be the one writer; a full disk becomes StorageFull, and what was half built is thrown away."""
        try:
            for name in ("generations", "sources", "decisions"):
                (self.path / name).mkdir(parents=True, exist_ok=True)
            held = FileLock(self.path / "LOCK", timeout=0).acquire()
        except (FileExistsError, NotADirectoryError):
            raise WorkspaceError(f"{self.path} is not a folder that a workspace can be in") from None
        except Timeout:
            raise WorkspaceBusy(f"another process is writing to {self.path}; try again when it is done") from None
        except OSError as error:
            raise _trouble(error, self) from error
        with held:
            try:
                self._sweep()
                yield
            except (OSError, pl.exceptions.PolarsError) as error:
                raise _trouble(error, self) from error
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

    def _flip(self, number: int) -> None:
        new = self.path / ".CURRENT-new"
        write_text(new, f"{number}\n")
        new.replace(self.path / "CURRENT")
        sync(self.path)

    def _prune(self) -> None:
        if self.keep is not None:
            for number in self.numbers()[: -self.keep]:
                shutil.rmtree(self._folder(number))


def _silent(_: str) -> None:
    """Say nothing."""


def _standing(workspace: Workspace) -> str:
    current = workspace.current()
    return f"generation {current} is still current" if current else "there is no generation yet"


def _trouble(error: Exception, workspace: Workspace) -> WorkspaceError:
    """Return what went wrong on the disk as one of our errors."""
    if no_room(error):
        return StorageFull(
            f"there is no room for the next generation in {workspace.path}; free some space and load again "
            f"({_standing(workspace)})"
        )
    return WorkspaceError(f"{workspace.path} cannot be written to: {error}")
