"""Systems that lack what POSIX has: all is answered there, and what is lost is said."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import ENF, ROOT

from api.cli.commands import main
from api.http import serving
from graph import KnowledgeGraph
from graph.sparql import worker
from graph.stores.writing import write_text
from ontology.texts import LANGUAGES

#: What is not there on Windows, hidden before anything of ours is imported.
HIDDEN = """
import os, sys
sys.modules.update(dict.fromkeys(["resource", "fcntl", "pwd", "grp", "termios"]))
for name in ("nice", "fork", "O_DIRECTORY", "O_NOFOLLOW", "getuid", "geteuid", "fchmod"):
    if hasattr(os, name):
        delattr(os, name)
"""


def run(code: str, *arguments: str, given: bytes = b"") -> bytes:
    command = [sys.executable, "-c", HIDDEN + code, *arguments]
    return subprocess.run(command, cwd=ROOT, input=given, stdout=subprocess.PIPE, check=True).stdout


def test_a_worker_answers_without_posix(enf_graph: KnowledgeGraph) -> None:
    request = {
        "folder": str(enf_graph.generation.rdf_folder()),
        "query": "ASK { ?s ?p ?o }",
        "results": "json",
        "most_bytes": 1000,
        "parameters": {},
        "functions": "urn:function:",
        "default_graphs": [],
        "named_graphs": [],
        "union": True,
    }
    code = f"import runpy; sys.argv = ['worker', '1']; runpy.run_path({worker.__file__!r}, run_name='__main__')"
    header, _, body = run(code, given=json.dumps(request).encode() + b"\n").partition(b"\n")
    assert json.loads(header)["kind"] == "ask"
    assert json.loads(body)["boolean"] is True


@pytest.mark.filterwarnings("ignore")
def test_a_graph_is_kept_and_asked_without_posix(tmp_path: Path) -> None:
    code = """
import importlib, pkgutil, warnings
warnings.simplefilter("ignore")
import api, graph, loaders, ontology
for floor in (ontology, loaders, graph, api):
    for found in pkgutil.walk_packages(floor.__path__, floor.__name__ + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
from graph.sparql.worker import bound_memory, missing
assert {"memory", "priority"} <= set(missing()), missing()
assert not bound_memory(1)
kept = graph.open_graph(sys.argv[1])
kept.replace(loaders.load("enf", sys.argv[2]))
print(kept.partners("act-digipolis", limit=1)[0].id, graph.open_graph(sys.argv[1]).sparql("ASK { ?s ?p ?o }"))
"""
    assert run(code, str(tmp_path / "kept"), str(ENF)).split()[-1] == b"True"


def test_the_server_says_what_its_system_lacks(enf_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "serve", lambda *arguments: arguments[-1]("http://127.0.0.1:1/"))
    told = {}
    for language in LANGUAGES:
        monkeypatch.setattr(worker, "missing", lambda: ("network", "memory", "priority"))
        asked = ["--graph", str(enf_workspace), "serve", "--lang", language]
        done = CliRunner().invoke(main, asked)
        assert done.exit_code == 0, done.output
        told[language] = done.stderr
        assert done.stderr.count("\n") == 3
        monkeypatch.setattr(worker, "missing", lambda: ())
        assert CliRunner().invoke(main, asked).stderr == ""
    assert len(set(told.values())) == 3


def test_what_a_system_lacks_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "linux" and platform.machine() in ("x86_64", "aarch64"):
        assert worker.missing() == ()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.delattr("os.nice", raising=False)
    assert worker.missing() == ("network", "memory", "priority")
    assert not worker.give_up_network() and not worker.bound_memory(1)


def test_a_file_is_synced_where_only_what_may_be_written_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows: a descriptor that only reads cannot be synced, and a folder cannot be opened."""
    import fcntl
    import os

    from graph.stores import writing

    def synced(descriptor: int, sync: Any = os.fsync) -> None:
        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise PermissionError("only what may be written to can be synced")
        sync(descriptor)

    file = tmp_path / "file"
    write_text(file, "text")
    monkeypatch.setattr(writing.os, "fsync", synced)
    monkeypatch.setattr(writing.os, "name", "nt")
    writing.sync(file)
