"""Homes of a graph: the contract on each of them, and what an address opens."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from editions import replace_source, small
from store_contract import Door, StoreContract

from graph import KnowledgeGraph, open_graph
from graph.stores.memory import Memory
from graph.stores.workspace import Workspace
from ontology.errors import InvalidArgument


class TestMemory(StoreContract):
    """A graph that lives as long as the process."""

    @pytest.fixture
    def door(self) -> Door:
        home = Memory()
        return lambda: KnowledgeGraph(home)


class TestFolder(StoreContract):
    """A folder with generations: what only a disk can do or suffer is in test_workspace*.py."""

    @pytest.fixture
    def door(self, tmp_path: Path) -> Door:
        return lambda: open_graph(tmp_path / "g")


def test_threads_that_write_at_once_lose_nothing_in_memory() -> None:
    graph = open_graph()
    with ThreadPoolExecutor(8) as threads:
        reports = list(threads.map(lambda n: graph.replace(replace_source(small(0), f"s{n}")), range(16)))
    assert sorted(report.generation for report in reports) == list(range(1, 17))
    assert len(graph.generation.tables.sources) == 16


# ---- addresses


@pytest.mark.parametrize("address", [None, "memory:", "MEMORY:"])
def test_memory_is_opened_by_nothing_or_by_its_scheme(address: str | None) -> None:
    assert isinstance(open_graph(address).home, Memory)


@pytest.mark.parametrize(
    ("address", "folder"),
    [
        ("var/enf", "var/enf"),
        ("./neo4j://h", "neo4j:/h"),
        ("var/memory:", "var/memory:"),
        ("C:\\graphs\\enf", "C:\\graphs\\enf"),
        ("c:/graphs", "c:/graphs"),
        (Path("memory:"), "memory:"),
        (Path("neo4j://h"), "neo4j:/h"),
        ("file:var/enf", "var/enf"),
        ("file:/srv/enf", "/srv/enf"),
        ("file:///srv/my%20graph", "/srv/my graph"),
        ("FILE://localhost/srv/enf", "/srv/enf"),
    ],
)
def test_a_path_opens_a_folder(address: str | Path, folder: str) -> None:
    home = open_graph(address, keep=2).home
    assert isinstance(home, Workspace)
    assert (home.path, home.keep) == (Path(folder), 2)


@pytest.mark.parametrize("address", ["gopher://h", "neo5j+s://h", "my.graph:"])
def test_a_scheme_that_is_not_known_is_refused_with_those_that_are(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidArgument, match=r"schemes: file:, memory:, neo4j:, .*; for a folder write ") as caught:
        open_graph(address)
    assert f"`./{address}`" in str(caught.value)
    open_graph("./" + address).replace(small(0))
    assert (tmp_path / address / "CURRENT").is_file()


@pytest.mark.parametrize("address", ["memory:enf", "file:", "file://var/enf"])
def test_an_address_that_its_scheme_cannot_mean_is_refused(address: str) -> None:
    with pytest.raises(InvalidArgument, match=address):
        open_graph(address)
