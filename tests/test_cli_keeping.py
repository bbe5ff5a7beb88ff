"""The command line that keeps a graph: a source is taken out, and what lies in the folder is proved."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from editions import other, small

from api.cli.commands import main
from graph import open_graph
from graph.stores.derived import RDF
from graph.stores.parts import seal
from ontology.prefixes import iri
from ontology.texts import LANGUAGES


def ask(path: Path, *arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, ["--graph", str(path), *arguments])
    assert done.exit_code == code, done.output
    return done


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "other poistettiin. Aineistoversio 2."),
        ("sv", "other togs bort. Dataversion 2."),
        ("en", "other was taken out. Data version 2."),
    ],
)
def test_a_source_is_taken_out(tmp_path: Path, language: str, said: str) -> None:
    open_graph(tmp_path).replace([small(0), other(small(0))])
    assert said in ask(tmp_path, "remove", "other", "--lang", language).output
    assert "sources: small" in ask(tmp_path, "remove", "other", code=1).output
    told = json.loads(ask(tmp_path, "remove", "small", "--json").stdout)
    assert (told["removed"], told["generation"], told["counts"]) == ("small", 3, {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_graph_is_proved_and_damage_is_named(tmp_path: Path, language: str) -> None:
    graph = open_graph(tmp_path)
    graph.replace([small(0), other(small(0))])
    graph.replace(small(1))
    sound = json.loads(ask(tmp_path, "verify", "--lang", language, "--json").stdout)
    assert sound["holds"]
    assert [(proof["generation"], proof["what"]) for proof in sound["proofs"]] == [
        (2, "current"),
        *((1, what) for what in ("old-files", "rows", "counts")),
        *((2, what) for what in ("files", "rows", "counts", "paths", "names", "rdf")),
    ]
    assert ask(tmp_path, "verify", "--lang", language).output.count("✓") == 10
    # The times of these files are put back: only their bytes tell.
    for name in ("generations/000001/sources/small/Actor.parquet", "generations/000002/paths/arrays.bin"):
        path = tmp_path / name
        times, data = path.stat(), bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    told = json.loads(ask(tmp_path, "verify", "--lang", language, "--json", code=1).stdout)
    wrong = [(proof["generation"], proof["what"]) for proof in told["proofs"] if not proof["holds"]]
    assert wrong == [(1, "old-files"), (2, "paths")]
    assert "Actor.parquet" in next(proof["said"] for proof in told["proofs"] if not proof["holds"])
    # What is derived was thrown away and is made again; what is old is left behind.
    assert ask(tmp_path, "partners", "a0", "--limit", "1").exit_code == 0
    open_graph(tmp_path, keep=1).replace(small(1))
    assert ask(tmp_path, "verify").output.endswith("All of it holds.\n")


def test_a_table_whose_bytes_alone_changed_is_mended_by_its_source(tmp_path: Path) -> None:
    graph = open_graph(tmp_path)
    graph.replace(small(0))
    (tmp_path / "CURRENT").unlink()
    path = tmp_path / "generations" / "000001" / "sources" / "small" / "Actor.parquet"
    times, data = path.stat(), bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    told = json.loads(ask(tmp_path, "verify", "--json", code=1).stdout)
    assert [proof["what"] for proof in told["proofs"] if not proof["holds"]] == ["current", "files"]
    assert open_graph(tmp_path, keep=1).replace(small(0)).changed
    assert ask(tmp_path, "verify").output.endswith("All of it holds.\n")


def test_only_a_folder_is_proved(tmp_path: Path) -> None:
    assert "there is no graph in" in ask(tmp_path, "verify", code=1).output


def test_rdf_that_says_more_or_less_than_the_tables_is_found(tmp_path: Path) -> None:
    """Sealed as if it had been made so: only a store made anew tells."""
    graph = open_graph(tmp_path)
    graph.replace(small(0))
    for spoil in (
        lambda store: store.remove(next(store.quads_for_pattern(None, ox.NamedNode(iri("av:memberOf")), None))),
        lambda store: store.add(ox.Quad(*(ox.NamedNode("urn:x:1"),) * 3)),
    ):
        generation = open_graph(tmp_path).generation
        folder = generation.rdf_folder().parent
        store = ox.Store(str(folder / "store"))
        spoil(store)
        store.flush()
        del store
        (folder / "made.json").unlink()
        seal(RDF, generation.identity, folder)
        told = json.loads(ask(tmp_path, "verify", "--json", code=1).stdout)
        assert [proof["what"] for proof in told["proofs"] if not proof["holds"]] == ["rdf"]
        ask(tmp_path, "sparql", "ASK {}")  # whoever asks makes it anew
        assert ask(tmp_path, "verify").output.endswith("All of it holds.\n")
