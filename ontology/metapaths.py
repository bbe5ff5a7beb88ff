"""The metapaths: named patterns over the metagraph that say why two actors could work together.

Three families, which stay three numbers: similarity (the same strength), complementarity (fills what is missing),
proximity (how near already). Each pattern has a sentence in fi, en and sv. Names stand in the nominative: nobody
can inflect an arbitrary name.
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

    `kinds` are the kinds of the nodes, one more than `steps`. In a sentence `{a}` and `{b}` are the two actors,
    `{n1}`, `{n2}` … the nodes between them, `{flow}` what flows, and `{few}` how many have the rarest middle node.
    """

    name: str
    family: Family
    kinds: tuple[Kind, ...]
    steps: tuple[Step, ...]
    sentences: Mapping[str, str]
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


def _texts(fi: str, en: str, sv: str) -> Mapping[str, str]:
    return {"fi": fi, "en": en, "sv": sv}


METAPATHS: tuple[Metapath, ...] = (
    # ---- complementarity: fills what is missing
    Metapath(
        "feeds-downstream", Family.COMPLEMENTARITY, (_A, _S, _S, _A), (_WORKS, _FEEDS, _WORKED),
        _texts(
            "Virta ”{flow}” kulkee vaiheesta ”{n1}”, jossa toimii {a}, vaiheeseen ”{n2}”, jossa toimii {b}.",
            "“{flow}” flows from the stage “{n1}”, where {a} works, to the stage “{n2}”, where {b} works.",
            "Flödet ”{flow}” går från steget ”{n1}”, där {a} verkar, till steget ”{n2}”, där {b} verkar.",
        ),
    ),
    Metapath(
        "feeds-upstream", Family.COMPLEMENTARITY, (_A, _S, _S, _A), (_WORKS, _FED, _WORKED),
        _texts(
            "Virta ”{flow}” tulee vaiheesta ”{n2}”, jossa toimii {b}, vaiheeseen ”{n1}”, jossa toimii {a}.",
            "“{flow}” comes from the stage “{n2}”, where {b} works, to the stage “{n1}”, where {a} works.",
            "Flödet ”{flow}” kommer från steget ”{n2}”, där {b} verkar, till steget ”{n1}”, där {a} verkar.",
        ),
    ),
    Metapath(
        "brings-required", Family.COMPLEMENTARITY, (_A, _S, _C, _A), (_WORKS, _REQUIRES, _HAD),
        _texts(
            "Vaihe ”{n1}”, jossa toimii {a}, tarvitsee osaamista ”{n2}”, ja sitä tuo {b} (kirjattu {few}).",
            "The stage “{n1}”, where {a} works, needs “{n2}”, and {b} brings it (recorded for {few}).",
            "Steget ”{n1}”, där {a} verkar, behöver ”{n2}”, och {b} tillför det (antecknat för {few}).",
        ),
    ),
    Metapath(
        "brings-required-by-platform", Family.COMPLEMENTARITY, (_A, _S, _C, _P, _A), (_WORKS, _REQUIRES, _HAD, _RUN),
        _texts(
            "Vaihe ”{n1}”, jossa toimii {a}, tarvitsee osaamista ”{n2}”, ja se on innovaatioalustalla ”{n3}”, "
            "jonka operaattori on {b}.",
            "The stage “{n1}”, where {a} works, needs “{n2}”, and the platform “{n3}” of {b} has it.",
            "Steget ”{n1}”, där {a} verkar, behöver ”{n2}”, som finns på plattformen ”{n3}”, vars operatör är {b}.",
        ),
    ),
    Metapath(
        "meets-requirement", Family.COMPLEMENTARITY, (_A, _C, _S, _A), (_HAS, _REQUIRED, _WORKED),
        _texts(
            "Vaihe ”{n2}”, jossa toimii {b}, tarvitsee osaamista ”{n1}”, ja sitä tuo {a}.",
            "The stage “{n2}”, where {b} works, needs “{n1}”, and {a} brings it.",
            "Steget ”{n2}”, där {b} verkar, behöver ”{n1}”, och {a} tillför det.",
        ),
    ),
    Metapath(
        "meets-requirement-by-platform", Family.COMPLEMENTARITY, (_A, _P, _C, _S, _A),
        (_RUNS, _HAS, _REQUIRED, _WORKED),
        _texts(
            "Vaihe ”{n3}”, jossa toimii {b}, tarvitsee osaamista ”{n2}”, ja se on innovaatioalustalla ”{n1}”, "
            "jonka operaattori on {a}.",
            "The stage “{n3}”, where {b} works, needs “{n2}”, and the platform “{n1}” of {a} has it.",
            "Steget ”{n3}”, där {b} verkar, behöver ”{n2}”, som finns på plattformen ”{n1}”, vars operatör är {a}.",
        ),
    ),
    # ---- similarity: the same strength
    Metapath(
        "shared-competence", Family.SIMILARITY, (_A, _C, _A), (_HAS, _HAD),
        _texts(
            "{a} ja {b}: molemmilla on osaaminen ”{n1}” (kirjattu {few}).",
            "Both {a} and {b} have “{n1}” (recorded for {few}).",
            "Både {a} och {b} har kompetensen ”{n1}” (antecknad för {few}).",
        ),
    ),
    Metapath(
        "shared-competence-their-platform", Family.SIMILARITY, (_A, _C, _P, _A), (_HAS, _HAD, _RUN),
        _texts(
            "Osaaminen ”{n1}” yhdistää: {a} ja innovaatioalusta ”{n2}”, jonka operaattori on {b}.",
            "{a} and the platform “{n2}” of {b} both have “{n1}”.",
            "Både {a} och plattformen ”{n2}”, vars operatör är {b}, har kompetensen ”{n1}”.",
        ),
    ),
    Metapath(
        "shared-competence-our-platform", Family.SIMILARITY, (_A, _P, _C, _A), (_RUNS, _HAS, _HAD),
        _texts(
            "Osaaminen ”{n2}” yhdistää: {b} ja innovaatioalusta ”{n1}”, jonka operaattori on {a}.",
            "{b} and the platform “{n1}” of {a} both have “{n2}”.",
            "Både {b} och plattformen ”{n1}”, vars operatör är {a}, har kompetensen ”{n2}”.",
        ),
    ),
    Metapath(
        "shared-competence-platforms", Family.SIMILARITY, (_A, _P, _C, _P, _A), (_RUNS, _HAS, _HAD, _RUN),
        _texts(
            "Osaaminen ”{n2}” yhdistää innovaatioalustat ”{n1}” (operaattori {a}) ja ”{n3}” (operaattori {b}).",
            "The platforms “{n1}” of {a} and “{n3}” of {b} both have “{n2}”.",
            "Plattformarna ”{n1}” (operatör {a}) och ”{n3}” (operatör {b}) har båda kompetensen ”{n2}”.",
        ),
    ),
    Metapath(
        "same-stage", Family.SIMILARITY, (_A, _S, _A), (_WORKS, _WORKED),
        _texts(
            "Molemmat, {a} ja {b}, toimivat vaiheessa ”{n1}”.",
            "Both {a} and {b} work in the stage “{n1}”.",
            "Både {a} och {b} verkar i steget ”{n1}”.",
        ),
    ),
    # ---- proximity: how near, already
    Metapath(
        "shared-project", Family.PROXIMITY, (_A, Kind.PROJECT, _A), (_TAKES_PART, _TAKEN_PART),
        _texts(
            "Molemmat, {a} ja {b}, ovat hankkeessa ”{n1}”.",
            "Both {a} and {b} take part in the project “{n1}”.",
            "Både {a} och {b} deltar i projektet ”{n1}”.",
        ),
    ),
    Metapath(
        "shared-cluster", Family.PROXIMITY, (_A, Kind.CLUSTER, _A), (_MEMBER, _MEMBERS),
        _texts(
            "Molemmat, {a} ja {b}, ovat klusterissa ”{n1}”.",
            "Both {a} and {b} are in the cluster “{n1}”.",
            "Både {a} och {b} hör till klustret ”{n1}”.",
        ),
    ),
    Metapath(
        "shared-network", Family.PROXIMITY, (_A, Kind.NETWORK, _A), (_MEMBER, _MEMBERS),
        _texts(
            "Molemmat, {a} ja {b}, ovat verkostossa ”{n1}”.",
            "Both {a} and {b} are in the network “{n1}”.",
            "Både {a} och {b} hör till nätverket ”{n1}”.",
        ),
    ),
    Metapath(
        "partner-in-our-platform", Family.PROXIMITY, (_A, _P, _A), (_RUNS, _JOINED),
        _texts(
            "{b} on kumppanina innovaatioalustalla ”{n1}”, jonka operaattori on {a}.",
            "{b} is a partner in the platform “{n1}” of {a}.",
            "{b} är partner på plattformen ”{n1}”, vars operatör är {a}.",
        ),
    ),
    Metapath(
        "partner-in-their-platform", Family.PROXIMITY, (_A, _P, _A), (_JOINS, _RUN),
        _texts(
            "{a} on kumppanina innovaatioalustalla ”{n1}”, jonka operaattori on {b}.",
            "{a} is a partner in the platform “{n1}” of {b}.",
            "{a} är partner på plattformen ”{n1}”, vars operatör är {b}.",
        ),
    ),
    Metapath(
        "partners-in-platform", Family.PROXIMITY, (_A, _P, _A), (_JOINS, _JOINED),
        _texts(
            "Molemmat, {a} ja {b}, ovat kumppaneita innovaatioalustalla ”{n1}”.",
            "Both {a} and {b} are partners in the platform “{n1}”.",
            "Både {a} och {b} är partner på plattformen ”{n1}”.",
        ),
    ),
)  # fmt: skip
