"""Graphs on servers, each door with a copy of its own, so that what it reads came over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graph import KnowledgeGraph, open_graph
from graph.stores.server import ServerHome

if TYPE_CHECKING:
    from real_servers import RealServer
    from store_contract import Door


@contextmanager
def door_to(
    server: RealServer, copies: Path, monkeypatch: pytest.MonkeyPatch, address: str | None = None
) -> Iterator[Door]:
    """A door that opens the graph on a server anew each time, as another user of another machine would."""
    monkeypatch.setenv("ARVOVERKKO_USER", server.user)
    monkeypatch.setenv("ARVOVERKKO_PASSWORD", server.password)
    opened: list[KnowledgeGraph] = []

    def door() -> KnowledgeGraph:
        monkeypatch.setenv("ARVOVERKKO_CACHE", str(copies / str(len(opened))))
        graph = open_graph(address or server.address)
        assert isinstance(graph.home, ServerHome)
        graph.home.good_for = 0  # ask the server each time
        opened.append(graph)
        return graph

    try:
        yield door
    finally:
        for graph in opened:
            graph.close()
