"""The graph on disk: seen whole or not at all, each generation known by its identity, unchanged files linked."""

from __future__ import annotations

import json
import logging
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import sleep

import polars as pl
import pyoxigraph as ox
import pytest
from damage import copy, set_cell
from editions import assert_whole, other, renamed, small

from graph import open_graph
from graph.stores import derived, workspace
from graph.stores.current import folder_of
from graph.stores.workspace import Workspace
from loaders import load
from ontology.errors import DamagedWorkspace, NotFound, NotReady
from ontology.facts import Batch, Tables
from ontology.metagraph import Kind
from ontology.metapaths import DAMPING


def notices(log: pytest.LogCaptureFixture) -> list[str]:
    """What was said on the side since this was asked last."""
    said = [record.getMessage() for record in log.records if record.name == "arvoverkko"]
    log.clear()
    return said


def test_old_generations_are_pruned_only_when_asked(tmp_path: Path, enf_batch: Batch) -> None:
    for place in range(3):
        open_graph(tmp_path / "g").replace(renamed(enf_batch, str(place) * 64))
    assert Workspace(tmp_path / "g").numbers() == [1, 2, 3]
    reader = open_graph(tmp_path / "g")
    held = reader.generation
    open_graph(tmp_path / "g", keep=1).replace(renamed(enf_batch, "9" * 64))
    assert Workspace(tmp_path / "g").numbers() == [4]
    assert [p.name for p in (tmp_path / "g" / "generations").iterdir()] == ["000004"]  # with what its sources said
    with pytest.raises(DamagedWorkspace, match=r"000003 was pruned while it was read"):
        assert held.tables.entity(Kind.ACTOR)  # what nobody has read yet went with it, and this is said
    assert reader.generation.number == 4
    with pytest.raises(NotFound, match="no data version 1; data versions: 4"):
        reader.at(1)


def test_derived_parts_may_be_thrown_away(tmp_path: Path, enf_batch: Batch) -> None:
    graph = open_graph(tmp_path / "g")
    graph.replace(enf_batch)
    expected = graph.partners("act-digipolis").to_dict("en"), graph.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    for part in ("rdf", "paths"):
        shutil.rmtree(tmp_path / "g" / "generations" / "000001" / part)
    again = open_graph(tmp_path / "g")
    assert again.partners("act-digipolis").to_dict("en") == expected[0]
    assert again.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").equals(expected[1])
    assert (tmp_path / "g" / "generations" / "000001" / "rdf" / "made.json").is_file()


def test_a_changed_definition_is_felt_at_once(
    tmp_path: Path, enf_batch: Batch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    graph = open_graph(tmp_path / "g")
    graph.replace(enf_batch)
    before = graph.partners("act-digipolis")[0].score
    for module in ("index", "build", "bridges"):
        monkeypatch.setattr(f"graph.paths.{module}.DAMPING", dict.fromkeys(DAMPING, 0.9))
    fresh = open_graph()
    fresh.replace(enf_batch)
    caplog.set_level(logging.WARNING)
    again = open_graph(tmp_path / "g")
    assert again.partners("act-digipolis")[0].score == fresh.partners("act-digipolis")[0].score != before
    [said] = notices(caplog)
    assert said.endswith("paths was made with other definitions; it is made again from the tables")
    assert open_graph(tmp_path / "g").partners("act-digipolis")[0].score == again.partners("act-digipolis")[0].score
    assert notices(caplog) == []


def test_an_older_metagraph_is_read_with_what_is_new_left_open(tmp_path: Path) -> None:
    """As written by a program that did not know a column yet."""
    graph = open_graph(tmp_path / "g")
    graph.replace(small(0))
    folder = folder_of(tmp_path / "g", 1)
    path = folder / "sources" / "small" / "Actor.parquet"
    stamped = path.stat()
    pl.read_parquet(path).drop("website").write_parquet(path)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["files"]["sources/small/Actor.parquet"] |= {"size": path.stat().st_size}
    os.utime(path, ns=(stamped.st_mtime_ns, stamped.st_mtime_ns))
    from graph.stores.manifest import text_of

    del manifest["checksum"]
    (folder / "manifest.json").write_text(text_of(manifest), "utf-8")
    actors = open_graph(tmp_path / "g").generation.tables.entity(Kind.ACTOR)
    assert actors["website"].null_count() == actors.height == 50


def test_a_workspace_that_was_wiped_and_loaded_anew_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    reader = open_graph(tmp_path / "g")
    open_graph(tmp_path / "g").replace(small(0))
    assert (reader.generation.number, reader.actor("a0").label("fi")) == (1, "Edition 0")
    shutil.rmtree(tmp_path / "g")
    open_graph(tmp_path / "g").replace(small(7))
    assert (reader.generation.number, reader.actor("a0").label("fi")) == (1, "Edition 7")
    assert reader.sparql('ASK { ?actor skos:prefLabel "Edition 7"@fi }') is True


# ---- cost follows the change


def test_what_did_not_change_is_linked_and_not_written(tmp_path: Path, enf_batch: Batch) -> None:
    graph = open_graph(tmp_path / "g")
    graph.replace(enf_batch)
    graph.replace(small(0))
    graph.replace(small(1))
    first, last = (folder_of(tmp_path / "g", number) / "sources" / "enf" for number in (1, 3))
    tables = {path.name for path in first.glob("[A-Za-z]*.parquet")} - {
        f"{name}.parquet" for name in ("refusals", "waiting", "brought")
    }
    assert len(tables) > 20
    for name in tables:
        assert (first / name).samefile(last / name), name
    assert_whole(tmp_path / "g")


def test_only_the_current_generation_keeps_an_rdf_store(tmp_path: Path) -> None:
    graph = open_graph(tmp_path / "g")
    for number in range(3):
        graph.replace(small(number))
    assert [p.parent.name for p in (tmp_path / "g" / "generations").glob("*/rdf")] == ["000003"]
    ask = 'ASK { ?actor skos:prefLabel "Edition 0"@fi }'
    assert (graph.sparql(ask), graph.at(1).sparql(ask)) == (False, True)
    assert [p.parent.name for p in (tmp_path / "g" / "generations").glob("*/rdf")] == ["000003"]


# ---- what a source brought


def test_a_source_that_is_damaged_is_mended_by_loading_it_or_taking_it_out(tmp_path: Path) -> None:
    graph = open_graph(tmp_path / "g")
    for mend in (lambda: graph.replace(small(0)), lambda: graph.remove("small")):
        graph.replace([small(0), other(small(0))], force=True)
        path = folder_of(tmp_path / "g", graph.home.current()) / "sources" / "small" / "Actor.parquet"
        path.write_bytes(b"PAR1 no more")
        with pytest.raises(DamagedWorkspace, match=r"Actor.parquet is not as it was written; load its source again"):
            open_graph(tmp_path / "g").counts()
        with pytest.raises(DamagedWorkspace, match=r"“small”.*load that source again first, or remove it"):
            graph.replace(other(small(0)), force=True)
        assert mend().changed  # though its bytes are those that were loaded
        assert graph.replace(other(small(0)), force=True).changed
        assert_whole(tmp_path / "g")


def test_rows_that_are_no_facts_are_kept_with_what_their_source_brought(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    record = set_cell(folder, "actors", 4, "business_id", "1234567-0")
    report = open_graph(tmp_path / "g").replace(load("enf", folder))
    assert report.refused == 1
    assert report.read == report.kept + report.refused + report.set_aside
    assert report.refusals["record"].to_list() == [record]
    own = folder_of(tmp_path / "g", 1) / "sources" / "enf"
    assert pl.read_parquet(own / "refusals.parquet")["record"].to_list() == [record]
    assert pl.read_parquet(own / "out" / "Actor.parquet")["record"].to_list() == [record]
    again = open_graph(tmp_path / "g").replace(load("enf", folder))
    assert not again.changed
    assert again.refusals.equals(report.refusals)
    assert again.waiting.equals(report.waiting)


def test_the_store_on_disk_is_read_only(enf_graph: object) -> None:
    with pytest.raises(RuntimeError, match="read-write"):
        enf_graph.generation.store.add(ox.Quad(*(ox.NamedNode("urn:x:1"),) * 3))


def as_the_first_formats(path: Path) -> Tables:
    """Rewrite a workspace of one generation as the first format had it; return its tables."""
    tables = Tables.of([small(0)])
    folder = folder_of(path, 1)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for part in ("sources", "paths", "rdf"):
        shutil.rmtree(folder / part)
    (folder / "tables").mkdir()
    for name, frame in (*tables.entities.items(), *tables.links.items()):
        frame.rename({"source_url": "evidence"}).write_parquet(folder / "tables" / f"{name}.parquet")
    told = {key: manifest[key] for key in ("program", "generation", "parent", "created", "counts", "findings")}
    named = {"id", "title", "publisher", "licence", "url", "retrieved", "sha256"}
    told["sources"] = [{key: value for key, value in s.items() if key in named} for s in manifest["sources"]]
    (folder / "manifest.json").write_text(json.dumps(told | {"schema": 1, "brought": {"small": 1}}), "utf-8")
    (path / "CURRENT").write_text("1\n")
    return tables


def test_a_folder_of_the_first_format_is_read_and_loaded_into(tmp_path: Path) -> None:
    """The address of a fact's page was called `evidence` there, and the tables of all sources lay together."""
    open_graph(tmp_path / "g").replace(small(0))
    tables = as_the_first_formats(tmp_path / "g")
    old = open_graph(tmp_path / "g")
    for kind, frame in old.generation.tables.entities.items():
        assert frame.equals(tables.entities[kind])
    assert old.actor("a0").evidence[0].record
    assert old.partners("a0").total == 49
    old.replace(other(small(0)))
    assert [source["id"] for source in old.history()[0]["sources"]] == ["small", "other"]
    assert_whole(tmp_path / "g")
    assert old.replace(small(0)).changed  # what it refused is not known, so it is read again


# ---- the first answer comes first


def test_readers_are_answered_while_rdf_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As at Europe's size, where RDF takes most of a load: all else is there before."""
    go, make = Event(), workspace._make_rdf

    def slowly(*arguments: object) -> Path:
        assert go.wait(60)
        return make(*arguments)

    open_graph(tmp_path / "g").replace(small(0))
    monkeypatch.setattr(workspace, "_make_rdf", slowly)
    monkeypatch.setattr(workspace, "_PATIENCE", 0.0)
    told: list[str] = []
    ask = 'ASK { ?actor skos:prefLabel "Edition 1"@fi }'
    with ThreadPoolExecutor(1) as beside:
        writing = beside.submit(open_graph(tmp_path / "g").replace, small(1), progress=told.append)
        while "readable" not in told:
            assert not writing.done()
            sleep(0.01)
        reader = open_graph(tmp_path / "g")
        assert reader.actor("a0").label("fi") == "Edition 1"
        assert reader.partners("a0").total == 50
        for early in (reader.generation.store_within, reader.generation.rdf_folder):
            with pytest.raises(NotReady, match="still being made"):
                early(0.05)
        go.set()
        assert writing.result().generation == 2
    assert reader.sparql(ask) is True
    assert_whole(tmp_path / "g")


def test_rdf_that_a_killed_writer_did_not_make_is_made_by_who_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several readers may ask at once; one makes it, from the last store where little changed."""
    open_graph(tmp_path / "g").replace(small(0))
    folder = folder_of(tmp_path / "g", 1)
    shutil.rmtree(folder / "rdf")
    (folder / ".building-rdf").mkdir()  # half built by one who was killed
    made: list[Path] = []
    make = derived.fill
    monkeypatch.setattr(derived, "fill", lambda store, tables: (made.append(tmp_path), make(store, tables)))
    with ThreadPoolExecutor(4) as readers:
        asked = readers.map(lambda _: open_graph(tmp_path / "g").sparql("ASK { ?s a av:Actor }"), range(4))
        assert list(asked) == [True] * 4
    assert len(made) == 1
    assert not any(folder.glob(".building-*"))


def test_who_holds_a_workspace_that_was_wiped_is_told_and_writes_nothing_into_the_new_one(tmp_path: Path) -> None:
    open_graph(tmp_path / "g").replace(small(0))
    held = open_graph(tmp_path / "g").pinned()
    shutil.rmtree(tmp_path / "g")
    open_graph(tmp_path / "g").replace(small(7))
    shutil.rmtree(folder_of(tmp_path / "g", 1) / "rdf")
    for ask in (lambda: held.entities("actor"), lambda: held.sparql("ASK {}"), lambda: held.partners("a0")):
        with pytest.raises(DamagedWorkspace, match="was pruned while it was read"):
            ask()
    assert open_graph(tmp_path / "g").sparql('ASK { ?actor skos:prefLabel "Edition 7"@fi }') is True
    assert_whole(tmp_path / "g")


def test_generations_none_of_which_is_whole_are_not_swept_away(tmp_path: Path) -> None:
    for number in range(2):
        open_graph(tmp_path / "g").replace(small(number))
    (tmp_path / "g" / "CURRENT").unlink()
    for path in (tmp_path / "g").glob("generations/*/manifest.json"):
        path.write_text("{")
    with pytest.raises(DamagedWorkspace, match=r"data versions \(1, 2\), and none of them is whole"):
        open_graph(tmp_path / "g").replace(small(2))
    assert sorted(p.name for p in (tmp_path / "g" / "generations").iterdir()) == ["000001", "000002"]


def test_a_line_of_current_that_is_damaged_in_part_is_written_again(tmp_path: Path) -> None:
    """The number alone does not say which generation is current."""
    graph = open_graph(tmp_path / "g")
    graph.replace(small(0))
    whole = (tmp_path / "g" / "CURRENT").read_text()
    for line in ("1\n", whole[:-2] + "!\n"):
        (tmp_path / "g" / "CURRENT").write_text(line)
        home = Workspace(tmp_path / "g")
        assert not home.current_is_said()
        assert not open_graph(tmp_path / "g").replace(small(0)).changed
        assert (tmp_path / "g" / "CURRENT").read_text() == whole
        assert Workspace(tmp_path / "g").current_is_said()
