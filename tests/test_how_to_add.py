"""The page docs/how-to-add.md tells the truth: followed to the letter in a copy of the project, what it adds works."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from partner_reference import small_world

from graph import open_graph
from ontology.metagraph import Relation
from tools import imports

PAGE = ROOT / "docs" / "how-to-add.md"
UPDATE = os.environ.get("ARVOVERKKO_UPDATE_GOLDEN") == "1"
SECTIONS = {
    title: text for title, _, text in (part.partition("\n") for part in PAGE.read_text("utf-8").split("\n## ")[1:])
}

#: A block: the line above it that says where it goes, if it is to be pasted; its language; and what stands in it.
BLOCK = re.compile(r"(?:^`([^`\n]+)`, ([^\n]+):\n\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r"a new file|at the end|(after|in place of) the line `([^`…]+)(…?)`")


def run(folder: Path, *arguments: str) -> str:
    """Run Python in a copy of the project, and return what it prints."""
    environment = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{folder / 'tests'}", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment | {"COLUMNS": "100"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def paste(path: Path, where: str, text: str) -> str | None:
    """Paste a block into a file; return what is wrong with its place, if anything is."""
    place = PLACE.fullmatch(where)
    if place is None:
        return "this is no place"
    if path.exists() == (where == "a new file"):
        return "the file is there already" if path.exists() else "there is no such file"
    lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
    if place[1]:
        fits = str.startswith if place[3] else str.__eq__
        found = [number for number, line in enumerate(lines) if fits(line.strip(), place[2])]
        if len(found) != 1:
            return f"the line stands there {len(found)} times"
        lines[found[0] + (place[1] == "after") : found[0] + 1] = [text]
    else:
        lines += ["\n", text] if lines else [text]
    path.write_text("".join(lines), encoding="utf-8")
    return None


def follow(title: str, folder: Path) -> None:
    """Copy the project and do what a section says, block by block."""
    for room in ("ontology", "loaders", "graph", "api", "tools", "benchmarks", "data", "tests"):
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__", "golden"))
    (folder / "docs").mkdir()
    for file, where, language, text in BLOCK.findall(SECTIONS[title]):
        command, _, output = text.partition("\n")
        if file:
            wrong = paste(folder / file, where, text)
            assert wrong is None, f"{PAGE.name}, {title!r}: `{file}`, {where}: {wrong}"
        elif language == "sh":
            for line in text.splitlines():
                run(folder, *shlex.split(line.removeprefix("python ")))
        elif language == "console":
            printed = run(folder, "-m", "api.cli", *shlex.split(command.removeprefix("$ arvoverkko ")))
            if UPDATE:
                page = PAGE.read_text("utf-8")
                PAGE.write_text(page.replace(text, f"{command}\n{printed}"), encoding="utf-8")
            else:
                assert printed == output, f"{PAGE.name}, {title!r}: {command}"
        else:
            pytest.fail(f"{PAGE.name}, {title!r}: it is not said where this goes:\n{text}")


def test_a_loader(tmp_path: Path) -> None:
    """The page shows the load with its refusals in Finnish; what was kept is in the graph."""
    follow("A loader", tmp_path)
    asked = """
from graph import open_graph
from loaders import names
kg = open_graph("var/guests")
print(names(), kg.counts(), kg.actor("Esimerkki").links("fi")["label"][0])
"""
    assert run(tmp_path, "-c", asked).strip() == (
        "('enf', 'guests', 'neo4j') {'Actor': 1, 'Need': 1, 'needs': 1} a pilot line for pressing biochar"
    )
    drawn = (tmp_path / "docs" / "imports.md").read_text("utf-8")
    assert "loaders.guests[guests]" in drawn


DEVICE = """
import httpx, polars as pl
from click.testing import CliRunner
import test_rdf, test_vocabulary
from server import Server
from api.cli.commands import main
from api.http.app import create_app
from graph import open_graph
from ontology.facts import Batch
from ontology.metagraph import Kind, Relation
from ontology.rules.acceptance import accept
from ontology.vocabulary import find_kind, name

row = {"method": "stated", "record": "devices.csv#row=2"}
device = {"id": "dev-1", "label_fi": "Pelletöintilinja", "label_en": "Pelleting line", "website": "urn:x:1", **row}
batch = Batch(
    test_rdf.source("devices"),
    {Kind.DEVICE: pl.DataFrame([device]), Kind.PLATFORM: pl.DataFrame([{"id": "pf-1", "label_fi": "Koehalli", **row}])},
    {Relation.PART_OF: pl.DataFrame([{"subject": "dev-1", "object": "pf-1", **row}])},
)
assert accept([batch])[0].refusals.is_empty()
kg = open_graph("g")
kg.replace(batch)
tables = kg.generation.tables
test_rdf.assert_equal(tables, test_rdf.round_trip(tables))
assert kg.sparql("ASK { avid:dev-1 a av:Device, vivo:Equipment ; av:partOf avid:pf-1 }")
with Server(create_app(kg)) as server:
    with httpx.Client(base_url=server.url) as http:
        listed = http.get("/api/devices", params={"lang": "sv"}).json()
        assert (listed["total"], listed["items"][0]["kind_label"]) == (1, "apparat"), listed
        assert "/api/devices" in http.get("/api/openapi.json").json()["paths"]
        assert "av:Device" in http.get("/api/devices/dev-1", params={"format": "turtle"}).text
for language in ("fi", "en", "sv"):
    shown = CliRunner().invoke(main, ["show", "dev-1", "--graph", "g", "--lang", language])
    print(shown.output.splitlines()[0], "|", *(name(Kind.DEVICE, language, form) for form in ("plural", "count")))
    assert "Koehalli" in shown.output
    assert find_kind(name(Kind.DEVICE, language, "plural")) is Kind.DEVICE

test_vocabulary.test_own_terms_of_the_metagraph_are_in_the_turtle()
test_vocabulary.test_standard_terms_of_which_no_file_is_at_hand_are_listed()
test_vocabulary.test_every_own_term_in_the_turtle_is_used()
test_vocabulary.test_every_own_term_has_labels_and_comments_in_three_languages()
test_vocabulary.test_kinds_are_classes_below_their_standard_classes()
test_vocabulary.test_relations_have_names_both_ways_and_ends_where_there_is_one()
"""


def test_a_kind(tmp_path: Path) -> None:
    """It is in lists over HTTP, in RDF and back, and is shown with its names in three languages."""
    follow("A kind", tmp_path)
    assert run(tmp_path, "-c", DEVICE).splitlines() == [
        "Pelletöintilinja · laite | laitteet laitetta",
        "Pelleting line · device | devices devices",
        "Pelletöintilinja · apparat | apparater apparater",
    ]
    shapes = (tmp_path / "ontology" / "shapes.ttl").read_text("utf-8")
    assert "av:Device" in shapes


MEMBER = """
import test_metapaths
from partner_reference import small_world
from graph import open_graph
from ontology.metagraph import Relation

kg = open_graph()
kg.replace(small_world({Relation.COORDINATES: [("a1", "c1")], Relation.MEMBER_OF: [("a2", "c1")]}))
for actor in ("a1", "a2"):
    (found,) = kg.partners(actor)
    print(found.id, found.parts["proximity"], *(found.why(language) for language in ("fi", "en", "sv")), sep="; ")

test_metapaths.test_a_metapath_leads_from_actor_to_actor_over_allowed_ends()
test_metapaths.test_its_sentences_name_both_actors_and_all_between()
test_metapaths.test_what_the_partner_sees_is_the_same_family()
"""


def test_a_metapath(tmp_path: Path) -> None:
    """Two that only it joins become partners, each of the other, with a sentence in three languages."""
    kg = open_graph()
    kg.replace(small_world({Relation.COORDINATES: [("a1", "c1")], Relation.MEMBER_OF: [("a2", "c1")]}))
    assert [len(kg.partners(actor)) for actor in ("a1", "a2")] == [0, 0]
    follow("A metapath", tmp_path)
    said = (
        "The a2 on jäsenenä klusterissa ”The c1”, jonka vastuuorganisaatio on The a1.",
        "The a2 is a member of the cluster “The c1”, whose responsible organisation is The a1.",
        "The a2 är medlem i klustret ”The c1”, vars ansvariga organisation är The a1.",
    )
    assert (tmp_path / "docs" / "queries" / "metapaths" / "member-of-our-cluster.cypher").is_file()
    assert run(tmp_path, "-c", MEMBER).splitlines() == ["; ".join((other, "1.0", *said)) for other in ("a2", "a1")]


@pytest.mark.parametrize(
    ("file", "where", "wrong"),
    [
        ("ontology/metagraph.py", "a new file", "the file is there already"),
        ("ontology/metagraf.py", "at the end", "there is no such file"),
        ("ontology/metagraph.py", 'after the line `MATERIAL = "Material"`', "the line stands there 0 times"),
        ("ontology/metagraph.py", "in place of the line `KindSpec(Kind.…`", "the line stands there [1-9]"),
        ("ontology/metagraph.py", "somewhere", "this is no place"),
    ],
)
def test_a_block_that_does_not_fit_is_named(
    file: str, where: str, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SECTIONS, "A rule", f"\nSo:\n\n`{file}`, {where}:\n\n```python\nNEW = 1\n```\n")
    with pytest.raises(AssertionError, match=re.escape(f"how-to-add.md, 'A rule': `{file}`, {where}: ") + f".*{wrong}"):
        follow("A rule", tmp_path)


def test_what_is_asked_and_drawn_knows_no_home() -> None:
    """So one filter, where a generation hands out its tables, would hide a fact from every question and picture."""
    homes = {f"graph.stores.{name}" for name in ("home", "memory", "workspace", "schemes", "batches")}
    rooms = {"graph.paths", "graph.questions", "graph.infographics"}
    knowing = {(name, other) for name, other in imports.arrows() if imports.room(name) in rooms and other in homes}
    assert knowing == set()
