"""Somebody's own graph in a real Neo4j becomes a batch: nothing lost in silence, nothing of theirs touched."""

from __future__ import annotations

import json
import logging
import re
import socket
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import neo4j
import polars as pl
import pytest
from conftest import ROOT

from api.cli import reports
from loaders import load
from loaders.neo4j import connect
from ontology.errors import InputError, ServerError, ServerRefused, ServerUnreachable
from ontology.facts import Batch
from ontology.metagraph import Kind, Relation
from ontology.rules.acceptance import accept
from ontology.texts import LANGUAGES

if TYPE_CHECKING:
    from real_servers import Neo4j

GOLDEN = ROOT / "tests" / "golden" / "neo4j_import.json"

#: A graph as people have them: names with dirt, numbers as texts, dates of every kind, labels beside labels.
GRAPH = """
CREATE (digipolis:Company:Organisation {orgNumber: '0772017-4', name: 'Kemin Digipolis Oy', type: 'dev', size: 'S',
    town: 'Kemi', web: 'https://www.digipolis.fi/', revenue: 12.5}),
 (esimerkki:Company {orgNumber: '1234567-1', name: '  Esimerkki Oy ', type: 'firm', size: 'L'}),
 (nobody:Company {name: 'Nobody Oy', type: 'firm'}),
 (list:Company {orgNumber: '7654321-2', name: ['Malli Oy', 'Malli Ab'], type: 'firm'}),
 (:Company {orgNumber: '1234567-1', name: 'Twin Oy', type: 'firm'}),
 (:Company {orgNumber: '1111111-1', name: 'Wrong check digit Oy', type: 'firm'}),
 (:Company {orgNumber: '2222222-9', name: 'Bell \u0007 Oy', type: 'firm'}),
 (:Company {orgNumber: 'a b', name: 'Spaced', type: 'firm'}),
 (:Company:Cluster {orgNumber: '3333333-3', code: 'both', name: 'Both', type: 'firm'}),
 (:Company {orgNumber: 42, name: 'Odd type', type: 'club'}),
 (:Company {orgNumber: [1], name: 'List for an id', type: 'firm'}),
 (:Company {orgNumber: '4444444-4', type: 'firm'}),
 (lut:Organisation {key: 'lut', name: "LUT's {university} \\"`quoted`\\""}),
 (wood:Cluster {code: 'wood', name: 'Puuklusteri', eccp: true}),
 (arctic:Cluster {code: 'arctic', name: 'Arctic cluster', eccp: 'yes'}),
 (jane:Person {name: 'Jane'}), (:Invoice:Paid), (:Invoice), ({x: 1}),
 (one:Project {code: 1, title: 'One', start: date('2021-05-31'), end: datetime('2023-01-01T23:30:00+02:00'),
    budget: 100000}),
 (:Project {code: 2, title: 'Two', start: 2019, end: localdatetime('2020-01-01T00:00:00'), budget: 0.5}),
 (:Project {code: 3, title: 'Three', start: duration('P1Y'), budget: 0.0 / 0.0, end: localtime('12:00')}),
 (:Project {code: 4.0, title: 'Four', budget: 1.0 / 0.0}),
 (:Project {code: 5, title: 'Five', start: date({year: -44})}),
 (:Project {code: 6, title: 'Six', end: '31.12.2020', budget: point({x: 1, y: 2})}),
 (:Project {code: 7, title: 'Seven', start: '2021', end: '2020-06', budget: '100'}),
 (:Project {code: 9223372036854775807, title: $long}),
 (digipolis)-[:WORKS_WITH {start: date('2020-01-01'), weight: 3}]->(wood),
 (digipolis)-[:WORKS_WITH {start: '2021'}]->(wood), (digipolis)-[:WORKS_WITH {start: '2021'}]->(wood),
 (esimerkki)-[:WORKS_WITH {start: true}]->(wood),
 (esimerkki)-[:WORKS_WITH]->(arctic), (nobody)-[:WORKS_WITH]->(wood), (list)-[:WORKS_WITH]->(wood),
 (jane)-[:WORKS_WITH]->(wood), (jane)-[:KNOWS {since: 1}]->(jane),
 (one)-[:HAS_PARTNER {role: 'lead'}]->(digipolis), (one)-[:HAS_PARTNER]->(lut)
"""

MAPPING = """
[source]
id = "crm"
title = "The graph of our network"
publisher = "The cluster office"
licence = "not for publication"
retrieved = 2026-11-24

[server]
address = "ADDRESS"

[entities.Company]
kind = "Actor"
id = "fi-{orgNumber}"
label_fi = "name"
business_id = "orgNumber"
municipality = "town"
website = "web"
actor_type = { property = "type", map = { dev = "development_company", firm = "company" } }
size = { property = "size", map = { S = "small", L = "large" } }

[entities.Organisation]
kind = "Actor"
id = "key"
label_und = "name"
note = "remark"

[entities.Cluster]
kind = "Cluster"
id = "cl-{code}"
label_fi = "name"
on_eccp = "eccp"

[entities.Project]
kind = "Project"
id = "pr-{code}"
label_en = "title"
start = "start"
end = "end"
budget_eur = "budget"

[links.WORKS_WITH]
relation = "relatedTo"
from = "Company"
to = "Cluster"
since = "start"

[[links.HAS_PARTNER]]
relation = "participatesIn"
from = "Project"
to = "Company"
reversed = true
role = "role"

[[links.HAS_PARTNER]]
relation = "participatesIn"
from = "Project"
to = "Organisation"
reversed = true
"""


@pytest.fixture
def driver(neo4j_server: Neo4j, monkeypatch: pytest.MonkeyPatch) -> Iterator[neo4j.Driver]:
    """A server whose credentials stand in the environment, as a user would set them."""
    monkeypatch.setenv("NEO4J_USERNAME", neo4j_server.user)
    monkeypatch.setenv("NEO4J_PASSWORD", neo4j_server.password)
    with neo4j.GraphDatabase.driver(neo4j_server.address, auth=(neo4j_server.user, neo4j_server.password)) as driver:
        yield driver


@pytest.fixture
def mapping(neo4j_server: Neo4j, driver: neo4j.Driver, tmp_path: Path) -> Path:
    """The mapping of the graph above, which is there."""
    driver.execute_query(GRAPH, long="x" * 100_001)
    return written(tmp_path, MAPPING, neo4j_server.address)


def written(folder: Path, text: str, address: str) -> Path:
    path = folder / "crm.toml"
    path.write_text(text.replace("ADDRESS", address), "utf-8")
    return path


def rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows without what is empty, elements without what the server calls them."""
    said = [{name: value for name, value in row.items() if value is not None} for row in frame.iter_rows(named=True)]
    clean = re.sub(r"[45]:[0-9a-f-]{36}:[0-9]+", "…", json.dumps(said, ensure_ascii=False))
    return sorted(json.loads(clean), key=lambda row: json.dumps(row, sort_keys=True))


def test_a_graph_becomes_the_batch_that_it_says(mapping: Path, update_golden: bool) -> None:
    batch = load("neo4j", mapping)
    (verdict,) = accept([batch])
    found = {
        "read": dict(batch.read),
        "kept": [verdict.read, verdict.kept, verdict.refused, verdict.set_aside],
        "refusals": [
            {name: value for name, value in row.items() if name not in ("message_fi", "message_sv")}
            for row in rows(verdict.refusals.with_columns(pl.col("value").str.slice(0, 80)))
        ],
        "waiting": [{name: row[name] for name in ("record", "column", "value")} for row in rows(verdict.waiting)],
        **{str(name): rows(frame) for name, frame in verdict.facts().frames()},
    }
    if update_golden:
        GOLDEN.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert found == json.loads(GOLDEN.read_text("utf-8"))


def test_read_is_kept_refused_and_set_aside(mapping: Path, driver: neo4j.Driver) -> None:
    batch = load("neo4j", mapping)
    (verdict,) = accept([batch])
    assert verdict.read == verdict.kept + verdict.refused + verdict.set_aside == sum(batch.read.values())
    nodes = driver.execute_query(
        "MATCH (x:Company|Organisation|Cluster|Project) RETURN count(x) AS many",
        result_transformer_=neo4j.Result.single,
    )
    assert nodes is not None
    assert sum(batch.read[label] for label in ("Company", "Organisation", "Cluster", "Project")) == nodes["many"]
    facts = verdict.facts()
    records = pl.concat([frame["record"] for _, frame in facts.frames()])
    assert records.is_unique().all() and len(records) == verdict.kept
    for row in verdict.refusals.iter_rows(named=True):
        assert len({row[f"message_{language}"] for language in LANGUAGES}) == len(LANGUAGES)
    told = reports.refusals(verdict.refusals, "en")
    assert {row["file"] for row in told} == {"Company", "Cluster", "Project", "WORKS_WITH"}
    assert {row["row"] for row in told} == {None}


def test_what_is_left_out_is_counted_and_said(mapping: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "arvoverkko")
    load("neo4j", mapping)
    said = dict(record.notice for record in caplog.records)  # type: ignore[attr-defined]
    assert {key: values["names"] for key, values in said.items()} == {
        "import-nodes-left-out": "() (1), (Invoice) (1), (Invoice:Paid) (1), (Person) (1)",
        "import-relationships-left-out": "(Person)-[WORKS_WITH]->(Cluster) (1), KNOWS (1)",
        "import-properties-left-out": "Company.code (1), Company.revenue (1), WORKS_WITH.weight (1)",
        "import-properties-nowhere": "Organisation.remark",
    }
    assert [said[key]["count"] for key in said if key != "import-properties-nowhere"] == [4, 2, 3]


def test_our_own_graph_beside_it_is_passed_by(
    mapping: Path, driver: neo4j.Driver, caplog: pytest.LogCaptureFixture
) -> None:
    """Both may live on one server, and have labels and relations of one name."""
    before = load("neo4j", mapping)
    label = next(iter(tomllib.loads(mapping.read_text("utf-8"))["entities"]))
    ours = f"CREATE (:Arvoverkko:Resource:`{label}` {{id: n}})-[:WORKS_WITH]->(:Arvoverkko)"
    driver.execute_query(f"UNWIND range(1, 7) AS n {ours}")
    caplog.set_level(logging.WARNING, "arvoverkko")
    assert load("neo4j", mapping).source.sha256 == before.source.sha256
    said = dict(record.notice for record in caplog.records)  # type: ignore[attr-defined]
    assert said["import-ours-left-out"]["count"] == 14
    assert said["import-nodes-left-out"]["count"] == 4


def test_an_unchanged_graph_is_not_loaded_twice(mapping: Path, driver: neo4j.Driver) -> None:
    from graph import open_graph

    graph = open_graph()
    assert graph.replace(load("neo4j", mapping)).changed
    driver.execute_query("MATCH (x:Company {orgNumber: '0772017-4'}) SET x.revenue = 13.5")  # not mapped
    assert not graph.replace(load("neo4j", mapping)).changed
    text = mapping.read_text("utf-8")
    mapping.write_text(text.replace("retrieved = 2026-11-24", ""), "utf-8")
    assert not graph.replace(load("neo4j", mapping)).changed  # read on another day
    mapping.write_text(text.replace("The cluster office", "Another office"), "utf-8")
    assert graph.replace(load("neo4j", mapping)).changed
    digests = {load("neo4j", mapping).source.sha256}
    for change in (
        "MATCH (x:Company {orgNumber: '0772017-4'}) SET x.town = 'Tornio'",
        "MATCH (:Project)-[x:HAS_PARTNER {role: 'lead'}]->() SET x.role = 'partner'",
        "MATCH (x:Company {name: 'Nobody Oy'}) SET x.orgNumber = '5555555-2'",
        "MATCH (:Company)-[x:WORKS_WITH {start: '2021'}]->() WITH x LIMIT 1 DELETE x",
    ):
        driver.execute_query(change)
        digests.add(load("neo4j", mapping).source.sha256)
    assert len(digests) == 5


def test_the_order_of_the_server_is_not_that_of_the_batch(mapping: Path, driver: neo4j.Driver) -> None:
    before = load("neo4j", mapping)
    driver.execute_query("MATCH (x) DETACH DELETE x")
    statements = re.split(r",(?=\n \()", GRAPH.strip().removeprefix("CREATE "))
    driver.execute_query(
        "CREATE " + ",".join(sorted(statements, key=lambda each: ("]->(" in each, each[::-1]))), long="x" * 100_001
    )
    after = load("neo4j", mapping)
    assert {name: rows(frame) for name, frame in before.frames()} == {name: rows(f) for name, f in after.frames()}
    assert all(frame.equals(after.frame(name)) for name, frame in before.frames())  # type: ignore[arg-type]


def test_names_of_any_kind_are_read_and_none_is_a_statement(
    neo4j_server: Neo4j, driver: neo4j.Driver, tmp_path: Path
) -> None:
    odd = ["We`ird", "With space", "a`) DETACH DELETE x //", r"back\u0060slash", "brace{s}", "'quote\"", "C#"]
    for number, name in enumerate(odd):
        driver.execute_query(
            f"CREATE (x:{cypher_quoted(name)})-[y:{cypher_quoted(name)}]->(:Cluster {{k: $n}}) SET x = $said, "
            "y = $said",
            said={name: f"id{number}", "text": "') DETACH DELETE x // {a} `b` \"c\""}, n=number,
        )  # fmt: skip
    text = MAPPING.partition("[entities")[0]
    text += '[entities.Cluster]\nkind = "Cluster"\nid = "c{k}"\nlabel_en = "k"\n'
    for name in odd:
        key = json.dumps(name)
        text += f'[entities.{key}]\nkind = "Actor"\nid = {{ property = {key} }}\nlabel_en = "text"\n'
        text += f'[links.{key}]\nrelation = "memberOf"\nfrom = {key}\nto = "Cluster"\nrole = {{ property = {key} }}\n'
    batch = load("neo4j", written(tmp_path, text, neo4j_server.address))
    (verdict,) = accept([batch])
    assert verdict.kept == verdict.read == 3 * len(odd)
    assert set(batch.entities[Kind.ACTOR]["id"]) == {f"id{number}" for number in range(len(odd))}
    assert set(batch.entities[Kind.ACTOR]["label_en"]) == {'\') DETACH DELETE x // {a} `b` "c"'}
    assert set(batch.links[Relation.MEMBER_OF]["role"]) == {f"id{number}" for number in range(len(odd))}
    assert "C%23#C%23=id6" in set(batch.entities[Kind.ACTOR]["record"])


def cypher_quoted(name: str) -> str:
    """As a client of Neo4j would, by the rule that its manual gives."""
    return "`" + name.replace("\\", "\\u005C").replace("`", "``") + "`"


def test_what_a_mapping_names_must_be_there(mapping: Path, driver: neo4j.Driver, neo4j_server: Neo4j) -> None:
    text = mapping.read_text("utf-8")
    for old, new, near in (
        ("Organisation", "Organization", "Organisation"),
        ("[links.WORKS_WITH]", "[links.WORK_WITH]", "WORKS_WITH"),
        ("[links.WORKS_WITH]", '[links."x`]-() DETACH DELETE a //"]', "HAS_PARTNER"),
    ):
        mapping.write_text(text.replace(old, new), "utf-8")
        with pytest.raises(InputError, match=near):
            load("neo4j", mapping)
    driver.execute_query("MATCH (x) DETACH DELETE x")
    mapping.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load("neo4j", mapping)
    assert caught.value.said("en").startswith("crm.toml, entities.Company: ")


def test_a_server_that_does_not_let_us_in_is_named(
    driver: neo4j.Driver, monkeypatch: pytest.MonkeyPatch, neo4j_server: Neo4j, tmp_path: Path
) -> None:
    def fails(address: str) -> ServerError:
        with pytest.raises(ServerError) as caught:
            load("neo4j", written(tmp_path, MAPPING, address))
        said = {caught.value.said(language) for language in LANGUAGES}
        assert len(said) == len(LANGUAGES) and all(address.partition("/nope")[0] in each for each in said)
        assert not any(neo4j_server.password in each for each in said)
        return caught.value

    address = neo4j_server.address
    missing = fails(f"{address}/nope")
    assert isinstance(missing, ServerRefused) and missing.key == "import-no-database" and "nope" in str(missing)
    assert fails(address.replace("bolt://", "bolt+s://")).key == "import-certificate"  # no encryption there at all
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        for scheme in ("bolt", "neo4j"):
            down = fails(f"{scheme}://127.0.0.1:{closed.getsockname()[1]}")
            assert isinstance(down, ServerUnreachable) and down.key == "import-unreachable"
            assert "(Connection refused)" in str(down)
    monkeypatch.setenv("NEO4J_PASSWORD", "wrong")
    assert fails(address).key == "import-password"
    driver.execute_query("CREATE USER reader SET PASSWORD 'first-password' CHANGE REQUIRED", database_="system")
    try:
        monkeypatch.setenv("NEO4J_USERNAME", "reader")
        monkeypatch.setenv("NEO4J_PASSWORD", "first-password")
        assert fails(address).key == "import-password-expired"
    finally:
        driver.execute_query("DROP USER reader", database_="system")


def test_credentials_come_from_the_environment_or_netrc(
    mapping: Path, monkeypatch: pytest.MonkeyPatch, neo4j_server: Neo4j, tmp_path: Path
) -> None:
    monkeypatch.delenv("NEO4J_PASSWORD")
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    with pytest.raises(ServerRefused):
        load("neo4j", mapping)
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login {neo4j_server.user} password {neo4j_server.password}\n", "utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert load("neo4j", mapping).rows_read
    netrc.write_text("machine", "utf-8")
    with pytest.raises(ServerRefused, match="netrc"):
        load("neo4j", mapping)
    netrc.write_text("machine elsewhere login me password mine\n", "utf-8")
    monkeypatch.setenv("ARVOVERKKO_USER", neo4j_server.user)
    monkeypatch.setenv("ARVOVERKKO_PASSWORD", neo4j_server.password)
    assert load("neo4j", mapping).rows_read


def test_a_connection_that_is_lost_is_asked_anew(
    mapping: Path, monkeypatch: pytest.MonkeyPatch, neo4j_server: Neo4j, driver: neo4j.Driver, tmp_path: Path
) -> None:
    driver.execute_query(
        "UNWIND range(1, 3000) AS n CREATE (:Organisation {key: 'org-' + n, name: 'Organisation ' + n})"
    )
    whole = load("neo4j", mapping)
    port = int(neo4j_server.address.rpartition(":")[2])
    with cutting(port, [60_000]) as (address, passed):
        again = load("neo4j", written(tmp_path, MAPPING, address))
        assert len(passed) > 1
    assert again.source.sha256 == whole.source.sha256
    assert all(frame.equals(again.frame(name)) for name, frame in whole.frames())  # type: ignore[arg-type]
    monkeypatch.setattr(connect, "PATIENCE", 1.0)
    with cutting(port, [60_000] * 100) as (address, _), pytest.raises(ServerUnreachable, match=address):
        load("neo4j", written(tmp_path, MAPPING, address))


@contextmanager
def cutting(port: int, most: list[int]) -> Iterator[tuple[str, list[int]]]:
    """A way to a server that is cut after so many bytes of the first, the second … connection; later ones hold."""
    passed: list[int] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, target: socket.socket, number: int, counted: bool) -> None:
        try:
            while data := source.recv(4096):
                if counted:
                    passed[number] += len(data)
                    if number < len(most) and passed[number] > most[number]:
                        break
                target.sendall(data)
        except OSError:
            pass
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", port))
            passed.append(0)
            number = len(passed) - 1
            pair = [
                threading.Thread(target=pump, args=(client, server, number, False), daemon=True),
                threading.Thread(target=pump, args=(server, client, number, True), daemon=True),
            ]
            for each in pair:
                each.start()
            ends.append((pair, (client, server)))

    ends: list[tuple[list[threading.Thread], tuple[socket.socket, ...]]] = []
    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    try:
        yield f"bolt://127.0.0.1:{listener.getsockname()[1]}", passed
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        serving.join(10)
        for pair, sockets in ends:
            for thread in pair:
                thread.join(10)
            for each in sockets:
                each.close()


def test_nothing_of_theirs_is_written(mapping: Path, driver: neo4j.Driver) -> None:
    def everything() -> list[Any]:
        found = driver.execute_query(
            "MATCH (x) OPTIONAL MATCH (x)-[y]->() "
            "RETURN elementId(x), labels(x), toString(size(keys(x))), collect(elementId(y)) ORDER BY elementId(x)"
        )
        return [record.values() for record in found.records]

    before = everything()
    load("neo4j", mapping)
    assert everything() == before
    with (
        connect.connected(connect.Address.of(mapping_address(mapping))) as connection,
        pytest.raises(neo4j.exceptions.ClientError, match="read access mode"),
    ):
        connection.ask("CREATE (x) RETURN 1 AS name", list, {})


def mapping_address(mapping: Path) -> str:
    return re.findall(r'address = "(.*)"', mapping.read_text("utf-8"))[0]


def test_the_guide_works_as_it_is_written(
    driver: neo4j.Driver, neo4j_server: Neo4j, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def pressed(text: str) -> str:
        return re.sub(r"\s+", "", re.sub(r"[45]:[0-9a-f…-]+:[0-9]+", "…", text))

    caplog.set_level(logging.WARNING, "arvoverkko")
    page = (ROOT / "docs" / "neo4j-import.md").read_text("utf-8")
    (cypher,) = re.findall(r"```cypher\n(.*?)```", page, re.DOTALL)
    (toml,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    driver.execute_query(cypher)
    address = re.findall(r'address = "(.*)"', toml)[0]
    batch: Batch = load("neo4j", written(tmp_path, toml.replace(address, neo4j_server.address), ""))
    (verdict,) = accept([batch])
    counts = f"read {verdict.read} rows, kept {verdict.kept}, refused {verdict.refused}, set aside {verdict.set_aside}"
    said = [f"network: {counts}.", *(record.getMessage() for record in caplog.records)]
    said += verdict.refusals["message_en"].to_list()
    assert [sentence for sentence in said if pressed(sentence) not in pressed(page)] == []
    assert len(said) == 7
