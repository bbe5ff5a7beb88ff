"""Rows of somebody's graph become columns of ours as they stream in, and each that cannot says which node it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import polars as pl
from neo4j import Record
from neo4j.exceptions import BrokenRecordError

from loaders.neo4j import cypher
from loaders.neo4j.cells import Cell, Fault, Unreadable
from loaders.neo4j.connect import Connection
from loaders.neo4j.mapping import Entities, Links, Plan
from ontology.facts import dtype

#: So many rows are held as Python's values before they become columns.
_CHUNK = 20_000

#: One reason why a row cannot be a fact.
FAULTS = pl.Schema(dict.fromkeys(("record", "column", "value", "code", "right"), pl.String()))

#: Where every node that has an id stands: links are joined to it.
ENDS = pl.Schema({"element": pl.String(), "id": pl.String()})


@dataclass(frozen=True, slots=True)
class Read:
    """What one label or type gave: rows that can be facts, with their element; faults; and how many were read."""

    rows: pl.DataFrame
    faults: pl.DataFrame
    count: int
    ends: pl.DataFrame


def escaped(text: str) -> str:
    """Return a text as a part of a record: what divides its parts is written as in a web address.

    >>> escaped("C# & co")
    'C%23 %26 co'
    """
    return re.sub(r"[%#&=\x00-\x1f\x7f]", lambda found: quote(found[0]), text)


def read_nodes(connection: Connection, own: Entities, plan: Plan) -> Read:
    """Return the nodes of a label; one that an earlier label of the mapping tells of is not read again."""
    others = [each.label for each in plan.entities if each.kind is not own.kind]
    properties = _properties((own.id, *own.cells))
    statement = cypher.reading(
        cypher.nodes(own.label), properties, "[label IN labels(x) WHERE label IN $others] AS others"
    )
    parameters = {"earlier": earlier_labels(own, plan), "others": others, **_numbered(properties)}
    collected = connection.ask(statement, lambda rows: _nodes(rows, own, properties), parameters)
    return collected.read()


def earlier_labels(own: Entities, plan: Plan) -> list[str]:
    """Return the labels that the mapping names before this one."""
    labels = [each.label for each in plan.entities]
    return labels[: labels.index(own.label)]


def _nodes(rows: Iterable[Record], own: Entities, properties: Sequence[str]) -> _Columns:
    columns = _Columns(("element", "id", "record"), own.cells)
    for row in rows:
        element, others, *rest = _values(row)
        read = dict(zip(properties, rest, strict=True))
        faults: list[Fault] = []
        id: object = None
        try:
            id = own.id.said(read)
            if id is None:
                missing = next(name for name in own.id.properties if own.id.one(read, name) is None)
                faults.append(Fault("node-without-id", missing, right=own.label))
        except Fault as fault:
            faults.append(fault)
        place = f"{escaped(own.label)}#"
        if id is not None:
            place += "&".join(f"{escaped(name)}={escaped(str(own.id.one(read, name)))}" for name in own.id.properties)
            columns.end(str(element), str(id))
        if others:
            faults.append(Fault("node-of-kinds", "", ", ".join((own.label, *others))))
        twin = f"{place}&" if id is not None else place
        columns.row((element, id, place), read, faults, f"{twin}elementId={element}")
    return columns


def read_links(connection: Connection, own: Links, plan: Plan) -> Read:
    """Return the relationships of a type between two labels that no earlier part of the mapping tells of."""
    properties = _properties(own.cells)
    statement = cypher.reading(
        cypher.relationships(own.type, own.start, own.end), properties, "elementId(a) AS start", "elementId(b) AS end"
    )
    parameters = {"earlier": earlier_ends(own, plan), **_numbered(properties)}
    return connection.ask(statement, lambda rows: _links(rows, own, properties), parameters).read()


def earlier_ends(own: Links, plan: Plan) -> list[list[str]]:
    """Return the pairs of labels that the mapping names for this type before these."""
    alike = [each for each in plan.links if each.type == own.type]
    return [[each.start, each.end] for each in alike[: alike.index(own)]]


def _links(rows: Iterable[Record], own: Links, properties: Sequence[str]) -> _Columns:
    columns = _Columns(("element", "start", "end"), own.cells)
    for row in rows:
        element, start, end, *rest = _values(row)
        read = dict(zip(properties, rest, strict=True))
        columns.row((element, start, end), read, [], f"{escaped(own.type)}#elementId={element}")
    return columns


class _Columns:
    """Rows that are being gathered; the one object here that changes. Python's values become columns by the chunk."""

    def __init__(self, places: Sequence[str], cells: Sequence[Cell]) -> None:
        self._cells = cells
        self._schema = pl.Schema(
            dict.fromkeys(places, pl.String()) | {cell.column: dtype(cell.value) for cell in cells}
        )
        self._rows: list[tuple[object, ...]] = []
        self._ends: list[tuple[str, str]] = []
        self._faults: list[tuple[str, str, str, str, str]] = []
        self._chunks = [pl.DataFrame(schema=self._schema)]
        self._end_chunks = [pl.DataFrame(schema=ENDS)]
        self._count = 0

    def end(self, element: str, id: str) -> None:
        """Remember the id of a node, for the links that lead to it."""
        self._ends.append((element, id))

    def row(self, places: tuple[object, ...], read: Mapping[str, object], faults: list[Fault], record: str) -> None:
        """Take a row, or what is wrong with it, under the record that it would be found by."""
        said: list[object] = []
        for cell in self._cells:
            try:
                said.append(cell.said(read))
            except Fault as fault:
                faults.append(fault)
        self._count += 1
        if faults:
            self._faults += [(record, fault.name, fault.value, fault.code, fault.right) for fault in faults]
        else:
            self._rows.append((*places, *said))
        if self._count % _CHUNK == 0:
            self._flush()

    def _flush(self) -> None:
        self._chunks.append(pl.DataFrame(self._rows, self._schema, orient="row"))
        self._end_chunks.append(pl.DataFrame(self._ends, ENDS, orient="row"))
        self._rows, self._ends = [], []

    def read(self) -> Read:
        """Return what was gathered."""
        self._flush()
        faults = pl.DataFrame(self._faults, FAULTS, orient="row")
        return Read(pl.concat(self._chunks), faults, self._count, pl.concat(self._end_chunks))


def _values(row: Record) -> list[Any]:
    """Return the values of a row, with a stand-in for one that the driver cannot give."""
    try:
        return list(row.values())
    except BrokenRecordError:
        return [_value(row, number) for number in range(len(row))]


def _value(row: Record, number: int) -> object:
    try:
        return row[number]
    except BrokenRecordError:
        return Unreadable()


def _properties(cells: Iterable[Cell]) -> list[str]:
    return list(dict.fromkeys(name for cell in cells for name in cell.properties))


def _numbered(properties: Sequence[str]) -> dict[str, str]:
    return {f"p{number}": name for number, name in enumerate(properties)}
