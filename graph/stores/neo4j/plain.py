"""What a Neo4j driver gives, as the values that a column of a frame may have."""

from __future__ import annotations

import json
from typing import Any

_SCALARS = (str, bool, int, float)


def column(values: list[Any]) -> list[Any]:
    """Return the values of a column: lists of one type of plain value stay lists; what else is no plain value is JSON.

    A node is its id; dates and times are texts, as they are in the tables.
    """
    found = [plain(value) for value in values]
    lists = [value for value in found if isinstance(value, list)]
    types = {type(item) for value in lists for item in value if item is not None}
    if len(lists) == sum(value is not None for value in found) and len(types) <= 1 and types <= set(_SCALARS):
        return found
    return [json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value for value in found]


def plain(value: Any) -> Any:
    """Return a value as JSON could hold it: a node as its id, a relationship as what it says, a path as its nodes."""
    from neo4j.graph import Node, Path, Relationship
    from neo4j.spatial import Point

    match value:
        case None | str() | bool() | int() | float():
            return value
        case Node():
            return value.get("id", value.element_id)
        case Relationship():
            return {"type": value.type} | {name: plain(said) for name, said in value.items()}
        case Path():
            return [plain(node) for node in value.nodes]
        case Point():
            return {"srid": value.srid, "coordinates": list(value)}
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {name: plain(item) for name, item in value.items()}
        case bytes() | bytearray():
            return value.hex()
    said = getattr(value, "iso_format", None)
    return said() if said else str(value)
