"""A Neo4j database that keeps a graph: what it holds stands on one marker node, which readers and writers look at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl

from graph.stores.advance import differ
from graph.stores.generation import Generation
from graph.stores.home import Progress
from graph.stores.journal import Journal, write_journal
from graph.stores.neo4j import marker as marking
from graph.stores.neo4j import model, read, write
from graph.stores.neo4j.connect import Address, connect, telling
from graph.stores.neo4j.write import Writer
from graph.stores.parts import COPIED
from graph.stores.remote import Delivery, Held, Rows
from graph.stores.turns import end_turn, take_turn
from ontology.errors import ServerBetween, ServerError, ServerRefused, WorkspaceBusy
from ontology.facts import Tables
from ontology.notices import notice

if TYPE_CHECKING:
    from neo4j import Driver, Session

#: From so many rows on, a first load is worth the importer's files.
_MANY = 2_000_000

#: So many bytes may an id have: an index of Neo4j takes some 8,000 for a key.
_LONGEST = 4_000


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
            marker = marking.find(session)  # not tried again: who waits for an answer is told at once
        return None if marker is None else self._held(marker)

    def _held(self, marker: Mapping[str, Any]) -> Held:
        if marker["format"] > model.FORMAT:
            raise ServerError("server-newer", server=self.name, program=str(marker["program"]))
        return Held(marker["generation"], marker["identity"], marker["state"] == marking.WHOLE)

    def history(self) -> list[dict[str, Any]]:
        """Return what each generation that the database held says of itself, newest first."""
        query = f"MATCH (g:{model.OURS}:{model.GENERATION}) RETURN g.manifest ORDER BY g.number DESC"
        with self.session() as session:
            return [json.loads(text) for text in session.run(query).value()]

    def read(self, progress: Progress) -> Delivery:
        """Return everything that the database holds."""
        progress("server-reading")
        with self.session() as session:
            marker = session.execute_read(marking.find)
            if marker is None or marker["state"] != marking.WHOLE:
                raise ServerBetween("server-between", server=self.name)
            return self._delivery(session, marker, self._rows(marker))

    def recover(self, progress: Progress) -> Delivery:
        """Return what the database held before a load that was cut off."""
        progress("server-reading")
        with self.session() as session:
            marker = session.execute_read(marking.find)
            if marker is None or marker["state"] == marking.WHOLE:
                raise ServerBetween("server-between", server=self.name)
            if marking.is_written(marker):
                raise WorkspaceBusy("server-busy", server=self.name)
            journal = Journal.of(read.journals(session, marker["journals"] or ()))
            return self._delivery(session, marker, journal.undone(self._rows(marker)))

    def _delivery(self, session: Session, marker: Mapping[str, Any], rows: Iterable[Rows]) -> Delivery:
        query = f"MATCH (g:{model.OURS}:{model.GENERATION} {{identity: $identity}}) RETURN g.manifest"
        told = session.run(query, identity=marker["identity"]).single()
        if told is None:
            raise ServerBetween("server-between", server=self.name)
        return Delivery(json.loads(told[0]), rows, read.files(session, marker["generation"]))

    def _rows(self, marker: Mapping[str, Any]) -> Iterator[Rows]:
        """Yield all rows; raises ServerBetween at their end when somebody wrote meanwhile."""
        with self.session() as session:
            try:
                yield from read.rows(session, json.loads(marker["columns"]))
            except (TypeError, ValueError) as error:  # a value that no row of ours has
                raise ServerError("server-odd", server=self.name, said=str(error)[:200]) from error
            after = session.execute_read(marking.find)
        said = ("identity", "state", "writer", "step")
        if after is None or [after[name] for name in said] != [marker[name] for name in said]:
            raise ServerBetween("server-between", server=self.name)

    # ---- writing

    def write(
        self,
        before: Generation | None,
        after: Generation,
        files: Mapping[str, bytes],
        progress: Progress,
        *,
        thorough: bool = False,
    ) -> None:
        """Make the database hold a generation: what changed since the one before, or since what is there."""
        with self.session(writing=True) as session:
            self._require_short_ids(after.tables)
            columns = model.columns_of(after.tables)
            writer = Writer(session, self.name, take_turn())
            try:
                marker = self._take(session, writer.token, before, after, columns)
                if before is None and _is_empty(session):
                    if sum(after.counts.values()) > _MANY:
                        notice("server-many", server=self.name)
                    write.write_all(writer, after.tables, progress)
                else:
                    sure = marker["state"] == marking.WHOLE and not thorough
                    self._change(writer, marker, before, after, columns, progress, sure=sure)
                progress("server-rest")
                self._finish(writer, marker, after, files, columns)
            finally:
                end_turn(writer.token)
            self.written = writer.written

    def _require_short_ids(self, tables: Tables) -> None:
        """Raise ServerRefused for an id that no index of Neo4j takes, before anything is written."""
        for kind in tables.entities:
            long = tables.scan(kind).filter(pl.col("id").str.len_bytes() > _LONGEST).select("id").head(1).collect()
            for [id] in long.iter_rows():
                raise ServerRefused("server-long-id", server=self.name, id=id[:60], most=_LONGEST)

    def _finish(
        self,
        writer: Writer,
        marker: Mapping[str, Any],
        after: Generation,
        files: Mapping[str, bytes],
        columns: Mapping[str, list[str]],
    ) -> None:
        """Write what stands beside the facts, and make the generation the one that the database holds."""
        manifest = told_manifest(after)
        write.write_sources(writer, model.source_nodes(after.tables.sources, manifest))
        write.write_files(writer, files, after.number)
        if marker["schemes"] != (schemes := schemes_digest()):
            write.write_schemes(writer)
        for statement in model.LAST:
            writer.session.run(statement).consume()
        said = (json.dumps(manifest), json.dumps(columns), schemes)
        if not writer.session.execute_write(marking.finish, writer.token, after, *said):
            raise WorkspaceBusy("server-busy", server=self.name)

    def _change(
        self,
        writer: Writer,
        marker: Mapping[str, Any],
        before: Generation | None,
        after: Generation,
        columns: Mapping[str, list[str]],
        progress: Progress,
        *,
        sure: bool,
    ) -> None:
        """Write what is another, since the generation before, or since what is there where that is not sure."""
        if before is not None:
            difference = differ(before.tables, after.tables)
            write.write_journal(writer, write_journal(difference))
            if sure:
                write.write_changes(writer, difference, before.tables, after.tables, progress)
                return
        progress("server-reading")
        write.forget_nameless(writer)
        known = _together(json.loads(marker["columns"] or "{}"), columns)
        left = read.tables(read.rows(writer.session, known), after.tables.sources)
        write.write_changes(writer, differ(left, after.tables), left, after.tables, progress)

    def _prepare(self, session: Session) -> None:
        """Make the constraints, and see that nobody else's nodes would be taken for ours."""
        for label in model.CONSTRAINED:
            query = f"MATCH (n:{label}) WHERE n.id IS NOT NULL AND NOT n:{model.OURS} RETURN count(n)"
            if strangers := session.run(query).single(strict=True)[0]:
                raise ServerRefused("server-strangers", server=self.name, many=strangers, label=label)
        for statement in model.FIRST:
            session.run(statement).consume()

    def _take(
        self,
        session: Session,
        token: str,
        before: Generation | None,
        after: Generation,
        columns: Mapping[str, list[str]],
    ) -> Mapping[str, Any]:
        """Become the one writer; raises WorkspaceBusy while another writes, or wrote."""
        found = session.execute_read(marking.find)
        if found is None or found["identity"] is None:
            self._prepare(session)
        marker = session.execute_write(marking.ensure)
        self._held(marker)
        if marker["identity"] != (None if before is None else before.identity):
            raise WorkspaceBusy("server-moved", server=self.name)
        if marking.is_written(marker):
            raise WorkspaceBusy("server-busy", server=self.name)
        known = _together(json.loads(marker["columns"] or "{}"), columns)
        taken = session.execute_write(marking.begin, marker["writer"], token, after, json.dumps(known))
        if not taken:
            raise WorkspaceBusy("server-busy", server=self.name)
        return marker


def _is_empty(session: Session) -> bool:
    queries = [f"MATCH (n:{model.OURS}:{label}) RETURN 1 LIMIT 1" for label in (model.RESOURCE, model.RECORD)]
    queries.append(f"MATCH (n:{model.FORMER}) RETURN 1 LIMIT 1")
    return all(session.run(query).single() is None for query in queries)


def _together(*columns: Mapping[str, list[str]]) -> dict[str, list[str]]:
    names = dict.fromkeys(name for each in columns for name in each)
    return {name: list(dict.fromkeys(column for each in columns for column in each.get(name, ()))) for name in names}


def told_manifest(generation: Generation) -> dict[str, Any]:
    """Return what a generation says of itself to a server: nothing of the folder in which it lies."""
    return {name: value for name, value in generation.manifest.items() if name not in ("files", COPIED)}


def schemes_digest() -> str:
    """Return what tells the schemes of this program from others."""
    told = json.dumps(
        [model.FORMAT, *model.scheme_nodes(), *model.concept_nodes(), model.concept_links()], sort_keys=True
    )
    return hashlib.sha256(told.encode()).hexdigest()
