"""Counts the modules on three walks through the house: `python -m tools.walks`.

One load of a row, one partner question and one picture, as a person asks for them; a module counts when a function of
it runs on the way. The numbers stand in docs/decisions/0008-rooms.md.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from click.testing import CliRunner

from api.cli.commands import main as arvoverkko
from graph import open_graph
from loaders import load

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("ontology", "loaders", "graph", "api")
_FUNCTION = 0x1  # of a code object: it has fast locals, which bodies of modules and classes have not


def walk(act: Callable[[], object]) -> list[str]:
    """Return the modules of ours whose functions an act runs, in the order in which it meets them."""
    met: dict[str, None] = {}

    def see(frame: FrameType, event: str, _: Any) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and frame.f_code.co_flags & _FUNCTION and path.is_relative_to(ROOT):
            module = path.relative_to(ROOT)
            if module.parts[0] in FLOORS:
                met[module.with_suffix("").as_posix().replace("/", ".")] = None

    threading.setprofile(see)
    sys.setprofile(see)
    try:
        act()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return list(met)


def main() -> None:
    """Print the three walks."""
    with tempfile.TemporaryDirectory() as folder:
        where, picture = f"{folder}/graph", f"{folder}/wood.svg"
        graph = open_graph(where)
        ask = ["--graph", where, "--lang", "fi"]
        walks = {
            "a row": walk(lambda: graph.replace(load("enf"))),
            "a question": walk(lambda: CliRunner().invoke(arvoverkko, ["partners", "act-digipolis", *ask])),
            "a picture": walk(lambda: CliRunner().invoke(arvoverkko, ["draw", "vc-wood", "--out", picture, *ask])),
        }
    for name, modules in walks.items():
        print(f"{name}: {len(modules)} modules\n  {' · '.join(modules)}")


if __name__ == "__main__":
    main()
