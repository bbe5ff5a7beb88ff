"""Pictures to files: which form a suffix names, and the file itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ontology.errors import DrawingError


def form_of(path: Path, forms: Iterable[str]) -> str:
    """Return the form that the suffix names; any other suffix is a `DrawingError` that lists those there are."""
    suffixes = tuple(f".{form}" for form in forms)
    if path.suffix.lower() not in suffixes:
        raise DrawingError("unknown-suffix", name=path.name, known=suffixes)
    return path.suffix.lower().removeprefix(".")


def keep(path: Path, data: bytes) -> Path:
    """Write a file, in a folder that is made if it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
