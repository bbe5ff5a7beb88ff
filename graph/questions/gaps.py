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

from collections.abc import Iterable
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from graph.questions.gap_answer import Candidates, CompetenceGap, Gaps, NotNow, StageGaps
from graph.questions.gap_facts import GapFacts, Truths
from graph.status import Status
from graph.stores.entities import Evidence
from graph.stores.generation import Generation
from ontology.metagraph import Kind


def find_gaps(generation: Generation, chain: str, region: str | None = None) -> Gaps:
    """Return the gaps of a value chain; with a region, only parties in it count, and the unplaced stand apart.

    Both are ids; raises NotFound where one is not, or is of something else.
    """
    directory = generation.directory
    directory.by_id(chain, Kind.VALUE_CHAIN)
    if region is not None:
        directory.by_id(region, Kind.REGION)
    facts = GapFacts(generation.paths, generation.tables, chain, region)
    stages = tuple(_stage(facts, stage, position, region) for stage, position in facts.stages)
    return Gaps(chain, region, stages, facts, directory)


def _stage(facts: GapFacts, stage: str, position: int | None, region: str | None) -> StageGaps:
    workers = list(facts.workers.get(stage, ()))
    here = [party for party in workers if facts.placed(party)]
    unplaced = [] if region is None else [party for party in workers if not len(facts.regions(party))]
    not_now = [(party, said) for party, said in facts.not_now.get(stage, {}).items() if facts.placed(party)]
    needs = facts.requires.get(stage, {})
    known = {competence: facts.known(competence) for competence in needs}
    fits = np.zeros(facts.size, np.int16)
    for have in known.values():
        fits += have
    gaps = tuple(
        _competence(facts, competence, evidence, here, workers, unplaced, known[competence], fits)
        for competence, evidence in sorted(needs.items())
    )
    if len(here) > 1:
        status = Status.COVERED
    elif here:
        status = Status.ONE_ACTOR
    elif unplaced or any(said["status"] == "unknown" for _, said in not_now) or not fits.any():
        status = Status.NO_DATA
    else:
        status = Status.NO_ACTOR
    return StageGaps(
        stage,
        position,
        status,
        tuple(map(facts.id, here)),
        tuple(map(facts.id, unplaced)),
        tuple(NotNow(facts.id(party), said) for party, said in not_now),
        MappingProxyType({facts.id(party): tuple(by) for party, by in facts.through[stage].items()}),
        gaps,
    )


def _competence(
    facts: GapFacts,
    competence: str,
    evidence: Iterable[Evidence],
    here: list[int],
    workers: list[int],
    unplaced: list[int],
    known: Truths,
    fits: npt.NDArray[np.int16],
) -> CompetenceGap:
    holders = [party for party in here if known[party]]
    recorded = sum(map(facts.recorded, here))
    if len(holders) > 1:
        status, reason = Status.COVERED, "several"
    elif holders:
        status, reason = Status.ONE_ACTOR, "one"
    elif not known.any():
        status, reason = Status.NO_DATA, "recorded-for-nobody"
    elif known[unplaced].any():
        status, reason = Status.NO_DATA, "region-not-known"
    elif not here and unplaced:
        status, reason = Status.NO_DATA, "regions-not-known"
    elif not here:
        status, reason = Status.NO_ACTOR, "empty-stage"
    elif not recorded:
        status, reason = Status.NO_DATA, "competences-not-recorded"
    else:
        status, reason = Status.NO_ACTOR, "not-among-recorded"
    others = known.copy()
    others[workers] = False
    others[facts.past] = False  # who is no more can bring nothing
    parties = np.flatnonzero(others)
    return CompetenceGap(
        competence,
        status,
        reason,
        tuple(map(facts.id, holders)),
        recorded,
        len(here),
        Candidates(facts, parties, fits[parties]),
        tuple(evidence),
    )
