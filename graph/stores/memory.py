"""Homes without a disk: a graph that lives as long as the process, and one generation to read."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

from graph.stores.generation import Generation
from graph.stores.home import Progress, Report, report
from graph.stores.manifest import build_manifest, holds, source_in
from ontology.errors import InvalidArgument
from ontology.facts import Batch, Tables, require_ids


class Memory:
    """A graph that lives as long as the process. It begins with generation 0, the empty one."""

    def __init__(self) -> None:
        empty = Tables.of([])
        self._generations = [Generation(empty, build_manifest(0, None, empty))]
        self._batches: Mapping[str, Batch] = {}
        self._lock = Lock()

    def current(self) -> int:
        """Return the number of the current generation."""
        return self._generations[-1].number

    def open(self, number: int | None = None) -> Generation:
        """Return a generation, the current one unless a number is given."""
        wanted = self.current() if number is None else number
        if not 0 <= wanted < len(self._generations):
            raise InvalidArgument(f"there is no generation {wanted}; there are 0 to {self.current()}")
        return self._generations[wanted]

    def history(self) -> list[dict[str, Any]]:
        """Return what each generation says of itself, newest first."""
        return [dict(generation.manifest) for generation in reversed(self._generations[1:])]

    def replace(self, batch: Batch, *, progress: Progress | None = None, force: bool = False) -> Report:
        """Make the next generation, with this batch in the place of what its source said before."""
        require_ids(batch)
        with self._lock:
            manifest = self._generations[-1].manifest
            if not force and holds(manifest, batch.source):
                return report(batch, manifest, changed=False)
            # In the place that its source had: of two sources that tell of one thing, the earlier is heard first.
            return report(batch, self._next({**self._batches, batch.source.id: batch}, progress), changed=True)

    def remove(self, source: str, *, progress: Progress | None = None) -> Report:
        """Make the next generation, without what this source says."""
        with self._lock:
            gone = source_in(self._generations[-1].manifest, source)
            rest = {id: batch for id, batch in self._batches.items() if id != source}
            return report(Batch(gone, {}, {}), self._next(rest, progress), changed=True)

    def close(self) -> None:
        """Nothing is held that outlives this object."""

    def _next(self, batches: Mapping[str, Batch], progress: Progress | None) -> Mapping[str, Any]:
        if progress:
            progress("checking")
        current = self.current()
        tables = Tables.of(batches.values())
        manifest = build_manifest(current + 1, current, tables)
        self._generations.append(Generation(tables, manifest))
        self._batches = batches
        return manifest


class Still:
    """A home that holds one generation of another, to read."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation

    def current(self) -> int:
        """Return the number of the generation."""
        return self._generation.number

    def open(self, number: int | None = None) -> Generation:
        """Return the generation; there is no other here."""
        if number not in (None, self.current()):
            raise InvalidArgument(f"there is no generation {number} here; there is {self.current()}")
        return self._generation

    def history(self) -> list[dict[str, Any]]:
        """Return what the generation says of itself."""
        return [dict(self._generation.manifest)]

    def replace(self, batch: Batch, *, progress: Progress | None = None, force: bool = False) -> Report:
        """Refuse."""
        raise InvalidArgument("a generation cannot be changed; load into the graph itself")

    def remove(self, source: str, *, progress: Progress | None = None) -> Report:
        """Refuse."""
        raise InvalidArgument("a generation cannot be changed; remove from the graph itself")

    def close(self) -> None:
        """What is held belongs to the graph that it was read from."""
