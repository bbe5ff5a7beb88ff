"""The gaps of a value chain as an answer: what each stage has and lacks, in sentences, as a frame and as JSON."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from graph.questions.gap_facts import GapFacts
from graph.questions.taken import Taking, taken_said
from graph.status import Status
from graph.stores.directory import Directory
from graph.stores.entities import Evidence
from graph.stores.places import Place, places
from graph.stores.standing import standing, with_standing
from ontology.errors import InvalidArgument
from ontology.texts import listed, say
from ontology.vocabulary import check_language

if TYPE_CHECKING:
    from graph import shapes


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who could fill a gap: a party that has the competence and does not work in the stage."""

    id: str
    party: int  # its number among the facts
    fits: int  # how many of the stage's required competences it has
    standing: Mapping[str, Any]  # the status of the party itself, with its year


@dataclass(frozen=True, slots=True, repr=False)
class Candidates:
    """The candidates for a gap, those who fit more first, then by id: there may be very many, each told when read."""

    facts: GapFacts
    parties: npt.NDArray[np.int64]
    fits: npt.NDArray[np.integer[Any]]

    def __len__(self) -> int:
        return len(self.parties)

    def __iter__(self) -> Iterator[Candidate]:
        # Numbers go by id among actors and among platforms, but not between the two.
        platforms = self.parties >= self.facts.index.actors
        return heapq.merge(self._told(~platforms), self._told(platforms), key=lambda each: (-each.fits, each.id))

    def _told(self, those: npt.NDArray[np.bool_]) -> Iterator[Candidate]:
        parties, fits = self.parties[those], self.fits[those]
        for place in np.lexsort((parties, -fits)):
            id = self.facts.id(int(parties[place]))
            yield Candidate(id, int(parties[place]), int(fits[place]), self.facts.standing.get(id, {}))

    def first(self, most: int) -> list[Candidate]:
        """Return the first of them."""
        return list(islice(self, most))


@dataclass(frozen=True, slots=True)
class NotNow:
    """Whose role in a stage is planned, historical or of a fate not known, and so does not count."""

    id: str
    standing: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CompetenceGap:
    """A competence that a stage requires: who has it there, and who could bring it."""

    competence: str
    status: Status
    reason: str
    holders: tuple[str, ...]
    recorded: int  # parties in the stage with any competence recorded
    parties: int
    candidates: Candidates = field(repr=False, compare=False)
    evidence: tuple[Evidence, ...]  # of the requirement itself


@dataclass(frozen=True, slots=True)
class StageGaps:
    """A stage of a chain: who works in it, and its required competences."""

    stage: str
    position: int | None  # None where it is not known
    status: Status
    parties: tuple[str, ...]
    unplaced: tuple[str, ...]  # asked for a region: those whose region is not known
    not_now: tuple[NotNow, ...]
    through: Mapping[str, tuple[str, ...]]  # who is there only by platforms that it operates, and by which
    competences: tuple[CompetenceGap, ...]


@dataclass(frozen=True)
class Gaps(Taking):
    """The gaps of one value chain, in the whole area or in one region."""

    chain: str
    region: str | None
    stages: tuple[StageGaps, ...]
    facts: GapFacts = field(repr=False, compare=False)
    directory: Directory = field(repr=False, compare=False)

    def counts(self) -> dict[str, int]:
        """Return how many required competences have each status."""
        found = [competence.status for stage in self.stages for competence in stage.competences]
        return {str(status): found.count(status) for status in Status}

    def to_frame(self, language: str = "en") -> pl.DataFrame:
        """Return one row for each stage and required competence; a stage that requires nothing has one row."""
        check_language(language)
        rows = [
            {
                "position": stage.position,
                "stage": stage.stage,
                "stage_label": self.directory.label(stage.stage, language),
                "stage_status": str(stage.status),
                "stage_status_label": say(f"status.{stage.status}", language),
                "competence": gap.competence if gap else None,
                "competence_label": self.directory.label(gap.competence, language) if gap else None,
                "status": str(gap.status) if gap else None,
                "status_label": say(f"status.{gap.status}", language) if gap else None,
                "holders": list(gap.holders) if gap else [],
                "candidates": [candidate.id for candidate in gap.candidates] if gap else [],
                "why": sentence(gap, self.directory, language) if gap else None,
            }
            for stage in self.stages
            for gap in (stage.competences or (None,))
        ]
        stage = ("stage", "stage_label", "stage_status", "stage_status_label")
        strings = (*stage, "competence", "competence_label", "status", "status_label")
        schema: dict[str, Any] = {"position": pl.Int64} | dict.fromkeys(strings, pl.String)
        schema |= {"holders": pl.List(pl.String), "candidates": pl.List(pl.String), "why": pl.String}
        return pl.DataFrame(rows, schema=schema)

    def to_dict(self, language: str = "en", candidates: int = 5) -> shapes.GapsOfChain:
        """Return the gaps as plain values for JSON, with at most so many candidates each and how many there are."""
        if candidates < 0:
            raise InvalidArgument("candidates-range", number=candidates)
        directory, gaps = self.directory, [gap for stage in self.stages for gap in stage.competences]
        shown = [(each, gap.competence) for gap in gaps for each in gap.candidates.first(candidates)]
        where = {each.id for each, _ in shown} | {id for stage in self.stages for id in stage.parties}
        evidence = self.facts.evidence((each.party, competence) for each, competence in shown)
        telling = _Telling(directory, language, candidates, places(self.facts.tables, where), evidence)
        return {
            "chain": directory.named(self.chain, language),
            "taken": taken_said(self.taken, language),
            "region": directory.named(self.region, language) if self.region else None,
            "language": language,
            "counts": self.counts(),
            "stages": [telling.stage(stage) for stage in self.stages],
        }


@dataclass(frozen=True, slots=True)
class _Telling:
    """Stages and gaps as plain values, with what was looked up for all of them at once."""

    directory: Directory
    language: str
    most: int
    places: Mapping[str, tuple[Place, ...]]
    evidence: Mapping[tuple[int, str], tuple[Evidence, ...]]

    def named(self, id: str) -> shapes.Named:
        return self.directory.named(id, self.language)

    def placed(self, id: str) -> list[shapes.PlacedIn]:
        return [place.to_dict(self.directory, self.language) for place in self.places.get(id, ())]

    def stage(self, stage: StageGaps) -> shapes.GapsOfStage:
        language, named = self.language, self.named
        return {
            **named(stage.stage),
            "position": stage.position,
            "status": stage.status,
            "status_label": say(f"status.{stage.status}", language),
            "why": stage_sentence(stage, self.directory, language),
            "parties": [
                {
                    **named(id),
                    "regions": self.placed(id),
                    "through": [named(each) for each in stage.through.get(id, ())],
                }
                for id in stage.parties
            ],
            "not_now": [
                {**named(each.id), "standing": standing(each.standing, language) or ""} for each in stage.not_now
            ],
            "region_not_known": [named(id) for id in stage.unplaced],
            "competences": [self.competence(gap) for gap in stage.competences],
        }

    def competence(self, gap: CompetenceGap) -> shapes.GapOfCompetence:
        language, named = self.language, self.named
        return {
            **named(gap.competence),
            "status": gap.status,
            "status_label": say(f"status.{gap.status}", language),
            "reason": gap.reason,
            "why": sentence(gap, self.directory, language),
            "holders": [named(id) for id in gap.holders],
            "candidates_total": len(gap.candidates),
            "candidates": [
                {
                    **named(found.id),
                    "regions": self.placed(found.id),
                    "standing": standing(found.standing, language),
                    "evidence": [each.to_dict(language) for each in self.evidence[found.party, gap.competence]],
                }
                for found in gap.candidates.first(self.most)
            ],
            "evidence": [each.to_dict(language) for each in gap.evidence],
        }


def sentence(gap: CompetenceGap, directory: Directory, language: str) -> str:
    """Return one sentence on a required competence: who has it, or what is not known, and who could bring it."""
    name = directory.label(gap.competence, language)
    who = listed([directory.label(id, language) for id in gap.holders], language)
    said = say(f"gap.{gap.reason}", language, competence=name, who=who, recorded=gap.recorded, parties=gap.parties)
    if len(gap.candidates) and gap.status is not Status.COVERED:
        # Three are named, and the others counted: they may be very many, so nobody looks up what they are called.
        first = [with_standing(directory.label(c.id, language), c.standing, language) for c in gap.candidates.first(3)]
        labels = first + [""] * (len(gap.candidates) - len(first))
        said += " " + say("gap.candidates", language, who=listed(labels, language, most=3))
    return said


def stage_sentence(stage: StageGaps, directory: Directory, language: str) -> str:
    """Return one sentence on a stage: who works in it, or what is not known.

    Who is there only by a platform that it operates is named with the platform.
    """
    who, names = stage.parties or stage.unplaced, []
    for id in who[:3]:
        name = directory.label(id, language)
        platforms = listed([directory.label(each, language) for each in stage.through.get(id, ())], language)
        names.append(f"{name} ({platforms})" if platforms else name)
    key = stage.status.replace("_", "-") if stage.parties or not stage.unplaced else "regions-not-known"
    names += [""] * (len(who) - len(names))  # counted, and not named
    said = say(f"gap.stage-{key}", language, who=listed(names, language, most=3))
    others = [with_standing(directory.label(each.id, language), each.standing, language) for each in stage.not_now]
    return f"{said} {say('gap.not-now', language, who=listed(others, language))}" if others else said
