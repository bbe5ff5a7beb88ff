"""A graph in Neo4j: a server with a copy, as every server has, and Cypher beside."""

from __future__ import annotations

from graph.stores.neo4j.connect import Address
from graph.stores.neo4j.remote import Neo4jRemote
from graph.stores.server import ServerHome, copy_of


class Neo4jHome(ServerHome):
    """A home in a database of Neo4j."""

    def __init__(self, address: Address, keep: int | None = None) -> None:
        self.neo4j = Neo4jRemote(address)
        super().__init__(self.neo4j, copy_of(self.neo4j.name), keep)
