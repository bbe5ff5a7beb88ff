"""Forms of rule about how entities hang together: ends exist, somebody coordinates, a loop leads back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from ontology.facts import Tables
from ontology.metagraph import KINDS, RELATIONS, Kind, Relation
from ontology.rules.base import (
    ALL_KINDS,
    ALL_RELATIONS,
    Form,
    Shape,
    first_rows,
    found,
    pairs,
    path,
    present,
    sparql,
    targets,
    term,
    together,
)
from ontology.vocabulary import concept_iri

#: How often the ends of a hierarchy are cut off before circles are looked for; few are deeper than this.
_PRUNINGS = 20


def _known(tables: Tables, *kinds: Kind) -> pl.Series:
    """Return the ids of these kinds."""
    return pl.concat([pl.Series("id", [], pl.String), *(tables.entity(kind)["id"] for kind in kinds)]).unique()


def _kinds(tables: Tables) -> pl.DataFrame:
    """Return the `id` and `kind` of every entity."""
    kinds = pl.Enum([str(kind) for kind in ALL_KINDS])
    parts = [pl.DataFrame(schema={"id": pl.String, "kind": kinds})]
    parts += [
        frame.select(pl.col("id").unique()).with_columns(kind=pl.lit(str(kind), kinds))
        for kind, frame in present(tables, ALL_KINDS)
    ]
    return pl.concat(parts)


def _is_in(column: str, ids: pl.Series) -> pl.Expr:
    return pl.col(column).is_in(ids.implode())


def _lacking(tables: Tables, kind: Kind, good: pl.Series) -> pl.DataFrame:
    """Return the first row of each entity of a kind that is not among the good ones."""
    frame = tables.entity(kind).filter(~_is_in("id", good))
    return frame.unique("id", keep="first", maintain_order=True)


def _one_of(kinds: tuple[Kind, ...]) -> str:
    """Return the SHACL for: each value is of one of these kinds."""
    if len(kinds) == 1:
        return f"sh:class {KINDS[kinds[0]].term}"
    return f"sh:or ( {' '.join(f'[ sh:class {KINDS[kind].term} ]' for kind in kinds)} )"


def _blocks(ends: Iterable[tuple[Kind, Kind]]) -> list[tuple[tuple[Kind, ...], tuple[Kind, ...]]]:
    """Return pairs of kinds as fewer pairs of sets: those with the same subjects are put together."""
    subjects: dict[Kind, tuple[Kind, ...]] = {}
    for subject, object in ends:
        subjects[object] = (*subjects.get(object, ()), subject)
    blocks: dict[tuple[Kind, ...], tuple[Kind, ...]] = {}
    for object, own in subjects.items():
        blocks[own] = (*blocks.get(own, ()), object)
    return list(blocks.items())


@dataclass(frozen=True, slots=True)
class EndsExist(Form):
    """Both ends of every link are in the data."""

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the links with an unknown end; the value is that end. One left out is the business of `EndsSaid`."""
        known = _kinds(tables).select("id")
        return together(
            found(frame.filter(pl.col(end) != "").join(known, left_on=end, right_on="id", how="anti"), relation, end)
            for relation, frame in present(tables, ALL_RELATIONS)
            for end in ("subject", "object")
        )

    def shape(self) -> Shape:
        """Return a node shape that asks each end for one of our classes."""
        classes = " ".join(KINDS[kind].term for kind in ALL_KINDS)
        one_of_ours = f"sh:qualifiedValueShape [ sh:in ( {classes} ) ] ; sh:qualifiedMinCount 1"
        ends = [
            f"[ sh:path ( {path(terms)} rdf:type ) ; {one_of_ours} ]"
            for terms in (
                [spec.subject_term for spec in RELATIONS.values()],
                [spec.object_term for spec in RELATIONS.values()],
            )
        ]
        return Shape("sh:NodeShape", targets(ALL_RELATIONS), (f"sh:and ( {' '.join(ends)} )",))


@dataclass(frozen=True, slots=True)
class EndsAllowed(Form):
    """The ends of a link are of kinds that it may join; unknown ends are the business of `EndsExist`."""

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the links between kinds that they may not join."""
        kinds = _kinds(tables)
        rows = ((relation, tables.links.get(relation)) for relation in ALL_RELATIONS)
        return together(self._wrong(relation, frame, kinds) for relation, frame in rows if frame is not None)

    def _wrong(self, relation: Relation, frame: pl.DataFrame, kinds: pl.DataFrame) -> pl.DataFrame:
        may = pl.DataFrame(
            [(str(subject), str(object)) for subject, object in RELATIONS[relation].ends],
            schema={"kind": kinds["kind"].dtype, "kind_right": kinds["kind"].dtype},
            orient="row",
        )
        ends = (
            frame.select("subject", "object")
            .with_row_index("row")
            .join(kinds, left_on="subject", right_on="id")
            .join(kinds, left_on="object", right_on="id")
            .drop("subject", "object")
        )
        good = ends.join(may, on=["kind", "kind_right"], how="semi")
        if good.height == ends.height:  # as a rule all are
            return together([])
        wrong = ends.join(good, on="row", how="anti")["row"].unique().sort()
        return found(frame[wrong], relation, "object")

    def shape(self) -> Shape:
        """Return a node shape: an alternative for what each relation may join, and one for unknown ends."""
        allowed = [
            f"[ sh:property [ sh:path av:linkRelation ; sh:hasValue {spec.term} ] , "
            f"[ sh:path {spec.subject_term} ; {_one_of(subjects)} ] , "
            f"[ sh:path {spec.object_term} ; {_one_of(objects)} ] ]"
            for spec in RELATIONS.values()
            for subjects, objects in _blocks(spec.ends)
        ]
        alternatives = "\n        ".join([*allowed, "[ sh:not av:shape-link-ends-exist ]"])
        return Shape("sh:NodeShape", targets(ALL_RELATIONS), (f"sh:or (\n        {alternatives}\n    )",))


@dataclass(frozen=True, slots=True)
class AtLeast(Form):
    """Everything of a kind has at least `n` links of a relation, leading in or out, to different others."""

    kind: Kind
    relation: Relation
    direction: Literal["in", "out"]
    n: int = 1

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return what has fewer."""
        here, there = ("object", "subject") if self.direction == "in" else ("subject", "object")
        counted = tables.link(self.relation).group_by(here).agg(n=pl.col(there).n_unique())
        enough = counted.filter(pl.col("n") >= self.n)[here]
        return together([found(_lacking(tables, self.kind, enough), self.kind)])

    def shape(self) -> Shape:
        """Return a property shape with a count."""
        own = RELATIONS[self.relation].term
        way = f"[ sh:inversePath {own} ]" if self.direction == "in" else own
        return Shape("sh:PropertyShape", targets((self.kind,)), (f"sh:path {way}", f"sh:minCount {self.n}"))


@dataclass(frozen=True, slots=True)
class SharedAcrossRegions(Form):
    """A cluster in two regions or more has actors, as members or coordinators, from at least two."""

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the shared clusters whose actors come from one region, or from none that is known."""
        located = tables.link(Relation.LOCATED_IN).select(subject="subject", region="object").unique()
        people = pl.concat(
            tables.link(relation).select("subject", cluster="object")
            for relation in (Relation.MEMBER_OF, Relation.COORDINATES)
        ).filter(_is_in("subject", _known(tables, Kind.ACTOR)))
        reached = people.join(located, on="subject").group_by("cluster").agg(n=pl.col("region").n_unique())
        reaching = reached.filter(pl.col("n") >= 2)["cluster"]
        lies = located.group_by("subject").agg(n=pl.len())
        shared = lies.filter(pl.col("n") >= 2)["subject"]
        lacking = _lacking(tables, Kind.CLUSTER, reaching).filter(_is_in("id", shared))
        return together([found(lacking, Kind.CLUSTER)])

    def shape(self) -> Shape:
        """Return a query: SHACL's own paths cannot ask that what lies halfway is an actor."""
        reach = f"(^{RELATIONS[Relation.MEMBER_OF].term}|^{RELATIONS[Relation.COORDINATES].term})"
        located, actor = RELATIONS[Relation.LOCATED_IN].term, KINDS[Kind.ACTOR].term
        # That both are actors is asked last: asked first, some engines join all actors with all actors.
        query = f"""
            $this {located} ?here , ?there . FILTER(?here != ?there)
            FILTER NOT EXISTS {{
            $this {reach} ?one , ?other . ?one {located} ?from . ?other {located} ?elsewhere .
            FILTER(?from != ?elsewhere)
            FILTER EXISTS {{ ?one a {actor} }} FILTER EXISTS {{ ?other a {actor} }}
            }}
        """
        return Shape("sh:NodeShape", targets((Kind.CLUSTER,)), (sparql(query),))


@dataclass(frozen=True, slots=True)
class AgreesWithAssessments(Form):
    """The TRL of a platform is that of one of its assessments on the TRL scale, when it has any."""

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the platforms with another TRL, or with none, than their assessments give."""
        assessments, platforms = tables.entity(Kind.ASSESSMENT), tables.entity(Kind.PLATFORM)
        assesses = tables.link(Relation.ASSESSES).select(id="subject", platform="object").unique()
        scored = assessments.filter(pl.col("scale") == "TRL").select("id").unique().join(assesses, on="id")
        levels = scored.join(pairs(assessments, "level_min", "level_max"), on="id")
        own = pairs(platforms, "trl_min", "trl_max")
        agreeing = levels.join(
            own,
            left_on=("platform", "level_min", "level_max"),
            right_on=("id", "trl_min", "trl_max"),
            how="semi",
        )
        wrong = _lacking(tables, Kind.PLATFORM, agreeing["platform"]).filter(_is_in("id", scored["platform"]))
        value = pl.concat_str("trl_min", pl.lit("–"), "trl_max")
        return together([found(wrong, Kind.PLATFORM, "trl_min", value)])

    def shape(self) -> Shape:
        """Return a query over a platform's assessments."""
        about = (Kind.ASSESSMENT,)
        assesses, scale = RELATIONS[Relation.ASSESSES].term, term(about, "scale")
        trl = f"<{concept_iri('scales', 'TRL')}>"
        query = f"""
            ?any {assesses} $this ; a {KINDS[Kind.ASSESSMENT].term} ; {scale} {trl} .
            FILTER NOT EXISTS {{
            ?one {assesses} $this ; a {KINDS[Kind.ASSESSMENT].term} ; {scale} {trl} .
            ?one {term(about, "level_min")} ?low ; {term(about, "level_max")} ?high .
            $this {term((Kind.PLATFORM,), "trl_min")} ?low ; {term((Kind.PLATFORM,), "trl_max")} ?high .
            }}
        """
        return Shape("sh:NodeShape", targets((Kind.PLATFORM,)), (sparql(query),))


@dataclass(frozen=True, slots=True)
class ChainHasFlow(Form):
    """A value chain has at least two stages that a flow joins."""

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the chains with no flow between two of their stages."""
        inside = _inside(tables).filter(pl.col("subject") != pl.col("object"))
        return together([found(_lacking(tables, Kind.VALUE_CHAIN, inside["chain"].unique()), Kind.VALUE_CHAIN)])

    def shape(self) -> Shape:
        """Return a query for two different stages."""
        part_of, feeds = RELATIONS[Relation.PART_OF].term, RELATIONS[Relation.FEEDS].term
        query = f"""
            FILTER NOT EXISTS {{
            ?from {part_of} $this ; {feeds} ?to . ?to {part_of} $this . FILTER(?from != ?to)
            }}
        """
        return Shape("sh:NodeShape", targets((Kind.VALUE_CHAIN,)), (sparql(query),))


@dataclass(frozen=True, slots=True)
class FlowWithinChain(Form):
    """A flow joins two stages of the same chain."""

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the flows that leave their chain."""
        inside = _inside(tables).select("subject", "object")
        leaving = tables.link(Relation.FEEDS).join(inside, on=("subject", "object"), how="anti")
        return together([found(leaving, Relation.FEEDS, "object")])

    def shape(self) -> Shape:
        """Return a query on the flow's node."""
        spec, part_of = RELATIONS[Relation.FEEDS], RELATIONS[Relation.PART_OF].term
        query = f"""
            $this {spec.subject_term} ?from ; {spec.object_term} ?to .
            FILTER NOT EXISTS {{ ?from {part_of} ?chain . ?to {part_of} ?chain }}
        """
        return Shape("sh:NodeShape", targets((Relation.FEEDS,)), (sparql(query),))


@dataclass(frozen=True, slots=True)
class LoopLeadsBack(Form):
    """A loop leads to an earlier stage; stages whose position is not known are let be."""

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the loops that lead forward, or to their own stage."""
        places = pairs(tables.entity(Kind.STAGE), "position")
        flows = tables.link(Relation.FEEDS).with_row_index("row")
        forward = (
            flows.filter(pl.col("flow_kind") == "loop")
            .join(places, left_on="subject", right_on="id")
            .join(places, left_on="object", right_on="id", suffix="_to")
            .filter(pl.col("position_to") >= pl.col("position"))
        )
        return together([found(flows.join(forward, on="row", how="semi"), Relation.FEEDS, "object")])

    def shape(self) -> Shape:
        """Return a query on the flow's node."""
        spec, position = RELATIONS[Relation.FEEDS], term((Kind.STAGE,), "position")
        stage = KINDS[Kind.STAGE].term
        query = f"""
            $this {term((Relation.FEEDS,), "flow_kind")} <{concept_iri("flow-kinds", "loop")}> .
            $this {spec.subject_term} ?from ; {spec.object_term} ?to .
            ?from a {stage} ; {position} ?before . ?to a {stage} ; {position} ?after .
            FILTER(?after >= ?before)
        """
        return Shape("sh:NodeShape", targets((Relation.FEEDS,)), (sparql(query),))


@dataclass(frozen=True, slots=True)
class NoCircle(Form):
    """Nothing is broader than itself, however far one goes up."""

    kinds: tuple[Kind, ...] = (Kind.COMPETENCE, Kind.SPECIALISATION)

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return what stands in a circle."""
        steps = tables.link(Relation.BROADER).select("subject", "object").drop_nulls().unique()
        for _ in range(_PRUNINGS):  # what has nothing above or nothing below is in no circle
            steps = steps.filter(_is_in("object", steps["subject"]) & _is_in("subject", steps["object"]))
        if not steps.height:  # as a rule nothing is left
            return together([])
        import networkx as nx

        graph = nx.DiGraph(steps.iter_rows())
        circles = [node for part in nx.strongly_connected_components(graph) if len(part) > 1 for node in part]
        circles += nx.nodes_with_selfloops(graph)
        ids = pl.DataFrame({"id": circles}, schema={"id": pl.String})
        return together(found(first_rows(frame, ids), kind, None) for kind, frame in present(tables, self.kinds))

    def shape(self) -> Shape:
        """Return a query along the property path."""
        broader = RELATIONS[Relation.BROADER].term
        return Shape("sh:NodeShape", targets(self.kinds), (sparql(f"$this {broader}+ $this ."),))


def _inside(tables: Tables) -> pl.DataFrame:
    """Return the flows whose two stages are part of one chain, with the `chain`."""
    part_of = tables.link(Relation.PART_OF).select("subject", chain="object").unique()
    flows = tables.link(Relation.FEEDS).select("subject", "object").unique()
    return flows.join(part_of, on="subject").join(
        part_of, left_on=("object", "chain"), right_on=("subject", "chain"), coalesce=False
    )
