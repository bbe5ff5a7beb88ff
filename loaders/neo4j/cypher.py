"""The statements that are asked of somebody's graph: names are quoted, values and properties are parameters.

Nothing here writes, and no word of a mapping can: a label or a type stands between backticks, a property is a
parameter.
"""

from __future__ import annotations

from collections.abc import Sequence

LABELS: str = "CALL db.labels() YIELD label RETURN label AS name"
TYPES: str = "CALL db.relationshipTypes() YIELD relationshipType RETURN relationshipType AS name"

#: On every node of a graph that this program keeps in the database: that is nobody's own.
_OURS = "Arvoverkko"

OURS: str = f"MATCH (x:{_OURS}) WITH count(*) AS many WHERE many > 0 RETURN many"

#: Nodes that have none of the labels that are mapped, by their labels.
OTHER_NODES: str = (
    f"MATCH (x) WHERE NOT x:{_OURS} AND none(label IN labels(x) WHERE label IN $mapped) "
    "WITH labels(x) AS labels, count(*) AS many RETURN labels, many"
)


def quoted(name: str) -> str:
    """Return a label or a type as Cypher takes it, whatever it holds.

    Cypher reads the escape of a character before it looks for backticks, so the backslash of one is escaped itself.

    >>> print(quoted("a`b"))
    `a``b`
    """
    return "`" + name.replace("\\", "\\u005C").replace("`", "``") + "`"


def nodes(label: str) -> str:
    """Return the pattern of the nodes with a label and none of `$earlier`."""
    return f"MATCH (x:{quoted(label)}) WHERE NOT x:{_OURS} AND none(label IN labels(x) WHERE label IN $earlier)"


def relationships(type: str, start: str, end: str) -> str:
    """Return the pattern of the relationships of a type between two labels, and no pair of `$earlier`."""
    pattern = f"MATCH (a:{quoted(start)})-[x:{quoted(type)}]->(b:{quoted(end)})"
    own = f"NOT a:{_OURS} AND NOT b:{_OURS}"
    return f"{pattern} WHERE {own} AND none(pair IN $earlier WHERE pair[0] IN labels(a) AND pair[1] IN labels(b))"


def reading(pattern: str, properties: Sequence[str], *places: str) -> str:
    """Return the statement that reads what a pattern finds: its element, `places`, and properties `$p0`, `$p1` ….

    Each property is a column of its own, so that one which cannot be read spoils no other.
    """
    cells = [f"x[$p{number}] AS p{number}" for number in range(len(properties))]
    return f"{pattern} RETURN {', '.join(('elementId(x) AS element', *places, *cells))}"


def keys(pattern: str) -> str:
    """Return the statement that counts the properties of what a pattern finds."""
    return f"{pattern} UNWIND keys(x) AS name WITH name, count(*) AS many RETURN name, many"


def count(type: str) -> str:
    """Return the statement that counts the relationships of a type."""
    return f"MATCH (a)-[x:{quoted(type)}]->(b) WHERE NOT a:{_OURS} AND NOT b:{_OURS} RETURN count(x) AS many"


def other_ends(type: str) -> str:
    """Return the statement that counts the relationships of a type between no pair of `$mapped`, by their labels."""
    return (
        f"MATCH (a)-[x:{quoted(type)}]->(b) "
        f"WHERE NOT a:{_OURS} AND NOT b:{_OURS} "
        "AND none(pair IN $mapped WHERE pair[0] IN labels(a) AND pair[1] IN labels(b)) "
        "WITH labels(a) AS start, labels(b) AS end, count(*) AS many RETURN start, end, many"
    )
