"""The graph on disk: finished generations beside each other, and a line that says which one is current.

    CURRENT                       one line: the generation that readers open; lost, it is found again
    LOCK, LOCK-<part>             held by the one writer, and by who makes a derived part
    decisions/                    kept by people; survives every reload
    generations/000007/
      manifest.json               identity, sources, counts, findings, parent, checksums of the files below
      sources/<id>/*.parquet      the truth: what each source says, as accepted (`graph.stores.sources`)
      paths/  names/  rdf/        derived (`graph.stores.parts`)

A new generation is built under a name that no reader looks at, renamed when tables and index are whole, and then
CURRENT is replaced by an atomic rename. A kill at any moment leaves a whole generation current. The RDF store of a
large graph takes twenty times as long as all the rest: readers do not wait for it, and it is put into its place when it
is whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock, Timeout

from graph.stores import current as line
from graph.stores.checksums import Stamp, changed
from graph.stores.current import Current, built, folder_of
from graph.stores.delivery import deliver, write_manifest
from graph.stores.derived import PARTS, RDF
from graph.stores.earlier import EARLIER, batches_of
from graph.stores.generation import Generation
from graph.stores.home import Progress, Report, require_none_refused
from graph.stores.manifest import build_manifest, holds, read_manifest, unknown_source
from graph.stores.opening import newest_before, open_generation
from graph.stores.parts import lock_of, put_in_place, seal, throw_away
from graph.stores.remote import Delivery
from graph.stores.sources import read_source, write_source
from graph.stores.writing import sync, trouble
from ontology.errors import DamagedWorkspace, InvalidArgument, NotFound, WorkspaceBusy, WorkspaceError
from ontology.facts import Batch, Tables, no_refusals
from ontology.notices import notice
from ontology.rules.acceptance import Verdict, accept

#: Which frames a source keeps that say what became of rows.
_TOLD = ("refusals", "waiting")

#: Told of the generation before, None where there is none, and of the one that is about to be current.
Publish = Callable[[Generation | None, Generation], None]

#: For so many seconds a new generation waits for its RDF store before readers get it without.
_PATIENCE = 5.0


class Workspace:
    """A folder with generations of a graph. Opening one reads nothing; `keep` prunes old generations on writing.

    `publish` is told of each generation before readers see it, and of the one before it; what it raises stops the load.
    """

    def __init__(self, path: str | Path, keep: int | None = None, publish: Publish | None = None) -> None:
        if keep is not None and keep < 1:  # for who opens a folder without an address, too
            raise InvalidArgument("keep-at-least-one", keep=keep)
        self.path = Path(path)
        self.keep = keep
        self._publish = publish
        self._known: tuple[str | None, Current | None] = (None, None)

    # ---- reading

    def current(self) -> int | None:
        """Return the number of the current generation, or None while there is none."""
        found = self._current()
        return None if found is None else found.number

    def identity(self) -> str | None:
        """Return what tells the current generation from every other, or None while there is none."""
        found = self._current()
        return None if found is None else found.identity

    def _current(self) -> Current | None:
        said = line.line_of(self.path)
        known, found = self._known
        if found is None or said != known:  # a line that was looked through once is not looked through again
            found = line.read_current(self.path, said)
            self._known = said, found
        return found

    def open(self, number: int | None = None) -> Generation:
        """Return a generation, the current one unless a number is given; raises WorkspaceError and its kinds."""
        for _ in range(3):  # a generation may be pruned between reading CURRENT and opening it
            wanted = number if number is not None else self.current()
            if wanted is None:
                raise WorkspaceError("no-graph-yet", folder=str(self.path))
            try:
                if folder_of(self.path, wanted).is_dir():
                    return open_generation(folder_of(self.path, wanted))
            except DamagedWorkspace:
                if number is not None or self.current() == wanted:
                    raise
        known = tuple(map(str, self.numbers()))
        if number is not None:
            raise NotFound("no-generation", number=number, known=known)
        raise DamagedWorkspace("generation-missing", number=wanted, path=str(self.path), known=known)

    def numbers(self) -> list[int]:
        """Return the numbers of the generations that are or were current, oldest first."""
        there = built(self.path)  # before CURRENT is read: a writer may prune and move on between the two
        current = self.current() or 0
        return [number for number in there if number <= current]

    def history(self) -> list[dict[str, Any]]:
        """Return what each finished generation says of itself, newest first."""
        while True:
            numbers, current = self.numbers(), self.current()
            told = []
            for number in reversed(numbers):
                folder = folder_of(self.path, number)
                try:
                    told.append(read_manifest(folder))
                except DamagedWorkspace:
                    if number == current and folder.is_dir():
                        raise
                    notice("old-left-out", path=str(folder))
            if told or not numbers:  # else all were pruned meanwhile
                return told

    # ---- writing

    def replace(
        self, batches: Sequence[Batch], *, progress: Progress | None = None, force: bool = False, strict: bool = False
    ) -> tuple[Report, ...]:
        """Make the next generation, with these batches in the place of what their sources said before.

        A source whose bytes did not change is not loaded again, unless forced or its files are damaged. Raises
        WorkspaceBusy while another process writes, StorageFull, and RefusedRows when strict; the old generation stands
        then.
        """
        with self._writing():
            before = self._manifest()
            lost = self._damaged(before)
            new = {
                batch.source.id: batch
                for batch in batches
                if force or before is None or batch.source.id in lost or not holds(before, batch.source)
            }
            if new or before is None:
                # In the place that its source had: of two sources that tell of one thing, the earlier is heard first.
                ids = dict.fromkeys([*(said["id"] for said in (before or {"sources": ()})["sources"]), *new])
                manifest = self._next(before, list(ids), new, lost, progress, strict)
            else:
                manifest = before
                self._prune()
            return tuple(self._report(b.source.id, manifest, changed=b.source.id in new) for b in batches)

    def remove(self, source: str, *, progress: Progress | None = None) -> Report:
        """Make the next generation, without what this source said; raises NotFound with the sources there are."""
        if self.current() is None:  # nothing is made where there is nothing to take out
            raise unknown_source(source, None)
        with self._writing():
            before = self._manifest()
            ids = [said["id"] for said in before["sources"]] if before else []
            if source not in ids:
                raise unknown_source(source, before)
            ids.remove(source)
            return Report.gone(source, self._next(before, ids, {}, self._damaged(before), progress, False))

    def close(self) -> None:
        """Nothing is held open between calls."""

    def _manifest(self) -> dict[str, Any] | None:
        """What the current generation says of itself, to who writes: a line that was lost is written again."""
        current = self._current()
        if current is None:
            return None
        if not current.said:
            line.write_current(self.path, current)
        return read_manifest(folder_of(self.path, current.number))

    def current_is_said(self) -> bool:
        """Return whether `CURRENT` says which generation is current; lost or damaged, the next load writes it again."""
        found = self._current()
        return found is not None and found.said

    def _damaged(self, manifest: dict[str, Any] | None) -> set[str]:
        """The sources some file of which is not as it was written; before a load, all are read through."""
        if manifest is None or manifest["schema"] <= EARLIER:
            return set()
        folder = folder_of(self.path, manifest["generation"])
        return {name.split("/")[1] for name in changed(folder, manifest["files"], read_all=True)}

    def _report(self, source: str, manifest: dict[str, Any], *, changed: bool) -> Report:
        own = folder_of(self.path, manifest["generation"]) / "sources" / source
        told = (
            pl.read_parquet(path) if (path := own / f"{name}.parquet").is_file() else no_refusals() for name in _TOLD
        )
        return Report.told(source, manifest, *told, changed=changed)

    def _next(
        self,
        before: dict[str, Any] | None,
        ids: Sequence[str],
        new: Mapping[str, Batch],
        lost: Container[str],
        progress: Progress | None,
        strict: bool,
    ) -> dict[str, Any]:
        """Build a generation of these sources and make it current; return what it says of itself."""
        progress = progress or (lambda _: None)
        self._sweep()
        progress("checking")
        verdicts = accept(self._brought(before, ids, new, lost))
        if strict:
            require_none_refused(verdicts)
        parent = before["generation"] if before else None
        number = (parent or 0) + 1
        tables = Tables.of(verdict.facts() for verdict in verdicts)
        read_by = (
            {said["id"]: said.get("read_by") for said in before["sources"] if said["id"] not in new} if before else {}
        )
        manifest = build_manifest(number, parent, tables, verdicts, read_by)
        made = Generation(tables, manifest, self._building(number), partial(newest_before, self.path, number))
        # The RDF store takes most of the work and lets go of the interpreter, so the rest is done beside it.
        with ThreadPoolExecutor(1) as beside, ExitStack() as held:
            rdf = beside.submit(_make_rdf, made)
            progress("tables")
            self._write(made, verdicts, before, set(new))
            self._derive(made, progress)
            if self._publish is not None:
                self._publish(None if parent is None else self.open(parent), made)
            held.enter_context(FileLock(lock_of(self.path, RDF)))
            progress("rdf")
            if wait([rdf], _PATIENCE).done:  # a small graph is seen when all of it is there, or not at all
                rdf.result()
            self._show(made)
            progress("readable")
            self._take(rdf, number)
        self._prune()
        progress("done")
        return manifest

    def adopt(self, delivery: Delivery, *, progress: Progress | None = None, as_found: bool = False) -> None:
        """Take over a generation that another home made, as it is, with number and identity, and make it current.

        Its RDF store is made when it is asked for. Raises DamagedWorkspace where rows are missing, unless what is found
        is enough.
        """
        progress = progress or (lambda _: None)
        with self._writing():
            number = int(delivery.manifest["generation"])
            if (self.current() or 0) >= number:  # of another life of the graph, or damaged
                self._forget()
            made = deliver(delivery, self._building(number), as_found=as_found)
            self._derive(made, progress)
            self._show(made)
            self._prune()
            progress("done")

    def clear(self) -> None:
        """Throw all generations away; what people decided stays."""
        if self.current() is not None:
            with self._writing():
                self._forget()

    def back_to(self, number: int) -> None:
        """Make an earlier generation current again; later ones are thrown away."""
        with self._writing():
            found = self.open(number)
            line.write_current(self.path, Current(number, found.identity))

    def _forget(self) -> None:
        (self.path / line.FILE).unlink(missing_ok=True)
        for number in built(self.path):
            shutil.rmtree(folder_of(self.path, number))

    def _building(self, number: int) -> Path:
        """Make the folder in which a generation is built; no reader looks at it."""
        building = self.path / "generations" / f".building-{number:06d}"
        building.mkdir()
        return building

    def _derive(self, made: Generation, progress: Progress) -> None:
        """Make what a generation has from its first moment."""
        assert made.folder is not None
        for part in PARTS:
            progress(part.name)
            part.make(made, made.folder / part.name)
            seal(part, made.identity, made.folder / part.name)
        sync(made.folder)

    def _show(self, made: Generation) -> None:
        """Make a generation that is built the current one."""
        assert made.folder is not None
        made.folder.replace(folder_of(self.path, made.number))
        sync(self.path / "generations")
        line.write_current(self.path, Current(made.number, made.identity))

    def _brought(
        self, before: dict[str, Any] | None, ids: Iterable[str], new: Mapping[str, Batch], lost: Container[str]
    ) -> Iterator[Batch]:
        """What each source brought; raises DamagedWorkspace for one whose files are not as they were written."""
        if before is None:
            yield from new.values()
            return
        folder = folder_of(self.path, before["generation"])
        kept: dict[str, Batch] = {}
        if before["schema"] <= EARLIER and not new.keys() >= set(ids):
            kept = {batch.source.id: batch for batch in batches_of(open_generation(folder).tables)}
        for id in ids:
            if id in new:
                yield new[id]
            elif id in lost:
                raise DamagedWorkspace("source-damaged", path=str(folder / "sources" / id), source=id)
            else:
                yield kept[id] if kept else read_source(folder / "sources" / id)

    def _write(
        self, made: Generation, verdicts: Iterable[Verdict], before: dict[str, Any] | None, new: set[str]
    ) -> None:
        """Write the sources and the manifest of a generation into its folder; what did not change is linked."""
        assert made.folder is not None
        manifest, rows = dict(made.manifest), dict[str, int]()
        old = folder_of(self.path, before["generation"]) if before and before["schema"] > EARLIER else None
        for verdict in verdicts:
            id = verdict.batch.source.id
            own = old / "sources" / id if old is not None and id not in new else None
            write_source(made.folder / "sources" / id, verdict, own)
            facts = {name: frame.height - len(verdict.out.get(name, ())) for name, frame in verdict.batch.frames()}
            rows |= {f"{id}/{name}": height for name, height in facts.items() if height}
        known: Mapping[str, Stamp] = before["files"] if old is not None and before else {}
        made.manifest = write_manifest(made.folder, manifest | {"rows": rows}, known)

    def _take(self, rdf: Future[Path], number: int) -> None:
        """Put the RDF store of a generation into its place, and throw away those of earlier ones."""
        try:
            put_in_place(rdf.result(), folder_of(self.path, number) / RDF.name)
        except Exception as error:
            notice("rdf-not-written", number=number, said=str(error))
            return
        for earlier in built(self.path):
            if earlier < number:
                throw_away(folder_of(self.path, earlier) / RDF.name)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Be the one writer; a full disk becomes StorageFull, and what was half built is thrown away."""
        try:
            for name in ("generations", "decisions"):
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
        lefts = [*self.path.glob("generations/.building-*")]
        lefts += [folder_of(self.path, number) for number in built(self.path) if number > current]
        for left in lefts:
            shutil.rmtree(left, ignore_errors=True)

    def _prune(self) -> None:
        if self.keep is not None:
            for number in self.numbers()[: -self.keep]:
                shutil.rmtree(folder_of(self.path, number), ignore_errors=True)
        # What sources brought lay here before it lay with each generation.
        if (old := self.path / "sources").is_dir() and not any(self.path.glob("generations/*/tables")):
            shutil.rmtree(old, ignore_errors=True)


def _make_rdf(made: Generation) -> Path:
    assert made.folder is not None
    folder = made.folder.with_name(f"{made.folder.name}-rdf")
    RDF.make(made, folder)
    seal(RDF, made.identity, folder)
    return folder
