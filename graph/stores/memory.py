"""A graph that lives as long as the process: the same verbs as a folder, and nothing on disk."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

from graph.stores.generation import Generation
from graph.stores.home import Progress, Report, require_none_refused
from graph.stores.manifest import build_manifest, holds, unknown_source
from ontology.errors import InvalidArgument, NotFound
from ontology.facts import Batch, Tables
from ontology.rules.acceptance import Verdict, accept


class Memory:
    """A home in memory; generation 0 is the empty one."""

    def __init__(self) -> None:
        self._generations = [_generation(0, ())]
        self._verdicts: tuple[Verdict, ...] = ()
        self._lock = Lock()

    def current(self) -> int:
        """Return the number of the current generation."""
        return self._generations[-1].number

    def identity(self) -> str:
        """Return what tells the current generation from every other."""
        return self._generations[-1].identity

    def open(self, number: int | None = None) -> Generation:
        """Return a generation, the current one unless a number is given."""
        wanted = self.current() if number is None else number
        if not 0 <= wanted <= self.current():
            raise NotFound("no-generation", number=wanted, known=tuple(map(str, range(self.current() + 1))))
        return self._generations[wanted]

    def history(self) -> list[dict[str, Any]]:
        """Return what each generation says of itself, newest first."""
        return [dict(generation.manifest) for generation in reversed(self._generations[1:])]

    def replace(
        self, batches: Sequence[Batch], *, progress: Progress | None = None, force: bool = False, strict: bool = False
    ) -> tuple[Report, ...]:
        """Make the next generation, with these batches in the place of what their sources said before."""
        with self._lock:
            manifest = self._generations[-1].manifest
            new = {batch.source.id: batch for batch in batches if force or not holds(manifest, batch.source)}
            if new:
                # In the place that its source had: of two sources that tell of one thing, the earlier is heard first.
                self._next({v.batch.source.id: v.batch for v in self._verdicts} | new, progress, strict)
            manifest = self._generations[-1].manifest
            found = {verdict.batch.source.id: verdict for verdict in self._verdicts}
            return tuple(
                Report.told(id, manifest, found[id].refusals, found[id].waiting, changed=id in new)
                for id in (batch.source.id for batch in batches)
            )

    def remove(self, source: str, *, progress: Progress | None = None) -> Report:
        """Make the next generation, without what this source said."""
        with self._lock:
            left = {v.batch.source.id: v.batch for v in self._verdicts}
            if source not in left:
                raise unknown_source(source, self._generations[-1].manifest)
            del left[source]
            self._next(left, progress, False)
            return Report.gone(source, self._generations[-1].manifest)

    def close(self) -> None:
        """Nothing is held open."""

    def _next(self, batches: dict[str, Batch], progress: Progress | None, strict: bool) -> None:
        if progress:
            progress("checking")
        verdicts = accept(batches.values())
        if strict:
            require_none_refused(verdicts)
        self._generations.append(_generation(self.current() + 1, verdicts))
        self._verdicts = verdicts


def _generation(number: int, verdicts: tuple[Verdict, ...]) -> Generation:
    tables = Tables.of(verdict.facts() for verdict in verdicts)
    return Generation(tables, build_manifest(number, number - 1 if number else None, tables, verdicts))


class Still:
    """A home that always opens one generation, to read."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation

    def current(self) -> int:
        """Return the number of the one generation."""
        return self._generation.number

    def identity(self) -> str:
        """Return what tells the one generation from every other."""
        return self._generation.identity

    def open(self, number: int | None = None) -> Generation:
        """Return the one generation; there is no other here."""
        if number not in (None, self.current()):
            raise NotFound("no-generation", number=number, known=(str(self.current()),))
        return self._generation

    def history(self) -> list[dict[str, Any]]:
        """Return what the one generation says of itself."""
        return [dict(self._generation.manifest)]

    def replace(self, batches: object, **_: object) -> Any:
        """Refuse: a generation never changes."""
        raise InvalidArgument("generation-stands-still")

    def remove(self, source: str, *, progress: Progress | None = None) -> Report:
        """Refuse: a generation never changes."""
        raise InvalidArgument("generation-keeps-all")

    def close(self) -> None:
        """Nothing is held open."""
