"""Moves an RDF store on by what changed between two states of the tables, so that its cost follows the change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
import pyoxigraph as ox

from graph.stores.trig import described, documents, graph, numbered, written
from graph.stores.triples import put_vocabulary
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation

#: So many changed entities or pairs of ends are compared triple by triple at once.
_AT_ONCE = 20_000


def share_changed(before: Tables, after: Tables) -> float:
    """Return the share of the rows before that are not there after as they were, between 0 and 1.

    Much of that is slower to take out of a store than all is to be loaded anew.
    """
    rows = sum(frame.height for frame in (*before.entities.values(), *before.links.values()))
    gone = sum(change.gone().height for change in _changed(before, after))
    return gone / rows if rows else 0.0


def advance(store: ox.Store, before: Tables, after: Tables) -> None:
    """Change a store that holds `before` so that it holds exactly what it would if `after` were loaded into it."""
    silent = _telling(before) - _telling(after)
    for source in silent:
        store.remove_graph(ox.NamedNode(graph(source)))
    for change in _changed(before, after):
        if change.source not in silent:
            change.apply(store)
    _swap(store, described(before.sources), described(after.sources))
    put_vocabulary(store)


def _telling(tables: Tables) -> set[str]:
    """Return the sources that tell something."""
    return {id for frame in (*tables.entities.values(), *tables.links.values()) for id in frame["source"].unique()}


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """The numbered rows of a kind or relation that a source told before, and those that it tells after."""

    name: Kind | Relation
    source: str
    before: pl.DataFrame
    after: pl.DataFrame

    def gone(self) -> pl.DataFrame:
        """Return the rows that are not there after as they were."""
        return _without(self.before, self.after)

    def apply(self, store: ox.Store) -> None:
        """Take what is said no more out of the store, and put in what is new."""
        gone, new = self.gone(), _without(self.after, self.before)
        # Rows of one key may say a triple together, rows of unlike keys never do: a key is compared as a whole.
        key = ["id"] if isinstance(self.name, Kind) else ["subject", "object"]
        touched = gone.select(key).unique()
        for piece in documents(written(self.name, new.join(touched, on=key, how="anti"), self.source)):
            store.bulk_load(piece, format=ox.RdfFormat.TRIG)
        for keys in touched.iter_slices(_AT_ONCE):
            texts = (
                written(self.name, rows.join(keys, on=key, how="semi"), self.source)
                for rows in (self.before, self.after)
            )
            _swap(store, *(b"".join(documents(each)) for each in texts))


def _changed(before: Tables, after: Tables) -> Iterator[_Change]:
    for source in dict.fromkeys(source.id for source in (*before.sources, *after.sources)):
        for name in (*Kind, *Relation):
            old, new = (_rows(tables, name, source) for tables in (before, after))
            together = pl.concat([old.head(0), new.head(0)], how="diagonal").columns
            old, new = (_widened(rows, together) for rows in (old, new))
            if not old.equals(new):
                yield _Change(name, source, numbered(name, old), numbered(name, new))


def _rows(tables: Tables, name: Kind | Relation, source: str) -> pl.DataFrame:
    frame = tables.entity(name) if isinstance(name, Kind) else tables.link(name)
    return frame.filter(pl.col("source") == source)


def _widened(rows: pl.DataFrame, wanted: list[str]) -> pl.DataFrame:
    """Return rows with these columns; the other tables may have a language that these have not."""
    missing = [pl.lit(None, pl.String).alias(column) for column in wanted if column not in rows.columns]
    return rows.with_columns(missing).select(wanted)


def _without(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that are not among the others."""
    said = [name for name in rows.columns if any(each[name].null_count() < each.height for each in (rows, others))]
    return rows.join(others, on=said, how="anti", nulls_equal=True, maintain_order="left") if said else rows


def _swap(store: ox.Store, before: bytes, after: bytes) -> None:
    """Take the quads of one text out of a store and put those of another in; what both say is not touched."""
    gone, new = (set(ox.parse(text, format=ox.RdfFormat.TRIG)) for text in (before, after))
    for quad in gone - new:  # faster than one update that names them all
        store.remove(quad)
    store.bulk_extend(new - gone)
