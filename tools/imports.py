"""Draws which module imports which, from the code, into docs/imports.md: `python -m tools.imports`."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATH = ROOT / "docs" / "imports.md"

#: The lowest first.
FLOORS = ("ontology", "loaders", "graph", "api")


@cache
def modules() -> dict[str, Path]:
    """Return every module of the house with its file."""
    found = {}
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def is_face(name: str) -> bool:
    """Return whether a module is the face of a package."""
    return modules()[name].name == "__init__.py"


@cache
def source(name: str) -> str:
    """Return the text of a module."""
    return modules()[name].read_text("utf-8")


@cache
def tree(name: str) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(source(name))


@cache
def imported(name: str, *, types_too: bool = True) -> frozenset[str]:
    """Return all that a module imports, at the top or late, relative names resolved.

    `from a import b` is both `a` and `a.b`. Without `types_too`, what only a type checker imports is left out.
    """
    package = name if is_face(name) else name.rpartition(".")[0]
    only_types = {
        id(inner)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree(name)):
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
    return frozenset(found)


@cache
def arrows(*, types_too: bool = True) -> frozenset[tuple[str, str]]:
    """Return each import of one of our modules by another."""
    return frozenset(
        (name, other)
        for name in modules()
        for other in imported(name, types_too=types_too)
        if other in modules() and other != name
    )


def room(name: str) -> str:
    """Return the room that a module is in: a package inside a floor, or the module itself."""
    return ".".join(name.split(".")[:2])


def page() -> str:
    """Return the text of docs/imports.md: the imports between rooms as a Mermaid graph.

    The arrows from one floor to another are drawn as one.
    """
    inside, across = set(), set()
    for name, other in arrows(types_too=False):
        start, end = room(name), room(other)
        floor, below = name.partition(".")[0], other.partition(".")[0]
        if floor != below:
            across.add((floor, below))
        elif start != end and floor not in (start, end):
            inside.add((start, end))
    lines = ["```mermaid", "flowchart TD"]
    for floor in reversed(FLOORS):
        rooms = sorted({room(name) for name in modules() if name.startswith(floor + ".")})
        lines += [f"  subgraph {floor}", *(f"    {each}[{each.partition('.')[2]}]" for each in rooms), "  end"]
    lines += [f"  {start} ==> {end}" for start, end in sorted(across)]
    lines += [f"  {start} --> {end}" for start, end in sorted(inside)]
    words = (
        "# The imports, drawn\n\n"
        "Written from the code by `python -m tools.imports`. `tests/test_house.py` fails when it is stale, for a\n"
        "circle, for an import upward and for a module over 400 lines. A thick arrow stands for all imports from one\n"
        "floor to another.\n\n"
        f"{len(modules())} modules.\n\n"
    )
    return words + "\n".join([*lines, "```"]) + "\n"


if __name__ == "__main__":
    PATH.write_text(page(), encoding="utf-8", newline="\n")
