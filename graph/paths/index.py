"""The path index: who is joined to whom, as arrays, for every relation that a metapath walks.

Made from tables in one pass, saved as .npy files, opened by memory mapping. It never goes through the RDF store.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import polars as pl

from graph.stores.readiness import known_levels
from ontology.errors import DamagedWorkspace
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation
from ontology.metapaths import DAMPING, METAPATHS, Step

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: Links that are no step of a metapath, and yet needed by filters.
_FACETS = (
    (Relation.LOCATED_IN, Kind.ACTOR, Kind.REGION),
    (Relation.PART_OF, Kind.REGION, Kind.REGION),
    (Relation.COORDINATES, Kind.ACTOR, Kind.CLUSTER),
    (Relation.COORDINATES, Kind.ACTOR, Kind.PROJECT),
)


@dataclass(frozen=True, slots=True)
class Adjacency:
    """For each node, the nodes that one step leads to (ascending), and the weight of each edge.

    The neighbours of node i are `targets[starts[i]:starts[i + 1]]`. An edge weighs
    (out-degree of its source x in-degree of its target)^-damping, the same both ways (Himmelstein et al. 2017,
    eLife 6:e26726, the degree-weighted path count).
    """

    starts: Ints
    targets: npt.NDArray[np.int32]
    weights: Floats

    def neighbours(self, node: int) -> npt.NDArray[np.int32]:
        """Return the nodes that one step leads to."""
        return self.targets[self.starts[node] : self.starts[node + 1]]


Key = tuple[Relation, Kind, Kind, bool]


def key_of(step: Step, start: Kind, end: Kind) -> Key:
    """Return the name of the arrays that a step between two kinds walks."""
    kinds = (start, end) if step.forward else (end, start)
    return (step.relation, *kinds, step.forward)


def _needed() -> list[tuple[Relation, Kind, Kind]]:
    walked = {key_of(step, start, end)[:3] for path in METAPATHS for step, start, end in path.typed_steps()}
    return sorted(walked | set(_FACETS))


def _kinds() -> list[Kind]:
    """The kinds whose nodes are numbered."""
    return sorted({Kind.ACTOR, *(kind for _, *ends in _needed() for kind in ends)})


class PathIndex:
    """Arrays of a generation, for the kernel: immutable, and safe to ask from many threads."""

    def __init__(
        self,
        ids: Mapping[Kind, pl.Series],
        arrays: Mapping[Key, Adjacency],
        actor_types: pl.Series,
        trl: npt.NDArray[np.int8],
    ) -> None:
        self.ids = MappingProxyType(dict(ids))
        self.arrays = MappingProxyType(dict(arrays))
        self.actor_types = actor_types
        self.trl = trl

    @property
    def actors(self) -> int:
        """The number of actors."""
        return self.ids[Kind.ACTOR].len()

    def adjacency(self, step: Step, start: Kind, end: Kind) -> Adjacency:
        """Return the arrays that a step between two kinds walks."""
        return self.arrays[key_of(step, start, end)]

    def number(self, kind: Kind, id: str) -> int | None:
        """Return the number of an id among its kind, or None; ids are numbered in their order."""
        ids = self.ids[kind]
        place = bisect_left(ids, id)  # a few looks; polars' own search looks at the whole series first
        return place if place < ids.len() and ids[place] == id else None

    def id(self, kind: Kind, number: int) -> str:
        """Return the id of a number."""
        return str(self.ids[kind][int(number)])

    @cached_property
    def competence_holders(self) -> npt.NDArray[np.int64]:
        """How many actors and platforms have each competence."""
        counts = np.zeros(self.ids[Kind.COMPETENCE].len(), np.int64)
        for kind in (Kind.ACTOR, Kind.PLATFORM):
            counts += np.diff(self.arrays[Relation.HAS_COMPETENCE, kind, Kind.COMPETENCE, False].starts)
        return counts

    # ---- making

    @classmethod
    def build(cls, tables: Tables) -> PathIndex:
        """Return the index of these tables. Parallel links count as one edge; a link of a node to itself as none."""
        ids = {kind: tables.entity(kind)["id"].unique().sort().rename("id") for kind in _kinds()}
        numbers = {kind: own.to_frame().with_row_index("number") for kind, own in ids.items()}
        arrays: dict[Key, Adjacency] = {}
        for relation, subject, object in _needed():
            pairs = (
                tables.link(relation)
                .select("subject", "object")
                .filter(pl.col("subject") != pl.col("object"))
                .join(numbers[subject].rename({"id": "subject", "number": "s"}), on="subject")
                .join(numbers[object].rename({"id": "object", "number": "o"}), on="object")
                .select("s", "o")
                .unique()
                .sort("s", "o")
            )
            sources, targets = pairs["s"].to_numpy(), pairs["o"].to_numpy()
            out = np.bincount(sources, minlength=ids[subject].len())
            into = np.bincount(targets, minlength=ids[object].len())
            weights = (out[sources] * into[targets]).astype(np.float64) ** -DAMPING[relation]
            order = np.lexsort((sources, targets))
            arrays[relation, subject, object, True] = _adjacency(out, targets, weights)
            arrays[relation, subject, object, False] = _adjacency(into, sources[order], weights[order])
        said = tables.entity(Kind.ACTOR).select("id", "actor_type").drop_nulls()
        types = said.unique("id", keep="first", maintain_order=True)  # the first source that says so, as in Directory
        actor_types = ids[Kind.ACTOR].to_frame().join(types, on="id", how="left", maintain_order="left")["actor_type"]
        return cls(ids, arrays, actor_types, _best_trl(tables, ids[Kind.ACTOR]))

    # ---- keeping

    def save(self, folder: Path) -> None:
        """Write the index into a new folder."""
        folder.mkdir(parents=True)
        for kind, ids in self.ids.items():
            ids.to_frame().write_parquet(folder / f"{kind}.parquet", statistics=False)
        for key, adjacency in self.arrays.items():
            for part in ("starts", "targets", "weights"):
                np.save(folder / f"{_name(key)}.{part}.npy", getattr(adjacency, part))
        self.actor_types.to_frame().write_parquet(folder / "actor-types.parquet", statistics=False)
        np.save(folder / "trl.npy", self.trl)

    @classmethod
    def open(cls, folder: Path) -> PathIndex:
        """Open an index, its arrays memory-mapped; raises DamagedWorkspace when a file is not as it was written."""
        try:
            ids = {kind: pl.read_parquet(folder / f"{kind}.parquet")["id"] for kind in _kinds()}
            arrays = {
                (relation, subject, object, forward): Adjacency(
                    *(
                        np.load(folder / f"{_name((relation, subject, object, forward))}.{part}.npy", mmap_mode="r")
                        for part in ("starts", "targets", "weights")
                    )
                )
                for relation, subject, object in _needed()
                for forward in (True, False)
            }
            types = pl.read_parquet(folder / "actor-types.parquet")["actor_type"]
            return cls(ids, arrays, types, np.load(folder / "trl.npy", mmap_mode="r"))
        except (OSError, ValueError, KeyError, EOFError, pl.exceptions.PolarsError) as error:
            raise DamagedWorkspace("derived-unreadable", path=str(folder), said=str(error)) from error


def _adjacency(degrees: Ints, targets: npt.NDArray[np.uint32], weights: Floats) -> Adjacency:
    starts = np.zeros(len(degrees) + 1, np.int64)
    np.cumsum(degrees, out=starts[1:])
    return Adjacency(starts, targets.astype(np.int32), weights)


def _name(key: Key) -> str:
    relation, subject, object, forward = key
    return f"{relation}-{subject}-{object}-{'out' if forward else 'in'}"


def _best_trl(tables: Tables, actors: pl.Series) -> npt.NDArray[np.int8]:
    """The best known TRL of each actor's platforms, operated or partnered in; 0 where none is known."""
    known = known_levels(tables).select(platform="id", trl="high").collect()
    roles = (Relation.OPERATES, Relation.PARTNER_IN)
    joins = [tables.link(relation).select(id="subject", platform="object") for relation in roles]
    best = pl.concat(joins).join(known, on="platform").group_by("id").agg(pl.col("trl").max())
    levels = actors.to_frame().join(best, on="id", how="left", maintain_order="left")["trl"]
    return levels.fill_null(0).cast(pl.Int8).to_numpy()
