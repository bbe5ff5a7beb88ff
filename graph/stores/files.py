"""Files that are on the disk when the call returns, and a full disk told from other trouble."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import polars as pl

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
    """Write a text."""
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Have the disk keep a file that was written, or the names in a folder."""
    if path.is_dir() and os.name != "posix":
        return  # other systems cannot sync a folder
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def no_room(error: Exception) -> bool:
    """Return whether a write failed because the disk is full, or a limit on files was met."""
    return getattr(error, "errno", None) in _FULL or any(words in str(error).lower() for words in _FULL_WORDS)
