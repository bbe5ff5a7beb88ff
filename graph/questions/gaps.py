"""What a value chain lacks: for each stage and each competence that it requires, who has it, and who could.

The rules, which keep "nobody" apart from "no data" (docs/decisions/0003-gaps.md):

1. A party is an actor in the stage, or the operator of a platform in it (the platform itself while its operator is
   not known). A party has the competences recorded for it and for the platforms that it operates.
2. Two parties or more have the competence: covered. Exactly one: one actor only.
3. Nobody in the whole graph is recorded with it: no data, for silence is not absence.
4. The stage has parties, but for none of them any competence is recorded: no data.
5. Otherwise, no actor: the graph knows the competence and the parties, and they do not meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import polars as pl

from graph.paths.edges import evidence_of
from graph.stores.directory import Directory, Evidence
from ontology.errors import InvalidArgument
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation
from ontology.texts import listed, say


class Status(StrEnum):
    """How a stage, or a competence that it requires, is provided for."""

    COVERED = "covered"
    ONE_ACTOR = "one_actor"
    NO_ACTOR = "no_actor"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who could fill a gap: a party that has the competence and does not work in the stage."""

    id: str
    regions: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    fits: int  # how many of the stage's required competences it has


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
    through: Mapping[str, tuple[str, ...]]  # who is there only by platforms that it operates, and by which
    competences: tuple[CompetenceGap, ...]


@dataclass(frozen=True)
class Gaps:
    """The gaps of one value chain, in the whole area or in one region."""

    chain: str
    region: str | None
    stages: tuple[StageGaps, ...]
    directory: Directory = field(repr=False, compare=False)

    def counts(self) -> dict[str, int]:
        """Return how many required competences have each status."""
        found = [competence.status for stage in self.stages for competence in stage.competences]
        return {str(status): found.count(status) for status in Status}

    def to_frame(self, language: str = "en") -> pl.DataFrame:
        """Return one row for each stage and required competence; a stage that requires nothing has one row."""
        rows = [
            {
                "position": stage.position,
                "stage": stage.stage,
                "stage_label": self.directory.label(stage.stage, language),
                "stage_status": str(stage.status),
                "competence": gap.competence if gap else None,
                "competence_label": self.directory.label(gap.competence, language) if gap else None,
                "status": str(gap.status) if gap else None,
                "holders": list(gap.holders) if gap else [],
                "candidates": [candidate.id for candidate in gap.candidates] if gap else [],
                "why": sentence(gap, self.directory, language) if gap else None,
            }
            for stage in self.stages
            for gap in (stage.competences or (None,))
        ]
        strings = dict.fromkeys(("stage", "stage_label", "stage_status", "competence", "competence_label", "status"))
        schema: dict[str, Any] = {"position": pl.Int64} | dict.fromkeys(strings, pl.String)
        schema |= {"holders": pl.List(pl.String), "candidates": pl.List(pl.String), "why": pl.String}
        return pl.DataFrame(rows, schema=schema)

    def to_dict(self, language: str = "en", candidates: int = 5) -> dict[str, Any]:
        """Return the gaps as plain values for JSON, with at most so many candidates each and how many there are."""
        name = self.directory.label
        return {
            "chain": {"id": self.chain, "label": name(self.chain, language)},
            "region": {"id": self.region, "label": name(self.region, language)} if self.region else None,
            "language": language,
            "counts": self.counts(),
            "stages": [
                {
                    "id": stage.stage,
                    "label": name(stage.stage, language),
                    "position": stage.position,
                    "status": str(stage.status),
                    "why": stage_sentence(stage, self.directory, language),
                    "parties": [
                        {
                            "id": id,
                            "label": name(id, language),
                            "through": [{"id": p, "label": name(p, language)} for p in stage.through.get(id, ())],
                        }
                        for id in stage.parties
                    ],
                    "region_not_known": [{"id": id, "label": name(id, language)} for id in stage.unplaced],
                    "competences": [
                        {
                            "id": gap.competence,
                            "label": name(gap.competence, language),
                            "status": str(gap.status),
                            "reason": gap.reason,
                            "why": sentence(gap, self.directory, language),
                            "holders": [{"id": id, "label": name(id, language)} for id in gap.holders],
                            "candidates_total": len(gap.candidates),
                            "candidates": [
                                {
                                    "id": found.id,
                                    "label": name(found.id, language),
                                    "regions": [name(region, language) for region in found.regions],
                                    "evidence": [evidence.to_dict() for evidence in found.evidence],
                                }
                                for found in gap.candidates[:candidates]
                            ],
                            "evidence": [evidence.to_dict() for evidence in gap.evidence],
                        }
                        for gap in stage.competences
                    ],
                }
                for stage in self.stages
            ],
        }


def find_gaps(tables: Tables, directory: Directory, chain: str, region: str | None = None) -> Gaps:
    """Return the gaps of a value chain; with a region, only parties in it count, and the unplaced stand apart."""
    if directory.kind(chain) is not Kind.VALUE_CHAIN:
        raise InvalidArgument(f"{chain!r} is not a value chain but a {directory.kind(chain)}")
    if region is not None and directory.kind(region) is not Kind.REGION:
        raise InvalidArgument(f"{region!r} is not a region but a {directory.kind(region)}")
    facts = _Facts(tables, chain)
    return Gaps(
        chain, region, tuple(_stage(facts, stage, position, region) for stage, position in facts.stages), directory
    )


class _Facts:
    """The few rows that a chain's gaps are told from."""

    def __init__(self, tables: Tables, chain: str) -> None:
        part = tables.link(Relation.PART_OF).filter(pl.col("object") == chain)
        stages = tables.entity(Kind.STAGE).filter(pl.col("id").is_in(part["subject"].implode()))
        stages = stages.unique("id", keep="first", maintain_order=True).sort("position", "id", nulls_last=True)
        self.stages = [(id, n if n is not None else 0) for id, n in stages.select("id", "position").iter_rows()]
        ids = stages["id"].implode()
        self.requires = _grouped(tables.link(Relation.REQUIRES).filter(pl.col("subject").is_in(ids)))
        works = tables.link(Relation.WORKS_IN).filter(pl.col("object").is_in(ids))
        operates = tables.link(Relation.OPERATES)
        self.operators: dict[str, list[str]] = defaultdict(list)
        for actor, platform in operates.select("subject", "object").iter_rows():
            self.operators[platform].append(actor)
        self.workers: dict[str, list[str]] = defaultdict(list)
        self.through: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        pairs = dict.fromkeys(works.select("subject", "object").iter_rows())
        for subject, stage in pairs:
            for party in self.parties(subject):
                if party not in self.workers[stage]:
                    self.workers[stage].append(party)
                # Who is there itself is not there by a platform.
                if party != subject and (party, stage) not in pairs:
                    self.through[stage][party].append(subject)
        located = tables.link(Relation.LOCATED_IN).select("subject", "object").unique(maintain_order=True)
        self.regions: dict[str, tuple[str, ...]] = {
            subject: tuple(regions)
            for subject, regions in located.group_by("subject", maintain_order=True).agg("object").iter_rows()
        }
        self._read_competences(tables)

    def _read_competences(self, tables: Tables) -> None:
        #: competence -> party -> where it is recorded; clusters are no party, their members are
        self.holders: dict[str, dict[str, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
        self.recorded: set[str] = set()
        clusters = set(tables.entity(Kind.CLUSTER)["id"])
        above: dict[str, list[str]] = defaultdict(list)
        for narrower, broader in tables.link(Relation.BROADER).select("subject", "object").iter_rows():
            above[narrower].append(broader)
        wanted = {competence for needs in self.requires.values() for competence in needs}
        for row in tables.link(Relation.HAS_COMPETENCE).iter_rows(named=True):
            if row["subject"] in clusters:
                continue
            for party in self.parties(row["subject"]):
                self.recorded.add(party)
                # Who has a narrower competence has the broader one.
                for competence in wanted & _upward(row["object"], above):
                    self.holders[competence][party].append(evidence_of(row))

    def parties(self, subject: str) -> list[str]:
        """The actors behind an actor or a platform."""
        return self.operators.get(subject) or [subject]

    def placed(self, party: str, region: str | None) -> bool:
        return region is None or region in self.regions.get(party, ())


def _upward(start: str, above: Mapping[str, list[str]]) -> set[str]:
    found, todo = {start}, [start]
    while todo:
        for next in above.get(todo.pop(), ()):
            if next not in found:
                found.add(next)
                todo.append(next)
    return found


def _grouped(links: pl.DataFrame) -> dict[str, dict[str, list[Evidence]]]:
    found: dict[str, dict[str, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
    for row in links.iter_rows(named=True):
        found[row["subject"]][row["object"]].append(evidence_of(row))
    return found


def _stage(facts: _Facts, stage: str, position: int, region: str | None) -> StageGaps:
    workers = facts.workers.get(stage, [])
    here = [party for party in workers if facts.placed(party, region)]
    unplaced = [] if region is None else [party for party in workers if not facts.regions.get(party)]
    needs = facts.requires.get(stage, {})
    fits: dict[str, int] = defaultdict(int)
    for competence in needs:
        for party in facts.holders.get(competence, {}):
            fits[party] += 1
    gaps = tuple(
        _competence(facts, competence, evidence, here, workers, unplaced, fits)
        for competence, evidence in sorted(needs.items())
    )
    if len(here) > 1:
        status = Status.COVERED
    elif here:
        status = Status.ONE_ACTOR
    elif unplaced or not any(facts.holders.get(competence) for competence in needs):
        status = Status.NO_DATA
    else:
        status = Status.NO_ACTOR
    through = {party: tuple(platforms) for party, platforms in facts.through[stage].items()}
    return StageGaps(stage, position, status, tuple(here), tuple(unplaced), MappingProxyType(through), gaps)


def _competence(
    facts: _Facts,
    competence: str,
    evidence: Iterable[Evidence],
    here: list[str],
    workers: list[str],
    unplaced: list[str],
    fits: Mapping[str, int],
) -> CompetenceGap:
    known = facts.holders.get(competence, {})
    holders = tuple(party for party in here if party in known)
    recorded = sum(party in facts.recorded for party in here)
    if len(holders) > 1:
        status, reason = Status.COVERED, "several"
    elif holders:
        status, reason = Status.ONE_ACTOR, "one"
    elif not known:
        status, reason = Status.NO_DATA, "recorded-for-nobody"
    elif any(party in known for party in unplaced):
        status, reason = Status.NO_DATA, "region-not-known"
    elif not here and unplaced:
        status, reason = Status.NO_DATA, "regions-not-known"
    elif not here:
        status, reason = Status.NO_ACTOR, "empty-stage"
    elif not recorded:
        status, reason = Status.NO_DATA, "competences-not-recorded"
    else:
        status, reason = Status.NO_ACTOR, "not-among-recorded"
    others = [party for party in known if party not in workers]
    others.sort(key=lambda party: (-fits[party], party))
    candidates = tuple(
        Candidate(party, facts.regions.get(party, ()), tuple(known[party]), fits[party]) for party in others
    )
    return CompetenceGap(competence, status, reason, holders, recorded, len(here), candidates, tuple(evidence))


def sentence(gap: CompetenceGap, directory: Directory, language: str) -> str:
    """Return one sentence on a required competence: who has it, or what is not known, and who could bring it."""
    name = directory.label(gap.competence, language)
    who = listed([directory.label(id, language) for id in gap.holders], language)
    said = say(f"gap.{gap.reason}", language, competence=name, who=who, recorded=gap.recorded, parties=gap.parties)
    if gap.candidates and gap.status is not Status.COVERED:
        labels = [directory.label(found.id, language) for found in gap.candidates]
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
    return say(f"gap.stage-{key}", language, who=listed(names, language, most=3))
