"""The gaps of a value chain as an answer: what each stage has and lacks, in sentences, as a frame and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from graph.questions.taken import Taking, taken_said
from graph.status import Status
from graph.stores.directory import Directory
from graph.stores.entities import Evidence
from graph.stores.places import Place
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
    regions: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    fits: int  # how many of the stage's required competences it has
    standing: Mapping[str, Any]  # the status of the party itself, with its year


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
    candidates: tuple[Candidate, ...]
    evidence: tuple[Evidence, ...]  # of the requirement itself


@dataclass(frozen=True, slots=True)
class StageGaps:
    """A stage of a chain: who works in it, and its required competences."""

    stage: str
    position: int
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
    places: Mapping[str, tuple[Place, ...]] = field(repr=False)  # where parties and candidates are
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
        named = self.directory.named
        return {
            "chain": named(self.chain, language),
            "taken": taken_said(self.taken, language),
            "region": named(self.region, language) if self.region else None,
            "language": language,
            "counts": self.counts(),
            "stages": [self._stage(stage, language, candidates) for stage in self.stages],
        }

    def _stage(self, stage: StageGaps, language: str, candidates: int) -> shapes.GapsOfStage:
        named = self.directory.named
        return {
            **named(stage.stage, language),
            "position": stage.position,
            "status": stage.status,
            "status_label": say(f"status.{stage.status}", language),
            "why": stage_sentence(stage, self.directory, language),
            "parties": [
                {
                    **named(id, language),
                    "regions": self._placed(id, language),
                    "through": [named(each, language) for each in stage.through.get(id, ())],
                }
                for id in stage.parties
            ],
            "not_now": [
                {**named(each.id, language), "standing": standing(each.standing, language) or ""}
                for each in stage.not_now
            ],
            "region_not_known": [named(id, language) for id in stage.unplaced],
            "competences": [self._competence(gap, language, candidates) for gap in stage.competences],
        }

    def _placed(self, id: str, language: str) -> list[shapes.PlacedIn]:
        return [place.to_dict(self.directory, language) for place in self.places.get(id, ())]

    def _competence(self, gap: CompetenceGap, language: str, candidates: int) -> shapes.GapOfCompetence:
        directory = self.directory
        return {
            **directory.named(gap.competence, language),
            "status": gap.status,
            "status_label": say(f"status.{gap.status}", language),
            "reason": gap.reason,
            "why": sentence(gap, directory, language),
            "holders": [directory.named(id, language) for id in gap.holders],
            "candidates_total": len(gap.candidates),
            "candidates": [
                {
                    **directory.named(found.id, language),
                    "regions": self._placed(found.id, language),
                    "standing": standing(found.standing, language),
                    "evidence": [evidence.to_dict(language) for evidence in found.evidence],
                }
                for found in gap.candidates[:candidates]
            ],
            "evidence": [evidence.to_dict(language) for evidence in gap.evidence],
        }


def sentence(gap: CompetenceGap, directory: Directory, language: str) -> str:
    """Return one sentence on a required competence: who has it, or what is not known, and who could bring it."""
    name = directory.label(gap.competence, language)
    who = listed([directory.label(id, language) for id in gap.holders], language)
    said = say(f"gap.{gap.reason}", language, competence=name, who=who, recorded=gap.recorded, parties=gap.parties)
    if gap.candidates and gap.status is not Status.COVERED:
        labels = [
            with_standing(directory.label(found.id, language), found.standing, language) for found in gap.candidates
        ]
        said += " " + say("gap.candidates", language, who=listed(labels, language, most=3))
    return said


def stage_sentence(stage: StageGaps, directory: Directory, language: str) -> str:
    """Return one sentence on a stage: who works in it, or what is not known.

    Who is there only by a platform that it operates is named with the platform.
    """
    names = []
    for id in stage.parties or stage.unplaced:
        name = directory.label(id, language)
        platforms = listed([directory.label(each, language) for each in stage.through.get(id, ())], language)
        names.append(f"{name} ({platforms})" if platforms else name)
    key = stage.status.replace("_", "-") if stage.parties or not stage.unplaced else "regions-not-known"
    said = say(f"gap.stage-{key}", language, who=listed(names, language, most=3))
    others = [with_standing(directory.label(each.id, language), each.standing, language) for each in stage.not_now]
    return f"{said} {say('gap.not-now', language, who=listed(others, language))}" if others else said
