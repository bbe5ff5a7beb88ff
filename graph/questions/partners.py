"""Partners for an actor: ranked, with reasons in a sentence, evidence to click, and what is not known.

The score is the published weighted sum of three parts (`ontology.metapaths`): complementarity, similarity, proximity.
Each part is the sum of the weights of all paths of its family. What a filter cannot decide, since the region or the
TRL of an actor is not known, stands apart: it neither passes nor fails unseen.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from graph.paths.filters import Filters, decide
from graph.paths.kernel import Scores, score
from graph.questions.partner_answer import Partner, Partners
from graph.stores.generation import Generation
from ontology.errors import NotFound
from ontology.metagraph import Kind, Relation
from ontology.metapaths import FAMILY_WEIGHTS, Family

_TIE = 1e-12


def find_partners(generation: Generation, actor: str, filters: Filters, limit: int, offset: int) -> Partners:
    """Return partners for an actor (an id), best first; ties go by id. Raises NotFound.

    `limit` of them are told after `offset` others; `graph.questions.wishes` makes all three from what people say.
    """
    index = generation.paths
    number = index.number(Kind.ACTOR, actor)
    if number is None:
        generation.directory.by_id(actor, Kind.ACTOR)  # says what is wrong with it
        raise NotFound("not-in-index", id=actor)
    scores = score(index, number)
    total = np.zeros(len(scores.actors))
    for family, weight in FAMILY_WEIGHTS.items():
        total += weight * scores.parts[family]
    passed, undecided = decide(index, number, scores.actors, filters)

    def ranked(those: npt.NDArray[np.int64]) -> tuple[Partner, ...]:
        best = top(total, scores.actors, those, offset + limit)[offset:]
        return tuple(
            _partner(generation, actor, scores, total, place, rank) for rank, place in enumerate(best, offset + 1)
        )

    return Partners(
        actor, filters, limit, offset, ranked(passed), len(passed), ranked(undecided), len(undecided), generation
    )


def top(
    total: npt.NDArray[np.float64], numbers: npt.NDArray[np.int64], those: npt.NDArray[np.int64], most: int
) -> npt.NDArray[np.int64]:
    """Return those places with the highest totals, best first; ties go by number, which is the order of ids.

    Totals that differ by less than 1e-12 are a tie: they are sums of the same weights in another order.
    """
    if len(those) > 4 * most:
        # Everything that ties with the last place stays in, so that the tie is broken by id and not by chance.
        bar = np.partition(total[those], len(those) - most)[len(those) - most]
        those = those[total[those] >= bar - _TIE]
    return those[np.lexsort((numbers[those], -np.round(total[those], 12)))][:most]


def _partner(
    generation: Generation, actor: str, scores: Scores, total: npt.NDArray[np.float64], place: int, rank: int
) -> Partner:
    index, number = generation.paths, int(scores.actors[place])
    located = index.arrays[Relation.LOCATED_IN, Kind.ACTOR, Kind.REGION, True]
    missing = (
        ("region", not len(located.neighbours(number))),
        ("trl", not index.trl[number]),
        ("actor_type", index.actor_type(number) is None),
    )
    return Partner(
        index.id(Kind.ACTOR, number),
        rank,
        float(total[place]),
        {family: float(scores.parts[family][place]) for family in Family},
        tuple(name for name, is_missing in missing if is_missing),
        actor,
        generation,
    )
