"""What a home of a graph is: it keeps tables in generations, takes batches and gives generations.

Every question has one implementation, over what a home opens; so a new home is one module and one line in
`graph.stores.schemes`, and runs `tests/store_contract.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import polars as pl

from graph.stores.generation import Generation
from ontology.facts import Batch

#: Told what long work is doing: the last part of a key of the catalogues' `progress`.
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What `replace` or `remove` did with a source: read = kept + refused, always.

    `changed` is False when the source is the one that the graph holds already. `findings` counts, for each rule that
    the new generation breaks, how often.
    """

    source: str
    generation: int
    changed: bool
    read: int
    kept: int
    refused: int
    refusals: pl.DataFrame = field(repr=False, compare=False)
    counts: dict[str, int] = field(repr=False)
    findings: dict[str, int] = field(repr=False)

    @classmethod
    def of(cls, batch: Batch, manifest: Mapping[str, Any], *, changed: bool = True) -> Report:
        """Return what became of a batch in the generation of this manifest."""
        return cls(
            batch.source.id,
            manifest["generation"],
            changed,
            batch.rows_read,
            batch.rows_kept,
            batch.rows_refused,
            batch.refusals,
            manifest["counts"],
            manifest["findings"],
        )

    def __str__(self) -> str:
        said = f"{self.source}: read {self.read}, kept {self.kept}, refused {self.refused}"
        return f"{said}; generation {self.generation}" + ("" if self.changed else " (unchanged)")


class Home(Protocol):
    """Where a graph lives: generations, the last of which is current."""

    def current(self) -> int | None:
        """Return the number of the current generation, or None while there is none; asking is cheap."""

    def open(self, number: int | None = None) -> Generation:
        """Return a generation, the current one unless a number is given; raises WorkspaceError or NotFound."""

    def history(self) -> list[dict[str, Any]]:
        """Return what each generation says of itself, newest first."""

    def replace(self, batch: Batch, *, progress: Progress | None = None, force: bool = False) -> Report:
        """Make the next generation, with this batch in the place of what its source said before.

        A source that did not change is not loaded again, unless forced.
        """

    def remove(self, source: str, *, progress: Progress | None = None) -> Report:
        """Make the next generation, without what this source said; raises NotFound with the sources there are."""

    def close(self) -> None:
        """Let go of what is held open."""
