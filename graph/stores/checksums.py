"""Whether files are as they were written: by size and time, and where these differ by their bytes.

A file that somebody has written to has another time, and is then read through; so is every file of a copy that did not
keep the times. What changes bytes and leaves the time, such as a failing disk, is found by `verify`, which reads all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypedDict


class Stamp(TypedDict):
    """What is known of a file: its size in bytes, when it was written in nanoseconds, and the SHA-256 of its bytes."""

    size: int
    time: int
    sha256: str


Stamps = Mapping[str, Stamp]


def stamp(path: Path, known: Stamp | None = None) -> Stamp:
    """Return what is to be known of a file; not read again where size and time are those of what is known."""
    status = path.stat()
    if known is not None and (known["size"], known["time"]) == (status.st_size, status.st_mtime_ns):
        return known
    return {"size": status.st_size, "time": status.st_mtime_ns, "sha256": _digest(path)}


def stamps(folder: Path) -> dict[str, Stamp]:
    """Return what is to be known of all files in a folder, by their path in it."""
    return {path.relative_to(folder).as_posix(): stamp(path) for path in sorted(files(folder))}


def files(folder: Path) -> Iterator[Path]:
    """Yield every file in a folder, however deep, but for locks."""
    return (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")


def changed(folder: Path, known: Stamps, *, read_all: bool = False) -> Iterable[str]:
    """Yield those of the files that are not as they were written, the first as soon as it is found."""
    for name, told in known.items():
        path = folder / name
        try:
            status = path.stat()
            same = status.st_size == told["size"] and (
                (status.st_mtime_ns == told["time"] and not read_all) or _digest(path) == told["sha256"]
            )
        except (OSError, TypeError, KeyError):
            same = False
        if not same:
            yield name


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
