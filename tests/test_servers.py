"""The servers of the tests are real ones: they start, refuse, die, come back, and leave nobody behind."""

from __future__ import annotations

from real_servers import Fuseki, Neo4j


def test_neo(neo4j_server: Neo4j) -> None:
    with neo4j_server.driver() as d:
        assert d.execute_query("MATCH (n) RETURN count(n) AS n").records[0]["n"] == 0
        d.execute_query("CREATE (:A {i: 1})-[:R]->(:A), (:A)")
        d.execute_query("CREATE CONSTRAINT `a``b` FOR (x:A) REQUIRE x.i IS UNIQUE")
        d.execute_query("CREATE FULLTEXT INDEX f FOR (x:A) ON EACH [x.t]")


def test_neo_again(neo4j_server: Neo4j) -> None:
    with neo4j_server.driver() as d:
        assert d.execute_query("MATCH (n) RETURN count(n) AS n").records[0]["n"] == 0
        assert d.execute_query("SHOW CONSTRAINTS").records == []
        assert len(d.execute_query("SHOW INDEXES").records) == 2


def test_2026(neo4j_2026_server: Neo4j) -> None:
    with neo4j_2026_server.driver() as d:
        assert d.execute_query("MATCH (n) RETURN count(n) AS n").records[0]["n"] == 0


def test_fuseki(fuseki_server: Fuseki) -> None:
    with fuseki_server.client() as c:
        assert c.get("/query", params={"query": "ASK {?s ?p ?o}"}).json()["boolean"] is False
