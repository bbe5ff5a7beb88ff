"""Small worlds from pairs, and partners the slow way: every path walked one by one over a networkx graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import networkx as nx
import polars as pl
from hypothesis import strategies as st

from graph.questions.partner_answer import Partners
from graph.questions.partners import find_partners
from graph.questions.wishes import understood
from graph.stores.generation import Generation
from ontology.facts import Batch, Source, Tables
from ontology.metagraph import RELATIONS, Kind, Relation
from ontology.metapaths import DAMPING, METAPATHS, Family, Metapath

Pairs = Mapping[Relation, Iterable[tuple[str, str]]]

#: What the first letter of an id of a small world says.
KINDS = {
    "a": Kind.ACTOR, "c": Kind.CLUSTER, "p": Kind.PLATFORM, "k": Kind.COMPETENCE, "s": Kind.STAGE,
    "j": Kind.PROJECT, "r": Kind.REGION, "n": Kind.NETWORK, "t": Kind.ASSESSMENT, "v": Kind.VALUE_CHAIN,
}  # fmt: skip


def small_world(
    links: Pairs,
    said: Mapping[str, Mapping[str, Any]] | None = None,
    source: str = "small",
) -> Batch:
    """Return a batch of these links, and of the entities at their ends; `said` has attributes by id."""
    said = said or {}
    ids = {id for pairs in links.values() for pair in pairs for id in pair} | set(said)
    entities = {
        kind: pl.DataFrame(
            [
                {"id": id, "label_en": f"The {id}", "method": "stated", "record": f"{kind}.csv#row={row}"}
                | dict(said.get(id, {}))
                for row, id in enumerate(sorted(id for id in ids if KINDS[id[0]] is kind), 2)
            ],
            infer_schema_length=None,
        )
        for kind in sorted({KINDS[id[0]] for id in ids})
    }
    frames = {
        relation: pl.DataFrame(
            [
                {"subject": s, "object": o, "record": f"{relation}.csv#row={row}", "method": "stated"}
                | ({"name_en": f"flow {s}{o}"} if relation is Relation.FEEDS else {})
                for row, (s, o) in enumerate(pairs, 2)
            ]
        )
        for relation, pairs in ((relation, list(pairs)) for relation, pairs in links.items())
        if pairs
    }
    return Batch(Source(source, "A small world", "nobody", "CC0", None, date(2026, 1, 1), "0" * 64), entities, frames)


def of(links: Pairs, said: Mapping[str, Mapping[str, Any]] | None = None) -> Tables:
    """Return the tables of a small world."""
    return Tables.of([small_world(links, said)])


def generation_of(tables: Tables) -> Generation:
    """Return a generation in memory of these tables."""
    return Generation(tables, {"generation": 0, "sources": []})


def ask(told: Tables | Generation, actor: str, **wishes: Any) -> Partners:
    """Return the partners of an actor in these tables, or in this generation of them."""
    generation = told if isinstance(told, Generation) else generation_of(told)
    filters, page, _ = understood(generation.directory, **wishes)
    return find_partners(generation, actor, filters, *page)


_HOW_MANY = {"a": 6, "c": 2, "p": 3, "k": 3, "s": 3, "j": 2, "r": 2, "n": 1, "t": 0, "v": 0}
_LETTERS = {kind: letter for letter, kind in KINDS.items()}


@st.composite
def small_worlds(draw: st.DrawFn) -> Tables:
    """Draw a world of six actors: any pairs that the metagraph allows, some of them twice, some to themselves."""
    links: dict[Relation, list[tuple[str, str]]] = {}
    for relation, spec in RELATIONS.items():
        allowed = [
            (f"{_LETTERS[start]}{i}", f"{_LETTERS[end]}{j}")
            for start, end in spec.ends
            if start in _LETTERS and end in _LETTERS
            for i in range(_HOW_MANY[_LETTERS[start]])
            for j in range(_HOW_MANY[_LETTERS[end]])
        ]
        if allowed:
            links[relation] = draw(st.lists(st.sampled_from(allowed), max_size=14))
    said: dict[str, dict[str, Any]] = {f"a{i}": {} for i in range(_HOW_MANY["a"])}
    return of(links, said)


class Reference:
    """Degree-weighted path counts by enumeration (Himmelstein et al. 2017, eLife 6:e26726), sharing no code."""

    def __init__(self, tables: Tables) -> None:
        kinds = {id: kind for kind, frame in tables.entities.items() for id in frame["id"]}
        self.graph = nx.MultiDiGraph()
        self.graph.add_nodes_from((id, {"kind": kind}) for id, kind in kinds.items())
        for relation, frame in tables.links.items():
            for subject, object in frame.select("subject", "object").iter_rows():
                self.graph.add_edge(subject, object, key=relation)  # the same key twice is one edge

    def _near(self, id: str, relation: Relation, forward: bool, kind: Kind) -> list[str]:
        edges = self.graph.out_edges(id, keys=True) if forward else self.graph.in_edges(id, keys=True)
        ends = [(v if forward else u) for u, v, key in edges if key is relation]
        return [end for end in ends if end != id and self.graph.nodes[end]["kind"] is kind]

    def paths(self, metapath: Metapath, start: str) -> Iterator[tuple[tuple[str, ...], float]]:
        """Yield every simple path of a metapath from an actor, with its weight."""

        def walk(nodes: tuple[str, ...], weight: float) -> Iterator[tuple[tuple[str, ...], float]]:
            place = len(nodes) - 1
            if place == len(metapath.steps):
                yield nodes, weight * metapath.weight
                return
            step, here, there = metapath.steps[place], metapath.kinds[place], metapath.kinds[place + 1]
            ahead = self._near(nodes[-1], step.relation, step.forward, there)
            for node in ahead:
                if node not in nodes:
                    back = self._near(node, step.relation, not step.forward, here)
                    yield from walk((*nodes, node), weight * (len(ahead) * len(back)) ** -DAMPING[step.relation])

        yield from walk((start,), 1.0)

    def parts(self, start: str) -> dict[str, dict[Family, float]]:
        """Return the parts of every actor that a path leads to."""
        found: dict[str, dict[Family, float]] = defaultdict(lambda: dict.fromkeys(Family, 0.0))
        for metapath in METAPATHS:
            for nodes, weight in self.paths(metapath, start):
                found[nodes[-1]][metapath.family] += weight
        return dict(found)
