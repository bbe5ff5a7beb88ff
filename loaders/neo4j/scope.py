"""What of somebody's graph a mapping leaves out, and what it names that is not there: nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

from neo4j import Record

from loaders.neo4j import cypher
from loaders.neo4j.connect import Connection
from loaders.neo4j.mapping import Plan
from loaders.neo4j.reading import earlier_ends, earlier_labels
from ontology.errors import InputError
from ontology.notices import notice

#: So many names are listed where one is not known, and so many parts of what is left out.
_MOST = 30


def require_there(connection: Connection, plan: Plan) -> list[str]:
    """Return the types of relationship that there are; raises InputError for a label or a type that is not there.

    A misspelt one would be read as empty, and what was loaded before would be gone.
    """
    labels, types = (_names(connection, statement) for statement in (cypher.LABELS, cypher.TYPES))
    for table, asked, there in (
        ("entities", [each.label for each in plan.entities], labels),
        ("links", [each.type for each in plan.links], types),
    ):
        for name in asked:
            if name not in there:
                near = get_close_matches(name, there, n=3) or sorted(there)[:_MOST]
                key = "mapping-not-there" if near else "mapping-nothing-there"
                raise InputError(key, file=f"{plan.file}, {table}.{name}", name=name, known=tuple(near))
    return types


def say_left_out(connection: Connection, plan: Plan, types: Iterable[str]) -> None:
    """Say how many nodes, relationships and properties the mapping does not tell of, and which of its own are nowhere.

    They are counted where they are: nothing of them is read.
    """
    for many in connection.ask(cypher.OURS, lambda rows: [int(row["many"]) for row in rows], {}):
        notice("import-ours-left-out", source=plan.source["id"], count=many)
    notice_each("import-nodes-left-out", plan, _other_nodes(connection, plan))
    notice_each("import-relationships-left-out", plan, _other_relationships(connection, plan, types))
    left: dict[str, int] = {}
    nowhere: list[str] = []
    for place, pattern, earlier, properties in _patterns(plan):
        counted = _counts(connection, cypher.keys(pattern), lambda row: str(row["name"]), earlier=earlier)
        left |= {f"{place}.{name}": many for name, many in counted.items() if name not in properties}
        nowhere += [f"{place}.{name}" for name in sorted(properties - counted.keys())]
    notice_each("import-properties-left-out", plan, left)
    if nowhere:
        notice("import-properties-nowhere", source=plan.source["id"], names=", ".join(nowhere))


def notice_each(key: str, plan: Plan, counted: dict[str, int]) -> None:
    """Say what was counted, the most first."""
    if not counted:
        return
    most = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    names = ", ".join(f"{name} ({many})" for name, many in most[:_MOST]) + (", …" if len(most) > _MOST else "")
    notice(key, source=plan.source["id"], count=sum(counted.values()), names=names)


def _patterns(plan: Plan) -> Iterable[tuple[str, str, list[Any], set[str]]]:
    """Yield each part of the mapping: how it is called, what it matches, `$earlier`, and the properties that it reads.

    The parts of one type are called by their labels too.
    """
    for own in plan.entities:
        read = {name for cell in (own.id, *own.cells) for name in cell.properties}
        yield own.label, cypher.nodes(own.label), earlier_labels(own, plan), read
    for link in plan.links:
        pattern = cypher.relationships(link.type, link.start, link.end)
        alone = sum(each.type == link.type for each in plan.links) == 1
        place = link.type if alone else f"({link.start})-[{link.type}]->({link.end})"
        yield place, pattern, earlier_ends(link, plan), {name for cell in link.cells for name in cell.properties}


def _other_nodes(connection: Connection, plan: Plan) -> dict[str, int]:
    mapped = [each.label for each in plan.entities]
    return _counts(connection, cypher.OTHER_NODES, lambda row: _labels(row["labels"]), mapped=mapped)


def _other_relationships(connection: Connection, plan: Plan, types: Iterable[str]) -> dict[str, int]:
    mapped = {type: [[each.start, each.end] for each in plan.links if each.type == type] for type in types}
    found: dict[str, int] = {}
    for type, pairs in mapped.items():
        if pairs:
            found |= _counts(
                connection,
                cypher.other_ends(type),
                lambda row, type=type: f"{_labels(row['start'])}-[{type}]->{_labels(row['end'])}",  # type: ignore[misc]
                mapped=pairs,
            )
        else:
            found |= _counts(connection, cypher.count(type), lambda row, type=type: type)  # type: ignore[misc]
    return {name: many for name, many in found.items() if many}


def _labels(labels: Iterable[str]) -> str:
    return f"({':'.join(sorted(labels))})"


def _names(connection: Connection, statement: str) -> list[str]:
    return connection.ask(statement, lambda rows: [str(row["name"]) for row in rows], {})


def _counts(
    connection: Connection, statement: str, name: Callable[[Record], str], **parameters: object
) -> dict[str, int]:
    def gathered(rows: Iterable[Record]) -> dict[str, int]:
        counted: dict[str, int] = {}
        for row in rows:
            counted[name(row)] = counted.get(name(row), 0) + row["many"]
        return counted

    return connection.ask(statement, gathered, parameters)
