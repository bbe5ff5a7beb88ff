"""What lies in a region: itself, the regions that are part of it, the parts of those, and so on."""

from __future__ import annotations

import polars as pl

from ontology.facts import Tables
from ontology.metagraph import Kind, Relation


def within(tables: Tables, region: str) -> frozenset[str]:
    """Return the ids of a region and of every region that is part of it, at any depth; circles end."""
    regions = tables.scan(Kind.REGION).select(subject="id")
    parts = tables.scan(Relation.PART_OF).select("subject", "object").join(regions, on="subject", how="semi").collect()
    found, new = frozenset({region}), frozenset({region})
    while new:
        new = frozenset(parts.filter(pl.col("object").is_in(list(new)))["subject"]) - found
        found |= new
    return found
