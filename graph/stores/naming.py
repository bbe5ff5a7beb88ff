"""Writing the index of names, and opening it: a document for each entity, in the order of names."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import polars as pl
import tantivy

from graph.stores.folding import folded, in_plain_letters
from graph.stores.writing import sync
from ontology.facts import Tables, columns
from ontology.metagraph import LABEL, Kind

#: The shape of what is written, folding included; another number makes all of it anew.
FORMAT = 1

#: One document is an entity: its names folded, whole and as words, and the rows of the tables that tell of it.
SCHEMA = (
    tantivy.SchemaBuilder()
    .add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    .add_text_field("kind", stored=True, tokenizer_name="raw", index_option="basic")
    .add_text_field("whole", tokenizer_name="raw", index_option="basic")
    .add_text_field("plain", tokenizer_name="raw", index_option="basic")
    .add_text_field("words", tokenizer_name="whitespace", index_option="position")
    .add_bytes_field("rows", stored=True)
    .build()
)

#: One writer with room for all makes one segment, in which documents keep their order; it takes what it fills.
_ROOM = 4_000_000_000

#: So many documents are made ready at once.
_AT_ONCE = 50_000


def write(tables: Tables, folder: Path | None) -> tantivy.Index:
    """Return an index of these tables, in an empty folder or in memory; equal tables give equal answers."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(SCHEMA, None if folder is None else str(folder), reuse=False)
    index.config_reader("manual")  # else a thread looks for changes, and reads while files are moved or removed
    writer = index.writer(_ROOM, num_threads=1)
    for part in _documents(tables).iter_slices(_AT_ONCE):
        for document in part.select(pl.struct(pl.all()).struct.json_encode()).to_series():
            writer.add_json(document)
    writer.commit()
    writer.wait_merging_threads()
    if folder is not None:
        _finish(folder)
    index.reload()
    return index


def read(folder: Path) -> tantivy.Index:
    """Return the index in a folder; raises ValueError or OSError where it is none of ours."""
    if os.access(folder, os.W_OK):
        return _open(folder)
    # Opening takes a lock in the folder; where nobody may write, the files are reached by links from one that may.
    with tempfile.TemporaryDirectory(prefix="arvoverkko-") as place:
        for file in folder.iterdir():
            (Path(place) / file.name).symlink_to(file.resolve())
        return _open(Path(place))


def _open(folder: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(folder))
    if index.schema != SCHEMA:
        raise ValueError("another schema")
    index.config_reader("manual")
    return index


def _finish(folder: Path) -> None:
    """Leave only what is read, for whoever may read the folder, and on the disk."""
    for lock in folder.glob(".*.lock"):
        lock.unlink()
    common = next(folder.glob("*.term"), None)
    for file in folder.iterdir():
        if common is not None:
            shutil.copymode(common, file)
        sync(file)
    sync(folder)


def _documents(tables: Tables) -> pl.DataFrame:
    """Every entity with its kind, its folded names and its rows, by name and id."""
    frames = [_of_kind(kind, tables.entity(kind)) for kind in tables.entities]
    if not frames:
        return pl.DataFrame()
    return pl.concat(frames).sort("name", "id").drop("name")


def _of_kind(kind: Kind, frame: pl.DataFrame) -> pl.DataFrame:
    labels = list(columns((LABEL,), frame.columns))
    rows = frame.select("id", pl.struct(pl.all()).struct.json_encode().alias("row"))
    told = rows.with_columns(folded(frame[label]) for label in labels).group_by("id", maintain_order=True).agg(pl.all())
    names = pl.concat_list(labels).list.drop_nulls() if labels else pl.lit([], pl.List(pl.String))
    names = names.list.unique(maintain_order=True)
    typed = names.list.eval(in_plain_letters(pl.element()))
    joined = "[" + pl.col("row").list.join(",") + "]"
    return told.select(
        "id",
        kind=pl.lit(str(kind)),
        name=names.list.min().fill_null(""),
        whole=names,
        plain=typed,
        words=pl.concat_list(names, typed).list.unique(maintain_order=True),
        rows=joined.cast(pl.Binary).bin.encode("base64"),
    )
