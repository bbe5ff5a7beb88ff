"""The contract of homes, on real servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from real_servers import Fuseki, Neo4j
from server_homes import door_to
from store_contract import Door, StoreContract


class TestNeo4j5(StoreContract):
    """Neo4j Community 5.26, the long-term release."""

    @pytest.fixture
    def door(self, neo4j_server: Neo4j, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
        with door_to(neo4j_server, tmp_path, monkeypatch) as door:
            yield door


@pytest.mark.trial
class TestNeo4j2026(StoreContract):
    """Neo4j Community 2026, the calendar release: the same again, so in `make trials` alone."""

    @pytest.fixture
    def door(self, neo4j_2026_server: Neo4j, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
        with door_to(neo4j_2026_server, tmp_path, monkeypatch) as door:
            yield door


class TestFuseki(StoreContract):
    """Apache Jena Fuseki, asked and changed by SPARQL."""

    @pytest.fixture
    def door(self, fuseki_server: Fuseki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
        with door_to(fuseki_server, tmp_path, monkeypatch, f"sparql:{fuseki_server.address}/query") as door:
            yield door
