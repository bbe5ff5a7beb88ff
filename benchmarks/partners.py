"""Top ten partners against duckdb, in one process, query by query in turn: the ratio of their times.

duckdb gets in memory what our index has on disk: integer ids, each edge's weight ready, both directions sorted by
where a step starts; and a prepared statement, as many threads as it likes, and for each actor the better of two ways
to write the question (each metapath on its own, or frontiers merged as our kernel merges them). Ours asks an index
that was saved and opened by memory mapping. Both return ids, scores and the three parts; reasons are not asked for.

    python -m benchmarks.partners [--size M] [--links dense] [--actors 200]

Fails when an answer differs or when duckdb is less than eight times as slow.
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
from graph.paths.adjacency import Key, key_of
from graph.paths.filters import Filters
from graph.paths.index import PathIndex
from graph.questions.partners import find_partners
from graph.stores.generation import Generation
from ontology.facts import Tables
from ontology.metagraph import Kind
from ontology.metapaths import FAMILY_WEIGHTS, METAPATHS, Family, Metapath

REQUIRED = 8.0
Answer = list[tuple[str, float, tuple[float, ...]]]


def table_of(key: Key) -> str:
    relation, subject, object, forward = key
    return f"{relation}_{subject}_{object}_{'out' if forward else 'in'}"


def fill(con: duckdb.DuckDBPyConnection, index: PathIndex) -> None:
    """Give duckdb the index: each step as a table (a, b, w), sorted by a."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rows.parquet"
        for key, adjacency in index.arrays.items():
            sources = np.repeat(np.arange(len(adjacency.starts) - 1, dtype=np.int32), adjacency.degrees())
            weights = adjacency.leaving[sources] * adjacency.arriving[adjacency.targets]
            edges = {"a": sources, "b": adjacency.targets, "w": weights}
            pl.DataFrame(edges).write_parquet(file)
            con.execute(f"CREATE TABLE \"{table_of(key)}\" AS SELECT * FROM '{file}' ORDER BY a, b")
        pl.DataFrame({"id": list(index.ids[Kind.ACTOR])}).with_row_index("n").write_parquet(file)
        con.execute(f"CREATE TABLE actor AS SELECT n::INTEGER AS n, id FROM '{file}'")
    con.execute("ANALYZE")


def _tables(metapath: Metapath) -> list[str]:
    return [f'"{table_of(key_of(step, start, end))}"' for step, start, end in metapath.typed_steps()]


def _chain(metapath: Metapath) -> str:
    """One metapath as joins from the actor to its partners."""
    tables = _tables(metapath)
    joins = " ".join(f"JOIN {table} t{i} ON t{i}.a = t{i - 1}.b" for i, table in enumerate(tables) if i)
    weight = " * ".join(f"t{i}.w" for i in range(len(tables)))
    where = ["t0.a = $1"]
    inner = metapath.kinds[1:-1]
    where += [f"t{i}.b <> t{j}.b" for i in range(len(inner)) for j in range(i + 2, len(inner)) if inner[i] is inner[j]]
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
    """Every metapath walked on its own, the weights of their paths added up."""
    return _answer(
        {family: " UNION ALL ".join(_chain(path) for path in METAPATHS if path.family is family) for family in Family}
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
                first, *after = _tables(path)
                waiting[tuple(after)].append(f"SELECT b, w * {path.weight} AS w FROM {first} WHERE a = $1")
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


def timed(ask: Callable[[int], Answer], actor: int) -> tuple[float, Answer]:
    start = time.perf_counter()
    answer = ask(actor)
    return time.perf_counter() - start, answer


def differs(ours: Answer, theirs: Answer) -> str | None:
    """Say where two answers differ; the same score in another order, to 1e-9, is no difference."""
    if len(ours) != len(theirs):
        return f"{len(ours)} and {len(theirs)} partners"
    known = {id: (score, parts) for id, score, parts in theirs}
    for place, ((id, score, parts), (_, other, _)) in enumerate(zip(ours, theirs, strict=True)):
        if not math.isclose(score, other, rel_tol=1e-9):
            return f"place {place}: {score} and {other}"
        if id not in known:
            if not math.isclose(score, theirs[-1][1], rel_tol=1e-9):
                return f"place {place}: {id} is missing"
        elif not np.allclose([score, *parts], [known[id][0], *known[id][1]], rtol=1e-9, atol=1e-12):
            return f"{id}: {score, parts} and {known[id]}"
    return None


def choose(index: PathIndex, count: int, seed: int) -> tuple[list[int], set[int]]:
    """Choose actors in a shuffled order, and say which are hubs: a tenth have most links, the rest come by chance."""
    own = [a for (_, kind, _, forward), a in index.arrays.items() if forward and kind is Kind.ACTOR]
    degrees = np.sum([adjacency.degrees() for adjacency in own], axis=0)
    hubs = np.argsort(-degrees, kind="stable")[: count // 10]
    rest = np.setdiff1d(np.flatnonzero(degrees), hubs)
    random = np.random.default_rng(seed)
    chosen = np.concatenate([hubs, random.choice(rest, min(len(rest), count - len(hubs)), replace=False)])
    return random.permutation(chosen).tolist(), set(hubs.tolist())


def quartiles(values: Sequence[float]) -> str:
    low, median, high = np.percentile(values, [25, 50, 75])
    return f"median {median:.1f}, quartiles {low:.1f} and {high:.1f}, least {min(values):.1f}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", choices=("S", "M", "L"), default="M")
    parser.add_argument("--links", choices=("dense", "sparse"), default="dense")
    parser.add_argument("--actors", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="arvoverkko-bench-") as place:
        tables = Tables.of([world(options.size, options.links, options.seed)])
        folder = Path(place) / "generations" / "1"
        folder.mkdir(parents=True)
        # The index is made in the folder when it is first asked for, and opened there.
        return race(Generation(tables, {"generation": 1, "identity": "benchmark"}, folder), options)


def race(generation: Generation, options: argparse.Namespace) -> int:
    tables, index = generation.tables, generation.paths
    ids = index.ids[Kind.ACTOR]
    con = duckdb.connect()
    fill(con, index)
    ways = {
        "metapath by metapath": prepared(con, "flat", metapath_by_metapath()),
        "merged frontiers": prepared(con, "merged", merged_frontiers()),
    }

    def ours(actor: int) -> Answer:
        found = find_partners(generation, ids[actor], Filters(), 10, 0)
        return [(each.id, each.score, tuple(each.parts[family] for family in Family)) for each in found]

    actors, hubs = choose(index, options.actors, options.seed)
    asked = {"ours": ours, **ways}
    for way in asked.values():  # warm
        way(actors[0])
    times: dict[int, dict[str, float]] = {}
    for actor in actors:
        best = dict.fromkeys(asked, math.inf)
        # In turn and three times each, the best of which counts: other work on the machine stalls now one, now another.
        for turn in range(3):
            answers: dict[str, Answer] = {}
            for name in tuple(asked) if turn % 2 else reversed(asked):
                time_taken, answers[name] = timed(asked[name], actor)
                best[name] = min(best[name], time_taken)
            for name in ways:
                if fault := differs(answers["ours"], answers[name]):
                    print(f"{ids[actor]}: ours and duckdb, {name}, differ: {fault}", file=sys.stderr)
                    return 1
        times[actor] = best
    return report(tables, times, hubs, options)


def report(tables: Tables, times: dict[int, dict[str, float]], hubs: set[int], options: argparse.Namespace) -> int:
    mine = {actor: best["ours"] for actor, best in times.items()}
    other = {actor: min(time for name, time in best.items() if name != "ours") for actor, best in times.items()}
    ratios = {actor: other[actor] / mine[actor] for actor in times}
    median = statistics.median(ratios.values())
    own, theirs = (
        statistics.median(side[hub] for hub in hubs) / statistics.median(side.values()) for side in (mine, other)
    )
    entities, links = (sum(f.height for f in frames.values()) for frames in (tables.entities, tables.links))
    verdict = "met" if median >= REQUIRED else "NOT MET"
    print(f"top ten partners, size {options.size} {options.links}: {entities:,} entities, {links:,} links")
    print(f"  {len(METAPATHS)} metapaths, {len(times)} actors, {len(hubs)} of them the biggest hubs; answers equal")
    print(f"  duckdb {duckdb.__version__}, the better of two ways / ours: {quartiles(list(ratios.values()))}")
    print(f"  hubs alone: {quartiles([ratios[hub] for hub in hubs])}")
    print(f"  a hub takes {own:.1f} times as long as the median actor with us, {theirs:.1f} with duckdb")
    print(f"  at least {REQUIRED:.0f}: {verdict}")
    return 0 if median >= REQUIRED else 1


if __name__ == "__main__":
    sys.exit(main())
