"""What TRL is known of a platform: what the platform itself states, and what its assessments do."""

from __future__ import annotations

import polars as pl

from ontology.facts import Tables
from ontology.metagraph import Kind, Relation


def known_levels(tables: Tables) -> pl.LazyFrame:
    """Return the TRL of each platform of which one is known: from the lowest level to the highest that is said."""
    platforms = tables.scan(Kind.PLATFORM).select("id", low="trl_min", high="trl_max")
    assessments = tables.scan(Kind.ASSESSMENT).filter(pl.col("scale") == "TRL")
    assessed = (
        tables.scan(Relation.ASSESSES)
        .select("subject", "object")
        .join(assessments.select(subject="id", low="level_min", high="level_max"), on="subject")
        .select("low", "high", id="object")
    )
    said = pl.concat([platforms, assessed.select("id", "low", "high")]).filter(pl.col("high").is_not_null())
    return said.group_by("id").agg(pl.min_horizontal("low", "high").min(), pl.col("high").max())
