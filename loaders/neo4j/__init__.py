"""Somebody's own Neo4j, read with a mapping: its labels become kinds, its relationships relations, properties columns.

1. The mapping is read and checked as a whole (`mapping`), and what it names must be there (`scope`).
2. Nodes and relationships stream in, label by label and type by type (`reading`), typed as they come (`cells`).
3. What can be facts becomes a batch (`facts`); what the mapping leaves out is counted and said (`scope`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ontology.errors import InputError, MissingExtra
from ontology.facts import Batch


def load(path: Path | None = None) -> Batch:
    """Return what the graph of a mapping says, with the nodes and relationships that were refused.

    Raises InputError when the mapping is off, and ServerError when the server cannot be read.
    """
    if path is None:
        raise InputError("mapping-needed")
    try:
        import neo4j  # noqa: F401
    except ImportError:
        raise MissingExtra("servers") from None
    from loaders.neo4j.connect import connected
    from loaders.neo4j.facts import batch_of
    from loaders.neo4j.mapping import read_mapping
    from loaders.neo4j.reading import read_links, read_nodes
    from loaders.neo4j.scope import require_there, say_left_out

    plan = read_mapping(path)
    with connected(plan.address) as connection:
        types = require_there(connection, plan)
        nodes = [(own, read_nodes(connection, own, plan)) for own in plan.entities]
        links = [(own, read_links(connection, own, plan)) for own in plan.links]
        say_left_out(connection, plan, types)
    return batch_of(plan, nodes, links, datetime.now(UTC).date())
