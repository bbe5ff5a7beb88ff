"""Accepted batches on disk, each in a folder of the generation that brought it, so that any can be built again."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from graph.stores.manifest import RENAMED
from graph.stores.writing import sync, write_frame, write_text
from ontology.errors import DamagedWorkspace
from ontology.facts import Batch, Source
from ontology.metagraph import Kind, Relation


def keep_batch(home: Path, batch: Batch, number: int) -> None:
    """Write a batch into a source's folder, under a name that nobody looks at until it is whole."""
    building = home / f".building-{number:06d}"
    building.mkdir(parents=True)
    for name, frame in (*batch.entities.items(), *batch.links.items()):
        write_frame(building / f"{name}.parquet", frame)
    write_frame(building / "refusals.parquet", batch.refusals)
    write_text(building / "read.json", json.dumps(dict(batch.read)) + "\n")
    sync(building)
    building.replace(home / f"{number:06d}")
    sync(home)


def read_batch(home: Path, source: Source, number: int) -> Batch:
    """Return the batch that a generation brought; raises DamagedWorkspace."""
    folder = home / f"{number:06d}"
    try:
        frames = {
            path.stem: pl.read_parquet(path).rename(RENAMED, strict=False) for path in sorted(folder.glob("*.parquet"))
        }
        read = json.loads((folder / "read.json").read_text(encoding="utf-8"))
        refusals = frames.pop("refusals")
    except (OSError, ValueError, KeyError, pl.exceptions.PolarsError) as error:
        raise DamagedWorkspace("unreadable", path=str(folder), said=str(error)) from error
    return Batch(
        source,
        {kind: frames[kind] for kind in Kind if kind in frames},
        {relation: frames[relation] for relation in Relation if relation in frames},
        refusals,
        read,
    )
