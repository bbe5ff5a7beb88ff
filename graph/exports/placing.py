"""Where an export goes: written beside its place and renamed into it, so that one cut off leaves nothing half."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from graph.stores.writing import sync


@contextmanager
def beside(path: Path, folder: bool) -> Iterator[Path]:
    """Give a place to write a file or a folder to, and put it where it belongs when all went well.

    What stood there is replaced: whether it may be is asked before.
    """
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    room = Path(mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        new = room / "new"
        if folder:
            new.mkdir()
        yield new
        for written in (*(new.iterdir() if folder else ()), new):
            sync(written)
        if folder and path.exists():
            path.replace(room / "old")
        new.replace(path)
        if os.name == "posix":
            sync(path.parent)
    finally:
        shutil.rmtree(room, ignore_errors=True)
