"""The house stands as drawn: imports only go down, no circle, no upward arrow, names where they belong."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest
from conftest import ROOT

from tools import imports

#: What each floor may import of ours.
MAY_IMPORT = {
    "ontology": {"ontology"},
    "loaders": {"ontology", "loaders"},
    "graph": {"ontology", "graph"},
    "api": {"ontology", "loaders", "graph", "api"},
}

#: The rooms of `graph`, the lowest first: each may import those before it.
ROOMS = (
    "identity",
    "status",
    "shapes",
    "stores",
    "exports",
    "paths",
    "questions",
    "sparql",
    "infographics",
    "values",
    "knowledge_graph",
)

#: What imports a room above its own all the same.
UPWARD = {
    ("graph.stores.generation", "graph.paths"),  # a generation keeps the index of its paths
    ("graph.stores.derived", "graph.paths"),  # and says how it is made
}

#: What one door imports of the other: the command line starts the server.
BETWEEN_DOORS = {("api.cli.commands", "api.http.serving")}


def test_imports_go_down() -> None:
    upward = {
        (name, other)
        for name, other in imports.arrows()
        if other.partition(".")[0] not in MAY_IMPORT[name.partition(".")[0]]
    }
    assert upward == set()


def test_the_rooms_of_the_graph_import_down() -> None:
    place = {f"graph.{name}": height for height, name in enumerate(ROOMS)}
    assert {imports.room(name) for name in imports.modules() if name.startswith("graph.")} == set(place)
    upward = {
        (name, imports.room(other))
        for name, other in imports.arrows()
        if {imports.room(name), imports.room(other)} <= place.keys()
        and place[imports.room(name)] < place[imports.room(other)]
    }
    assert upward == UPWARD


def test_the_doors_do_not_lean_on_each_other() -> None:
    leaning = {
        (name, other)
        for name, other in imports.arrows()
        if {imports.room(name), imports.room(other)} == {"api.http", "api.cli"} and not imports.is_face(other)
    }
    assert leaning == BETWEEN_DOORS


def test_the_floors_know_nothing_of_what_stands_beside_them() -> None:
    beside = {"tools", "tests", "benchmarks", "conftest"}
    known = {(name, other) for name in imports.modules() for other in imports.imported(name)}
    assert {(name, other) for name, other in known if other.partition(".")[0] in beside} == set()


def test_there_is_no_circle() -> None:
    # A package's face imports its modules, and they import each other, so a face is no link of a circle.
    inner = nx.DiGraph(
        (name, other)
        for name, other in imports.arrows(types_too=False)
        if not imports.is_face(name) and not imports.is_face(other)
    )
    assert [sorted(circle) for circle in nx.strongly_connected_components(inner) if len(circle) > 1] == []


def test_notebooks_import_no_door() -> None:
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert not re.search(r"\b(import|from) api\b", path.read_text("utf-8")), path


def test_a_module_is_one_thing() -> None:
    lines = {name: len(imports.source(name).splitlines()) for name in imports.modules()}
    assert {name: many for name, many in lines.items() if many > 400} == {}


def test_a_module_says_what_it_is_for() -> None:
    assert [name for name in imports.modules() if not ast.get_docstring(imports.tree(name))] == []


def test_addresses_stand_in_prefixes_alone() -> None:
    """Namespaces are written once; patterns that recognise any address are not addresses."""
    address = re.compile(r"https?://[a-z0-9.-]+\.[a-z]{2,}[^\s\"')]*")
    found = {name: address.findall(imports.source(name)) for name in imports.modules() if name != "ontology.prefixes"}
    assert {name: written for name, written in found.items() if written} == {}


def test_the_floors_are_those_of_this_tree() -> None:
    for floor in imports.FLOORS:
        module = importlib.import_module(floor)
        assert Path(str(module.__file__)).resolve().is_relative_to(ROOT), floor


@pytest.mark.parametrize("floor", ("ontology", "loaders", "graph"))
def test_the_face_is_a_list_that_someone_wrote(floor: str) -> None:
    module = importlib.import_module(floor)
    assert list(module.__all__) == sorted(module.__all__, key=lambda n: (not n.isupper(), n.islower(), n))
    for name in module.__all__:
        assert getattr(module, name) is not None


def test_nothing_heavy_is_imported_with_the_core() -> None:
    """What only draws, serves or tests comes when it is asked for."""
    heavy = (
        "networkx",
        "numpy",
        "babel",
        "fastapi",
        "uvicorn",
        "pyvis",
        "typst",
        "uharfbuzz",
        "neo4j",
        "duckdb",
        "pandas",
        "IPython",
        "rdflib",
    )
    code = f"import graph, loaders, sys; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_machine_path_and_no_registry_in_tracked_files() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this tree is no git checkout, so what is tracked is not known")
    bad = []
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".ttf", ".woff2", ".png", ".pdf"} or not path.is_file() or name == "tests/test_house.py":
            continue
        text = path.read_text("utf-8")
        if re.search(r"(?<![\w.])/(work|root|home/\w+)/", text) or re.search(
            r"--(extra-)?index-url|\"resolved\":", text
        ):
            bad.append(name)
    assert bad == []


def test_the_drawing_of_the_imports_is_fresh() -> None:
    assert imports.PATH.read_text("utf-8") == imports.page(), "docs/imports.md is stale: python -m tools.imports"


def test_every_tool_is_listed() -> None:
    said = (ROOT / "tools" / "README.md").read_text("utf-8")
    tools = {path.stem for path in (ROOT / "tools").iterdir() if path.suffix in {".py", ".sh"}} - {"__init__"}
    assert {tool for tool in tools if not re.search(rf"tools[./]{tool}\b", said)} == set()
