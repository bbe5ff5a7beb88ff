"""The few facts that a chain's gaps are told from: rows of its stages, and neighbours in the path index.

A party is a number here: that of an actor, or, after all of those, that of a platform whose operator is not known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from graph.paths.edges import evidence_of
from graph.paths.filters import parts_of
from graph.paths.index import PathIndex
from graph.stores.entities import Evidence
from graph.stores.standing import NOT_NOW, standing_of_roles
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation

Truths = npt.NDArray[np.bool_]
_PARTIES = (Kind.ACTOR, Kind.PLATFORM)


class GapFacts:
    """What a chain's gaps are told from, in the whole area or in a region."""

    def __init__(self, index: PathIndex, tables: Tables, chain: str, region: str | None) -> None:
        self.index, self.tables = index, tables
        self.size = index.actors + len(index.ids[Kind.PLATFORM])
        part = tables.scan(Relation.PART_OF).filter(pl.col("object") == chain).select("subject").collect()
        stages = tables.scan(Kind.STAGE).filter(pl.col("id").is_in(part["subject"].implode())).collect()
        stages = stages.unique("id", keep="first", maintain_order=True).sort("position", "id", nulls_last=True)
        self.stages: list[tuple[str, int | None]] = list(stages.select("id", "position").iter_rows())
        ids = stages["id"].implode()
        self.requires = _grouped(tables.scan(Relation.REQUIRES).filter(pl.col("subject").is_in(ids)).collect())
        self.inside = None if region is None else parts_of(index, region)
        actors = tables.scan(Kind.ACTOR).select("id", "status", "status_year")
        said = actors.filter(pl.col("status").is_not_null()).collect()
        #: what is planned or historical of an actor itself, by its id
        self.standing: dict[str, Mapping[str, Any]] = {row["id"]: row for row in said.iter_rows(named=True)}
        self.past = [self.party(id) for id, row in self.standing.items() if row["status"] == "historical"]
        works = tables.scan(Relation.WORKS_IN).filter(pl.col("object").is_in(ids)).collect()
        self._read_work(standing_of_roles(works, tables))

    def _read_work(self, works: pl.DataFrame) -> None:
        now = works.filter(~pl.col("status").is_in(NOT_NOW).fill_null(False))
        #: stage -> who works in it, in the order of the tables; and who does so only by which platforms of its own
        self.workers: dict[str, dict[int, None]] = defaultdict(dict)
        self.through: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.not_now: dict[str, dict[int, Mapping[str, Any]]] = defaultdict(dict)
        numbers = {id: self.party(id) for id in works["subject"].unique()}
        pairs = dict.fromkeys(now.select("subject", "object").iter_rows())
        themselves = {(numbers[subject], stage) for subject, stage in pairs}
        for subject, stage in pairs:
            for party in self.behind(numbers[subject]):
                self.workers[stage][party] = None
                if (party, stage) not in themselves:
                    self.through[stage][party].append(subject)
        for row in works.join(now, on=["subject", "object"], how="anti", maintain_order="left").iter_rows(named=True):
            for party in self.behind(numbers[row["subject"]]):
                if party not in self.workers[row["object"]]:
                    self.not_now[row["object"]].setdefault(party, row)

    # ---- parties

    def party(self, id: str) -> int:
        """Return the number of an actor or a platform."""
        if (actor := self.index.number(Kind.ACTOR, id)) is not None:
            return actor
        platform = self.index.number(Kind.PLATFORM, id)
        assert platform is not None, f"{id} works, and is neither an actor nor a platform"
        return self.index.actors + platform

    def id(self, party: int) -> str:
        """Return the id of a party."""
        kind, number = self._node(party)
        return self.index.id(kind, number)

    def behind(self, party: int) -> list[int]:
        """Return the operators of a platform, in the order of the tables; a party without any stands for itself."""
        kind, number = self._node(party)
        if kind is Kind.ACTOR:
            return [party]
        ends = (Kind.ACTOR, Kind.PLATFORM)
        found = self._near(Relation.OPERATES, ends, False, number).tolist()
        return sorted(found, key=lambda actor: self.index.rows(Relation.OPERATES, ends, actor, number)) or [party]

    def regions(self, party: int) -> npt.NDArray[np.int32]:
        """Return the regions that a party is in."""
        kind, number = self._node(party)
        return self._near(Relation.LOCATED_IN, (kind, Kind.REGION), True, number)

    def placed(self, party: int) -> bool:
        """Return whether a party is in the region asked for, or in one that is part of it."""
        return self.inside is None or bool(np.isin(self.regions(party), self.inside).any())

    def recorded(self, party: int) -> bool:
        """Return whether any competence is recorded for a party."""
        return any(len(self._near(Relation.HAS_COMPETENCE, (k, Kind.COMPETENCE), True, n)) for k, n in self._of(party))

    def _node(self, party: int) -> tuple[Kind, int]:
        actors = self.index.actors
        return (Kind.ACTOR, party) if party < actors else (Kind.PLATFORM, party - actors)

    def _of(self, party: int) -> Iterator[tuple[Kind, int]]:
        """A party and the platforms that it operates: what is recorded for these is recorded for it."""
        kind, number = self._node(party)
        yield kind, number
        if kind is Kind.ACTOR:
            for platform in self._near(Relation.OPERATES, (Kind.ACTOR, Kind.PLATFORM), True, number).tolist():
                yield Kind.PLATFORM, platform

    def _near(self, relation: Relation, ends: tuple[Kind, Kind], out: bool, node: int) -> npt.NDArray[np.int32]:
        return self.index.arrays[relation, *ends, out].neighbours(node)

    # ---- competences

    def known(self, competence: str) -> Truths:
        """Return for all parties whether the competence, or a narrower one, is recorded for them.

        Clusters are no party; their members are.
        """
        found = np.zeros(self.size, np.bool_)
        for each in self._narrower(competence):
            found[self._near(Relation.HAS_COMPETENCE, (Kind.ACTOR, Kind.COMPETENCE), False, each)] = True
            for platform in self._near(Relation.HAS_COMPETENCE, (Kind.PLATFORM, Kind.COMPETENCE), False, each).tolist():
                found[self.behind(self.index.actors + platform)] = True
        return found

    def _narrower(self, competence: str) -> list[int]:
        """A competence, and those below it: who has a narrower one has the broader one."""
        number = self.index.number(Kind.COMPETENCE, competence)
        todo = [] if number is None else [number]
        found = dict.fromkeys(todo)
        while todo:
            below = self._near(Relation.BROADER, (Kind.COMPETENCE, Kind.COMPETENCE), False, todo.pop()).tolist()
            new = [each for each in below if each not in found]
            found.update(dict.fromkeys(new))
            todo += new
        return list(found)

    def evidence(self, wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], tuple[Evidence, ...]]:
        """Return where it is recorded that these parties have these competences; the table is asked once."""
        rows: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for party, competence in dict.fromkeys(wanted):
            for each in self._narrower(competence):
                for kind, number in self._of(party):
                    for row in self.index.rows(Relation.HAS_COMPETENCE, (kind, Kind.COMPETENCE), number, each):
                        rows[row].append((party, competence))
        found: dict[tuple[int, str], list[Evidence]] = defaultdict(list)
        if rows:
            numbers = sorted(rows)
            told = self.tables.links.rows(Relation.HAS_COMPETENCE, numbers)
            for number, record in zip(numbers, told.iter_rows(named=True), strict=True):
                for pair in rows[number]:
                    found[pair].append(evidence_of(record))
        return {pair: tuple(them) for pair, them in found.items()}


def _grouped(links: pl.DataFrame) -> dict[str, dict[str, list[Evidence]]]:
    found: dict[str, dict[str, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
    for row in links.iter_rows(named=True):
        found[row["subject"]][row["object"]].append(evidence_of(row))
    return found
