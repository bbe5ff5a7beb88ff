"""Partners for an actor: ranked, with reasons in a sentence, evidence to click, and what is not known.

The score is the published weighted sum of three parts (`ontology.metapaths`): complementarity, similarity, proximity.
Each part is the sum of the weights of all paths of its family. What a filter cannot decide, since the region or the
TRL of an actor is not known, stands apart: it neither passes nor fails unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import numpy.typing as npt
import polars as pl

from graph.paths.explain import PartnerPath, Walk, best_walks, explain, walks
from graph.paths.filters import IN_CLUSTER, IN_PROJECT, decide, joined
from graph.paths.index import PathIndex
from graph.paths.kernel import Scores, score
from graph.stores.directory import Directory
from ontology.errors import InvalidArgument, NotFound
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation
from ontology.metapaths import FAMILY_WEIGHTS, Family
from ontology.texts import listed, say
from ontology.vocabulary import check_language, codes, concept_label

if TYPE_CHECKING:
    import networkx as nx

#: How many paths a partner shows; `all_paths` gives every one.
SHOWN = 5

_OUTSIDE = ("cluster", "region")
_TIE = 1e-12


@dataclass(frozen=True)
class _World:
    """What an answer was told from."""

    index: PathIndex
    tables: Tables
    directory: Directory


@dataclass(frozen=True)
class Partner:
    """One partner: its score with its parts, why, and what is not known of it."""

    id: str
    rank: int
    score: float
    parts: dict[Family, float]
    unknown: tuple[str, ...]  # region, trl, actor_type
    actor: str
    _world: _World = field(repr=False, compare=False)

    @cached_property
    def paths(self) -> tuple[PartnerPath, ...]:
        """The best paths to this partner, with the records behind them; the best of each family is among them."""
        return explain(self._world.index, self._world.tables, self._shown())

    def _shown(self) -> list[Walk]:
        index, start, end = self._world.index, *self._numbers
        best = best_walks(index, start, end, SHOWN)
        present = {walk.metapath.family for walk in best}
        missing = {family for family, part in self.parts.items() if part > 0} - present
        if missing:
            every = sorted(walks(index, start, end), key=lambda walk: (-walk.weight, walk.metapath.name, walk.nodes))
            best += [next(walk for walk in every if walk.metapath.family is family) for family in sorted(missing)]
        return best

    def all_paths(self) -> tuple[PartnerPath, ...]:
        """Return every path to this partner, best first; their weights add up to the parts."""
        found = sorted(walks(self._world.index, *self._numbers), key=lambda walk: -walk.weight)
        return explain(self._world.index, self._world.tables, found)

    def label(self, language: str = "en") -> str:
        """Return the partner's name in a language."""
        return self._world.directory.label(self.id, language)

    def reasons(self, language: str = "en") -> tuple[str, ...]:
        """Return the best paths as sentences, complementarity first."""
        order = list(Family)
        ranked = sorted(self.paths, key=lambda path: order.index(path.metapath.family))
        return tuple(path.sentence(self._world.directory, language) for path in ranked)

    def why(self, language: str = "en") -> str:
        """Return the reason in one sentence: the best path of the family that says most."""
        return self.reasons(language)[0]

    @cached_property
    def already(self) -> dict[str, tuple[str, ...]]:
        """What the two share already: `projects` and `clusters`, as ids."""
        index, (start, end) = self._world.index, self._numbers
        found = {}
        for name, kind, relations in (
            ("projects", Kind.PROJECT, IN_PROJECT),
            ("clusters", Kind.CLUSTER, IN_CLUSTER),
        ):
            mine, theirs = (joined(index, number, kind, relations) for number in (start, end))
            found[name] = tuple(index.id(kind, number) for number in np.intersect1d(mine, theirs))
        return found

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """Return the partner as plain values for JSON."""
        directory = self._world.directory
        entity = directory.get(self.id)
        regions = joined(self._world.index, self._numbers[1], Kind.REGION, (Relation.LOCATED_IN,))
        named = [self._world.index.id(Kind.REGION, number) for number in regions]
        type = entity.attributes.get("actor_type")
        return {
            "rank": self.rank,
            "id": self.id,
            "label": entity.label(language),
            "actor_type": concept_label("actor-types", type, language) if type else None,
            "regions": [{"id": id, "label": directory.label(id, language)} for id in named],
            "trl": self.trl,
            "score": self.score,
            "parts": {str(family): part for family, part in self.parts.items()},
            "why": self.why(language),
            "reasons": [
                {
                    "metapath": path.metapath.name,
                    "family": str(path.metapath.family),
                    "sentence": path.sentence(directory, language),
                    "weight": path.weight,
                    "nodes": [{"id": id, "label": directory.label(id, language)} for id in path.nodes],
                    "edges": [edge.to_dict(directory, language) for edge in path.edges],
                }
                for path in self.paths
            ],
            "already": {
                name: [{"id": id, "label": directory.label(id, language)} for id in ids]
                for name, ids in self.already.items()
            },
            "already_said": self.already_said(language),
            "unknown": list(self.unknown),
            "unknown_said": [say(f"answer.unknown-{what}", language) for what in self.unknown],
        }

    def already_said(self, language: str = "en") -> list[str]:
        """Return what the two share already as sentences."""
        names = {
            what: [self._world.directory.label(id, language) for id in ids] for what, ids in self.already.items() if ids
        }
        return [say(f"answer.already-{what}", language, who=listed(them, language)) for what, them in names.items()]

    @property
    def trl(self) -> int | None:
        """The best known TRL of the platforms that the partner operates or is partner in."""
        return int(self._world.index.trl[self._numbers[1]]) or None

    @property
    def _numbers(self) -> tuple[int, int]:
        index = self._world.index
        start, end = index.number(Kind.ACTOR, self.actor), index.number(Kind.ACTOR, self.id)
        if start is None or end is None:
            raise NotFound(f"{self.actor!r} or {self.id!r} is not in the index")
        return start, end


@dataclass(frozen=True)
class Partners(Sequence[Partner]):
    """Partners for one actor, best first; `unknown` are those whom a filter could not decide on, ranked apart."""

    actor: str
    wishes: dict[str, Any]
    found: tuple[Partner, ...]
    total: int
    unknown: tuple[Partner, ...]
    unknown_total: int
    _world: _World = field(repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.found)

    @overload
    def __getitem__(self, place: int) -> Partner: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Partner, ...]: ...
    def __getitem__(self, place: int | slice) -> Partner | tuple[Partner, ...]:
        return self.found[place]

    def __iter__(self) -> Iterator[Partner]:
        return iter(self.found)

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """Return the answer as plain values for JSON: the HTTP door and the CLI give this very thing."""
        check_language(language)
        _explain_together(self._world, (*self.found, *self.unknown))
        return {
            "actor": {"id": self.actor, "label": self._world.directory.label(self.actor, language)},
            "language": language,
            "wishes": self.wishes,
            "weights": {str(family): weight for family, weight in FAMILY_WEIGHTS.items()},
            "total": self.total,
            "partners": [partner.to_dict(language) for partner in self.found],
            "unknown_total": self.unknown_total,
            "unknown": [partner.to_dict(language) for partner in self.unknown],
        }

    def to_frame(self, language: str = "en") -> pl.DataFrame:
        """Return one row for each partner: its place, score and parts, why, what they share, what is not known."""
        _explain_together(self._world, self.found)
        rows = [
            {
                "rank": partner.rank,
                "id": partner.id,
                "label": partner.label(language),
                "score": partner.score,
                **{str(family): partner.parts[family] for family in Family},
                "why": partner.why(language),
                "already": " ".join(partner.already_said(language)),
                "unknown": list(partner.unknown),
            }
            for partner in self.found
        ]
        numbers = dict.fromkeys(("score", *(str(family) for family in Family)), pl.Float64)
        schema: dict[str, Any] = {"rank": pl.Int64, "id": pl.String, "label": pl.String, **numbers}
        schema |= {"why": pl.String, "already": pl.String, "unknown": pl.List(pl.String)}
        return pl.DataFrame(rows, schema=schema)

    def to_networkx(self, language: str = "en") -> nx.MultiDiGraph:
        """Return the shown paths to all partners as a graph; edges have `relation` and their `records`."""
        import networkx as nx

        graph = nx.MultiDiGraph(actor=self.actor)
        directory = self._world.directory
        _explain_together(self._world, self.found)
        for partner in self.found:
            for path in partner.paths:
                for id in path.nodes:
                    graph.add_node(id, label=directory.label(id, language), kind=str(directory.kind(id)))
                for edge in path.edges:
                    records = tuple(evidence.record for evidence in edge.evidence)
                    graph.add_edge(
                        edge.subject, edge.object, key=str(edge.relation), relation=str(edge.relation), records=records
                    )
        return graph


def find_partners(
    index: PathIndex,
    tables: Tables,
    directory: Directory,
    actor: str,
    *,
    outside: str | Sequence[str] | None = None,
    region: str | None = None,
    actor_type: str | None = None,
    min_trl: int | None = None,
    limit: int = 10,
    offset: int = 0,
) -> Partners:
    """Return partners for an actor (an id), best first; ties go by id.

    `outside` is "cluster" (shares no cluster with the actor), "region" (is in none of its regions), or both; `region`
    is a region's id; `actor_type` a code of the scheme; `min_trl` 1–9, the best known TRL of the partner's platforms.
    Raises NotFound and InvalidArgument.
    """
    number = index.number(Kind.ACTOR, actor)
    if number is None:
        raise NotFound(f"there is no actor with the id {actor!r}")
    sides = (outside,) if isinstance(outside, str) else tuple(outside or ())
    _check(directory, sides, region, actor_type, min_trl, limit, offset)
    scores = score(index, number)
    total = np.zeros(index.actors)
    for family, weight in FAMILY_WEIGHTS.items():
        total += weight * scores.parts[family]
    passed, undecided = decide(
        index,
        number,
        np.flatnonzero(total > 0),
        outside=sides,
        region=region,
        actor_type=actor_type,
        min_trl=min_trl,
    )
    world = _World(index, tables, directory)
    wishes = {"outside": list(sides), "region": region, "actor_type": actor_type, "min_trl": min_trl}

    def ranked(those: npt.NDArray[np.int64]) -> tuple[Partner, ...]:
        best = top(total, those, offset + limit)[offset:]
        return tuple(
            _partner(world, actor, int(each), rank, float(total[each]), scores)
            for rank, each in enumerate(best, offset + 1)
        )

    return Partners(
        actor,
        wishes | {"limit": limit, "offset": offset},
        ranked(passed),
        len(passed),
        ranked(undecided),
        len(undecided),
        world,
    )


def top(total: npt.NDArray[np.float64], those: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.int64]:
    """Return the numbers with the highest totals, best first; ties go by number, which is the order of ids.

    Totals that differ by less than 1e-12 are a tie: they are sums of the same weights in another order.
    """
    if len(those) > 4 * most:
        # Everything that ties with the last place stays in, so that the tie is broken by id and not by chance.
        bar = np.partition(total[those], len(those) - most)[len(those) - most]
        those = those[total[those] >= bar - _TIE]
    return those[np.lexsort((those, -np.round(total[those], 12)))][:most]


def _explain_together(world: _World, partners: Sequence[Partner]) -> None:
    """Fill in the paths of many partners at once: the records are then looked up once, and not for each partner."""
    shown = [(partner, partner._shown()) for partner in partners if "paths" not in vars(partner)]
    told = iter(explain(world.index, world.tables, [walk for _, best in shown for walk in best]))
    for partner, best in shown:
        vars(partner)["paths"] = tuple(islice(told, len(best)))


def _check(
    directory: Directory,
    sides: tuple[str, ...],
    region: str | None,
    actor_type: str | None,
    min_trl: int | None,
    limit: int,
    offset: int,
) -> None:
    for side in sides:
        if side not in _OUTSIDE:
            raise InvalidArgument(f"outside must be {' or '.join(_OUTSIDE)}, not {side!r}")
    if region is not None and directory.kinds.get(region) is not Kind.REGION:
        raise NotFound(f"there is no region with the id {region!r}")
    if actor_type is not None and actor_type not in codes("actor-types"):
        known = ", ".join(sorted(codes("actor-types")))
        raise InvalidArgument(f"there is no actor type {actor_type!r}; there are {known}")
    if min_trl is not None and not 1 <= min_trl <= 9:
        raise InvalidArgument(f"a TRL is between 1 and 9, not {min_trl}")
    if limit < 1 or offset < 0:
        raise InvalidArgument(f"limit must be at least 1 and offset at least 0, not {limit} and {offset}")


def _partner(world: _World, actor: str, number: int, rank: int, score: float, scores: Scores) -> Partner:
    index = world.index
    located = index.arrays[Relation.LOCATED_IN, Kind.ACTOR, Kind.REGION, True]
    missing = (
        ("region", not len(located.neighbours(number))),
        ("trl", not index.trl[number]),
        ("actor_type", index.actor_types[number] is None),
    )
    return Partner(
        index.id(Kind.ACTOR, number),
        rank,
        score,
        {family: float(scores.parts[family][number]) for family in Family},
        tuple(name for name, is_missing in missing if is_missing),
        actor,
        world,
    )
