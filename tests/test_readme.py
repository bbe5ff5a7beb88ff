"""The README tells the truth: its commands run and print what it says they print."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import numpy as np
import pytest
from conftest import ROOT
from PIL import Image

from graph import KnowledgeGraph

README = (ROOT / "README.md").read_text("utf-8")
UPDATE = os.environ.get("ARVOVERKKO_UPDATE_GOLDEN") == "1"


def console_blocks() -> list[str]:
    return re.findall(r"```console\n(.*?)```", README, re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """The commands of the README with the output that it shows; no output shown means that none is promised."""
    found = []
    for block in console_blocks():
        for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
            if part.strip():
                line, _, output = part.partition("\n")
                found.append((line.removeprefix("$ "), output))
    return found


def test_there_are_commands() -> None:
    assert len(commands()) >= 4
    assert any(output.strip() for _, output in commands())


@pytest.mark.parametrize("line, output", commands(), ids=[line for line, _ in commands()])
def test_a_command_prints_what_the_readme_shows(line: str, output: str, enf_workspace: Path, tmp_path: Path) -> None:
    program = f'"{sys.executable}" -m api.cli'
    done = subprocess.run(
        re.sub(r"^arvoverkko", program, line)
        .replace("--out ", f"--out {tmp_path}/")
        .replace("export ", f"export {tmp_path}/"),
        shell=True,
        cwd=ROOT,
        env=os.environ | {"ARVOVERKKO_GRAPH": str(enf_workspace), "COLUMNS": "100", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    if output.strip():
        if UPDATE:
            path = ROOT / "README.md"
            path.write_text(path.read_text("utf-8").replace(f"$ {line}\n{output}", f"$ {line}\n{done.stdout}"), "utf-8")
            return
        assert done.stdout == output


def test_the_script_prints_what_the_readme_shows() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (shown,) = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    if UPDATE:
        path = ROOT / "README.md"
        path.write_text(
            path.read_text("utf-8").replace(f"```text\n{shown}```", f"```text\n{printed.getvalue()}```"), "utf-8"
        )
        return
    assert printed.getvalue() == shown


def test_the_picture_is_what_the_program_draws_today(enf_graph: KnowledgeGraph) -> None:
    path = ROOT / "docs" / "pictures" / "wood-en.png"
    drawn = enf_graph.value_chain("vc-wood").infographic("en").png()
    if UPDATE:
        path.write_bytes(drawn)
    shown, fresh = (np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), int) for data in (path.read_bytes(), drawn))
    assert shown.shape == fresh.shape
    assert np.abs(shown - fresh).mean() < 0.05  # another processor may round a pixel otherwise


def test_addresses_on_this_machine_are_routes(enf_graph: KnowledgeGraph, http: httpx.Client) -> None:
    found = re.findall(r"`(?:http://127\.0\.0\.1:8000)?(/api[^`]*)`", README)
    assert len(found) >= 2
    for address in found:
        assert http.get(address).status_code == 200, address


def test_the_rooms_of_the_map_exist() -> None:
    for name in re.findall(r"`([a-z/]+/)`", README):
        if name.split("/")[0] not in ("routes", "infographics", "var"):
            assert (ROOT / name).is_dir(), name
    for link in re.findall(r"\]\(((?!http)[^)]+)\)", README):
        assert (ROOT / link).exists(), link


def test_the_commands_are_those_of_the_makefile_and_ci() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in ("demo", "test", "trials", "serve", "bench", "lint"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert "make demo" in README
    for command in ("make test", "make trials"):
        assert command in README
        assert command in (ROOT / ".ci" / "run").read_text("utf-8")
