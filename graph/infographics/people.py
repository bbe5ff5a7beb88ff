"""Who is in the stages of a picture: the first of each by name, and the others by number; and in which regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from graph.infographics.model import MOST_NAMED, SEVERAL, Crowd, Participant, RegionCount
from graph.infographics.places import ELSEWHERE, find_places
from graph.stores.generation import Generation
from graph.stores.readiness import known_levels
from graph.stores.standing import standing, standing_of_roles
from ontology.metagraph import Kind, Relation
from ontology.texts import say
from ontology.vocabulary import role_label


class People:
    """Who works in some stages, in one language; whoever is counted is in the tables, and few are looked up by name."""

    def __init__(self, generation: Generation, stages: Sequence[str], language: str) -> None:
        self._directory, self._language = generation.directory, language
        tables = generation.tables
        works = tables.scan(Relation.WORKS_IN).filter(pl.col("object").is_in(stages))
        found = works.select("subject", "object", "role", "status", "status_year").unique(
            ["subject", "object"], keep="first", maintain_order=True
        )
        here = standing_of_roles(found.collect(), tables)
        ids = here.select(id="subject").unique().lazy()
        platforms = tables.scan(Kind.PLATFORM).select("id").unique().with_columns(kind=pl.lit("platform"))
        # The first source that says so, as in the directory.
        types = tables.scan(Kind.ACTOR).select("id", "actor_type").drop_nulls()
        known = ids
        for facts in (platforms, types):
            first = facts.join(ids, on="id", how="semi").unique("id", keep="first", maintain_order=True)
            known = known.join(first, on="id", how="left")
        people = known.with_columns(pl.col("kind").fill_null("actor"), pl.col("actor_type").fill_null("")).collect()
        located = _located(tables.scan(Relation.LOCATED_IN).join(ids, left_on="subject", right_on="id", how="semi"))
        self._places = find_places(tables, self._directory, dict(located["region"].value_counts().iter_rows()))
        codes = self._places.codes
        coded = pl.DataFrame({"region": list(codes), "code": list(codes.values())}, schema_overrides=_TEXTS)
        code = pl.when(pl.col("code").n_unique() > 1).then(pl.lit(SEVERAL)).otherwise(pl.col("code").first())
        where = located.join(coded, on="region").group_by("id").agg(code.alias("code"))
        self._people = people.join(where, on="id", how="left")
        self._here = here.join(self._people, left_on="subject", right_on="id", how="left", maintain_order="left")
        levels = known_levels(tables).join(ids, on="id", how="semi").collect()
        self._levels: Mapping[str, tuple[int, int]] = {id: (low, high) for id, low, high in levels.iter_rows()}

    def of(self, stage: str) -> tuple[tuple[Participant, ...], tuple[Crowd, ...]]:
        """Return those of a stage that are named, in the order of the tables, and the others by what they look like."""
        here = self._here.filter(pl.col("object") == stage)
        place = pl.int_range(pl.len()).over("kind")
        named = here.filter(place < MOST_NAMED)
        others = here.filter(place >= MOST_NAMED).group_by("kind", "actor_type", "code").len()
        return (
            tuple(self._participant(row) for row in named.iter_rows(named=True)),
            tuple(Crowd(*row) for row in others.sort("kind", "actor_type", "code").iter_rows()),
        )

    def _participant(self, row: dict[str, Any]) -> Participant:
        id, language = row["subject"], self._language
        role = role_label(row["role"], language) if row["role"] else ""
        now = standing(row, language) or ""
        label, level = self._directory.label(id, language), self._levels.get(id)
        return Participant(id, label, row["kind"], row["actor_type"], row["code"], level, role, now)

    def by_region(self) -> tuple[RegionCount, ...]:
        """Return how many there are in each region of the picture, each of them once; last those of none."""
        platforms = (pl.col("kind") == "platform").sum()
        counted = self._people.group_by("code").agg(pl.len(), platforms.alias("platforms"))
        numbers = {code: (many, of_them) for code, many, of_them in counted.iter_rows()}
        rows = []
        for code, regions in self._places.regions.items():
            names = tuple(self._directory.label(id, self._language) for id in regions)
            elsewhere = code == ELSEWHERE
            name = say("picture.elsewhere", self._language) if elsewhere else names[0]
            rows.append(RegionCount(code, name, *numbers.get(code, (0, 0)), names if elsewhere else ()))
        if SEVERAL in numbers:
            rows.append(RegionCount(SEVERAL, say("picture.several_regions", self._language), *numbers[SEVERAL]))
        if None in numbers:
            rows.append(RegionCount(None, say("picture.not_stated", self._language), *numbers[None]))
        return tuple(rows)


_TEXTS = {"region": pl.String(), "code": pl.String()}


def _located(links: pl.LazyFrame) -> pl.DataFrame:
    """Where each is: in the region of its seat, else where it is said to be, else in those of its sites."""
    rank = pl.col("place").replace_strict({"seat": 0, "site": 2}, default=1)
    best = links.filter(rank == rank.min().over("subject"))
    return best.select(id="subject", region="object").unique(maintain_order=True).collect()
