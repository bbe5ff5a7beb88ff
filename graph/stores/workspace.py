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

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
import pyoxigraph as ox
from filelock import FileLock, Timeout

from graph.paths import PathIndex
from graph.stores.generation import Generation, fill
from ontology.errors import DamagedWorkspace, NewerWorkspace, StorageFull, WorkspaceBusy, WorkspaceError
from ontology.facts import Batch, Source, Tables, require_ids
from ontology.metagraph import Kind, Relation
from ontology.rules.checks import check

#: The shape of the workspace; a reader opens its own and older ones.
SCHEMA_VERSION = 1

#: What a manifest says at the least.
_SAID = {"generation", "parent", "created", "sources", "counts", "findings", "brought"}

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# numpy says how much it could not write, and gives no number.
_FULL_WORDS = (
    " requested and ",
    "no space left",
    "file too large",
    "disk quota",
    "os error 28",
    "os error 27",
    "os error 122",
)

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What `replace` did with a batch: read = kept + refused, always.

    `changed` is False when the source is the one that the graph holds already. `findings` counts, for each rule that
    the new generation breaks, how often.
    """

    source: str
    generation: int
    changed: bool
    read: int
    kept: int
    refused: int
    refusals: pl.DataFrame = field(repr=False, compare=False)
    counts: dict[str, int] = field(repr=False)
    findings: dict[str, int] = field(repr=False)

    def __str__(self) -> str:
        said = f"{self.source}: read {self.read}, kept {self.kept}, refused {self.refused}"
        return f"{said}; generation {self.generation}" + ("" if self.changed else " (unchanged)")


def program_version() -> str:
    """Return the version of this program."""
    try:
        return version("arvoverkko")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"


def build_manifest(number: int, parent: int | None, tables: Tables) -> dict[str, Any]:
    """Return what a generation says of itself."""
    findings = check(tables)
    return {
        "schema": SCHEMA_VERSION,
        "program": program_version(),
        "generation": number,
        "parent": parent,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "sources": [asdict(source) | {"retrieved": source.retrieved.isoformat()} for source in tables.sources],
        "counts": tables.counts(),
        "findings": findings.counts(),
    }


class Workspace:
    """A folder with generations of a graph. Opening one reads nothing; `keep` prunes old generations on writing."""

    def __init__(self, path: str | Path, keep: int | None = None) -> None:
        if keep is not None and keep < 1:
            raise WorkspaceError(f"keep must be at least 1 generation, not {keep}")
        self.path = Path(path)
        self.keep = keep

    # ---- reading

    def current_number(self) -> int | None:
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
            wanted = number if number is not None else self.current_number()
            if wanted is None:
                raise WorkspaceError(f"there is no graph in {self.path} yet; load something into it")
            try:
                if self._folder(wanted).is_dir():
                    return self._open(wanted)
            except DamagedWorkspace:
                if number is not None or self.current_number() == wanted:
                    raise
        raise DamagedWorkspace(f"generation {wanted} is not in {self.path}; there are {self.numbers()}")

    def _open(self, number: int) -> Generation:
        folder = self._folder(number)
        manifest = self.manifest(number)
        entities = {kind: f for kind in Kind if (f := self._table(folder, manifest, str(kind))) is not None}
        links = {rel: f for rel in Relation if (f := self._table(folder, manifest, str(rel))) is not None}
        return Generation(
            Tables(_sources(manifest), MappingProxyType(entities), MappingProxyType(links)), manifest, folder
        )

    def _table(self, folder: Path, manifest: dict[str, Any], name: str) -> pl.DataFrame | None:
        if name not in manifest["counts"]:
            return None
        path = folder / "tables" / f"{name}.parquet"
        try:
            return pl.read_parquet(path)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise DamagedWorkspace(f"{path} cannot be read ({error}); load the sources again") from error

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
        current = self.current_number() or 0
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
        say = progress or (lambda _: None)
        require_ids(batch)
        with self._writing():
            current = self.current_number()
            manifest = self.manifest(current) if current is not None else None
            if manifest and not force and _holds(manifest, batch.source):
                return report(batch, manifest, changed=False)
            self._sweep()
            number = (current or 0) + 1
            say("keeping the batch")
            self._keep_batch(batch, number)
            brought = dict(manifest["brought"] if manifest else {}) | {batch.source.id: number}
            held = _sources(manifest) if manifest else ()
            batches = [batch if s.id == batch.source.id else self._batch(s, brought[s.id]) for s in held]
            tables = Tables.of(batches if any(b is batch for b in batches) else [*batches, batch])
            building = self.path / "generations" / f".building-{number:06d}"
            built = self._build(building, number, current, tables, brought, say)
            building.replace(self._folder(number))
            _sync(self.path / "generations")
            self._flip(number)
            self._prune()
            say("done")
            return report(batch, built, changed=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Be the one writer; a full disk becomes StorageFull, and what was half built is thrown away."""
        try:
            for name in ("generations", "sources", "decisions"):
                (self.path / name).mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / "LOCK", timeout=0)
            lock.acquire()
        except (FileExistsError, NotADirectoryError):
            raise WorkspaceError(f"{self.path} is not a folder that a workspace can be in") from None
        except Timeout:
            raise WorkspaceBusy(f"another process is writing to {self.path}; try again when it is done") from None
        except OSError as error:
            raise _trouble(error, self) from error
        try:
            yield
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _trouble(error, self) from error
        finally:
            self._sweep()  # nothing is left after a good load, and nothing half built after a bad one
            lock.release()

    def _sweep(self) -> None:
        """Throw away what a writer that was killed left half built, or built and not made current."""
        current = self.current_number() or 0
        lefts = [*self.path.glob("generations/.building-*"), *self.path.glob("sources/*/.building-*")]
        lefts += [self._folder(number) for number in self._built() if number > current]
        lefts += [path for path in self.path.glob("sources/*/*") if path.name.isdigit() and int(path.name) > current]
        for left in lefts:
            shutil.rmtree(left, ignore_errors=True)

    def _build(
        self,
        folder: Path,
        number: int,
        parent: int | None,
        tables: Tables,
        brought: Mapping[str, int],
        say: Progress,
    ) -> dict[str, Any]:
        """Make a generation in a folder that no reader looks at, and return what it says of itself."""
        (folder / "tables").mkdir(parents=True)
        # The RDF store takes nine tenths of the work and lets go of the interpreter, so the rest is done beside it.
        with ThreadPoolExecutor(1) as beside:
            rdf = beside.submit(_write_rdf, folder / "rdf", tables)
            say("checking")
            manifest = build_manifest(number, parent, tables) | {"brought": dict(brought)}
            say("writing tables")
            for name, frame in (*tables.entities.items(), *tables.links.items()):
                _write(folder / "tables" / f"{name}.parquet", frame)
            say("indexing paths")
            PathIndex.build(tables).save(folder / "paths")
            say("loading RDF")
            rdf.result()
        _write_text(folder / "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
        for part in (*folder.joinpath("paths").iterdir(), folder / "paths", folder / "tables", folder):
            _sync(part)
        return manifest

    def _flip(self, number: int) -> None:
        new = self.path / ".CURRENT-new"
        _write_text(new, f"{number}\n")
        new.replace(self.path / "CURRENT")
        _sync(self.path)

    def _prune(self) -> None:
        if self.keep is not None:
            for number in self.numbers()[: -self.keep]:
                shutil.rmtree(self._folder(number))

    # ---- accepted batches

    def _keep_batch(self, batch: Batch, number: int) -> None:
        home = self.path / "sources" / batch.source.id
        building = home / f".building-{number:06d}"
        building.mkdir(parents=True)
        for name, frame in (*batch.entities.items(), *batch.links.items()):
            _write(building / f"{name}.parquet", frame)
        _write(building / "refusals.parquet", batch.refusals)
        _write_text(building / "read.json", json.dumps(dict(batch.read)) + "\n")
        _sync(building)
        building.replace(home / f"{number:06d}")
        _sync(home)

    def _batch(self, source: Source, number: int) -> Batch:
        folder = self.path / "sources" / source.id / f"{number:06d}"
        try:
            frames = {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
            read = json.loads((folder / "read.json").read_text(encoding="utf-8"))
            refusals = frames.pop("refusals")
        except (OSError, ValueError, KeyError, pl.exceptions.PolarsError) as error:
            raise DamagedWorkspace(f"the batch in {folder} cannot be read ({error})") from error
        return Batch(
            source,
            {kind: frames[kind] for kind in Kind if kind in frames},
            {relation: frames[relation] for relation in Relation if relation in frames},
            refusals,
            read,
        )


def _sources(manifest: Mapping[str, Any]) -> tuple[Source, ...]:
    return tuple(Source(**s | {"retrieved": date.fromisoformat(s["retrieved"])}) for s in manifest["sources"])


def _holds(manifest: dict[str, Any], source: Source) -> bool:
    """Whether this very source, read by this very program, is in the generation."""
    same = any(s["id"] == source.id and s["sha256"] == source.sha256 for s in manifest["sources"])
    return same and manifest["program"] == program_version()


def report(batch: Batch, manifest: Mapping[str, Any], *, changed: bool) -> Report:
    """Return what became of a batch in the generation of this manifest."""
    return Report(
        batch.source.id,
        manifest["generation"],
        changed,
        batch.rows_read,
        batch.rows_kept,
        batch.rows_refused,
        batch.refusals,
        manifest["counts"],
        manifest["findings"],
    )


def _standing(workspace: Workspace) -> str:
    current = workspace.current_number()
    return f"generation {current} is still current" if current else "there is no generation yet"


def _trouble(error: Exception, workspace: Workspace) -> WorkspaceError:
    """Return what went wrong on the disk as one of our errors."""
    if getattr(error, "errno", None) in _FULL or any(words in str(error).lower() for words in _FULL_WORDS):
        return StorageFull(
            f"there is no room for the next generation in {workspace.path}; free some space and load again "
            f"({_standing(workspace)})"
        )
    return WorkspaceError(f"{workspace.path} cannot be written to: {error}")


def _write(path: Path, frame: pl.DataFrame) -> None:
    frame.write_parquet(path, compression="zstd", compression_level=1, statistics=False)
    _sync(path)


def _write_rdf(folder: Path, tables: Tables) -> None:
    store = ox.Store(str(folder))
    fill(store, tables)
    store.flush()


def _write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    if path.is_dir() and os.name != "posix":
        return  # other systems cannot sync a folder
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
