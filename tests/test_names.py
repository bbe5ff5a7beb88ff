"""The index of names: what it finds is what reading every name would find, in memory as on disk, and damage is said."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.stores.directory import Directory
from graph.stores.folding import fold, folded, plain
from graph.stores.names import NameIndex
from ontology.errors import DamagedWorkspace
from ontology.facts import Batch, Source, Tables, columns
from ontology.metagraph import KINDS, LABEL, Kind, Relation, Value


def tables_of(*names: str | dict[str, str], source: str = "s") -> Tables:
    """Actors x0, x1 … of these names, in no language or by language."""
    rows = [
        {"id": f"x{n}", "record": f"a#row={n}", "method": "stated"}
        | {f"label_{k}": v for k, v in (name if isinstance(name, dict) else {"und": name}).items()}
        for n, name in enumerate(names)
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return Tables.of([Batch(Source(source, "S", "P", "CC0", None, date(2026, 1, 1), "0"), {Kind.ACTOR: frame}, {})])


def index(*names: str | dict[str, str]) -> NameIndex:
    return NameIndex.build(tables_of(*names))


def every_name(tables: Tables) -> Iterator[tuple[str, Kind, list[str]]]:
    """Every id with its kind and its folded names: what there is to find."""
    for kind, frame in tables.entities.items():
        names: dict[str, list[str]] = {}
        for id, *labels in frame.select("id", *columns((LABEL,), frame.columns)).iter_rows():
            names.setdefault(id, []).extend(fold(label) for label in labels if label)
        yield from ((id, kind, found) for id, found in names.items())


@pytest.fixture(scope="module")
def built(enf_tables: Tables) -> NameIndex:
    return NameIndex.build(enf_tables)


@pytest.fixture(scope="module")
def on_disk(enf_tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> NameIndex:
    folder = tmp_path_factory.mktemp("index") / "names"
    NameIndex.build(enf_tables, folder)
    return NameIndex.open(folder)


@pytest.fixture(scope="module")
def texts(enf_tables: Tables) -> list[str]:
    """Words of the names, their beginnings and middles, and pairs of words, some of them turned round."""
    names = sorted({name for _, _, found in every_name(enf_tables) for name in found})
    words = sorted({word for name in names for word in name.split() if len(word) > 4})
    pieces = [word[n % 3 : 4 + n % 3] for n, word in enumerate(words)]
    pairs = [" ".join(reversed(name.split()[:2])) for name in names[::5]]
    return sorted({*words[::4], *pieces[::4], *pairs, *names[::12], "lappi", "oulu", "zzz"})


# ---- what is found


def test_a_search_finds_what_reading_every_name_finds(enf_tables: Tables, on_disk: NameIndex, texts: list[str]) -> None:
    """Every word stands in some name of it: whole, as a beginning, or, of few, inside another word."""
    known = list(every_name(enf_tables))
    assert len(texts) > 300
    for text in texts:
        words = text.split()
        inside = len(set(words)) <= 5

        def holds(word: str, names: list[str], inside: bool = inside) -> bool:
            return any((word if inside and len(word) > 2 else f" {word}") in f" {name}" for name in names)

        expected = {id for id, _, names in known if all(holds(word, names) for word in words)}
        found = on_disk.holding(text)
        assert set(found.ids) == expected, text
        assert found.total == len(found.ids) == len(expected)
        best = {id: names for id, _, names in known if id in expected}
        ranks = [
            0 if text in best[id] else 1 if any(name.startswith(text) for name in best[id]) else 2 for id in found.ids
        ]
        assert ranks == sorted(ranks), text


def test_whole_names_and_parts_are_what_reading_every_name_finds(
    enf_tables: Tables, on_disk: NameIndex, texts: list[str]
) -> None:
    known = list(every_name(enf_tables))
    for text in texts:
        whole = on_disk.whole(text, (), 1000)
        assert set(whole.ids) == {id for id, _, names in known if text in names}, text
        words, beginnings = (set(found.ids) for found in on_disk.parts(text, (), 1000))
        assert words == {id for id, _, names in known if any(f" {text} " in f" {name} " for name in names)}, text
        assert beginnings == {id for id, _, names in known if any(f" {text}" in f" {name}" for name in names)}, text


def test_pages_are_parts_of_one_list(on_disk: NameIndex) -> None:
    whole = on_disk.holding("oulu")
    pages = [on_disk.holding("oulu", (), 7, offset) for offset in range(0, whole.total + 8, 7)]
    assert sum((page.ids for page in pages), ()) == whole.ids
    assert {page.total for page in pages} == {whole.total}
    assert on_disk.holding("oulu", (), 5, 1_000_000_000).ids == ()
    among = on_disk.holding("oulu", (Kind.CLUSTER, Kind.PLATFORM))
    kinds = {id: on_disk.get(id)[0] for id in whole.ids}
    assert among.ids == tuple(id for id in whole.ids if kinds[id] in (Kind.CLUSTER, Kind.PLATFORM))


def test_equal_tables_give_equal_answers_in_memory_and_on_disk(
    built: NameIndex, on_disk: NameIndex, texts: list[str]
) -> None:
    asked: list[Callable[[NameIndex, str], Any]] = [
        lambda index, text: index.holding(text),
        lambda index, text: list(index.parts(text, (Kind.ACTOR,), 50)),
        lambda index, text: index.near(text[:3] + text[4:]),
        lambda index, text: index.alike(text),
    ]
    for text in texts[::3]:
        assert [ask(built, text) for ask in asked] == [ask(on_disk, text) for ask in asked]


def test_best_fits_come_first_and_ties_go_by_name_and_id() -> None:
    found = index(
        "Pro Lapin", "Lapin yliopisto", "Kalapin", "Lapin", "Lapinlahti", "Ylä-Lapin kunta", "Lapin yliopisto"
    )
    # A whole name, what begins so, a word of its own, and last inside a word.
    assert found.holding("lapin").ids == ("x3", "x1", "x6", "x4", "x0", "x5", "x2")
    assert found.whole("LAPIN YLIOPISTO", (), 5).ids == ("x1", "x6")


# ---- letters and slips


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Ørsted Wind", "orsted"),
        ("Đakovo d.o.o.", "dakovo"),
        ("Politechnika Łódzka", "lodzka"),
        ("Háskóli Íslands Þróun", "throun"),
        ("Straßenbau", "strassenbau"),
        ("Işık Üniversitesi", "isik universitesi"),
        ("Ångström Æsir", "angstrom aesir"),
        ("Ελλάς", "ελλασ"),
        ("Университет Йошкар-Олы", "ИОШКАР"),
    ],
)
def test_a_name_is_found_without_its_own_letters(name: str, typed: str) -> None:
    found = index(name, "Somebody Else")
    assert found.holding(typed).ids == found.holding(name).ids == ("x0",)
    assert next(filter(None, found.parts(typed))).ids == ("x0",)
    assert found.whole(plain(fold(name)).upper()).ids == ("x0",)


def test_the_very_letters_come_before_plain_ones() -> None:
    found = index("Orsted", "Ørsted")
    assert (found.whole("orsted", (), 5).ids, found.whole("Ørsted", (), 5).ids) == (("x0",), ("x1",))
    assert (found.holding("orsted").ids, found.holding("ørsted").ids) == (("x0", "x1"), ("x1", "x0"))
    assert Directory(tables_of("Ørsted")).match("ORSTED").whole


@pytest.mark.parametrize(
    ("name", "slip"),
    [
        ("Terrafame Oy", "Terraframe"),
        ("Kemin Digipolis", "Kmein Digipolis"),  # two letters changed places
        ("Ørsted", "Ørstde"),
        ("Карельский университет", "Карелский унивирситет"),
        ("Πανεπιστήμιο", "Πανεπιστιμιο"),
        ("University of Eastern Finland", "Univresity of Estern Finland"),
        ("University of Eastern Finland", "University for Eastern Finland"),
    ],
)
def test_a_slip_is_forgiven(name: str, slip: str) -> None:
    found = index(name, "Somebody Else", "Finland")
    assert found.near(slip)[0] == "x0"
    assert found.near("qqqqqqq") == ()


def test_nearly_every_actor_is_meant_by_its_name_with_a_letter_missing(enf_tables: Tables, on_disk: NameIndex) -> None:
    slips = [
        (id, name[:at] + name[at + 1 :])
        for id, kind, names in every_name(enf_tables)
        for name in names[:1]
        if kind is Kind.ACTOR and (at := len(name) // 2) and name[at] != " "
    ]
    missed = [slip for id, slip in slips if id not in on_disk.near(slip, (Kind.ACTOR,))]
    assert len(slips) > 100
    assert len(missed) <= 0.02 * len(slips), missed


def test_an_id_with_a_slip_or_cut_short_is_meant(on_disk: NameIndex) -> None:
    for slip in ("act-digipolys", "act-digiplis", "act-digip", "ACT-DIGIPOLIS"):
        assert on_disk.alike(slip)[0] == "act-digipolis"
        assert on_disk.alike(slip, (Kind.CLUSTER,)) == ()
    assert on_disk.alike("") == on_disk.alike("Kainuu") == ()


@settings(max_examples=examples(100))
@given(st.text(max_size=60), st.text(max_size=12))
def test_any_text_may_be_looked_for(name: str, text: str) -> None:
    found = index(name)
    for asked in (name, text):
        found.holding(asked), found.near(asked), found.alike(asked), list(found.parts(asked))
        assert bool(found.whole(asked)) == bool(fold(asked) and fold(asked) in (fold(name), plain(fold(name))))
    assert found.holding(name).ids == (("x0",) if fold(name) else ())


def test_a_long_text_is_looked_for_by_its_whole_words() -> None:
    many = " ".join(f"word{n}" for n in range(5000))
    found = index(many, "word1 word2", "w" * 5000)
    assert found.holding(many).ids == ("x0",)
    assert found.holding(many + " other").ids == found.near(many) == ()
    assert found.holding("w" * 4000).ids == ("x2",)
    assert [hits.ids for hits in found.parts(many)] == [("x0",)]


# ---- what is kept


VALUES: dict[Value, st.SearchStrategy[Any]] = {
    Value.INTEGER: st.integers(-(2**63), 2**63 - 1),
    Value.DECIMAL: st.floats(allow_nan=False, allow_infinity=False),
    Value.BOOLEAN: st.booleans(),
}
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@st.composite
def rows_of(draw: st.DrawFn) -> tuple[Kind, list[dict[str, Any]]]:
    kind = draw(st.sampled_from(list(Kind)))
    strategies = {
        a.name: st.none() | VALUES.get(a.value, _TEXTS)
        for a in KINDS[kind].attributes
        if a.value is not Value.TEXT_BY_LANGUAGE
    }
    strategies |= {name: st.none() | _TEXTS for name in ("label_fi", "label_smn", "note")}
    strategies |= {"id": st.sampled_from(["a", "b", "c/ä"]), "record": _TEXTS, "method": st.just("stated")}
    return kind, draw(st.lists(st.fixed_dictionaries(strategies), min_size=1, max_size=5))


@settings(max_examples=examples(60))
@given(rows_of())
def test_an_entity_is_what_its_rows_say(told: tuple[Kind, list[dict[str, Any]]]) -> None:
    """Each value comes back as it was, of its type, from the first source that gives it; nothing else is known."""
    kind, rows = told
    source = Source("s", "S", "P", "CC0", None, date(2026, 1, 1), "0")
    tables = Tables.from_rows([source], {kind: [row | {"source": "s"} for row in rows]}, {})
    directory = Directory(tables)
    for id in {row["id"] for row in rows}:
        own = [row for row in rows if row["id"] == id]
        entity = directory.get(id)
        known: dict[str, Any] = {}
        for row in own:
            known = {name: value for name, value in row.items() if value is not None} | known
        attributes = {name: known[name] for name in columns(KINDS[kind].attributes, known)}
        assert dict(entity.attributes) == attributes
        assert {name: type(value) for name, value in entity.attributes.items()} == {
            name: type(value) for name, value in attributes.items()
        }
        assert dict(entity.labels) == {
            n.removeprefix("label_"): known[n] for n in ("label_fi", "label_smn") if n in known
        }
        assert [(e.record, e.note) for e in entity.evidence] == [(row["record"], row["note"]) for row in own]
    assert directory.ids(kind).to_list() == list(dict.fromkeys(row["id"] for row in rows))


def test_what_two_sources_tell_of_is_found_once() -> None:
    tables = Tables.of(
        Batch(
            Source(name, "S", "P", "CC0", None, date(2026, 1, 1), "0"),
            {Kind.ACTOR: pl.DataFrame({"id": ["x"], "label_und": [label], "record": ["r"], "method": ["stated"]})},
            {},
        )
        for name, label in (("one", "Kemin Digipolis"), ("two", "Digipolis Oy"))
    )
    directory = Directory(tables)
    assert (
        directory.names.holding("digipolis")
        == directory.names.holding("kemin oy")
        == directory.names.of_kind(Kind.ACTOR, 5)
    )
    assert directory.find("Digipolis Oy").label() == "Kemin Digipolis"
    assert [each.source for each in directory.get("x").evidence] == ["one", "two"]
    assert len(directory.names) == directory.names.count(Kind.ACTOR) == 1
    assert directory.ids(Kind.ACTOR).to_list() == ["x"]


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    NameIndex.build(Tables.of([]), tmp_path / "names")
    found = NameIndex.open(tmp_path / "names")
    assert "x" not in found and len(found) == found.count(Kind.ACTOR) == 0
    assert found.holding("x").ids == found.near("xyzzy") == found.alike("xyzzy") == ()


# ---- on disk


def test_a_folder_that_nobody_may_write_to_is_read(
    enf_tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "names"
    NameIndex.build(enf_tables, folder)
    before = sorted(path.name for path in folder.iterdir())
    assert {path.stat().st_mode & 0o444 for path in folder.iterdir()} == {0o444}, "others may read it"
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "act-digipolis" in NameIndex.open(folder)
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "no folder", "other"])
def test_a_damaged_index_is_said_to_be_so(enf_tables: Tables, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "names"
    NameIndex.build(enf_tables, folder)
    files = [path for path in sorted(folder.iterdir()) if path.suffix in {".term", ".idx", ".store"}]
    assert len(files) == 3
    for path in [folder / "meta.json", *files]:
        content = path.read_bytes()
        if damage == "gone":
            path.unlink()
        elif damage == "no folder":
            folder = tmp_path / "nowhere"
        elif damage == "other":
            meta = (folder / "meta.json").read_text("utf-8")
            (folder / "meta.json").write_text(re.sub(r'"words"', '"others"', meta), "utf-8")
        else:
            path.unlink()  # what is mapped somewhere is not cut
            path.write_bytes(content[: len(content) // 2] if damage == "cut" else b"")
        with pytest.raises(DamagedWorkspace, match=r"names|nowhere") as caught:
            NameIndex.open(folder)
        assert caught.value.key == "derived-unreadable"
        path.unlink(missing_ok=True)
        path.write_bytes(content)


def test_a_list_is_what_going_through_the_rows_gives(enf_tables: Tables) -> None:
    from graph.questions.lists import listed
    from graph.stores.generation import Generation

    generation = Generation(enf_tables, {"generation": 1, "sources": []})
    actors = enf_tables.entity(Kind.ACTOR)
    placed = enf_tables.link(Relation.LOCATED_IN).filter(pl.col("object") == "reg-lappi")["subject"].to_list()
    for wanted, keep in (
        ({}, lambda row: True),
        ({"region": "Lappi", "actor_type": None}, lambda row: row["id"] in placed),
        (
            {"region": "reg-lappi", "actor_type": "yliopisto"},
            lambda row: row["id"] in placed and row["actor_type"] == "university",
        ),
        ({"name": "Digipolis"}, lambda row: row["id"] == "act-digipolis"),
        ({"name": "Digipolis", "actor_type": "university"}, lambda row: False),
    ):
        found, _ = listed(generation, Kind.ACTOR, wanted)
        assert found.to_list() == [row["id"] for row in actors.iter_rows(named=True) if keep(row)], wanted


@given(st.lists(st.none() | st.text(max_size=12) | st.text("aB -_.Öøß0", max_size=12), max_size=8))
def test_a_column_is_folded_as_its_texts_are(texts: list[str | None]) -> None:
    column = folded(pl.Series(texts, dtype=pl.String))
    assert [text or None for text in column] == [(text and fold(text)) or None for text in texts]
