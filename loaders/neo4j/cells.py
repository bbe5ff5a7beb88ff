"""What a cell of ours is made of, and how a value of Neo4j becomes one: without loss, or with the reason why not.

Dates become texts as partial dates are (`2021-05-31`); a time of day is left out, since no attribute has one. A whole
number may stand for a text or a year, and a number without decimals for a whole one, as some drivers write them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from neo4j.spatial import Point
from neo4j.time import Date, DateTime, Duration, Time

from ontology.metagraph import Value

#: Longer texts are refused: they are documents, and no names, notes or descriptions.
LONGEST = 100_000

#: So much of a value is shown in a refusal.
_SHOWN = 200

#: What Cypher calls the types; a text by language, a role, a code and a link are texts.
_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "BOOLEAN"),
    (int, "INTEGER"),
    (float, "FLOAT"),
    (str, "STRING"),
    (bytes, "BYTES"),
    (bytearray, "BYTES"),
    (list, "LIST"),
    (dict, "MAP"),
    (DateTime, "DATETIME"),
    (Date, "DATE"),
    (Time, "TIME"),
    (Duration, "DURATION"),
    (Point, "POINT"),
)

Scalar = str | int | float | bool


class Unreadable:
    """Stands for a value that the driver cannot give, such as a day before the year 1."""


class Fault(Exception):
    """Why a value cannot be a cell: the code of a refusal, the property, the value as it is shown, what is right."""

    def __init__(self, code: str, name: str, value: str = "", right: str = "") -> None:
        super().__init__(code)
        self.code, self.name, self.value, self.right = code, name, value[:_SHOWN], right


@dataclass(frozen=True, slots=True)
class Cell:
    """How a column of ours is said: by a property, by several with texts around them, or with one value for all.

    `texts` stand before, between and after the `properties`. `codes` leads from the values of a property to ours.
    """

    column: str
    value: Value
    properties: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    codes: Mapping[str, Scalar] | None = None
    constant: Scalar | None = None

    def said(self, read: Mapping[str, object]) -> Scalar | None:
        """Return the value of the column for these properties, None where one is not there; raises Fault."""
        if not self.properties:
            return self.constant
        if self.codes is not None:
            return self._code(read[self.properties[0]])
        if not any(self.texts):
            return converted(read[self.properties[0]], self.value, self.properties[0])
        parts = [self.one(read, name) for name in self.properties]
        if None in parts:
            return None
        between = zip(parts, self.texts[1:], strict=True)
        return self.texts[0] + "".join(f"{part}{text}" for part, text in between)

    def one(self, read: Mapping[str, object], name: str) -> Scalar | None:
        """Return one of the properties as a text; raises Fault."""
        return converted(read[name], Value.TEXT, name)

    def _code(self, raw: object) -> Scalar | None:
        name, codes = self.properties[0], self.codes or MappingProxyType({})
        text = _shown(raw) if isinstance(raw, bool) else converted(raw, Value.TEXT, name)
        if text is None:
            return None
        if text not in codes:
            raise Fault("not-in-map", name, str(text), ", ".join(codes))
        return codes[str(text)]


def converted(raw: object, value: Value, name: str) -> Scalar | None:
    """Return a value of Neo4j as a cell of this kind; None for what is not there or blank; raises Fault."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if isinstance(raw, Unreadable):
        raise Fault("graph-unreadable", name)
    found: Scalar | None
    match value:
        case Value.INTEGER:
            found = _integer(raw)
        case Value.DECIMAL:
            found = _decimal(raw)
        case Value.BOOLEAN:
            found = raw if isinstance(raw, bool) else None
        case Value.DATE if isinstance(raw, Date | DateTime):
            found = raw.iso_format()[:10]
        case _:
            found = _text(raw, name)
    if found is None:
        raise Fault(f"graph-not-{wanted(value)}", name, f"{_shown(raw)} ({cypher_type(raw)})")
    return found


_WANTED = {Value.INTEGER: "integer", Value.DECIMAL: "number", Value.BOOLEAN: "boolean", Value.DATE: "date"}


def wanted(value: Value) -> str:
    """Return what the sentences of the catalogues call the kind of value that belongs in a cell."""
    return _WANTED.get(value, "text")


def _shown(raw: object) -> str:
    return str(raw).lower() if isinstance(raw, bool) else str(raw)


def cypher_type(raw: object) -> str:
    """Return what Cypher calls the type of a value."""
    return next((name for kind, name in _TYPES if isinstance(raw, kind)), type(raw).__name__.upper())


def _text(raw: object, name: str) -> str | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        return None
    text = str(raw).strip()
    if len(text) > LONGEST:
        raise Fault("graph-text-long", name, text, str(LONGEST))
    return text


def _integer(raw: object) -> int | None:
    if isinstance(raw, float) and raw.is_integer() and abs(raw) <= 2**53:
        return int(raw)
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def _decimal(raw: object) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        return None
    return float(raw) if int(float(raw)) == raw or isinstance(raw, float) else None
