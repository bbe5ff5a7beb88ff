"""Proves a graph on disk: its files are as they were written, and counts, indexes and RDF say what the tables say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from graph.stores.checksums import changed, stamps
from graph.stores.current import built, folder_of
from graph.stores.derived import NAMES, PARTS, PATHS, RDF
from graph.stores.earlier import EARLIER
from graph.stores.generation import Generation
from graph.stores.manifest import MANIFEST, read_manifest
from graph.stores.names import NameIndex
from graph.stores.opening import open_generation
from graph.stores.parts import MADE, Part, State, state, throw_away
from graph.stores.triples import fill
from graph.stores.workspace import Workspace
from ontology.errors import WorkspaceError
from ontology.texts import say


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that was looked at in a generation: whether it holds, and what does not."""

    generation: int
    what: str  # the last part of a key of the catalogues' `verify`
    holds: bool
    said: str = ""

    def sentence(self, language: str) -> str:
        """Return what was found, in a sentence."""
        key = f"verify.{self.what}" if self.holds else f"verify.{self.what}-not"
        said = say(f"part.{self.said}", language) if self.said in list(State) else self.said
        return say(key, language, number=self.generation, said=said)


def verify(home: Workspace) -> Iterator[Proof]:
    """Yield what holds of every generation, oldest first, and of the derived parts of the current one.

    Every file is read through. A derived part that is not good is thrown away, so that it is made again when it is
    asked for. Raises WorkspaceError where there is no graph.
    """
    current = home.current()
    if current is None:
        raise WorkspaceError("no-graph-yet", folder=str(home.path))
    yield Proof(current, "current", home.current_is_said())
    for number in built(home.path):
        folder = folder_of(home.path, number)
        spoilt = _spoilt(folder)
        yield Proof(number, "files" if number == current else "old-files", not spoilt, ", ".join(spoilt))
        if spoilt:
            continue
        generation = open_generation(folder)
        if generation.manifest["schema"] > EARLIER:
            yield _rows(generation)
        counts = generation.tables.counts()
        differ = sorted({name for name, _ in counts.items() ^ generation.counts.items()})
        yield Proof(number, "counts", not differ, ", ".join(differ))
        for part in (*PARTS, RDF) if number == current else ():
            yield _part(generation, part)


def _spoilt(folder: Path) -> list[str]:
    """The files of a generation that are not as they were written."""
    try:
        manifest = read_manifest(folder)
        if manifest["schema"] > EARLIER:
            return list(changed(folder, manifest["files"], read_all=True))
        open_generation(folder)
    except WorkspaceError:
        return [MANIFEST]
    return []


def _rows(generation: Generation) -> Proof:
    wrong = [
        source["id"]
        for source in generation.manifest["sources"]
        if source["read"] != source["kept"] + source["refused"] + source["set_aside"]
    ]
    return Proof(generation.number, "rows", not wrong, ", ".join(wrong))


def _part(generation: Generation, part: Part) -> Proof:
    assert generation.folder is not None
    folder = generation.folder / part.name
    found = state(part, generation.identity, folder, read_all=True)
    differ = [str(found)] if found is not State.SOUND else _PROVED[part.name](generation, folder)
    if differ:
        throw_away(folder)  # nobody answers from it, and whoever asks next makes it
    return Proof(generation.number, part.name, not differ, ", ".join(differ))


def _against_fresh(generation: Generation, folder: Path) -> list[str]:
    """The files of the path index that a fresh one has otherwise."""
    with TemporaryDirectory() as place:
        fresh = Path(place) / PATHS.name
        PATHS.make(generation, fresh)
        ours, theirs = ({name: told["sha256"] for name, told in stamps(each).items()} for each in (folder, fresh))
    ours.pop(MADE)
    return sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))


def _against_rows(generation: Generation, folder: Path) -> list[str]:
    """The ids of which the index of names says otherwise than a fresh one, the first ten of them."""
    ours, fresh = NameIndex.open(folder), NameIndex.build(generation.tables)
    ids = (id for frame in generation.tables.entities.values() for id in frame["id"].unique(maintain_order=True))
    differ = list(islice((id for id in ids if id not in ours or ours.get(id) != fresh.get(id)), 10))
    return differ if len(ours) == len(fresh) else [*differ, f"{len(ours)} ≠ {len(fresh)}"]


def _against_fresh_store(generation: Generation, folder: Path) -> list[str]:
    """Quads that a store made anew has not, or has and this one lacks: the first ten."""
    with TemporaryDirectory() as place:
        fresh = ox.Store(place)
        fill(fresh, generation.tables)
        ours = ox.Store.read_only(str(folder / "store"))
        false = list(islice((str(quad) for quad in ours if quad not in fresh), 10))
        if not false and len(ours) == len(fresh):
            return []
        return [*false, *islice((f"− {quad}" for quad in fresh if quad not in ours), 10)]


_PROVED = {PATHS.name: _against_fresh, NAMES.name: _against_rows, RDF.name: _against_fresh_store}
