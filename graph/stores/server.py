"""A graph that lives on a server: what is written goes there, and what is asked is read from a copy in a folder.

The copy is a workspace like any other, with index, names and RDF, so every question is as fast as it is elsewhere and
has the same answer. It follows the server by itself: before each question the server is asked which generation it
holds, and a new one is streamed out once.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import RLock
from time import monotonic, sleep
from typing import Any

from graph.stores.current import built, folder_of
from graph.stores.generation import Generation
from graph.stores.home import Progress, Report
from graph.stores.opening import open_generation
from graph.stores.parcel import pack
from graph.stores.remote import Held, Remote
from graph.stores.workspace import Workspace
from ontology.errors import (
    DamagedWorkspace,
    InvalidArgument,
    NotFound,
    ServerBetween,
    ServerError,
    WorkspaceBusy,
    WorkspaceError,
)
from ontology.facts import Batch

#: So many generations are kept of a copy, unless said: the server keeps one.
_KEPT = 3

#: For so many seconds an answer of a server that it holds the same as before is good enough.
_GOOD_FOR = 0.25

#: For so many seconds a copy is waited for that another process makes.
_PATIENCE = 600.0

#: So often is reading begun again that a load on the server broke off.
_TRIES = 3


class ServerHome:
    """A home on a server, with a copy of what it holds in a folder of this machine."""

    def __init__(self, remote: Remote, copy: Path, keep: int | None = None, good_for: float = _GOOD_FOR) -> None:
        self.remote = remote
        self.copy = Workspace(copy, keep or _KEPT, self._publish)
        self.good_for = good_for
        self._seen: tuple[float, Held | None] | None = None
        #: Told what reading is doing, and writing where that has no other.
        self.progress: Progress = _silent
        self._thorough = False
        self._asking, self._writing = RLock(), RLock()

    # ---- reading

    def held(self) -> Held | None:
        """Return what the server holds, as it said a moment ago at most."""
        with self._asking:
            if (seen := self._seen) is None or monotonic() - seen[0] > self.good_for:
                seen = self._seen = monotonic(), self.remote.held()
            return seen[1]

    def current(self) -> int | None:
        """Return the number of the generation that the server holds, or None while there is none."""
        held = self.held()
        return None if held is None or held.identity is None else held.number

    def identity(self) -> str | None:
        """Return what tells the generation that the server holds from every other, or None while there is none."""
        held = self.held()
        return None if held is None else held.identity

    def open(self, number: int | None = None) -> Generation:
        """Return a generation, the one that the server holds unless a number is given; earlier ones from the copy."""
        if number is not None and number != self.current():
            known = {told["identity"] for told in self.history()}
            if number in self.copy.numbers() and (earlier := self.copy.open(number)).identity in known:
                return earlier
            there = [each for each in self.copy.numbers() if each != self.current()]
            raise NotFound("no-generation", number=number, known=tuple(map(str, [*there, self.current()])))
        left, until = _TRIES, monotonic() + _PATIENCE
        while left > 0:
            held = self.held()
            if held is None or held.identity is None:
                self._require_whole(held)
                raise WorkspaceError("no-graph-on-server", server=self.remote.name)
            if (copied := self._copied(held.identity)) is not None:
                return copied
            self._require_whole(held)
            try:
                self.copy.adopt(self.remote.read(self.progress), progress=self.progress)
            except WorkspaceBusy:  # another process copies the same, and is done soon
                if monotonic() > until:
                    raise
                sleep(0.2)
            except ServerBetween:
                self._seen, left = None, left - 1
                if not left:
                    raise
            except DamagedWorkspace as error:
                if error.key == "rows-nameless":
                    table, many = error.values["table"], error.values["many"]
                    raise ServerError("server-nameless", server=self.remote.name, table=table, many=many) from error
                if error.key != "rows-missing":
                    raise
                # Either it was changed by other hands, or a load began and ended while it was read.
                self._seen, left = None, left - 1
                if not left or (after := self.held()) is None or after.identity == held.identity:
                    table, wanted, found = (error.values[name] for name in ("table", "wanted", "found"))
                    raise ServerError(
                        "server-changed", server=self.remote.name, table=table, wanted=wanted, found=found
                    ) from error
        raise ServerBetween("server-between", server=self.remote.name)

    def history(self) -> list[dict[str, Any]]:
        """Return what each generation that the server held says of itself, newest first."""
        return self.remote.history()

    def _copied(self, identity: str) -> Generation | None:
        """Return the generation of this identity from the copy, None where it has none, or a damaged one."""
        for number in reversed(built(self.copy.path)):
            try:
                found = open_generation(folder_of(self.copy.path, number))
            except DamagedWorkspace:
                continue
            if found.identity == identity:
                return found
        return None

    def _require_whole(self, held: Held | None) -> None:
        if held is not None and not held.whole:
            raise ServerBetween("server-between", server=self.remote.name)

    # ---- writing

    def replace(
        self, batches: Sequence[Batch], *, progress: Progress | None = None, force: bool = False, strict: bool = False
    ) -> tuple[Report, ...]:
        """Make the next generation, on the server first, with these batches in the place of their sources."""
        with self._told(progress):
            self._thorough = force  # what other hands changed there is mended, too
            self._prepare()
            reports = self.copy.replace(batches, progress=progress, force=force, strict=strict)
            self._seen = None
            held = self.held()
            if held is not None and not held.whole:  # nothing was new, and a load before had been cut off
                self._publish(self.copy.open(), self.copy.open())
            return reports

    def remove(self, source: str, *, progress: Progress | None = None) -> Report:
        """Make the next generation, on the server first, without what this source said."""
        with self._told(progress):
            self._prepare()
            return self.copy.remove(source, progress=progress)

    def push(
        self, generation: Generation, known: Container[str] | None = None, *, progress: Progress | None = None
    ) -> bool:
        """Make the server hold this very generation of another home; False where it holds it already.

        `known` are the identities of generations of that home: a server that holds another graph than one of these is
        left as it is, and InvalidArgument raised. None takes its place whatever it is.
        """
        with self._told(progress):
            held = self.held()
            if held is not None and held.whole and held.identity == generation.identity:
                return False
            if known is not None and held is not None and held.identity is not None and held.identity not in known:
                told = next(iter(self.remote.history()), {"sources": ()})
                sources = tuple(source["id"] for source in told["sources"])
                raise InvalidArgument(
                    "push-another", server=self.remote.name, number=held.number, sources=sources or ("-",)
                )
            self._publish(None if held is None else self._known(held), generation)
            return True

    @contextmanager
    def _told(self, progress: Progress | None) -> Iterator[None]:
        """Be the one of this process who writes; the server is asked anew before and after."""
        with self._writing:
            before, self._seen = self.progress, None
            self.progress = progress or before
            try:
                yield
            finally:
                self._seen, self.progress, self._thorough = None, before, False

    def _prepare(self) -> None:
        """Bring the copy to what the server holds, so that what is written next follows it."""
        held = self.held()
        if held is None or held.identity is None:
            self.copy.clear()
        elif (known := self._known(held)) is not None and known.number != self.copy.current():
            self.copy.back_to(known.number)  # what was built here since was never told to the server

    def _known(self, held: Held) -> Generation | None:
        """Return the last whole generation that the server held, fetched now if need be; None where none was."""
        if held.identity is None:
            return None
        if (copied := self._copied(held.identity)) is not None:
            return copied
        if held.whole:
            try:
                return self.open()
            except ServerError as error:
                if not self._thorough or error.key not in ("server-changed", "server-nameless"):
                    raise
                self.copy.adopt(self.remote.read(self.progress), progress=self.progress, as_found=True)
                return self.copy.open()
        # Nobody else may have what was there before a load that was cut off: it is undone from the server alone.
        self.copy.adopt(self.remote.recover(self.progress), progress=self.progress)
        return self.copy.open()

    def _publish(self, before: Generation | None, after: Generation) -> None:
        """Tell the server of a generation that readers of the copy do not see yet."""
        assert after.folder is not None
        folders = {source.id: after.folder / "sources" / source.id for source in after.tables.sources}
        files = {id: pack(folder) for id, folder in folders.items()}
        self.remote.write(before, after, files, self.progress, thorough=self._thorough)
        self._seen = None

    def close(self) -> None:
        """Let go of connections; the copy stays."""
        self.remote.close()


def _silent(_: str) -> None:
    """Say nothing."""


def copy_of(name: str, address: str | None = None) -> Path:
    """Return the folder for the copy of what a server holds: in ARVOVERKKO_CACHE, or where this system has such.

    It is called by the server's name, and told from others by the whole address, where that says more.
    """
    told = os.environ.get("ARVOVERKKO_CACHE")
    if told:
        root = Path(told)
    elif sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "arvoverkko"
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches" / "arvoverkko"
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "arvoverkko"
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-")[:60]
    return root / f"{plain}-{sha256((address or name).encode()).hexdigest()[:12]}"
