"""Moves an RDF store on by what changed between two states of the tables, so that its cost follows the change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import polars as pl
import pyoxigraph as ox

from graph.stores.trig import described, documents, graph, numbered, written
from graph.stores.triples import put_vocabulary
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation

#: So many changed entities or pairs of ends are compared triple by triple at once, and so many quads are held.
_AT_ONCE, _HELD = 20_000, 500_000


def share_changed(before: Tables, after: Tables) -> float:
    """Return the share of the rows before that are not there after as they were, between 0 and 1.

    Much of that is slower to take out of a store than all is to be loaded anew.
    """
    rows = sum(frame.height for frame in (*before.entities.values(), *before.links.values()))
    return sum(change.gone for change in _changed(before, after)) / rows if rows else 0.0


def advance(store: ox.Store, before: Tables, after: Tables) -> None:
    """Change a store that holds `before` so that it holds exactly what it would if `after` were loaded into it."""
    silent = _telling(before) - _telling(after)
    for source in silent:
        store.remove_graph(ox.NamedNode(graph(source)))
    changes = [change for change in _changed(before, after) if change.source not in silent]
    for piece in documents(text for change in changes for text in written(change.name, change.fresh, change.source)):
        store.bulk_load(piece, format=ox.RdfFormat.TRIG)
    texts = chain([(described(before.sources), described(after.sources))], *(change.texts() for change in changes))
    gone: set[ox.Quad] = set()
    new: set[ox.Quad] = set()
    for text in texts:
        old, young = (set(ox.parse(each, format=ox.RdfFormat.TRIG)) for each in text)
        gone |= old - young
        new |= young - old
        if len(gone) + len(new) > _HELD:
            _swap(store, gone, new)
            gone, new = set(), set()
    _swap(store, gone, new)
    put_vocabulary(store)


def _swap(store: ox.Store, gone: set[ox.Quad], new: set[ox.Quad]) -> None:
    """Take quads out of a store and put others in: many at once, since the store sorts its files anew after each."""
    for quad in gone:  # faster than one update that names them all
        store.remove(quad)
    store.bulk_extend(new)


def _telling(tables: Tables) -> set[str]:
    """Return the sources that tell something."""
    return {id for frame in (*tables.entities.values(), *tables.links.values()) for id in frame["source"].unique()}


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """What one source tells otherwise of a kind or relation: numbered rows, and how many of those before are gone.

    Rows of one key may say a triple together, and rows of unlike keys never do. So what is told of a key that it was
    told of before stands here whole, before and after; what is told of other keys is `fresh`.
    """

    name: Kind | Relation
    source: str
    gone: int
    fresh: pl.DataFrame
    before: pl.DataFrame
    after: pl.DataFrame

    def texts(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield what was told and what is told, so many keys at once."""
        key = _key(self.name)
        for keys in self.before.select(key).unique(maintain_order=True).iter_slices(_AT_ONCE):
            old, new = (rows.join(keys, on=key, how="semi") for rows in (self.before, self.after))
            yield self._text(old), self._text(new)

    def _text(self, rows: pl.DataFrame) -> bytes:
        return b"".join(documents(written(self.name, rows, self.source)))


def _key(name: Kind | Relation) -> list[str]:
    return ["id"] if isinstance(name, Kind) else ["subject", "object"]


def _changed(before: Tables, after: Tables) -> Iterator[_Change]:
    for source in dict.fromkeys(source.id for source in (*before.sources, *after.sources)):
        for name in (*Kind, *Relation):
            old, new = (_rows(tables, name, source) for tables in (before, after))
            wanted = pl.concat([old.head(0), new.head(0)], how="diagonal").columns
            old, new = (_widened(rows, wanted) for rows in (old, new))
            if not old.equals(new):
                yield _change(name, source, numbered(name, old), numbered(name, new))


def _change(name: Kind | Relation, source: str, old: pl.DataFrame, new: pl.DataFrame) -> _Change:
    key = _key(name)
    gone, come = _without(old, new), _without(new, old)
    touched = pl.concat([gone.select(key), come.select(key)]).unique()
    before = old.join(touched, on=key, how="semi", maintain_order="left")
    after = new.join(touched, on=key, how="semi", maintain_order="left")
    told = before.select(key).unique()
    fresh, again = (after.join(told, on=key, how=how, maintain_order="left") for how in ("anti", "semi"))
    return _Change(name, source, gone.height, fresh, before, again)


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
