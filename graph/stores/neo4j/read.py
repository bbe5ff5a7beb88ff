"""Reads a graph out of Neo4j, as the rows that its sources told."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from graph.stores.neo4j import model
from graph.stores.remote import Rows
from ontology.facts import Frames, Source, Tables, conformed, dtype, entity_attributes, link_attributes
from ontology.facts import columns as known
from ontology.metagraph import Kind, Relation

if TYPE_CHECKING:
    from neo4j import Session

#: So many rows come from the server at once, and so many become a frame.
FETCH, _AT_ONCE = 10_000, 100_000


def rows(session: Session, columns: Mapping[str, Iterable[str]]) -> Iterator[Rows]:
    """Yield what each source tells, in pieces; `columns` are the properties of each kind and relation."""
    for text, told in columns.items():
        name = model.name_of(text)
        if isinstance(name, Kind):
            yield from _entities(session, name, list(known(entity_attributes(name), told)))
        else:
            yield from _links(session, name, list(known(link_attributes(name), told)))


def tables(rows: Iterable[Rows], sources: Iterable[Source]) -> Tables:
    """Return rows as tables, in the order of these sources; of sources beside them, nothing but their ids is known."""
    found: dict[Kind | Relation, list[pl.DataFrame]] = defaultdict(list)
    told: dict[str, None] = {}
    for source, name, frame in rows:
        told[source] = None
        found[name].append(conformed(name, frame, source))
    known = {source.id: source for source in sources}
    whole = {name: conformed(name, pl.concat(parts, how="diagonal"), None) for name, parts in found.items()}
    return Tables(
        (*(known[id] for id in known if id in told), *(_only(id) for id in sorted(told.keys() - known.keys()))),
        Frames({kind: whole[kind] for kind in Kind if kind in whole}),
        Frames({relation: whole[relation] for relation in Relation if relation in whole}),
    )


def _only(id: str) -> Source:
    return Source(id, id, "", "", None, date.min, "")


def _entities(session: Session, kind: Kind, told: list[str]) -> Iterator[Rows]:
    wanted = list(dict.fromkeys(["id", "source", *told]))
    asked = ", ".join(_property("n", name) for name in [*wanted, model.FILLED])
    query = f"MATCH (n:{model.OURS}:{kind}) WHERE n.source IS NOT NULL RETURN {asked}"
    schema = _schema(kind, wanted) | {model.FILLED: pl.List(pl.String)}
    for frame in _frames(session, query, schema):
        yield from _by_source(kind, _first(frame))
    asked = ", ".join(_property("r", name) for name in wanted)
    query = f"MATCH (r:{model.OURS}:{model.RECORD}) WHERE r.kind = $kind RETURN {asked}"
    for frame in _frames(session, query, _schema(kind, wanted), kind=str(kind)):
        yield from _by_source(kind, frame)


def _first(frame: pl.DataFrame) -> pl.DataFrame:
    """Return what the first source says of entities: not what was filled in from later ones."""
    if frame[model.FILLED].null_count() == frame.height:
        return frame.drop(model.FILLED)
    filled = pl.col(model.FILLED)
    kept = [
        pl.when(filled.list.contains(name).fill_null(False)).then(None).otherwise(pl.col(name)).alias(name)
        for name in frame.columns
        if name != model.FILLED
    ]
    return frame.select(kept)


def _links(session: Session, relation: Relation, told: list[str]) -> Iterator[Rows]:
    wanted = [name for name in dict.fromkeys(["source", *told]) if name not in ("subject", "object")]
    asked = ", ".join(["s.id", "o.id", *(_property("r", name) for name in wanted)])
    query = (
        f"MATCH (s:{model.OURS}:{model.RESOURCE})-[r:{relation}]->(o:{model.OURS}:{model.RESOURCE}) "
        f"WHERE r.source IS NOT NULL RETURN {asked}"
    )
    for frame in _frames(session, query, _schema(relation, ["subject", "object", *wanted])):
        yield from _by_source(relation, frame)


def _by_source(name: Kind | Relation, frame: pl.DataFrame) -> Iterator[Rows]:
    for (source,), own in frame.group_by("source"):
        yield str(source), name, own


def _property(node: str, name: str) -> str:
    return f"{node}.{quoted(name)}"


def quoted(name: str) -> str:
    """Return a name of a column as Cypher takes it: a language may have a hyphen, and nothing else is odd in one."""
    return f"`{name}`"


def _schema(name: Kind | Relation, columns: Iterable[str]) -> dict[str, pl.DataType]:
    attributes = entity_attributes(name) if isinstance(name, Kind) else link_attributes(name)
    types = {attribute.name: dtype(attribute.value) for attribute in attributes}
    return {column: types.get(column, pl.String()) for column in columns}


def _frames(
    session: Session, query: str, schema: Mapping[str, pl.DataType], **parameters: Any
) -> Iterator[pl.DataFrame]:
    """Yield an answer as frames of so many rows; raises TypeError for what cannot be of its column's type."""
    result = session.run(query, parameters)
    while found := result.fetch(_AT_ONCE):
        columns = zip(*found, strict=True)
        yield pl.DataFrame(
            [
                pl.Series(name, list(values), dtype=type)
                for (name, type), values in zip(schema.items(), columns, strict=True)
            ]
        )


def files(session: Session, generation: int) -> dict[str, bytes]:
    """Return the parcels of all sources of a generation."""
    return _pieces(session, f"MATCH (f:{model.OURS}:{model.FILE} {{generation: $of}})", generation)


def journals(session: Session, writers: Iterable[str]) -> list[bytes]:
    """Return what these writers wrote down before they changed anything, in their order."""
    order = list(writers)
    found = _pieces(session, f"MATCH (f:{model.OURS}:{model.JOURNAL}) WHERE f.source IN $of", order)
    return [found[writer] for writer in order if writer in found]


def _pieces(session: Session, match: str, of: object) -> dict[str, bytes]:
    pieces: dict[str, list[bytes]] = defaultdict(list)
    for source, data in session.run(f"{match} RETURN f.source, f.data ORDER BY f.source, f.part", of=of):
        pieces[source].append(base64.b64decode(data))
    return {source: b"".join(parts) for source, parts in pieces.items()}
