"""What holds of every home of a graph: written once, run on each.

A home joins by a class with one fixture, as `tests/test_stores.py` does: `door` opens the same graph anew each time
that it is called, empty at first, and each test has one of its own.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from editions import assert_whole, other, replace_source, small
from open_data import cordis

from graph import KnowledgeGraph, open_graph
from ontology.errors import InvalidArgument, NotFound, RefusedRows, WorkspaceError
from ontology.facts import Batch, Tables
from ontology.metagraph import Kind

Door = Callable[[], KnowledgeGraph]


def assert_same(ours: Tables, theirs: Tables) -> None:
    """The same sources, and the same rows in the same order."""
    assert ours.sources == theirs.sources
    for mine, their in ((ours.entities, theirs.entities), (ours.links, theirs.links)):
        assert list(mine) == list(their)
        assert [name for name in mine if not mine[name].equals(their[name])] == []


class StoreContract:
    """The contract; the fixture `door` comes from the class of a home."""

    # ---- loading

    def test_an_empty_graph_has_nothing(self, door: Door) -> None:
        graph = door()
        assert not graph.home.current()
        assert graph.history() == []
        with pytest.raises(NotFound, match="there is no source “small”; none is loaded"):
            graph.remove("small")

    def test_a_load_is_told_and_counted(self, door: Door) -> None:
        graph, said = door(), []
        report = graph.replace(small(0), progress=said.append)
        assert (report.source, report.generation, report.changed) == ("small", 1, True)
        assert (report.read, report.kept, report.refused) == (51, 51, 0)
        assert report.counts == graph.counts() == {"Actor": 50, "Cluster": 1, "memberOf": 50}
        assert graph.home.current() == 1
        assert "checking" in said
        [told] = graph.history()
        assert (told["generation"], told["counts"], told["findings"]) == (1, report.counts, report.findings)
        assert told["sources"][0]["id"] == "small"

    def test_what_was_given_comes_back(self, door: Door, enf_batch: Batch) -> None:
        door().replace(enf_batch)
        assert_same(door().generation.tables, Tables.of([enf_batch]))
        assert_whole(door().home)

    def test_a_source_that_did_not_change_is_loaded_again_only_when_forced(self, door: Door) -> None:
        graph = door()
        first = graph.replace(small(0))
        again = graph.replace(small(0))
        assert (again.changed, again.generation, again.counts) == (False, 1, first.counts)
        assert str(again).endswith("(unchanged)")
        assert len(graph.history()) == 1
        forced = graph.replace(small(0), force=True)
        assert (forced.changed, forced.generation) == (True, 2)

    def test_a_source_that_changed_takes_its_own_place(self, door: Door) -> None:
        graph = door()
        graph.replace(small(0))
        graph.replace(small(1))
        assert_same(graph.generation.tables, Tables.of([small(1)]))

    def test_an_id_that_cannot_be_an_iri_is_a_refused_row(self, door: Door) -> None:
        batch = small(0)
        actors = batch.entities[Kind.ACTOR].head(2).with_columns(
            id=pl.Series(["a b", "a1"]), record=pl.Series([None, "a.csv#row=3"])
        )  # fmt: skip
        graph = door()
        report = graph.replace(Batch(batch.source, {Kind.ACTOR: actors}, {}))
        assert (report.read, report.kept, report.refused, report.set_aside) == (2, 1, 1, 0)
        assert report.refusals.select("column", "value", "code").row(0) == ("id", "a b", "id-well-formed")
        assert graph.counts() == {"Actor": 1}

    def test_several_batches_are_one_generation(self, door: Door) -> None:
        graph = door()
        reports = graph.replace([small(0), other(small(0))])
        assert [(report.source, report.generation, report.changed) for report in reports] == [
            ("small", 1, True),
            ("other", 1, True),
        ]
        assert_same(graph.generation.tables, Tables.of([small(0), other(small(0))]))
        assert [report.changed for report in graph.replace([small(0), other(small(1))])] == [False, False]
        with pytest.raises(InvalidArgument, match="one batch of each source"):
            graph.replace([small(0), small(1)])
        with pytest.raises(InvalidArgument, match="nothing to load"):
            graph.replace([])

    def test_a_strict_load_with_a_refused_row_loads_nothing(self, door: Door) -> None:
        batch = small(0)
        bad = Batch(batch.source, {Kind.ACTOR: batch.entities[Kind.ACTOR].with_columns(actor_type=pl.lit("x"))}, {})
        graph = door()
        with pytest.raises(RefusedRows, match="actor-types") as caught:
            graph.replace(bad, strict=True)
        assert caught.value.refusals["code"].unique().to_list() == ["actor-type-known"]
        assert graph.history() == []

    # ---- several sources

    def test_two_sources_stand_beside_each_other(self, door: Door) -> None:
        graph = door()
        graph.replace(small(0))
        graph.replace(other(small(0)))
        assert [source["id"] for source in graph.history()[0]["sources"]] == ["small", "other"]
        assert graph.counts()["Actor"] == 50
        actor = graph.actor("a0")
        assert [evidence.source for evidence in actor.evidence] == ["small", "other"]
        assert (actor.label("fi"), actor.label("sv")) == ("Edition 0", "På svenska")
        # The first source is loaded anew: the second stays as it was.
        graph.replace(small(1))
        assert [evidence.source for evidence in graph.actor("a0").evidence] == ["small", "other"]
        assert_same(graph.generation.tables, Tables.of([small(1), other(small(0))]))
        assert_whole(graph.home)

    def test_the_earlier_source_is_heard_first_even_when_it_is_loaded_again(self, door: Door) -> None:
        graph = door()
        graph.replace(small(0))
        graph.replace(replace_source(small(5), "other"))
        graph.replace(small(1))
        assert graph.actor("a0").label("fi") == "Edition 1"

    def test_a_source_is_removed_and_put_back(self, door: Door) -> None:
        graph = door()
        graph.replace(small(0))
        graph.replace(other(small(0)))
        before = graph.generation
        report = graph.remove("other")
        assert (report.source, report.generation, report.changed) == ("other", 3, True)
        assert (report.read, report.kept, report.refused) == (0, 0, 0)
        assert report.counts == graph.counts()
        assert_same(graph.generation.tables, Tables.of([small(0)]))
        assert_whole(graph.home)
        assert_same(graph.at(2).generation.tables, before.tables)
        # It did not change, and yet it is not there: it is loaded.
        assert graph.replace(other(small(0))).generation == 4
        assert_same(graph.generation.tables, before.tables)

    def test_the_last_source_may_be_removed(self, door: Door) -> None:
        graph = door()
        graph.replace(small(0))
        graph.remove("small")
        assert (graph.counts(), graph.generation.number) == ({}, 2)
        assert_whole(graph.home)
        assert graph.replace(small(0)).generation == 3

    def test_a_source_that_is_not_there_cannot_be_removed(self, door: Door) -> None:
        graph = door()
        graph.replace(small(0))
        graph.replace(other(small(0)))
        with pytest.raises(NotFound, match="there is no source “enf”; sources: small, other"):
            graph.remove("enf")
        assert graph.home.current() == 2

    # ---- generations

    def test_readers_move_on_and_what_they_hold_stays(self, door: Door) -> None:
        writer, reader = door(), door()
        writer.replace(small(0))
        generation, actor, pinned = reader.generation, reader.actor("a0"), reader.pinned()
        writer.replace(small(1))
        assert reader.actor("a0").label("fi") == "Edition 1"
        assert reader.generation.number == 2
        # The store and the index of what is held are asked for the first time here.
        assert generation.paths.actors == pinned.counts()["Actor"] == 50
        assert actor.label("fi") == pinned.actor("a0").label("fi") == "Edition 0"
        ask = 'ASK { ?actor skos:prefLabel "Edition 0"@fi }'
        assert (pinned.sparql(ask), reader.sparql(ask)) == (True, False)

    def test_earlier_generations_are_opened_to_read(self, door: Door) -> None:
        graph = door()
        graph.replace(small(0))
        graph.replace(small(1))
        newest, oldest = graph.history()
        assert (newest["generation"], newest["parent"], oldest["generation"]) == (2, 1, 1)
        past = graph.at(1)
        assert_same(past.generation.tables, Tables.of([small(0)]))
        assert [told["generation"] for told in past.history()] == [1]
        with pytest.raises(InvalidArgument, match="load into the graph itself"):
            past.replace(small(2))
        with pytest.raises(InvalidArgument, match="remove from the graph itself"):
            past.remove("small")
        for look in (graph, past):
            with pytest.raises(NotFound, match="data version 99"):
                look.at(99)

    def test_answers_are_those_of_every_other_home(
        self, door: Door, enf_batch: Batch, enf_graph: KnowledgeGraph
    ) -> None:
        graph = door()
        graph.replace(enf_batch)
        query = "SELECT ?s (COUNT(?o) AS ?n) { ?s av:worksIn ?o } GROUP BY ?s ORDER BY ?s"
        answers = [
            (
                asked.counts(),
                asked.partners("act-digipolis", outside="cluster").to_dict("fi"),
                asked.paths("act-digipolis", "act-vtt").to_dict("en"),
                asked.gaps("vc-wood").to_dict("sv"),
                asked.sparql(query).to_dicts(),
            )
            for asked in (graph, enf_graph)
        ]
        assert answers[0] == answers[1]

    def test_open_data_answers_the_same_beside_the_reference_data(self, door: Door, enf_batch: Batch) -> None:
        """Counts, rows, partners and paths, of real records with their gaps."""
        both, memory = [enf_batch, cordis(400)], open_graph()
        memory.replace(both)
        door().replace(both)
        graph = door()
        assert graph.counts() == memory.counts()
        ours, theirs = graph.generation.tables, memory.generation.tables
        assert sum(map(len, ours.links.values())) == sum(map(len, theirs.links.values())) > 1600
        actor = memory.entities(Kind.ACTOR).filter(pl.col("id").str.starts_with("pic-"))["id"][0]
        assert graph.partners(actor).to_dict("en") == memory.partners(actor).to_dict("en")
        query = "SELECT ?a (COUNT(DISTINCT ?p) AS ?n) { ?a av:participatesIn ?p } GROUP BY ?a ORDER BY DESC(?n) ?a"
        found = graph.sparql(query)
        assert isinstance(found, pl.DataFrame) and found.height > 100
        assert found.equals(memory.sparql(query))

    # ---- opening and closing

    def test_what_was_loaded_is_there_when_it_is_opened_again(self, door: Door) -> None:
        with door() as graph:
            graph.replace(small(0))
        with door() as again:
            assert again.generation.number == 1
            assert again.history()[0]["counts"] == again.counts()
            assert again.replace(small(0)).changed is False
            assert again.replace(small(1)).generation == 2

    def test_a_closed_graph_says_so_and_what_it_handed_out_stays(self, door: Door) -> None:
        graph = door()
        graph.replace(small(0))
        actor, generation = graph.actor("a0"), graph.generation
        graph.close()
        graph.close()
        assert actor.label("fi") == "Edition 0"
        assert generation.paths.actors == 50
        for act in (graph.counts, graph.history, graph.pinned, lambda: graph.replace(small(1))):
            with pytest.raises(WorkspaceError, match="this graph is closed"):
                act()
