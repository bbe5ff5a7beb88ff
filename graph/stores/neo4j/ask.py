"""Cypher that only reads, asked of a server within bounds of time and rows, and answered as a frame."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import polars as pl

from graph.stores.columns import frame
from graph.stores.neo4j.checks import check_plan, check_words, lines
from graph.stores.neo4j.plain import column
from ontology.errors import QueryError, QueryNotAllowed, QuerySyntax, QueryTimeout

if TYPE_CHECKING:
    from neo4j import Driver, Result
    from neo4j.exceptions import Neo4jError

#: A query may take so many seconds, and its answer may have so many rows.
TIMEOUT, MOST = 30.0, 100_000

_EXPLAIN = "EXPLAIN "
_PLACE = re.compile(r"\(line (\d{1,9}), column \d{1,9}")


def ask(
    driver: Driver,
    database: str | None,
    query: str,
    parameters: Mapping[str, Any],
    *,
    timeout: float = TIMEOUT,
    most: int = MOST,
    bookmarks: Any = None,
) -> pl.DataFrame:
    """Return the answer to a query as a frame; parameters go to the server as such, never as text of the query.

    A node is given by its id, other things that are no plain value as JSON. Raises QuerySyntax, QueryNotAllowed,
    QueryTimeout, and QueryError for more rows than may be; what is wrong with the server and not with the query is
    left as the driver raises it.
    """
    from neo4j import READ_ACCESS, Query
    from neo4j.exceptions import Neo4jError

    query = lines(query)
    check_words(query)
    try:
        with driver.session(
            database=database,
            default_access_mode=READ_ACCESS,
            bookmark_manager=bookmarks,
            notifications_min_severity="OFF",
        ) as session:
            told = session.run(Query(_EXPLAIN + query, timeout=timeout), dict(parameters)).consume()
            check_plan(told.query_type, told.plan)
            return _taken(session.run(Query(query, timeout=timeout), dict(parameters)), most)
    except Neo4jError as error:
        if (ours := _said(error, timeout)) is None:
            raise
        raise ours from error
    except (TypeError, ValueError) as error:  # a parameter that no server can be sent
        raise QueryError("query-failed", said=_short(str(error))) from error


def _taken(result: Result, most: int) -> pl.DataFrame:
    """The rows of an answer; one more than may be is an error, and the rest of them is not fetched."""
    names = list(result.keys())
    rows = [record.values() for record in islice(result, most + 1)]
    if len(rows) > most:
        raise QueryError("cypher-rows", most=most)
    columns = [column([row[place] for row in rows]) for place in range(len(names))]
    return frame(names, [list(row) for row in zip(*columns, strict=True)])


def _said(error: Neo4jError, timeout: float) -> QueryError | None:
    """What a server says of a query, as an error for people; None where it is no word of the query."""
    code, said = error.code or "", error.message or ""
    match code.rpartition(".")[2]:
        case "SyntaxError" if place := _PLACE.search(said):
            return QuerySyntax("cypher-syntax-line", line=int(place[1]), said=_short(said[: place.start()]))
        case "SyntaxError" | "SemanticError" | "TypeError" | "ArgumentError":
            return QuerySyntax("cypher-syntax", said=_short(said))
        case "ParameterMissing":
            return QuerySyntax("cypher-parameter", said=_short(said.rpartition(":")[2]))
        case "AccessMode":
            return QueryNotAllowed("cypher-update")
        case "TransactionTimedOut" | "TransactionTimedOutClientConfiguration" | "LockClientStopped":
            return QueryTimeout("query-took-longer", seconds=f"{timeout:g}")
        case name if "OutOfMemory" in name:
            return QueryError("cypher-memory")
    return QueryError("query-failed", said=_short(said)) if "ClientError.Statement." in code else None


def _short(said: str) -> str:
    return " ".join(said.split())[:300]
