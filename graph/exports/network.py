"""The graph as nodes and edges, for tools that draw and measure networks: one node an entity, one edge a row of a link.

Centralities are not to be led by what only says where something is or stands: `bridge` is False on nodes of such kinds
(`NO_BRIDGE`: regions, documents …) and on every edge that touches one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from graph.stores.directory import label_in
from ontology.facts import Tables
from ontology.metagraph import NO_BRIDGE, PROVENANCE, Kind, Relation
from ontology.prefixes import NOT_TEXT_PATTERN
from ontology.vocabulary import check_language, name

#: Names that such tools keep for themselves: Gephi takes `size` for that of a dot, and `source` is an end of an edge.
_OTHERWISE = {"size": "size_class", "source": "sources"}

#: Columns by name, and what each holds.
Columns = Mapping[str, pl.DataType]


@dataclass(frozen=True, slots=True)
class Network:
    """Some tables as nodes and edges, with labels in a language."""

    tables: Tables
    language: str

    def __post_init__(self) -> None:
        check_language(self.language)

    def nodes(self) -> Iterator[pl.DataFrame]:
        """Yield the nodes, kind by kind: `id`, `label`, `kind`, `bridge`, `sources`, and what is known of each.

        What several sources tell of one is what the first of them says, and where it is silent, the next.
        """
        for kind in self._kinds():
            yield self._nodes(kind, self.tables.entities[kind].lazy()).collect()

    def edges(self) -> Iterator[pl.DataFrame]:
        """Yield the edges, relation by relation: `id`, the ends, `relation`, `label`, `bridge`, `sources`, the rest."""
        no_bridges = [self.tables.entities[kind]["id"] for kind in self._kinds() if kind in NO_BRIDGE]
        filters = pl.concat([pl.Series("id", [], pl.String), *no_bridges]).unique()
        for relation in self._relations():
            yield self._edges(relation, self.tables.links[relation].lazy(), filters).collect()

    @property
    def node_columns(self) -> Columns:
        """The columns that any node has."""
        return _together(self._nodes(kind, self.tables.scan(kind)) for kind in self._kinds()) or _NODE

    @property
    def edge_columns(self) -> Columns:
        """The columns that any edge has."""
        none = pl.Series("id", [], pl.String)
        frames = (self._edges(relation, self.tables.scan(relation), none) for relation in self._relations())
        return _together(frames) or _EDGE

    def _kinds(self) -> Iterator[Kind]:
        return (kind for kind in Kind if kind in self.tables.entities)

    def _relations(self) -> Iterator[Relation]:
        return (relation for relation in Relation if relation in self.tables.links)

    def _nodes(self, kind: Kind, rows: pl.LazyFrame) -> pl.LazyFrame:
        names = rows.collect_schema().names()
        return rows.map_batches(_folded).select(
            "id",
            label_in(names, self.language),
            pl.lit(str(kind)).alias("kind"),
            pl.lit(kind not in NO_BRIDGE).alias("bridge"),
            *_said(names),
        )

    def _edges(self, relation: Relation, rows: pl.LazyFrame, filters: pl.Series) -> pl.LazyFrame:
        return rows.select(
            pl.format(f"{relation}-{{}}", pl.int_range(1, pl.len() + 1)).alias("id"),
            pl.col("subject").alias("source"),
            pl.col("object").alias("target"),
            pl.lit(str(relation)).alias("relation"),
            pl.lit(name(relation, self.language)).alias("label"),
            ~(pl.col("subject").is_in(filters.implode()) | pl.col("object").is_in(filters.implode())).alias("bridge"),
            *_said(rows.collect_schema().names()),
        )


def _said(names: list[str]) -> Iterator[pl.Expr]:
    """What rows say, the sources first; a record may be named after a file with an odd name, which XML cannot hold."""
    yield pl.col("source").alias(_OTHERWISE["source"])
    for column in names:
        if column == "record":
            yield pl.col("record").str.replace_all(NOT_TEXT_PATTERN, "\ufffd")
        elif column not in {"id", "subject", "object", "source"}:
            yield pl.col(column).alias(_OTHERWISE.get(column, column))


def _folded(rows: pl.DataFrame) -> pl.DataFrame:
    """One row an id; its provenance is that of the first source, and the names of all of them stand side by side."""
    if not rows["id"].is_duplicated().any():
        return rows
    provenance = [attribute.name for attribute in PROVENANCE]
    return (
        rows.group_by("id", maintain_order=True)
        .agg(
            pl.col("source").unique(maintain_order=True).str.join(" "),
            pl.col(provenance).first(),
            pl.exclude("id", "source", *provenance).drop_nulls().first(),
        )
        .select(rows.columns)
    )


def _together(frames: Iterator[pl.LazyFrame]) -> Columns:
    return {name: dtype for frame in frames for name, dtype in frame.collect_schema().items()}


_BASE: Columns = {"label": pl.String(), "bridge": pl.Boolean(), "sources": pl.String()}
_NODE: Columns = {"id": pl.String(), "kind": pl.String(), **_BASE}
_EDGE: Columns = {**dict.fromkeys(("id", "source", "target", "relation"), pl.String()), **_BASE}
