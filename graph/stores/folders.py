"""How a generation, and an accepted batch, lie in a folder of their own: written to stay, and read back.

A writer gives these a folder that nobody reads yet; `graph.stores.workspace` decides when it is seen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
import pyoxigraph as ox

from graph.paths import PathIndex
from graph.stores.files import sync, write_frame, write_text
from graph.stores.generation import Generation, fill
from graph.stores.home import Progress
from graph.stores.manifest import build_manifest, sources_of
from ontology.errors import DamagedWorkspace
from ontology.facts import Batch, Source, Tables
from ontology.metagraph import Kind, Relation


def write_generation(
    folder: Path, number: int, parent: int | None, tables: Tables, brought: Mapping[str, int], say: Progress
) -> dict[str, Any]:
    """Make a generation in a new folder, and return its manifest; `brought` says which one brought each source."""
    (folder / "tables").mkdir(parents=True)
    # The RDF store takes nine tenths of the work and lets go of the interpreter, so the rest is done beside it.
    with ThreadPoolExecutor(1) as beside:
        rdf = beside.submit(_write_rdf, folder / "rdf", tables)
        say("checking")
        manifest = build_manifest(number, parent, tables) | {"brought": dict(brought)}
        say("writing tables")
        for name, frame in (*tables.entities.items(), *tables.links.items()):
            write_frame(folder / "tables" / f"{name}.parquet", frame)
        say("indexing paths")
        PathIndex.build(tables).save(folder / "paths")
        say("loading RDF")
        rdf.result()
    write_text(folder / "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    for part in (*folder.joinpath("paths").iterdir(), folder / "paths", folder / "tables", folder):
        sync(part)
    return manifest


def _write_rdf(folder: Path, tables: Tables) -> None:
    store = ox.Store(str(folder))
    fill(store, tables)
    store.flush()


def read_generation(folder: Path, manifest: Mapping[str, Any]) -> Generation:
    """Return the generation in a folder; raises DamagedWorkspace when a table is not as it was written."""
    entities = {kind: frame for kind in Kind if (frame := _table(folder, manifest, str(kind))) is not None}
    links = {rel: frame for rel in Relation if (frame := _table(folder, manifest, str(rel))) is not None}
    tables = Tables(sources_of(manifest), MappingProxyType(entities), MappingProxyType(links))
    return Generation(tables, manifest, folder)


def _table(folder: Path, manifest: Mapping[str, Any], name: str) -> pl.DataFrame | None:
    if name not in manifest["counts"]:
        return None
    path = folder / "tables" / f"{name}.parquet"
    try:
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DamagedWorkspace(f"{path} cannot be read ({error}); load the sources again") from error


def write_batch(folder: Path, batch: Batch) -> None:
    """Keep an accepted batch in a new folder, its refused rows and the number of rows read with it."""
    folder.mkdir(parents=True)
    for name, frame in (*batch.entities.items(), *batch.links.items()):
        write_frame(folder / f"{name}.parquet", frame)
    write_frame(folder / "refusals.parquet", batch.refusals)
    write_text(folder / "read.json", json.dumps(dict(batch.read)) + "\n")
    sync(folder)


def read_batch(folder: Path, source: Source) -> Batch:
    """Return the batch in a folder; raises DamagedWorkspace when a file of it is not as it was written."""
    try:
        frames = {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
        read = json.loads((folder / "read.json").read_text(encoding="utf-8"))
        refusals = frames.pop("refusals")
    except (OSError, ValueError, KeyError, pl.exceptions.PolarsError) as error:
        raise DamagedWorkspace(f"the batch in {folder} cannot be read ({error})") from error
    return Batch(
        source,
        {kind: frames[kind] for kind in Kind if kind in frames},
        {relation: frames[relation] for relation in Relation if relation in frames},
        refusals,
        read,
    )
