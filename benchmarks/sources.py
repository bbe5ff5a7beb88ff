"""What a change costs: a source of one facts in a hundred added, changed, removed; twelve sources one after another.

Everything is a ratio to a full load of the same facts in the same run.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from benchmarks.world import world
from graph import open_graph
from ontology.facts import Batch
from ontology.metagraph import Kind, Relation

#: A change of a hundredth costs at most this share of a full load; twelve loads at most so many times one.
MOST_CHANGE, MOST_TWELVE = 0.10, 2.0

SOURCES = 12


def part(batch: Batch, id: str, keep: Callable[[pl.Expr], pl.Expr]) -> Batch:
    """Return the facts about the actors whose number is kept, as a source of its own; all else stays with number 0."""
    number = "^gen-act-0*([0-9]+)$"

    def own(frame: pl.DataFrame, column: str) -> pl.DataFrame:
        numbered = pl.col(column).str.extract(number).cast(pl.Int64).fill_null(0)
        return frame.filter(keep(numbered))

    return Batch(
        replace(batch.source, id=id, sha256=id),
        {kind: own(frame, "id") for kind, frame in batch.entities.items()},
        {relation: own(frame, "subject") for relation, frame in batch.links.items()},
    )


def edited(batch: Batch) -> Batch:
    """Return another edition: every tenth actor renamed, every tenth link of a membership gone."""
    actors = batch.entities[Kind.ACTOR]
    tenth = pl.int_range(pl.len()) % 10 == 0
    renamed = actors.with_columns(label_und=pl.when(tenth).then(pl.lit("Renamed")).otherwise("label_und"))
    members = {Relation.MEMBER_OF: batch.links[Relation.MEMBER_OF].filter(~tenth)}
    source = replace(batch.source, sha256="edited")
    return Batch(source, {**batch.entities, Kind.ACTOR: renamed}, {**batch.links, **members})


def timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=["S", "M", "L"], default="M")
    parser.add_argument("--links", choices=["sparse", "dense"], default="sparse")
    parser.add_argument("--without-twelve", action="store_true", help="Leave out the twelve sources.")
    options = parser.parse_args()
    batch = world(options.size, options.links)
    rest, hundredth = part(batch, "rest", lambda n: n % 100 != 1), part(batch, "hundredth", lambda n: n % 100 == 1)
    share = sum(f.height for f in hundredth.links.values()) / sum(f.height for f in batch.links.values())
    print(f"sources, size {options.size} {options.links}: the small one has {share:.1%} of the links")
    worst = 0.0
    with TemporaryDirectory() as place:
        graph = open_graph(Path(place) / "g", keep=1)
        full = timed(lambda: graph.replace(rest))
        for said, act in (
            ("added", lambda: graph.replace(hundredth)),
            ("changed", lambda: graph.replace(edited(hundredth))),
            ("removed", lambda: graph.remove("hundredth")),
        ):
            ratio = timed(act) / full
            worst = max(worst, ratio)
            print(f"  {said}: {ratio:.3f} of the full load")
        left = len(graph.generation.store)
        whole = open_graph(Path(place) / "fresh")
        again = timed(lambda: whole.replace(rest))
        same = len(whole.generation.store) == left
        print(f"  a second full load: {again / full:.2f} of the first; as many quads: {same}")
    twelve = 0.0
    if not options.without_twelve:
        shares = [part(batch, f"s{i:02}", lambda n, i=i: n % SOURCES == i) for i in range(SOURCES)]  # type: ignore[misc]
        with TemporaryDirectory() as place:
            together = timed(lambda: open_graph(Path(place) / "once").replace(shares))
            one_by_one = open_graph(Path(place) / "twelve", keep=1)
            twelve = timed(lambda: [one_by_one.replace(each) for each in shares]) / together
            same = one_by_one.counts() == open_graph(Path(place) / "once").counts()
            print(f"  twelve sources one after another: {twelve:.2f} × all at once; counts equal: {same}")
    met = worst <= MOST_CHANGE and twelve <= MOST_TWELVE
    print(f"  a change at most {MOST_CHANGE}, twelve at most {MOST_TWELVE}: {'met' if met else 'NOT MET'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
