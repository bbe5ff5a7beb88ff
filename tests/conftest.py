"""What all tests share: the reference data, loaded once into a workspace that nobody writes to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
import server_kits
from filelock import FileLock
from hypothesis import HealthCheck, settings

from graph import KnowledgeGraph, open_graph
from loaders import load
from ontology.facts import Batch, Tables

if TYPE_CHECKING:
    from real_servers import Fuseki, Neo4j

pytest.register_assert_rewrite("store_contract")

ROOT = Path(__file__).resolve().parents[1]
ENF = ROOT / "data" / "enf"
SERVER_FIXTURES = {"enf_neo4j", "fuseki_server", "neo4j_2026_server", "neo4j_server"}

# A machine that does other work too is slow, and that is no fault. `make trials` tries ten times as many examples.
settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("trials", settings.get_profile("quick"), max_examples=10 * settings().max_examples)
settings.load_profile("quick")


def examples(quick: int) -> int:
    """So many examples of a law that takes its time, and in `make trials` ten times as many."""
    return quick * settings().max_examples // settings.get_profile("quick").max_examples


@pytest.fixture(scope="session")
def update_golden() -> bool:
    """Whether golden files are to be written anew: ARVOVERKKO_UPDATE_GOLDEN=1."""
    return os.environ.get("ARVOVERKKO_UPDATE_GOLDEN") == "1"


@pytest.fixture(scope="session")
def enf_batch() -> Batch:
    return load("enf")


@pytest.fixture(scope="session")
def enf_tables(enf_batch: Batch) -> Tables:
    return Tables.of([enf_batch])


@pytest.fixture(scope="session")
def enf_workspace(enf_batch: Batch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference data on disk: of workers beside each other the first writes it, and all of them read it."""
    base = tmp_path_factory.getbasetemp()
    path = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "enf"
    with FileLock(f"{path}.lock"):
        open_graph(path).replace(enf_batch)  # a source that did not change is not loaded again
    return path


@pytest.fixture(scope="session")
def enf_graph(enf_workspace: Path) -> KnowledgeGraph:
    return open_graph(enf_workspace)


@pytest.fixture(scope="session")
def url(enf_graph: KnowledgeGraph) -> Iterator[str]:
    """The address of a running server of the reference data; a query may be as slow as a busy machine makes it."""
    from server import Server

    from api.http.app import create_app
    from api.http.settings import Settings

    with Server(create_app(enf_graph, Settings(sparql_timeout=60, sparql_query_bytes=5000))) as server:
        yield server.url


@pytest.fixture(scope="session")
def http(url: str) -> Iterator[httpx.Client]:
    """A client of that server."""
    with httpx.Client(base_url=url, timeout=60) as client:
        yield client


# ---- real servers: see tests/servers/README.md


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "server: needs a real Neo4j or Fuseki; all that ask for one carry it")
    server_kits.leash()  # before workers start, so that all of them have the same


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if SERVER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("server")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line which servers the tests did not run on, and what to install."""
    skipped = [report.longrepr[2] for report in terminalreporter.getreports("skipped")]
    missing = [reason.partition(server_kits.NOT_RUN)[2] for reason in skipped if server_kits.NOT_RUN in reason]
    if missing:
        said = "; ".join(sorted(set(missing)))
        terminalreporter.write_line(f"{len(missing)} tests were {server_kits.NOT_RUN}{said}", yellow=True)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the servers lie that the workers of this session share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def own_servers(servers: Path) -> Path:
    """Where those lie that one test uses at a time: two of a kind, so that two workers do not wait for each other."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    folder = servers / f"servers-{worker % 2}"
    folder.mkdir(exist_ok=True)
    return folder


# Each is empty, and one test's at a time. A test that asks for several asks in the order in which they stand here.


@pytest.fixture
def fuseki_server(own_servers: Path) -> Iterator[Fuseki]:
    from real_servers import Fuseki, shared

    with shared(Fuseki, "fuseki", own_servers) as server:
        yield server


@pytest.fixture
def neo4j_2026_server(own_servers: Path) -> Iterator[Neo4j]:
    from real_servers import Neo4j, shared

    with shared(Neo4j, "neo4j-2026", own_servers) as server:
        yield server


@pytest.fixture
def neo4j_server(own_servers: Path) -> Iterator[Neo4j]:
    from real_servers import Neo4j, shared

    with shared(Neo4j, "neo4j-5", own_servers) as server:
        yield server


@pytest.fixture(scope="session")
def enf_neo4j(enf_batch: Batch, servers: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """The reference data in a Neo4j of its own, which all workers read and nobody writes to."""
    from real_servers import Neo4j

    folder = servers / "neo4j-enf"
    with FileLock(f"{folder}.lock"), pytest.MonkeyPatch.context() as patch:
        server = Neo4j(folder)
        if not (server.port and server.answers()):
            server.start()
        patch.setenv("ARVOVERKKO_USER", server.user)
        patch.setenv("ARVOVERKKO_PASSWORD", server.password)
        patch.setenv("ARVOVERKKO_CACHE", str(tmp_path_factory.mktemp("copy")))
        graph = open_graph(server.address)
        graph.replace(enf_batch)  # a source that did not change is not loaded again
    yield graph
    graph.close()
