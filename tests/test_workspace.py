"""The graph on disk: seen whole or not at all, whatever happens to the writer."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
from conftest import ROOT
from damage import copy, set_cell

from graph import open_graph
from graph.stores.rdf import from_quads
from graph.workspace import SCHEMA_VERSION, Workspace
from loaders import load
from ontology.errors import (
    DamagedWorkspace,
    InputError,
    InvalidArgument,
    NewerWorkspace,
    StorageFull,
    WorkspaceBusy,
    WorkspaceError,
)
from ontology.facts import Batch, Source
from ontology.metagraph import Kind, Relation

KILLS = 20


def renamed(batch: Batch, sha: str, name: str = "Changed") -> Batch:
    """The same batch as another edition of its source, one name changed."""
    actors = batch.entities[Kind.ACTOR].with_columns(
        label_fi=pl.when(pl.col("id") == "act-digipolis").then(pl.lit(name)).otherwise("label_fi")
    )
    source = replace(batch.source, sha256=sha)
    return Batch(source, {**batch.entities, Kind.ACTOR: actors}, dict(batch.links), batch.refusals, batch.read)


def other(batch: Batch, id: str = "other") -> Batch:
    """A small source of another name that tells of an actor which the first one knows too."""
    actors = batch.entities[Kind.ACTOR].head(3).with_columns(label_sv=pl.lit("På svenska"), note=pl.lit("from " + id))
    return Batch(replace(batch.source, id=id, sha256="1" * 64), {Kind.ACTOR: actors}, {}, read={"a.csv": 3})


def assert_whole(path: Path) -> int:
    """Everything that a generation says of itself holds of its tables, its store and its index."""
    generation = Workspace(path).open()
    assert generation.tables.counts() == generation.manifest["counts"]
    again = from_quads(generation.store)
    assert again.counts() == generation.tables.counts()
    assert generation.paths.actors == generation.manifest["counts"]["Actor"]
    return generation.number


def test_a_load_is_kept_and_opens_again(tmp_path: Path, enf_batch: Batch) -> None:
    report = open_graph(tmp_path / "g").replace(enf_batch)
    assert (report.generation, report.changed, report.read) == (1, True, report.kept + report.refused)
    again = open_graph(tmp_path / "g")
    assert again.counts() == report.counts
    assert again.actor("Digipolis").label("fi") == "Kemin Digipolis Oy"
    assert assert_whole(tmp_path / "g") == 1


def test_memory_and_disk_answer_alike(enf_batch: Batch, enf_graph: object) -> None:
    memory = open_graph()
    memory.replace(enf_batch)
    disk = enf_graph
    assert memory.counts() == disk.counts()
    ours, theirs = (graph.partners("act-digipolis", outside="cluster").to_dict("fi") for graph in (memory, disk))
    assert ours == theirs
    query = "SELECT ?s (COUNT(?o) AS ?n) { ?s av:worksIn ?o } GROUP BY ?s ORDER BY ?s"
    assert memory.sparql(query).equals(disk.sparql(query))
    assert memory.gaps("vc-wood").to_dict("sv") == disk.gaps("vc-wood").to_dict("sv")


def test_a_source_that_did_not_change_is_not_loaded_again(tmp_path: Path, enf_batch: Batch) -> None:
    graph = open_graph(tmp_path / "g")
    graph.replace(enf_batch)
    assert graph.replace(enf_batch).changed is False
    assert Workspace(tmp_path / "g").numbers() == [1]
    assert graph.replace(enf_batch, force=True).generation == 2


@pytest.mark.parametrize("where", ["memory", "disk"])
def test_readers_move_on_and_what_they_hold_stays(where: str, tmp_path: Path, enf_batch: Batch) -> None:
    graph = open_graph(None if where == "memory" else tmp_path / "g")
    graph.replace(enf_batch)
    reader = graph if where == "memory" else open_graph(tmp_path / "g")
    held = reader.actor("act-digipolis")
    graph.replace(renamed(enf_batch, "2" * 64))
    assert reader.actor("act-digipolis").label("fi") == "Changed"
    assert held.label("fi") == "Kemin Digipolis Oy"
    assert reader.at(1).actor("act-digipolis").label("fi") == "Kemin Digipolis Oy"
    assert [told["generation"] for told in reader.history()][:2] == [2, 1]
    with pytest.raises(InvalidArgument):
        reader.at(1).replace(enf_batch)


@pytest.mark.parametrize("where", ["memory", "disk"])
def test_two_sources_stand_beside_each_other(where: str, tmp_path: Path, enf_batch: Batch) -> None:
    graph = open_graph(None if where == "memory" else tmp_path / "g")
    graph.replace(enf_batch)
    graph.replace(other(enf_batch))
    assert [source["id"] for source in graph.history()[0]["sources"]] == ["enf", "other"]
    assert graph.counts()["Actor"] == 163
    liitto = graph.actor("act-lapin-liitto")
    assert {e.source for e in liitto.evidence} == {"enf", "other"}
    assert (liitto.label("fi"), liitto.label("sv")) == ("Lapin liitto", "På svenska")
    # The first source is loaded anew: the second stays as it was.
    graph.replace(renamed(enf_batch, "3" * 64))
    assert {e.source for e in graph.actor("act-lapin-liitto").evidence} == {"enf", "other"}
    assert graph.actor("act-digipolis").label("fi") == "Changed"
    if where == "disk":
        assert_whole(tmp_path / "g")


def test_old_generations_are_pruned_only_when_asked(tmp_path: Path, enf_batch: Batch) -> None:
    for place in range(3):
        open_graph(tmp_path / "g").replace(renamed(enf_batch, str(place) * 64))
    assert Workspace(tmp_path / "g").numbers() == [1, 2, 3]
    reader = open_graph(tmp_path / "g")
    held = reader.generation
    open_graph(tmp_path / "g", keep=1).replace(renamed(enf_batch, "9" * 64))
    assert Workspace(tmp_path / "g").numbers() == [4]
    assert held.paths.actors == 163  # whoever holds a pruned generation still has its tables
    assert reader.generation.number == 4
    with pytest.raises(DamagedWorkspace, match="generation 1 is not in"):
        reader.at(1)


def test_derived_parts_may_be_thrown_away(tmp_path: Path, enf_batch: Batch) -> None:
    graph = open_graph(tmp_path / "g")
    graph.replace(enf_batch)
    expected = graph.partners("act-digipolis").to_dict("en"), graph.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    shutil.rmtree(tmp_path / "g" / "generations" / "000001" / "rdf")
    shutil.rmtree(tmp_path / "g" / "generations" / "000001" / "paths")
    again = open_graph(tmp_path / "g")
    assert again.partners("act-digipolis").to_dict("en") == expected[0]
    assert again.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").equals(expected[1])


# ---- what goes wrong


def test_a_generation_that_was_never_made_current_is_not_seen_and_swept_up(tmp_path: Path) -> None:
    """As after a kill between the rename of the generation and that of CURRENT."""
    path = tmp_path / "g"
    graph = open_graph(path)
    graph.replace(small(0))
    graph.replace(small(1))
    (path / "CURRENT").write_text("1\n")
    assert Workspace(path).numbers() == [1]
    assert len(open_graph(path).history()) == 1
    assert assert_whole(path) == 1
    assert open_graph(path).replace(small(2)).generation == 2
    assert open_graph(path).actor("a0").label("fi") == "Edition 2"
    assert sorted(p.name for p in (path / "sources" / "small").iterdir()) == ["000001", "000002"]


@pytest.mark.parametrize("where", ["memory", "disk"])
def test_of_two_sources_the_earlier_is_heard_first_even_when_it_is_loaded_again(
    where: str, tmp_path: Path, enf_batch: Batch
) -> None:
    graph = open_graph(None if where == "memory" else tmp_path / "g")
    graph.replace(enf_batch)
    graph.replace(renamed(replace_source(enf_batch, "other"), "6" * 64, "Other name"))
    graph.replace(renamed(enf_batch, "7" * 64, "First name"))
    assert graph.actor("act-digipolis").label("fi") == "First name"


def replace_source(batch: Batch, id: str) -> Batch:
    return Batch(replace(batch.source, id=id), {Kind.ACTOR: batch.entities[Kind.ACTOR]}, {}, read={"a.csv": 163})


def test_threads_that_write_at_once_lose_nothing_in_memory(enf_batch: Batch) -> None:
    graph = open_graph()
    with ThreadPoolExecutor(8) as threads:
        reports = list(threads.map(lambda n: graph.replace(replace_source(enf_batch, f"s{n}")), range(16)))
    assert sorted(report.generation for report in reports) == list(range(1, 17))
    assert len(graph.generation.tables.sources) == 16


@pytest.mark.parametrize("where", ["memory", "disk"])
def test_an_id_that_cannot_be_an_iri_is_refused_whole(where: str, tmp_path: Path) -> None:
    batch = small(0)
    bad = Batch(
        batch.source,
        {Kind.ACTOR: batch.entities[Kind.ACTOR].with_columns(id=pl.lit("a b") + pl.col("id"))},
        {},
    )
    with pytest.raises(InputError, match="cannot be an id"):
        open_graph(None if where == "memory" else tmp_path / "g").replace(bad)
    assert not any(tmp_path.rglob(".building-*"))


def test_a_source_cannot_lead_out_of_the_workspace() -> None:
    with pytest.raises(InvalidArgument, match="letters, digits"):
        replace(small(0).source, id="../../escaped")


def test_a_limit_met_in_the_path_index_is_no_room_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("20001 requested and 12484 written")  # what numpy says, without a number

    open_graph(tmp_path / "g").replace(small(0))
    monkeypatch.setattr("numpy.save", full)
    with pytest.raises(StorageFull, match="generation 1 is still current"):
        open_graph(tmp_path / "g").replace(small(1))
    assert Workspace(tmp_path / "g").numbers() == [1]


def test_an_empty_workspace_says_so(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="there is no graph in"):
        open_graph(tmp_path / "g").actor("x")


def test_a_file_is_no_workspace(tmp_path: Path, enf_batch: Batch) -> None:
    (tmp_path / "g").write_text("hello")
    with pytest.raises(WorkspaceError, match="is not a folder"):
        open_graph(tmp_path / "g").replace(enf_batch)
    with pytest.raises(WorkspaceError, match="a workspace is a folder"):
        open_graph(tmp_path / "g").counts()


def test_a_workspace_of_a_later_version_is_left_alone(tmp_path: Path, enf_batch: Batch) -> None:
    open_graph(tmp_path / "g").replace(enf_batch)
    path = tmp_path / "g" / "generations" / "000001" / "manifest.json"
    told = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(told | {"schema": SCHEMA_VERSION + 1, "program": "9.0"}), "utf-8")
    for act in (lambda g: g.counts(), lambda g: g.replace(renamed(enf_batch, "4" * 64))):
        with pytest.raises(NewerWorkspace, match=r"arvoverkko 9\.0 in format 2"):
            act(open_graph(tmp_path / "g"))
    assert Workspace(tmp_path / "g").numbers() == [1]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("CURRENT", b"seven"),
        ("CURRENT", b"7"),
        ("CURRENT", b"\xff"),
        ("generations/000001/manifest.json", b"[]"),
        ("generations/000001/manifest.json", b'{"schema": 1}'),
        ("generations/000001/rdf/CURRENT", b"no manifest"),
        ("generations/000001/manifest.json", b"{"),
        ("generations/000001/tables/Actor.parquet", b"PAR1 no more"),
        ("generations/000001/tables/Actor.parquet", None),
        ("generations/000001/paths/trl.npy", b"?"),
    ],
)
def test_damage_is_said_with_its_place(tmp_path: Path, enf_batch: Batch, name: str, data: bytes | None) -> None:
    open_graph(tmp_path / "g").replace(enf_batch)
    path = tmp_path / "g" / name
    path.unlink() if data is None else path.write_bytes(data)
    with pytest.raises(DamagedWorkspace) as caught:
        graph = open_graph(tmp_path / "g")
        graph.partners("act-digipolis")
        graph.sparql("ASK {}")
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def run(code: str, *args: object, **more: object) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def small(number: int) -> Batch:
    """An edition of a small source: so many actors as its number says, so that editions differ in every count."""
    many = 50 + number % 50
    actors = pl.DataFrame({"id": [f"a{i}" for i in range(many)]}).with_columns(
        label_fi=pl.lit(f"Edition {number}"), record=pl.lit("a.csv#row=2"), method=pl.lit("stated")
    )
    members = actors.select("record", "method", subject="id", object=pl.lit("c"))
    cluster = pl.DataFrame({"id": ["c"], "label_fi": ["Klusteri"], "record": ["c.csv#row=2"], "method": ["stated"]})
    return Batch(
        Source("small", "Small", "Test", "CC0", None, date(2026, 1, 1), f"{number:064d}"),
        {Kind.ACTOR: actors, Kind.CLUSTER: cluster},
        {Relation.MEMBER_OF: members},
        read={"a.csv": many, "c.csv": 1},
    )


WRITE_FOR_EVER = """
import sys
from test_workspace import small
from graph import open_graph
graph = open_graph(sys.argv[1])
start = graph.generation.number
print("ready", flush=True)
for number in range(start, 10_000):
    graph.replace(small(number))
"""


def test_a_writer_killed_at_any_moment_leaves_a_whole_generation(tmp_path: Path) -> None:
    """Twenty times: kill -9 at a random moment of a load, reopen, and find one whole generation, old or new."""
    path = tmp_path / "g"
    open_graph(path).replace(small(0))
    begun = time.monotonic()
    open_graph(path).replace(small(1))
    load = time.monotonic() - begun
    chance = random.Random(20)
    seen, half_built = [2], 0
    for _ in range(KILLS):
        writer = run(WRITE_FOR_EVER, path)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0, 2 * load))
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        half_built += any((path / "generations").glob(".building-*"))
        number = assert_whole(path)
        assert number >= seen[-1]
        assert set(Workspace(path).numbers()) >= set(range(1, number + 1))
        seen.append(number)
    assert len(seen) == KILLS + 1
    # The kills did meet loads half done, and loads that had ended.
    assert half_built > 0
    assert seen[-1] > 2
    # The next writer sweeps up and goes on.
    report = open_graph(path).replace(small(99_999))
    assert report.generation > seen[-1]
    assert not any((path / "generations").glob(".building-*"))


HOLD = """
import sys, time
from graph.workspace import Workspace
with Workspace(sys.argv[1])._writing():
    print("holding", flush=True)
    time.sleep(60)
"""


def test_of_two_writers_at_once_the_second_is_told(tmp_path: Path, enf_batch: Batch) -> None:
    graph = open_graph(tmp_path / "g")
    graph.replace(enf_batch)
    holder = run(HOLD, tmp_path / "g")
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"
    try:
        with pytest.raises(WorkspaceBusy, match="another process is writing"):
            graph.replace(renamed(enf_batch, "5" * 64))
        assert graph.counts()["Actor"] == 163  # readers do not mind
    finally:
        holder.kill()
        holder.communicate()
    assert graph.replace(renamed(enf_batch, "5" * 64)).generation == 2  # a killed writer holds nothing


SMALL_FILES = """
import resource, sys
from graph import open_graph
from loaders import load
from ontology.errors import StorageFull
batch = load("enf")
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    open_graph(sys.argv[1]).replace(batch, force=True)
except StorageFull as error:
    print("full:", error)
"""


@pytest.mark.parametrize("limit", [2_000, 20_000, 100_000])
def test_no_room_leaves_the_old_generation(tmp_path: Path, enf_batch: Batch, limit: int) -> None:
    """A limit on the size of files is met in the tables, the index or the store, as a full disk would be."""
    open_graph(tmp_path / "g").replace(enf_batch)
    out, error = run(SMALL_FILES, tmp_path / "g", limit).communicate(timeout=120)
    assert out.startswith("full: there is no room"), (out, error)
    assert "generation 1 is still current" in out
    assert assert_whole(tmp_path / "g") == 1
    assert not any((tmp_path / "g").rglob(".building-*"))


def test_a_full_disk_leaves_the_old_generation(tmp_path: Path, enf_batch: Batch) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs rights that this user has not; the file-size limit is tested above")
    try:
        graph = open_graph(disk / "g")
        graph.replace(enf_batch)
        with pytest.raises(StorageFull, match="no room"):
            for number in range(60):
                graph.replace(renamed(enf_batch, str(number) * 64))
        assert graph.generation.number == assert_whole(disk / "g")
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_refused_rows_are_kept_with_the_batch(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    record = set_cell(folder, "memberships", 4, "actor_id", "act-nobody")
    report = open_graph(tmp_path / "g").replace(load("enf", folder))
    assert (report.read, report.refused) == (1354, 1)
    assert report.refusals["record"].to_list() == [record]
    kept = tmp_path / "g" / "sources" / "enf" / "000001"
    assert pl.read_parquet(kept / "refusals.parquet")["record"].to_list() == [record]


def test_the_store_on_disk_is_read_only(enf_graph: object) -> None:
    with pytest.raises(RuntimeError, match="read-write"):
        enf_graph.generation.store.add(ox.Quad(*(ox.NamedNode("urn:x:1"),) * 3))
