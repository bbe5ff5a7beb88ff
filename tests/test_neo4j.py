"""Neo4j as a home: what goes in comes out, whatever it is, on whatever way, and however often the way was cut off."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import server_kits
from conftest import examples
from editions import other, renamed, small
from hypothesis import HealthCheck, assume, given, settings
from real_servers import Neo4j
from server_homes import door_to
from store_contract import Door, assert_same
from test_many_sources import SOURCES, edition, fresh, state
from test_rdf import assert_equal, worlds

from graph import KnowledgeGraph, open_graph
from graph.stores.generation import Generation
from graph.stores.manifest import build_manifest
from graph.stores.neo4j import marker, model, read, write
from graph.stores.neo4j.home import Neo4jHome
from graph.stores.neo4j.remote import Neo4jRemote
from ontology.errors import InvalidArgument, ServerBetween, ServerError, ServerRefused, WorkspaceBusy
from ontology.facts import Batch, Tables
from ontology.metagraph import Kind, Relation


@pytest.fixture
def door(neo4j_server: Neo4j, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    with door_to(neo4j_server, tmp_path, monkeypatch) as door:
        yield door


def remote(graph: KnowledgeGraph) -> Neo4jRemote:
    assert isinstance(graph.home, Neo4jHome)
    return graph.home.neo4j


def asked(graph: KnowledgeGraph, query: str, **parameters: Any) -> list[list[Any]]:
    """The rows of a query that may do anything."""
    with remote(graph).session(writing=True) as session:
        return [list(row) for row in session.run(query, parameters)]


# ---- what goes in comes out


@settings(
    max_examples=examples(3),
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(worlds())
def test_any_tables_come_back_whole(door: Door, tables: Tables) -> None:
    ids = [(id, kind) for kind, frame in tables.entities.items() for id in frame["id"].unique()]
    assume(len({id for id, _ in ids}) == len(ids))  # else one of them would have been refused
    graph = door()
    asked(graph, "MATCH (n) DETACH DELETE n")
    generation = Generation(
        tables, build_manifest(1, None, tables, ()) | {"sources": [{"id": s.id} for s in tables.sources]}
    )
    remote(graph).write(None, generation, {}, lambda _: None)
    with remote(graph).session() as session:
        found = read.tables(read.rows(session, model.columns_of(tables)), tables.sources)
    assert_equal(tables, found)


def test_what_several_sources_say_of_an_entity_is_told_apart() -> None:
    first, second = (
        pl.DataFrame(rows)
        for rows in (
            {"id": ["a", "b"], "label_fi": ["A", None], "note": ["n", None], "source": ["one"] * 2},
            {"id": ["b", "a"], "label_fi": ["B", "Toinen"], "note": [None, "m"], "source": ["two"] * 2},
        )
    )
    nodes, records = model.entities(pl.concat([first, second]))
    assert nodes.select("id", "label_fi", "note", "source", "filled").rows() == [
        ("a", "A", "n", "one", None),
        ("b", "B", None, "one", ["label_fi"]),
    ]
    assert records.sort("id").select("id", "label_fi", "source").rows() == [("a", "Toinen", "two"), ("b", "B", "two")]


def test_the_reference_data_is_what_people_expect_in_neo4j(door: Door, enf_batch: Batch) -> None:
    graph = door()
    graph.replace(enf_batch)
    labels = "MATCH (n:Resource) UNWIND labels(n) AS l WITH l, count(*) AS c WHERE NOT l IN $no RETURN l, c"
    types = "MATCH (:Resource)-[r]->(:Resource) RETURN type(r), count(*)"
    counted = [*asked(graph, labels, no=["Arvoverkko", "Resource"]), *asked(graph, types)]
    assert dict(map(tuple, counted)) == graph.counts()
    [[role, record, method, source]] = asked(
        graph,
        "MATCH (:Actor {id: $actor})-[r:worksIn]->(:Stage {id: $stage}) RETURN r.role, r.record, r.method, r.source",
        actor="act-digipolis",
        stage=graph.generation.tables.link(Relation.WORKS_IN).filter(subject="act-digipolis")["object"][0],
    )
    assert record.startswith("value_chain_actors.csv#row=") and method and source == "enf" and role
    [[label]] = asked(graph, "MATCH (:Concept {notation: 'side_stream'})-[:inScheme]->(s:Scheme) RETURN s.id")
    assert label == "flow-kinds"
    found = asked(
        graph,
        "CALL db.index.fulltext.queryNodes($index, 'digipolis') YIELD node RETURN node.id",
        index=model.NAMES_INDEX,
    )
    assert ["act-digipolis"] in found


# ---- differences


@pytest.mark.trial
def test_any_way_leads_to_what_a_fresh_load_gives(door: Door) -> None:
    """As every home must, but each load is a difference here, and each answer is read over the wire by another."""
    for seed in range(min(examples(1), 5)):
        chance = random.Random(seed)
        writer, there = door(), dict[str, Batch]()
        asked(writer, "MATCH (n) DETACH DELETE n")
        for _ in range(5):
            if there and chance.random() < 0.3:
                gone = chance.choice(list(there))
                writer.remove(gone)
                del there[gone]
            else:
                batches = [edition(name, chance.randrange(3)) for name in chance.sample(SOURCES, chance.choice([1, 2]))]
                writer.replace(batches)
                there |= {batch.source.id: batch for batch in batches}
            if there:
                assert state(door()) == state(fresh(list(there.values())))


def test_what_did_not_change_writes_nothing(door: Door, enf_batch: Batch) -> None:
    graph = door()
    graph.replace(enf_batch)
    before = asked(graph, "MATCH (m:Marker) RETURN m {.*}")
    assert graph.replace(enf_batch).changed is False
    assert asked(graph, "MATCH (m:Marker) RETURN m {.*}") == before
    again = renamed(enf_batch, "2" * 64, "Toinen nimi")
    graph.replace(again)
    rows = sum(frame.height for _, frame in enf_batch.frames())
    assert remote(graph).written < rows / 50
    assert asked(graph, "MATCH (a:Actor {id: 'act-digipolis'}) RETURN a.label_fi") == [["Toinen nimi"]]


# ---- loads that are cut off


def trial(value: bool) -> Any:
    """A way that `make trials` goes too."""
    return pytest.param(value, marks=pytest.mark.trial)


class Cut(Exception):
    """A load is cut off here."""


def cut_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the next load end with a transaction that is never sent."""
    once, left = write.Writer._once, steps

    def counted(writer: write.Writer, *arguments: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Cut
        once(writer, *arguments)

    monkeypatch.setattr(write.Writer, "_once", counted)


@pytest.mark.parametrize(
    "same", [pytest.param(True, marks=pytest.mark.trial), False], ids=["the same machine", "another machine"]
)
@pytest.mark.parametrize(
    "first", [pytest.param(True, marks=pytest.mark.trial), False], ids=["first load", "later load"]
)
def test_a_load_that_was_cut_off_is_mended_by_the_next(
    door: Door, monkeypatch: pytest.MonkeyPatch, same: bool, first: bool
) -> None:
    """At any step; readers are told, or read what was there before, and never a mixture."""
    monkeypatch.setattr(write, "_ROWS", 5)  # many steps
    begin = [edition("a", 0), edition("b", 1)]
    for steps in (0, 4, 9):
        writer = door()
        asked(writer, "MATCH (n) DETACH DELETE n")
        if not first:
            writer.replace(begin)
        with monkeypatch.context() as patch:
            cut_after(steps, patch)
            with pytest.raises(Cut):
                writer.replace([edition("a", 2), edition("c", 0)])
        if not first:
            assert state(writer) == state(fresh(begin))
        with pytest.raises(ServerBetween, match="between two data versions"):
            door().counts()
        with monkeypatch.context() as patch:  # and a second time, on the way to something else
            cut_after(steps // 2, patch)
            with pytest.raises(Cut):
                (writer if same else door()).replace([edition("b", 2)], force=True)
        (writer if same else door()).replace([edition("a", 1), edition("b", 1)], force=True)
        assert state(door()) == state(fresh([edition("a", 1), edition("b", 1)]))


def test_two_writers_do_not_mix(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = door(), door()
    one.replace(small(0))
    two.replace(other(small(0)))
    assert [source["id"] for source in one.history()[0]["sources"]] == ["small", "other"]
    with remote(one).session(writing=True) as session:
        session.run("MATCH (m:Marker) SET m.state = 'writing', m.writer = 'elsewhere/1/x', m.beat = timestamp()")
    with pytest.raises(WorkspaceBusy, match="another load is writing to bolt://127"):
        two.replace(small(1))
    asked(one, "MATCH (m:Marker) SET m.beat = timestamp() - 130000")
    assert two.replace(small(1)).generation == 3


def test_a_writer_that_was_replaced_changes_nothing_more(door: Door) -> None:
    """Not even at its end: the generation of who took over stands, with all that belongs to it."""
    one, two = door(), door()
    one.replace([small(0), other(small(0))])
    once = write.Writer._once
    with pytest.MonkeyPatch.context() as patch:

        def overtaken(writer: write.Writer, *arguments: Any) -> None:
            if writer.step == 2:
                asked(two, "MATCH (m:Marker) SET m.beat = 0, m.writer = 'elsewhere/1/x'")
                patch.setattr(write.Writer, "_once", once)
                two.replace(small(2))
            once(writer, *arguments)

        patch.setattr(write.Writer, "_once", overtaken)
        with pytest.raises(WorkspaceBusy):
            one.replace(small(1))
    assert door().actor("a0").label("fi") == "Edition 2"
    assert asked(two, "MATCH (g:Generation) RETURN g.number ORDER BY g.number") == [[1], [2]]
    with remote(two).session(writing=True) as session:
        done = session.execute_write(marker.finish, "elsewhere/1/x", two.generation, "{}", "{}", "")
    assert done is False
    assert door().counts() == two.counts()


def test_an_edition_that_was_there_ends_a_load_that_was_cut_off(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = door()
    graph.replace(small(0))
    with monkeypatch.context() as patch:
        cut_after(4, patch)
        with pytest.raises(Cut):
            graph.replace(small(1))
    assert graph.replace(small(0)).changed is False
    assert_same(door().generation.tables, Tables.of([small(0)]))


def test_what_becomes_of_another_kind_keeps_its_links(door: Door) -> None:
    def edition_of(kind: Kind) -> Batch:
        ids = {Kind.ACTOR: ["a", "x"], Kind.CLUSTER: ["c"]}
        ids = {each: [id for id in own if id != "x"] + ["x"] * (each is kind) for each, own in ids.items()}
        told = {
            each: pl.DataFrame({"id": own, "label_fi": own}).with_columns(method=pl.lit("stated"), record="id")
            for each, own in ids.items()
        }
        members = pl.DataFrame({"subject": ["x", "a"], "object": ["c", "c"], "method": "stated", "record": ["1", "2"]})
        return Batch(replace(small(0).source, sha256=str(kind)), told, {Relation.MEMBER_OF: members})

    graph = door()
    graph.replace(edition_of(Kind.ACTOR))
    asked(graph, "MATCH (x:Resource {id: 'x'}) CREATE (:Note)-[:ABOUT]->(x)")
    graph.replace(edition_of(Kind.CLUSTER))
    assert door().counts() == {"Actor": 1, "Cluster": 2, "memberOf": 2}
    assert asked(graph, "MATCH (:Note)-[:ABOUT]->(x:Cluster) RETURN x.id") == [["x"]]


@pytest.mark.trial
def test_the_importer_makes_what_bolt_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, enf_batch: Batch) -> None:
    kit = server_kits.kit("neo4j-5")
    local = open_graph(tmp_path / "local")
    local.replace([enf_batch, small(0), other(small(0))])
    local.export(tmp_path / "files", "neo4j")
    admin = tmp_path / "admin"
    admin.write_text(f"#!/bin/sh\nexec '{kit.java}' -Xmx1g -cp '{kit.class_path}' org.neo4j.cli.AdminTool \"$@\"\n")
    admin.chmod(0o755)
    home = tmp_path / "server"
    (home / "conf").mkdir(parents=True)
    known = {"NEO4J_ADMIN": str(admin), "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    subprocess.run(
        ["sh", str(tmp_path / "files" / "import.sh")], env=os.environ | known, check=True, capture_output=True
    )
    with Neo4j(home) as server, door_to(server, tmp_path / "copies", monkeypatch) as door:
        assert_same(door().generation.tables, local.generation.tables)
        assert door().generation.identity == local.generation.identity
        assert door().remove("other").generation == 2
        assert door().counts() == local.counts()


# ---- other people's data


def test_what_is_not_ours_is_left_alone(door: Door) -> None:
    graph = door()
    asked(
        graph,
        "CREATE (p:Person {id: 'a1', name: 'Aino'})-[:KNOWS]->(:Person {name: 'Väinö'}), (:Actor {name: 'Theirs'})",
    )
    graph.replace(small(0))
    asked(graph, "MATCH (p:Person {id: 'a1'}), (a:Actor {id: 'a1'}) CREATE (p)-[:LIKES {why: 'x'}]->(a)")
    graph.replace(other(small(1), "third"))
    graph.remove("small")
    graph.remove("third")
    assert graph.counts() == {}
    [[name, why, id]] = asked(graph, "MATCH (p)-[l:LIKES]->(n) RETURN p.name, l.why, n.id")
    assert (name, why, id) == ("Aino", "x", "a1")  # what somebody linked to loses what is ours, and waits
    assert asked(graph, "MATCH (n:ArvoverkkoFormer) RETURN n.id") == [["a1"]]
    left = asked(graph, "MATCH (n:Arvoverkko) UNWIND labels(n) AS l WITH DISTINCT l ORDER BY l RETURN collect(l)")
    assert left == [[["Arvoverkko", "Concept", "Generation", "Marker", "Scheme"]]]
    assert asked(graph, "MATCH (:Actor {name: 'Theirs'}), (:Person)-[k:KNOWS]->() RETURN count(k)") == [[1]]
    graph.replace(small(2))
    assert door().counts() == graph.counts()
    assert asked(graph, "MATCH (:Person)-[:LIKES]->(n:Actor) RETURN n.id, n.label_fi") == [["a1", "Edition 2"]]
    assert asked(graph, "MATCH (n {id: 'a1'}) WHERE NOT n:Person RETURN count(n)") == [[1]]


def test_nodes_of_others_that_look_like_ours_stop_a_load(door: Door) -> None:
    graph = door()
    asked(graph, "CREATE (:Source {id: 'small', mine: 'precious'})")
    with pytest.raises(ServerRefused, match="1 other nodes with the label Source"):
        graph.replace(small(0))
    asked(graph, "MATCH (n) DETACH DELETE n")
    asked(graph, "CREATE (:Resource {id: 'a1'})")
    with pytest.raises(ServerRefused, match="1 other nodes with the label Resource"):
        graph.replace(small(0))
    assert asked(graph, "MATCH (n) RETURN count(n)") == [[1]]


def test_a_server_that_other_hands_changed_says_so(door: Door) -> None:
    door().replace(small(0))
    graph = door()
    asked(graph, "MATCH (a:Actor {id: 'a3'}) DETACH DELETE a")
    with pytest.raises(ServerError, match="has 49 rows of small/Actor, and says of itself that it has 50"):
        graph.counts()
    asked(graph, "CREATE (:Arvoverkko:Resource:Actor {id: 'x'})")  # no source: not one of the rows that we wrote
    asked(graph, "MATCH (a:Actor {id: 'a4'}) REMOVE a.id")
    with pytest.raises(ServerError, match="has 1 rows of small/Actor without an id"):
        door().counts()
    asked(graph, "MATCH (a:Actor {id: 'a5'}) SET a.label_fi = 7")
    with pytest.raises(ServerError, match="holds a value that a graph cannot have"):
        door().counts()
    asked(graph, "MATCH (a:Actor {id: 'a5'}) SET a.label_fi = 'Toinen'")
    assert door().replace(small(0), force=True).generation == 2
    assert_same(door().generation.tables, Tables.of([small(0)]))


def test_texts_are_only_texts(door: Door) -> None:
    """Quotes, backticks and braces in names and ids are names and ids."""
    batch = small(0)
    names = ["`}) DETACH DELETE (n) //", "'; MATCH (n) DETACH DELETE n; //", '"}]->() {', "\\u0027", "$rows", "${x}"]
    actors = batch.entities[Kind.ACTOR].head(len(names)).with_columns(label_fi=pl.Series(names))
    odd = Batch(batch.source, {**batch.entities, Kind.ACTOR: actors}, {})
    door().replace(odd)
    found = door().generation.tables.entity(Kind.ACTOR)
    assert found["label_fi"].to_list() == names


def test_a_graph_is_pushed_as_it_is(door: Door, tmp_path: Path, enf_graph: KnowledgeGraph) -> None:
    graph = door()
    assert isinstance(graph.home, Neo4jHome)
    assert graph.home.push(enf_graph.generation) is True
    assert graph.home.push(enf_graph.generation) is False
    reader = door()
    assert reader.generation.identity == enf_graph.generation.identity
    assert reader.partners("act-digipolis").to_dict("fi") == enf_graph.partners("act-digipolis").to_dict("fi")
    local = open_graph(tmp_path / "local")
    local.replace(small(0))
    own = {told["identity"] for told in local.history()}
    with pytest.raises(InvalidArgument, match=r"holds another graph \(version 1, sources: enf\)"):
        graph.home.push(local.generation, own)
    assert graph.home.push(local.generation) is True
    assert door().counts() == local.counts()
