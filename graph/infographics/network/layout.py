"""What stands where in an interactive network: nodes at their places and the edges between them, from the graph."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.stores.entities import Entity
from graph.stores.generation import Generation
from graph.stores.standing import standing, with_standing
from ontology.facts import in_language
from ontology.metagraph import Kind, Relation
from ontology.texts import say, show_date
from ontology.vocabulary import check_language, name, role_label

#: Shape and colour by kind: never colour alone. All colours are at least 4.5:1 on white.
LOOKS: Mapping[Kind, tuple[str, str]] = {
    Kind.STAGE: ("box", "#1F4E79"),
    Kind.ACTOR: ("dot", "#00695C"),
    Kind.PLATFORM: ("square", "#7B3F00"),
    Kind.COMPETENCE: ("diamond", "#6A1B9A"),
    Kind.CLUSTER: ("hexagon", "#9A1750"),
    Kind.PROJECT: ("triangle", "#37474F"),
}

Place = tuple[float, float]


@dataclass(frozen=True)
class Node:
    """Something in the network; `place` is in pixels."""

    id: str
    kind: Kind
    label: str
    place: Place


@dataclass(frozen=True)
class Edge:
    """A link from one node to another by their ids: what it says, and the record that states it."""

    start: str
    end: str
    says: str
    dashed: bool
    record: str


@dataclass(frozen=True)
class NetworkLayout:
    """A laid-out network, every string in its language; `note` says where the data comes from."""

    title: str
    language: str
    note: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def lay_out_chain(generation: Generation, chain: str, language: str) -> NetworkLayout:
    """Lay out a value chain: stages in a row, what they require above, who works in them below."""
    check_language(language)
    tables, directory = generation.tables, generation.directory
    parts = tables.link(Relation.PART_OF)
    stages = [s for s, o in parts.select("subject", "object").iter_rows() if o == chain]
    stages.sort(key=lambda id: (directory.get(id).attributes.get("position", 0), id))
    places: dict[str, Place] = {stage: (place * 360.0, (place % 2) * 70.0) for place, stage in enumerate(stages)}
    rows: dict[tuple[str, int], int] = defaultdict(int)
    edges = []
    for relation, above in ((Relation.FEEDS, 0), (Relation.WORKS_IN, 1), (Relation.REQUIRES, -1)):
        for row in tables.link(relation).iter_rows(named=True):
            stage, other = (row["subject"], row["object"]) if above <= 0 else (row["object"], row["subject"])
            if stage not in stages or (relation is Relation.FEEDS and other not in stages):
                continue
            if other not in places:
                rows[stage, above] += 1
                x, step = places[stage][0], rows[stage, above]
                places[other] = (x + (95 if step % 2 else -95), above * (190.0 + 96.0 * (step - 1)))
            edges.append(_edge(row, relation, language))
    return _layout(generation, directory.label(chain, language), language, places, edges)


def lay_out_cluster(generation: Generation, cluster: str, language: str) -> NetworkLayout:
    """Lay out a cluster: its members around it, and around them what they do and know."""
    check_language(language)
    tables = generation.tables
    rows: list[tuple[Relation, dict[str, Any]]] = []
    ring: dict[str, None] = {}
    for relation in (Relation.COORDINATES, Relation.MEMBER_OF, Relation.RELATED_TO):
        for row in tables.link(relation).iter_rows(named=True):
            if cluster in (row["subject"], row["object"]):
                other = row["object"] if row["subject"] == cluster else row["subject"]
                if generation.directory.kind(other) in LOOKS:
                    rows.append((relation, row))
                    ring[other] = None
    inner = sorted(ring, key=lambda id: (generation.directory.label(id, language), id))
    angles = {id: 2 * math.pi * place / max(1, len(inner)) for place, id in enumerate(inner)}
    joined: dict[str, list[float]] = defaultdict(list)
    for relation in (Relation.OPERATES, Relation.PARTICIPATES_IN, Relation.HAS_COMPETENCE):
        for row in tables.link(relation).iter_rows(named=True):
            if row["subject"] in angles:
                rows.append((relation, row))
                joined[row["object"]].append(angles[row["subject"]])
    outer = sorted(joined, key=lambda id: (_mean_angle(joined[id]), id))
    near = max(210.0, 24.0 * len(inner))
    far = max(near + 190.0, 19.0 * len(outer))
    places: dict[str, Place] = {cluster: (0.0, 0.0)}
    places |= {id: _polar(near, angle) for id, angle in angles.items()}
    spread = [2 * math.pi * place / len(outer) for place in range(len(outer))]
    # Evenly around, and turned so that they stand as near as can be to those whom they belong to.
    turn = _mean_angle([_mean_angle(joined[id]) - angle for id, angle in zip(outer, spread, strict=True)])
    places |= {
        id: _polar(far + (110 if place % 2 else 0), spread[place] + turn)
        for place, id in enumerate(outer)
        if id not in places
    }
    edges = [_edge(row, relation, language) for relation, row in rows]
    return _layout(generation, generation.directory.label(cluster, language), language, places, edges)


def _mean_angle(angles: list[float]) -> float:
    x, y = sum(map(math.cos, angles)), sum(map(math.sin, angles))
    return round(math.atan2(y, x) % (2 * math.pi), 6)


def _polar(radius: float, angle: float) -> Place:
    # Wider than high, as a screen is and as names are.
    return round(1.9 * radius * math.cos(angle), 1), round(radius * math.sin(angle), 1)


def _edge(row: Mapping[str, Any], relation: Relation, language: str) -> Edge:
    says = name(relation, language)
    if flow := in_language(row, "name", language):
        says = flow[0]
    elif role := row.get("role"):
        says = f"{says}: {role_label(role, language)}"
    dashed = row.get("flow_kind") in ("loop", "information", "service") or standing(row, language) is not None
    says = with_standing(says, row, language)
    return Edge(row["subject"], row["object"], says, dashed, f"{row['source']}/{row['record']}")


def _node(entity: Entity, place: Place, language: str) -> Node:
    return Node(entity.id, entity.kind, with_standing(entity.label(language), entity.attributes, language), place)


def _layout(
    generation: Generation, title: str, language: str, places: Mapping[str, Place], edges: Iterable[Edge]
) -> NetworkLayout:
    directory = generation.directory
    nodes = tuple(_node(directory.get(id), place, language) for id, place in places.items())
    day = max(source.retrieved for source in generation.tables.sources)
    sources = "; ".join(f"{source.title}, {source.licence}" for source in generation.tables.sources)
    note = say("network.note", language, sources=sources, day=show_date(day, language), generation=generation.name)
    return NetworkLayout(title, language, note, nodes, tuple(edges))
