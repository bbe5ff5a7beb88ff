"""The servers of the tests are real ones: they start, refuse, die and come back, and none outlives the tests."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
import real_servers
import server_kits
from conftest import ROOT, SERVER_FIXTURES
from neo4j import GraphDatabase, TrustCustomCAs
from neo4j.exceptions import AuthError, ClientError, Neo4jError, ServiceUnavailable, TransientError
from real_servers import DidNotStart, Fuseki, Neo4j

ROWS = "MATCH (n:Kept) RETURN n.id AS id ORDER BY id"


def write(server: Neo4j | Fuseki) -> None:
    """Leave two nodes or triples, and what belongs to a schema."""
    if isinstance(server, Fuseki):
        with server.client() as client:
            client.post("/update", data={"update": "INSERT DATA { <e:1> <e:p> 1 . GRAPH <e:g> { <e:2> <e:p> 2 } }"})
        return
    with server.driver() as driver:
        driver.execute_query("CREATE (:Kept {id: 1})-[:TO]->(:Kept {id: 2})")
        driver.execute_query("CREATE CONSTRAINT `a``b` FOR (n:Kept) REQUIRE n.id IS UNIQUE")
        driver.execute_query("CREATE FULLTEXT INDEX found FOR (n:Kept) ON EACH [n.name]")


def kept(server: Neo4j | Fuseki) -> list[int]:
    """What was left."""
    if isinstance(server, Fuseki):
        query = "SELECT ?id { { ?s <e:p> ?id } UNION { GRAPH ?g { ?s <e:p> ?id } } } ORDER BY ?id"
        with server.client() as client:
            rows = client.get("/query", params={"query": query}).json()["results"]["bindings"]
        return [int(row["id"]["value"]) for row in rows]
    with server.driver() as driver:
        return [row["id"] for row in driver.execute_query(ROWS).records]


@pytest.mark.server
@pytest.mark.trial
@pytest.mark.parametrize("fixture", sorted(SERVER_FIXTURES - {"enf_neo4j"}))
def test_a_shared_server_is_handed_over_empty(fixture: str, request: pytest.FixtureRequest) -> None:
    server: Neo4j | Fuseki = request.getfixturevalue(fixture)
    write(server)
    assert kept(server) == [1, 2]
    assert kept(server.emptied()) == []
    if isinstance(server, Neo4j):
        with server.driver() as driver:
            for what in ("SHOW CONSTRAINTS", "SHOW INDEXES YIELD * WHERE type <> 'LOOKUP'"):
                names = [row["name"] for row in driver.execute_query(what).records]
                assert [name for name in names if not name.startswith("arvoverkko_")] == []


def test_only_its_user_is_let_in(fuseki_server: Fuseki, neo4j_server: Neo4j) -> None:
    for auth in (None, (fuseki_server.user, "wrong")):
        answer = httpx.get(f"{fuseki_server.address}/query", params={"query": "ASK {}"}, auth=auth)
        assert answer.status_code == 401
    with (
        GraphDatabase.driver(neo4j_server.address, auth=(neo4j_server.user, "wrong")) as driver,
        pytest.raises(AuthError),
    ):
        driver.verify_connectivity()


@pytest.mark.trial
def test_a_kill_is_an_error_of_the_driver_and_data_survive_it(neo4j_server: Neo4j) -> None:
    write(neo4j_server)
    address = neo4j_server.address
    with neo4j_server.driver() as driver, driver.session() as session:
        transaction = session.begin_transaction()
        transaction.run("CREATE (:Kept {id: 3})").consume()
        neo4j_server.kill()
        with pytest.raises(ServiceUnavailable):
            transaction.commit()
    assert not neo4j_server.answers()
    assert neo4j_server.restart().address == address
    assert kept(neo4j_server) == [1, 2]


@pytest.mark.server
@pytest.mark.trial
def test_fuseki_keeps_its_data_on_disk(tmp_path: Path) -> None:
    with Fuseki(tmp_path, on_disk=True) as server:
        write(server)
        server.kill()
        assert kept(server.restart()) == [1, 2]
        server.stop()
        assert kept(server.restart()) == [1, 2]
    assert not server.answers()


@pytest.mark.server
@pytest.mark.trial
def test_a_server_has_the_settings_that_a_test_asks_for(tmp_path: Path) -> None:
    """TLS with a certificate of its own, little memory and little time for a transaction, and then read only."""
    settings = {
        "dbms.memory.transaction.total.max": "20m",
        "db.transaction.timeout": "1s",
        "db.transaction.monitor.check.interval": "100ms",
    }
    with Neo4j(tmp_path, settings=settings, tls=True) as server:
        auth = (server.user, server.password)
        for stranger in (server.address, server.address.replace("bolt+s", "bolt")):
            with GraphDatabase.driver(stranger, auth=auth) as driver, pytest.raises(ServiceUnavailable):
                driver.verify_connectivity()
        trusting = TrustCustomCAs(str(server.certificate))
        address = server.address.replace("bolt+s", "bolt")
        with (
            GraphDatabase.driver(address, auth=auth, encrypted=True, trusted_certificates=trusting) as driver,
            driver.session() as session,
        ):
            assert session.run("RETURN 1 AS one").single(strict=True)["one"] == 1
            for query, error, code in (
                ("UNWIND range(1, 3000000) AS n RETURN size(collect(n))", TransientError, "MemoryPoolOutOfMemoryError"),
                ("UNWIND range(1, 1000000000) AS n RETURN count(n)", Neo4jError, "TransactionTimedOut"),
            ):
                with pytest.raises(error) as refused:
                    session.run(query).consume()
                assert code in str(refused.value.code), refused.value
        # A database that is read only from the beginning is never made.
        server.settings["server.databases.default_to_read_only"] = "true"
        server.restart()
        with (
            server.driver() as driver,
            driver.session() as session,
            pytest.raises(ClientError, match=r"read.only"),
        ):
            session.run("CREATE ()").consume()


@pytest.mark.server
@pytest.mark.trial
def test_a_port_that_was_taken_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = real_servers._free_port
        ports = iter([taken.getsockname()[1]])
        monkeypatch.setattr(real_servers, "_free_port", lambda: next(ports, None) or free())
        with Fuseki(tmp_path) as server:
            assert kept(server) == []
            assert server.port != taken.getsockname()[1]


@pytest.mark.server
@pytest.mark.trial
def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(DidNotStart, match=r"(?s)neo4j-5 did not answer.*Unrecognized setting.*no\.such\.setting"):
        Neo4j(tmp_path, settings={"no.such.setting": "1"}).start()


@pytest.mark.server
@pytest.mark.trial
def test_no_server_outlives_the_tests_however_they_end(tmp_path: Path) -> None:
    code = (
        f"from real_servers import *; print(Fuseki(Path({str(tmp_path)!r})).start().port, flush=True); time.sleep(600)"
    )
    alone = {name: value for name, value in os.environ.items() if name != server_kits.LEASH}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env=alone | {"PYTHONPATH": str(ROOT / "tests")},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        assert real_servers._open(port)
        process.kill()
    end = time.monotonic() + 60
    while real_servers._open(port):
        assert time.monotonic() < end, "it is still there"
        time.sleep(0.1)


# ---- where something is missing


def nested(tmp_path: Path, *arguments: str, demand: bool = False) -> subprocess.CompletedProcess[str]:
    """Run the tests of shared servers where no JDK is found."""
    (tmp_path / "hiding.py").write_text("import server_kits\nserver_kits.jdks = lambda: iter(())\n", "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    paths = [str(tmp_path), str(ROOT / "tests"), str(ROOT)]
    environment |= {"PYTHONPATH": os.pathsep.join(paths), server_kits.DEMAND: str(int(demand))}
    chosen = ["tests/test_servers.py", "-k", "handed_over_empty", "-p", "no:cacheprovider", "-p", "hiding"]
    command = [sys.executable, "-m", "pytest", *chosen, f"--basetemp={tmp_path / 'base'}", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_what_was_not_run_is_said_in_one_line(tmp_path: Path) -> None:
    done = nested(tmp_path, "--numprocesses=1")
    assert done.returncode == 0, done.stdout
    assert [line for line in done.stdout.splitlines() if line.startswith("3 tests")] == [
        "3 tests were not run on a real server: Fuseki (install a JDK 17 or later, or set JAVA_HOME to one); "
        "Neo4j 2026 (install a JDK 21 or later, or set JAVA_HOME to one); "
        "Neo4j 5.26 (install a JDK 17 or later, or set JAVA_HOME to one)"
    ]


def test_demanded_servers_that_are_missing_are_failures(tmp_path: Path) -> None:
    done = nested(tmp_path, demand=True)
    assert done.returncode == 1
    assert "3 failed" in done.stdout
    assert "not run on a real server: Neo4j 5.26 (install a JDK 17 or later" in done.stdout


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_kits, "CACHE", tmp_path)
    monkeypatch.setattr(server_kits, "jdks", lambda: iter([(tmp_path, 17)]))
    monkeypatch.setenv("PATH", "")
    look = server_kits._found.__wrapped__
    assert look("neo4j-2026") == "install a JDK 21 or later, or set JAVA_HOME to one"
    assert look("neo4j-5") == "install Maven 3.6.3 or later"


def test_a_jdk_is_found_by_what_it_says_of_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A JRE has no compiler, so it is none."""
    for name, version, tools in (
        ("old", "1.8.0_412", ["java", "javac"]),
        ("jre", "21.0.3", ["java"]),
        ("new", "25", ["java", "javac"]),
    ):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "release").write_text(f'IMPLEMENTOR="X"\nJAVA_VERSION="{version}"\n', "utf-8")
        for tool in tools:
            (tmp_path / name / "bin" / tool).with_suffix(".exe" if sys.platform == "win32" else "").touch(0o755)
    monkeypatch.setattr(server_kits, "USUAL_PLACES", (f"{tmp_path}/*",))
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "old"))
    assert list(server_kits.jdks()) == [(tmp_path / "old", 1), (tmp_path / "new", 25), (tmp_path / "old", 1)]


def test_users_get_the_versions_that_are_tested() -> None:
    pom = (server_kits.SOURCES / "pom.xml").read_text("utf-8")
    five, calendar, fuseki = re.findall(r"<(?:neo4j\.)?version>([0-9.]{5,})</", pom)[1:]
    compose = (ROOT / "compose.yaml").read_text("utf-8")
    assert f"image: neo4j:{five}-community" in compose
    assert f"jena-fuseki-server-{fuseki}.jar" in compose
    readme = (server_kits.SOURCES / "README.md").read_text("utf-8")
    assert all(f" {version} |" in readme for version in (five, calendar, fuseki))
