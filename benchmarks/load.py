"""Loading a generated world into a fresh workspace, against a bare bulk load of the same quads: the ratio of times.

The bare load gets the facts and the vocabulary as ready N-Quads in memory, and does nothing else. Ours starts from
columns: it keeps the batch, checks it, writes tables, a path index and an RDF store, and makes them current. Both
write into fresh directories, in turn; both stores are compared quad by quad.

    python -m benchmarks.load [--size M] [--links sparse] [--rounds 3]

Fails when the stores differ or when the ratio of the medians is above 1.3.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from benchmarks.world import world
from graph import open_graph
from graph.paths import PathIndex
from graph.stores.trig import to_trig
from ontology.facts import Batch, Tables
from ontology.prefixes import PREFIXES
from ontology.rules.checks import check
from ontology.vocabulary import graph_files

REQUIRED, GOAL = 1.3, 1.15


def vocabulary() -> Iterator[ox.Quad]:
    """Yield the quads that every graph holds beside its facts."""
    for path in graph_files():
        graph = ox.NamedNode(f"{PREFIXES['avsource']}ontology/{path.stem}")
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def n_quads(trig: bytes) -> bytes:
    def quads() -> Iterator[ox.Quad]:
        yield from vocabulary()
        yield from ox.parse(trig, format=ox.RdfFormat.TRIG)

    return ox.serialize(quads(), format=ox.RdfFormat.N_QUADS) or b""


def bare(folder: Path, ready: bytes) -> None:
    ox.Store(str(folder)).bulk_load(ready, format=ox.RdfFormat.N_QUADS)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return how long it takes by the clock, and how long of processors, all threads together."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def content(folder: Path) -> tuple[int, str]:
    """Return the number of quads in a store, and a hash of them in any order; none of ours is about a blank node."""
    store = ox.Store.read_only(str(folder))
    return len(store), hashlib.sha256(repr(sorted(hash(quad) for quad in store)).encode()).hexdigest()


def parts(batch: Batch, folder: Path) -> dict[str, float]:
    """Return how long each part of a load takes on its own, by the clock."""
    tables = Tables.of([batch])
    trig: list[bytes] = []

    def write_tables() -> None:
        for copy in ("batch", "tables"):
            (folder / copy).mkdir()
            for name, frame in (*tables.entities.items(), *tables.links.items()):
                frame.write_parquet(
                    folder / copy / f"{name}.parquet", compression="zstd", compression_level=1, statistics=False
                )

    def index_paths() -> None:
        PathIndex.build(tables).save(folder / "paths")

    works: dict[str, Callable[[], object]] = {
        "tables": write_tables,
        "checks": lambda: check(tables),
        "index": index_paths,
        "serialising": lambda: trig.append(to_trig(tables)),
        "bulk_load": lambda: ox.Store(str(folder / "rdf")).bulk_load(trig[0], format=ox.RdfFormat.TRIG),
    }
    return {name: timed(work)[0] for name, work in works.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", choices=("S", "M", "L"), default="M")
    parser.add_argument("--links", choices=("sparse", "dense"), default="sparse")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)

    batch = world(options.size, options.links, options.seed)
    ready = n_quads(to_trig(Tables.of([batch])))
    theirs: list[tuple[float, float]] = []
    ours: list[tuple[float, float]] = []
    with TemporaryDirectory(prefix="arvoverkko-bench-") as place:
        for turn in range(options.rounds):
            home = Path(place) / str(turn)
            home.mkdir()
            works: list[tuple[list[tuple[float, float]], Callable[[], object]]] = [
                (theirs, lambda home=home: bare(home / "bare", ready)),  # type: ignore[misc]
                (ours, lambda home=home: open_graph(home / "graph").replace(batch)),  # type: ignore[misc]
            ]
            for times, work in works if turn % 2 else reversed(works):
                times.append(timed(work))
            if turn == 0:
                counts = [content(home / folder) for folder in ("bare", "graph/generations/000001/rdf/store")]
        alone = parts(batch, Path(place))
    if counts[0] != counts[1]:
        print(f"the stores differ: {counts[0][0]:,} quads in theirs and {counts[1][0]:,} in ours", file=sys.stderr)
        return 1

    ratio, processors = (
        statistics.median(each[i] for each in ours) / statistics.median(each[i] for each in theirs) for i in (0, 1)
    )
    rounds = ", ".join(f"{mine[0] / other[0]:.2f}" for mine, other in zip(ours, theirs, strict=True))
    shares = ", ".join(f"{name} {time / sum(alone.values()):.0%}" for name, time in alone.items())
    words = sum(1 for _ in vocabulary())
    verdict = "met" if ratio <= GOAL else "required met" if ratio <= REQUIRED else "NOT MET"
    print(f"load, size {options.size} {options.links}: {counts[0][0]:,} quads, {words:,} of them vocabulary")
    print(f"  ours / bulk_load of ready N-Quads: {ratio:.2f} (medians of {options.rounds}; by round {rounds})")
    print(f"  the same in processor time, all threads: {processors:.2f}; the two stores are equal")
    print(f"  the parts, one after another: {shares}")
    print(f"  at most {REQUIRED}, goal {GOAL}: {verdict}")
    return 0 if ratio <= REQUIRED else 1


if __name__ == "__main__":
    sys.exit(main())
