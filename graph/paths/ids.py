"""The ids of a kind, in their order, as two arrays: looked up on disk, and never read as a whole."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl


class Ids:
    """The sorted ids of a kind; the id of number i is the UTF-8 in `letters[ends[i - 1]:ends[i]]`."""

    __slots__ = ("ends", "letters")

    def __init__(self, ends: npt.NDArray[np.int64], letters: npt.NDArray[np.uint8]) -> None:
        self.ends = ends
        self.letters = letters

    @classmethod
    def of(cls, ids: pl.Series) -> Ids:
        """Return ids that are unique and sorted; the order of Python's texts is that of their bytes."""
        ends = ids.str.len_bytes().cast(pl.Int64).cum_sum().to_numpy()
        return cls(ends, np.frombuffer("".join(ids.to_list()).encode(), np.uint8))

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, number: int) -> str:
        begin = int(self.ends[number - 1]) if number else 0
        return self.letters[begin : self.ends[number]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))

    def number(self, id: str) -> int | None:
        """Return the place of an id among them, or None."""
        place = bisect_left(self, id)
        return place if place < len(self) and self[place] == id else None

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the two arrays by name."""
        return {"ends": self.ends, "letters": self.letters}
