"""Reads generations of the formats before sources lay apart: `tables/` of all sources together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from graph.stores.manifest import sources_of
from ontology.errors import DamagedWorkspace
from ontology.facts import Batch, Frames, Name, Tables, conformed, no_refusals
from ontology.metagraph import Kind, Relation

#: The last of these formats.
EARLIER = 2

#: Columns that were called otherwise.
_RENAMED = {"evidence": "source_url"}


def open_earlier(folder: Path, manifest: Mapping[str, Any]) -> Tables:
    """Return the tables of a generation; raises DamagedWorkspace."""

    def table(name: Kind | Relation) -> pl.DataFrame | None:
        if str(name) not in manifest["counts"]:
            return None
        path = folder / "tables" / f"{name}.parquet"
        try:
            return conformed(name, pl.read_parquet(path).rename(_RENAMED, strict=False), None)
        except (OSError, ValueError, pl.exceptions.PolarsError) as error:
            raise DamagedWorkspace("table-unreadable", path=str(path), said=str(error)) from error

    return Tables(
        sources_of(manifest),
        Frames({kind: frame for kind in Kind if (frame := table(kind)) is not None}),
        Frames({relation: frame for relation in Relation if (frame := table(relation)) is not None}),
    )


def batches_of(tables: Tables) -> list[Batch]:
    """Return what the sources of such a generation told that was accepted, as if they had brought just that."""

    def own(frames: Frames[Name], source: str) -> dict[Name, pl.DataFrame]:
        parts = {name: frame.filter(pl.col("source") == source).drop("source") for name, frame in frames.items()}
        return {name: frame for name, frame in parts.items() if frame.height}

    return [
        Batch(source, own(tables.entities, source.id), own(tables.links, source.id), no_refusals())
        for source in tables.sources
    ]
