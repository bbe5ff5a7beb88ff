"""Derived parts of a generation on disk: each knows what it was made from, and is made again when that is not so any
more.

A part is a folder with `made.json`: the identity of its generation, a fingerprint of the definitions that it depends
on, and the stamps of its files. It is built under another name, and its being there is its being ready. Whoever finds
it missing, stale or damaged makes it from the tables; nobody answers from it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from graph.stores.checksums import changed, files, stamps
from graph.stores.manifest import read_manifest
from graph.stores.writing import sync, write_text
from ontology.errors import DamagedWorkspace
from ontology.notices import notice

if TYPE_CHECKING:
    from graph.stores.generation import Generation

#: What a part was made from, and its files.
MADE = "made.json"


class State(StrEnum):
    """Whether a part may be used, and if not, why."""

    SOUND = "sound"
    MISSING = "missing"
    STALE = "stale"  # the definitions are others now
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Part:
    """A derived part: its name, a fingerprint of the definitions that it depends on, and what makes its folder."""

    name: str
    fingerprint: Callable[[], str]
    make: Callable[[Generation, Path], None]


def seal(part: Part, identity: str, folder: Path) -> None:
    """Write down what a part was made from, once all of it is there."""
    told = {"generation": identity, "definitions": part.fingerprint(), "files": stamps(folder)}
    write_text(folder / MADE, json.dumps(told, indent=1) + "\n")
    sync(folder)


def state(part: Part, identity: str, folder: Path, *, read_all: bool = False) -> State:
    """Return whether a part is what this generation and these definitions give, as it was written."""
    try:
        told: dict[str, Any] = json.loads((folder / MADE).read_text(encoding="utf-8"))
        made_from, known = (told["generation"], told["definitions"]), dict(told["files"])
    except FileNotFoundError:
        return State.DAMAGED if folder.is_dir() else State.MISSING
    except (OSError, ValueError, KeyError, TypeError):
        return State.DAMAGED
    if made_from != (identity, part.fingerprint()):
        return State.STALE
    present = {path.relative_to(folder).as_posix() for path in files(folder)} - {MADE}
    if not known.keys() <= present or any(True for _ in changed(folder, known, read_all=read_all)):
        return State.DAMAGED
    return State.SOUND


#: In the manifest of a copy of what a server holds: what is not there is made when it is asked for.
COPIED = "copied"


def ready(part: Part, generation: Generation) -> Path | None:
    """Return the folder of a part that may be used, made now if need be; None where nothing can be written.

    Where another process is making it, this waits until it is done.
    """
    if generation.folder is None:
        return None
    folder, root = generation.folder / part.name, generation.folder.parent.parent
    if (why := state(part, generation.identity, folder)) is State.SOUND:
        return folder
    try:
        with FileLock(lock_of(root, part)):
            why = state(part, generation.identity, folder)  # somebody else may have made it meanwhile
            if why is not State.SOUND:
                _require_its_own(generation)
                if why is not State.MISSING or COPIED not in generation.manifest:
                    notice(f"part-{why}", path=str(folder))
                _make_again(part, generation, folder)
    except OSError:  # a reader that may not write here makes its own
        notice(f"part-{why}", path=str(folder))
        return None
    return folder


def _require_its_own(generation: Generation) -> None:
    """Raise DamagedWorkspace where the folder is another generation's now, or nobody's: it was pruned, or wiped."""
    assert generation.folder is not None
    try:
        there = read_manifest(generation.folder)["identity"]
    except DamagedWorkspace:
        there = None
    if there != generation.identity:
        raise DamagedWorkspace("generation-gone", path=str(generation.folder))


def lock_of(root: Path, part: Part) -> Path:
    """Return the file that is locked by who makes a part; it stands by the workspace, not in what it locks."""
    return root / f"LOCK-{part.name}"


def _make_again(part: Part, generation: Generation, folder: Path) -> None:
    building = folder.with_name(f".building-{part.name}")
    shutil.rmtree(building, ignore_errors=True)  # of one who was killed: whoever holds the lock is alone
    try:
        part.make(generation, building)
        seal(part, generation.identity, building)
        put_in_place(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def put_in_place(building: Path, folder: Path) -> None:
    """Give a part that is whole its name; what had it before is thrown away."""
    old = folder.with_name(f".old-{folder.name}")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    building.rename(folder)
    sync(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def throw_away(folder: Path) -> None:
    """Remove a part, so that at no moment half of it is taken for the whole."""
    old = folder.with_name(f".old-{folder.name}")
    try:
        folder.rename(old)
    except OSError:
        return
    shutil.rmtree(old, ignore_errors=True)
