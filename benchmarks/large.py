"""A graph of Europe's size from the load to the first answer: time, memory and room on disk, in processes of their own.

    python -m benchmarks.large [--size L] [--links dense] [--folder var/large] [--bare]

The load runs in one process, and says when readers could have asked. Then readers begin: partners of an actor from a cold
start, beside the same on the reference data; and a server that is asked for partners, names and gaps, whose memory is
read afterwards. With `--bare`, the quads are also loaded with nothing but `bulk_load`, piece by piece as they are made;
serialising is not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

_LOAD = """
import json, sys, time
from benchmarks.world import world
from graph import open_graph
batch = world(sys.argv[2], sys.argv[3])
begun, told = time.perf_counter(), {}
open_graph(sys.argv[1]).replace(batch, progress=lambda what: told.setdefault(what, time.perf_counter() - begun))
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"told": told, "peak": peak / 2**20}))
"""

_BARE = """
import sys, time
import pyoxigraph as ox
from benchmarks.world import world
from graph.stores.trig import pieces
from ontology.facts import Tables
store, spent = ox.Store(sys.argv[1]), 0.0
for piece in pieces(Tables.of([world(sys.argv[2], sys.argv[3])])):
    begun = time.perf_counter()
    store.bulk_load(piece, format=ox.RdfFormat.TRIG)
    spent += time.perf_counter() - begun
print(spent)
"""


def run(code: str, *arguments: str) -> str:
    return subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True).stdout


def cold(folder: Path, actor: str) -> float:
    """Return the time of `arvoverkko partners` for an actor, the least of five; the files are warm, the process is not."""
    command = [sys.executable, "-m", "api.cli", "--graph", str(folder), "partners", actor, "--json"]
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    return min(times)


def size(folder: Path) -> float:
    """Return the size of a folder in GiB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**30


def served(folder: Path, actors: list[str], names: list[str], chains: list[str]) -> dict[str, Any]:
    """Return the resident memory of a server in MiB after many questions, and the median times of each kind."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "api.cli", "--graph", str(folder), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        server.stdout.readline()
        base = f"http://127.0.0.1:{port}/api"
        times: dict[str, list[float]] = {"partners": [], "names": [], "gaps": []}
        for kind, addresses in (
            ("partners", [f"/actors/{actor}/partners" for actor in actors]),
            ("names", [f"/search?q={quote(name)}" for name in names]),
            ("gaps", [f"/value-chains/{chain}/gaps" for chain in chains]),
        ):
            for address in addresses:
                begun = time.perf_counter()
                with urlopen(base + address) as answer:
                    answer.read()
                times[kind].append(time.perf_counter() - begun)
        status = Path(f"/proc/{server.pid}/status").read_text()
        resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
        return {"resident": resident / 1024, **{kind: statistics.median(spent) for kind, spent in times.items()}}
    finally:
        server.terminate()
        server.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=["S", "M", "L"], default="L")
    parser.add_argument("--links", choices=["sparse", "dense"], default="dense")
    parser.add_argument("--folder", type=Path, default=Path("var/large"), help="Where the graphs are made.")
    parser.add_argument("--bare", action="store_true", help="Load the quads with nothing but bulk_load, too.")
    options = parser.parse_args()
    graph, enf = options.folder / options.size, options.folder / "enf"
    for old in (graph, enf):
        shutil.rmtree(old, ignore_errors=True)
    loaded = json.loads(run(_LOAD, str(graph), options.size, options.links).splitlines()[-1])
    told = loaded["told"]
    print(
        f"size {options.size} {options.links}: readers could ask after {told['readable'] / told['done']:.3f} of the load"
    )
    print("  " + ", ".join(f"{what} {begun / told['done']:.3f}" for what, begun in told.items()))
    print(f"  peak memory of the load: {loaded['peak']:.2f} GiB (the generated batch within)")
    generation = graph / "generations" / "000001"
    sizes = ", ".join(f"{name} {size(generation / name):.3f}" for name in ("sources", "paths", "names", "rdf"))
    print(f"  GiB on disk: {sizes}")
    if options.bare:
        bare = options.folder / "bare"
        shutil.rmtree(bare, ignore_errors=True)
        spent = float(run(_BARE, str(bare), options.size, options.links))
        shutil.rmtree(bare)
        ratio, whole = told["readable"] / spent, told["done"] / spent
        print(
            f"  against bulk_load alone: readers could ask after {ratio:.3f} of it, the whole load took {whole:.2f} of it"
        )
    subprocess.run(
        [sys.executable, "-m", "api.cli", "--graph", str(enf), "load", "enf"], check=True, capture_output=True
    )
    small = cold(enf, "act-digipolis")
    chance = random.Random(7)
    many = {"S": 10_000, "M": 100_000, "L": 1_000_000}[options.size]
    actors = [f"gen-act-{chance.randrange(many):07}" for _ in range(100)]
    large = statistics.median(cold(graph, actor) for actor in actors[:3])
    print(f"  partners from a cold start: {large / small:.2f} × the same on the reference data")
    names = [f"Generated actor {chance.randrange(many)}" for _ in range(50)] + ["generated clustr", "actor 77"]
    chains = [f"gen-vc-{number:07}" for number in range(10)]
    answered = served(graph, actors, names, chains)
    print(
        f"  resident memory of a server after {len(actors) + len(names) + len(chains)} questions: {answered['resident']:.0f} MiB"
    )
    base = answered["partners"]
    print(
        f"  medians over HTTP ({base * 1000:.0f} ms for partners as 1): names {answered['names'] / base:.2f}, gaps {answered['gaps'] / base:.2f}"
    )
    return 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", os.getcwd())
    sys.exit(main())
