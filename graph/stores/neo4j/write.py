"""Writes a graph to Neo4j: all of it where nothing is, else what changed, in bounded transactions that may be retried.

Each transaction moves the marker on by a step, so that one whose outcome got lost on the way is not done twice; and it
finds the marker as ours, or stops, since another writer has taken over.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from graph.stores.advance import Change, Difference
from graph.stores.neo4j import model
from graph.stores.neo4j.marker import LOCKED
from ontology.errors import WorkspaceBusy
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation

if TYPE_CHECKING:
    from neo4j import ManagedTransaction, Session

#: So many rows are written in one transaction, and where the server has no memory for these, at least so many.
_ROWS, _FEWEST = 10_000, 10

#: About so many characters are sent in one transaction at most; rows are measured by some of them.
_CHARACTERS, _SOME = 8_000_000, 50

#: So long is a piece of a parcel; a property of a node should not be longer.
_PIECE = 1 << 18

_STEP = f"{LOCKED} WHERE m.writer = $writer WITH m, m.step < $step AS due "
_STEP += "SET m.step = $step, m.beat = timestamp() RETURN due"

_KINDS = "".join(f":{kind}" for kind in Kind)


@dataclass
class Writer:
    """One load: the session that it writes in, its token on the marker, and how many steps it has made.

    `written` counts the rows that went to the server.
    """

    session: Session
    server: str
    token: str
    step: int = 0
    written: int = 0

    def run(self, query: str, rows: list[Any], **parameters: Any) -> None:
        """Run a query over rows, so many in a transaction as the server has memory for."""
        size, begin = _fitting(rows), 0
        while begin < len(rows):
            part = rows[begin : begin + size]
            try:
                self._once(query, part, parameters)
            except _TooLarge as error:
                if size <= _FEWEST:
                    raise error.__cause__ or error from None
                size = max(size // 4, _FEWEST)
                continue
            begin += len(part)
            self.written += len(part)

    def _once(self, query: str, rows: list[Any], parameters: Mapping[str, Any]) -> None:
        from neo4j.exceptions import Neo4jError

        self.step += 1

        def work(transaction: ManagedTransaction) -> None:
            found = transaction.run(_STEP, marker=model.OURS, writer=self.token, step=self.step).single()
            if found is None:
                raise WorkspaceBusy("server-busy", server=self.server)
            if not found["due"]:  # it was done, and the answer was lost
                return
            try:
                transaction.run(query, rows=rows, **parameters).consume()
            except Neo4jError as error:
                if "OutOfMemory" in str(error.code):  # no use in trying the same again
                    raise _TooLarge from error
                raise

        try:
            self.session.execute_write(work)
        except Neo4jError as error:  # of the commit, too
            if "OutOfMemory" in str(error.code):
                raise _TooLarge from error
            raise


def _fitting(rows: list[Any]) -> int:
    """Return how many of these rows one transaction may hold."""
    some = rows[:: max(len(rows) // _SOME, 1)]
    each = max(len(str(row)) for row in some) if some else 1
    return max(min(_ROWS, _CHARACTERS // each), 1)


class _TooLarge(Exception):
    """A transaction needs more memory than the server gives."""


def write_all(writer: Writer, tables: Tables, told: Callable[[str], None]) -> None:
    """Write every fact to a database that holds none of ours."""
    told("server-entities")
    for kind, frame in tables.entities.items():
        for rows in frame.iter_slices(200_000) if frame["id"].is_unique().all() else (frame,):
            nodes, records = model.entities(rows)
            writer.run(f"UNWIND $rows AS row CREATE (n:{model.OURS}:{model.RESOURCE}:{kind}) SET n = row", dicts(nodes))
            write_records(writer, kind, records)
    told("server-links")
    for relation, frame in tables.links.items():
        write_links(writer, relation, frame)


def write_records(writer: Writer, kind: Kind, records: pl.DataFrame) -> None:
    """Write what second and later sources say of entities."""
    query = (
        f"UNWIND $rows AS row MATCH (n:{model.RESOURCE} {{id: row.id}}) "
        f"CREATE (r:{model.OURS}:{model.RECORD})-[:{model.TELLS_OF}]->(n) SET r = row, r.kind = $kind"
    )
    writer.run(query, dicts(records), kind=str(kind))


def write_links(writer: Writer, relation: Relation, frame: pl.DataFrame, *, few: bool = False) -> None:
    """Write links whose ends are there; few by a query that is alike for all relations, so that it is planned once."""
    type = "$($type)" if few else relation
    query = (
        f"UNWIND $rows AS row MATCH (s:{model.RESOURCE} {{id: row[0]}}) MATCH (o:{model.RESOURCE} {{id: row[1]}}) "
        f"CREATE (s)-[r:{type}]->(o) SET r = row[2]"
    )
    given = {"type": str(relation)} if few else {}
    for rows in frame.iter_slices(200_000):
        own = model.said(rows.drop("subject", "object"))
        triples = zip(rows["subject"].to_list(), rows["object"].to_list(), own.to_dicts(), strict=True)
        writer.run(query, list(map(list, triples)), **given)


def write_changes(
    writer: Writer, difference: Difference, before: Tables, after: Tables, told: Callable[[str], None]
) -> None:
    """Write what changed: links that are gone, entities as they are now, links that are new."""
    told("server-links")
    for change in difference.changes:
        if isinstance(change.name, Relation):
            _unlink(writer, change)
    told("server-entities")
    again = _orders(before, after)
    touched = {kind: ids for kind in Kind if len(ids := _ids(difference, kind, after if again else None))}
    standing = {kind: _standing(after, kind, ids) for kind, ids in touched.items()}
    # What is of another kind now stands, and keeps its links.
    left = pl.concat([pl.Series("id", [], pl.String), *(rows["id"] for rows in standing.values())])
    touched_ids = pl.concat([pl.Series("id", [], pl.String), *touched.values()]).unique(maintain_order=True)
    _forget(writer, touched_ids.filter(~touched_ids.is_in(left.implode())).to_list())
    _take_back(writer, [id for rows in standing.values() for id in rows["id"].unique()])
    for kind, rows in standing.items():
        _stand(writer, kind, rows)
    told("server-links")
    for change in difference.changes:
        if isinstance(change.name, Relation):
            for rows in (change.fresh, change.after):
                few = rows.height <= _ROWS
                write_links(writer, change.name, rows.drop("number", strict=False), few=few)


def _orders(before: Tables, after: Tables) -> bool:
    """Whether sources that stand in both are heard in another order."""
    ids = [[source.id for source in tables.sources] for tables in (before, after)]
    both = set(ids[0]) & set(ids[1])
    return [id for id in ids[0] if id in both] != [id for id in ids[1] if id in both]


def _ids(difference: Difference, kind: Kind, every: Tables | None) -> pl.Series:
    """Return the ids of a kind that changed; with `every`, those too that several sources tell of."""
    found = [
        rows["id"]
        for change in difference.changes
        if change.name is kind
        for rows in (change.fresh, change.before, change.after)
    ]
    if every is not None and kind in every.entities:
        ids = every.entities[kind]["id"]
        found.append(ids.filter(ids.is_duplicated()))
    return pl.concat([pl.Series("id", [], pl.String), *found]).unique(maintain_order=True)


def _standing(after: Tables, kind: Kind, ids: pl.Series) -> pl.DataFrame:
    return after.scan(kind).join(ids.to_frame().lazy(), on="id", how="semi", maintain_order="left").collect()


def _unlink(writer: Writer, change: Change) -> None:
    """Delete every link that a source told between two ends; those that stand are written anew.

    They are looked for from the side that has more ends, and so fewer links at each. The other side has no label here:
    with one, Neo4j would look it up, and walk all links of a region or a cluster for each of them.
    """
    ends = change.before.select("subject", "object").unique(maintain_order=True)
    of, to, arrow = "subject", "object", f"-[r:{change.name}]->"
    if ends[to].n_unique() > ends[of].n_unique():
        of, to, arrow = to, of, f"<-[r:{change.name}]-"
    query = (
        f"UNWIND $rows AS row MATCH (n:{model.RESOURCE} {{id: row.{of}}}) WITH n, row "
        f"MATCH (n){arrow}(other) WHERE other.id = row.{to} AND r.source = $source DELETE r"
    )
    writer.run(query, dicts(ends), source=change.source)


def _forget(writer: Writer, ids: list[str]) -> None:
    """Delete entities that nobody tells of; one that somebody else linked to loses what is ours, and waits."""
    match = f"UNWIND $rows AS id MATCH (n:{model.OURS}:{model.RESOURCE} {{id: id}})"
    records = f"OPTIONAL MATCH (r:{model.OURS}:{model.RECORD})-[:{model.TELLS_OF}]->(n) DETACH DELETE r"
    writer.run(f"{match} {records} WITH DISTINCT n WHERE NOT (n)--() DELETE n", ids)
    writer.run(f"{match} SET n = {{id: id}}, n:{model.FORMER} REMOVE n:{model.OURS}:{model.RESOURCE}{_KINDS}", ids)


def _take_back(writer: Writer, ids: list[str]) -> None:
    """Let what waits for its entity be it, and so keep what others linked to it."""
    query = (
        f"UNWIND $rows AS ids MATCH (n:{model.FORMER}) WHERE n.id IN ids "
        f"SET n:{model.OURS}:{model.RESOURCE} REMOVE n:{model.FORMER}"
    )
    writer.run(query, [ids] if ids else [])


def forget_nameless(writer: Writer) -> None:
    """Delete nodes of ours from which other hands took the id."""
    match = f"MATCH (n:{model.OURS}:{model.RESOURCE}) WHERE n.id IS NULL"
    writer.run(f"UNWIND $rows AS row {match} DETACH DELETE n", [1])


def _stand(writer: Writer, kind: Kind, rows: pl.DataFrame) -> None:
    """Let entities be what their sources say now."""
    nodes, records = model.entities(rows)
    told = dict[str, list[dict[str, Any]]]()
    for record in dicts(records):
        told.setdefault(record["id"], []).append(record)
    query = (
        f"UNWIND $rows AS row MERGE (n:{model.OURS}:{model.RESOURCE} {{id: row.node.id}}) "
        f"SET n = row.node REMOVE n{_KINDS} SET n:{model.OURS}:$($kind) "
        f"WITH n, row OPTIONAL MATCH (old:{model.OURS}:{model.RECORD})-[:{model.TELLS_OF}]->(n) "
        "WITH n, row, collect(old) AS olds FOREACH (old IN olds | DETACH DELETE old) "
        f"FOREACH (told IN row.records | CREATE (r:{model.OURS}:{model.RECORD})-[:{model.TELLS_OF}]->(n) "
        "SET r = told, r.kind = $kind)"
    )
    pairs = [{"node": node, "records": told.get(node["id"], [])} for node in dicts(nodes)]
    writer.run(query, pairs, kind=str(kind))


def write_sources(writer: Writer, sources: list[dict[str, Any]]) -> None:
    """Write the sources in the place of those before."""
    ids = [[source["id"] for source in sources]]
    gone = f"UNWIND $rows AS row MATCH (n:{model.OURS}:{model.SOURCE}) WHERE NOT n.id IN row"
    writer.run(f"{gone} AND NOT (n)--() DELETE n", ids)
    writer.run(f"{gone} REMOVE n:{model.OURS}:{model.SOURCE} SET n:{model.FORMER}{model.SOURCE}", ids)  # linked to
    writer.run(f"UNWIND $rows AS row MERGE (n:{model.OURS}:{model.SOURCE} {{id: row.id}}) SET n = row", sources)


def write_journal(writer: Writer, journal: bytes) -> None:
    """Write down what is about to change, and last that all of it is written down."""
    for piece in pieces({writer.token: journal}):
        writer.run(f"UNWIND $rows AS row CREATE (n:{model.OURS}:{model.JOURNAL}) SET n = row", [piece])
    query = f"UNWIND $rows AS row MATCH (m:{model.OURS}:{model.MARKER}) SET m.journals = coalesce(m.journals, []) + row"
    writer.run(query, [writer.token])


def write_files(writer: Writer, files: Mapping[str, bytes], generation: int) -> None:
    """Write the parcels of a generation beside those of the one before, which are thrown away when it is whole."""
    query = f"UNWIND $rows AS row MATCH (n:{model.OURS}:{model.FILE} {{generation: row}}) DETACH DELETE n"
    writer.run(query, [generation])  # what a load that was cut off left
    for piece in pieces(files):
        writer.run(
            f"UNWIND $rows AS row CREATE (n:{model.OURS}:{model.FILE}) SET n = row, n.generation = $generation",
            [piece],
            generation=generation,
        )


def write_schemes(writer: Writer) -> None:
    """Write the schemes of concepts, with what is broader than what."""
    writer.run(
        f"UNWIND $rows AS row MERGE (n:{model.OURS}:{model.SCHEME} {{id: row.id}}) SET n = row",
        list(model.scheme_nodes()),
    )
    concepts = list(model.concept_nodes())
    writer.run(f"UNWIND $rows AS row MERGE (n:{model.OURS}:{model.CONCEPT} {{id: row.id}}) SET n = row", concepts)
    for type, pairs in model.concept_links().items():
        above = model.SCHEME if type == model.IN_SCHEME else model.CONCEPT
        writer.run(
            f"UNWIND $rows AS row MATCH (n:{model.CONCEPT} {{id: row[0]}}) MATCH (o:{above} {{id: row[1]}}) "
            f"MERGE (n)-[:{type}]->(o)",
            list(map(list, pairs)),
        )


def pieces(files: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    """Yield the parcels of sources in pieces that a property may hold."""
    for source, parcel in files.items():
        for part, begin in enumerate(range(0, len(parcel), _PIECE)):
            data = base64.b64encode(parcel[begin : begin + _PIECE]).decode()
            yield {"source": source, "part": part, "data": data}


def dicts(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Return rows as maps; a null is no property when a node takes it over."""
    return rows.to_dicts()
