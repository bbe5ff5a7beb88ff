"""Forms of rule about ids: one kind has an id, and a source tells of it once."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ontology.facts import Tables
from ontology.metagraph import KINDS
from ontology.rules.base import ALL_KINDS, ALL_RELATIONS, Form, Shape, found, present, targets, together


@dataclass(frozen=True, slots=True)
class OneKind(Form):
    """An id belongs to one kind: that of the first source that tells of it, and there of the metagraph's first."""

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the rows whose id belongs to another kind."""
        frames = list(present(tables, ALL_KINDS))
        ids = pl.concat([pl.Series("id", [], pl.String), *(frame["id"].unique() for _, frame in frames)])
        twice = ids.filter(ids.is_duplicated()).unique()
        if not len(twice):  # as a rule there is none
            return together([])
        order = {source.id: place for place, source in enumerate(tables.sources)}
        rows = pl.concat(
            frame.filter(pl.col("id").is_in(twice.implode())).select(
                "id", kind=pl.lit(str(kind)), source=pl.col("source").replace_strict(order, return_dtype=pl.Int64)
            )
            for kind, frame in frames
        )
        first = rows.sort("source", maintain_order=True).unique("id", keep="first").select("id", "kind")
        return together(
            found(frame.join(first.filter(pl.col("kind") != str(kind)), on="id", how="semi"), kind, "id")
            for kind, frame in frames
        )

    def shape(self) -> Shape:
        """Return a node shape that asks for exactly one of our classes."""
        classes = " ".join(f"[ sh:class {KINDS[kind].term} ]" for kind in ALL_KINDS)
        return Shape("sh:NodeShape", targets(ALL_KINDS), (f"sh:xone ( {classes} )",))


@dataclass(frozen=True, slots=True)
class EndsSaid(Form):
    """A link says both of its ends: what says none can wait for none."""

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the links that leave one out."""
        return together(
            found(frame.filter(pl.col(end).fill_null("") == ""), relation, end)
            for relation, frame in present(tables, ALL_RELATIONS)
            for end in ("subject", "object")
        )

    def shape(self) -> None:
        """No link without an end can be written as RDF, so no shape can see this."""


@dataclass(frozen=True, slots=True)
class OnceInSource(Form):
    """A source tells of an id on one row; the first is heard."""

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the later rows."""
        return together(
            found(frame.filter(~pl.struct("source", "id").is_first_distinct()), kind, "id")
            for kind, frame in present(tables, ALL_KINDS)
            if pl.select(pl.struct(frame["source"], frame["id"]).n_unique()).item() < frame.height
        )

    def shape(self) -> None:
        """RDF holds the rows of one id as one thing, so no shape can see this."""
