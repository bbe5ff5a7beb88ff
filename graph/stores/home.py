"""The joint between a graph and the place that keeps it: what every home can do, and what a write tells.

A home takes tables and gives tables. Nothing else knows whether it is memory, a folder or a server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import polars as pl

from graph.stores.generation import Generation
from ontology.facts import Batch

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What `replace` did with a batch: read = kept + refused, always; of a source that was removed, all are 0.

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

    def __str__(self) -> str:
        said = f"{self.source}: read {self.read}, kept {self.kept}, refused {self.refused}"
        return f"{said}; generation {self.generation}" + ("" if self.changed else " (unchanged)")


def report(batch: Batch, manifest: Mapping[str, Any], *, changed: bool) -> Report:
    """Return what became of a batch in the generation of this manifest."""
    return Report(
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


class Home(Protocol):
    """Where the generations of a graph are kept. `tests/store_contract.py` says what holds of every home."""

    def current(self) -> int | None:
        """Return the number of the current generation, or None while there is none; asked often, so it is cheap."""

    def open(self, number: int | None = None) -> Generation:
        """Return a generation, the current one unless a number is given; it never changes, whoever writes."""

    def history(self) -> list[dict[str, Any]]:
        """Return what each generation that was written says of itself, newest first."""

    def replace(self, batch: Batch, *, progress: Progress | None = None, force: bool = False) -> Report:
        """Make the next generation, with this batch in the place of what its source said before.

        A source that did not change is not loaded again, unless forced; the old generation stands when this fails.
        """

    def remove(self, source: str, *, progress: Progress | None = None) -> Report:
        """Make the next generation, without what this source says; raises NotFound with the sources that there are."""

    def close(self) -> None:
        """Let go of what is held. Generations that were handed out stay readable."""
