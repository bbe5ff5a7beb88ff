"""Looking names up in the index, against a dict of exact names and against reading every name: ratios of times.

The names are those of a generated world or, with `--ror`, names of research organisations of the world in many scripts
(a file `ror_v2_records.jsonl.gz` of the ROR registry), with a place and a number where they are used up. Three
questions are asked of each side, and their answers are compared:

- an exact name: a dict of folded names in memory, which takes seconds and gigabytes to make
- words inside names, how many and the first twenty: a scan of all folded names as polars does it, which only counts
- a name with a letter missing: `difflib` over all names, as long as that can be waited for

    python -m benchmarks.names [--size M] [--ror FOLDER] [--asked 100]

Opening is measured in a process of its own, with its memory after all look-ups. Fails when answers differ.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl

from benchmarks.world import ACTORS, world
from graph.stores.folding import fold
from graph.stores.names import NameIndex
from ontology.facts import Batch, Tables
from ontology.metagraph import Kind

#: difflib compares a name with each: more than so many questions take too long.
_FEW = 3


def registered(folder: Path, count: int) -> Iterator[str]:
    """Yield so many names: those of the registry, then the same with places and numbers."""
    with gzip.open(folder / "ror_v2_records.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    names = [each["value"] for record in records for each in record["names"] if "label" in each["types"]]
    places = sorted({record["locations"][0]["geonames_details"]["name"] for record in records})
    yield from islice(names, count)
    for n in range(len(names), count):
        round, place = divmod(n, len(names))
        yield f"{names[place]} {places[(place * 31 + round * 17) % len(places)]} {round}"


def generated(size: str, ror: Path | None) -> Batch:
    """Return a generated world, its actors named after the registry where there is one."""
    batch = world(size, "sparse")  # type: ignore[arg-type]
    if ror is None:
        return batch
    actors = batch.entities[Kind.ACTOR]
    named = actors.with_columns(label_und=pl.Series(list(registered(ror, actors.height)), dtype=pl.String))
    return Batch(batch.source, {**batch.entities, Kind.ACTOR: named}, batch.links, read=batch.read)


def timed(ask: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    answer = ask()
    return time.perf_counter() - start, answer


def race(title: str, asked: Sequence[str], ours: Callable[[str], Any], theirs: Callable[[str], Any]) -> bool:
    """Ask both the same, in turn, and print how many times longer the other takes; answers must be equal."""
    times: list[tuple[float, float]] = []
    equal = True
    for text in asked:
        mine, other = timed(lambda text=text: ours(text)), timed(lambda text=text: theirs(text))
        equal = equal and mine[1] == other[1]
        times.append((mine[0], other[0]))
    ratios = sorted(other / mine for mine, other in times)
    median = statistics.median(ratios)
    print(f"  {title}: median {median:.3g}, least {ratios[0]:.2g}" + ("" if equal else "; ANSWERS DIFFER"))
    return equal


def slip(name: str) -> str:
    """Leave out a letter in the middle of the longest word."""
    word = max(name.split(), key=len)
    return name.replace(word, word[: len(word) // 2] + word[len(word) // 2 + 1 :], 1)


#: What a process that opens an index does: look up a hundred ids and names, and say how much memory it has.
_PROCESS = """
import sys, time
from pathlib import Path
import polars, tantivy
from graph.stores.names import NameIndex
memory = lambda: int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]) // 1024
before, start = memory(), time.perf_counter()
index = NameIndex.open(Path(sys.argv[1]))
opened = time.perf_counter() - start
start = time.perf_counter()
for line in sys.stdin.read().splitlines():
    id, name = line.split("\\t")
    index.get(id), index.whole(name), list(index.parts(name)), index.holding(name, (), 20)
print(f"opened in {opened * 1000:.1f} ms; four look-ups each of a hundred in {time.perf_counter() - start:.2f} s; "
      f"memory {before} MB before, {memory()} MB after")
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", choices=tuple(ACTORS), default="M")
    parser.add_argument("--ror", type=Path)
    parser.add_argument("--asked", type=int, default=100)
    options = parser.parse_args(arguments)
    ror: Path | None = options.ror
    if ror is not None and not (ror / "ror_v2_records.jsonl.gz").is_file():
        print(f"{ror} has no ror_v2_records.jsonl.gz: names are generated instead", file=sys.stderr)
        ror = None
    tables = Tables.of([generated(options.size, ror)])
    with TemporaryDirectory(prefix="arvoverkko-bench-") as place:
        return measure(tables, Path(place) / "names", options)


def measure(tables: Tables, folder: Path, options: argparse.Namespace) -> int:
    actors = tables.entity(Kind.ACTOR)
    built, _ = timed(lambda: NameIndex.build(tables, folder))
    index = NameIndex.open(folder)
    size = sum(path.stat().st_size for path in folder.iterdir())
    written, _ = timed(lambda: actors.write_parquet(folder.parent / "actors.parquet", compression="zstd"))

    def dictionary() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for id, name in actors.select("id", "label_und").iter_rows():
            if folded := fold(name):
                found.setdefault(folded, []).append(id)
        return found

    made, known = timed(dictionary)
    print(f"names, size {options.size}: {len(index):,} entities, {size / 1e6:.0f} MB of index")
    print(f"  building: {built / made:.2f} times a dict of exact names, {built / written:.1f} times writing the actors")
    random = np.random.default_rng(7)
    rows = [actors.row(int(n), named=True) for n in random.choice(actors.height, options.asked, replace=False)]
    rows = [row for row in rows if len(fold(row["label_und"])) > 3]
    names = [row["label_und"] for row in rows]
    column = pl.Series([fold(name) for name in actors["label_und"]])
    only = (Kind.ACTOR,)

    def scan(text: str) -> int:
        holds = pl.all_horizontal(pl.col("n").str.contains(word, literal=True) for word in _long(text))
        return int(column.to_frame("n").select(holds).to_series().sum())

    good = [
        race(
            "an exact name, a dict in memory / ours",
            names,
            lambda name: set(index.whole(name, only, 10_000).ids),
            lambda name: set(known[fold(name)]),
        ),
        race(
            "words inside names, reading every name / ours",
            [" ".join(_long(name)[:2]) for name in names[: options.asked // 4] if _long(name)],
            lambda text: index.holding(text, only, 20).total,
            scan,
        ),
    ]
    found = [row["id"] in index.near(slip(row["label_und"]), only) for row in rows]
    pool = column.unique().to_list()
    slow = statistics.median(
        timed(lambda name=name: difflib.get_close_matches(fold(slip(name)), pool, 3))[0] for name in names[:_FEW]
    )
    quick = statistics.median(timed(lambda name=name: index.near(slip(name), only))[0] for name in names)
    print(f"  a letter missing, comparing with every name / ours: {slow / quick:.3g}; "
          f"{sum(found)} of {len(found)} among the three that are suggested")  # fmt: skip
    lines = "\n".join(f"{row['id']}\t{row['label_und']}" for row in (rows * 100)[:100])
    said = subprocess.run(
        [sys.executable, "-c", _PROCESS, str(folder)], input=lines, capture_output=True, encoding="utf-8", check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1]), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    print(f"  a process of its own: {said.stdout.strip()}")
    return 0 if all(good) else 1


def _long(text: str) -> list[str]:
    return [word for word in dict.fromkeys(fold(text).split()) if len(word) > 2]


if __name__ == "__main__":
    sys.exit(main())
