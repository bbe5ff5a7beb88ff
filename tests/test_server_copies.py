"""Who shares a server, and who shares a copy: several at once, sent from a folder, and no secret told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result
from editions import other, small
from real_servers import Neo4j
from server_homes import door_to
from store_contract import Door
from test_neo4j import asked, remote

from api.cli.commands import main
from graph import KnowledgeGraph, open_graph
from graph.stores.neo4j import marker, write
from graph.stores.server import ServerHome
from ontology.errors import ServerRefused
from ontology.facts import Batch
from ontology.metagraph import Kind


@pytest.fixture
def door(neo4j_server: Neo4j, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    with door_to(neo4j_server, tmp_path / "copies", monkeypatch) as door:
        yield door


def test_readers_of_one_copy_wait_for_whoever_makes_it(
    door: Door, neo4j_server: Neo4j, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is turned away, at the first generation or at the next."""
    writer = door()
    monkeypatch.setenv("ARVOVERKKO_CACHE", str(tmp_path / "one"))
    readers = [open_graph(neo4j_server.address) for _ in range(3)]
    for number in range(2):
        writer.replace(small(number))
        for reader in readers:
            assert isinstance(reader.home, ServerHome)
            reader.home.good_for = 0
        with ThreadPoolExecutor(3) as threads:
            found = list(threads.map(lambda reader: reader.actor("a0").label("fi"), readers))
        assert found == [f"Edition {number}"] * 3
    for reader in readers:
        reader.close()


def test_of_two_who_begin_at_once_one_writes(door: Door) -> None:
    """The second looks at the marker while the first has not said yet that it took it."""
    graph = door()
    graph.replace(small(0))
    after, home = graph.generation, remote(graph)
    [[seen]] = asked(graph, "MATCH (m:Marker) RETURN m.writer")
    second: list[bool] = []
    with home.session(writing=True) as one:
        transaction = one.begin_transaction()
        assert marker.begin(transaction, seen, "first", after, "{}")

        def begin() -> None:
            with home.session(writing=True) as two:
                second.append(two.execute_write(marker.begin, seen, "second", after, "{}"))

        thread = threading.Thread(target=begin)
        thread.start()
        thread.join(1)
        assert not second  # it waits for the first
        transaction.commit()
        thread.join()
    assert second == [False]
    assert asked(graph, "MATCH (m:Marker) RETURN m.writer") == [["first"]]


def test_an_id_that_no_index_takes_is_refused_before_anything_is_written(door: Door) -> None:
    graph = door()
    graph.replace(small(0))
    before = asked(graph, "MATCH (m:Marker) RETURN m {.*}")
    long = small(1).entities[Kind.ACTOR].with_columns(
        id=pl.when(pl.col("id") == "a7").then(pl.lit("x" * 9_000)).otherwise("id")
    )  # fmt: skip
    with pytest.raises(ServerRefused, match=r"the id “x{60}…” is too long for bolt://.*4,000 bytes at most"):
        graph.replace(Batch(small(1).source, {Kind.ACTOR: long}, {}))
    assert asked(graph, "MATCH (m:Marker) RETURN m {.*}") == before
    assert door().counts()["Actor"] == 50


def test_long_texts_go_in_small_transactions(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    once = write.Writer._once

    def counted(writer: write.Writer, query: str, rows: list[Any], parameters: Any) -> None:
        sent.append(len(str(rows)))
        once(writer, query, rows, parameters)

    monkeypatch.setattr(write, "_CHARACTERS", 100_000)
    monkeypatch.setattr(write.Writer, "_once", counted)
    batch = small(0)
    actors = batch.entities[Kind.ACTOR].with_columns(note=pl.lit("x" * 20_000))
    door().replace(Batch(batch.source, {Kind.ACTOR: actors}, {}))
    assert max(sent) < 300_000
    assert door().generation.tables.entity(Kind.ACTOR)["note"].str.len_chars().to_list() == [20_000] * 50


# ---- sent from a folder


def pushed(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["push", *arguments])


def test_a_folder_is_pushed_and_another_graph_left_alone(
    door: Door, neo4j_server: Neo4j, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, mine, theirs = neo4j_server.address, str(tmp_path / "mine"), str(tmp_path / "theirs")
    monkeypatch.setenv("ARVOVERKKO_CACHE", str(tmp_path / "cli"))
    local = open_graph(mine)
    local.replace(small(0))
    done = pushed(server, "--graph", mine)
    assert (done.exit_code, done.stdout) == (0, f"{server}: data version 1 is on the server\n")
    again = pushed(server, "--graph", mine)
    assert again.stdout == f"{server}: data version 1 was on the server already; nothing was written\n"
    local.replace(small(1))  # the next version of the same graph
    assert pushed(server, "--graph", mine).exit_code == 0
    door().replace(other(small(1)))  # a colleague's source
    for folder, batch in ((mine, small(2)), (theirs, small(3))):
        open_graph(folder).replace(batch)
        done = pushed(server, "--graph", folder, "--lang", "fi")
        assert done.exit_code == 2
        assert "on toinen aineisto (versio 3, lähteet: small, other)" in done.stderr
    assert door().counts()["Actor"] == 51
    assert pushed(server, "--graph", theirs, "--force", "--json").exit_code == 0
    assert [source["id"] for source in door().history()[0]["sources"]] == ["small"]
    assert door().counts() == open_graph(theirs).counts()


@pytest.mark.parametrize("address", ["var/x", "memory:"])
def test_what_is_no_server_is_not_pushed_to(address: str, enf_workspace: Path) -> None:
    done = pushed(address, "--graph", str(enf_workspace))
    assert done.exit_code == 2
    assert "is no address of a server" in done.stderr


def test_a_key_in_a_query_is_in_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARVOVERKKO_CACHE", str(tmp_path))
    homes = [open_graph(f"sparql:http://127.0.0.1:1/ds/query?apikey={key}").home for key in ("S3CRET", "0THER")]
    for home in homes:
        assert isinstance(home, ServerHome)
        assert "apikey" not in f"{home.remote.name} {home.copy.path}"
        with pytest.raises(Exception, match="does not answer") as caught:
            home.current()
        assert "S3CRET" not in str(caught.value)
    assert len({home.copy.path for home in homes if isinstance(home, ServerHome)}) == 2
    for home in homes:
        home.close()


def test_a_graph_is_asked_beside_its_writer(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one process, too: who asks does not wait for the load."""
    graph: KnowledgeGraph = door()
    graph.replace(small(0))
    once, answers = write.Writer._once, []

    def asking(writer: write.Writer, *arguments: Any) -> None:
        if not answers:
            with ThreadPoolExecutor(1) as threads:
                answers.append(threads.submit(lambda: graph.actor("a0").label("fi")).result(60))
        once(writer, *arguments)

    monkeypatch.setattr(write.Writer, "_once", asking)
    graph.replace(small(1))
    assert answers == ["Edition 0"]
    assert graph.actor("a0").label("fi") == "Edition 1"
