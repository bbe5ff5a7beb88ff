"""The marker: one node that says which generation a database holds, and who is about to change that.

A writer takes it, moves it on by a step with each transaction, and makes the new generation the one that is held in a
single moment. Readers look at it before and after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from graph.stores.generation import Generation
from graph.stores.neo4j import model
from graph.stores.turns import is_gone

#: What the database holds is a whole generation; or a load is under way, or was cut off.
WHOLE, WRITING = "whole", "writing"

_MARKER = f"MATCH (m:{model.OURS}:{model.MARKER} {{id: $marker}})"

#: The marker, locked before anything that it says is looked at: else two that look at once both see themselves alone.
LOCKED = f"{_MARKER} SET m.lock = $marker WITH m"


def find(transaction: Any) -> Mapping[str, Any] | None:
    """Return the marker, None where there is none; what it does not say is None."""
    found = transaction.run(f"{_MARKER} RETURN m {{.*, now: timestamp()}}", marker=model.OURS).single()
    return None if found is None else defaultdict(lambda: None, found[0])


def ensure(transaction: Any) -> Mapping[str, Any]:
    """Return the marker, made now if need be."""
    query = (
        f"MERGE (m:{model.OURS}:{model.MARKER} {{id: $marker}}) "
        f"ON CREATE SET m.format = $format, m.state = $whole, m.generation = 0, m.writer = '', "
        "m.journals = []"
    )
    transaction.run(query, marker=model.OURS, format=model.FORMAT, whole=WHOLE).consume()
    found = find(transaction)
    assert found is not None
    return found


def begin(transaction: Any, seen: str, token: str, after: Generation, columns: str) -> bool:
    """Become the writer, unless somebody else did since the writer was seen; return whether it is so."""
    query = (
        f"{LOCKED} WHERE m.writer IN [$seen, $token] SET m.writer = $token, m.state = $writing, m.step = 0, "
        "m.beat = timestamp(), m.columns = $columns, m.format = $format, "
        "m.next = $next, m.next_identity = $next_identity RETURN m.id"
    )
    found = transaction.run(
        query, marker=model.OURS, seen=seen, token=token, writing=WRITING, columns=columns, format=model.FORMAT,
        next=after.number, next_identity=after.identity,
    ).single()  # fmt: skip
    return found is not None


def finish(transaction: Any, token: str, after: Generation, manifest: str, columns: str, schemes: str) -> bool:
    """Make the generation the one that the database holds, in one moment; False where another writer took over."""
    ours = transaction.run(f"{LOCKED} WHERE m.writer = $token RETURN m.id", marker=model.OURS, token=token).single()
    if ours is None:  # nothing is deleted that is another's by now
        return False
    transaction.run(
        f"MATCH (g:{model.OURS}:{model.GENERATION}) WHERE g.number >= $number DETACH DELETE g", number=after.number
    ).consume()
    transaction.run(
        f"MATCH (f:{model.OURS}) WHERE f:{model.JOURNAL} OR f:{model.FILE} AND f.generation <> $number DETACH DELETE f",
        number=after.number,
    ).consume()
    query = (
        f"{_MARKER} WHERE m.writer = $token "
        f"CREATE (:{model.OURS}:{model.GENERATION} {{number: $number, identity: $identity, manifest: $manifest, "
        "created: $created}) "
        "SET m.state = $whole, m.generation = $number, m.identity = $identity, m.columns = $columns, "
        "m.schemes = $schemes, m.program = $program, m.created = $created, m.journals = [] "
        "REMOVE m.next, m.next_identity RETURN m.id"
    )
    found = transaction.run(
        query, marker=model.OURS, token=token, number=after.number, identity=after.identity, manifest=manifest,
        created=after.manifest["created"], whole=WHOLE, columns=columns, schemes=schemes,
        program=after.manifest["program"],
    ).single()  # fmt: skip
    return found is not None


def is_written(marker: Mapping[str, Any]) -> bool:
    """Return whether a load is under way: its writer did not end, and moved the marker not long ago."""
    silent = (marker["now"] - (marker["beat"] or 0)) / 1000
    return marker["state"] == WRITING and not is_gone(marker["writer"], silent)
