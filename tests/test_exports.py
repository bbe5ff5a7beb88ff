"""Exports are read back by the tools that they are for, and nothing is lost, changed, or half there."""

from __future__ import annotations

import ast
import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import igraph
import networkx as nx
import polars as pl
import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner
from conftest import ROOT
from lxml import etree
from test_rdf import assert_equal

from api.cli import exporting
from api.cli.commands import main
from graph import KnowledgeGraph, open_graph
from graph.exports import forms
from graph.exports.forms import FORMS
from graph.exports.network import Network
from graph.stores.neo4j import importing
from graph.stores.rdf import from_quads
from ontology.errors import ArvoverkkoError, ExportError, InvalidArgument
from ontology.facts import Batch, Source, columns, dtype, entity_attributes, link_attributes
from ontology.metagraph import KINDS, NO_BRIDGE, RELATIONS, Kind, Relation
from ontology.prefixes import GEXF, GRAPHML
from ontology.texts import LANGUAGES

#: Texts that one format or another takes for something else.
NASTY = [
    "Says \"quoted\", and 'single'",
    "two\nlines\r\nand\ra tab\t.",
    "{braces} & <tags> ]]> &amp; &#10;",
    "semi;colon|pipe,comma",
    "=1+1",
    "+358 40 123",
    "@cell",
    "-2",
    "👩‍🔬 Ääni 製造",
    " spaces around ",
    "\\back\\slash\\n",
    "$1 ${1} %s",
    "null",
]
IRI, ADDRESS = "https://example.org/a/b:c~d+e", "https://example.org/a?b=c&d='e'#f"


def batch(id: str, **rows: list[dict[str, Any]]) -> Batch:
    source = Source(id, f'The "{id}" & <more>', "Who", "CC BY 4.0", None, date(2026, 1, 31), "0" * 64)
    said = [
        (name, pl.DataFrame([{"method": "stated", "record": f"{name}#{n}"} | row for n, row in enumerate(own)],
                            infer_schema_length=None))
        for name, own in rows.items()
    ]  # fmt: skip
    return Batch(
        source,
        {Kind(name): frame for name, frame in said if name in list(Kind)},
        {Relation(name): frame for name, frame in said if name in list(Relation)},
    )


def nasty() -> KnowledgeGraph:
    """A graph of two sources with whatever an export could trip over, none of which the rules refuse."""
    graph = open_graph()
    actors = [{"id": f"act-{n}", "label_und": text, "note": text} for n, text in enumerate(NASTY)]
    first = batch(
        "one",
        Actor=[*actors, {"id": "act", "label_fi": "Toimija", "label_zh-hant": "製造", "size": "large"}],
        Cluster=[
            {"id": "cl", "label_en": "Cluster", "on_eccp": False},
            {"id": "cl-2", "label_en": "B", "on_eccp": True},
        ],
        Stage=[{"id": "urn:stage:1", "label_sv": "Steg", "position": 2**62}],
        Project=[{"id": "prj", "label_en": "P", "start": "2021", "end": "2022-05", "budget_eur": 1e300}],
        Document=[{"id": IRI, "label_en": "D", "url": ADDRESS, "date": "2021-05-31"}],
        Region=[{"id": "reg", "label_en": "Region"}],
        memberOf=[{"subject": "act", "object": "cl", "role": text, "confidence": 0.1} for text in NASTY],
        worksIn=[{"subject": "act", "object": "urn:stage:1", "role": "maker", "record": "odd\x00\x1b\ufffe.csv#row=1"}],
        locatedIn=[{"subject": "act", "object": "reg"}],
    )
    second = batch(
        "two",
        Actor=[{"id": "act", "label_en": "Actor", "label_fi": "Toinen", "municipality": "Kemi", "note": "second"}],
        memberOf=[{"subject": "act", "object": "cl", "since": "2021-05", "note": '=HYPERLINK("x")'}],
    )
    assert [report.refused + report.set_aside for report in graph.replace([first, second])] == [0, 0]
    return graph


GRAPHS = ("enf", "nasty", "empty")


@pytest.fixture(params=GRAPHS)
def kg(request: pytest.FixtureRequest, enf_graph: KnowledgeGraph) -> KnowledgeGraph:
    return {"enf": lambda: enf_graph, "nasty": nasty, "empty": open_graph}[request.param]()


def place(folder: Path, form: str) -> Path:
    return folder / f"out{FORMS[form].suffix}"


def edges_of(graph: Any) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return what each edge says, by its ends and its id, which networkx reads as the key or as an attribute."""
    found = {}
    for source, target, said in graph.edges(data=True):
        key = said.pop("id")
        found[source, target, key] = said
    return found


def ours(kg: KnowledgeGraph, language: str) -> tuple[dict[str, Any], dict[tuple[str, str, str], Any]]:
    graph = kg.to_networkx(language)
    return dict(graph.nodes(data=True)), {(s, t, key): said for s, t, key, said in graph.edges(keys=True, data=True)}


# ---- networks


@pytest.mark.parametrize("language", LANGUAGES)
def test_graphml_reads_in_networkx_as_the_very_graph_that_is_lent_to_it(
    kg: KnowledgeGraph, tmp_path: Path, language: str
) -> None:
    kg.export(tmp_path / "a.graphml", "graphml", language=language)
    read = nx.read_graphml(tmp_path / "a.graphml", force_multigraph=True)
    nodes, edges = ours(kg, language)
    assert dict(read.nodes(data=True)) == nodes
    assert {(s, t, key): said for s, t, key, said in read.edges(keys=True, data=True)} == edges
    assert read.is_directed() or not nodes


@pytest.mark.parametrize("language", LANGUAGES)
def test_gexf_reads_in_networkx_as_the_very_graph_that_is_lent_to_it(
    kg: KnowledgeGraph, tmp_path: Path, language: str
) -> None:
    kg.export(tmp_path / "a.gexf", "gexf", language=language)
    read = nx.read_gexf(tmp_path / "a.gexf")
    nodes, edges = ours(kg, language)
    assert dict(read.nodes(data=True)) == nodes
    assert edges_of(read) == edges


def test_igraph_reads_the_graphml(kg: KnowledgeGraph, tmp_path: Path) -> None:
    """A third reader, of another make; it has no unknown truth and no unknown number, so only what is told is asked."""
    kg.export(tmp_path / "a.graphml", "graphml")
    read = igraph.Graph.Read_GraphML(str(tmp_path / "a.graphml"))
    nodes, edges = ours(kg, "en")
    assert {vertex["id"] for vertex in read.vs} == nodes.keys()
    for vertex in read.vs:
        assert {name: vertex[name] for name in nodes[vertex["id"]]} == nodes[vertex["id"]]
    # It takes the ids of nodes for those of edges, and keeps the order.
    frames = Network(kg.generation.tables, "en").edges()
    order = [key for frame in frames for key in frame.select("source", "target", "id").iter_rows()]
    for edge, (source, target, id) in zip(read.es, order, strict=True):
        assert (read.vs[edge.source]["id"], read.vs[edge.target]["id"]) == (source, target)
        said = edges[source, target, id]
        assert {name: edge[name] for name in said} == said


def test_graphml_is_built_as_graphml_is(kg: KnowledgeGraph, tmp_path: Path) -> None:
    kg.export(tmp_path / "a.graphml", "graphml")
    root = etree.parse(tmp_path / "a.graphml").getroot()
    own = f"{{{GRAPHML}}}"
    assert root.tag == own + "graphml"
    assert [each.tag.removeprefix(own) for each in root if each.tag != own + "key"] == ["desc", "graph"]
    keys = {key.get("id"): key for key in root.iter(own + "key")}
    assert len(keys) == len(list(root.iter(own + "key")))
    # Gephi takes these for the labels of another program.
    assert not {"d3", "d7"} & keys.keys()
    assert {key.get("attr.type") for key in keys.values()} <= {"string", "boolean", "long", "double"}
    (network,) = root.iter(own + "graph")
    ids = [node.get("id") for node in network.iter(own + "node")]
    assert len(ids) == len(set(ids))
    for each in network:
        assert all(keys[data.get("key")].get("for") == each.tag.removeprefix(own) for data in each)
        assert len({data.get("key") for data in each}) == len(each)
        if each.tag == own + "edge":
            assert {each.get("source"), each.get("target")} <= set(ids)
    assert {each.tag for each in network} <= {own + "node", own + "edge"}


def test_gexf_is_built_as_gexf_is(kg: KnowledgeGraph, tmp_path: Path) -> None:
    kg.export(tmp_path / "a.gexf", "gexf")
    root = etree.parse(tmp_path / "a.gexf").getroot()
    own = f"{{{GEXF}}}"
    assert (root.tag, root.get("version")) == (own + "gexf", "1.3")
    meta, network = root
    assert meta.get("lastmodifieddate") is None  # it would be another day's tomorrow
    assert [each.tag.removeprefix(own) for each in network] == ["attributes", "attributes", "nodes", "edges"]
    ids = {node.get("id") for node in network[2]}
    for declared, held in ((network[0], network[2]), (network[1], network[3])):
        keys = {each.get("id"): each.get("type") for each in declared}
        assert set(keys.values()) <= {"string", "boolean", "long", "double"}
        assert len({each.get("title") for each in declared}) == len(declared)
        assert len({each.get("id") for each in held}) == len(held)
        for each in held:
            assert each.get("label")
            assert {value.get("for") for values in each for value in values} <= keys.keys()
    for edge in network[3]:
        assert {edge.get("source"), edge.get("target")} <= ids
        assert edge.get("kind") in list(Relation)


def test_a_node_says_what_the_first_source_says_and_where_it_is_silent_the_next(tmp_path: Path) -> None:
    graph = nasty().to_networkx("fi")
    said = graph.nodes["act"]
    assert (said["label"], said["label_fi"], said["label_en"]) == ("Toimija", "Toimija", "Actor")
    assert (said["municipality"], said["size_class"], said["sources"]) == ("Kemi", "large", "one two")
    assert said["record"] == "Actor#13" and said.get("note") is None  # a remark is of its record
    assert graph.nodes["cl"]["sources"] == "one"
    # The two ends of the many memberships are the same, and each row is an edge of its own.
    assert graph.number_of_edges("act", "cl") == len(NASTY) + 1
    assert nasty().to_networkx("en").nodes["act"]["label"] == "Actor"


def test_an_attribute_has_one_type_and_no_name_that_a_tool_takes_for_its_own() -> None:
    for spec in ([entity_attributes(kind) for kind in KINDS], [link_attributes(relation) for relation in RELATIONS]):
        types: dict[str, set[pl.DataType]] = {}
        for attribute in (attribute for attributes in spec for attribute in attributes):
            types.setdefault(attribute.name, set()).add(dtype(attribute.value))
        assert {name: found for name, found in types.items() if len(found) > 1} == {}
    # What the importers of Gephi make of an attribute of such a name; an edge's ends are `source` and `target`.
    taken = {"size", "x", "y", "z", "xpos", "ypos", "r", "g", "b", "color", "weight", "edgelabel", "edgeid", "type"}
    network = Network(nasty().generation.tables, "en")
    frames = {
        kind: columns(entity_attributes(kind), network._nodes(kind, network.tables.scan(kind)).collect_schema().names())
        for kind in Kind
    }
    assert {kind: set(names) & taken for kind, names in frames.items() if set(names) & taken} == {}
    assert not {a.name for relation in RELATIONS for a in link_attributes(relation)} & (taken | {"source", "target"})


# ---- what is a bridge and what is a filter


def test_centralities_of_bridges_are_not_led_by_regions(enf_graph: KnowledgeGraph, tmp_path: Path) -> None:
    enf_graph.export(tmp_path / "a.graphml", "graphml")
    whole = nx.Graph(nx.read_graphml(tmp_path / "a.graphml"))
    bridges = whole.subgraph([node for node, bridge in whole.nodes(data="bridge") if bridge])
    for measure in (nx.degree_centrality, nx.betweenness_centrality):
        tops = []
        for graph in (whole, bridges):
            found = measure(graph)
            tops.append({whole.nodes[node]["kind"] for node in sorted(found, key=found.__getitem__)[-10:]})
        assert "Region" in tops[0]
        assert not tops[1] & NO_BRIDGE and "Actor" in tops[1]


def test_an_edge_is_a_bridge_where_both_of_its_ends_are(kg: KnowledgeGraph) -> None:
    graph = kg.to_networkx()
    for _, kind, bridge in ((node, said["kind"], said["bridge"]) for node, said in graph.nodes(data=True)):
        assert bridge == (Kind(kind) not in NO_BRIDGE)
    for source, target, bridge in graph.edges(data="bridge"):
        assert bridge == (graph.nodes[source]["bridge"] and graph.nodes[target]["bridge"])


# ---- tables


def test_csv_has_every_node_and_every_edge_to_the_letter(kg: KnowledgeGraph, tmp_path: Path) -> None:
    kg.export(tmp_path / "csv", "csv", language="sv")
    nodes, edges = ours(kg, "sv")
    with (tmp_path / "csv" / "nodes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(nodes)
    for row in rows:
        same(row, nodes[row.pop("Id")], {"label": "Label"})
    with (tmp_path / "csv" / "edges.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(edges)
    for row in rows:
        assert row.pop("Type") == "Directed"
        same(row, edges[row.pop("Source"), row.pop("Target"), row.pop("Id")], {"label": "Label", "relation": "Kind"})
    for name, expected in (("nodes", len(nodes)), ("edges", len(edges))):
        assert pl.read_csv(tmp_path / "csv" / f"{name}.csv", infer_schema=False).height == expected
    sources = pl.read_csv(tmp_path / "csv" / "sources.csv", infer_schema=False)
    assert sources["id"].to_list() == [source.id for source in kg.generation.tables.sources]


def same(row: dict[str, str], said: dict[str, Any], names: dict[str, str]) -> None:
    """What is in the cells of a row is what is known, and the other cells are empty."""
    known = {names.get(name, name): value for name, value in said.items()}
    for name, cell in row.items():
        value = known.pop(name, "")
        if isinstance(value, bool):
            assert cell == str(value).lower()
        else:
            assert type(value)(cell) == value
    assert known == {}


def test_a_text_that_begins_as_a_formula_stays_as_it_is(tmp_path: Path) -> None:
    """An export changes no name; docs/exports.md says how to open it in a spreadsheet."""
    nasty().export(tmp_path / "csv", "csv")
    labels = pl.read_csv(tmp_path / "csv" / "nodes.csv", infer_schema=False)["Label"].to_list()
    assert set(NASTY) <= set(labels)


def test_parquet_has_the_tables_as_they_are(kg: KnowledgeGraph, tmp_path: Path) -> None:
    kg.export(tmp_path / "pq", "parquet")
    tables = kg.generation.tables
    held = {**tables.entities, **tables.links}
    assert {path.stem for path in (tmp_path / "pq").iterdir()} == {*map(str, held), "sources"}
    types = {pl.String: "VARCHAR", pl.Int64: "BIGINT", pl.Float64: "DOUBLE", pl.Boolean: "BOOLEAN"}
    with duckdb.connect() as base:
        for name, frame in held.items():
            found = base.execute("SELECT * FROM read_parquet(?)", [str(tmp_path / "pq" / f"{name}.parquet")])
            assert [(column[0], str(column[1])) for column in found.description or ()] == [
                (column, types[type(kind)]) for column, kind in frame.schema.items()
            ]
            assert found.fetchall() == frame.rows()
        asked = "SELECT id, retrieved FROM read_parquet(?)"
        sources = base.execute(asked, [str(tmp_path / "pq" / "sources.parquet")]).fetchall()
    assert sources == [(source.id, source.retrieved) for source in tables.sources]


# ---- RDF


def stored(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Return quads as a store has them, which writes a number in its own way."""
    store = ox.Store()
    store.extend(quads)
    return set(store)


def test_nquads_are_the_store_and_read_back_as_the_tables(kg: KnowledgeGraph, tmp_path: Path) -> None:
    kg.export(tmp_path / "a.nq", "nquads")
    quads = list(ox.parse(path=tmp_path / "a.nq", format=ox.RdfFormat.N_QUADS))
    assert stored(quads) == set(kg.generation.store)
    assert_equal(kg.generation.tables, from_quads(quads))


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_jsonld_says_the_same_to_two_readers(kg: KnowledgeGraph, tmp_path: Path) -> None:
    kg.export(tmp_path / "a.jsonld", "jsonld")
    quads = set(ox.parse(path=tmp_path / "a.jsonld", format=ox.RdfFormat.JSON_LD))
    assert stored(quads) == set(kg.generation.store)
    theirs = rdflib.Dataset().parse(tmp_path / "a.jsonld", format="json-ld")
    assert len(set(theirs.quads())) == len(quads)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_turtle_is_the_union_to_two_readers(kg: KnowledgeGraph, tmp_path: Path) -> None:
    kg.export(tmp_path / "a.ttl", "turtle")
    triples = {quad.triple for quad in ox.parse(path=tmp_path / "a.ttl", format=ox.RdfFormat.TURTLE)}
    ours = {quad.triple for quad in stored(ox.Quad(*triple) for triple in triples)}
    assert ours == {quad.triple for quad in kg.generation.store}
    theirs = rdflib.Graph().parse(tmp_path / "a.ttl", format="turtle")
    assert len(theirs) == len(triples)
    assert (tmp_path / "a.ttl").read_text("utf-8").startswith("@prefix av: ")


# ---- all forms


@pytest.mark.parametrize("form", FORMS)
def test_the_same_facts_are_the_same_bytes(form: str, enf_graph: KnowledgeGraph, tmp_path: Path) -> None:
    """Twice, and from memory as from a folder; the second export takes the place of the first."""
    in_memory = open_graph()
    from loaders import load

    in_memory.replace(load("enf"))
    found = []
    for graph in (enf_graph, enf_graph, in_memory):
        written = graph.export(place(tmp_path, form), form, language="fi")
        found.append(bytes_of(written.path))
        counts = graph.counts()
        assert written.entities == sum(counts.get(kind, 0) for kind in Kind)
        assert written.links == sum(counts.get(relation, 0) for relation in Relation)
    assert found[0] == found[1]
    if form != "neo4j":  # which says, too, which generation it is
        assert found[0] == found[2]
    assert [path.name for path in tmp_path.iterdir()] == [place(tmp_path, form).name]


def bytes_of(path: Path) -> dict[str, bytes]:
    """Return what is in a file, or in all files of a folder."""
    return {each.name: each.read_bytes() for each in (sorted(path.iterdir()) if path.is_dir() else [path])}


@pytest.mark.parametrize("form", FORMS)
def test_some_kinds_go_out_with_the_links_among_them(form: str, enf_graph: KnowledgeGraph, tmp_path: Path) -> None:
    if form == "neo4j":  # a graph of which nothing is missing
        with pytest.raises(InvalidArgument, match="takes a whole graph: leave out --kind"):
            enf_graph.export(place(tmp_path, form), form, kinds=("toimijat",))
        return
    written = enf_graph.export(place(tmp_path, form), form, kinds=("toimijat", Kind.CLUSTER))
    tables = enf_graph.generation.tables
    ids = {id for kind in (Kind.ACTOR, Kind.CLUSTER) for id in tables.entity(kind)["id"]}
    links = sum(
        subject in ids and object in ids
        for frame in tables.links.values()
        for subject, object in frame.select("subject", "object").iter_rows()
    )
    assert (written.entities, written.links) == (len(ids), links) and links
    match form:
        case "graphml":
            assert set(nx.read_graphml(written.path)) == ids
        case "gexf":
            assert set(nx.read_gexf(written.path)) == ids
        case "csv":
            assert set(pl.read_csv(written.path / "nodes.csv")["Id"]) == ids
            assert pl.read_csv(written.path / "edges.csv", infer_schema=False).height == links
        case "parquet":
            names = {path.stem for path in written.path.iterdir()}
            assert {"Actor", "Cluster", "memberOf", "sources"} <= names and not {"Region", "locatedIn"} & names
        case "nquads" | "jsonld":
            back = from_quads(ox.parse(path=written.path))
            assert set(back.entities) == {Kind.ACTOR, Kind.CLUSTER}
            assert sum(frame.height for frame in back.links.values()) == links
        case "turtle":
            text = written.path.read_text("utf-8")
            assert "av:linkRelation av:memberOf" in text and "av:linkRelation av:locatedIn" not in text


@pytest.mark.parametrize("form", FORMS)
def test_what_is_cut_off_leaves_the_earlier_export_and_nothing_beside_it(
    form: str, enf_graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = enf_graph.export(place(tmp_path, form), form)
    before = bytes_of(written.path)

    def cut_off(*_: object) -> Iterator[Any]:
        raise KeyboardInterrupt

    half = {"nquads": "_quads", "jsonld": "_quads", "turtle": "row_texts"}
    if form in half:
        monkeypatch.setattr(forms.statements, half[form], cut_off)
    elif form == "neo4j":
        monkeypatch.setattr(importing, "command", cut_off)
    elif form == "parquet":
        monkeypatch.setattr(forms.tables, "sources_of", cut_off)
    else:
        monkeypatch.setattr(Network, "edges", cut_off)
    with pytest.raises(KeyboardInterrupt):
        enf_graph.export(place(tmp_path, form), form)
    assert bytes_of(written.path) == before
    assert list(tmp_path.iterdir()) == [written.path]


def test_a_process_that_ends_in_the_middle_leaves_nothing_under_the_name(enf_workspace: Path, tmp_path: Path) -> None:
    code = (
        "import os; from graph import open_graph; from graph.exports.network import Network;"
        "Network.edges = lambda self: os._exit(9);"
        f"open_graph({str(enf_workspace)!r}).export({str(tmp_path / 'csv')!r}, 'csv')"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 9
    assert not (tmp_path / "csv").exists()
    open_graph(enf_workspace).export(tmp_path / "csv", "csv")
    assert {path.name for path in (tmp_path / "csv").iterdir()} == set(FORMS["csv"].files)


def test_what_is_no_export_is_left_alone(enf_graph: KnowledgeGraph, tmp_path: Path) -> None:
    for form in ("csv", "parquet"):
        (tmp_path / "mine").mkdir(exist_ok=True)
        (tmp_path / "mine" / "letter.txt").write_text("dear")
        with pytest.raises(ExportError, match=r"letter\.txt"):
            enf_graph.export(tmp_path / "mine", form)
        assert bytes_of(tmp_path / "mine") == {"letter.txt": b"dear"}
        (tmp_path / "file").write_text("mine")
        with pytest.raises(ExportError, match="give a folder"):
            enf_graph.export(tmp_path / "file", form)
        (tmp_path / "empty").mkdir(exist_ok=True)
        assert enf_graph.export(tmp_path / "empty", form).links
        assert bytes_of(tmp_path / "empty")
        for path in (tmp_path / "empty").iterdir():
            path.unlink()
    (tmp_path / "a.ttl").mkdir()
    with pytest.raises(ExportError, match="give a file"):
        enf_graph.export(tmp_path / "a.ttl", "turtle")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "form", "right"),
    [("a.gexf", "graphml", ".graphml"), ("a", "turtle", ".ttl"), ("a.csv", "csv", " a,"), ("a.x", "xls", "parquet")],
)
def test_a_wrong_name_or_form_is_said_with_what_would_be_right(
    name: str, form: str, right: str, language: str, enf_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    with pytest.raises(ArvoverkkoError) as caught:
        enf_graph.export(tmp_path / name, form)
    assert right in caught.value.said(language)
    assert list(tmp_path.iterdir()) == []


def test_a_language_or_a_kind_that_is_not_there_is_said_before_anything_is_written(
    enf_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    for wrong in ({"language": "de"}, {"kinds": ["robots"]}):
        with pytest.raises(InvalidArgument):
            enf_graph.export(tmp_path / "new" / "a.ttl", "turtle", **wrong)
    assert list(tmp_path.iterdir()) == []


def test_no_room_is_said(enf_graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for form in FORMS:
        monkeypatch.setitem(FORMS, form, forms.Form(form, full, FORMS[form].suffix, FORMS[form].files))
        with pytest.raises(ExportError, match="No space left"):
            enf_graph.export(place(tmp_path, form), form)
    assert list(tmp_path.iterdir()) == []


# ---- the command


def test_the_command_knows_the_forms_without_importing_them() -> None:
    assert tuple(FORMS) == exporting.FORMS


def test_the_page_on_exports_tells_of_every_form_and_its_code_runs(
    enf_graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "exports.md").read_text("utf-8")
    beside = {"neo4j": "import.sh"}
    for form in FORMS.values():
        (row,) = re.findall(rf"^\| `{form.name}` \| .*(?:file|folder).*$", page, re.MULTILINE)
        assert all(f"`{name}`" in row for name in (form.suffix or beside.get(form.name, f"sources.{form.name}"),))
    monkeypatch.chdir(tmp_path)
    enf_graph.export("enf.graphml", "graphml")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(code, {})
    shown = ast.literal_eval(capsys.readouterr().out)
    regions = set(enf_graph.entities(Kind.REGION)["label"])
    assert len(shown) == 5 and not set(shown) & regions


@pytest.mark.parametrize(
    ("language", "says"),
    [("fi", "630 kohdetta"), ("en", "630 entities"), ("sv", "630 objekt")],
)
def test_the_command_says_what_it_wrote(language: str, says: str, enf_workspace: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "enf.gexf"
    told = ["export", str(out), "--graph", str(enf_workspace), "--form", "gexf", "--lang", language]
    done = CliRunner().invoke(main, told)
    assert done.exit_code == 0 and says in done.output and str(out) in done.output
    assert out.is_file()
    wrong = CliRunner().invoke(main, [*told, "--form", "csv"])
    assert wrong.exit_code == 1 and "Traceback" not in wrong.output and "enf.gexf" in wrong.output
