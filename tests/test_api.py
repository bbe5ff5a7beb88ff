"""The HTTP door, asked over the wire as a reader would."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pyoxigraph as ox
import pytest
import schemathesis
from conftest import examples
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from server import NAMES, PROBLEM, Server, problem
from typing_extensions import is_typeddict

from api.http import problems
from api.http.addresses import PLURALS
from api.http.app import create_app
from api.http.media import GRAPHS, RESULTS, accepted, wishes
from graph import shapes
from graph.knowledge_graph import KnowledgeGraph, open_graph
from ontology import errors
from ontology.facts import Batch
from ontology.metagraph import Kind


def test_it_says_what_it_holds(http: httpx.Client, enf_graph: KnowledgeGraph) -> None:
    body = http.get("/api/").json()
    assert body["counts"] == enf_graph.counts()
    assert body["licences"] == ["CC BY 4.0"]
    assert body["sources"][0]["retrieved"] == "2026-11-24"
    for address in body["links"].values():
        if "{" not in address and address != "/sparql":
            assert http.get(address).status_code == 200, address
    assert http.get("/", follow_redirects=True).json() == body
    assert http.get("/api/health").json() == {"status": "ok", "generation": enf_graph.generation.number}
    assert http.get("/api/history").json()["total"] == len(enf_graph.history())


def test_every_error_has_a_problem_of_its_own() -> None:
    def below(error: type[Exception]) -> Iterator[type[Exception]]:
        for child in error.__subclasses__():
            yield child
            yield from below(child)

    known = {type for type in problems.TABLE if issubclass(type, errors.ArvoverkkoError)}
    missing = {type for type in below(errors.ArvoverkkoError) if problems.TABLE.keys().isdisjoint(type.__mro__[:2])}
    assert not missing
    assert len({problems.TABLE[type].slug for type in known}) == len(known)


def test_problem_types_can_be_looked_up(http: httpx.Client) -> None:
    for described in http.get("/api/problems").json():
        assert http.get(described["type"]).json() == described
    problem(http.get("/api/problems/none"), 404, "not-found")


# ---- lists and search


@pytest.mark.parametrize(("kind", "plural"), PLURALS.items())
def test_walking_all_pages_gives_each_once(
    http: httpx.Client, enf_graph: KnowledgeGraph, kind: Kind, plural: str
) -> None:
    found: list[str] = []
    address: str | None = f"/api/{plural}?limit=37&lang=fi"
    while address:
        answer = http.get(address)
        body = answer.json()
        assert body["total"] == enf_graph.counts().get(kind, 0)
        found += [item["id"] for item in body["items"]]
        address = body["next"]
        assert answer.links.get("next", {}).get("url") == address
    assert len(found) == len(set(found)) == enf_graph.counts().get(kind, 0)


def test_filters_narrow_lists(http: httpx.Client) -> None:
    def ids(address: str) -> set[str]:
        body = http.get(address).json()
        assert body["total"] == len(body["items"])
        return {item["id"] for item in body["items"]}

    assert ids("/api/actors?name=Digipolis") == {"act-digipolis"}
    by_id, by_name = ids("/api/actors?region=reg-lappi&limit=500"), ids("/api/actors?region=Lapland&limit=500")
    assert by_id == by_name
    assert "act-digipolis" in by_id
    both = ids("/api/actors?region=reg-lappi&actor_type=university&limit=500")
    assert both < by_id
    assert "act-ulapland" in both
    assert ids("/api/regions?region_type=maakunta") == ids("/api/regions?region_type=maakunta&lang=sv")
    assert len(ids("/api/regions?region_type=maakunta")) == 7
    assert len(ids("/api/stages?value_chain=vc-wood")) == 6
    assert ids("/api/actors?actor_type=yliopisto") == ids("/api/actors?actor_type=university")
    whole = ids("/api/actors?region=pr-east-north-finland&limit=500")
    regions = ids("/api/regions?region_type=maakunta")
    assert whole == set().union(*(ids(f"/api/actors?region={region}&limit=500") for region in regions))
    part = http.get("/api/actors?region=la&limit=1&lang=fi").json()
    assert part["taken"] == [{"asked": "la", "id": "reg-lappi", "label": "Lappi"}]
    assert http.get("/api/actors?region=Lapland").json()["taken"] == []
    refused = problem(http.get("/api/actors?actor_type=none-such&lang=fi"), 400, "invalid-argument")
    assert "university (yliopisto)" in refused["detail"]


def test_search_counts_everything(http: httpx.Client) -> None:
    body = http.get("/api/search", params={"q": "lapin", "lang": "fi", "limit": 1}).json()
    assert body["total"] > len(body["items"]) == 1
    actors = http.get("/api/search", params={"q": "lapin", "kind": "Actor"}).json()
    assert {item["kind"] for item in actors["items"]} == {"Actor"}
    assert http.get("/api/search", params={"q": "lapin", "kind": "toimijat"}).json() == actors
    wrong = problem(http.get("/api/search?q=a&kind=velho&lang=fi"), 400, "invalid-argument")
    assert "Actor (toimija)" in wrong["detail"]
    assert http.get("/api/search", params={"q": "zzz"}).json()["total"] == 0


def test_names_are_in_the_language_asked_for(http: httpx.Client) -> None:
    def label(**more: Any) -> tuple[str, str]:
        answer = http.get("/api/regions/reg-lappi", **more)
        return answer.json()["label"], answer.headers["content-language"]

    assert label() == ("Lapland", "en")
    assert label(params={"lang": "sv"}) == ("Lappland", "sv")
    assert label(headers={"Accept-Language": "de, fi-FI;q=0.8, en;q=0.5"}) == ("Lappi", "fi")
    assert label(headers={"Accept-Language": "fi;q=nonsense, xx"}) == ("Lapland", "en")


# ---- one entity


def test_an_entity_has_its_links_and_sources(http: httpx.Client, enf_graph: KnowledgeGraph) -> None:
    body = http.get("/api/actors/act-digipolis?lang=fi").json()
    assert body == http.get("/api/entities/act-digipolis?lang=fi").json()
    assert body == json.loads(json.dumps(enf_graph.actor("act-digipolis").to_dict("fi")))
    assert all(link["record"] for link in body["links"])
    assert (body["kind_label"], body["attribute_labels"]) == ("toimija", {"actor_type": "kehitysyhtiö"})
    roles = {(link["role"], link["role_label"], link["method_label"]) for link in body["links"]}
    assert ("coordinator", "koordinaattori", "lähteen mukaan") in roles


def test_ids_may_hold_colons_and_slashes(http: httpx.Client, enf_graph: KnowledgeGraph) -> None:
    for id in enf_graph.generation.directory.ids(Kind.DOCUMENT):
        assert http.get(f"/api/entities/{id}").json()["id"] == id
        assert http.get(f"/api/documents/{id}").json()["id"] == id


@pytest.mark.parametrize(("format", "media_type"), GRAPHS.items())
def test_linked_data(http: httpx.Client, format: str, media_type: str) -> None:
    plain = media_type.partition(";")[0]
    led = http.get("/id/act-digipolis", headers={"Accept": plain})
    assert led.status_code == 303
    answer = http.get(led.headers["location"])
    assert answer.headers["content-type"] == media_type
    assert answer.content == http.get("/api/entities/act-digipolis", headers={"Accept": plain}).content
    parser = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}[format]
    triples = {(str(q.subject), str(q.predicate), str(q.object)) for q in ox.parse(answer.content, format=parser)}
    me, lapland = (f"<https://w3id.org/arvoverkko/id/{id}>" for id in ("act-digipolis", "reg-lappi"))
    assert (me, "<https://w3id.org/arvoverkko/ontology#locatedIn>", lapland) in triples
    # Links that touch it are there with their records.
    assert sum(predicate == "<http://www.w3.org/ns/prov#wasDerivedFrom>" for _, predicate, _ in triples) > 5


def test_an_identifier_leads_to_json_for_people(http: httpx.Client) -> None:
    led = http.get("/id/act-digipolis", headers={"Accept": "text/html,*/*;q=0.1"})
    assert (led.status_code, led.headers["location"]) == (303, "/api/entities/act-digipolis")
    problem(http.get("/id/act-none"), 404, "not-found")
    problem(http.get("/id/act-digipolis", headers={"Accept": "image/png"}), 406, "http-406")


# ---- questions


def test_partners_are_those_of_the_graph(http: httpx.Client, enf_graph: KnowledgeGraph) -> None:
    for language in ("fi", "en", "sv"):
        wanted = enf_graph.partners("act-digipolis", outside="cluster", limit=4).to_dict(language)
        asked = {"outside": "cluster", "limit": 4, "lang": language}
        told = http.get("/api/actors/act-digipolis/partners", params=asked).json()
        assert told == json.loads(json.dumps(wanted))
    both = http.get("/api/actors/act-digipolis/partners?outside=cluster&outside=region&region=Kainuu").json()
    assert both["wishes"]["outside"] == ["cluster", "region"]
    assert both["wishes"]["region"] == "reg-kainuu"
    named = http.get("/api/actors/act-digipolis/partners?actor_type=yliopisto&region=Lappi").json()
    assert (named["wishes"]["actor_type"], named["wishes"]["region"]) == ("university", "reg-lappi")
    assert named == json.loads(
        json.dumps(enf_graph.partners("act-digipolis", actor_type="university", region="Lappi").to_dict("en"))
    )


def test_partners_can_be_paged(http: httpx.Client) -> None:
    whole = http.get("/api/actors/act-digipolis/partners?limit=100").json()
    pieces: list[str] = []
    while len(pieces) < whole["total"]:
        body = http.get(f"/api/actors/act-digipolis/partners?limit=7&offset={len(pieces)}").json()
        assert body["partners"]
        pieces += [partner["id"] for partner in body["partners"]]
    assert pieces == [partner["id"] for partner in whole["partners"]]


def test_paths_and_gaps_are_those_of_the_graph(http: httpx.Client, enf_graph: KnowledgeGraph) -> None:
    wanted = enf_graph.paths("Digipolis", "act-vtt", limit=2).to_dict("sv")
    assert wanted["taken"] == [{"asked": "Digipolis", "id": "act-digipolis", "label": "Kemin Digipolis Oy"}]
    asked = {"from": "Digipolis", "to": "act-vtt", "limit": 2, "lang": "sv"}
    assert http.get("/api/paths", params=asked).json() == json.loads(json.dumps(wanted))
    gaps = enf_graph.gaps("vc-wood", "Kainuu").to_dict("fi", candidates=1)
    asked = {"region": "Kainuu", "candidates": 1, "lang": "fi"}
    assert http.get("/api/value-chains/vc-wood/gaps", params=asked).json() == json.loads(json.dumps(gaps))


# ---- pictures


@pytest.mark.parametrize(
    ("format", "media_type", "begins"),
    [("svg", "image/svg+xml", b"<svg"), ("png", "image/png", b"\x89PNG"), ("pdf", "application/pdf", b"%PDF")],
)
def test_infographics_by_address(http: httpx.Client, format: str, media_type: str, begins: bytes) -> None:
    first = http.get(f"/api/value-chains/vc-wood/infographic.{format}?lang=fi")
    assert first.status_code == 200
    assert first.headers["content-type"].partition(";")[0] == media_type
    assert begins in first.content[:200]
    assert first.headers["content-language"] == "fi"
    again = http.get(f"/api/value-chains/vc-wood/infographic?format={format}&lang=fi")
    by_type = http.get("/api/value-chains/vc-wood/infographic?lang=fi", headers={"Accept": media_type})
    assert first.content == again.content == by_type.content
    known = {"If-None-Match": first.headers["etag"]}
    assert http.get(f"/api/value-chains/vc-wood/infographic.{format}?lang=fi", headers=known).status_code == 304
    if format == "svg":
        ElementTree.fromstring(first.content)


def test_a_png_has_the_width_asked_for(http: httpx.Client) -> None:
    data = http.get("/api/value-chains/vc-wood/infographic.png?width=400").content
    assert int.from_bytes(data[16:20]) == 400
    problem(http.get("/api/value-chains/vc-wood/infographic.svg?width=400"), 400, "invalid-request")
    problem(http.get("/api/value-chains/vc-wood/infographic?format=pdf&width=400"), 400, "invalid-argument")
    problem(http.get("/api/value-chains/vc-wood/infographic.png?width=100000"), 400, "invalid-request")
    problem(http.get("/api/value-chains/vc-wood/infographic.svg?page=A9"), 400, "invalid-request")
    problem(http.get("/api/value-chains/vc-wood/infographic", headers={"Accept": "text/csv"}), 406, "http-406")


def test_networks_load_nothing_from_elsewhere(http: httpx.Client) -> None:
    for address in ("/api/value-chains/vc-wood/network", "/api/clusters/cl-arctic-industry/network"):
        answer = http.get(address, params={"lang": "fi"})
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert '<script src="' not in answer.text


# ---- manners


def test_wrong_questions_are_problems(http: httpx.Client) -> None:
    near = problem(http.get("/api/actors/Digipolix"), 404, "not-found")
    assert "suggestions" in near
    meant = problem(http.get("/api/entities/act-digipoli"), 404, "not-found")["suggestions"][0]
    assert meant == {"id": "act-digipolis", "label": "Kemin Digipolis Oy"}
    candidates = problem(http.get("/api/actors?name=Lapin"), 409, "ambiguous-name")["candidates"]
    assert "act-ulapland" in {candidate["id"] for candidate in candidates}
    faults = problem(http.get("/api/actors/act-digipolis/partners?min_trl=12"), 400, "invalid-request")["errors"]
    assert [fault["name"] for fault in faults] == ["min_trl"]
    problem(http.get("/api/actors/act-digipolis/partners?actor_type=none"), 400, "invalid-argument")
    problem(http.get("/api/actors?lang=de"), 400, "invalid-argument")
    problem(http.get("/api/actors?limit=501"), 400, "invalid-request")
    problem(http.get("/api/actors?name="), 400, "invalid-argument")
    misspelt = problem(http.get("/api/actors?regoin=reg-lappi"), 400, "invalid-request")
    assert "did you mean region?" in misspelt["detail"]
    problem(http.get("/api/paths?from=act-vtt&to=act-vtt"), 400, "invalid-argument")
    problem(http.get("/api/nothing"), 404, "http-404")
    refused = http.post("/api/actors")
    problem(refused, 405, "http-405")
    assert "GET" in refused.headers["allow"]


def test_where_an_id_is_asked_for_no_name_answers(http: httpx.Client) -> None:
    """The Finnish Food Authority is not `foo`, and a name in an address is no id."""
    for address in ("/api/actors/foo/partners", "/api/actors/foo", "/api/value-chains/wood/gaps", "/id/foo"):
        problem(http.get(address), 404, "not-found")
    for address, meant in (
        ("/api/actors/Digipolis/partners", "act-digipolis"),
        ("/api/entities/Kainuu", "reg-kainuu"),
        ("/api/value-chains/wood/infographic.svg", "vc-wood"),
    ):
        refused = problem(http.get(address), 404, "not-found")
        assert refused["suggestions"][0]["id"] == meant
        assert meant in refused["detail"]
    other = problem(http.get("/api/actors/cl-arctic-industry/partners?lang=fi"), 404, "not-found")
    assert "klusteri" in other["detail"] and "Vastuuorganisaatio: Kemin Digipolis Oy (act-digipolis)" in other["detail"]


def test_problems_speak_the_language_asked_for(http: httpx.Client) -> None:
    for asked, says in (
        ({"params": {"lang": "fi"}}, "ei ole"),
        ({"headers": {"Accept-Language": "sv-FI,sv;q=0.9"}}, "finns inte"),
        ({}, "nothing here"),
    ):
        answer = http.get("/api/actors/zzz", **asked)  # type: ignore[arg-type]
        assert says in problem(answer, 404, "not-found")["detail"]
    wrong = problem(http.get("/api/actors/act-digipolis/partners?min_trl=12&lang=fi"), 400, "invalid-request")
    assert wrong["errors"][0]["message"] == "arvon pitää olla enintään 9"
    misspelt = problem(http.get("/api/actors?regoin=reg-lappi&lang=sv"), 400, "invalid-request")
    assert "menade du region?" in misspelt["detail"]
    elsewhere = problem(http.get("/api/paths?from=Digipolis&to=Lappi&lang=fi"), 404, "not-found")
    assert "alue" in elsewhere["detail"]


def test_an_unexpected_error_says_nothing_of_the_inside() -> None:
    class Broken(KnowledgeGraph):
        @property
        def generation(self) -> Any:
            raise RuntimeError("secret")

    class Unreadable(KnowledgeGraph):
        @property
        def generation(self) -> Any:
            raise errors.DamagedWorkspace("/secret/folder is gone")

    for graph, status, slug in ((Broken, 500, "unexpected"), (Unreadable, 503, "graph-damaged")):
        home = open_graph()._home
        with Server(create_app(graph(home))) as server:
            answer = httpx.get(f"{server.url}/api/health")
            problem(answer, status, slug)
            assert "secret" not in answer.text


def test_answers_can_be_kept_and_checked(http: httpx.Client, enf_graph: KnowledgeGraph) -> None:
    first = http.get("/api/actors")
    assert first.headers["generation"] == enf_graph.generation.name
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["x-content-type-options"] == "nosniff"
    again = http.get("/api/actors", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = http.get("/api/actors?lang=fi", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


def test_head_is_get_without_a_body(http: httpx.Client) -> None:
    for address in ("/api/", "/api/actors/act-digipolis", "/api/value-chains/vc-wood/infographic.svg"):
        head, get = http.head(address), http.get(address)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["etag"] == get.headers["etag"]
        assert head.headers["content-length"] == get.headers["content-length"]


def test_many_at_once_get_the_same_answers(http: httpx.Client, url: str) -> None:
    addresses = [
        "/api/actors?limit=10",
        "/api/actors/act-digipolis/partners?limit=3&lang=fi",
        "/api/value-chains/vc-battery/gaps",
        "/api/value-chains/vc-battery/infographic.svg",
        "/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D",
        "/api/entities/cl-arctic-industry?format=turtle",
    ]
    alone = {address: http.get(address).content for address in addresses}
    with ThreadPoolExecutor(8) as threads:
        for address, content in threads.map(lambda a: (a, httpx.get(url + a, timeout=60).content), addresses * 6):
            assert content == alone[address]


def test_a_new_generation_is_seen(tmp_path: Path, enf_batch: Batch) -> None:
    writer = open_graph(tmp_path)
    writer.replace(enf_batch)
    with Server(create_app(open_graph(tmp_path))) as server:
        before = httpx.get(f"{server.url}/api/actors?limit=1")
        assert httpx.get(f"{server.url}/sparql", params={"query": NAMES}, timeout=30).status_code == 200
        writer.replace(enf_batch, force=True)
        after = httpx.get(f"{server.url}/api/actors?limit=1")
        assert (before.json()["generation"], after.json()["generation"]) == (1, 2)
        assert before.headers["etag"] != after.headers["etag"]
        assert httpx.get(f"{server.url}/sparql", params={"query": NAMES}, timeout=30).status_code == 200


def test_the_door_opens_without_the_extras_for_drawing() -> None:
    blocked = "import sys; sys.modules.update(dict.fromkeys(['uharfbuzz', 'typst', 'pyphen', 'pyvis']))"
    code = f"{blocked}; from api.http.app import create_app; from graph import open_graph; create_app(open_graph())"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).resolve().parents[1])


def test_accept_headers_are_read_as_written() -> None:
    assert accepted(None, RESULTS) == accepted("*/*", RESULTS) == "json"
    assert accepted("text/*", RESULTS) == "csv"
    assert accepted("text/csv;q=0.2, application/sparql-results+xml;q=0.7", RESULTS) == "xml"
    assert accepted("application/json", RESULTS) == "json"
    assert accepted("text/csv;q=0, */*;q=0.1", {"csv": "text/csv"}) is None
    assert accepted("image/png", RESULTS) is None
    assert [wish.quality for wish in wishes("a;q=2, b;q=x, c;q=-1, ,")] == [1.0, 0.0, 0.0]


def test_every_route_is_described(http: httpx.Client) -> None:
    described = http.get("/api/openapi.json").json()
    assert described["components"]["schemas"]["Problem"] == problems.SCHEMA
    seen = set()
    for methods in described["paths"].values():
        for route in methods.values():
            assert route["summary"] and route["description"], route
            assert route["operationId"] not in seen
            seen.add(route["operationId"])
            assert PROBLEM in route["responses"]["default"]["content"]
            for parameter in route.get("parameters", ()):
                assert parameter.get("description"), (route["operationId"], parameter["name"])


def test_the_shapes_of_the_graph_describe_the_answers(http: httpx.Client) -> None:
    described = http.get("/api/openapi.json").json()["components"]["schemas"]
    for name, shape in vars(shapes).items():
        if is_typeddict(shape) and not name.startswith("_"):
            own = described[name]
            assert own["description"] and not own["additionalProperties"], name
            assert own["properties"].keys() >= shape.__annotations__.keys(), name
            # What it inherits too; `from` and `to` are words of Python and have none beside them.
            undescribed = {of for of, each in own["properties"].items() if "description" not in each}
            assert undescribed <= {"next", "from", "to"}, name
    assert described["Partner"]["properties"]["parts"]["description"].startswith("Weighted by `weights`")


@pytest.mark.hypothesis
def test_it_answers_as_it_describes_itself(url: str) -> None:
    """Every route, with made-up values that fit its description and some that do not."""
    description = schemathesis.openapi.from_url(f"{url}/api/openapi.json")
    # What a description cannot say: a query in SPARQL, two different ends, no width without pixels.
    beyond = {"sparql_get", "sparql_post", "paths", "infographic"}
    operations = [found.ok() for found in description.get_all_operations()]
    assert len(operations) > 40
    for operation in operations:
        name = operation.definition.raw["operationId"]
        check_operation(operation, [positive_data_acceptance] if name in beyond else [])


def check_operation(operation: Any, excluded: list[Any]) -> None:
    @given(case=operation.as_strategy())
    @settings(max_examples=examples(3), derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(excluded_checks=excluded)

    check()


def test_answers_are_sent_at_once() -> None:
    """A listening socket without its protocol makes every answer on a kept connection wait for an acknowledgement."""
    from api.http.serving import _listening

    with _listening("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.proto == socket.IPPROTO_TCP
