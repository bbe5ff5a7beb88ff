"""What is not simply there today: planned, historical or of a fate not known, in words with its year.

The data says so of actors and of their roles in stages; silence says nothing, and counts as being there
(docs/decisions/0014-status.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from ontology.facts import Tables
from ontology.metagraph import Kind
from ontology.vocabulary import concept_label

#: The statuses of what cannot be counted on today.
NOT_NOW = ("planned", "historical", "unknown")


def standing(said: Mapping[str, Any], language: str) -> str | None:
    """Return what is said of a thing or a link that is not simply there today, such as “planned, 2023”; else None."""
    status, year = said.get("status"), said.get("status_year")
    if status not in NOT_NOW:
        return None
    return ", ".join(filter(None, (concept_label("statuses", status, language), year)))


def with_standing(name: str, said: Mapping[str, Any], language: str) -> str:
    """Return a name, followed in brackets by what is planned or historical about it."""
    words = standing(said, language)
    return f"{name} ({words})" if words else name


def standing_of_roles(works: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """Return roles in stages with the status and year of the actor where none is said of the role."""
    own = pl.col("id").is_in(works["subject"].implode()) & pl.col("status").is_not_null()
    said = tables.scan(Kind.ACTOR).filter(own).unique("id", keep="first")
    told = said.select("id", own="status", own_year="status_year").collect()
    of_role = pl.col("status").is_not_null()
    return works.join(told, left_on="subject", right_on="id", how="left", maintain_order="left").with_columns(
        status=pl.coalesce("status", "own"),
        status_year=pl.when(of_role).then("status_year").otherwise("own_year"),
    )
