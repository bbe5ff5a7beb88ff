"""What a value-chain picture shows: plain frozen values, every string already in the picture's language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from ontology.errors import DrawingError
from ontology.texts import LANGUAGES

ParticipantKind = Literal["actor", "platform"]
StageStatus = Literal["covered", "one_actor", "no_actor", "no_data"]
GapStatus = Literal["no_actor", "no_data", "one_actor"]
FlowKind = Literal["main", "side_stream", "loop", "information", "service"]

PARTICIPANT_KINDS: tuple[str, ...] = get_args(ParticipantKind)
STAGE_STATUSES: tuple[str, ...] = get_args(StageStatus)
GAP_STATUSES: tuple[str, ...] = get_args(GapStatus)
FLOW_KINDS: tuple[str, ...] = get_args(FlowKind)

#: Stages on a picture; columns of more would be too narrow to read.
MOST_STAGES = 10
#: Of a stage's actors or platforms, of flows and of sources, how many a picture names at most; the others are counted.
MOST_NAMED = 40
#: Stands for the region of who has sites in several and a seat in none.
SEVERAL = "+"


@dataclass(frozen=True)
class Participant:
    """An actor or an innovation platform in one stage; `region` is a short code or None when not stated."""

    id: str
    name: str
    kind: ParticipantKind = "actor"
    actor_type: str = ""
    region: str | None = None
    trl: tuple[int, int] | None = None
    role: str = ""
    standing: str = ""  # what is planned, historical or of a fate not known of the role, in words

    def __post_init__(self) -> None:
        _one_of("participant kind", self.kind, PARTICIPANT_KINDS)
        if self.trl is not None and not (1 <= self.trl[0] <= self.trl[1] <= 9):
            raise DrawingError("participant-trl", id=self.id, trl=str(self.trl))


@dataclass(frozen=True)
class GapPicture:
    """A competence that a stage needs and nobody, an unknown number, or one actor only offers."""

    competence: str
    status: GapStatus

    def __post_init__(self) -> None:
        _one_of("gap status", self.status, GAP_STATUSES)


@dataclass(frozen=True)
class Crowd:
    """Those of a stage who are counted and not named: so many of a kind, a type and a region."""

    kind: ParticipantKind
    actor_type: str
    region: str | None
    number: int

    def __post_init__(self) -> None:
        _one_of("participant kind", self.kind, PARTICIPANT_KINDS)


@dataclass(frozen=True)
class StagePicture:
    """One stage of the chain with those who are in it and what is missing from it; `position` may be unknown."""

    position: int | None
    name: str
    description: str | None = None
    status: StageStatus = "covered"
    participants: tuple[Participant, ...] = ()
    gaps: tuple[GapPicture, ...] = ()
    crowds: tuple[Crowd, ...] = ()

    def __post_init__(self) -> None:
        _one_of("stage status", self.status, STAGE_STATUSES)

    @property
    def actors(self) -> tuple[Participant, ...]:
        """The participants that are actors, in the given order."""
        return tuple(p for p in self.participants if p.kind == "actor")

    @property
    def platforms(self) -> tuple[Participant, ...]:
        """The participants that are innovation platforms, in the given order."""
        return tuple(p for p in self.participants if p.kind == "platform")

    def number(self, kind: ParticipantKind) -> int:
        """How many of a kind there are, named or not."""
        return self.hidden(kind, 0).total()

    def hidden(self, kind: ParticipantKind, shown: int) -> Counter[tuple[str | None, str]]:
        """How many of a kind are left when so many are shown, by region and actor type."""
        everybody = self.actors if kind == "actor" else self.platforms
        found = Counter((one.region, one.actor_type) for one in everybody[shown:])
        for crowd in self.crowds:
            if crowd.kind == kind:
                found[crowd.region, crowd.actor_type] += crowd.number
        return found


@dataclass(frozen=True)
class FlowPicture:
    """A flow from one stage to another by their places, of which the first is 1; no quantity is known or drawn."""

    source: int
    target: int
    name: str
    kind: FlowKind = "main"
    material: str | None = None

    def __post_init__(self) -> None:
        _one_of("flow kind", self.kind, FLOW_KINDS)


@dataclass(frozen=True)
class RegionCount:
    """How many of the chain's participants are in a region, and how many of them are platforms.

    Code None is "region not stated"; a row that stands for several regions says for which.
    """

    code: str | None
    name: str
    participants: int
    platforms: int = 0
    regions: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChainPicture:
    """A whole value chain, ready to be drawn in one language.

    There are at most `MOST_STAGES` stages, flows lead between different stages that exist, `region_counts` adds up to
    the distinct participants (make it with `count_regions`), `data_date` is an ISO date; otherwise a `DrawingError`.
    `more_stages` counts those that the picture leaves out.
    """

    id: str
    title: str
    summary: str | None
    stages: tuple[StagePicture, ...]
    flows: tuple[FlowPicture, ...]
    region_counts: tuple[RegionCount, ...]
    language: str
    sources: tuple[str, ...]
    data_date: str
    generation: str
    licence: str = "CC BY 4.0"
    curator_note: str | None = None
    more_stages: int = 0

    def __post_init__(self) -> None:
        _one_of("language", self.language, LANGUAGES)
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", self.data_date):
            raise DrawingError("data-date", date=self.data_date)
        if not self.stages:
            raise DrawingError("chain-without-stages", id=self.id)
        count = len(self.stages)
        if count > MOST_STAGES:
            raise DrawingError("too-many-stages", id=self.id, number=count, most=MOST_STAGES)
        for flow in self.flows:
            if not (0 < flow.source <= count and 0 < flow.target <= count) or flow.source == flow.target:
                raise DrawingError(
                    "flow-ends", name=flow.name, source=flow.source, target=flow.target, stages=f"1–{count}"
                )
        counted, present = sum(r.participants for r in self.region_counts), len(self.participants)
        # Who is not named may be in several stages.
        crowded = sum(crowd.number for stage in self.stages for crowd in stage.crowds)
        if not present <= counted <= present + crowded:
            raise DrawingError("region-counts", id=self.id, counted=counted, present=present)

    @property
    def participants(self) -> tuple[Participant, ...]:
        """Every distinct participant that is named once (by kind and id), in order of first appearance."""
        return distinct_participants(self.stages)


def distinct_participants(stages: Iterable[StagePicture]) -> tuple[Participant, ...]:
    """Give every distinct participant once (by kind and id), in order of first appearance."""
    found: dict[tuple[str, str], Participant] = {}
    for stage in stages:
        for participant in stage.participants:
            found.setdefault((participant.kind, participant.id), participant)
    return tuple(found.values())


def count_regions(stages: Iterable[StagePicture], names: Mapping[str, str], not_stated: str) -> tuple[RegionCount, ...]:
    """Count distinct participants by region: those in `names` in its order, then others, then "not stated".

    A region of `names` without participants is given with 0; "not stated" only when somebody has no region.
    """
    everybody = distinct_participants(stages)
    counts = Counter(participant.region for participant in everybody)
    platforms = Counter(participant.region for participant in everybody if participant.kind == "platform")
    codes = [*names, *sorted(code for code in counts if code is not None and code not in names)]
    rows = [RegionCount(code, names.get(code, code), counts[code], platforms[code]) for code in codes]
    if counts[None]:
        rows.append(RegionCount(None, not_stated, counts[None], platforms[None]))
    return tuple(rows)


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise DrawingError("unknown-value", what=what, value=value, known=allowed)
