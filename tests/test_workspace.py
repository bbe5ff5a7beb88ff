"""The graph on disk: seen whole or not at all, whatever happens to the writer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
from damage import copy, set_cell
from editions import other, renamed, small

from graph import open_graph
from graph.stores.workspace import Workspace
from loaders import load
from ontology.errors import DamagedWorkspace, NotFound
from ontology.facts import Batch


def test_old_generations_are_pruned_only_when_asked(tmp_path: Path, enf_batch: Batch) -> None:
    for place in range(3):
        open_graph(tmp_path / "g").replace(renamed(enf_batch, str(place) * 64))
    assert Workspace(tmp_path / "g").numbers() == [1, 2, 3]
    reader = open_graph(tmp_path / "g")
    held = reader.generation
    open_graph(tmp_path / "g", keep=1).replace(renamed(enf_batch, "9" * 64))
    assert Workspace(tmp_path / "g").numbers() == [4]
    assert held.paths.actors == 234  # whoever holds a pruned generation still has its tables
    assert reader.generation.number == 4
    with pytest.raises(NotFound, match="no data version 1; data versions: 4"):
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


def test_a_removal_keeps_what_earlier_generations_are_made_from(tmp_path: Path) -> None:
    graph = open_graph(tmp_path / "g")
    with pytest.raises(NotFound):
        graph.remove("small")
    assert not (tmp_path / "g").exists()  # a name that is not known makes no folder
    graph.replace(small(0))
    graph.replace(other(small(0)))
    graph.remove("small")
    assert graph.generation.manifest["brought"] == {"other": 2}
    assert sorted(str(p.relative_to(tmp_path / "g" / "sources")) for p in tmp_path.glob("g/sources/*/*")) == [
        "other/000002",
        "small/000001",
    ]


def test_a_batch_that_is_damaged_is_mended_by_loading_its_source_or_taking_it_out(tmp_path: Path) -> None:
    graph = open_graph(tmp_path / "g")
    for mend in (lambda: graph.replace(small(1)), lambda: graph.remove("small")):
        graph.replace(small(0))
        graph.replace(other(small(0)))
        for kept in tmp_path.glob("g/sources/small/*/read.json"):
            kept.unlink()
        with pytest.raises(DamagedWorkspace, match="sources"):
            graph.replace(other(small(0)), force=True)
        assert mend().changed
        assert graph.replace(other(small(0)), force=True).changed


def test_refused_rows_are_kept_with_the_batch(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    record = set_cell(folder, "memberships", 4, "actor_id", "act-nobody")
    report = open_graph(tmp_path / "g").replace(load("enf", folder))
    assert (report.read, report.refused) == (1808, 1)
    assert report.refusals["record"].to_list() == [record]
    kept = tmp_path / "g" / "sources" / "enf" / "000001"
    assert pl.read_parquet(kept / "refusals.parquet")["record"].to_list() == [record]


def test_the_store_on_disk_is_read_only(enf_graph: object) -> None:
    with pytest.raises(RuntimeError, match="read-write"):
        enf_graph.generation.store.add(ox.Quad(*(ox.NamedNode("urn:x:1"),) * 3))


def test_a_folder_of_the_first_format_is_read_and_loaded_into(tmp_path: Path) -> None:
    """The address of a fact's page was called `evidence` there."""
    graph = open_graph(tmp_path / "g")
    graph.replace(small(0))
    tables = graph.generation.tables
    for path in (tmp_path / "g").rglob("*.parquet"):
        pl.read_parquet(path).rename({"source_url": "evidence"}, strict=False).write_parquet(path)
    manifest = tmp_path / "g" / "generations" / "000001" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text("utf-8")) | {"schema": 1}), "utf-8")
    old = open_graph(tmp_path / "g")
    for kind, frame in old.generation.tables.entities.items():
        assert frame.equals(tables.entities[kind])
    assert old.actor("a0").evidence[0].record
    old.replace(other(small(0)))
    assert [source["id"] for source in old.history()[0]["sources"]] == ["small", "other"]
