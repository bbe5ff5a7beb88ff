"""What a value chain lacks: for each stage and each competence that it requires, who has it, and who could.

The rules, which keep "nobody" apart from "no data" (docs/decisions/0003-gaps.md):

1. A party is an actor in the stage, or the operator of a platform in it (the platform itself while its operator is
   not known). A party has the competences recorded for it and for the platforms that it operates.
2. Two parties or more have the competence: covered. Exactly one: one actor only.
3. Nobody in the whole graph is recorded with it: no data, for silence is not absence.
4. The stage has parties, but for none of them any competence is recorded: no data.
5. Otherwise, no actor: the graph knows the competence and the parties, and they do not meet.

A role that is planned, historical or of a fate not known makes no party: it stands apart (0014-status.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

from graph.paths.edges import evidence_of
from graph.questions.gap_answer import Candidate, CompetenceGap, Gaps, NotNow, StageGaps
from graph.status import Status
from graph.stores.entities import Evidence
from graph.stores.generation import Generation
from graph.stores.places import places
from graph.stores.regions import within
from graph.stores.standing import NOT_NOW, standing_of_roles
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation


def find_gaps(generation: Generation, chain: str, region: str | None = None) -> Gaps:
    """Return the gaps of a value chain; with a region, only parties in it count, and the unplaced stand apart.

    Both are ids; raises NotFound where one is not, or is of something else.
    """
    directory = generation.directory
    directory.by_id(chain, Kind.VALUE_CHAIN)
    if region is not None:
        directory.by_id(region, Kind.REGION)
    facts = _Facts(generation.tables, chain, region)
    stages = tuple(_stage(facts, stage, position, region) for stage, position in facts.stages)
    shown = {party for stage in stages for party in stage.parties}
    shown |= {found.id for stage in stages for gap in stage.competences for found in gap.candidates}
    return Gaps(chain, region, stages, places(generation.tables, shown), directory)


class _Facts:
    """The few rows that a chain's gaps are told from, in the whole area or in a region."""

    def __init__(self, tables: Tables, chain: str, region: str | None) -> None:
        part = tables.link(Relation.PART_OF).filter(pl.col("object") == chain)
        stages = tables.entity(Kind.STAGE).filter(pl.col("id").is_in(part["subject"].implode()))
        stages = stages.unique("id", keep="first", maintain_order=True).sort("position", "id", nulls_last=True)
        self.stages = [(id, n if n is not None else 0) for id, n in stages.select("id", "position").iter_rows()]
        ids = stages["id"].implode()
        self.requires = _grouped(tables.link(Relation.REQUIRES).filter(pl.col("subject").is_in(ids)))
        works = standing_of_roles(tables.link(Relation.WORKS_IN).filter(pl.col("object").is_in(ids)), tables)
        now = works.filter(~pl.col("status").is_in(NOT_NOW).fill_null(False))
        operates = tables.link(Relation.OPERATES)
        self.operators: dict[str, list[str]] = defaultdict(list)
        for actor, platform in operates.select("subject", "object").iter_rows():
            self.operators[platform].append(actor)
        self.workers: dict[str, list[str]] = defaultdict(list)
        self.through: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        pairs = dict.fromkeys(now.select("subject", "object").iter_rows())
        for subject, stage in pairs:
            for party in self.parties(subject):
                if party not in self.workers[stage]:
                    self.workers[stage].append(party)
                # Who is there itself is not there by a platform.
                if party != subject and (party, stage) not in pairs:
                    self.through[stage][party].append(subject)
        self.not_now: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
        for row in works.join(now, on=["subject", "object"], how="anti", maintain_order="left").iter_rows(named=True):
            for party in self.parties(row["subject"]):
                if party not in self.workers[row["object"]]:
                    self.not_now[row["object"]].setdefault(party, row)
        said = tables.entity(Kind.ACTOR).filter(pl.col("status").is_not_null())
        self.standing = {row["id"]: row for row in said.iter_rows(named=True)}
        located = tables.link(Relation.LOCATED_IN).select("subject", "object").unique(maintain_order=True)
        self.regions: dict[str, tuple[str, ...]] = {
            subject: tuple(regions)
            for subject, regions in located.group_by("subject", maintain_order=True).agg("object").iter_rows()
        }
        self.inside = None if region is None else within(tables, region)
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

    def is_past(self, party: str) -> bool:
        """Whether the party itself is historical."""
        return bool(self.standing.get(party, {}).get("status") == "historical")

    def placed(self, party: str) -> bool:
        """Whether a party is in the region asked for, or in one that is part of it."""
        return self.inside is None or not self.inside.isdisjoint(self.regions.get(party, ()))


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
    here = [party for party in workers if facts.placed(party)]
    unplaced = [] if region is None else [party for party in workers if not facts.regions.get(party)]
    not_now = [(party, said) for party, said in facts.not_now.get(stage, {}).items() if facts.placed(party)]
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
    elif (
        unplaced
        or any(said["status"] == "unknown" for _, said in not_now)
        or not any(facts.holders.get(competence) for competence in needs)
    ):
        status = Status.NO_DATA
    else:
        status = Status.NO_ACTOR
    through = {party: tuple(platforms) for party, platforms in facts.through[stage].items()}
    apart = tuple(NotNow(party, said) for party, said in not_now)
    return StageGaps(stage, position, status, tuple(here), tuple(unplaced), apart, MappingProxyType(through), gaps)


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
    # Who is no more can bring nothing.
    others = [party for party in known if party not in workers and not facts.is_past(party)]
    others.sort(key=lambda party: (-fits[party], party))
    candidates = tuple(
        Candidate(party, facts.regions.get(party, ()), tuple(known[party]), fits[party], facts.standing.get(party, {}))
        for party in others
    )
    return CompetenceGap(competence, status, reason, holders, recorded, len(here), candidates, tuple(evidence))
