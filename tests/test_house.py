"""The house stands as drawn: imports only go down, no circle, no upward arrow, names where they belong."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
from pathlib import Path

import networkx as nx
import pytest
from conftest import ROOT

FLOORS = ("ontology", "loaders", "graph", "api")

#: What each floor may import of ours.
MAY_IMPORT = {
    "ontology": {"ontology"},
    "loaders": {"ontology", "loaders"},
    "graph": {"ontology", "graph"},
    "api": {"ontology", "loaders", "graph", "api"},
}


def modules() -> dict[str, Path]:
    found = {}
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(name: str, path: Path, *, types_too: bool = True) -> set[str]:
    """Our modules that a module imports, at the top or late; relative ones resolved."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found: set[str] = set()
    tree = ast.parse(path.read_text("utf-8"))
    only_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if not types_too and id(node) in only_types:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parent, base] if base else parent)
            found |= {f"{base}.{alias.name}" for alias in node.names} | {base}
    return {module for module in found if module in MODULES and module != name}


GRAPH = nx.DiGraph((name, other) for name, path in MODULES.items() for other in imports(name, path, types_too=False))


@pytest.mark.parametrize("name", MODULES)
def test_imports_go_down(name: str) -> None:
    floor = name.partition(".")[0]
    upward = {other for other in imports(name, MODULES[name]) if other.partition(".")[0] not in MAY_IMPORT[floor]}
    assert upward == set()


def test_there_is_no_circle() -> None:
    # A package's face imports its modules, and they import each other, so a face is no link of a circle.
    faces = [name for name, path in MODULES.items() if path.name == "__init__.py"]
    inner = GRAPH.subgraph(set(GRAPH) - set(faces))
    assert [sorted(circle) for circle in nx.strongly_connected_components(inner) if len(circle) > 1] == []


def test_notebooks_import_no_door() -> None:
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert not re.search(r"\b(import|from) api\b", path.read_text("utf-8")), path


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_one_thing(name: str) -> None:
    assert len(MODULES[name].read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_what_it_is_for(name: str) -> None:
    assert ast.get_docstring(ast.parse(MODULES[name].read_text("utf-8")))


@pytest.mark.parametrize("name", MODULES)
def test_addresses_stand_in_prefixes_alone(name: str) -> None:
    """Namespaces are written once; patterns that recognise any address are not addresses."""
    if name == "ontology.prefixes":
        return
    text = MODULES[name].read_text("utf-8")
    assert re.findall(r"https?://[a-z0-9.-]+\.[a-z]{2,}[^\s\"')]*", text) == []


@pytest.mark.parametrize("floor", FLOORS)
def test_the_floors_are_those_of_this_tree(floor: str) -> None:
    module = importlib.import_module(floor)
    assert Path(str(module.__file__)).resolve().is_relative_to(ROOT)


@pytest.mark.parametrize("floor", ("ontology", "loaders", "graph"))
def test_the_face_is_a_list_that_someone_wrote(floor: str) -> None:
    module = importlib.import_module(floor)
    assert list(module.__all__) == sorted(module.__all__, key=lambda n: (not n.isupper(), n.islower(), n))
    for name in module.__all__:
        assert getattr(module, name) is not None


def test_nothing_heavy_is_imported_with_the_core() -> None:
    """What only draws, serves or tests comes when it is asked for."""
    heavy = ("fastapi", "uvicorn", "pyvis", "typst", "uharfbuzz", "neo4j", "duckdb", "pandas", "IPython", "rdflib")
    code = f"import graph, loaders, sys; print([name for name in {heavy} if name in sys.modules])"
    import sys

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


def room(name: str) -> str:
    """The room that a module is in: a package inside a floor, or the module itself."""
    parts = name.split(".")
    return ".".join(parts[:2]) if len(parts) > 1 else name


def drawing() -> str:
    """The imports between rooms as a Mermaid graph; a floor's arrows to a lower floor are drawn once."""
    arrows = set()
    for name, other in GRAPH.edges:
        start, end = (room(each) for each in (name, other))
        floor, below = (each.partition(".")[0] for each in (start, end))
        arrows.add((floor, below) if floor != below else (start, end))
    lines = ["```mermaid", "flowchart TD"]
    for floor in reversed(FLOORS):
        rooms = sorted({room(name) for name in MODULES if name.startswith(floor + ".")})
        lines += [f"  subgraph {floor}", *(f"    {each}[{each.partition('.')[2]}]" for each in rooms), "  end"]
    inside = sorted((a, b) for a, b in arrows if a != b and "." in a and "." in b)
    across = sorted((a, b) for a, b in arrows if "." not in a and "." not in b and a != b)
    lines += [f"  {start} ==> {end}" for start, end in across]
    lines += [f"  {start} --> {end}" for start, end in inside]
    return "\n".join([*lines, "```"])


def test_the_drawing_of_the_imports_is_fresh(update_golden: bool) -> None:
    words = (
        "# The imports, drawn\n\n"
        "Written from the code by `tests/test_house.py`, which fails when it is stale, for a circle, for an import\n"
        "upward and for a module over 400 lines. A thick arrow stands for all imports from one floor to another.\n\n"
        f"{len(MODULES)} modules.\n\n"
    )
    path = ROOT / "docs" / "imports.md"
    text = words + drawing() + "\n"
    if update_golden:
        path.write_text(text, encoding="utf-8")
    assert path.read_text("utf-8") == text
