"""What an endpoint can do wrong, each told in a sentence that names it: a small server misbehaves as it is told."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from editions import small
from test_rdf import assert_equal

from graph.stores.endpoint import connect, read
from graph.stores.endpoint.address import address_of
from graph.stores.endpoint.connect import Endpoint
from graph.stores.endpoint.remote import SparqlRemote
from graph.stores.trig import to_trig
from ontology.errors import InvalidArgument, ServerError, ServerRefused, ServerUnreachable
from ontology.facts import Frames, Tables, conformed
from ontology.metagraph import Kind, Relation

TSV, JSON = "text/tab-separated-values; charset=utf-8", "application/sparql-results+json"


class Answer:
    """A status, a body with its type and headers; `cut` sends less than is promised."""

    def __init__(self, body: bytes, media: str = TSV, status: int = 200, cut: bool = False, **headers: str) -> None:
        self.body, self.media, self.status, self.cut, self.headers = body, media, status, cut, headers


class Misbehaving:
    """A server that answers as it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.answer: Callable[[str], Answer] = answered
        self.awake = Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(parse_qs(urlsplit(self.path).query).get("query", [""])[0])

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer(parse_qs(body).get("query", [body])[0])

            def _answer(self, query: str) -> None:
                outer.asked.append((self.command, query, self.headers.get("Authorization", "")))
                given = outer.answer(query)
                self.send_response(given.status)
                self.send_header("Content-Type", given.media)
                self.send_header("Content-Length", str(len(given.body) + 100 * given.cut))
                for name, value in given.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(given.body)

            def log_message(self, *_: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """Whoever was answered may hang up."""

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/ds/query"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.awake.set()
        self.server.shutdown()
        self.server.server_close()


STORE = ox.Store()
STORE.bulk_load(to_trig(Tables.of([small(0)])), format=ox.RdfFormat.TRIG)


def answered(query: str) -> Answer:
    """The right answer, over what the small source says."""
    found = STORE.query(query)
    assert not isinstance(found, ox.QueryTriples | bool)
    return Answer(found.serialize(format=ox.QueryResultsFormat.TSV))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Misbehaving]:
    monkeypatch.setattr(connect, "_WAITS", (0.0, 0.0))
    made = Misbehaving()
    yield made
    made.close()


@pytest.fixture
def remote(server: Misbehaving) -> Iterator[SparqlRemote]:
    made = SparqlRemote(f"sparql:{server.address}", patience=0.5)
    yield made
    made.close()


def delivered(remote: SparqlRemote) -> Tables:
    frames = {name: conformed(name, frame, "small") for _, name, frame in remote.read(lambda _: None).rows}
    kinds = {kind: frames[kind] for kind in Kind if kind in frames}
    relations = {relation: frames[relation] for relation in Relation if relation in frames}
    return Tables((small(0).source,), Frames(kinds), Frames(relations))


# ---- reading on in spite of it


def capped(most: int) -> Callable[[str], Answer]:
    """An endpoint that gives so many rows and no more, whatever it is asked."""

    def answer(query: str) -> Answer:
        lines = answered(query).body.splitlines(keepends=True)
        return Answer(b"".join(lines[: most + 1]))

    return answer


@pytest.mark.parametrize("most", [60, 150, 299])
def test_an_endpoint_that_caps_its_answers_is_read_in_pages(
    server: Misbehaving, remote: SparqlRemote, most: int
) -> None:
    server.answer = capped(most)
    assert_equal(Tables.of([small(0)]), delivered(remote))
    assert any(" OFFSET " in query for _, query, _ in server.asked)


def test_an_endpoint_that_gives_no_more_is_named_with_the_numbers(server: Misbehaving, remote: SparqlRemote) -> None:
    def answer(query: str) -> Answer:
        offset = int(query.partition(" OFFSET ")[2] or 0)
        return capped(60 if offset < 120 else 0)(query)

    server.answer = answer
    with pytest.raises(ServerError, match="gave 120 triples where there are 300"):
        delivered(remote)


def test_a_long_answer_that_is_cut_off_is_read_in_pages(
    server: Misbehaving, remote: SparqlRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "PAGE", 100)

    def answer(query: str) -> Answer:
        right = answered(query)
        return Answer(right.body[:5000], cut=True) if len(right.body) > 50_000 else right

    server.answer = answer
    assert_equal(Tables.of([small(0)]), delivered(remote))


def test_what_reads_is_asked_again(server: Misbehaving, remote: SparqlRemote) -> None:
    troubles = iter([Answer(b"", status=503), Answer(b"?s\t?p\n<a", cut=True)])
    server.answer = lambda query: next(troubles, None) or answered(query)
    assert remote.endpoint.select("SELECT (1 AS ?x) {}")[0][0].value == "1"


def test_json_is_asked_where_values_by_tab_are_not_exact(server: Misbehaving, remote: SparqlRemote) -> None:
    """Some write texts without their language."""

    def answer(query: str) -> Answer:
        if "STRLANG" in query:
            return Answer('?probe\n"ä"\n'.encode())
        found = STORE.query(query)
        assert isinstance(found, ox.QuerySolutions)
        return Answer(found.serialize(format=ox.QueryResultsFormat.JSON), JSON)

    server.answer = answer
    assert_equal(Tables.of([small(0)]), delivered(remote))


def test_a_short_query_is_a_get_and_a_long_one_a_post(server: Misbehaving, remote: SparqlRemote) -> None:
    remote.endpoint.select("SELECT (1 AS ?x) {}")
    remote.endpoint.select("SELECT (1 AS ?x) {}" + " " * 3000)
    assert [verb for verb, _, _ in server.asked] == ["GET", "GET", "POST"]


# ---- sentences


HTML = "text/html; charset=utf-8"

#: What is answered, the error that it is, and what its sentence says.
TROUBLES: list[tuple[Answer, type[ServerError], str]] = [
    (Answer(b"", status=401), ServerRefused, "password"),
    (Answer(b"", status=403), ServerRefused, "may not ask"),
    (Answer(b"", status=404), ServerRefused, "nothing at"),
    (Answer(b"", status=302, Location="https://elsewhere/query"), ServerRefused, "leads on to https://elsewhere/query"),
    (Answer(b"<html>Welcome</html>", HTML), ServerRefused, "answers with text/html"),
    (Answer(b"Out of memory", "text/plain", 500), ServerError, r"error 500 \(Out of memory\)"),
    (Answer(b"<html>x</html>", HTML, 500), ServerError, r"error 500 \(Internal Server Error\)"),
    (Answer(b"?s\t?p\t?o\n<e:1>\t<e:p>\t1\n", cut=True), ServerError, "cut off or is damaged"),
    (Answer(b"?s\t?p\t?o\n<e:1>\t<e:p>\t1\n## timeout ##", TSV), ServerError, "cut off or is damaged"),
    (Answer(b'{"head": {"vars": ["s"]}, "results": {"bindings": [', JSON), ServerError, "cut off or is damaged"),
    (Answer(b'{"error": "no"}', JSON), ServerError, "cut off or is damaged"),
    (Answer(b'?s\t?p\t?o\n<e:1>\t<e:p>\t"\xe4"\n'), ServerError, "cut off or is damaged"),
    (Answer(b'{"head": {}, "boolean": true}', JSON), ServerError, "cut off or is damaged"),
]


@pytest.mark.parametrize(("given", "kind", "said"), TROUBLES)
def test_a_wrong_answer_is_told(
    server: Misbehaving, remote: SparqlRemote, given: Answer, kind: type[ServerError], said: str
) -> None:
    server.answer = lambda query: answered(query) if "STRLANG" in query else given
    with pytest.raises(kind, match=said) as caught:
        remote.held()
    assert server.address in str(caught.value)
    for language in ("fi", "sv"):
        assert server.address in caught.value.said(language)


def test_a_slow_endpoint_is_not_waited_for(server: Misbehaving, remote: SparqlRemote) -> None:
    def answer(query: str) -> Answer:
        server.awake.wait(5)
        return answered(query)

    server.answer = answer
    with pytest.raises(ServerError, match=r"within 0\.5 s"):
        remote.held()


def test_nobody_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/ds/query"
    with (
        closing(SparqlRemote(f"sparql:{address}")) as remote,
        pytest.raises(ServerUnreachable, match="does not answer"),
    ):
        remote.held()


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_an_endpoint_that_only_reads_is_told(server: Misbehaving, remote: SparqlRemote, status: int) -> None:
    server.answer = lambda _: Answer(b"", status=status)
    with pytest.raises(ServerRefused, match="takes no changes"):
        remote.endpoint.update("INSERT DATA { <e:1> <e:p> 1 }")


def test_who_we_are_comes_from_the_environment(server: Misbehaving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARVOVERKKO_USER", "me")
    monkeypatch.setenv("ARVOVERKKO_PASSWORD", "secret")
    for token in ("", "t0ken"):
        monkeypatch.setenv("ARVOVERKKO_TOKEN", token)
        with closing(Endpoint(address_of(server.address))) as endpoint:
            endpoint.select("SELECT (1 AS ?x) {}")
    assert {said for _, _, said in server.asked} == {"Basic bWU6c2VjcmV0", "Bearer t0ken"}


# ---- addresses


@pytest.mark.parametrize(
    ("given", "update"),
    [
        ("sparql:https://host/ds/query", "https://host/ds/update"),
        ("SPARQL:http://host:3030/sparql", "http://host:3030/update"),
        ("sparql:https://host/ds/query?timeout=9", "https://host/ds/update?timeout=9"),
        ("sparql:https://host/repositories/x", "https://host/repositories/x"),
    ],
)
def test_updates_go_beside_queries(given: str, update: str) -> None:
    assert address_of(given).update == update


def test_updates_go_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARVOVERKKO_SPARQL_UPDATE", "https://host/statements")
    assert address_of("sparql:https://host/x").update == "https://host/statements"
    monkeypatch.setenv("ARVOVERKKO_SPARQL_UPDATE", "host/statements")
    with pytest.raises(InvalidArgument, match="host/statements"):
        address_of("sparql:https://host/x")


@pytest.mark.parametrize(
    "given", ["sparql:", "sparql:host/ds", "sparql:ftp://host/x", "sparql:http://h:x/", "sparql:http://a b/"]
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(InvalidArgument, match="is not the address of a SPARQL endpoint"):
        address_of(f"sparql:{given}")


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(InvalidArgument) as caught:
        address_of("sparql:https://me:secret@host/ds/query")
    assert "secret" not in str(caught.value)
