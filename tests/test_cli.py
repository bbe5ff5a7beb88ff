"""The command line, run as a person would run it."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
import httpx
import polars as pl
import pytest
from click.testing import CliRunner, Result

from api.cli import base as cli_base
from api.cli.commands import main
from api.cli.printing import harmless
from api.cli.reports import report_lines
from graph.knowledge_graph import KnowledgeGraph, open_graph
from ontology.facts import Batch, Source
from ontology.metagraph import Kind
from ontology.texts import LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
_PLAIN = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"}


def run(
    *arguments: str | Path, code: int = 0, cwd: Path | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    environment = {key: value for key, value in os.environ.items() if key != "ARVOVERKKO_GRAPH"} | _PLAIN
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        cwd=cwd or ROOT,
        timeout=120,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def ask(folder: Path, *arguments: str | Path, code: int = 0, given: str | None = None) -> Result:
    """Run a command in this process, on a graph."""
    name, *rest = map(str, arguments)
    result = CliRunner().invoke(main, [name, "--graph", str(folder), *rest], input=given, env={"COLUMNS": "100"})
    assert result.exit_code == code, result.output
    return result


def read(folder: Path, *arguments: str | Path) -> Any:
    """Return what a command prints with --json."""
    return json.loads(ask(folder, *arguments, "--json").stdout)


# ---- help


def commands() -> list[tuple[str, click.Command]]:
    return list(main.commands.items())


@pytest.mark.parametrize(("name", "command"), commands())
def test_help_tells_of_every_option(name: str, command: click.Command) -> None:
    shown = CliRunner().invoke(main, [name, "--help"])
    assert shown.exit_code == 0
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert all(option in shown.output for option in parameter.opts)
            assert parameter.help
        else:
            assert parameter.human_readable_name in shown.output
    assert name in CliRunner().invoke(main, ["--help"]).output
    assert not command.get_short_help_str(60).endswith("...")


@pytest.mark.parametrize("command", ["", *main.commands])
def test_help_imports_nothing_heavy(command: str) -> None:
    names = ("polars", "pyoxigraph", "networkx", "numpy", "fastapi", "pydantic", "rdflib", "ontology", "graph")
    code = (
        f"import sys; from api.cli.commands import main; main({[*command.split(), '--help']}, standalone_mode=False); "
        f"print([name for name in {names} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.startswith("Usage:") and done.stdout.splitlines()[-1] == "[]"


def test_the_command_line_knows_the_languages_without_reading_them() -> None:
    assert cli_base.languages() == tuple(sorted(LANGUAGES))


def test_only_serving_needs_the_extra_for_serving(enf_workspace: Path) -> None:
    blocked = "import sys; sys.modules.update(dict.fromkeys(['fastapi', 'starlette', 'uvicorn']))"
    for arguments, code, says in (
        (["sparql", "ASK { ?s ?p ?o }"], 0, "true"),
        (["serve"], 1, "pip install 'arvoverkko[serve]'"),
    ):
        given = [*arguments, "--graph", str(enf_workspace)]
        program = f"{blocked}; from api.cli.commands import main; main({given!r})"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == code, done.stderr
        assert says in done.stdout + done.stderr


# ---- from nothing to a graph


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("demo")
    done = run("demo", cwd=folder)
    return folder, done.stdout


def test_the_demo_does_the_whole_job(demo: tuple[Path, str]) -> None:
    folder, said = demo
    plain = " ".join(said.split())
    for part in (
        "enf: read 1,808 rows, kept 1,808, refused 0, set aside 0.",
        "234 actors, 38 clusters, 50 innovation platforms, 67 competence areas, 9 value chains, 49 stages",
        "There are 12 findings; `arvoverkko check` shows them.",
        "Partners for Kemin Digipolis Oy, outside its own clusters",
        "Gaps: Battery value chain, the whole area",
        "var/pictures/vc-wood-en.svg and 28 others in var/pictures",
        "How to go on",
    ):
        assert part in plain
    assert len(said.splitlines()) <= 60
    pictures = {path.name for path in (folder / "var" / "pictures").iterdir()}
    drawn = {
        f"{chain}-{language}.{form}"
        for chain in ("vc-wood", "vc-battery", "vc-hydrogen")
        for language in LANGUAGES
        for form in ("svg", "png", "pdf")
    }
    assert pictures == drawn | {"vc-wood-en.html", "cl-arctic-industry-en.html"}
    # Its graph is where the other commands look, and its partner is theirs.
    alone = run("partners", "act-digipolis", "--outside", "cluster", "--limit", "1", "--sources", cwd=folder).stdout
    assert alone.strip() in said
    # How to go on is as one can go on.
    for line in said.splitlines():
        if line.startswith("  arvoverkko ") and "serve" not in line:
            run(*shlex.split(line)[1:], cwd=folder)


def test_a_demo_run_again_leaves_the_graph_as_it_is(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    before = {path: path.read_bytes() for path in (folder / "var" / "pictures").iterdir()}
    said = run("demo", "--lang", "sv", cwd=folder).stdout
    assert "Källan är oförändrad" in said
    assert "38 kluster" in said and "… läser" in run("demo", "--lang", "sv", cwd=folder).stderr
    assert len(json.loads(run("history", "--json", cwd=folder).stdout)["items"]) == 1
    assert {path: path.read_bytes() for path in before} == before


def test_an_empty_folder_says_how_to_fill_it(tmp_path: Path) -> None:
    for arguments in (("partners", "Digipolis"), ("check",), ("history",), ("serve",), ("sparql", "ASK {}")):
        said = ask(tmp_path / "new", *arguments, code=1).stderr
        assert "arvoverkko demo" in said
        assert f"arvoverkko load enf --graph {tmp_path / 'new'}" in said
        assert len(said.strip().splitlines()) == 1
    assert "arvoverkko load enf --graph var/enf" in run("history", cwd=tmp_path, code=1).stderr


def copied(folder: Path) -> Path:
    """Copy the reference data, with one row that cannot be a fact: an id that no address can hold."""
    source = ROOT / "data" / "enf"
    folder.mkdir()
    for path in source.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    actors = folder / "actors.csv"
    actors.write_text(actors.read_text(encoding="utf-8").replace("act-gtk,", "act gtk,", 1), encoding="utf-8")
    return folder


def test_refused_rows_are_listed_with_their_place(tmp_path: Path) -> None:
    source, graph = copied(tmp_path / "data"), tmp_path / "graph"
    strict = ask(graph, "load", "enf", source, "--strict", code=1)
    assert "actors.csv#row=" in strict.output
    assert not (graph / "CURRENT").exists()
    done = read(graph, "load", "enf", source, "--lang", "fi")
    assert done["read"] == done["kept"] + done["refused"] + done["set_aside"]
    first = done["refusals"][0]
    assert (first["file"], first["column"], first["value"]) == ("actors.csv", "id", "act gtk")
    assert first["row"] > 1 and first["why"]
    again = read(graph, "load", "enf", source)
    assert (again["changed"], again["generation"]) == (False, 1)
    forced = read(graph, "load", "enf", source, "--force", "--keep", "1")
    assert (forced["changed"], forced["generation"]) == (True, 2)
    assert [entry["generation"] for entry in read(graph, "history")["items"]] == [2]
    assert "Reasons for refusal" in ask(graph, "load", "enf", source).output


def test_a_load_that_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    for arguments, code, says in (
        (("load", "none"), 2, "there is no loader “none”; loaders: enf, neo4j"),
        (("load", "enf", tmp_path / "nowhere"), 1, "nowhere"),
        (("load", "enf", "--keep", "0"), 2, "--keep"),
    ):
        assert says in ask(tmp_path / "graph", *arguments, code=code).stderr
    (tmp_path / "file").write_text("")
    assert "file" in ask(tmp_path / "file", "load", "enf", code=1).stderr


# ---- questions


def test_where_the_graph_is(enf_workspace: Path, tmp_path: Path) -> None:
    """After the command, before it, in the environment: the nearest counts."""
    here, there = f"--graph={enf_workspace}", f"--graph={tmp_path}"
    environment = {"ARVOVERKKO_GRAPH": str(tmp_path)}
    show = ["show", "act-digipolis"]
    answers = {
        CliRunner().invoke(main, arguments, env=more).output
        for arguments, more in (
            ([*show, here], {}),
            ([here, *show], {}),
            ([there, *show, here], environment),
            (show, {"ARVOVERKKO_GRAPH": str(enf_workspace)}),
            ([here, *show], environment),
        )
    }
    assert len(answers) == 1


def test_http_and_the_command_line_give_the_same_partners(enf_workspace: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--graph", str(enf_workspace), "--port", "0", "--lang", "fi"],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | _PLAIN | {"PYTHONUNBUFFERED": "1"},
        cwd=ROOT,
    )
    try:
        assert server.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/api/", server.stdout.readline())
        assert found
        for name, outside, limit in (("act-digipolis", "cluster", 5), ("act-vtt", "region", 2)):
            for language in LANGUAGES:
                asked: dict[str, Any] = {"outside": outside, "limit": limit, "min_trl": 6, "lang": language}
                over_http = httpx.get(f"{found[0]}actors/{name}/partners", params=asked, timeout=60)
                options = ("--outside", outside, "--limit", str(limit), "--min-trl", "6", "--lang", language)
                printed = ask(enf_workspace, "partners", name, *options, "--json").stdout
                assert over_http.json() == json.loads(printed)
                assert "\\u" not in printed
        # Once as a person would: in a process of its own.
        printed = run("partners", name, *options, "--json", "--graph", enf_workspace).stdout
        assert over_http.json() == json.loads(printed)
    finally:
        server.terminate()
        server.wait(20)
        if server.stdout:
            server.stdout.close()


def test_a_taken_port_is_one_sentence(enf_workspace: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"port {port}" in ask(enf_workspace, "serve", "--port", port, code=1).stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_partners_say_why_and_from_where(enf_workspace: Path, enf_graph: KnowledgeGraph, language: str) -> None:
    asked = ("partners", "Digipolis", "--outside", "cluster", "--lang", language)
    said = ask(enf_workspace, *asked, "--sources").output
    plain = " ".join(said.split())
    found = enf_graph.partners("Digipolis", outside="cluster")
    for partner in found:
        assert partner.why(language) in plain
        records = [e.record for path in partner.paths for edge in path.edges for e in edge.evidence]
        assert any(f"enf/{record}" in said for record in records)
    assert "https://" in said
    # What was taken for a name is said, and what is unknown of all of them once.
    assert "Digipolis Oy (act-digipolis)" in plain
    of_all = found[0].to_dict(language)["unknown_said"][0]
    assert plain.count(of_all) == 1
    short = ask(enf_workspace, *asked).output
    assert "https://" not in short
    assert set(short.splitlines()) <= set(said.splitlines())


def test_who_a_filter_cannot_decide_on_is_named(enf_workspace: Path, enf_graph: KnowledgeGraph) -> None:
    found = enf_graph.partners("Digipolis", min_trl=6, limit=3)
    assert found.unknown_total
    said = " ".join(ask(enf_workspace, "partners", "Digipolis", "--min-trl", "6", "--limit", "3").output.split())
    assert f"whether these meet the filter ({found.unknown_total}): " in said
    assert found.unknown[0].label("en") in said


def test_names_will_do_for_regions_and_types(enf_workspace: Path, enf_graph: KnowledgeGraph) -> None:
    named = read(enf_workspace, "partners", "Digipolis", "--region", "Lappi", "--type", "yliopisto")
    wanted = enf_graph.partners("Digipolis", region="reg-lappi", actor_type="university")
    assert named == json.loads(json.dumps(wanted.to_dict("en")))
    assert (
        "(yliopisto, Lappi)"
        in ask(
            enf_workspace, "partners", "Digipolis", "--type", "university", "--region", "Lapland", "--lang", "fi"
        ).output
    )


def test_what_is_asked_for_stands_in_the_heading(enf_workspace: Path) -> None:
    asked = ("--outside", "klusteri", "--region", "Lappi", "--type", "yliopisto", "--min-trl", "3", "--lang", "fi")
    said = ask(enf_workspace, "partners", "act-digipolis", *asked).output
    wished = "kumppanit, omien klusterien ulkopuolelta, Lappi, yliopisto, TRL vähintään 3"
    assert said.startswith(f"Kemin Digipolis Oy: {wished}\n")


def test_gaps_and_paths_as_text(enf_workspace: Path, enf_graph: KnowledgeGraph) -> None:
    for language in LANGUAGES:
        answer = enf_graph.gaps("vc-battery").to_dict(language)
        said = " ".join(ask(enf_workspace, "gaps", "vc-battery", "--lang", language).output.split())
        for stage in answer["stages"]:
            assert stage["label"] in said
            assert all(gap["why"] in said for gap in stage["competences"] if gap["status"] != "covered")
        said = " ".join(ask(enf_workspace, "path", "Digipolis", "act-vtt", "--lang", language).output.split())
        assert enf_graph.paths("Digipolis", "act-vtt", limit=1)[0].edges[0].evidence[0].record in said
    assert read(enf_workspace, "gaps", "vc-battery", "--region", "Kainuu")["region"]["id"] == "reg-kainuu"
    assert read(enf_workspace, "path", "Digipolis", "act-vtt", "--limit", "1")["paths"]


def test_search_and_show(enf_workspace: Path, enf_graph: KnowledgeGraph) -> None:
    found = read(enf_workspace, "search", "lapin", "--kind", "actor", "--lang", "fi")
    assert found["total"] == len(found["items"]) == 9
    assert "Lapin yliopisto" in ask(enf_workspace, "search", "lapin", "--lang", "fi").output
    assert ask(enf_workspace, "search", "zzz").output == "Nothing found.\n"
    shown = read(enf_workspace, "show", "act-digipolis", "--lang", "sv")
    assert shown == json.loads(json.dumps(enf_graph.find("act-digipolis").to_dict("sv")))
    assert "Kemin Digipolis Oy · toimija" in ask(enf_workspace, "show", "Digipolis", "--lang", "fi").output
    for kind in Kind:
        for id in enf_graph.generation.directory.ids(kind)[:1]:
            assert id in ask(enf_workspace, "show", id).output


def test_check_lists_what_breaks_the_rules(enf_workspace: Path, enf_graph: KnowledgeGraph) -> None:
    answer = read(enf_workspace, "check", "--lang", "fi")
    assert answer["counts"] == enf_graph.generation.manifest["findings"]
    assert answer["total"] == len(answer["findings"]) == sum(answer["counts"].values())
    assert "6 × cluster-has-coordinator" in ask(enf_workspace, "check").output
    assert "6 × cluster-has-coordinator" in ask(enf_workspace, "check", "--strict", code=1).output


def test_drawing_by_suffix(enf_workspace: Path, enf_graph: KnowledgeGraph, tmp_path: Path) -> None:
    for suffix, begins in ((".svg", b"<svg"), (".png", b"\x89PNG"), (".pdf", b"%PDF"), (".html", b"<!doctype html>")):
        out = tmp_path / "new" / f"wood{suffix}"
        ask(enf_workspace, "draw", "wood", "--lang", "fi", "--out", out)
        assert begins in out.read_bytes()[:200]
    enf_graph.value_chain("wood").infographic("fi").save(tmp_path / "same.svg")
    assert (tmp_path / "same.svg").read_bytes() == (tmp_path / "new" / "wood.svg").read_bytes()
    ask(enf_workspace, "draw", "cl-arctic-industry", "--out", tmp_path / "cluster.html")
    assert "suffix" in ask(enf_workspace, "draw", "wood", "--out", tmp_path / "a.gif", code=1).stderr
    ask(enf_workspace, "draw", "wood", "--width", "300", "--out", tmp_path / "a.svg", code=2)
    ask(enf_workspace, "draw", "wood", "--width", "300", "--out", tmp_path / "a.png")
    assert int.from_bytes((tmp_path / "a.png").read_bytes()[16:20]) == 300


def test_sparql_forms(enf_workspace: Path, tmp_path: Path) -> None:
    query = "SELECT ?c WHERE { ?c a av:Cluster } ORDER BY ?c"
    assert len(read(enf_workspace, "sparql", query)["results"]["bindings"]) == 38
    assert "avid:cl-arctic-industry" in ask(enf_workspace, "sparql", query).output
    assert len(ask(enf_workspace, "sparql", query, "--format", "csv").output.splitlines()) == 39
    (tmp_path / "q.rq").write_text(query, encoding="utf-8")
    given = ask(enf_workspace, "sparql", "-", given=query).output
    assert ask(enf_workspace, "sparql", f"@{tmp_path / 'q.rq'}").output == given
    assert ask(enf_workspace, "sparql", "ASK { ?s ?p ?o }").output == "true\n"
    graph = "CONSTRUCT { ?c a av:Cluster } WHERE { ?c a av:Cluster }"
    assert len(ask(enf_workspace, "sparql", graph, "--format", "ntriples").output.splitlines()) == 38
    ask(enf_workspace, "sparql", graph, "--format", "csv", code=2)
    assert "would change" in ask(enf_workspace, "sparql", "CLEAR ALL", code=1).stderr
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert "took longer than 0.5 s" in ask(enf_workspace, "sparql", slow, "--timeout", "0.5", code=1).stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("partners", "Digipolix"), 1, "looked for: actor"),
        (("partners", "Lapin"), 1, "act-ulapland"),
        (("partners", "Digipolis", "--min-trl", "12"), 2, "from 1 to 9"),
        (("partners", "Digipolis", "--type", "none"), 2, "university"),
        (("partners", "Digipolis", "--region", "Laplant"), 1, "Lapland (reg-lappi)"),
        (("partners", "Digipolis", "--lang", "de"), 2, "en, fi, sv"),
        (("partners", "Digipolis", "--outside", "world"), 2, "cluster"),
        (("gaps", "none"), 1, "(vc-wood)"),
        (("path", "act-vtt", "act-vtt"), 2, "two different ends"),
        (("search", "x", "--kind", "none"), 2, "there is no kind"),
        (("sparql", "SELECT"), 1, "not a SPARQL 1.1 query"),
        (("sparql", "@nowhere.rq"), 1, "nowhere.rq"),
        (("none",), 2, "none"),
    ],
)
def test_errors_are_one_sentence(enf_workspace: Path, arguments: tuple[str, ...], code: int, says: str) -> None:
    result = CliRunner().invoke(main, ["--graph", str(enf_workspace), *arguments])
    assert result.exit_code == code
    assert result.stdout == ""
    assert says in result.stderr
    assert result.stderr.strip().splitlines()[-1].startswith("Error: ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("partners", "Digipolix", "--lang", "fi"), "Virhe: tunnusta tai nimeä ”Digipolix” ei ole"),
        (("partners", "--lang", "sv"), "Fel: NAME saknas"),
        (("partners", "Digipolis", "--lmit", "3", "--lang=fi"), "Virhe: valitsinta --lmit ei ole; tarkoititko --limit"),
        (("partners", "Digipolis", "--limit", "many", "--lang", "sv"), "Fel: --limit: ange ett heltal, minst 1"),
        (
            ("partners", "Digipolis", "--min-trl", "12", "--lang", "fi"),
            "Virhe: --min-trl: anna kokonaisluku väliltä 1–9",
        ),
        (("partners", "Digipolis", "--type", "yliopistoo", "--lang", "fi"), "koodit: university (yliopisto)"),
        (("partners", "cl-arctic-industry", "--lang", "fi"), "Vastuuorganisaatio: Kemin Digipolis Oy (act-digipolis)"),
        (("path", "Digipolis", "Lappi", "--lang", "fi"), "”Lappi” on toista lajia: Lappi (alue)"),
        (("search", "x", "--kind", "velho", "--lang", "fi"), "Actor (toimija)"),
        (("sparql", "SELECT"), "Error: this is not a SPARQL 1.1 query"),
        (("sparql", "CLEAR ALL", "--lang", "fi"), "Virhe: kysely muuttaisi aineistoa"),
        (("sparql", "@nowhere.rq", "--lang", "sv"), "Fel: filen eller mappen nowhere.rq finns inte"),
        (("sparql", "ASK {}", "--timeout", "0", "--lang", "fi"), "Virhe: --timeout: anna luku, vähintään 0.1"),
        (("partners", "Kemin", "Digipolis", "--lang", "sv"), "Fel: för många ord"),
        (("draw", "wood", "--out", ".", "--lang", "fi"), "Virhe: --out: anna tiedosto, ei kansiota"),
        (("demo", "--pictures", __file__, "--lang", "sv"), "Fel: --pictures: ange en mapp, inte en fil"),
        (("partners", "Digipolis", "--lang", "fi", "--limit"), "Virhe: --limit: tästä puuttuu arvo"),
        (("partners", "Digipolis", "--json=1", "--lang", "fi"), "Virhe: --json ei ota arvoa"),
        (("sparql", "ASK {}", "--timeout", "nan", "--lang", "sv"), "Fel: --timeout: ange ett tal, minst"),
        (("draw", "wood", "--out", f"{__file__}/x.svg", "--lang", "fi"), "on tiedosto; anna kansio"),
        (("draw", "wood", "--out", "x.html", "--width", "300", "--lang", "fi"), "leveys: vain PNG-kuvassa"),
        (("load", "enf", "--graph", "memory:", "--lang", "sv"), "en graf i minnet är borta"),
        (("partners", "x", "--graph", "memory:"), "give a folder, such as var/enf"),
        (("nothing", "--lang", "sv"), "Fel: kommandot nothing finns inte"),
    ],
)
def test_errors_speak_the_language_asked_for(enf_workspace: Path, arguments: tuple[str, ...], says: str) -> None:
    result = CliRunner().invoke(main, ["--graph", str(enf_workspace), *arguments])
    assert result.exit_code in (1, 2)
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_graph_has_an_address(enf_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["load", "enf", "--graph", "gopher://h"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no scheme “gopher”" in result.stderr
    assert not any(tmp_path.iterdir())
    by_path, by_scheme = (ask(Path(f"{way}{enf_workspace}"), "history").output for way in ("", "file:"))
    assert by_path == by_scheme


def test_a_version_is_printed() -> None:
    assert CliRunner().invoke(main, ["--version"]).output.startswith("arvoverkko ")


def test_an_earlier_graph_is_told_of(enf_workspace: Path) -> None:
    entries = read(enf_workspace, "history")["items"]
    assert [entry["generation"] for entry in entries] == [1]
    said = ask(enf_workspace, "history", "--lang", "fi").output
    assert "enf" in said
    assert open_graph(enf_workspace).generation.number == 1


# ---- what comes with data


def test_control_characters_in_names_do_nothing_to_the_terminal(tmp_path: Path) -> None:
    """Escape codes and letters that turn the line round are shown, whatever prints them; some are refused before."""
    evil, worse = "Red \x85 Oy \x9b2J \u202egnirps", "Red \x1b[31m\x07\x08 Oy"
    columns = {
        "id": ["x1", "x2", "x3"],
        "label_und": [evil, "Other", worse],
        "record": ["a", "b", "c"],
        "method": ["stated"] * 3,
    }
    source = Source("evil", "S", "P", "CC0", None, date(2026, 1, 1), "0")
    report = open_graph(tmp_path).replace(Batch(source, {Kind.ACTOR: pl.DataFrame(columns)}, {}))
    assert report.refusals["value"].to_list() == [worse]
    assert "Red ␛[31m␇␈ Oy" in "\n".join(map(harmless, report_lines(report, "en")))
    unsafe = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
    query = "SELECT ?name { ?x ?p ?name FILTER(CONTAINS(STR(?name), 'gnirps')) }"
    for arguments in (
        ("search", "red"), ("search", "redd"), ("show", "x1"), ("show", "red"), ("show", evil + "zz", 1),
        ("partners", "x1"), ("path", "x1", "x2"), ("check",), ("search", "red", "--json"), ("show", "x1", "--json"),
        ("sparql", query),
    ):  # fmt: skip
        *words, code = arguments if isinstance(arguments[-1], int) else (*arguments, 0)
        done = ask(tmp_path, *map(str, words), code=int(code))
        assert not unsafe.search(done.output), arguments
    for command in (("show", "x1"), ("sparql", query)):
        assert "Red � Oy �2J �gnirps" in ask(tmp_path, *command).output
    assert read(tmp_path, "show", "x1")["label"] == evil
    # Data for programs is what it is.
    assert "Oy \x9b2J" in ask(tmp_path, "sparql", query, "--format", "csv").output


def test_all_that_is_printed_goes_through_one_place() -> None:
    for path in (ROOT / "api" / "cli").glob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        printed = [ast.unparse(call) for call in calls if ast.unparse(call.func) in {"print", "click.echo"}]
        assert path.name == "printing.py" or printed in ([], ["click.echo(said, file=file, err=file is None)"]), path


def test_a_search_that_finds_nothing_says_what_was_perhaps_meant(enf_workspace: Path) -> None:
    found = read(enf_workspace, "search", "terraframe", "--lang", "fi")
    assert (found["total"], found["suggestions"]) == (0, [{"id": "act-terrafame", "label": "Terrafame"}])
    said = ask(enf_workspace, "search", "terraframe", "--lang", "fi").output
    assert said == "Mitään ei löytynyt.\nTarkoititko: Terrafame (act-terrafame)?\n"
    assert read(enf_workspace, "search", "lapin")["suggestions"] == []
