"""Where an actor is: in a region when it has its seat or a site there, and which of the two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from ontology.facts import Tables, in_language
from ontology.metagraph import Relation
from ontology.texts import listed, say

if TYPE_CHECKING:
    from graph import shapes
    from graph.stores.directory import Directory


@dataclass(frozen=True, slots=True)
class Place:
    """A region that something is in: by its seat, or by its sites there, or without saying how."""

    region: str
    seat: bool
    sites: tuple[Mapping[str, Any], ...]

    def said(self, directory: Directory, language: str) -> str:
        """Return the region's name; a region that has sites only names where they are."""
        region = directory.label(self.region, language)
        return region if self.seat or not self.sites else site_said(region, self.sites, language)

    def to_dict(self, directory: Directory, language: str) -> shapes.PlacedIn:
        """Return it as plain values for JSON."""
        return {
            **directory.named(self.region, language),
            "place": "seat" if self.seat else "site" if self.sites else None,
            "said": self.said(directory, language),
        }


def site_said(region: str, sites: Iterable[Mapping[str, Any]], language: str) -> str:
    """Return a region with the municipalities of the sites there, or their names where no municipality is told."""
    where = [row["municipality"] or (in_language(row, "site_name", language) or (None,))[0] for row in sites]
    names = list(dict.fromkeys(filter(None, where)))
    return say("answer.site-in", language, region=region, where=listed(names, language))


def places(tables: Tables, ids: Iterable[str]) -> Mapping[str, tuple[Place, ...]]:
    """Return where each of these is: its seat first, then by the ids of regions, whatever the order of the tables."""
    located = tables.scan(Relation.LOCATED_IN).filter(pl.col("subject").is_in(list(ids))).collect()
    rows: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in located.iter_rows(named=True):
        rows[row["subject"]][row["object"]].append(row)
    return {
        id: tuple(sorted((_place(*each) for each in regions.items()), key=lambda place: (not place.seat, place.region)))
        for id, regions in rows.items()
    }


def _place(region: str, rows: list[dict[str, Any]]) -> Place:
    sites = tuple(row for row in rows if row["place"] == "site")
    return Place(region, any(row["place"] == "seat" for row in rows), sites)
