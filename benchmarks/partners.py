"""Top ten partners against duckdb, in one process, query by query in turn: the ratio of their times.

duckdb gets what our index has: integer ids, each edge's weight ready, both directions sorted by where a step starts,
a prepared statement, both cores, and the better of two ways to write the question (each metapath on its own, or
frontiers merged as our kernel merges them). Both sides return ids, scores and the three parts.

    python -m benchmarks.partners [--size M] [--links dense] [--actors 200]

Fails when an answer differs or when duckdb is less than three times as slow.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import polars as pl

from benchmarks.world import world
from graph.directory import Directory
from graph.partners import find_partners
from graph.paths.index import Key, PathIndex, key_of
from ontology.facts import Tables
from ontology.metagraph import Kind
from ontology.metapaths import FAMILY_WEIGHTS, METAPATHS, Family, Metapath

REQUIRED, GOAL = 3.0, 8.0
Answer = list[tuple[str, float, tuple[float, ...]]]


def table_of(key: Key) -> str:
    relation, subject, object, forward = key
    return f"{relation}_{subject}_{object}_{'out' if forward else 'in'}"


def fill(con: duckdb.DuckDBPyConnection, index: PathIndex) -> None:
    """Give duckdb the index: each step as a table (a, b, w), sorted by a."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rows.parquet"
        for key, adjacency in index.arrays.items():
            sources = np.repeat(np.arange(len(adjacency.starts) - 1, dtype=np.int32), np.diff(adjacency.starts))
            edges = {"a": sources, "b": np.asarray(adjacency.targets), "w": np.asarray(adjacency.weights)}
            pl.DataFrame(edges).write_parquet(file)
            con.execute(f"CREATE TABLE \"{table_of(key)}\" AS SELECT * FROM '{file}' ORDER BY a, b")
        index.ids[Kind.ACTOR].to_frame().with_row_index("n").write_parquet(file)
        con.execute(f"CREATE TABLE actor AS SELECT n::INTEGER AS n, id FROM '{file}'")
    con.execute("ANALYZE")


def _tables(metapath: Metapath) -> list[str]:
    return [f'"{table_of(key_of(step, start, end))}"' for step, start, end in metapath.walk()]


def _chain(metapath: Metapath) -> str:
    """One metapath as joins from the actor to its partners."""
    tables = _tables(metapath)
    joins = " ".join(f"JOIN {table} t{i} ON t{i}.a = t{i - 1}.b" for i, table in enumerate(tables) if i)
    weight = " * ".join(f"t{i}.w" for i in range(len(tables)))
    where = ["t0.a = $1"]
    inner = metapath.kinds[1:-1]
    where += [
        f"t{i}.b <> t{j}.b" for i in range(len(inner)) for j in range(i + 2, len(inner)) if inner[i] is inner[j]
    ]
    return (
        f"SELECT t{len(tables) - 1}.b AS b, {metapath.weight} * {weight} AS w "
        f"FROM {tables[0]} t0 {joins} WHERE {' AND '.join(where)}"
    )


def _answer(ends: dict[Family, str], before: str = "") -> str:
    parts = ", ".join(f"sum(w) FILTER (family = '{family}') AS {family}" for family in Family)
    every = " UNION ALL ".join(f"SELECT '{family}' AS family, b, w FROM ({select})" for family, select in ends.items())
    score = " + ".join(f"{FAMILY_WEIGHTS[family]} * coalesce({family}, 0)" for family in Family)
    shown = ", ".join(f"coalesce({family}, 0)" for family in Family)
    return (
        f"WITH {before} parts AS (SELECT b, {parts} FROM ({every}) WHERE b <> $1 GROUP BY b), "
        f"best AS (SELECT b, {score} AS score, {shown} FROM parts ORDER BY round(score, 12) DESC, b LIMIT 10) "
        "SELECT id, best.* EXCLUDE (b) FROM best JOIN actor ON n = b ORDER BY round(score, 12) DESC, b"
    )


def metapath_by_metapath() -> str:
    """Every metapath walked on its own, the walks of all added up."""
    return _answer(
        {
            family: " UNION ALL ".join(_chain(path) for path in METAPATHS if path.family is family)
            for family in Family
        }
    )


def merged_frontiers() -> str:
    """Metapaths of a family that have the same steps left share them, as in our kernel."""
    frontiers: list[str] = []
    ends: dict[Family, str] = {}
    for family in Family:
        waiting: dict[tuple[str, ...], list[str]] = defaultdict(list)
        last: list[str] = []
        for path in METAPATHS:
            inner = path.kinds[1:-1]
            if path.family is not family:
                continue
            if any(inner[i] in inner[i + 2 :] for i in range(len(inner))):
                last.append(_chain(path))
            else:
                first, *rest = _tables(path)
                waiting[tuple(rest)].append(f"SELECT b, w * {path.weight} AS w FROM {first} WHERE a = $1")
        while waiting:
            rest = max(waiting, key=len)
            name = f"f{len(frontiers)}"
            union = " UNION ALL ".join(waiting.pop(rest))
            frontiers.append(f"{name} AS (SELECT b, sum(w) AS w FROM ({union}) GROUP BY b)")
            step = f"SELECT t.b, {name}.w * t.w AS w FROM {name} JOIN {rest[0]} t ON t.a = {name}.b"
            if len(rest) == 1:
                last.append(step)
            else:
                waiting[rest[1:]].append(step)
        ends[family] = " UNION ALL ".join(last)
    return _answer(ends, ", ".join(frontiers) + ",")


def prepared(con: duckdb.DuckDBPyConnection, name: str, sql: str) -> Callable[[int], Answer]:
    con.execute(f"PREPARE {name} AS {sql}")

    def ask(actor: int) -> Answer:
        rows = con.execute(f"EXECUTE {name}({actor})").fetchall()
        return [(id, score, tuple(parts)) for id, score, *parts in rows]

    return ask


def timed(ask: Callable[[], Answer]) -> tuple[float, Answer]:
    start = time.perf_counter()
    answer = ask()
    return time.perf_counter() - start, answer


def differs(ours: Answer, theirs: Answer) -> str | None:
    """Say where two answers differ; the same score in another order, to 1e-9, is no difference."""
    if len(ours) != len(theirs):
        return f"{len(ours)} and {len(theirs)} partners"
    known = {id: (score, parts) for id, score, parts in theirs}
    for place, ((id, score, parts), (_, other, _)) in enumerate(zip(ours, theirs, strict=True)):
        if not math.isclose(score, other, abs_tol=1e-9):
            return f"place {place}: {score} and {other}"
        if id not in known:
            if not math.isclose(score, theirs[-1][1], abs_tol=1e-9):
                return f"place {place}: {id} is missing"
        elif not np.allclose([score, *parts], [known[id][0], *known[id][1]], rtol=0, atol=1e-9):
            return f"{id}: {score, parts} and {known[id]}"
    return None


def choose(index: PathIndex, count: int, seed: int) -> list[int]:
    """Choose actors: nine in ten by chance among those that have a link, the rest those with most competences."""
    degrees = sum(np.diff(a.starts) for (_, kind, _, forward), a in index.arrays.items() if forward and kind is Kind.ACTOR)
    hubs = np.argsort(-np.asarray(degrees), kind="stable")[: count // 10]
    rest = np.setdiff1d(np.flatnonzero(degrees), hubs)
    random = np.random.default_rng(seed)
    chosen = np.concatenate([hubs, random.choice(rest, min(len(rest), count - len(hubs)), replace=False)])
    return [int(actor) for actor in random.permutation(chosen)]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=("S", "M", "L"), default="M")
    parser.add_argument("--links", choices=("dense", "sparse"), default="dense")
    parser.add_argument("--actors", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)

    tables = Tables.of([world(options.size, links=options.links, seed=options.seed)])
    index = PathIndex.build(tables)
    directory = Directory(tables)
    ids = index.ids[Kind.ACTOR].to_list()
    con = duckdb.connect(config={"threads": 2})
    fill(con, index)
    ways = {
        "metapath by metapath": prepared(con, "flat", metapath_by_metapath()),
        "merged frontiers": prepared(con, "merged", merged_frontiers()),
    }

    def ours(actor: int) -> Answer:
        found = find_partners(index, tables, directory, ids[actor])
        return [(each.id, each.score, tuple(each.parts[family] for family in Family)) for each in found]

    actors = choose(index, options.actors, options.seed)
    trial = actors[:10]
    for way in (*ways.values(), ours):  # warm
        way(trial[0])
    medians = {name: statistics.median(timed(lambda a=a: way(a))[0] for a in trial) for name, way in ways.items()}
    chosen = min(medians, key=medians.__getitem__)
    theirs = ways[chosen]

    ratios, mine, other = [], [], []
    for turn, actor in enumerate(actors):
        if turn % 2:
            b, their_answer = timed(lambda: theirs(actor))
            a, our_answer = timed(lambda: ours(actor))
        else:
            a, our_answer = timed(lambda: ours(actor))
            b, their_answer = timed(lambda: theirs(actor))
        if fault := differs(our_answer, their_answer):
            print(f"{ids[actor]}: the answers differ: {fault}", file=sys.stderr)
            return 1
        ratios.append(b / a)
        mine.append(a)
        other.append(b)
    low, median, high = np.percentile(ratios, [10, 50, 90])
    spread = np.percentile(mine, [90, 100]) / np.median(mine), np.percentile(other, [90, 100]) / np.median(other)
    entities = sum(frame.height for frame in tables.entities.values())
    links = sum(frame.height for frame in tables.links.values())
    print(f"top ten partners, size {options.size} {options.links}: {entities:,} entities, {links:,} links")
    print(f"  {len(METAPATHS)} metapaths, {len(actors)} actors (a tenth of them hubs), answers equal to 1e-9")
    print(f"  duckdb {duckdb.__version__} ({chosen}) / ours: median {median:.1f}, p10 {low:.1f}, p90 {high:.1f}, least {min(ratios):.1f}")
    print(f"  own spread, p90 and worst over median: ours {spread[0][0]:.1f} and {spread[0][1]:.1f}, duckdb {spread[1][0]:.1f} and {spread[1][1]:.1f}")
    print(f"  required {REQUIRED:.0f}, goal {GOAL:.0f}: {'met' if median >= GOAL else 'required met' if median >= REQUIRED else 'NOT MET'}")
    return 0 if median >= REQUIRED else 1


if __name__ == "__main__":
    sys.exit(main())
