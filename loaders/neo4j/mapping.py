"""A mapping in TOML says which labels, relationships and properties of somebody's graph mean what in ours.

It is checked as a whole before anything is asked of a server: every fault names the key and what there is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from loaders.neo4j.cells import Cell, Fault, Scalar, converted, wanted
from loaders.neo4j.connect import Address
from ontology.errors import InputError, InvalidArgument
from ontology.facts import Source, columns, entity_attributes, link_attributes
from ontology.metagraph import RELATIONS, Attribute, Kind, Relation, Value
from ontology.texts import LANGUAGES
from ontology.vocabulary import codes

_TEXTS = (Value.TEXT, Value.TEXT_BY_LANGUAGE, Value.ROLE, Value.LINK)
_SOURCE = ("id", "title", "publisher", "licence", "url", "retrieved")
_MAPPED = '{ property = "type", map = { … } }'
_METHOD = Cell("method", Value.CODE, constant="mapped")


@dataclass(frozen=True, slots=True)
class Entities:
    """What the nodes of a label mean: a kind, what their id is made of, and their other columns."""

    label: str
    kind: Kind
    id: Cell
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """What the relationships of a type between two labels mean; `turned` ones lead from their end to their start."""

    type: str
    relation: Relation
    start: str
    end: str
    turned: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole mapping; `retrieved` is None where the day of reading is meant."""

    file: str
    source: Mapping[str, Any]
    address: Address
    entities: tuple[Entities, ...]
    links: tuple[Links, ...]


Name = TypeVar("Name", Kind, Relation)


def read_mapping(path: Path) -> Plan:
    """Return the mapping in a file; raises InputError with the key that is off."""
    try:
        said = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise InputError("file-unreadable", said=error.strerror or str(error), file=str(path)) from None
    except UnicodeDecodeError:
        raise InputError("not-utf-8", file=path.name) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError("mapping-toml", said=str(error), file=path.name) from None
    return _Reader(path.name).plan(said)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the tables of one file; `where` is always the keys that lead to what is read."""

    file: str

    def wrong(self, key: str, *where: str, **values: Any) -> InputError:
        """Return an error at a key of the file."""
        return InputError(key, file=f"{self.file}, {'.'.join(where)}" if where else self.file, **values)

    def table(self, value: object, *where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong("mapping-not-table", *where)
        return value

    def known(self, given: Collection[str], known: Collection[str], *where: str) -> None:
        """Raise at the first key that is none of the known ones."""
        for key in given:
            if key not in known:
                raise self.wrong("mapping-key-unknown", *where, key, known=tuple(known))

    def text(self, table: Mapping[str, Any], key: str, *where: str) -> str:
        """Return a text that must be there."""
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong("mapping-text-missing", *where, key)
        return value

    def plan(self, said: dict[str, Any]) -> Plan:
        """Return the whole mapping."""
        self.known(said, ("source", "server", "entities", "links"))
        server = self.table(said.get("server", {}), "server")
        self.known(server, ("address",), "server")
        try:
            address = Address.of(self.text(server, "address", "server"))
        except InvalidArgument as error:
            raise self.wrong(error.key, "server", "address") from None
        source = self.source(self.table(said.get("source", {}), "source"))
        entities = tuple(
            self.entities(label, self.table(table, "entities", label))
            for label, table in self.table(said.get("entities", {}), "entities").items()
        )
        if not entities:
            raise self.wrong("mapping-empty")
        kinds = {each.label: each.kind for each in entities}
        links = tuple(
            self.links(type, self.table(table, "links", type), kinds)
            for type, tables in self.table(said.get("links", {}), "links").items()
            for table in (tables if isinstance(tables, list) else [tables])
        )
        pairs = [(each.type, each.start, each.end) for each in links]
        for type, start, end in pairs:
            if pairs.count((type, start, end)) > 1:
                raise self.wrong("mapping-pair-twice", "links", type, start=start, end=end)
        return Plan(self.file, source, address, entities, links)

    def source(self, table: dict[str, Any]) -> dict[str, Any]:
        """Return what the source says of itself, tried out."""
        self.known(table, _SOURCE, "source")
        said: dict[str, Any] = {key: self.text(table, key, "source") for key in _SOURCE[:4]}
        said["url"] = self.text(table, "url", "source") if "url" in table else None
        said["retrieved"] = table.get("retrieved")
        if said["retrieved"] is not None and type(said["retrieved"]) is not date:
            raise self.wrong("mapping-retrieved", "source", "retrieved")
        try:
            Source(**said | {"retrieved": said["retrieved"] or date.min, "sha256": ""})
        except InvalidArgument as error:
            raise self.wrong(error.key, "source", error.key.removeprefix("source-"), **error.values) from None
        return said

    def entities(self, label: str, table: dict[str, Any]) -> Entities:
        """Return what a label means."""
        where = ("entities", label)
        kind = self.one_of(Kind, table, "kind", *where)
        known = _columns(entity_attributes(kind), table)
        self.known(table, ("kind", "id", *known), *where)
        if "id" not in table:
            raise self.wrong("mapping-id", *where, "id", example='"act-{code}"')
        id = self.cell("id", table["id"], Attribute("id", Value.TEXT, ""), *where)
        if not id.properties or id.codes or {name.lower() for name in id.properties} & {"elementid", "id()"}:
            raise self.wrong("mapping-id", *where, "id", example='"act-{code}"')
        return Entities(label, kind, id, self.cells(table, known, *where))

    def links(self, type: str, table: dict[str, Any], kinds: Mapping[str, Kind]) -> Links:
        """Return what a type of relationship means between two labels."""
        where = ("links", type)
        relation = self.one_of(Relation, table, "relation", *where)
        known = _columns(link_attributes(relation), table)
        self.known(table, ("relation", "from", "to", "reversed", *known), *where)
        start, end = (self.text(table, key, *where) for key in ("from", "to"))
        for key, label in (("from", start), ("to", end)):
            if label not in kinds:
                raise self.wrong("mapping-end-unknown", *where, key, label=label, known=tuple(kinds))
        turned = table.get("reversed", False)
        if not isinstance(turned, bool):
            raise self.wrong("mapping-reversed", *where, "reversed")
        ends, allowed = (kinds[start], kinds[end]), RELATIONS[relation].ends
        joined = ends[::-1] if turned else ends
        if joined not in allowed:
            key = "mapping-ends-turned" if joined[::-1] in allowed else "mapping-ends"
            raise self.wrong(
                key,
                *where,
                relation=str(relation),
                ends="→".join(joined),
                known=tuple("→".join(pair) for pair in allowed),
                right=str(not turned).lower(),
            )
        return Links(type, relation, start, end, turned, self.cells(table, known, *where))

    def one_of(self, names: type[Name], table: Mapping[str, Any], key: str, *where: str) -> Name:
        """Return the kind or relation that a key names."""
        said = self.text(table, key, *where)
        try:
            return names(said)
        except ValueError:
            raise self.wrong("mapping-name-unknown", *where, key, name=said, known=tuple(names)) from None

    def cells(self, table: Mapping[str, Any], known: Mapping[str, Attribute], *where: str) -> tuple[Cell, ...]:
        """Return the columns that a table says; facts are mapped by a curator unless it says otherwise."""
        said = tuple(self.cell(name, table[name], own, *where) for name, own in known.items() if name in table)
        return said if "method" in table else (*said, _METHOD)

    def cell(self, column: str, said: object, own: Attribute, *where: str) -> Cell:
        """Return a column: a property, a text with properties in braces, or a table with `value` or `property`."""
        here = (*where, column)
        if isinstance(said, str) and said:
            return self.template(column, said, own, *here)
        if not isinstance(said, dict):
            raise self.wrong("mapping-cell", *here, constant="{ value = … }", mapped=_MAPPED)
        if said.keys() == {"value"}:
            return Cell(column, own.value, constant=self.constant(said["value"], own, *here, "value"))
        self.known(said, ("property", "map"), *here)
        name = self.text(said, "property", *here)
        if "map" not in said:
            return Cell(column, own.value, (name,), ("", ""))
        table = self.table(said["map"], *here, "map")
        ours = {theirs: self.constant(value, own, *here, "map", theirs) for theirs, value in table.items()}
        return Cell(column, own.value, (name,), ("", ""), MappingProxyType(ours))

    def template(self, column: str, said: str, own: Attribute, *here: str) -> Cell:
        """Return a column of a property, or of a text with properties in braces; only a text can be put together."""
        parts = re.split(r"\{([^{}]*)\}", said)
        texts, names = tuple(parts[::2]), tuple(parts[1::2])
        if not names and not re.search("[{}]", said):
            return Cell(column, own.value, (said,), ("", ""))
        if "" in names or re.search("[{}]", "".join(texts)):
            raise self.wrong("mapping-braces", *here, example='{ property = "…" }')
        if own.value not in _TEXTS:
            raise self.wrong("mapping-template", *here)
        return Cell(column, own.value, names, texts)

    def constant(self, said: object, own: Attribute, *here: str) -> Scalar:
        """Return one value for all, of the type of its column, and a code that there is."""
        raw = said.isoformat() if isinstance(said, date) and own.value is Value.DATE else said
        try:
            found = converted(raw, own.value, here[-1])
        except Fault:
            found = None
        if found is None:
            raise self.wrong(f"mapping-not-{wanted(own.value)}", *here)
        if own.scheme and found not in codes(own.scheme):
            raise self.wrong("mapping-code", *here, value=str(found), known=tuple(sorted(codes(own.scheme))))
        return found


def _columns(attributes: tuple[Attribute, ...], table: Mapping[str, Any]) -> dict[str, Attribute]:
    """Return the columns that a table may say: those that it does say, and the names of all others.

    Where a fact was read is what the loader says; `label` stands for a text in any language, as in `label_fi`.
    """
    said = tuple(own for own in attributes if own.name != "record")
    plain = {
        f"{own.name}_{language}": own
        for own in said
        if own.value is Value.TEXT_BY_LANGUAGE
        for language in (*LANGUAGES, "und")
    }
    return columns(said, table) | {own.name: own for own in said if own.value is not Value.TEXT_BY_LANGUAGE} | plain
