"""A graph in a real triple store: it comes back, a change costs what changed, and nobody else's is touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import polars as pl
import pyoxigraph as ox
import pytest
from conftest import examples
from editions import other, renamed, small
from hypothesis import HealthCheck, Phase, given, settings
from test_rdf import assert_equal, worlds

from graph.stores.earlier import batches_of
from graph.stores.endpoint import read, write
from graph.stores.endpoint.graph_store import put
from graph.stores.endpoint.remote import SparqlRemote
from graph.stores.endpoint.state import FILES, SOURCES, STATE, term
from graph.stores.endpoint.write import files_there
from graph.stores.generation import Generation
from graph.stores.manifest import build_manifest
from graph.stores.memory import Memory
from graph.stores.remote import Delivery
from graph.stores.trig import graph, to_trig
from graph.stores.triples import fill, vocabulary
from graph.stores.turns import end_turn, is_gone, take_turn
from ontology.errors import ServerBetween, ServerError, ServerRefused, WorkspaceBusy
from ontology.facts import Batch, Frames, Tables, conformed, no_refusals
from ontology.metagraph import Kind, Relation
from ontology.prefixes import PREFIXES, iri
from ontology.rules.acceptance import Verdict

if TYPE_CHECKING:
    from real_servers import Fuseki

Open = Callable[[], SparqlRemote]


@pytest.fixture
def opened(fuseki_server: Fuseki, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the endpoint anew each time that it is called."""
    monkeypatch.setenv("ARVOVERKKO_USER", fuseki_server.user)
    monkeypatch.setenv("ARVOVERKKO_PASSWORD", fuseki_server.password)
    remotes: list[SparqlRemote] = []

    def opened() -> SparqlRemote:
        remotes.append(SparqlRemote(f"sparql:{fuseki_server.address}/query"))
        return remotes[-1]

    yield opened
    for remote in remotes:
        remote.close()


@pytest.fixture
def remote(opened: Open) -> SparqlRemote:
    return opened()


def silent(_: str) -> None:
    pass


def generation(*batches: Batch, number: int = 1) -> Generation:
    home = Memory()
    if batches:
        home.replace(batches)
    opened = home.open()
    return Generation(opened.tables, {**opened.manifest, "generation": number})


def made(tables: Tables, number: int = 1) -> Generation:
    """Tables that no rule has judged, as a generation."""
    verdicts = [Verdict(batch, {}, no_refusals(), no_refusals(), batch.rows_read, 0, 0) for batch in batches_of(tables)]
    return Generation(tables, build_manifest(number, None, tables, verdicts))


def tables(delivery: Delivery, like: Tables) -> Tables:
    """What was delivered, put together."""
    kinds: dict[Kind, list[pl.DataFrame]] = defaultdict(list)
    relations: dict[Relation, list[pl.DataFrame]] = defaultdict(list)
    for source, name, frame in delivery.rows:
        whole = conformed(name, frame, source)
        if isinstance(name, Kind):
            kinds[name].append(whole)
        else:
            relations[name].append(whole)
    return Tables(
        like.sources,
        Frames({kind: conformed(kind, pl.concat(frames, how="diagonal"), None) for kind, frames in kinds.items()}),
        Frames({rel: conformed(rel, pl.concat(frames, how="diagonal"), None) for rel, frames in relations.items()}),
    )


def delivered(remote: SparqlRemote, like: Tables) -> Tables:
    return tables(remote.read(silent), like)


def quads(remote: SparqlRemote) -> set[ox.Quad]:
    """Every quad on the server but those of its own books; numbers as the server gives them back."""
    found = remote.endpoint.select("SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }")
    return {ox.Quad(s, p, plain(o), g) for s, p, o, g in found if g.value not in (STATE, FILES)}


def plain(object: ox.Literal | ox.NamedNode) -> ox.Literal | ox.NamedNode:
    """A number in one of the ways in which it may be written."""
    if isinstance(object, ox.Literal) and object.datatype.value == iri("xsd:double"):
        return ox.Literal(repr(float(object.value)), datatype=object.datatype)
    return object


def as_written(remote: SparqlRemote, generation: Generation) -> set[ox.Quad]:
    """The quads of a store of our own that is filled with the same facts, as the server would give them back."""
    store = ox.Store()
    fill(store, generation.tables)
    where = ox.NamedNode(SOURCES)
    return {ox.Quad(s, p, plain(o), where if isinstance(g, ox.DefaultGraph) else g) for s, p, o, g in store}


# ---- what is written comes back


def test_the_reference_data_comes_back_whole(remote: SparqlRemote, enf_batch: Batch) -> None:
    assert remote.held() is None
    first = generation(enf_batch)
    remote.write(None, first, {"enf": b"\0parcel" * 100_000}, silent)
    held = remote.held()
    assert held is not None
    assert (held.number, held.identity, held.whole) == (1, first.identity, True)
    delivery = remote.read(silent)
    assert delivery.manifest == first.manifest
    assert delivery.files == {"enf": b"\0parcel" * 100_000}
    assert_equal(first.tables, tables(delivery, first.tables))
    assert quads(remote) == as_written(remote, first)


#: No example is made smaller: against a server that takes minutes.
@settings(
    max_examples=examples(8),
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(worlds(), worlds())
def test_any_tables_come_back_whole_and_so_does_what_follows_them(
    remote: SparqlRemote, monkeypatch: pytest.MonkeyPatch, before: Tables, after: Tables
) -> None:
    few = vocabulary()[:20]
    monkeypatch.setattr(write, "vocabulary", lambda: few)
    for own in ("_subjects", "vocabulary_digest"):  # what is kept of the whole vocabulary stays as it is
        monkeypatch.setattr(write, own, getattr(getattr(write, own), "__wrapped__", getattr(write, own)))
    remote.endpoint.update("DROP ALL")
    first, second = made(before), made(after, 2)
    for old, new in ((None, first), (first, second)):
        remote.write(old, new, {}, silent)
        assert_equal(new.tables, delivered(remote, new.tables))


@pytest.mark.trial
def test_texts_that_look_like_escapes_come_back(remote: SparqlRemote) -> None:
    """SPARQL reads \\u0041 before all else, and a text may hold just those signs."""
    names = ["\\u0041", "\\\\u0041", "\\U0001F600", "\\", '"\\"', "a\tb\nc\rd", "\u2028", "} INSERT {", "'''", "?x $y"]
    batch = small(0)
    actors = pl.DataFrame({"id": [f"a{n}" for n in range(len(names))], "label_fi": names, "method": "stated"})
    first = generation(Batch(batch.source, {Kind.ACTOR: actors}, {}))
    assert first.tables.counts() == {"Actor": len(names)}
    remote.write(None, first, {}, silent)
    assert_equal(first.tables, delivered(remote, first.tables))


def test_an_address_with_steps_in_it_stays_as_it_is(remote: SparqlRemote) -> None:
    """SPARQL would take /../ out of an IRI; in a text, it may stand anyway."""
    ids = ["https://example.org/a/../b", "https://example.org/b", "a/..", "a/./b", "urn:x:a/../b"]
    row = {"label_fi": '<https://example.org/a/../b> "', "source_url": "https://example.org/./c", "method": "stated"}
    actors = pl.DataFrame([row | {"id": id, "record": f"../{n}.csv#row=2"} for n, id in enumerate(ids)])
    members = pl.DataFrame({"subject": ids, "object": ids[::-1], "method": "stated"})
    first = made(Tables.of([Batch(small(0).source, {Kind.ACTOR: actors}, {Relation.MEMBER_OF: members})]))
    second = made(Tables.of([Batch(small(0).source, {Kind.ACTOR: actors.head(1)}, {})]), 2)
    for before, after in ((None, first), (first, second)):
        remote.write(before, after, {}, silent)
        assert_equal(after.tables, delivered(remote, after.tables))
        assert quads(remote) == as_written(remote, after)


def test_what_is_in_pages_and_in_parts_is_the_same(
    remote: SparqlRemote, enf_batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = generation(enf_batch)
    remote.write(None, first, {}, silent)
    monkeypatch.setattr(read, "_HELD", 700)
    assert_equal(first.tables, delivered(remote, first.tables))


# ---- a change


@pytest.mark.trial
def test_a_change_leaves_what_a_load_of_all_would_leave(remote: SparqlRemote, enf_batch: Batch) -> None:
    steps = [
        generation(enf_batch),
        generation(renamed(enf_batch, "2" * 64), other(enf_batch), number=2),
        generation(other(enf_batch), number=3),
        generation(number=4),
    ]
    for before, after in zip([None, *steps], steps, strict=False):
        remote.write(before, after, {}, silent)
        assert quads(remote) == as_written(remote, after)
        assert_equal(after.tables, delivered(remote, after.tables))
    assert [told["generation"] for told in remote.history()] == [4, 3, 2, 1]
    assert [told["identity"] for told in remote.history()] == [step.identity for step in reversed(steps)]


def test_the_cost_follows_the_change(remote: SparqlRemote, enf_batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    update = remote.endpoint.update
    monkeypatch.setattr(remote.endpoint, "update", lambda text: (sent.append(len(text)), update(text)))
    first, second = generation(enf_batch), generation(renamed(enf_batch, "2" * 64), number=2)
    remote.write(None, first, {"enf": b"x" * 500_000}, silent)
    whole = sum(sent)
    sent.clear()
    remote.write(first, second, {"enf": b"x" * 500_000}, silent)
    assert sum(sent) < whole / 20
    sent.clear()
    remote.write(second, second, {"enf": b"x" * 500_000}, silent)
    assert sent == []


def test_parcels_come_and_go_with_their_sources(remote: SparqlRemote) -> None:
    first = generation(small(0), other(small(0)))
    remote.write(None, first, {"small": b"one", "other": b"two"}, silent)
    second = generation(small(1), number=2)
    remote.write(first, second, {"small": b"three"}, silent)
    assert remote.read(silent).files == {"small": b"three"}


# ---- who writes, who waits, and what was cut off


def cut_off(remote: SparqlRemote, after: int, before: Generation, later: Generation, parcel: bytes) -> None:
    """Begin a load, and end it after so many updates."""
    update, left = remote.endpoint.update, iter(range(after))

    def dies(text: str) -> None:
        if next(left, None) is None:
            raise ConnectionError
        update(text)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(ConnectionError):
        patch.setattr(remote.endpoint, "update", dies)
        remote.write(before, later, {"small": parcel}, silent)


@pytest.mark.parametrize(
    ("first_cut", "second_cut"),
    [(1, 1), (4, 9), *(pytest.param(*cuts, marks=pytest.mark.trial) for cuts in ((3, 6), (5, 12), (6, 16), (7, 30)))],
)
def test_a_load_that_was_cut_off_is_told_undone_and_mended(opened: Open, first_cut: int, second_cut: int) -> None:
    """The one that mends it is cut off, too: all that was before is still to be had from the endpoint alone."""
    before = generation(small(0), other(small(0)))
    opened().write(None, before, {"small": b"before"}, silent)
    cut_off(opened(), first_cut, before, generation(small(1), number=2), b"first")
    for cut in (None, second_cut):
        reader = opened()
        if cut is not None:
            cut_off(reader, cut, before, generation(small(2), other(small(3)), number=2), b"second")
        held = reader.held()
        assert held is not None
        assert (held.number, held.identity, held.whole) == (1, before.identity, False)
        with pytest.raises(ServerBetween, match="under way or was cut off"):
            reader.read(silent)
        delivery = reader.recover(silent)
        assert (delivery.manifest, delivery.files) == (before.manifest, {"small": b"before"})
        assert_equal(before.tables, tables(delivery, before.tables))
    last, reader = generation(small(4), number=2), opened()
    reader.write(before, last, {"small": b"last"}, silent)
    assert quads(reader) == as_written(reader, last)
    assert reader.read(silent).files == {"small": b"last"}
    assert [told["identity"] for told in reader.history()] == [last.identity, before.identity]
    assert len(files_there(reader.endpoint)) == 1


def test_one_writes_at_a_time(opened: Open) -> None:
    """Whoever is at work keeps others out; whoever is gone does not."""
    one, two = opened(), opened()
    first, second = generation(small(0)), generation(small(1), number=2)
    one.write(None, first, {}, silent)

    def meanwhile(_: str) -> None:
        with pytest.raises(WorkspaceBusy, match="another load is writing"):
            two.write(first, generation(small(2), number=2), {}, silent)

    one.write(first, second, {}, meanwhile)
    with pytest.raises(WorkspaceBusy, match="another data version was loaded"):
        two.write(first, generation(small(2), number=2), {}, silent)
    assert_equal(second.tables, delivered(two, second.tables))


@pytest.mark.parametrize("ours", [[small(1), other(small(0))], [small(0)]], ids=["changes", "takes a source out"])
def test_a_writer_that_was_taken_for_gone_changes_nothing_more(opened: Open, ours: list[Batch]) -> None:
    one, two = opened(), opened()
    first, second = generation(small(0), other(small(0))), generation(*ours, number=2)
    third = generation(small(2), other(small(0)), number=2)
    one.write(None, first, {}, silent)

    def sleeps(_: str) -> None:
        """While this one sleeps, its turn is taken and another generation is written."""
        said = one.endpoint.select(f"SELECT ?o {{ GRAPH <{STATE}> {{ <{STATE}> <{term('turn')}> ?o }} }}")
        end_turn(said[0][0].value)
        two.write(first, third, {}, silent)

    with pytest.raises(WorkspaceBusy):
        one.write(first, second, {}, sleeps)
    assert quads(two) == as_written(two, third)
    held = two.held()
    assert held is not None
    assert (held.identity, held.whole) == (third.identity, True)


def test_a_turn_is_over_with_its_process() -> None:
    turn = take_turn()
    machine, process, load = turn.split("/")
    assert not is_gone(turn, 0)
    assert is_gone(turn, 10_000)
    assert is_gone(f"{machine}/{2**31 - 1}/{load}", 0)
    assert not is_gone(f"elsewhere/{process}/{load}", 0)
    end_turn(turn)
    assert is_gone(turn, 0)
    assert is_gone(None, 0)


def test_a_reader_is_told_when_the_endpoint_moved_on(opened: Open) -> None:
    reader, writer = opened(), opened()
    first, second = generation(small(0)), generation(small(1), number=2)
    writer.write(None, first, {}, silent)
    rows = iter(reader.read(silent).rows)
    next(rows)
    writer.write(first, second, {}, silent)
    with pytest.raises(ServerBetween):
        list(rows)


# ---- what others have there


def test_what_is_not_ours_is_never_touched(remote: SparqlRemote) -> None:
    theirs = {"": "<e:1> <e:p> 1", "e:g": "<e:2> <e:p> 2", PREFIXES["avsource"] + "smaller": "<e:3> <e:p> 3"}
    for where, said in theirs.items():
        remote.endpoint.update(f"INSERT DATA {{ {f'GRAPH <{where}> {{ {said} }}' if where else said} }}")
    first = generation(small(0))
    second = generation(small(1), number=2)
    for before, after in ((None, first), (first, second), (second, generation(number=3))):
        remote.write(before, after, {}, silent)
    found = remote.endpoint.select("SELECT ?o { { ?s <e:p> ?o } UNION { GRAPH ?g { ?s <e:p> ?o } } } ORDER BY ?o")
    assert [row[0].value for row in found] == ["1", "2", "3"]


def test_a_graph_of_our_name_that_we_did_not_write_is_not_written_to(remote: SparqlRemote) -> None:
    remote.endpoint.update(f"INSERT DATA {{ GRAPH <{graph('small')}> {{ <e:1> <e:p> 1 }} }}")
    with pytest.raises(ServerRefused, match=r"source/small already, and arvoverkko did not write it"):
        remote.write(None, generation(small(0)), {}, silent)
    assert remote.held() is None
    assert len(quads(remote)) == 1


def test_a_dump_that_was_loaded_by_hand_is_read_and_not_written_to(
    remote: SparqlRemote, fuseki_server: Fuseki, enf_batch: Batch
) -> None:
    first = generation(enf_batch)
    with fuseki_server.client() as client:
        dump = to_trig(first.tables)
        client.post("/data", content=dump, headers={"Content-Type": "application/trig"}).raise_for_status()
    held = remote.held()
    assert held is not None
    assert (held.number, held.whole) == (1, True)
    assert remote.history() == []
    delivery = remote.read(silent)
    assert delivery.manifest["identity"] == held.identity
    assert delivery.manifest["counts"] == first.counts
    assert delivery.manifest["sources"][0]["sha256"] == enf_batch.source.sha256
    assert_equal(first.tables, tables(delivery, first.tables))
    with pytest.raises(ServerRefused, match="arvoverkko did not write it"):
        remote.write(None, first, {}, silent)
    remote.endpoint.update(f"INSERT DATA {{ GRAPH <{graph('enf')}> {{ <e:1> <e:p> 1 }} }}")
    now = remote.held()
    assert now is not None
    assert now.identity != held.identity


def test_a_state_that_cannot_be_read_says_so(remote: SparqlRemote) -> None:
    remote.write(None, generation(small(0)), {}, silent)
    said = f"<{STATE}> <{term('manifest')}>"
    remote.endpoint.update(
        f"DELETE {{ GRAPH <{STATE}> {{ {said} ?o }} }} INSERT {{ GRAPH <{STATE}> {{ {said} '{{' }} }}"
        f" WHERE {{ GRAPH <{STATE}> {{ {said} ?o }} }}"
    )
    with pytest.raises(ServerError, match="cannot be read"):
        remote.held()


def test_a_parcel_that_is_not_whole_says_so(remote: SparqlRemote) -> None:
    remote.write(None, generation(small(0)), {"small": b"x" * 500_000}, silent)
    remote.endpoint.update(f"DELETE WHERE {{ GRAPH <{FILES}> {{ ?s <{term('piece')}/000001> ?o }} }}")
    with pytest.raises(ServerError, match="small is not whole"):
        remote.read(silent)


# ---- a graph store


def test_a_graph_store_takes_whole_graphs_and_they_are_read(
    remote: SparqlRemote, fuseki_server: Fuseki, enf_batch: Batch
) -> None:
    remote.endpoint.update("INSERT DATA { <e:1> <e:p> 1 . GRAPH <e:g> { <e:2> <e:p> 2 } }")
    for first in (generation(small(0), enf_batch), generation(enf_batch, other(enf_batch))):
        put(f"{fuseki_server.address}/data", first.tables, silent)
        there = quads(remote)
        assert {quad for quad in there if quad.graph_name.value == "e:g"} != set()
        wanted = as_written(remote, first)
        ours = {quad.graph_name for quad in wanted}
        assert {quad for quad in there if quad.graph_name in ours} == wanted
        assert_equal(first.tables, delivered(remote, first.tables))
    with pytest.raises(ServerRefused, match="takes no changes"):
        put(f"{fuseki_server.address}/query", first.tables, silent)
