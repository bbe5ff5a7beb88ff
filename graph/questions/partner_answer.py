"""Partners as an answer: why, with the records behind it, and what is not known; as JSON, a frame and a graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import polars as pl

from graph.paths.explain import IndexPath, PartnerPath, best_paths, explain, paths_between
from graph.paths.filters import IN_CLUSTER, IN_PROJECT, Filters, joined
from graph.questions.taken import Taking, taken_said
from graph.stores.generation import Generation
from graph.stores.places import Place, places
from graph.stores.standing import standing
from ontology.errors import NotFound
from ontology.metagraph import Kind
from ontology.metapaths import FAMILY_WEIGHTS, Family
from ontology.texts import listed, say
from ontology.vocabulary import check_language, concept_label

if TYPE_CHECKING:
    import networkx as nx

    from graph import shapes

#: How many paths a partner shows; `all_paths` gives every one.
SHOWN = 5


@dataclass(frozen=True)
class Partner:
    """One partner: its score with its parts, why, and what is not known of it."""

    id: str
    rank: int
    score: float
    parts: dict[Family, float]
    unknown: tuple[str, ...]  # region, trl, actor_type
    actor: str
    generation: Generation = field(repr=False, compare=False)

    @cached_property
    def paths(self) -> tuple[PartnerPath, ...]:
        """The best paths to this partner, with the records behind them; the best of each family is among them."""
        return explain(self.generation.paths, self.generation.tables, self._shown())

    def _shown(self) -> list[IndexPath]:
        index, start, end = self.generation.paths, *self._numbers
        best = best_paths(index, start, end, SHOWN)
        present = {path.metapath.family for path in best}
        missing = {family for family, part in self.parts.items() if part > 0} - present
        if missing:
            every = sorted(
                paths_between(index, start, end), key=lambda path: (-path.weight, path.metapath.name, path.nodes)
            )
            best += [next(path for path in every if path.metapath.family is family) for family in sorted(missing)]
        return best

    def all_paths(self) -> tuple[PartnerPath, ...]:
        """Return every path to this partner, best first; their weights add up to the parts."""
        index = self.generation.paths
        found = sorted(paths_between(index, *self._numbers), key=lambda path: -path.weight)
        return explain(index, self.generation.tables, found)

    def label(self, language: str = "en") -> str:
        """Return the partner's name in a language."""
        return self.generation.directory.label(self.id, language)

    def reasons(self, language: str = "en") -> tuple[str, ...]:
        """Return the best paths as sentences, complementarity first."""
        return tuple(path.sentence(self.generation.directory, language) for path in self._ranked)

    @property
    def _ranked(self) -> list[PartnerPath]:
        order = list(Family)
        return sorted(self.paths, key=lambda path: order.index(path.metapath.family))

    def why(self, language: str = "en") -> str:
        """Return the reason in one sentence: the best path of the family that says most."""
        return self.reasons(language)[0]

    @cached_property
    def already(self) -> dict[str, tuple[str, ...]]:
        """What the two share already: `projects` and `clusters`, as ids."""
        index, (start, end) = self.generation.paths, self._numbers
        found = {}
        for name, kind, relations in (
            ("projects", Kind.PROJECT, IN_PROJECT),
            ("clusters", Kind.CLUSTER, IN_CLUSTER),
        ):
            mine, theirs = (joined(index, number, kind, relations) for number in (start, end))
            found[name] = tuple(index.id(kind, number) for number in np.intersect1d(mine, theirs))
        return found

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The regions that the partner has its seat or a site in."""
        return places(self.generation.tables, [self.id]).get(self.id, ())

    def to_dict(self, language: str = "en") -> shapes.Partner:
        """Return the partner as plain values for JSON."""
        directory = self.generation.directory
        entity = directory.get(self.id)
        return {
            "rank": self.rank,
            "id": self.id,
            "label": entity.label(language),
            "actor_type": entity.attributes.get("actor_type"),
            "actor_type_label": entity.attribute_labels(language).get("actor_type"),
            "regions": [place.to_dict(directory, language) for place in self.places],
            "trl": self.trl,
            "score": self.score,
            "parts": dict(self.parts),
            "why": self.why(language),
            "reasons": [
                {
                    "metapath": path.metapath.name,
                    "family": path.metapath.family,
                    "family_label": say(f"family.{path.metapath.family}", language),
                    "sentence": path.sentence(directory, language),
                    "weight": path.weight,
                    "nodes": [directory.named(id, language) for id in path.nodes],
                    "edges": [edge.to_dict(directory, language) for edge in path.edges],
                }
                for path in self.paths
            ],
            "already": {
                "projects": [directory.named(id, language) for id in self.already["projects"]],
                "clusters": [directory.named(id, language) for id in self.already["clusters"]],
            },
            "already_said": self.already_said(language),
            "standing_said": self.standing_said(language),
            "unknown": list(self.unknown),
            "unknown_said": [say(f"answer.unknown-{what}", language) for what in self.unknown],
        }

    def already_said(self, language: str = "en") -> list[str]:
        """Return what the two share already as sentences."""
        label = self.generation.directory.label
        names = {what: [label(id, language) for id in ids] for what, ids in self.already.items() if ids}
        return [say(f"answer.already-{what}", language, who=listed(them, language)) for what, them in names.items()]

    def standing_said(self, language: str = "en") -> list[str]:
        """Return what is planned, historical or of a fate not known of it, and of the roles behind the reason."""
        label = self.generation.directory.label
        found = []
        if words := standing(self.generation.directory.get(self.id).attributes, language):
            found.append(say("answer.standing", language, who=self.label(language), standing=words))
        for edge in self._ranked[0].edges:
            ends = {"who": label(edge.subject, language), "stage": label(edge.object, language)}
            found += [say("answer.standing-role", language, **ends, standing=each) for each in edge.standings(language)]
        return found

    @property
    def trl(self) -> int | None:
        """The best known TRL of the platforms that the partner operates or is partner in."""
        return int(self.generation.paths.trl[self._numbers[1]]) or None

    @property
    def _numbers(self) -> tuple[int, int]:
        index = self.generation.paths
        start, end = index.number(Kind.ACTOR, self.actor), index.number(Kind.ACTOR, self.id)
        if start is None or end is None:
            raise NotFound("not-in-index", id=f"{self.actor}, {self.id}")
        return start, end


@dataclass(frozen=True)
class Partners(Taking, Sequence[Partner]):
    """Partners for one actor, best first; `unknown` are those whom a filter could not decide on, ranked apart."""

    actor: str
    filters: Filters
    limit: int
    offset: int
    found: tuple[Partner, ...]
    total: int
    unknown: tuple[Partner, ...]
    unknown_total: int
    generation: Generation = field(repr=False, compare=False)

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

    def to_dict(self, language: str = "en") -> shapes.Partners:
        """Return the answer as plain values for JSON: the HTTP door and the CLI give this very thing."""
        check_language(language)
        _explain_together(self.generation, (*self.found, *self.unknown))
        region, type = self.filters.region, self.filters.actor_type
        return {
            "actor": self.generation.directory.named(self.actor, language),
            "taken": taken_said(self.taken, language),
            "language": language,
            "wishes": {
                "outside": list(self.filters.outside),
                "region": self.filters.region,
                "region_label": self.generation.directory.label(region, language) if region else None,
                "actor_type": self.filters.actor_type,
                "actor_type_label": concept_label("actor-types", type, language) if type else None,
                "min_trl": self.filters.min_trl,
                "limit": self.limit,
                "offset": self.offset,
            },
            "weights": dict(FAMILY_WEIGHTS),
            "total": self.total,
            "partners": [partner.to_dict(language) for partner in self.found],
            "unknown_total": self.unknown_total,
            "unknown": [partner.to_dict(language) for partner in self.unknown],
        }

    def to_frame(self, language: str = "en") -> pl.DataFrame:
        """Return one row for each partner: its place, score and parts, why, what they share, what is not known."""
        check_language(language)
        _explain_together(self.generation, self.found)
        rows = [
            {
                "rank": partner.rank,
                "id": partner.id,
                "label": partner.label(language),
                "score": partner.score,
                **{str(family): partner.parts[family] for family in Family},
                "why": partner.why(language),
                "already": " ".join(partner.already_said(language)),
                "standing": " ".join(partner.standing_said(language)),
                "unknown": list(partner.unknown),
            }
            for partner in self.found
        ]
        numbers = dict.fromkeys(("score", *(str(family) for family in Family)), pl.Float64)
        schema: dict[str, Any] = {"rank": pl.Int64, "id": pl.String, "label": pl.String, **numbers}
        schema |= {"why": pl.String, "already": pl.String, "standing": pl.String, "unknown": pl.List(pl.String)}
        return pl.DataFrame(rows, schema=schema)

    def to_networkx(self, language: str = "en") -> nx.MultiDiGraph:
        """Return the shown paths to all partners as a graph; edges have `relation` and their `records`."""
        import networkx as nx

        graph = nx.MultiDiGraph(actor=self.actor)
        directory = self.generation.directory
        _explain_together(self.generation, self.found)
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


def _explain_together(generation: Generation, partners: Sequence[Partner]) -> None:
    """Fill in the paths and places of many partners at once, so that tables are read once and not for each of them."""
    shown = [(partner, partner._shown()) for partner in partners if "paths" not in vars(partner)]
    told = iter(explain(generation.paths, generation.tables, [path for _, best in shown for path in best]))
    for partner, best in shown:
        vars(partner)["paths"] = tuple(islice(told, len(best)))
    where = places(generation.tables, [partner.id for partner in partners])
    for partner in partners:
        vars(partner)["places"] = where.get(partner.id, ())
