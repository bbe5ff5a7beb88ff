"""Generated worlds to measure on: valid by the metagraph and the rules, large as told, and nothing in them is real.

Degrees follow power laws, as those of actors and competences do: a few hubs, and many with one link or two.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from ontology.facts import Batch, Source
from ontology.metagraph import Kind, Relation

Size = Literal["S", "M", "L"]
Links = Literal["sparse", "dense"]
Ints = npt.NDArray[np.int64]

ACTORS: dict[Size, int] = {"S": 10_000, "M": 100_000, "L": 1_000_000}

#: How many links of a relation an actor has on average. The sparse world of size M is about 1.7 million quads.
_AN_ACTOR: dict[Links, dict[Relation, float]] = {
    "sparse": {
        Relation.LOCATED_IN: 0.5,
        Relation.HAS_COMPETENCE: 0.22,
        Relation.PARTICIPATES_IN: 0.2,
        Relation.MEMBER_OF: 0.12,
        Relation.WORKS_IN: 0.06,
    },
    "dense": {
        Relation.LOCATED_IN: 0.8,
        Relation.HAS_COMPETENCE: 5.0,
        Relation.PARTICIPATES_IN: 1.0,
        Relation.MEMBER_OF: 0.5,
        Relation.WORKS_IN: 0.3,
    },
}

_ACTOR_TYPES = ("sme", "company", "association", "rto", "university", "uas", "public_authority", "vocational")
_PRIORITIES, _AREAS, _STAGES = 10, 10, 6

_IDS = {
    Kind.ACTOR: "act", Kind.CLUSTER: "cl", Kind.PLATFORM: "pf", Kind.COMPETENCE: "cmp", Kind.VALUE_CHAIN: "vc",
    Kind.STAGE: "stage", Kind.PROJECT: "prj", Kind.REGION: "reg", Kind.NETWORK: "net", Kind.ASSESSMENT: "trl",
}  # fmt: skip
_LABELS = {
    Kind.ACTOR: ("toimija", "actor", "aktör"),
    Kind.CLUSTER: ("klusteri", "cluster", "kluster"),
    Kind.PLATFORM: ("innovaatioalusta", "platform", "plattform"),
    Kind.COMPETENCE: ("osaaminen", "competence", "kompetens"),
    Kind.VALUE_CHAIN: ("arvoketju", "value chain", "värdekedja"),
    Kind.STAGE: ("vaihe", "stage", "steg"),
    Kind.PROJECT: ("hanke", "project", "projekt"),
    Kind.REGION: ("alue", "region", "region"),
    Kind.NETWORK: ("verkosto", "network", "nätverk"),
    Kind.ASSESSMENT: ("arviointi", "assessment", "bedömning"),
}


@dataclass(frozen=True)
class _Maker:
    """Draws, and writes rows down; `counts` is how many there are of each kind."""

    random: np.random.Generator
    counts: dict[Kind, int]

    def hubs(self, kind: Kind, draws: int, steepness: float) -> Ints:
        """Draw numbers of a kind, the chance of each by a power of its rank; the ranks are shuffled."""
        size = self.counts[kind]
        chances = np.arange(1, size + 1, dtype=np.float64) ** -steepness
        bounds = np.cumsum(chances)
        drawn = np.searchsorted(bounds, self.random.random(draws) * bounds[-1])
        numbers: Ints = self.random.permutation(size)[drawn]
        return numbers

    def ids(self, kind: Kind, numbers: Ints) -> pl.Series:
        """Return ids, zeros before the number so that their order is that of the numbers."""
        padded = pl.Series(numbers).cast(pl.String).str.zfill(7)
        return pl.select(pl.format(f"gen-{_IDS[kind]}-{{}}", padded)).to_series()

    def entities(self, kind: Kind, **columns: object) -> pl.DataFrame:
        """Return all of a kind; actors, who are most of it, have a name in one language, and the others in three."""
        number = np.arange(self.counts[kind])
        fi, en, sv = _LABELS[kind]
        names = {"label_und": f"Generated {en}"}
        if kind is not Kind.ACTOR:
            names = {"label_fi": f"Keksitty {fi}", "label_en": f"Generated {en}", "label_sv": f"Påhittad {sv}"}
        frame = pl.DataFrame({"id": self.ids(kind, number), **columns})
        labels = [pl.format(text + " {}", pl.lit(pl.Series(number))).alias(name) for name, text in names.items()]
        return _sourced(frame.with_columns(labels), f"{kind.lower()}s.csv")

    def links(
        self, relation: Relation, *parts: tuple[Kind, Ints, Kind, Ints], **columns: pl.Expr | pl.Series
    ) -> pl.DataFrame:
        """Return links between numbers of kinds, none of them twice."""
        frames = []
        for start, starts, end, ends in parts:
            pairs = pl.DataFrame({"s": starts, "o": ends}).with_columns(**columns)
            pairs = pairs.unique(["s", "o"], keep="first", maintain_order=True)
            numbers = pairs["s"].to_numpy(), pairs["o"].to_numpy()
            ids = {"subject": self.ids(start, numbers[0]), "object": self.ids(end, numbers[1])}
            frames.append(pl.DataFrame(ids).with_columns(pairs.drop("s", "o").get_columns()))
        return _sourced(pl.concat(frames), f"{relation}.csv")


def _sourced(frame: pl.DataFrame, file: str) -> pl.DataFrame:
    row = pl.int_range(2, pl.len() + 2)
    return frame.with_columns(
        method=pl.when(row % 3 == 0).then(pl.lit("mapped")).otherwise(pl.lit("stated")),
        record=pl.format(f"{file}#row={{}}", row),
        source_url=pl.when(row % 4 == 0).then(pl.format(f"https://example.org/generated/{file}/{{}}", row // 50)),
    )


def world(size: Size, links: Links, seed: int = 7) -> Batch:
    """Return a generated world: the same for the same arguments."""
    actors = ACTORS[size]
    root = int(np.sqrt(actors) * 3.2)
    chains = max(root // 25, 4)
    make = _Maker(
        np.random.default_rng(seed),
        {
            Kind.ACTOR: actors,
            Kind.REGION: 19,
            Kind.COMPETENCE: _PRIORITIES * (1 + _AREAS) + root,
            Kind.PLATFORM: actors // 50,
            Kind.CLUSTER: actors // 200,
            Kind.PROJECT: actors // 20,
            Kind.NETWORK: 30,
            Kind.VALUE_CHAIN: chains,
            Kind.STAGE: chains * _STAGES,
            Kind.ASSESSMENT: actors // 50 // 5,
        },
    )
    parts = _places(make, links), _competences(make, links), _platforms(make), _work(make, links), _chains(make)
    entities = {kind: frame for part in parts for kind, frame in part.items() if isinstance(kind, Kind)}
    relations = {
        relation: frame for part in parts for relation, frame in part.items() if isinstance(relation, Relation)
    }
    read = {f"{kind.lower()}s.csv": frame.height for kind, frame in entities.items()}
    read |= {f"{relation}.csv": frame.height for relation, frame in relations.items()}
    sha = hashlib.sha256(f"generated world {size} {links} {seed}".encode()).hexdigest()
    source = Source(
        f"generated-{size}-{links}-{seed}".lower(),
        f"A generated world of {actors} actors ({links}): nothing in it is real",
        "generated",
        "CC0 1.0",
        None,
        date(2026, 11, 22),
        sha,
    )
    return Batch(source, entities, relations, read=read)


Facts = dict[Kind | Relation, pl.DataFrame]


def _places(make: _Maker, links: Links) -> Facts:
    """Actors, where they are, and the clusters of those whose place is known."""
    random, actors, clusters = make.random, make.counts[Kind.ACTOR], make.counts[Kind.CLUSTER]
    known = np.flatnonzero(random.random(actors) < _AN_ACTOR[links][Relation.LOCATED_IN])
    region = make.hubs(Kind.REGION, len(known), 0.8)
    heads = random.integers(len(known), size=2 * clusters)
    # Every tenth cluster is shared: it has two coordinators, and lies where they do.
    headed = np.concatenate([np.arange(clusters), np.arange(0, clusters, 10)])
    heads = heads[: len(headed)]
    members = int(actors * _AN_ACTOR[links][Relation.MEMBER_OF])
    who = make.hubs(Kind.ACTOR, members, 0.4)
    types = np.array(_ACTOR_TYPES)[np.minimum(random.geometric(0.5, actors) - 1, len(_ACTOR_TYPES) - 1)]
    codes = pl.Series(types).set(pl.Series(random.random(actors) < 0.1), None)
    all_clusters = np.arange(clusters)
    networked = random.integers(actors, size=actors // 500)
    return {
        Kind.ACTOR: make.entities(Kind.ACTOR, actor_type=codes),
        Kind.REGION: make.entities(Kind.REGION, region_type=["maakunta"] * make.counts[Kind.REGION]),
        Kind.CLUSTER: make.entities(Kind.CLUSTER),
        Kind.NETWORK: make.entities(Kind.NETWORK),
        Relation.LOCATED_IN: make.links(
            Relation.LOCATED_IN,
            (Kind.ACTOR, known, Kind.REGION, region),
            (Kind.CLUSTER, headed, Kind.REGION, region[heads]),
        ),
        Relation.COORDINATES: make.links(Relation.COORDINATES, (Kind.ACTOR, known[heads], Kind.CLUSTER, headed)),
        Relation.MEMBER_OF: make.links(
            Relation.MEMBER_OF,
            (Kind.ACTOR, known[heads[:clusters]], Kind.CLUSTER, all_clusters),
            (Kind.ACTOR, who, Kind.CLUSTER, make.hubs(Kind.CLUSTER, members, 0.7)),
            (Kind.ACTOR, networked, Kind.NETWORK, random.integers(make.counts[Kind.NETWORK], size=len(networked))),
            role=pl.lit("member"),
        ),
    }


def _competences(make: _Maker, links: Links) -> Facts:
    """A tree of three levels; the actors and platforms have its leaves."""
    random, count = make.random, make.counts[Kind.COMPETENCE]
    inner = _PRIORITIES * (1 + _AREAS)
    number = np.arange(count)
    levels = np.where(number < _PRIORITIES, "priority", np.where(number < inner, "area", "competence"))
    area = _PRIORITIES + random.integers(_PRIORITIES * _AREAS, size=count)
    above = np.where(number < inner, (number - _PRIORITIES) // _AREAS, area)[_PRIORITIES:]
    leaves = count - inner

    def leaf(draws: int) -> Ints:
        return inner + make.hubs(Kind.COMPETENCE, draws, 0.75) % leaves

    owned = int(make.counts[Kind.ACTOR] * _AN_ACTOR[links][Relation.HAS_COMPETENCE])
    platforms = make.counts[Kind.PLATFORM]
    of_platforms = np.repeat(np.arange(platforms), 3)
    stages = np.repeat(np.arange(make.counts[Kind.STAGE]), 3)
    return {
        Kind.COMPETENCE: make.entities(Kind.COMPETENCE, level=levels),
        Relation.BROADER: make.links(Relation.BROADER, (Kind.COMPETENCE, number[_PRIORITIES:], Kind.COMPETENCE, above)),
        Relation.HAS_COMPETENCE: make.links(
            Relation.HAS_COMPETENCE,
            (Kind.ACTOR, make.hubs(Kind.ACTOR, owned, 0.5), Kind.COMPETENCE, leaf(owned)),
            (Kind.PLATFORM, of_platforms, Kind.COMPETENCE, leaf(len(of_platforms))),
        ),
        Relation.REQUIRES: make.links(Relation.REQUIRES, (Kind.STAGE, stages, Kind.COMPETENCE, leaf(len(stages)))),
    }


def _platforms(make: _Maker) -> Facts:
    """Platforms with one operator and some partners; a third have a TRL, and some of these an assessment."""
    random, count = make.random, make.counts[Kind.PLATFORM]
    low = random.integers(1, 7, count)
    known = np.arange(count) % 3 == 0
    trl = {
        name: pl.Series(values).set(pl.Series(~known), None)
        for name, values in (("trl_min", low), ("trl_max", low + random.integers(0, 3, count)))
    }
    assessed = np.flatnonzero(known)[: make.counts[Kind.ASSESSMENT]]
    found = {f"level_{end}": trl[f"trl_{end}"].gather(assessed) for end in ("min", "max")}
    said = {name: pl.repeat(value, len(assessed), eager=True) for name, value in
            (("scale", "TRL"), ("assessor", "generated"), ("date", "2026-11"))}  # fmt: skip
    partners = make.hubs(Kind.ACTOR, 2 * count, 0.6)
    return {
        Kind.PLATFORM: make.entities(Kind.PLATFORM, **trl),
        Kind.ASSESSMENT: make.entities(Kind.ASSESSMENT, **found, **said),
        Relation.ASSESSES: make.links(
            Relation.ASSESSES, (Kind.ASSESSMENT, np.arange(len(assessed)), Kind.PLATFORM, assessed)
        ),
        Relation.OPERATES: make.links(
            Relation.OPERATES, (Kind.ACTOR, make.hubs(Kind.ACTOR, count, 0.6), Kind.PLATFORM, np.arange(count))
        ),
        Relation.PARTNER_IN: make.links(
            Relation.PARTNER_IN, (Kind.ACTOR, partners, Kind.PLATFORM, make.hubs(Kind.PLATFORM, len(partners), 0.5))
        ),
    }


def _work(make: _Maker, links: Links) -> Facts:
    """Projects and their participants, and who works in the stages."""
    actors, wanted = make.counts[Kind.ACTOR], _AN_ACTOR[links]
    taking, working = (int(actors * wanted[rel]) for rel in (Relation.PARTICIPATES_IN, Relation.WORKS_IN))
    return {
        Kind.PROJECT: make.entities(Kind.PROJECT, start=["2025-01"] * make.counts[Kind.PROJECT]),
        Relation.PARTICIPATES_IN: make.links(
            Relation.PARTICIPATES_IN,
            (Kind.ACTOR, make.hubs(Kind.ACTOR, taking, 0.6), Kind.PROJECT, make.hubs(Kind.PROJECT, taking, 0.4)),
        ),
        Relation.WORKS_IN: make.links(
            Relation.WORKS_IN,
            (Kind.ACTOR, make.hubs(Kind.ACTOR, working, 0.5), Kind.STAGE, make.hubs(Kind.STAGE, working, 0.5)),
            role=pl.lit("maker"),
        ),
    }


def _chains(make: _Maker) -> Facts:
    """Chains of six stages, each feeding the next, and the last feeding the first as a loop."""
    stage = np.arange(make.counts[Kind.STAGE])
    place = stage % _STAGES
    chain, last = stage // _STAGES, place == _STAGES - 1
    names = {
        f"name_{language}": pl.Series(np.where(last, f"{word} (loop)", word))
        for language, word in (("fi", "Keksitty virta"), ("en", "Generated flow"), ("sv", "Påhittat flöde"))
    }
    return {
        Kind.VALUE_CHAIN: make.entities(Kind.VALUE_CHAIN),
        Kind.STAGE: make.entities(Kind.STAGE, position=place + 1),
        Relation.PART_OF: make.links(Relation.PART_OF, (Kind.STAGE, stage, Kind.VALUE_CHAIN, chain)),
        Relation.FEEDS: make.links(
            Relation.FEEDS,
            (Kind.STAGE, stage, Kind.STAGE, np.where(last, stage - _STAGES + 1, stage + 1)),
            flow_kind=pl.Series(np.where(last, "loop", "main")),
            **names,
        ),
    }
