"""What a Neo4j may suffer, or make others suffer: each an error that says which server and what to do."""

from __future__ import annotations

import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from conftest import examples
from editions import run, small
from real_servers import Neo4j
from server_homes import door_to
from store_contract import Door
from test_many_sources import edition, fresh, state
from test_neo4j import asked

from graph import KnowledgeGraph, open_graph
from graph.stores.neo4j import connect, write
from ontology.errors import InvalidArgument, ServerError, ServerRefused, ServerUnreachable
from ontology.facts import Batch
from ontology.metagraph import Kind


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What may be tried again is tried again shortly: nobody waits for half a minute here."""
    monkeypatch.setattr(connect, "_RETRY", 1.0)


@pytest.fixture
def door(neo4j_server: Neo4j, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    with door_to(neo4j_server, tmp_path, monkeypatch) as door:
        yield door


# ---- the way there


def test_a_wrong_password_and_a_database_that_is_not_there(
    neo4j_server: Neo4j, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with door_to(neo4j_server, tmp_path, monkeypatch, f"{neo4j_server.address}/nowhere") as door:
        graph = door()
        with pytest.raises(ServerRefused, match=r"there is no such database on bolt://127\.0\.0\.1:\d+/nowhere"):
            graph.replace(small(0))
        monkeypatch.setenv("ARVOVERKKO_PASSWORD", "wrong")
        with pytest.raises(ServerRefused, match="does not accept the user or the password"):
            door().counts()
        monkeypatch.delenv("ARVOVERKKO_PASSWORD")
        with pytest.raises(InvalidArgument, match="are set together"):
            door().counts()


def test_credentials_come_from_netrc_and_never_from_an_address(
    neo4j_server: Neo4j, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with door_to(neo4j_server, tmp_path, monkeypatch) as door:
        for name in ("ARVOVERKKO_USER", "ARVOVERKKO_PASSWORD"):
            monkeypatch.delenv(name)
        netrc = tmp_path / "netrc"
        netrc.write_text(f"machine 127.0.0.1 login {neo4j_server.user} password {neo4j_server.password}\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("NETRC", str(netrc))
        assert door().home.current() is None
        netrc.write_text("machine 127.0.0.1 nonsense\n")
        with pytest.raises(InvalidArgument, match="cannot be read as a netrc file"):
            door().home.current()
        netrc.unlink()
        with pytest.raises(ServerRefused, match="wants to know who you are: set ARVOVERKKO_USER"):
            door().home.current()
    with pytest.raises(InvalidArgument, match="the address holds credentials") as caught:
        open_graph("neo4j://neo4j:secret@host:7687/x")
    assert "secret" not in str(caught.value)
    assert "write neo4j://host:7687/x" in str(caught.value)


@pytest.mark.parametrize(
    "address", ["neo4j:", "neo4j://", "neo4j://host:port", "bolt://host/a/b", "bolt://host/`x`", "bolt://host?x=1"]
)
def test_an_address_that_no_server_has_is_refused(address: str) -> None:
    with pytest.raises(InvalidArgument, match="is no address of a Neo4j; right would be"):
        open_graph(address)


def test_a_server_that_is_down_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARVOVERKKO_CACHE", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with open_graph(f"bolt://127.0.0.1:{port}") as graph:
        for act in (graph.counts, graph.history, lambda: graph.replace(small(0))):
            with pytest.raises(
                ServerUnreachable, match=rf"bolt://127\.0\.0\.1:{port} does not answer: check the address"
            ):
                act()
    assert list(tmp_path.iterdir()) == []  # nothing is made for a server that nobody has seen


class Cutting(threading.Thread):
    """A line to a server that is cut when so many bytes came back over it."""

    def __init__(self, port: int, most: int) -> None:
        super().__init__(daemon=True)
        self.there, self.left = port, most
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]

    def run(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self.listening.accept()
                there = socket.create_connection(("127.0.0.1", self.there))
                for pair in ((here, there, False), (there, here, True)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, counted: bool) -> None:
        with suppress(OSError), one, other:
            while data := one.recv(4096):
                if counted:
                    self.left -= len(data)
                    if self.left < 0:
                        other.shutdown(socket.SHUT_RDWR)
                        return
                other.sendall(data)


def test_an_answer_that_is_cut_off_leaves_the_copy_as_it_was(
    neo4j_server: Neo4j, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, enf_batch: Batch
) -> None:
    with door_to(neo4j_server, tmp_path, monkeypatch) as door:
        door().replace(enf_batch)
    line = Cutting(neo4j_server.port, 60_000)
    line.start()
    with door_to(neo4j_server, tmp_path / "2", monkeypatch, f"bolt://127.0.0.1:{line.port}") as door:
        graph = door()
        with pytest.raises(ServerUnreachable, match="does not answer"):
            graph.counts()
        line.left = 10**9
        assert graph.counts()["Actor"] > 200
    line.listening.close()


@pytest.mark.trial
def test_a_certificate_little_memory_and_a_database_that_is_only_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"dbms.memory.transaction.total.max": "24m"}
    many = small(0)
    texts = pl.DataFrame({"id": [f"p{i}" for i in range(12_000)]}).with_columns(
        label_fi=pl.lit("P"), description_fi=pl.lit("x" * 3_000), method=pl.lit("stated"), record=pl.lit("p#row=1")
    )
    with Neo4j(tmp_path / "server", settings=settings, tls=True) as server:
        with (
            door_to(server, tmp_path / "1", monkeypatch) as stranger,
            pytest.raises(ServerUnreachable, match=r"the certificate of bolt\+s://.* is not trusted"),
        ):
            stranger().counts()
        trusting = server.address.replace("bolt+s", "bolt+ssc")
        with door_to(server, tmp_path / "2", monkeypatch, trusting) as door:
            # More than a transaction of that server may hold at once: smaller ones are tried.
            door().replace(Batch(many.source, {**many.entities, Kind.SERVICE: texts}, {}))
            assert door().counts()["Service"] == 12_000
            server.settings |= {"server.databases.read_only": "neo4j"}
            server.restart()
            reader = door()
            assert reader.counts()["Service"] == 12_000
            with pytest.raises(ServerRefused, match="does not allow this: the user or the database may only read"):
                reader.replace(small(1))
            assert reader.counts()["Service"] == 12_000


# ---- ends in the middle


@contextmanager
def killing(server: Neo4j, monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[None]:
    """Kill the server while the load is at this step."""
    once, left = write.Writer._once, after

    def counted(writer: write.Writer, *arguments: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0 and server.answers():
            server.kill()
        once(writer, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(write.Writer, "_once", counted)
        yield


@pytest.mark.trial
def test_a_server_that_is_killed_in_a_load_takes_it_up_again(
    door: Door, neo4j_server: Neo4j, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, after = [edition("a", 0), edition("b", 1)], [edition("a", 1), edition("c", 0)]
    writer = door()
    writer.replace(begin)
    before = state(writer)
    with (
        killing(neo4j_server, monkeypatch, 4),
        pytest.raises(ServerUnreachable, match="a load that broke off goes on when it is run again"),
    ):
        writer.replace(after)
    with pytest.raises(ServerUnreachable):
        writer.counts()
    neo4j_server.restart()
    assert state(writer) == before  # the copy is as it was
    writer.replace(after)
    assert state(door()) == state(fresh([edition("a", 1), edition("b", 1), edition("c", 0)]))


WRITER = """
import sys
from graph import open_graph
from editions import small
from test_many_sources import edition
from loaders import load
from graph.stores.neo4j import connect, write
connect._RETRY, write._ROWS = 2.0, int(sys.argv[2])
graph = open_graph(sys.argv[1])
print("begun", flush=True)
if sys.argv[3] == "first":
    graph.replace([load("enf"), small(0)])
else:
    graph.replace([small(int(sys.argv[3])), edition("a", int(sys.argv[3]) % 3)])
print("done", flush=True)
"""


@pytest.mark.trial
@pytest.mark.parametrize("whom", ["the server", "the writer"])
def test_ten_kills_of_a_load_lose_nothing(
    whom: str, door: Door, neo4j_server: Neo4j, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, enf_batch: Batch
) -> None:
    """kill -9 at random moments of first and later loads; after a restart and the same load again all is well."""
    chance = random.Random(7)
    monkeypatch.setenv("ARVOVERKKO_CACHE", str(tmp_path / "copy"))
    killed = 0
    for number in range(10):
        graph = door()
        first = number % 2 == 0
        if first:
            asked(graph, "MATCH (n) DETACH DELETE n")
        monkeypatch.setenv("ARVOVERKKO_CACHE", str(tmp_path / "copy"))
        edition_of = "first" if first else str(number)
        process = run(WRITER, neo4j_server.address, 20, edition_of)
        assert process.stdout is not None and process.stdout.readline() == "begun\n"
        time.sleep(chance.random() * (4 if first else 1.5))
        if process.poll() is None:
            killed += 1
        if whom == "the server":
            neo4j_server.kill()
            process.communicate(timeout=120)
            neo4j_server.restart()
        else:
            process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
            process.communicate(timeout=60)
        again = run(WRITER, neo4j_server.address, 1000, edition_of)
        said, trouble = again.communicate(timeout=300)
        assert said == "begun\ndone\n", trouble
        wanted = open_graph()
        wanted.replace([enf_batch, small(0)])
        if not first:
            wanted.replace([small(number), edition("a", number % 3)])
        reader = door()
        assert reader.counts() == wanted.counts()
        for ours, theirs in (
            (reader.generation.tables.entities, wanted.generation.tables.entities),
            (reader.generation.tables.links, wanted.generation.tables.links),
        ):
            assert {name: frame.rows() for name, frame in ours.items()} == {
                name: frame.rows() for name, frame in theirs.items()
            }
    assert killed >= 5


@pytest.mark.trial
def test_readers_beside_a_writer_see_one_generation_or_another(door: Door) -> None:
    """Many loads and as many readers, each with an empty copy: every answer is that of one edition."""
    writer = door()
    writer.replace(small(0))
    stopped = threading.Event()

    def write_on() -> None:
        for number in range(1, min(examples(15), 60)):
            if not stopped.is_set():
                writer.replace(small(number))
        stopped.set()

    thread = threading.Thread(target=write_on)
    thread.start()
    try:
        looked = look_on(door, stopped)
    finally:
        stopped.set()
        thread.join()
    assert looked > 3


def look_on(door: Door, stopped: threading.Event) -> int:
    """Ask with a copy of one's own again and again, and return how often there was an answer."""
    looked = 0
    while not stopped.is_set():
        graph: KnowledgeGraph = door()
        try:
            actors = graph.generation.tables.entity(Kind.ACTOR)  # asked for once: the next may be of a newer one
            labels = set(actors["label_fi"])
            number = int(labels.pop().removeprefix("Edition "))
            assert not labels
            assert actors.height == 50 + number % 50
            looked += 1
        except ServerError as error:
            assert error.key == "server-between"
        graph.close()
    return looked
