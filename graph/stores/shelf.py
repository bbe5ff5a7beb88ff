"""The tables of a generation on disk: a file for each source and table, read when it is asked for.

Small tables are kept once they are read. Of large ones only what a question needs is read, each time: that is faster
than it sounds (docs/decisions/0015-many-sources.md), and a reader's memory does not grow with the graph.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import polars as pl

from ontology.errors import DamagedWorkspace
from ontology.facts import Frames, Name, conformed

#: Tables of at most so many rows are kept in memory once they are read.
_KEPT = 50_000

#: What tells a file from another under the same name: its place on the disk, its size, and when it was written.
Seen = tuple[int, int, int]


class Part(NamedTuple):
    """The rows that one source has of a table: where they lie, and what tells that file from another in its place."""

    source: str
    path: Path
    seen: Seen


def seen(path: Path) -> Seen:
    """Return what tells a file from another under the same name."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


class Shelf(Frames[Name]):
    """Tables that lie in files; `rows` is how many rows each has in all."""

    def __init__(self, parts: Mapping[Name, Sequence[Part]], rows: Callable[[Name], int]) -> None:
        self._parts: dict[Name, tuple[Part, ...]] = {name: tuple(own) for name, own in parts.items() if own}
        self._rows: Callable[[Name], int] = rows
        self._kept: dict[Name, pl.DataFrame] = {}
        self._known: dict[Name, list[int]] = {}
        self._lock = Lock()

    def __getitem__(self, name: Name) -> pl.DataFrame:
        with self._lock:
            if name in self._kept:
                return self._kept[name]
        try:
            frame = self._lazy(name).collect()
        except (OSError, ValueError, pl.exceptions.PolarsError) as error:
            raise self._trouble(name, error) from error
        if frame.height <= _KEPT:
            with self._lock:
                return self._kept.setdefault(name, frame)
        return frame

    def __iter__(self) -> Iterator[Name]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def scan(self, name: Name) -> pl.LazyFrame:
        """Return a table of which only what is asked for is read, unless it is small."""
        if self._rows(name) <= _KEPT:
            return self[name].lazy()
        try:
            return self._lazy(name)
        except (OSError, ValueError, pl.exceptions.PolarsError) as error:
            raise self._trouble(name, error) from error

    def rows(self, name: Name, numbers: Sequence[int]) -> pl.DataFrame:
        """Return a few rows of a table by their numbers; of a large one, no more is read than where they lie."""
        if self._rows(name) <= _KEPT:
            return self[name][list(numbers)]
        try:
            asked: list[pl.LazyFrame] = []
            ends = list(accumulate(self._lengths(name)))
            for number in numbers:
                part = bisect_right(ends, number)
                begin = ends[part - 1] if part else 0
                asked.append(self._part(name, self._parts[name][part], slice(number - begin, number - begin + 1)))
            return conformed(name, pl.concat(pl.collect_all(asked), how="diagonal"), None)
        except (OSError, ValueError, pl.exceptions.PolarsError) as error:
            raise self._trouble(name, error) from error

    def _lengths(self, name: Name) -> list[int]:
        """How many rows each file of a table has; asked once."""
        with self._lock:
            if name not in self._known:
                parts = [pl.scan_parquet(part.path).select(pl.len()) for part in self._parts[name]]
                self._known[name] = [int(each.item()) for each in pl.collect_all(parts)]
            return self._known[name]

    def _trouble(self, name: Name, error: Exception) -> DamagedWorkspace:
        folder = self._parts[name][0].path.parents[2]
        if isinstance(error, FileNotFoundError):  # it was pruned, or wiped, and whoever holds it is late
            return DamagedWorkspace("generation-gone", path=str(folder))
        return DamagedWorkspace("table-unreadable", path=str(self._parts[name][0].path), said=str(error))

    def _lazy(self, name: Name) -> pl.LazyFrame:
        parts = [self._part(name, part) for part in self._parts[name]]
        return parts[0] if len(parts) == 1 else conformed(name, pl.concat(parts, how="diagonal"), None)

    def _part(self, name: Name, part: Part, rows: slice = slice(None)) -> pl.LazyFrame:
        if seen(part.path) != part.seen:
            raise FileNotFoundError(part.path)
        return conformed(name, pl.scan_parquet(part.path)[rows], part.source)
