"""Sources that name each other's actors: what the graph is depends on what is in it, not on the way there."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from conftest import examples
from editions import assert_whole

from graph import KnowledgeGraph, open_graph
from graph.stores.home import Home
from graph.stores.memory import Memory
from graph.stores.workspace import Workspace
from graph.values import describe
from ontology.facts import Batch, Source
from ontology.metagraph import Kind, Relation
from ontology.rules.acceptance import accept

SOURCES = ("a", "b", "c")


def edition(name: str, number: int) -> Batch:
    """A source of five actors of its own, some told by others too; each edition leaves some out, and names others."""
    chance = random.Random(f"{name}{number}")
    own = [f"act-{name}{i}" for i in range(5) if number == 0 or chance.random() < 0.7]
    told = own + [f"act-{other}0" for other in SOURCES if other != name and chance.random() < 0.3]
    every = [f"act-{other}{i}" for other in SOURCES for i in range(5)] + ["act-nobody"]
    clusters = [f"cl-{name}"] + ["act-a1"] * (number == 2)  # an id of another kind, in one edition

    def rows(ids: list[str], file: str) -> pl.DataFrame:
        labels = [f"{name} {number} {id}" for id in ids]
        return sourced(pl.DataFrame({"id": ids, "label_fi": labels}, schema=["id", "label_fi"]).cast(pl.String), file)

    ends = [(chance.choice(every), f"cl-{chance.choice(SOURCES)}") for _ in range(8)]
    links = sourced(pl.DataFrame(ends, schema=["subject", "object"], orient="row"), "members")
    return Batch(
        replace(source(name), sha256=f"{name}{number}"),
        {Kind.ACTOR: rows(told, "actors"), Kind.CLUSTER: rows(clusters, "clusters")},
        {Relation.MEMBER_OF: links},
        read={"actors.csv": len(told), "clusters.csv": len(clusters), "members.csv": 8},
    )


def state(graph: KnowledgeGraph) -> dict[str, object]:
    """What is compared: tables, what became of rows, counts, partners, RDF."""
    generation = graph.generation
    told = ("id", "read", "kept", "refused", "set_aside")
    tables = generation.tables
    actors = tables.entity(Kind.ACTOR)["id"].unique().sort().to_list()
    return {
        "tables": {str(name): frame.rows() for name, frame in (*tables.entities.items(), *tables.links.items())},
        "rows": [[source[name] for name in told] for source in generation.manifest["sources"]],
        "counts": graph.counts(),
        "findings": generation.manifest["findings"],
        "partners": [graph.partners(id).to_dict() for id in actors[:3]],
        "rdf": sorted(map(str, generation.store)),
    }


def fresh(batches: list[Batch]) -> KnowledgeGraph:
    graph = open_graph()
    graph.replace(batches)
    return graph


@pytest.mark.parametrize("home", [lambda path: Memory(), lambda path: Workspace(path / "g")], ids=["memory", "folder"])
def test_any_way_leads_to_what_a_fresh_load_gives(home: Callable[[Path], Home], tmp_path: Path) -> None:
    """Loaded in any order, together or apart, replaced, removed and put back."""
    for seed in range(min(examples(3), 10)):
        chance = random.Random(seed)
        graph, there = KnowledgeGraph(home(tmp_path / str(seed))), {}
        for _ in range(6):
            if there and chance.random() < 0.3:
                gone = chance.choice(list(there))
                graph.remove(gone)
                del there[gone]
            else:
                names = chance.sample(SOURCES, chance.choice([1, 1, 2, 3]))
                batches = [edition(name, chance.randrange(3)) for name in names]
                graph.replace(batches)
                there |= {batch.source.id: batch for batch in batches}
            if not there:
                assert graph.counts() == {}
                continue
            assert state(graph) == state(fresh(list(there.values())))
            for source in graph.generation.manifest["sources"]:
                assert source["read"] == source["kept"] + source["refused"] + source["set_aside"]
                assert min(source["kept"], source["refused"], source["set_aside"]) >= 0
        assert_whole(graph.home)


def source(name: str) -> Source:
    return Source(name, name, "Test", "CC0", None, date(2026, 1, 1), name)


def sourced(frame: pl.DataFrame, file: str) -> pl.DataFrame:
    row = pl.int_range(2, pl.len() + 2)
    return frame.with_columns(record=pl.format(f"{file}.csv#row={{}}", row), method=pl.lit("stated"))


def small(name: str, members: list[tuple[str, str]] | None = None, **ids: list[str]) -> Batch:
    """A source of actors, clusters or documents, and of members."""
    entities = {
        kind: sourced(pl.DataFrame({"id": own, "label_fi": own}), str(kind))
        for kind in Kind
        if (own := ids.get(kind.lower()))
    }
    links = sourced(pl.DataFrame(members or [], schema=["subject", "object"], orient="row"), "members")
    return Batch(source(name), entities, {Relation.MEMBER_OF: links} if members else {})


def test_a_link_waits_for_its_end_and_comes_back_with_it() -> None:
    graph = open_graph()
    report = graph.replace(small("list", [("act-1", "cl-x"), ("act-2", "cl-x")], actor=["act-1"]))
    assert (report.read, report.kept, report.refused, report.set_aside) == (3, 1, 0, 2)
    assert report.waiting["column"].to_list() == ["object", "object", "subject"]  # a reason for each end
    assert "no source tells of one end" in report.waiting["message_en"][0]
    graph.replace(small("clusters", actor=["act-2"], cluster=["cl-x"]))
    assert graph.counts() == {"Actor": 2, "Cluster": 1, "memberOf": 2}
    assert graph.partners("act-1")[0].id == "act-2"
    graph.remove("clusters")
    assert graph.counts() == {"Actor": 1}
    assert graph.partners("act-1").total == 0
    [told] = graph.generation.manifest["sources"]
    assert (told["kept"], told["set_aside"]) == (1, 2)


def test_an_id_of_two_kinds_is_of_the_first_that_tells() -> None:
    """A line of documents.csv does not make an actor unknown."""
    documents = small("b", document=["act-1"])
    actors = small("a", [("act-1", "cl-x"), ("act-2", "cl-x")], actor=["act-1", "act-2"], cluster=["cl-x"])
    graph = open_graph()
    _, report = graph.replace([actors, documents])
    assert report.refusals.select("record", "column", "code").rows() == [("Document.csv#row=2", "id", "id-of-one-kind")]
    assert graph.actor("act-1").kind is Kind.ACTOR
    assert graph.partners("act-1")[0].id == "act-2"
    assert graph.remove("a").counts == {"Document": 1}  # nobody else tells of it now


def test_an_id_told_twice_by_a_source_is_heard_once() -> None:
    batch = small("a", actor=["act-1", "act-1"])
    [verdict] = accept([batch])
    assert (verdict.read, verdict.kept, verdict.refused) == (2, 1, 1)
    assert verdict.refusals["record"].to_list() == ["Actor.csv#row=3"]


def test_rows_without_a_record_do_not_fall_together() -> None:
    batch = small("a", actor=["act-1", "bad id", "act-3"])
    actors = batch.entities[Kind.ACTOR].with_columns(record=pl.lit(None, pl.String))
    nameless = Batch(batch.source, {Kind.ACTOR: actors}, {})
    [verdict] = accept([nameless])
    assert (verdict.read, verdict.kept, verdict.refused) == (3, 2, 1)
    assert verdict.facts().entities[Kind.ACTOR]["id"].to_list() == ["act-1", "act-3"]
    assert verdict.refusals.select("record", "value").row(0) == ("Actor#row=2", "bad id")


def test_a_refusal_names_the_persons_own_column() -> None:
    batch = small("a", actor=["act-1"])
    actors = batch.entities[Kind.ACTOR].with_columns(actor_type=pl.lit("yritys?"))
    [verdict] = accept(
        [Batch(batch.source, {Kind.ACTOR: actors}, {}, columns={"Actor.csv/Actor": {"actor_type": "Tyyppi"}})]
    )
    assert verdict.refusals.select("record", "column", "value").row(0) == ("Actor.csv#row=2", "Tyyppi", "yritys?")


@pytest.mark.parametrize(
    ("end", "code"),
    [("cl-arktine", "link-ends-exist-near"), ("cl-quite-else", "link-ends-exist"), ("cl bad", "link-end-refused")],
)
def test_a_link_that_waits_says_why(end: str, code: str) -> None:
    [verdict] = accept([small("a", [("act-1", end)], actor=["act-1"], cluster=["cl-arktinen", "cl bad"])])
    assert verdict.waiting["code"].to_list() == [code]
    assert ("did you mean cl-arktinen?" in verdict.waiting["message_en"][0]) == (code == "link-ends-exist-near")


def test_a_row_that_falls_takes_no_id_from_another() -> None:
    """Neither a document that cannot be a fact the id of an actor, nor a bad first row that of a good second."""
    bad = small("a", document=["act-1"])
    documents = bad.entities[Kind.DOCUMENT].with_columns(label_fi=pl.lit("\x07"))
    refused, kept = accept([replace(bad, entities={Kind.DOCUMENT: documents}), small("b", actor=["act-1"])])
    assert (refused.refused, kept.refused, kept.kept) == (1, 0, 1)
    twice = small("c", actor=["act-1", "act-1"])
    actors = twice.entities[Kind.ACTOR].with_columns(actor_type=pl.Series(["no such", None]))
    [verdict] = accept([replace(twice, entities={Kind.ACTOR: actors})])
    assert verdict.refusals["code"].to_list() == ["actor-type-known"]
    assert verdict.facts().entities[Kind.ACTOR]["record"].to_list() == ["Actor.csv#row=3"]


def test_a_fact_without_a_record_or_a_method_breaks_nothing() -> None:
    batch = small("a", [("act-1", "cl-x"), ("act-2", "cl-x")], actor=["act-1", "act-2", "act-3"], cluster=["cl-x"])
    actors = batch.entities[Kind.ACTOR].with_columns(
        record=pl.Series([None, "", "a.csv#row=4"]), method=pl.Series(["stated", "stated", None])
    )
    graph = open_graph()
    report = graph.replace(replace(batch, entities={**batch.entities, Kind.ACTOR: actors}))
    assert report.refusals.select("record", "code").rows() == [("a.csv#row=4", "fact-has-method")]
    assert [graph.actor(id).evidence[0].record for id in ("act-1", "act-2")] == ["Actor#row=1", "Actor#row=2"]
    assert graph.partners("act-1").to_dict()["partners"][0]["id"] == "act-2"
    assert_whole(graph.home)


def test_odd_values_that_can_be_facts_are_shown() -> None:
    batch = small("a", project=["prj-1"])
    odd = batch.entities[Kind.PROJECT].with_columns(budget_eur=pl.lit(1e308), start=pl.lit("0000-02-29"))
    graph = open_graph()
    graph.replace(replace(batch, entities={Kind.PROJECT: odd}))
    assert {"1e+308", "0000-02-29"} <= {value for _, value in describe(graph.find("prj-1"), "fi")}
