"""A graph in Neo4j: a server with a copy, as every server has, and Cypher beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from graph.stores.neo4j.ask import ask
from graph.stores.neo4j.connect import Address, telling
from graph.stores.neo4j.remote import Neo4jRemote
from graph.stores.server import ServerHome, copy_of
from ontology.errors import ServerBetween


class Neo4jHome(ServerHome):
    """A home in a database of Neo4j."""

    def __init__(self, address: Address, keep: int | None = None) -> None:
        self.neo4j = Neo4jRemote(address)
        super().__init__(self.neo4j, copy_of(self.neo4j.name), keep)

    def cypher(self, query: str, parameters: Mapping[str, Any]) -> pl.DataFrame:
        """Return the answer of the server to a query that reads.

        Raises ServerBetween where a load is under way, or where one was when the answer came: it may be a mixture.
        """
        before = self.neo4j.held()
        self._require_whole(before)
        with telling(self.neo4j.name):
            database, bookmarks = self.neo4j.address.database, self.neo4j.bookmarks
            answer = ask(self.neo4j.driver, database, query, parameters, bookmarks=bookmarks)
        if self.neo4j.held() != before:
            raise ServerBetween("server-between", server=self.neo4j.name)
        return answer
