"""A graph in a SPARQL endpoint: says what it holds, gives all of it, takes what is new.

A load takes its turn, writes the difference and says last that all is whole; whoever looks in between is told so. What
was cut off is cleared, our own graphs alone, and written again. An endpoint that somebody filled by hand with our RDF
is read, and not written to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graph.stores.advance import differ, key_of
from graph.stores.endpoint.address import address_of
from graph.stores.endpoint.connect import Endpoint
from graph.stores.endpoint.read import rows
from graph.stores.endpoint.state import (
    FILES,
    SOURCES,
    STATE,
    WHOLE,
    WRITING,
    Standing,
    digest,
    generation,
    history,
    quoted,
    seconds,
    standing,
    term,
)
from graph.stores.endpoint.write import Writer, file_there, files_there, sha256, vocabulary_digest, vocabulary_graphs
from graph.stores.generation import Generation
from graph.stores.home import Progress
from graph.stores.journal import Journal, write_journal
from graph.stores.manifest import build_manifest, sources_of
from graph.stores.rdf import sources_from
from graph.stores.remote import Delivery, Held, Rows, rows_of
from graph.stores.trig import graph
from graph.stores.turns import end_turn, is_gone, take_turn
from ontology.errors import ServerBetween, ServerError, ServerRefused, WorkspaceBusy
from ontology.facts import Batch, Frames, Source, Tables
from ontology.metagraph import Kind, Relation
from ontology.rules.acceptance import accept

#: The names of files that tell how it was before a load.
_JOURNAL = "journal/"


class SparqlRemote:
    """An endpoint of SPARQL 1.1, at an address such as sparql:https://host/ds/query."""

    def __init__(self, address: str, patience: float = 120) -> None:
        self.endpoint = Endpoint(address_of(address), patience)
        self.name = self.endpoint.name

    def close(self) -> None:
        """Let go of connections."""
        self.endpoint.close()

    # ---- reading

    def held(self) -> Held | None:
        """Return what the endpoint holds, None where nothing of ours is; one round trip where we wrote it."""
        found = standing(self.endpoint)
        if found.held is not None or not found.sources:
            return found.held
        return Held(1, self._by_hand(found), True)

    def history(self) -> list[dict[str, Any]]:
        """Return what each generation that it ever held says of itself, newest first."""
        return history(self.endpoint)

    def read(self, progress: Progress) -> Delivery:
        """Return everything that it holds; raises ServerBetween where that is no whole generation."""
        found = standing(self.endpoint)
        progress("server-reading")
        if found.held is None and found.sources:
            return self._read_by_hand(found)
        if not found.whole or found.manifest is None:
            raise ServerBetween("server-between", server=self.name)
        return self._delivery(found, self._rows(found))

    def recover(self, progress: Progress) -> Delivery:
        """Return what the endpoint held before a load that was cut off, as the journals there tell."""
        found = standing(self.endpoint)
        progress("server-reading")
        if found.whole or found.manifest is None:
            raise ServerBetween("server-between", server=self.name)
        self._require_nobody(found)
        names = [name for name in files_there(self.endpoint) if name.startswith(_JOURNAL)]
        journal = Journal.of(file_there(self.endpoint, name) for name in names)
        return self._delivery(found, journal.undone(_with_ends(self._rows(found))))

    def _delivery(self, found: Standing, rows: Iterable[Rows]) -> Delivery:
        assert found.manifest is not None
        files = {source: file_there(self.endpoint, name) for source, name in found.parcels.items()}
        return Delivery(found.manifest, rows, files)

    def _rows(self, before: Standing) -> Iterator[Rows]:
        """Yield all rows, and find out at the end whether the endpoint moved on in the meantime."""
        for source in sources_of(before.manifest or {}):
            yield from rows(self.endpoint, source.id)
        after = standing(self.endpoint)
        if (after.said.get("turn"), after.whole) != (before.said.get("turn"), before.whole):
            raise ServerBetween("server-between", server=self.name)

    # ---- what somebody filled by hand

    def _by_hand(self, found: Standing) -> str:
        """Return what tells such a graph from another: what it says of its sources, and how much they say."""
        names = " ".join(f"<{graph(source.id)}>" for source in self._sources(found))
        query = f"SELECT ?g (COUNT(*) AS ?n) {{ VALUES ?g {{ {names} }} GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g"
        return digest([*found.sources, *((str(g), int(n.value)) for g, n in self.endpoint.select(query) if g)])

    def _sources(self, found: Standing) -> tuple[Source, ...]:
        try:
            return sources_from(found.sources)
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise ServerError("endpoint-odd", server=self.name, graph=SOURCES, said=str(error)) from error

    def _read_by_hand(self, found: Standing) -> Delivery:
        identity, sources = self._by_hand(found), self._sources(found)
        verdicts = accept([self._batch(source) for source in sources])
        facts = Tables.of(verdict.facts() for verdict in verdicts)
        manifest = build_manifest(1, None, facts, verdicts) | {"identity": identity}
        if self._by_hand(standing(self.endpoint)) != identity:
            raise ServerBetween("server-between", server=self.name)
        return Delivery(manifest, rows_of(facts), {})

    def _batch(self, source: Source) -> Batch:
        told = {name: frame for _, name, frame in rows(self.endpoint, source.id)}
        entities = {kind: told[kind] for kind in Kind if kind in told}
        return Batch(source, entities, {relation: told[relation] for relation in Relation if relation in told})

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
        """Make the endpoint hold a generation in the place of the one before; None where what it holds is not known."""
        found = standing(self.endpoint)
        if found.whole and found.one("identity") == after.identity:
            return
        self._require_free(found, before, after)
        turn, sure = take_turn(), found.whole and not thorough
        try:
            self._claim(found, turn, after)
            progress("server-writing")
            writer = Writer(self.endpoint, turn)
            names = {source: f"{sha256(data)}/{source}" for source, data in files.items()}
            if before is None:
                self._clear(writer, found)
                writer.drop([FILES])
                writer.all(after.tables)
            else:
                self._change(writer, found, before.tables, after.tables, sure=sure)
            alike = before is not None and sure and found.one("vocabulary") == vocabulary_digest()
            writer.vocabulary(before.tables if before is not None and alike else None, after.tables)
            for source, name in names.items():
                if before is None or found.parcels.get(source) != name:
                    writer.file(name, files[source])
            self._finish(writer, after, names.values())
            writer.sweep(names.values())
        finally:
            end_turn(turn)

    def _change(self, writer: Writer, found: Standing, before: Tables, after: Tables, *, sure: bool) -> None:
        """Write what changed; what is not sure is cleared. First the journals are there that tell how it was."""
        difference = differ(before, after)
        journals = [write_journal(difference)]
        if not sure:
            journals.insert(0, write_journal(differ(before, Tables((), Frames({}), Frames({})))))
        for place, journal in enumerate(journals):
            writer.file(f"{_JOURNAL}{int(found.now * 1000):015d}-{place}", journal)
        if sure:
            writer.difference(difference)
        else:
            self._clear(writer, found)
            writer.all(after)

    def _clear(self, writer: Writer, found: Standing) -> None:
        writer.drop([*found.said.get("graph", ()), SOURCES])

    def _require_free(self, found: Standing, before: Generation | None, after: Generation) -> None:
        """Raise where it is not ours to write to, where somebody is at work, or did something in the meantime."""
        if not found.said:
            names = {*_graphs(after), *vocabulary_graphs(), SOURCES, FILES}
            query = f"""SELECT ?g {{ VALUES ?g {{ {" ".join(f"<{name}>" for name in sorted(names))} }}
                FILTER EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"""
            if found.sources or (there := self.endpoint.select(query)):
                named = graph("") if found.sources else there[0][0].value
                raise ServerRefused("endpoint-not-ours", server=self.name, graph=named)
            return
        self._require_nobody(found)
        if found.one("identity") != (None if before is None else before.identity):
            raise WorkspaceBusy("server-moved", server=self.name)

    def _require_nobody(self, found: Standing) -> None:
        """Raise WorkspaceBusy where somebody is at work."""
        turn, beat = found.one("turn"), found.one("beat")
        silent = found.now - seconds(beat) if beat else float("inf")
        if not found.whole and not is_gone(turn, silent):
            raise WorkspaceBusy("server-busy", server=self.name)

    def _claim(self, found: Standing, turn: str, after: Generation) -> None:
        """Take the turn from whoever had it last; raises WorkspaceBusy where another was faster."""
        new = [("turn", quoted(turn)), ("state", quoted(WRITING)), ("beat", "?now")]
        new += [("graph", quoted(name)) for name in _graphs(after)]
        insert = " ".join(f"<{STATE}> <{term(name)}> {value} ." for name, value in new)
        if found.said:
            gone = f"DELETE {{ GRAPH <{STATE}> {{ <{STATE}> ?told ?value }} }}"
            last = "".join(
                f"<{STATE}> <{term(name)}> {quoted(value)} . "
                for name in ("turn", "state")
                for value in found.said.get(name, ())
            )
            names = ", ".join(f"<{term(name)}>" for name in ("turn", "state", "beat"))
            where = f"GRAPH <{STATE}> {{ {last} <{STATE}> ?told ?value FILTER(?told IN ({names})) }}"
        else:
            gone, where = "", f"FILTER NOT EXISTS {{ GRAPH <{STATE}> {{ ?s ?p ?o }} }}"
        said = f"INSERT {{ GRAPH <{STATE}> {{ {insert} }} }} WHERE {{ {where} BIND(NOW() AS ?now) }}"
        self.endpoint.update(f"{gone} {said}")
        if standing(self.endpoint).said.get("turn") != (turn,):
            raise WorkspaceBusy("server-busy", server=self.name)

    def _finish(self, writer: Writer, after: Generation, parcels: Iterable[str]) -> None:
        """Say in one update that all is whole; raises WorkspaceBusy where the turn was taken from us."""
        manifest = quoted(json.dumps(dict(after.manifest), ensure_ascii=False))
        node = generation(after.number)
        said = [
            ("turn", quoted(writer.turn)),
            ("state", quoted(WHOLE)),
            ("beat", "?now"),
            ("generation", after.number),
            ("identity", quoted(after.identity)),
            ("manifest", manifest),
            ("vocabulary", quoted(vocabulary_digest())),
            *(("graph", quoted(name)) for name in _graphs(after)),
            *(("parcel", quoted(name)) for name in parcels),
        ]
        insert = " ".join(f"<{STATE}> <{term(name)}> {value} ." for name, value in said)
        insert += f" <{node}> <{term('number')}> {after.number} ; <{term('told')}> {manifest} ."
        self.endpoint.update(
            f"DELETE {{ GRAPH <{STATE}> {{ ?s ?p ?o }} }} INSERT {{ GRAPH <{STATE}> {{ {insert} }} }}"
            f" WHERE {{ {writer.fence} GRAPH <{STATE}> {{ ?s ?p ?o"
            f" OPTIONAL {{ ?s <{term('number')}> ?number }} FILTER(?s = <{STATE}> || ?number >= {after.number}) }}"
            f" BIND(NOW() AS ?now) }}"
        )
        found = standing(self.endpoint)
        if not found.whole or found.one("identity") != after.identity:
            raise WorkspaceBusy("server-busy", server=self.name)


def _with_ends(rows: Iterable[Rows]) -> Iterator[Rows]:
    """Yield rows without what is left of those that were half taken out."""
    for source, name, frame in rows:
        keys = key_of(name)
        if set(keys) <= set(frame.columns):
            yield source, name, frame.drop_nulls(keys)


def _graphs(after: Generation) -> list[str]:
    return [graph(source.id) for source in after.tables.sources]
