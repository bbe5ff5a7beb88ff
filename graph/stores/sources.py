"""What a source brought, on disk: the facts as accepted, and beside them the rows that are none now.

    <source>/Actor.parquet …          the rows that are facts
    <source>/out/Actor.parquet …      the rows that were refused or set aside, with their positions
    <source>/refusals.parquet         why rows were refused; `waiting` why links were set aside
    <source>/brought.parquet, .json   what the loader refused; the source, what was read, the person's own columns

Files are never changed. What is the same in the next generation is a link to the same file.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from graph.stores.manifest import source_of
from graph.stores.writing import sync, write_frame, write_text
from ontology.errors import DamagedWorkspace
from ontology.facts import Batch, Source
from ontology.metagraph import Kind, Relation
from ontology.rules.acceptance import Name, Verdict, without

_POSITION = "position"

#: The kind or relation of each file.
TABLES: dict[str, Name] = {str(name): name for name in (*Kind, *Relation)}


def write_source(folder: Path, verdict: Verdict, before: Path | None = None) -> None:
    """Write what a source brought into a new folder; what is the same as in the folder before is linked."""
    (folder / "out").mkdir(parents=True)
    batch = verdict.batch
    for name, frame in batch.frames():
        own, out = f"{name}.parquet", verdict.out.get(name)
        if before is not None and _same(before / "out" / own, out):
            for file in (own, f"out/{own}"):
                if (before / file).is_file():
                    link(before / file, folder / file)
            continue
        left = without(frame, out)
        if left.height:
            write_frame(folder / own, left)
        if out is not None:
            write_frame(folder / "out" / own, frame[out].with_columns(out.alias(_POSITION)))
    for told, rows in (("refusals", verdict.refusals), ("waiting", verdict.waiting), ("brought", batch.refusals)):
        write_frame(folder / f"{told}.parquet", rows)
    said = asdict(batch.source) | {"retrieved": batch.source.retrieved.isoformat()}
    brought = {"source": said, "read": dict(batch.read), "columns": {k: dict(v) for k, v in batch.columns.items()}}
    write_text(folder / "brought.json", json.dumps(brought, ensure_ascii=False) + "\n")
    for each in (folder / "out", folder):
        sync(each)


def link(old: Path, new: Path) -> None:
    """Let a file be found in a second place; copied where the disk knows no links."""
    try:
        os.link(old, new)
    except OSError:
        shutil.copy2(old, new)


def _same(path: Path, out: pl.Series | None) -> bool:
    if out is None or not path.is_file():
        return out is None and not path.is_file()
    return pl.read_parquet(path, columns=[_POSITION])[_POSITION].equals(out, check_names=False)


def read_source(folder: Path) -> Batch:
    """Return what a source brought, every row of it; raises DamagedWorkspace."""
    try:
        told: dict[str, Any] = json.loads((folder / "brought.json").read_text(encoding="utf-8"))
        frames: dict[Name, pl.DataFrame] = {}
        for text, name in TABLES.items():
            own, out = folder / f"{text}.parquet", folder / "out" / f"{text}.parquet"
            if own.is_file() or out.is_file():
                frames[name] = _whole(*(pl.read_parquet(path) if path.is_file() else None for path in (own, out)))
        return Batch(
            source_of(told["source"]),
            {kind: frames[kind] for kind in Kind if kind in frames},
            {relation: frames[relation] for relation in Relation if relation in frames},
            pl.read_parquet(folder / "brought.parquet"),
            told["read"],
            told["columns"],
        )
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise DamagedWorkspace("source-unreadable", path=str(folder), said=str(error)) from error


def read_facts(source: Source, folder: Path) -> Batch:
    """Return the facts of a source of which a folder holds nothing else."""
    frames = {
        name: pl.read_parquet(path) for text, name in TABLES.items() if (path := folder / f"{text}.parquet").is_file()
    }
    return Batch(
        source,
        {kind: frames[kind] for kind in Kind if kind in frames},
        {relation: frames[relation] for relation in Relation if relation in frames},
    )


def _whole(facts: pl.DataFrame | None, out: pl.DataFrame | None) -> pl.DataFrame:
    """Return facts and the rows that are none, in the order in which they were brought."""
    if out is None:
        assert facts is not None
        return facts
    if facts is None:
        return out.drop(_POSITION)
    free = pl.int_range(facts.height + out.height, eager=True, dtype=pl.UInt32)
    free = free.filter(~free.is_in(out[_POSITION].implode()))
    every = pl.concat([facts.with_columns(free.alias(_POSITION)), out], how="diagonal")
    return every.sort(_POSITION).drop(_POSITION)
