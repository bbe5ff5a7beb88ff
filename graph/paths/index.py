"""The path index: who is joined to whom, as arrays, for every relation that may be a step of a path.

Made from tables in one pass and saved as one file, which is opened by mapping it into memory: what is not asked for is
not read. It never goes through the RDF store.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from graph.paths.adjacency import Adjacency, Ints, Key, arrays_name, key_of, needed, numbered
from graph.paths.arrays import Arrays, open_arrays, save_arrays
from graph.paths.build import build_arrays
from graph.paths.ids import Ids
from ontology.errors import DamagedWorkspace
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation
from ontology.metapaths import DAMPING, Step

#: Goes up when an array gets another meaning.
_FORMAT = 2


def fingerprint() -> str:
    """Return a digest of the definitions that an index depends on: an index made by others is stale."""
    keys = needed()
    damping = {relation: DAMPING[relation] for relation, *_ in keys}
    return hashlib.sha256(json.dumps([_FORMAT, keys, damping]).encode()).hexdigest()


class PathIndex:
    """Arrays of a generation, for the kernel: immutable, and safe to ask from many threads."""

    def __init__(self, arrays: Arrays) -> None:
        def ids(name: str) -> Ids:
            return Ids(arrays[f"{name}.ends"], arrays[f"{name}.letters"])

        def adjacency(relation: Relation, subject: Kind, object: Kind, forward: bool) -> Adjacency:
            name, other = (arrays_name((relation, subject, object, way)) for way in (forward, not forward))
            targets = arrays[f"{name}.targets"]
            if not len(targets):
                many, others = (len(arrays[f"{kind}.ends"]) for kind in (subject, object)[:: 1 if forward else -1])
                return Adjacency(
                    np.broadcast_to(np.int64(0), many + 1),
                    targets,
                    np.broadcast_to(1.0, many),
                    np.broadcast_to(1.0, others),
                )
            return Adjacency(arrays[f"{name}.starts"], targets, arrays[f"{name}.leaving"], arrays[f"{other}.leaving"])

        self._held = arrays
        self.ids: Mapping[Kind, Ids] = MappingProxyType({kind: ids(kind) for kind in numbered()})
        self.arrays: Mapping[Key, Adjacency] = MappingProxyType(
            {(*ends, forward): adjacency(*ends, forward) for ends in needed() for forward in (True, False)}
        )
        self._type_names = tuple(ids("actor-types"))
        self._types: npt.NDArray[np.int16] = arrays["actor-type"]
        self.trl: npt.NDArray[np.int8] = arrays["trl"]

    @property
    def actors(self) -> int:
        """The number of actors."""
        return len(self.ids[Kind.ACTOR])

    def adjacency(self, step: Step, start: Kind, end: Kind) -> Adjacency:
        """Return the arrays that a step between two kinds walks."""
        return self.arrays[key_of(step, start, end)]

    def number(self, kind: Kind, id: str) -> int | None:
        """Return the number of an id among its kind, or None; ids are numbered in their order."""
        return self.ids[kind].number(id)

    def id(self, kind: Kind, number: int) -> str:
        """Return the id of a number."""
        return self.ids[kind][int(number)]

    def actor_type(self, number: int) -> str | None:
        """Return the code of an actor's type; None where it is not known."""
        code = int(self._types[number])
        return None if code < 0 else self._type_names[code]

    def of_type(self, actors: Ints, code: str) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Return which of these actors are of a type, and of which the type is not known."""
        types = self._types[actors]
        wanted = self._type_names.index(code) if code in self._type_names else len(self._type_names)
        return types == wanted, types < 0

    def competence_holders(self, competence: int) -> int:
        """Return how many actors and platforms have a competence."""
        holders = (self.arrays[Relation.HAS_COMPETENCE, kind, Kind.COMPETENCE, False] for kind in _PARTIES)
        return sum(len(each.neighbours(competence)) for each in holders)

    def rows(self, relation: Relation, ends: tuple[Kind, Kind], subject: int, object: int) -> list[int]:
        """Return the rows of the relation's table that tell of the edge between two nodes, in their order."""
        adjacency = self.arrays[relation, *ends, True]
        begin, targets = int(adjacency.starts[subject]), adjacency.neighbours(subject)
        spot = int(np.searchsorted(targets, object))
        if spot == len(targets) or targets[spot] != object:
            return []
        name = arrays_name((relation, *ends, True))
        edge = begin + spot
        low, high = np.searchsorted(self._held[f"{name}.more-edges"], [edge, edge + 1])
        return [int(self._held[f"{name}.rows"][edge]), *self._held[f"{name}.more-rows"][low:high].tolist()]

    @classmethod
    def build(cls, tables: Tables) -> PathIndex:
        """Return the index of these tables. Parallel links count as one edge; a link of a node to itself as none."""
        return cls(build_arrays(tables))

    def save(self, folder: Path) -> None:
        """Write the index into a new folder."""
        save_arrays(folder, self._held)

    @classmethod
    def open(cls, folder: Path) -> PathIndex:
        """Open an index, memory-mapped; raises DamagedWorkspace when a file is not as it was written."""
        arrays = open_arrays(folder)
        try:
            return cls(arrays)
        except (KeyError, ValueError) as error:
            raise DamagedWorkspace("derived-unreadable", path=str(folder), said=str(error)) from error

    def close(self) -> None:
        """Let go of the file, which some systems can neither rename nor remove before; nothing can be asked then."""
        self._held, self.ids, self.arrays = {}, {}, {}
        self._types, self.trl = np.empty(0, np.int16), np.empty(0, np.int8)


_PARTIES = (Kind.ACTOR, Kind.PLATFORM)
