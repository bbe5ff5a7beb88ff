"""What an actor's partners may be asked to be: outside its clusters or regions, in a region, of a type, past a TRL.

A filter has three answers: yes, no, and not known. What is not known neither passes nor fails unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from graph.paths.adjacency import Adjacency, Ints, ahead
from graph.paths.index import PathIndex
from ontology.metagraph import Kind, Relation

Truths = npt.NDArray[np.bool_]

#: What a partner may have to lie outside of: the clusters, or the regions, of the actor that asks.
Side = Literal["cluster", "region"]

#: To be in a cluster is to be its member or to coordinate it; a project likewise.
IN_CLUSTER = (Relation.MEMBER_OF, Relation.COORDINATES)
IN_PROJECT = (Relation.PARTICIPATES_IN, Relation.COORDINATES)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a partner must be; `region` is an id, `actor_type` a code, and None or nothing filters nothing."""

    outside: tuple[Side, ...] = ()
    region: str | None = None
    actor_type: str | None = None
    min_trl: int | None = None


def joined(index: PathIndex, actor: int, kind: Kind, relations: Sequence[Relation]) -> Ints:
    """Return the nodes of a kind that an actor is joined to by any of these relations, ascending."""
    found = [index.arrays[relation, Kind.ACTOR, kind, True].neighbours(actor) for relation in relations]
    return np.unique(np.concatenate(found)).astype(np.int64)


def decide(index: PathIndex, actor: int, candidates: Ints, filters: Filters) -> tuple[Ints, Ints]:
    """Return the places of the candidates that pass every filter, and the places of those that fail none and yet cannot
    be decided on.

    A region takes in the regions that are part of it. An actor whose own region is not known can tell of nobody
    whether they are outside it.
    """
    allowed = np.ones(len(candidates), np.bool_)
    unsure = np.zeros(len(candidates), np.bool_)
    if "cluster" in filters.outside:
        own = joined(index, actor, Kind.CLUSTER, IN_CLUSTER)
        for relation in IN_CLUSTER if len(own) else ():
            allowed &= ~_leads(index.arrays[relation, Kind.ACTOR, Kind.CLUSTER, True], candidates, own)
    if "region" in filters.outside or filters.region is not None:
        located = index.arrays[Relation.LOCATED_IN, Kind.ACTOR, Kind.REGION, True]
        placed = located.degrees(candidates) > 0
        if "region" in filters.outside:
            own = located.neighbours(actor).astype(np.int64)
            allowed &= ~_leads(located, candidates, own)
            unsure |= ~placed if len(own) else True
        if filters.region is not None:
            allowed &= _leads(located, candidates, parts_of(index, filters.region)) | ~placed
            unsure |= ~placed
    if filters.actor_type is not None:
        same, missing = index.of_type(candidates, filters.actor_type)
        allowed &= same | missing
        unsure |= missing
    if filters.min_trl is not None:
        trl = index.trl[candidates]
        allowed &= (trl >= filters.min_trl) | (trl == 0)
        unsure |= trl == 0
    return np.flatnonzero(allowed & ~unsure), np.flatnonzero(allowed & unsure)


def parts_of(index: PathIndex, region: str) -> Ints:
    """Return a region (its number; the id is given) and every region that is part of it, of a part of it, and so on."""
    number = index.number(Kind.REGION, region)
    parts = index.arrays[Relation.PART_OF, Kind.REGION, Kind.REGION, False]
    found = dict.fromkeys(() if number is None else (number,))
    todo = list(found)
    while todo:
        new = [int(part) for part in parts.neighbours(todo.pop()) if int(part) not in found]
        found.update(dict.fromkeys(new))
        todo += new
    return np.array(sorted(found), np.int64)


def _leads(adjacency: Adjacency, sources: Ints, nodes: npt.NDArray[np.integer[Any]]) -> Truths:
    """For each source, whether a step leads from it to any of these nodes."""
    targets, counts = ahead(adjacency, sources)
    found = np.zeros(len(sources), np.bool_)
    found[np.repeat(np.arange(len(sources)), counts)[np.isin(targets, nodes)]] = True
    return found
