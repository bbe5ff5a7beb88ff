"""The graph on disk: seen whole or not at all, whatever happens to the writer."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
from damage import copy, set_cell
from editions import assert_whole, other, renamed, replace_source

from graph import open_graph
from graph.stores.workspace import Workspace
from loaders import load
from ontology.errors import (
    DamagedWorkspace,
    InvalidArgument,
)
from ontology.facts import Batch


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


@pytest.mark.parametrize("where", ["memory", "disk"])
def test_of_two_sources_the_earlier_is_heard_first_even_when_it_is_loaded_again(
    where: str, tmp_path: Path, enf_batch: Batch
) -> None:
    graph = open_graph(None if where == "memory" else tmp_path / "g")
    graph.replace(enf_batch)
    graph.replace(renamed(replace_source(enf_batch, "other"), "6" * 64, "Other name"))
    graph.replace(renamed(enf_batch, "7" * 64, "First name"))
    assert graph.actor("act-digipolis").label("fi") == "First name"


def test_threads_that_write_at_once_lose_nothing_in_memory(enf_batch: Batch) -> None:
    graph = open_graph()
    with ThreadPoolExecutor(8) as threads:
        reports = list(threads.map(lambda n: graph.replace(replace_source(enf_batch, f"s{n}")), range(16)))
    assert sorted(report.generation for report in reports) == list(range(1, 17))
    assert len(graph.generation.tables.sources) == 16


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
