"""Writing so that it lasts: synced to the disk, and what goes wrong there said as one of our errors."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import polars as pl

from ontology.errors import StorageFull, WorkspaceError

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


def write_frame(path: Path, frame: pl.DataFrame) -> None:
    """Write a frame as Parquet."""
    frame.write_parquet(path, compression="zstd", compression_level=1, statistics=False)
    sync(path)


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8."""
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Have a file or the entries of a folder written to the disk."""
    if path.is_dir() and os.name != "posix":
        return  # other systems cannot sync a folder
    # Windows syncs only what may be written to.
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def trouble(error: Exception, path: Path, current: int | None) -> WorkspaceError:
    """Return what went wrong on the disk of a workspace, whose current generation stands."""
    if getattr(error, "errno", None) in _FULL or any(words in str(error).lower() for words in _FULL_WORDS):
        key = "storage-full" if current else "storage-full-empty"
        return StorageFull(key, path=str(path), current=current or 0)
    return WorkspaceError("not-writable", path=str(path), said=str(error))
