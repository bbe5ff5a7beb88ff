"""What stands where in an interactive network: nodes at their places and the edges between them, from the graph."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from graph.infographics.text import told
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

#: What a screen shows before nobody can read it: stages, those around a stage or a cluster, all nodes, all links.
MOST_STAGES, MOST_AROUND, MOST_NODES, MOST_LINKS = 40, 60, 480, 2000

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
    """A laid-out network, every string in its language; `note` says where it is from, `left_out` what has no room."""

    title: str
    language: str
    note: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: str = ""


def lay_out_chain(generation: Generation, chain: str, language: str) -> NetworkLayout:
    """Lay out a value chain: stages in a row, what they require above, who works in them below."""
    check_language(language)
    tables = generation.tables
    parts = tables.scan(Relation.PART_OF).filter(pl.col("object") == chain).select(id="subject")
    known = tables.scan(Kind.STAGE).select("id", "position").unique("id", keep="first", maintain_order=True)
    ordered = known.join(parts.unique(), on="id", how="semi").sort("position", "id", nulls_last=True)
    everything = ordered.collect()["id"]
    stages = everything.head(MOST_STAGES)
    places: dict[str, Place] = {stage: (place * 360.0, (place % 2) * 70.0) for place, stage in enumerate(stages)}
    around = min(MOST_AROUND, MOST_NODES // (2 * max(1, stages.len())))
    drawing = _Drawing(generation, chain, language, places)
    drawing.hidden = everything.len() - stages.len()
    for relation, stage, other, above in (
        (Relation.FEEDS, "subject", "object", 0),
        (Relation.WORKS_IN, "object", "subject", 1),
        (Relation.REQUIRES, "subject", "object", -1),
    ):
        links = tables.scan(relation).filter(pl.col(stage).is_in(everything.implode()))
        if not above:
            links = links.filter(pl.col(other).is_in(everything.implode()))
        rows = links.collect()
        if above:
            new = rows.filter(pl.col(stage).is_in(stages.implode()) & ~pl.col(other).is_in(list(places)))
            first = new.select(stage, other).unique(other, keep="first", maintain_order=True)
            steps = first.with_columns(step=pl.int_range(1, pl.len() + 1).over(stage))
            for at, id, step in steps.filter(pl.col("step") <= around).iter_rows():
                places[id] = (places[at][0] + (95 if step % 2 else -95), above * (190.0 + 96.0 * (step - 1)))
            drawing.hidden += rows.filter(~pl.col(other).is_in(list(places)))[other].n_unique()
        drawing.join(relation, rows)
    return drawing.layout()


def lay_out_cluster(generation: Generation, cluster: str, language: str) -> NetworkLayout:
    """Lay out a cluster: its members around it, and around them what they do and know."""
    check_language(language)
    tables, directory = generation.tables, generation.directory
    clusters = tables.scan(Kind.CLUSTER).select("id").unique().collect()["id"]
    # Who is joined to a cluster is an actor or a cluster; what a cluster itself joins may be a network too.
    outward = (pl.col("subject") == cluster) & pl.col("object").is_in(clusters.implode())
    own = [
        (relation, tables.scan(relation).filter((pl.col("object") == cluster) | outward).collect())
        for relation in (Relation.COORDINATES, Relation.MEMBER_OF, Relation.RELATED_TO)
    ]
    near_by = pl.when(pl.col("subject") == cluster).then("object").otherwise("subject").alias("id")
    ring: pl.Series = pl.concat([rows.select(near_by) for _, rows in own]).to_series().unique(maintain_order=True)
    inner = sorted(ring.head(MOST_AROUND), key=lambda id: (directory.label(id, language), id))
    angles = {id: 2 * math.pi * place / max(1, len(inner)) for place, id in enumerate(inner)}
    theirs = [
        (relation, tables.scan(relation).filter(pl.col("subject").is_in(inner)).collect())
        for relation in (Relation.OPERATES, Relation.PARTICIPATES_IN, Relation.HAS_COMPETENCE)
    ]
    # What most of them share says most of the cluster.
    counted = pl.concat([rows.select("object") for _, rows in theirs]).to_series().value_counts()
    shared = counted.sort("count", "object", descending=[True, False])["object"]
    joined: dict[str, list[float]] = {id: [] for id in shared.head(MOST_NODES)}
    for _, rows in theirs:
        for subject, object in rows.select("subject", "object").iter_rows():
            if object in joined:
                joined[object].append(angles[subject])
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
    drawing = _Drawing(generation, cluster, language, places)
    drawing.hidden = ring.len() - len(inner) + shared.len() - len(outer)
    for relation, rows in (*own, *theirs):
        drawing.join(relation, rows)
    return drawing.layout()


class _Drawing:
    """A network in the making: what has its place, and the links among it; the rest is counted."""

    def __init__(self, generation: Generation, about: str, language: str, places: dict[str, Place]) -> None:
        self.generation, self.about, self.language, self.places = generation, about, language, places
        self.edges: list[Edge] = []
        self.hidden = self.hidden_links = 0

    def join(self, relation: Relation, rows: pl.DataFrame) -> None:
        """Draw those of the links that join what has its place, while there is room."""
        placed = list(self.places)
        drawn = rows.filter(pl.col("subject").is_in(placed) & pl.col("object").is_in(placed))
        drawn = drawn.head(MOST_LINKS - len(self.edges))
        self.hidden_links += rows.height - drawn.height
        self.edges += [_edge(row, relation, self.language) for row in drawn.iter_rows(named=True)]

    def layout(self) -> NetworkLayout:
        """Return the network, with what is not in it said in words."""
        directory, language, sources = self.generation.directory, self.language, self.generation.tables.sources
        nodes = tuple(_node(directory.get(id), place, language) for id, place in self.places.items())
        day = max(source.retrieved for source in sources)
        said = "; ".join(f"{source.title}, {source.licence}" for source in sources)
        note = say(
            "network.note", language, sources=said, day=show_date(day, language), generation=self.generation.name
        )
        if self.hidden or self.hidden_links:
            left_out = say("network.left-out", language, nodes=self.hidden, links=self.hidden_links)
        else:
            left_out = ""
        title = told(directory.label(self.about, language)) or self.about
        return NetworkLayout(title, language, note, nodes, tuple(self.edges), left_out)


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
    return Edge(row["subject"], row["object"], told(says), dashed, told(f"{row['source']}/{row['record']}"))


def _node(entity: Entity, place: Place, language: str) -> Node:
    label = told(with_standing(entity.label(language), entity.attributes, language)) or entity.id
    return Node(entity.id, entity.kind, label, place)
