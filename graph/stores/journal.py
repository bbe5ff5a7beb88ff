"""What a load is about to change on a server, so that a load that was cut off can be undone from there alone.

Whoever comes next may have no copy of what the server held before. What it holds now is a mixture, and each part of it
(what a source tells of an entity, or between two ends) is as it was or as it was to be. So: what is told of all that
was to change is left aside, and what was told of it before is put in its place.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from graph.stores.advance import Change, Difference, key_of
from graph.stores.remote import Rows
from graph.stores.sources import TABLES
from ontology.metagraph import Kind, Relation


def write_journal(difference: Difference) -> bytes:
    """Return what a difference is about to change, in one piece."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as journal:
        for change in difference.changes:
            own = f"{change.source}/{change.name}"
            for name, frame in (("touched", _touched(change)), ("before", change.before)):
                told = io.BytesIO()
                frame.write_parquet(told, compression="zstd", statistics=False)
                journal.writestr(f"{own}/{name}", told.getvalue())
    return packed.getvalue()


def _touched(change: Change) -> pl.DataFrame:
    key = key_of(change.name)
    return pl.concat([change.before.select(key), change.fresh.select(key)]).unique(maintain_order=True)


@dataclass(frozen=True, slots=True, eq=False)
class Journal:
    """Journals that were read: by source and table, the keys that were to change, and the rows told of them before."""

    touched: dict[tuple[str, Kind | Relation], pl.DataFrame]
    before: dict[tuple[str, Kind | Relation], pl.DataFrame]

    @classmethod
    def of(cls, journals: Iterable[bytes]) -> Journal:
        """Read the journals of loads that were cut off one after the other, all on the way from one generation."""
        touched: dict[tuple[str, Kind | Relation], pl.DataFrame] = {}
        before: dict[tuple[str, Kind | Relation], pl.DataFrame] = {}
        for data in journals:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                for entry in sorted({entry.rpartition("/")[0] for entry in packed.namelist()}):
                    source, _, table = entry.partition("/")
                    name = TABLES[table]
                    keys, rows = (pl.read_parquet(packed.read(f"{entry}/{part}")) for part in ("touched", "before"))
                    if (known := touched.get((source, name))) is not None:
                        rows = rows.join(known, on=key_of(name), how="anti")
                        rows = pl.concat([before[source, name], rows], how="diagonal")
                        keys = pl.concat([known, keys]).unique(maintain_order=True)
                    touched[source, name], before[source, name] = keys, rows
        return cls(touched, before)

    def undone(self, rows: Iterable[Rows]) -> Iterator[Rows]:
        """Yield what was told before the load, of rows that it left."""
        for source, name, frame in rows:
            touched = self.touched.get((source, name))
            left = frame if touched is None else frame.join(touched, on=key_of(name), how="anti")
            if left.height:
                yield source, name, left
        for (source, name), frame in self.before.items():
            if frame.height:
                yield source, name, frame.drop("number", strict=False)
