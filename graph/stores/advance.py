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


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """What changed between two states of the tables: sources that fell silent, and what others tell otherwise.

    `share` is the share of the rows before that are not there after as they were, between 0 and 1: much of that is
    slower to take out of a store than all is to be loaded anew.
    """

    described: tuple[bytes, bytes]
    silent: frozenset[str]
    changes: tuple[Change, ...]
    share: float


def differ(before: Tables, after: Tables) -> Difference:
    """Return what changed between two states of the tables, each table read once."""
    names, rows = (*Kind, *Relation), 0
    told: tuple[set[str], set[str]] = set(), set()
    changes: list[Change] = []
    for name in names:
        old, new = _told(before, name), _told(after, name)
        rows += old.height
        for frame, sources in zip((old, new), told, strict=True):
            sources.update(frame["source"].unique())
        changes += _changed(name, old, new)
    gone, silent = sum(change.gone for change in changes), frozenset(told[0] - told[1])
    return Difference(
        (described(before.sources), described(after.sources)), silent, tuple(changes), gone / rows if rows else 0.0
    )


def advance(store: ox.Store, difference: Difference) -> None:
    """Change a store that holds what was before so that it holds exactly what it would if all were loaded anew."""
    silent = difference.silent
    for source in silent:
        store.remove_graph(ox.NamedNode(graph(source)))
    changes = [change for change in difference.changes if change.source not in silent]
    for piece in documents(text for change in changes for text in written(change.name, change.fresh, change.source)):
        store.bulk_load(piece, format=ox.RdfFormat.TRIG)
    texts = chain([difference.described], *(change.texts() for change in changes))
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


@dataclass(frozen=True, slots=True, eq=False)
class Change:
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
        key = key_of(self.name)
        for keys in self.before.select(key).unique(maintain_order=True).iter_slices(_AT_ONCE):
            old, new = (rows.join(keys, on=key, how="semi") for rows in (self.before, self.after))
            yield self._text(old), self._text(new)

    def _text(self, rows: pl.DataFrame) -> bytes:
        return b"".join(documents(written(self.name, rows, self.source)))


def key_of(name: Kind | Relation) -> list[str]:
    """Return the columns whose rows may say something together."""
    return ["id"] if isinstance(name, Kind) else ["subject", "object"]


def _changed(name: Kind | Relation, old: pl.DataFrame, new: pl.DataFrame) -> Iterator[Change]:
    wanted = pl.concat([old.head(0), new.head(0)], how="diagonal").columns
    old, new = (_widened(rows, wanted) for rows in (old, new))
    for source in pl.concat([old["source"], new["source"]]).unique(maintain_order=True):
        was, is_now = (rows.filter(pl.col("source") == source) for rows in (old, new))
        if not was.equals(is_now):
            yield _change(name, source, numbered(name, was), numbered(name, is_now))


def _change(name: Kind | Relation, source: str, old: pl.DataFrame, new: pl.DataFrame) -> Change:
    key = key_of(name)
    gone, come = _without(old, new), _without(new, old)
    touched = pl.concat([gone.select(key), come.select(key)]).unique()
    before = old.join(touched, on=key, how="semi", maintain_order="left")
    after = new.join(touched, on=key, how="semi", maintain_order="left")
    told = before.select(key).unique()
    fresh, again = (after.join(told, on=key, how=how, maintain_order="left") for how in ("anti", "semi"))
    return Change(name, source, gone.height, fresh, before, again)


def _told(tables: Tables, name: Kind | Relation) -> pl.DataFrame:
    return tables.entity(name) if isinstance(name, Kind) else tables.link(name)


def _widened(rows: pl.DataFrame, wanted: list[str]) -> pl.DataFrame:
    """Return rows with these columns; the other tables may have a language that these have not."""
    missing = [pl.lit(None, pl.String).alias(column) for column in wanted if column not in rows.columns]
    return rows.with_columns(missing).select(wanted)


def _without(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that are not among the others."""
    said = [name for name in rows.columns if any(each[name].null_count() < each.height for each in (rows, others))]
    return rows.join(others, on=said, how="anti", nulls_equal=True, maintain_order="left") if said else rows
