"""Editions of sources to write into workspaces, and a look at whether a workspace is whole."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
from conftest import ROOT

from graph.stores.home import Home
from graph.stores.rdf import from_quads
from graph.stores.workspace import Workspace
from ontology.facts import Batch, Source
from ontology.metagraph import Kind, Relation


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


def assert_whole(home: Path | Home) -> int:
    """Everything that the current generation says of itself holds of its tables, its store and its index."""
    generation = (Workspace(home) if isinstance(home, Path) else home).open()
    assert generation.tables.counts() == generation.manifest["counts"]
    again = from_quads(generation.store)
    assert again.counts() == generation.tables.counts()
    assert generation.paths.actors == generation.manifest["counts"].get("Actor", 0)
    return generation.number


def replace_source(batch: Batch, id: str) -> Batch:
    return Batch(replace(batch.source, id=id), {Kind.ACTOR: batch.entities[Kind.ACTOR]}, {}, read={"a.csv": 234})


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
