"""Writing the index of names, and opening it: a document for each entity, in the order of names."""

from __future__ import annotations

import os
import shutil
import tempfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import polars as pl
import tantivy

from graph.stores.folding import folded, plain
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

#: A disk without room for so many bytes is full.
_PROBE = 4_000_000


def write(tables: Tables, folder: Path | None) -> tantivy.Index:
    """Return an index of these tables, in an empty folder or in memory; equal tables give equal answers."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(SCHEMA, None if folder is None else str(folder), reuse=False)
    index.config_reader("manual")  # else a thread looks for changes, and reads while files are moved or removed
    try:
        writer = index.writer(_ROOM, num_threads=1)
        for document in _documents(tables):
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as error:
        if folder is not None:
            _require_room(folder)
        raise OSError(str(error)) from error
    index.reload()
    if folder is not None:
        _finish(folder)
    return index


def _require_room(folder: Path) -> None:
    """Raise OSError where the disk takes no more: of that, the engine may say only that a thread of it ended."""
    probe = folder / ".probe"
    try:
        probe.write_bytes(bytes(_PROBE))
    finally:
        probe.unlink(missing_ok=True)


def read(folder: Path) -> tantivy.Index:
    """Return the index in a folder; raises ValueError or OSError where it is none of ours."""
    if os.access(folder, os.W_OK):
        return _open(folder)
    # Opening takes a lock in the folder; where nobody may write, the files are reached by links from one that may.
    with tempfile.TemporaryDirectory(prefix="arvoverkko-") as place:
        for file in folder.glob("[!.]*"):
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


def _documents(tables: Tables) -> Iterator[tantivy.Document]:
    """Every entity with its kind, its folded names and its rows, in the order of name and id."""
    kinds = [_told(kind, tables.entity(kind)) for kind in tables.entities]
    first = [min(names, default="") for told in kinds for names in told.names]
    order = pl.DataFrame({"name": pl.Series(first, dtype=pl.String), "id": [id for told in kinds for id in told.ids]})
    places = order.with_row_index("place").sort("name", "id")["place"]
    starts = list(accumulate((len(told.ids) for told in kinds), initial=0))
    for place in places:
        kind = bisect_right(starts, place) - 1
        told, n = kinds[kind], place - starts[kind]
        names = told.names[n]
        typed = [plain(name) for name in names]
        words = list(dict.fromkeys((*names, *typed)))
        document = tantivy.Document(id=told.ids[n], kind=told.kind, whole=names, plain=typed, words=words)
        document.add_bytes("rows", f"[{told.rows[n]}]".encode())
        yield document


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of each entity of a kind."""

    kind: str
    ids: list[str]
    names: list[list[str]]
    rows: list[str]


def _told(kind: Kind, frame: pl.DataFrame) -> _Told:
    labels = list(columns((LABEL,), frame.columns))
    texts = [folded(frame[label]) for label in labels]
    names = [_once(each) for each in zip(*texts, strict=True)] if texts else [[] for _ in range(frame.height)]
    rows = frame.select(pl.struct(pl.all()).struct.json_encode()).to_series().to_list()
    ids = frame["id"].to_list()
    again = (~frame["id"].is_first_distinct()).arg_true().to_list()
    if not again:
        return _Told(str(kind), ids, names, rows)
    # What a later source tells of the same goes with what the first one tells.
    place = {id: n for n, id in reversed(list(enumerate(ids)))}
    for n in again:
        names[place[ids[n]]] = _once((*names[place[ids[n]]], *names[n]))
        rows[place[ids[n]]] += "," + rows[n]
    kept = list(place.values())
    return _Told(str(kind), [ids[n] for n in kept], [names[n] for n in kept], [rows[n] for n in kept])


def _once(names: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(filter(None, names)))
