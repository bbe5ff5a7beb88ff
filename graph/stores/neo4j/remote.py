"""A Neo4j database that keeps a graph: what it holds stands on one marker node, which readers and writers look at."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import polars as pl

from graph.stores.advance import differ
from graph.stores.generation import Generation
from graph.stores.home import Progress
from graph.stores.manifest import source_of
from graph.stores.neo4j import model, read, write
from graph.stores.neo4j.connect import Address, connect, telling
from graph.stores.remote import Delivery, Held, Rows
from ontology.errors import ServerBetween, ServerError, ServerRefused, WorkspaceBusy
from ontology.facts import Frames, Tables, conformed
from ontology.metagraph import Kind, Relation
from ontology.notices import notice

if TYPE_CHECKING:
    from neo4j import Driver, Session

#: A writer that did not move for so many milliseconds is gone: longer than a transaction is retried.
_GONE = 120_000

#: From so many rows on, a first load is worth the importer's files.
_MANY = 2_000_000

_MARKER = f"MATCH (m:{model.OURS}:{model.MARKER} {{id: $marker}})"
_WHOLE, _WRITING = "whole", "writing"


class Neo4jRemote:
    """A database of a Neo4j server."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.name = address.name
        self._opened: Driver | None = None
        self._bookmarks: Any = None
        #: How many rows the last load sent.
        self.written = 0

    @property
    def driver(self) -> Driver:
        """The driver, opened when it is needed first."""
        if self._opened is None:
            import neo4j

            with telling(self.name):
                self._opened = connect(self.address)
            self._bookmarks = neo4j.GraphDatabase.bookmark_manager()
        return self._opened

    @property
    def bookmarks(self) -> Any:
        """What makes a session see what this process wrote; None before the driver is opened."""
        return self._bookmarks

    @contextmanager
    def session(self, *, writing: bool = False) -> Iterator[Session]:
        """Open a session that sees what this process wrote; errors in it are ours."""
        with (
            telling(self.name),
            self.driver.session(
                database=self.address.database,
                default_access_mode="WRITE" if writing else "READ",
                bookmark_manager=self._bookmarks,
                fetch_size=read.FETCH,
            ) as session,
        ):
            yield session

    def close(self) -> None:
        """Let go of connections."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    # ---- reading

    def held(self) -> Held | None:
        """Return what the database holds, None where nothing of ours is."""
        with self.session() as session:
            marker = session.execute_read(_marker)
        return None if marker is None else self._held(marker)

    def _held(self, marker: Mapping[str, Any]) -> Held:
        if marker["format"] > model.FORMAT:
            raise ServerError("server-newer", server=self.name, program=str(marker["program"]))
        return Held(marker["generation"], marker["identity"], marker["state"] == _WHOLE)

    def history(self) -> list[dict[str, Any]]:
        """Return what each generation that the database held says of itself, newest first."""
        query = f"MATCH (g:{model.OURS}:{model.GENERATION}) RETURN g.manifest ORDER BY g.number DESC"
        with self.session() as session:
            return [json.loads(text) for text in session.execute_read(lambda tx: tx.run(query).value())]

    def read(self, progress: Progress) -> Delivery:
        """Return everything that the database holds."""
        progress("server-reading")
        with self.session() as session:
            marker = session.execute_read(_marker)
            if marker is None or marker["state"] != _WHOLE:
                raise ServerBetween("server-between", server=self.name)
            parcels = read.files(session)
            query = f"MATCH (g:{model.OURS}:{model.GENERATION} {{identity: $identity}}) RETURN g.manifest"
            told = session.run(query, identity=marker["identity"]).single()
        if told is None:
            raise ServerBetween("server-between", server=self.name)
        return Delivery(json.loads(told[0]), self._rows(marker), parcels)

    def _rows(self, marker: Mapping[str, Any]) -> Iterator[Rows]:
        with self.session() as session:
            yield from read.rows(session, json.loads(marker["columns"]))
            after = session.execute_read(_marker)
        if after is None or (after["identity"], after["state"]) != (marker["identity"], _WHOLE):
            raise ServerBetween("server-between", server=self.name)

    # ---- writing

    def write(
        self, before: Generation | None, after: Generation, files: Mapping[str, bytes], progress: Progress
    ) -> None:
        """Make the database hold a generation: what changed since the one before, or since what is there."""
        with self.session(writing=True) as session:
            self._prepare(session)
            columns = model.columns_of(after.tables)
            writer = write.Writer(session, self.name, uuid4().hex)
            marker = self._take(session, writer.token, after, columns)
            tables = before.tables if before is not None and before.identity == marker["identity"] else None
            if tables is None and _is_empty(session):
                if sum(frame.height for frame in _frames(after.tables)) > _MANY:
                    notice("server-many", server=self.name)
                write.write_all(writer, after.tables, progress)
            else:
                if tables is None:
                    progress("server-reading")
                    known = _together(json.loads(marker["columns"] or "{}"), columns)
                    tables = _tables(read.rows(session, known), after.tables)
                write.write_changes(writer, differ(tables, after.tables), tables, after.tables, progress)
            progress("server-rest")
            manifest = {name: value for name, value in after.manifest.items() if name != "files"}
            write.write_beside(writer, model.source_nodes(after.tables.sources, manifest), files)
            if marker["schemes"] != (schemes := _schemes()):
                write.write_schemes(writer)
            for statement in model.LAST:
                session.run(statement).consume()
            session.execute_write(_finish, writer.token, after, json.dumps(manifest), json.dumps(columns), schemes)
            self.written = writer.written

    def _prepare(self, session: Session) -> None:
        """Make the constraints, and see that nobody else's nodes would be taken for ours."""
        query = f"MATCH (n:{model.RESOURCE}) WHERE n.id IS NOT NULL AND NOT n:{model.OURS} RETURN count(n)"
        if strangers := session.run(query).single(strict=True)[0]:
            raise ServerRefused("server-strangers", server=self.name, many=strangers, label=model.RESOURCE)
        for statement in model.FIRST:
            session.run(statement).consume()

    def _take(
        self, session: Session, token: str, after: Generation, columns: Mapping[str, list[str]]
    ) -> Mapping[str, Any]:
        """Become the one writer; raises WorkspaceBusy while another writes."""
        marker = session.execute_write(_ensure)
        self._held(marker)
        if marker["state"] == _WRITING and not _is_gone(marker):
            raise WorkspaceBusy("server-busy", server=self.name)
        known = _together(json.loads(marker["columns"] or "{}"), columns)
        taken = session.execute_write(_begin, marker["writer"], token, after, json.dumps(known))
        if not taken:
            raise WorkspaceBusy("server-busy", server=self.name)
        return marker


def _marker(transaction: Any) -> Mapping[str, Any] | None:
    found = transaction.run(f"{_MARKER} RETURN m {{.*, now: timestamp()}}", marker=model.OURS).single()
    return None if found is None else defaultdict(lambda: None, found[0])


def _ensure(transaction: Any) -> Mapping[str, Any]:
    query = (
        f"MERGE (m:{model.MARKER} {{id: $marker}}) "
        f"ON CREATE SET m:{model.OURS}, m.format = $format, m.state = $whole, m.generation = 0, m.writer = ''"
    )
    transaction.run(query, marker=model.OURS, format=model.FORMAT, whole=_WHOLE).consume()
    found = _marker(transaction)
    assert found is not None
    return found


def _begin(transaction: Any, seen: str, token: str, after: Generation, columns: str) -> bool:
    query = (
        f"{_MARKER} WHERE m.writer IN [$seen, $token] SET m.writer = $token, m.state = $writing, m.step = 0, "
        "m.beat = timestamp(), m.host = $host, m.process = $process, m.columns = $columns, m.format = $format, "
        "m.next = $next, m.next_identity = $next_identity RETURN m.id"
    )
    found = transaction.run(
        query, marker=model.OURS, seen=seen, token=token, writing=_WRITING, host=socket.gethostname(),
        process=os.getpid(), columns=columns, format=model.FORMAT, next=after.number, next_identity=after.identity,
    ).single()  # fmt: skip
    return found is not None


def _finish(transaction: Any, token: str, after: Generation, manifest: str, columns: str, schemes: str) -> None:
    """Make the generation the one that the database holds, in one moment."""
    transaction.run(
        f"MATCH (g:{model.OURS}:{model.GENERATION}) WHERE g.number >= $number DETACH DELETE g", number=after.number
    ).consume()
    query = (
        f"{_MARKER} WHERE m.writer = $token "
        f"CREATE (:{model.OURS}:{model.GENERATION} {{number: $number, identity: $identity, manifest: $manifest, "
        "created: $created}) "
        "SET m.state = $whole, m.generation = $number, m.identity = $identity, m.columns = $columns, "
        "m.schemes = $schemes, m.program = $program, m.created = $created REMOVE m.next, m.next_identity RETURN m.id"
    )
    transaction.run(
        query, marker=model.OURS, token=token, number=after.number, identity=after.identity, manifest=manifest,
        created=after.manifest["created"], whole=_WHOLE, columns=columns, schemes=schemes,
        program=after.manifest["program"],
    ).single(strict=True)  # fmt: skip


def _is_gone(marker: Mapping[str, Any]) -> bool:
    """Whether the writer is: it did not move for long, or was a process of this machine that has ended."""
    if marker["now"] - (marker["beat"] or 0) > _GONE:
        return True
    if marker["host"] != socket.gethostname() or os.name != "posix":
        return False
    try:
        os.kill(marker["process"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _is_empty(session: Session) -> bool:
    query = f"MATCH (n:{model.OURS}) WHERE n:{model.RESOURCE} OR n:{model.RECORD} RETURN n LIMIT 1"
    return session.run(query).single() is None


def _together(*columns: Mapping[str, list[str]]) -> dict[str, list[str]]:
    names = dict.fromkeys(name for each in columns for name in each)
    return {name: list(dict.fromkeys(column for each in columns for column in each.get(name, ()))) for name in names}


def _frames(tables: Tables) -> Iterator[pl.DataFrame]:
    yield from tables.entities.values()
    yield from tables.links.values()


def _tables(rows: Iterator[Rows], after: Tables) -> Tables:
    """Return what a load that was cut off left, as tables; of sources, nothing but their ids is needed."""
    found: dict[Kind | Relation, list[pl.DataFrame]] = defaultdict(list)
    sources: set[str] = set()
    for source, name, frame in rows:
        sources.add(source)
        found[name].append(conformed(name, frame, source))
    order = {source.id: place for place, source in enumerate(after.sources)}
    whole = {name: conformed(name, pl.concat(parts, how="diagonal"), None) for name, parts in found.items()}
    known = [source for source in after.sources if source.id in sources]
    left = [_nameless(id) for id in sorted(sources - order.keys())]
    return Tables(
        (*known, *left),
        Frames({kind: whole[kind] for kind in Kind if kind in whole}),
        Frames({relation: whole[relation] for relation in Relation if relation in whole}),
    )


def _nameless(id: str) -> Any:
    told = {"id": id, "title": id, "publisher": "", "licence": "", "url": None, "sha256": ""}
    return source_of(told | {"retrieved": "1970-01-01"})


def _schemes() -> str:
    told = json.dumps([model.FORMAT, *model.scheme_nodes(), *model.concept_nodes()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()
