"""A graph that lives as long as the process: the same verbs as a folder, and nothing on disk."""

from __future__ import annotations

from threading import Lock
from typing import Any

from graph.stores.generation import Generation
from graph.stores.home import Progress, Report
from graph.stores.manifest import build_manifest, holds, unknown_source
from ontology.errors import InvalidArgument, NotFound
from ontology.facts import Batch, Tables, require_ids


class Memory:
    """A home in memory; generation 0 is the empty one."""

    def __init__(self) -> None:
        empty = Tables.of([])
        self._generations = [Generation(empty, build_manifest(0, None, empty, {}))]
        self._batches: dict[str, Batch] = {}
        self._brought: dict[str, int] = {}
        self._lock = Lock()

    def current(self) -> int:
        """Return the number of the current generation."""
        return self._generations[-1].number

    def open(self, number: int | None = None) -> Generation:
        """Return a generation, the current one unless a number is given."""
        wanted = self.current() if number is None else number
        if not 0 <= wanted <= self.current():
            raise NotFound("no-generation", number=wanted, known=tuple(map(str, range(self.current() + 1))))
        return self._generations[wanted]

    def history(self) -> list[dict[str, Any]]:
        """Return what each generation says of itself, newest first."""
        return [dict(generation.manifest) for generation in reversed(self._generations[1:])]

    def replace(self, batch: Batch, *, progress: Progress | None = None, force: bool = False) -> Report:
        """Make the next generation, with this batch in the place of what its source said before."""
        require_ids(batch)
        with self._lock:
            current = self._generations[-1]
            if holds(current.manifest, batch.source) and not force:
                return Report.of(batch, current.manifest, changed=False)
            # In the place that its source had: of two sources that tell of one thing, the earlier is heard first.
            return self._next(batch, self._batches | {batch.source.id: batch}, progress)

    def remove(self, source: str, *, progress: Progress | None = None) -> Report:
        """Make the next generation, without what this source said."""
        with self._lock:
            if source not in self._batches:
                raise unknown_source(source, self._generations[-1].manifest)
            gone = Batch(self._batches[source].source, {}, {})
            return self._next(gone, {id: batch for id, batch in self._batches.items() if id != source}, progress)

    def close(self) -> None:
        """Nothing is held open."""

    def _next(self, batch: Batch, batches: dict[str, Batch], progress: Progress | None) -> Report:
        if progress:
            progress("checking")
        number, id = self.current() + 1, batch.source.id
        tables = Tables.of(batches.values())
        brought = {each: number if each == id else self._brought[each] for each in batches}
        manifest = build_manifest(number, number - 1, tables, brought)
        self._generations.append(Generation(tables, manifest))
        self._batches, self._brought = batches, brought
        return Report.of(batch, manifest)


class Still:
    """A home that always opens one generation, to read."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation

    def current(self) -> int:
        """Return the number of the one generation."""
        return self._generation.number

    def open(self, number: int | None = None) -> Generation:
        """Return the one generation; there is no other here."""
        if number not in (None, self.current()):
            raise NotFound("no-generation", number=number, known=(str(self.current()),))
        return self._generation

    def history(self) -> list[dict[str, Any]]:
        """Return what the one generation says of itself."""
        return [dict(self._generation.manifest)]

    def replace(self, batch: Batch, *, progress: Progress | None = None, force: bool = False) -> Report:
        """Refuse: a generation never changes."""
        raise InvalidArgument("generation-stands-still")

    def remove(self, source: str, *, progress: Progress | None = None) -> Report:
        """Refuse: a generation never changes."""
        raise InvalidArgument("generation-keeps-all")

    def close(self) -> None:
        """Nothing is held open."""
