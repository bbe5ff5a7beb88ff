"""What goes wrong with a graph on disk: kills, full disks, two writers, damage; each leaves a whole generation."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from editions import assert_whole, other, renamed, run, small

from graph import open_graph
from graph.stores.manifest import SCHEMA_VERSION
from graph.stores.workspace import Workspace
from ontology.errors import (
    DamagedWorkspace,
    InvalidArgument,
    NewerWorkspace,
    StorageFull,
    WorkspaceBusy,
    WorkspaceError,
)
from ontology.facts import Batch

KILLS = 20


def test_a_generation_that_was_never_made_current_is_not_seen_and_swept_up(tmp_path: Path) -> None:
    """As after a kill between the rename of the generation and that of CURRENT."""
    path = tmp_path / "g"
    graph = open_graph(path)
    graph.replace(small(0))
    line = (path / "CURRENT").read_text()
    graph.replace(small(1))
    (path / "CURRENT").write_text(line)
    assert Workspace(path).numbers() == [1]
    assert len(open_graph(path).history()) == 1
    assert assert_whole(path) == 1
    assert open_graph(path).replace(small(2)).generation == 2
    assert open_graph(path).actor("a0").label("fi") == "Edition 2"


@pytest.mark.parametrize("line", [None, b"", b"seven", b"7", b"\xff", b"1 " + b"0" * 32, b"2 x", b"3"])
def test_a_lost_current_is_found_again(tmp_path: Path, line: bytes | None, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "g"
    graph = open_graph(path)
    graph.replace([small(0), other(small(0))])
    graph.replace(small(1))
    (path / "CURRENT").unlink() if line is None else (path / "CURRENT").write_bytes(line)
    again = open_graph(path)
    assert (again.generation.number, again.actor("a0").label("fi")) == (2, "Edition 1")
    assert [record.getMessage() for record in caplog.records] == [
        f"{path / 'CURRENT'} was lost or damaged; the newest whole data version is 2, and it is opened; "
        "the next load writes the line again"
    ]
    # The next load keeps every generation and every other source, and CURRENT is there again.
    assert again.replace(small(2)).generation == 3
    assert Workspace(path).numbers() == [1, 2, 3]
    assert [source["id"] for source in open_graph(path).history()[0]["sources"]] == ["small", "other"]
    assert assert_whole(path) == 3


def test_a_source_cannot_lead_out_of_the_workspace() -> None:
    with pytest.raises(InvalidArgument, match="letters, digits"):
        replace(small(0).source, id="../../escaped")


def test_a_limit_met_in_the_path_index_is_no_room_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("20001 requested and 12484 written")  # what numpy says, without a number

    open_graph(tmp_path / "g").replace(small(0))
    monkeypatch.setattr("graph.paths.index.save_arrays", full)
    with pytest.raises(StorageFull, match="data version 1 is still current"):
        open_graph(tmp_path / "g").replace(small(1))
    assert Workspace(tmp_path / "g").numbers() == [1]


def test_an_empty_workspace_says_so(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="there is no graph in"):
        open_graph(tmp_path / "g").actor("x")


def test_a_file_is_no_workspace(tmp_path: Path, enf_batch: Batch) -> None:
    (tmp_path / "g").write_text("hello")
    with pytest.raises(WorkspaceError, match="is not a folder"):
        open_graph(tmp_path / "g").replace(enf_batch)
    with pytest.raises(WorkspaceError, match="a graph lies in a folder"):
        open_graph(tmp_path / "g").counts()


def test_a_workspace_of_a_later_version_is_left_alone(tmp_path: Path, enf_batch: Batch) -> None:
    open_graph(tmp_path / "g").replace(enf_batch)
    path = tmp_path / "g" / "generations" / "000001" / "manifest.json"
    told = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(told | {"schema": SCHEMA_VERSION + 1, "program": "9.0"}), "utf-8")
    for act in (lambda g: g.counts(), lambda g: g.replace(renamed(enf_batch, "4" * 64))):
        with pytest.raises(NewerWorkspace, match=r"arvoverkko 9\.0 in format 4"):
            act(open_graph(tmp_path / "g"))
    assert Workspace(tmp_path / "g").numbers() == [1]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("manifest.json", b"[]"),
        ("manifest.json", b'{"schema": 1}'),
        ("manifest.json", b"{"),
        ("manifest.json", None),
        ("sources/enf/Actor.parquet", b"PAR1 no more"),
        ("sources/enf/Actor.parquet", None),
    ],
)
def test_damage_to_the_truth_is_said_with_its_place(
    tmp_path: Path, enf_batch: Batch, name: str, data: bytes | None
) -> None:
    open_graph(tmp_path / "g").replace(enf_batch)
    path = tmp_path / "g" / "generations" / "000001" / name
    path.unlink() if data is None else path.write_bytes(data)
    with pytest.raises(DamagedWorkspace) as caught:
        open_graph(tmp_path / "g").partners("act-digipolis")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        "paths/arrays.bin",
        "paths/made.json",
        "names/meta.json",
        "rdf/store/CURRENT",
        "rdf/made.json",
    ],
)
@pytest.mark.parametrize("data", [b"?", b"{}", None])
def test_a_damaged_part_is_made_again(
    tmp_path: Path, enf_batch: Batch, name: str, data: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    open_graph(tmp_path / "g").replace(enf_batch)
    path = tmp_path / "g" / "generations" / "000001" / name
    path.unlink() if data is None else path.write_bytes(data)
    graph = open_graph(tmp_path / "g")
    assert graph.partners("act-digipolis").total > 0
    assert graph.sparql("ASK { ?s a av:Actor }") is True
    [said] = [record.getMessage() for record in caplog.records]
    assert "it is made again from the tables" in said
    assert assert_whole(tmp_path / "g") == 1


def flip(path: Path, chance: random.Random) -> None:
    """Change one bit of one byte of a file."""
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def answers(path: Path) -> list[object]:
    """What this workspace answers, over tables, index and RDF."""
    graph = open_graph(path)
    query = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"
    return [graph.counts(), [graph.partners(f"a{n}").to_dict() for n in (0, 3)], graph.sparql(query).to_dicts()]


@pytest.mark.trial
def test_a_flipped_bit_in_any_file_never_answers_wrongly(tmp_path: Path) -> None:
    """Five hundred times: what is derived is made again, what is the truth is said in one sentence."""
    open_graph(tmp_path / "g").replace([small(0), other(small(0))])
    right, chance, said = answers(tmp_path / "g"), random.Random(7), 0
    names = sorted(p.relative_to(tmp_path / "g") for p in (tmp_path / "g").rglob("*") if p.is_file())
    names = [name for name in names if (tmp_path / "g" / name).stat().st_size]
    for trial in range(500):
        copied = tmp_path / f"copy{trial}"
        shutil.copytree(tmp_path / "g", copied)
        name = names[trial % len(names)] if trial < len(names) else chance.choice(names)
        flip(copied / name, chance)
        try:
            assert answers(copied) == right, name
        except WorkspaceError as error:
            assert "sources" in name.parts or name.name == "manifest.json", (name, error)
            assert "\n" not in str(error)
            said += 1
        shutil.rmtree(copied)
    assert 0 < said < 400


WRITE_FOR_EVER = """
import sys
from editions import small
from graph import open_graph
graph = open_graph(sys.argv[1])
start = graph.generation.number
print("ready", flush=True)
for number in range(start, 10_000):
    graph.replace(small(number))
"""


@pytest.mark.trial
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
from graph.stores.workspace import Workspace
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
        assert graph.counts()["Actor"] == 234  # readers do not mind
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


@pytest.mark.parametrize(
    "limit", [pytest.param(2_000, marks=pytest.mark.trial), 20_000, pytest.param(100_000, marks=pytest.mark.trial)]
)
def test_no_room_leaves_the_old_generation(tmp_path: Path, enf_batch: Batch, limit: int) -> None:
    """A limit on the size of files is met in the tables, the index or the store, as a full disk would be."""
    open_graph(tmp_path / "g").replace(enf_batch)
    out, error = run(SMALL_FILES, tmp_path / "g", limit).communicate(timeout=120)
    assert out.startswith("full: there is no room"), (out, error)
    assert "data version 1 is still current" in out
    assert assert_whole(tmp_path / "g") == 1
    assert not any((tmp_path / "g").rglob(".building-*"))


@pytest.mark.trial
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


def test_a_generation_of_a_later_version_is_not_swept_away_when_current_is_lost(tmp_path: Path) -> None:
    for number in range(2):
        open_graph(tmp_path / "g").replace(small(number))
    (tmp_path / "g" / "CURRENT").unlink()
    path = tmp_path / "g" / "generations" / "000002" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"schema": SCHEMA_VERSION + 1}), "utf-8")
    with pytest.raises(NewerWorkspace, match="install a later version"):
        open_graph(tmp_path / "g").replace(small(2))
    assert sorted(p.name for p in (tmp_path / "g" / "generations").iterdir()) == ["000001", "000002"]
