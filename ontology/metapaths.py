"""The metapaths: named patterns over the metagraph that say why two actors could work together.

Three families, which stay three numbers: similarity (the same strength), complementarity (fills what is missing),
proximity (how near already). Each pattern has a sentence in every language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ontology.metagraph import NO_BRIDGE, RELATIONS, Kind, Relation


class Family(StrEnum):
    """What kind of reason a path is."""

    COMPLEMENTARITY = "complementarity"
    SIMILARITY = "similarity"
    PROXIMITY = "proximity"


#: The ranking is this weighted sum of the three parts. Filling a gap counts most; knowing each other, least.
FAMILY_WEIGHTS: Mapping[Family, float] = {
    Family.COMPLEMENTARITY: 1.0,
    Family.SIMILARITY: 0.5,
    Family.PROXIMITY: 0.25,
}

#: How hard the degree of a hub is damped, for each relation: an edge weighs (out-degree x in-degree)^-damping.
#: 0.2 is the only value with evidence: on Horizon 2020 participations it predicts new ties nearly as well as
#: Adamic-Adar does, and the textbook's 0.4 loses half of that (docs/decisions/0004-damping.md). The other relations
#: have no dated ties to fit on yet, so they take the same.
DAMPING: Mapping[Relation, float] = dict.fromkeys(Relation, 0.2)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a metapath: along a relation, or against it."""

    relation: Relation
    forward: bool = True

    def reversed(self) -> Step:
        """Return the same step the other way."""
        return Step(self.relation, not self.forward)


@dataclass(frozen=True, slots=True)
class Metapath:
    """A pattern from an actor to an actor.

    `kinds` are the kinds of the nodes, one more than `steps`. Its sentence stands in the catalogues under `metapath`:
    `{a}` and `{b}` are the two actors, `{n1}`, `{n2}` … the nodes between them, `{flow}` what flows, and `{few}` how
    many have the competence on the way.
    """

    name: str
    family: Family
    kinds: tuple[Kind, ...]
    steps: tuple[Step, ...]
    weight: float = 1.0

    def __post_init__(self) -> None:
        for step, start, end in self.typed_steps():
            ends = (start, end) if step.forward else (end, start)
            if ends not in RELATIONS[step.relation].ends:
                raise ValueError(f"{self.name}: {step.relation} does not join {ends[0]} to {ends[1]}")
        if not NO_BRIDGE.isdisjoint(self.kinds):
            raise ValueError(f"{self.name}: {NO_BRIDGE & set(self.kinds)} may not be a bridge")

    def typed_steps(self) -> Iterator[tuple[Step, Kind, Kind]]:
        """Yield each step with the kinds that it leads from and to."""
        return zip(self.steps, self.kinds[:-1], self.kinds[1:], strict=True)


_A, _C, _P, _S = Kind.ACTOR, Kind.COMPETENCE, Kind.PLATFORM, Kind.STAGE


def _to(relation: Relation) -> Step:
    return Step(relation, forward=True)


def _from(relation: Relation) -> Step:
    return Step(relation, forward=False)


_HAS, _HAD = _to(Relation.HAS_COMPETENCE), _from(Relation.HAS_COMPETENCE)
_RUNS, _RUN = _to(Relation.OPERATES), _from(Relation.OPERATES)
_WORKS, _WORKED = _to(Relation.WORKS_IN), _from(Relation.WORKS_IN)
_FEEDS, _FED = _to(Relation.FEEDS), _from(Relation.FEEDS)
_REQUIRES, _REQUIRED = _to(Relation.REQUIRES), _from(Relation.REQUIRES)
_JOINS, _JOINED = _to(Relation.PARTNER_IN), _from(Relation.PARTNER_IN)
_TAKES_PART, _TAKEN_PART = _to(Relation.PARTICIPATES_IN), _from(Relation.PARTICIPATES_IN)
_MEMBER, _MEMBERS = _to(Relation.MEMBER_OF), _from(Relation.MEMBER_OF)


METAPATHS: tuple[Metapath, ...] = (
    # ---- complementarity: fills what is missing
    Metapath("feeds-downstream", Family.COMPLEMENTARITY, (_A, _S, _S, _A), (_WORKS, _FEEDS, _WORKED)),
    Metapath("feeds-upstream", Family.COMPLEMENTARITY, (_A, _S, _S, _A), (_WORKS, _FED, _WORKED)),
    Metapath("brings-required", Family.COMPLEMENTARITY, (_A, _S, _C, _A), (_WORKS, _REQUIRES, _HAD)),
    Metapath(
        "brings-required-by-platform", Family.COMPLEMENTARITY, (_A, _S, _C, _P, _A), (_WORKS, _REQUIRES, _HAD, _RUN)
    ),
    Metapath("meets-requirement", Family.COMPLEMENTARITY, (_A, _C, _S, _A), (_HAS, _REQUIRED, _WORKED)),
    Metapath(
        "meets-requirement-by-platform", Family.COMPLEMENTARITY, (_A, _P, _C, _S, _A), (_RUNS, _HAS, _REQUIRED, _WORKED)
    ),
    # ---- similarity: the same strength
    Metapath("shared-competence", Family.SIMILARITY, (_A, _C, _A), (_HAS, _HAD)),
    Metapath("shared-competence-their-platform", Family.SIMILARITY, (_A, _C, _P, _A), (_HAS, _HAD, _RUN)),
    Metapath("shared-competence-our-platform", Family.SIMILARITY, (_A, _P, _C, _A), (_RUNS, _HAS, _HAD)),
    Metapath("shared-competence-platforms", Family.SIMILARITY, (_A, _P, _C, _P, _A), (_RUNS, _HAS, _HAD, _RUN)),
    Metapath("same-stage", Family.SIMILARITY, (_A, _S, _A), (_WORKS, _WORKED)),
    # ---- proximity: how near, already
    Metapath("shared-project", Family.PROXIMITY, (_A, Kind.PROJECT, _A), (_TAKES_PART, _TAKEN_PART)),
    Metapath("shared-cluster", Family.PROXIMITY, (_A, Kind.CLUSTER, _A), (_MEMBER, _MEMBERS)),
    Metapath("shared-network", Family.PROXIMITY, (_A, Kind.NETWORK, _A), (_MEMBER, _MEMBERS)),
    Metapath("partner-in-our-platform", Family.PROXIMITY, (_A, _P, _A), (_RUNS, _JOINED)),
    Metapath("partner-in-their-platform", Family.PROXIMITY, (_A, _P, _A), (_JOINS, _RUN)),
    Metapath("partners-in-platform", Family.PROXIMITY, (_A, _P, _A), (_JOINS, _JOINED)),
)  # fmt: skip
