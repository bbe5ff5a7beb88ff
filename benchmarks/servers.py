"""What Neo4j costs: writing against the driver's own rate and the importer, reading, a change, and asking in Cypher.

A real Neo4j Community is started for it (tests/servers); every figure is a ratio of two times taken in the same run.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.sources import edited, part
from benchmarks.world import world

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import real_servers  # noqa: E402
import server_kits  # noqa: E402
from real_servers import Neo4j  # noqa: E402

from graph import KnowledgeGraph, open_graph  # noqa: E402
from graph.stores.generation import Generation  # noqa: E402
from graph.stores.neo4j import model, read  # noqa: E402
from graph.stores.neo4j.home import Neo4jHome  # noqa: E402
from graph.stores.neo4j.importing import write_import  # noqa: E402
from ontology.metagraph import Kind  # noqa: E402

#: What is wanted: writing and reading at the least this share of the driver's own rate, a change at most this share.
WRITING, READING, CHANGE = 0.8, 0.7, 0.05

_BATCH = 10_000


def timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def home_of(graph: KnowledgeGraph) -> Neo4jHome:
    assert isinstance(graph.home, Neo4jHome)
    return graph.home


def ready(generation: Generation) -> list[tuple[str, list[Any]]]:
    """The queries that write a graph with nothing beside, each with its rows ready in memory."""
    found: list[tuple[str, list[Any]]] = []
    for kind, frame in generation.tables.entities.items():
        rows = model.said(frame).to_dicts()
        found.append((f"UNWIND $rows AS row CREATE (n:{model.OURS}:{model.RESOURCE}:{kind}) SET n = row", rows))
    for relation, frame in generation.tables.links.items():
        own = model.said(frame.drop("subject", "object")).to_dicts()
        ends = zip(frame["subject"].to_list(), frame["object"].to_list(), own, strict=True)
        query = (
            f"UNWIND $rows AS row MATCH (s:{model.RESOURCE} {{id: row[0]}}) MATCH (o:{model.RESOURCE} {{id: row[1]}}) "
            f"CREATE (s)-[r:{relation}]->(o) SET r = row[2]"
        )
        found.append((query, list(map(list, ends))))
    return found


def empty(server: Neo4j) -> None:
    """Leave nothing in it, not even the indexes that a load makes last."""
    with server.emptied().driver() as driver:
        for name in (model.NAMES_INDEX, "arvoverkko_record"):
            driver.execute_query(f"DROP INDEX {name} IF EXISTS")


def plainly(server: Neo4j, queries: list[tuple[str, list[Any]]]) -> None:
    """Write by UNWIND, as anybody would."""
    with server.driver() as driver:
        for statement in model.FIRST:
            driver.execute_query(statement)
        for query, rows in queries:
            for begin in range(0, len(rows), _BATCH):
                driver.execute_query(query, rows=rows[begin : begin + _BATCH])


def bare(home: Neo4jHome, columns: dict[str, list[str]]) -> int:
    """Take the very rows that a reader takes out of the driver, and do nothing with them."""
    many = 0
    with home.neo4j.session() as session:
        for query, parameters in _queries(columns):
            for _ in session.run(query, parameters):
                many += 1
    return many


def _queries(columns: dict[str, list[str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """The queries that a reader asks, heard while it asks nobody."""

    class Listening:
        def __init__(self) -> None:
            self.heard: list[tuple[str, dict[str, str]]] = []

        def run(self, query: str, parameters: dict[str, str]) -> Listening:
            self.heard.append((query, parameters))
            return self

        def fetch(self, _: int) -> list[Any]:
            return []

    listening = Listening()
    list(read.rows(listening, columns))  # type: ignore[arg-type]
    yield from listening.heard


def imported(server: Neo4j, generation: Generation, place: Path) -> tuple[float, float]:
    """The times of writing the files and of importing them into an empty database of a server that is stopped."""
    folder = place / "import"
    folder.mkdir()
    writing = timed(lambda: write_import(generation, folder))
    kit = server_kits.kit("neo4j-5")
    admin = place / "admin.sh"
    admin.write_text(f"#!/bin/sh\nexec '{kit.java}' -Xmx2g -cp '{kit.class_path}' org.neo4j.cli.AdminTool \"$@\"\n")
    admin.chmod(0o755)
    other = place / "imported"
    (other / "conf").mkdir(parents=True)
    environment = os.environ | {"NEO4J_ADMIN": str(admin), "NEO4J_HOME": str(other), "NEO4J_CONF": str(other / "conf")}
    command = ["sh", str(folder / "import.sh")]

    def run() -> None:
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)

    return writing, timed(run)


def listened(home: Neo4jHome) -> list[float]:
    """The times of what is written to the server from now on."""
    times: list[float] = []
    write = home.neo4j.write

    def listening(*arguments: Any, **more: Any) -> None:
        times.append(timed(lambda: write(*arguments, **more)))

    home.neo4j.write = listening  # type: ignore[method-assign]
    return times


def asked(graph: KnowledgeGraph, actors: list[str]) -> tuple[float, float]:
    """The median times of a question: one metapath in Cypher, and all of them from the index."""
    query = (ROOT / "docs" / "queries" / "metapaths" / "shared-competence.cypher").read_text("utf-8")
    generation = graph.generation
    in_cypher = [timed(lambda a=a: graph.cypher(query, actor=a)) for a in actors]  # type: ignore[misc]
    ours = [timed(lambda a=a: generation and graph.partners(a, limit=10)) for a in actors]  # type: ignore[misc]
    return median(in_cypher), median(ours)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=["S", "M"], default="S")
    parser.add_argument("--links", choices=["sparse", "dense"], default="dense")
    parser.add_argument("--laps", type=int, default=3, help="How often writing is measured.")
    options = parser.parse_args()
    batch = world(options.size, options.links)
    rest, hundredth = part(batch, "rest", lambda n: n % 100 != 1), part(batch, "hundredth", lambda n: n % 100 == 1)
    met = True
    real_servers.FLAGS = ()  # a server as users have it

    def say(what: str, value: float, most: float | None = None, least: float | None = None) -> None:
        nonlocal met
        good = (most is None or value <= most) and (least is None or value >= least)
        met &= good
        goal = f" (at most {most})" if most else f" (at least {least})" if least else ""
        print(f"  {what}: {value:.3f}{goal}{'' if good else ' NOT MET'}", flush=True)

    with TemporaryDirectory() as text:
        place = Path(text)
        os.environ["ARVOVERKKO_CACHE"] = str(place / "copies")
        local = open_graph(place / "local")
        local.replace(rest)
        generation = local.generation
        rows = sum(frame.height for frame in (*generation.tables.entities.values(), *generation.tables.links.values()))
        print(f"servers, size {options.size} {options.links}: {rows:,} rows")
        with Neo4j(place / "server", heap="2g") as server:
            os.environ["ARVOVERKKO_USER"], os.environ["ARVOVERKKO_PASSWORD"] = server.user, server.password
            queries = ready(generation)
            graph = open_graph(server.address)
            home = home_of(graph)
            plain, ours = [], []
            for lap in range(options.laps + 1):  # the first lap warms the server up, which compiles what runs often
                empty(server)
                plain.append(timed(lambda: plainly(server, queries)))
                empty(server)
                ours.append(timed(lambda: home.push(generation)))
                if lap:
                    print(f"  lap {lap}: our rate / plain {plain[-1] / ours[-1]:.3f}", flush=True)
            plain_time, our_time = median(plain[1:]), median(ours[1:])
            say("writing: our rate / plain UNWIND of ready rows", plain_time / our_time, least=WRITING)
            writing, importing = imported(server, generation, place)
            say("Bolt / the importer, its files included", our_time / (writing + importing))
            say("writing the importer's files / importing them", writing / importing)
            empty(server)
            written = listened(home)
            whole = timed(lambda: graph.replace(rest))
            say("a whole load: replace, copy and index and RDF too / writing alone", whole / our_time)
            columns = model.columns_of(generation.tables)
            bare(home, columns)

            def taken() -> None:
                with home.neo4j.session() as session:
                    for _ in read.rows(session, columns):
                        pass

            times = [(timed(lambda: bare(home, columns)), timed(taken)) for _ in range(3)]
            say("reading: our rate / bare rows of the driver", median(b / t for b, t in times), least=READING)
            os.environ["ARVOVERKKO_CACHE"] = str(place / "other")
            with open_graph(server.address) as reader:
                copied = timed(lambda: reader.generation)
                say("a first copy, with index and names / bare rows", copied / median(b for b, _ in times))
            for what, act in (
                ("added", lambda: graph.replace(hundredth)),
                ("changed", lambda: graph.replace(edited(hundredth))),
                ("removed", lambda: graph.remove("hundredth")),
            ):
                ratio = timed(act) / whole
                say(
                    f"a hundredth {what}, on the server alone / a whole load there",
                    written[-1] / written[0],
                    most=CHANGE,
                )
                say(f"a hundredth {what}, with the copy's indexes / a whole load with them", ratio, most=CHANGE)
            again = graph.replace(rest)
            print(f"  unchanged: loaded again {again.changed}")
            ids = generation.tables.entities[Kind.ACTOR]["id"].to_list()
            actors = random.Random(7).sample(ids, 30)
            cypher, index = asked(graph, actors)
            say("one metapath in Cypher / partners over all of them, explained, from the index", cypher / index)
            graph.close()
    print("  met" if met else "  NOT MET")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
