"""Which generation is current: a line of `CURRENT`, found again when it is lost.

The line holds the number of the generation and its identity, so that a line that was damaged is not taken for another
generation. Lost or damaged, the newest whole generation is current.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from graph.stores.earlier import EARLIER
from graph.stores.manifest import read_manifest
from graph.stores.writing import sync, write_text
from ontology.errors import DamagedWorkspace, NewerWorkspace, WorkspaceError
from ontology.notices import notice

#: The file that says which generation is current.
FILE = "CURRENT"


class Current(NamedTuple):
    """A generation that is current: its number, what tells it from every other, and whether the line says so."""

    number: int
    identity: str
    said: bool = True


def line_of(root: Path) -> str | None:
    """Return what `CURRENT` says, None where it is not; raises WorkspaceError where a file stands for the folder."""
    try:
        return (root / FILE).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise WorkspaceError("file-not-workspace", path=str(root)) from None


def read_current(root: Path, line: str | None) -> Current | None:
    """Return the generation that a line means, None where there is none; says so when the line was lost or damaged."""
    number, _, identity = (line or "").partition(" ")
    if number.isdecimal() and (folder := folder_of(root, int(number))).is_dir():
        try:
            known = _identity(folder)
        except NewerWorkspace:
            known = None
        if known is None or known == identity:  # a manifest that cannot be read is for who opens it to say
            return Current(int(number), identity)
        if not identity and read_manifest(folder)["schema"] <= EARLIER:
            return Current(int(number), known)
    found = newest(root)
    if found is None and (there := built(root)):
        raise DamagedWorkspace("generations-damaged", path=str(root / "generations"), known=tuple(map(str, there)))
    if found is not None:
        notice("current-found", path=str(root / FILE), number=found.number)
    return found


def newest(root: Path) -> Current | None:
    """Return the newest generation that is whole, None where there is none."""
    for number in reversed(built(root)):
        if identity := _identity(folder_of(root, number)):
            return Current(number, identity, said=False)
    return None


def write_current(root: Path, current: Current) -> None:
    """Make a generation current, in one moment."""
    new = root / f".{FILE}-new"
    write_text(new, f"{current.number} {current.identity}\n")
    new.replace(root / FILE)
    sync(root)


def built(root: Path) -> list[int]:
    """Return the numbers of the generations that are whole, current or not, oldest first."""
    folder = root / "generations"
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return sorted(int(name) for name in names if name.isascii() and name.isdecimal())


def folder_of(root: Path, number: int) -> Path:
    """Return the folder of a generation."""
    return root / "generations" / f"{number:06d}"


def _identity(folder: Path) -> str | None:
    try:
        return str(read_manifest(folder)["identity"])
    except DamagedWorkspace:
        return None
