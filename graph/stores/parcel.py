"""What a source brought beside its facts, in one piece: it travels with them to a server and back.

A server keeps facts as nodes and edges, or as triples, in no order. What else lies in a source's folder (the rows that
are no facts, why, what the loader refused; see `graph.stores.sources`), and the order of the facts where it is not that
of their records, goes along in a parcel, so that whoever takes a graph from a server has all that its writer had.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from graph.stores.sources import TABLES
from graph.stores.writing import sync, write_frame
from ontology.facts import entity_frame, link_frame
from ontology.metagraph import Kind, Relation

_ORDER, _COLUMNS = "order", "columns.json"

#: The same bytes for the same contents: a time that says nothing, the first that the format has.
_NO_TIME = (1980, 1, 1, 0, 0, 0)

#: What a record ends with: rows are in the order of its number, and not of its digits.
_NUMBER = "[0-9]{1,18}$"


def in_order(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows of one source in the order of their records, and where these are alike, of all that they say."""
    columns = rows.collect_schema().names()
    record = pl.col("record")
    number = record.str.extract(f"({_NUMBER})").cast(pl.Int64)
    ends = [name for name in ("id", "subject", "object") if name in columns]
    others = sorted(set(columns) - {*ends, "record", _ORDER})
    return rows.sort(record.str.replace(_NUMBER, ""), number, *ends, *others, nulls_last=True)


def pack(folder: Path) -> bytes:
    """Return what lies in a source's folder beside its facts, and in which order these are."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as parcel:  # Parquet is compressed already
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and not _is_facts(folder, path)):
            _put(parcel, path.relative_to(folder).as_posix(), path.read_bytes())
        facts = sorted(path for path in folder.glob("*.parquet") if _is_facts(folder, path))
        columns = {path.stem: list(pl.read_parquet_schema(path)) for path in facts}
        _put(parcel, _COLUMNS, json.dumps(columns).encode())
        for path in facts:
            order = in_order(pl.scan_parquet(path).with_row_index(_ORDER)).select(_ORDER).collect()
            if not order[_ORDER].is_sorted():
                told = io.BytesIO()
                order.write_parquet(told, compression="zstd", statistics=False)
                _put(parcel, f"{_ORDER}/{path.name}", told.getvalue())
    return packed.getvalue()


def unpack(parcel: bytes, folder: Path) -> None:
    """Put what was packed into a source's folder, where the facts lie in the order of their records.

    Raises ValueError, KeyError or zipfile.BadZipFile for what is no parcel.
    """
    with zipfile.ZipFile(io.BytesIO(parcel)) as packed:
        for stem, columns in json.loads(packed.read(_COLUMNS)).items():
            if stem in TABLES and (path := folder / f"{stem}.parquet").is_file():
                _widen(path, columns)
        for name in packed.namelist():
            where, _, own = name.rpartition("/")
            if where == _ORDER:
                order = pl.read_parquet(packed.read(name))[_ORDER]
                facts = pl.read_parquet(folder / own)
                write_frame(folder / own, facts.with_columns(order.alias(_ORDER)).sort(_ORDER).drop(_ORDER))
            elif where in ("", "out") and own != _COLUMNS:  # nothing is put elsewhere, whatever a server says
                (folder / where).mkdir(exist_ok=True)
                (folder / where / own).write_bytes(packed.read(name))
                sync(folder / where / own)


def put_facts(folder: Path, name: Kind | Relation, pieces: Iterable[Path]) -> None:
    """Write the facts of a kind or relation, which lie in pieces, in the order of their records."""
    found = in_order(pl.concat([pl.scan_parquet(piece) for piece in pieces], how="diagonal")).collect()
    conformed = entity_frame(name, found) if isinstance(name, Kind) else link_frame(name, found)
    write_frame(folder / f"{name}.parquet", conformed)


def _widen(path: Path, columns: list[str]) -> None:
    """Give facts those columns, too, of which no row says anything: a language that a source has a column for."""
    facts = pl.read_parquet(path)
    if missing := [name for name in columns if name not in facts.columns]:
        write_frame(path, facts.with_columns(pl.lit(None, pl.String).alias(name) for name in missing).select(columns))


def _is_facts(folder: Path, path: Path) -> bool:
    return path.parent == folder and path.stem in TABLES


def _put(parcel: zipfile.ZipFile, name: str, data: bytes) -> None:
    parcel.writestr(zipfile.ZipInfo(name, _NO_TIME), data)
