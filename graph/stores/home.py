"""What a home of a graph is: it keeps tables in generations, takes batches and gives generations.

Every question has one implementation, over what a home opens; so a new home is one module and one line in
`graph.stores.schemes`, and runs `tests/store_contract.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import polars as pl

from graph.stores.generation import Generation
from ontology.errors import InvalidArgument, RefusedRows
from ontology.facts import Batch, no_refusals
from ontology.rules.acceptance import Verdict
from ontology.texts import LANGUAGES

#: Told what long work is doing: the last part of a key of the catalogues' `progress`.
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What `replace` or `remove` did with a source: read = kept + refused + set aside, always.

    `changed` is False when the source is the one that the graph holds already. `refusals` and `waiting` are frames of
    the rows that were refused and set aside, each with its reason. `findings` counts, for each rule that the new
    generation breaks, how often.
    """

    source: str
    generation: int
    changed: bool
    read: int
    kept: int
    refused: int
    set_aside: int
    refusals: pl.DataFrame = field(repr=False, compare=False)
    waiting: pl.DataFrame = field(repr=False, compare=False)
    counts: dict[str, int] = field(repr=False)
    findings: dict[str, int] = field(repr=False)

    @classmethod
    def of(cls, verdict: Verdict, manifest: Mapping[str, Any]) -> Report:
        """Return what became of a source in the generation of this manifest."""
        return cls.told(verdict.batch.source.id, manifest, verdict.refusals, verdict.waiting)

    @classmethod
    def told(
        cls,
        source: str,
        manifest: Mapping[str, Any],
        refusals: pl.DataFrame,
        waiting: pl.DataFrame,
        *,
        changed: bool = True,
    ) -> Report:
        """Return what a manifest says of one of its sources, or that it is gone."""
        said: dict[str, Any] = next((each for each in manifest["sources"] if each["id"] == source), {})
        read, kept, refused, aside = (said.get(name, 0) for name in ("read", "kept", "refused", "set_aside"))
        number, counts, findings = manifest["generation"], manifest["counts"], manifest["findings"]
        return cls(source, number, changed, read, kept, refused, aside, refusals, waiting, counts, findings)

    @classmethod
    def gone(cls, source: str, manifest: Mapping[str, Any]) -> Report:
        """Return that a source was taken out."""
        return cls.told(source, manifest, no_refusals(), no_refusals())

    def __str__(self) -> str:
        said = f"{self.source}: read {self.read}, kept {self.kept}, refused {self.refused}, set aside {self.set_aside}"
        return f"{said}; generation {self.generation}" + ("" if self.changed else " (unchanged)")


class Home(Protocol):
    """Where a graph lives: generations, the last of which is current."""

    def current(self) -> int | None:
        """Return the number of the current generation, or None while there is none; asking is cheap."""

    def identity(self) -> str | None:
        """Return what tells the current generation from every other that was ever made; asking is cheap."""

    def open(self, number: int | None = None) -> Generation:
        """Return a generation, the current one unless a number is given; raises WorkspaceError or NotFound."""

    def history(self) -> list[dict[str, Any]]:
        """Return what each generation says of itself, newest first."""

    def replace(
        self, batches: Sequence[Batch], *, progress: Progress | None = None, force: bool = False, strict: bool = False
    ) -> tuple[Report, ...]:
        """Make the next generation, with these batches, each of another source, in the place of what these said before.

        A source that did not change is not loaded again, unless forced. With `strict`, a refused row raises
        RefusedRows, and nothing is loaded.
        """

    def remove(self, source: str, *, progress: Progress | None = None) -> Report:
        """Make the next generation, without what this source said; raises NotFound with the sources there are."""

    def close(self) -> None:
        """Let go of what is held open."""


def several(batches: Batch | Iterable[Batch]) -> tuple[Batch, ...]:
    """Return one batch or several as several; raises InvalidArgument when two are of one source, or there is none."""
    found = (batches,) if isinstance(batches, Batch) else tuple(batches)
    ids = [batch.source.id for batch in found]
    twice = next((id for id in ids if ids.count(id) > 1), None)
    if twice is not None:
        raise InvalidArgument("source-twice", source=twice)
    if not found:
        raise InvalidArgument("no-batch")
    return found


def require_none_refused(verdicts: Iterable[Verdict]) -> None:
    """Raise RefusedRows with all refusals when there are any."""
    refused = [verdict for verdict in verdicts if verdict.refused]
    if not refused:
        return
    refusals = pl.concat([verdict.refusals for verdict in refused])
    first = refusals.row(0, named=True)
    raise RefusedRows(
        "rows-refused",
        refusals,
        refused=sum(verdict.refused for verdict in refused),
        read=sum(verdict.read for verdict in refused),
        place=" · ".join(part for part in (first["record"], first["column"]) if part),
        why={language: first[f"message_{language}"] for language in LANGUAGES},
    )
