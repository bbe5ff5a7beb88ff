"""One way of speaking: every language says everything, plurals and numbers are its own, and a new one is a file."""

from __future__ import annotations

import ast
import os
import re
import shutil
import string
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from ontology.texts import FOLDER, LANGUAGES, fallback, listed, pick, say, show_date, show_number

#: Catalogues as their files hold them: language -> section.name -> text or plural forms.
CATALOGUES: dict[str, dict[str, Any]] = {
    path.stem: {
        f"{section}.{name}": text
        for section, texts in tomllib.loads(path.read_text("utf-8")).items()
        if section != "language"
        for name, text in texts.items()
    }
    for path in FOLDER.glob("*.toml")
}


def forms(text: str | dict[str, str]) -> list[str]:
    return list(text.values()) if isinstance(text, dict) else [text]


def slots(text: str | dict[str, str]) -> set[str]:
    return {name for form in forms(text) for _, name, _, _ in string.Formatter().parse(form) if name}


def test_every_language_says_everything_with_the_same_slots() -> None:
    assert set(CATALOGUES) == set(LANGUAGES)
    for language, texts in CATALOGUES.items():
        assert texts.keys() == CATALOGUES["en"].keys(), language
        odd = {key for key, text in texts.items() if slots(text) != slots(CATALOGUES["en"][key])}
        # The number itself need not stand in a form for one.
        assert odd == set(), language


def test_a_plural_has_the_categories_of_its_language() -> None:
    from babel import Locale

    for language in LANGUAGES:
        head = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))["language"]
        allowed = {*Locale.parse(head["locale"]).plural_form.tags, "other"}
        for key, text in CATALOGUES[language].items():
            if isinstance(text, dict):
                assert "other" in text and set(text) <= allowed, (language, key)


def test_a_sentence_is_clean() -> None:
    for language, texts in CATALOGUES.items():
        for key, text in texts.items():
            for form in forms(text):
                assert form == form.strip() and form and "  " not in form, (language, key)


def test_no_sentence_is_left_over() -> None:
    """The code names each, whole (`answer.more`), by its last part (an error's key), or put together from parts."""
    words: set[str] = set()
    for floor in ("ontology", "loaders", "graph", "api", "tools"):
        for path in (ROOT / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    words.add(re.escape(node.value))
                if isinstance(node, ast.JoinedStr):
                    parts = (
                        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w-]+"
                        for part in node.values
                    )
                    words.add("".join(parts))
    # What is open on both sides could be anything.
    known = re.compile("|".join(word for word in words if re.search(r"[a-z]{3}", word.replace(r"[\w-]+", ""))))
    left = {key for key in CATALOGUES["en"] if not (known.fullmatch(key) or known.fullmatch(key.partition(".")[2]))}
    assert left == set()


@pytest.mark.parametrize(
    ("language", "order"),
    [("fi", ("fi", "und", "en", "sv")), ("en", ("en", "und", "fi", "sv")), ("sv", ("sv", "und", "fi", "en"))],
)
def test_the_order_of_falling_back(language: str, order: tuple[str, ...]) -> None:
    assert fallback(language) == order
    texts: dict[str, str] = {}
    for found in reversed(order):
        texts[found] = f"in {found}"
        assert pick(texts, language) == (f"in {found}", found)
    assert pick({"smn": "in smn"}, language) == ("in smn", "smn")
    assert pick({}, language) is None


@pytest.mark.parametrize(
    ("language", "number", "day", "names"),
    [
        ("fi", "1\xa0354,50", "22.11.2026", "A, B ja 2 muuta"),
        ("en", "1,354.50", "22 November 2026", "A, B and 2 more"),
        ("sv", "1\xa0354,50", "22.11.2026", "A, B och 2 till"),
    ],
)
def test_numbers_dates_and_lists_follow_the_language(language: str, number: str, day: str, names: str) -> None:
    assert show_number(1354.5, language, 2) == number
    assert show_number(7, language) == "7"
    assert show_date(date(2026, 11, 22), language) == day
    assert listed(["A", "B", "C", "D"], language, most=2) == names
    assert listed(["A"], language) == "A"
    assert listed([], language) == ""


def test_a_key_that_is_nowhere_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError, match=r"answer\.nothing"):
        say("answer.nothing", "fi")


INVENTED = """
[language]
name = "Kvenish"
locale = "pl"
date = "y/M/d"
fallback = ["fi"]

[answer]
more = { one = "one-{count}", few = "few-{count}", other = "other-{count}" }

[status]
no_data = "eijoo tiettoo"
"""

ASKED = """
from graph import open_graph
from loaders import load
from ontology.texts import LANGUAGES, say, show_date
from ontology.rules.checks import check
from datetime import date
print(LANGUAGES)
print(say("answer.more", "fkv", count=1), say("answer.more", "fkv", count=3), say("answer.more", "fkv", count=5))
print(say("status.no_data", "fkv"), "|", say("status.covered", "fkv"), "|", show_date(date(2026, 1, 2), "fkv"))
kg = open_graph()
kg.replace(load("enf"))
found = kg.partners("act-digipolis", limit=1).to_dict("fkv")
print(found["language"], found["partners"][0]["why"])
print(kg.value_chain("vc-wood").gaps().to_frame("fkv")["why"][0])
print(check(kg.generation.tables).in_language("fkv")["message"][0])
print(kg.value_chain("vc-wood").infographic(language="fkv").layout.title)
"""


def test_adding_a_language_is_adding_a_file(tmp_path: Path) -> None:
    """A copy of the program with one more catalogue speaks it, and falls back to Finnish for what it lacks."""
    for floor in ("ontology", "loaders", "graph", "api", "data"):
        shutil.copytree(ROOT / floor, tmp_path / floor, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "ontology" / "texts" / "fkv.toml").write_text(INVENTED, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1"}

    def run(*arguments: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    said = run("-c", ASKED)
    assert said[0] == str((*LANGUAGES, "fkv"))
    assert said[1] == "one-1 few-3 other-5"
    assert said[2] == f"eijoo tiettoo | {say('status.covered', 'fi')} | 2026/1/2"
    assert said[3].startswith("fkv ") and "vaihe" in said[3].lower()
    assert "saaminen" in said[4] or "saamis" in said[4]
    assert ": " in said[5]
    assert said[6]
    run("-m", "api.cli", "load", "enf", "--graph", "g", "--lang", "fkv")
    assert any(
        "eijoo tiettoo" in line for line in run("-m", "api.cli", "gaps", "vc-wood", "--graph", "g", "--lang", "fkv")
    )


#: What else asks for a sentence by its key: the call, and the section of the catalogue.
SECTION_OF = {
    "say": "",
    "texts": "",
    "progress": "progress.",
    "word": "picture.",
    "counted": "picture.",
    "refuse": "refusal.",
    "_parsed": "refusal.",
}

#: Where the key stands among what a call is given, if not first.
_PLACE = {"refuse": 2, "_parsed": 2}


def test_every_key_in_the_code_has_its_sentence() -> None:
    """The first word of an error is a key of the catalogues, with exactly the values that its sentence needs."""
    from ontology import errors

    base = {"InputError": {"file", "row", "column"}, "RefusedRows": {"refusals"}}
    names = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    names |= {"NotAcceptable", "TooLong", "WrongMediaType"}
    wrong, seen = [], set()
    for floor in ("ontology", "loaders", "graph", "api"):
        for path in (ROOT / floor).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(call, ast.Call):
                    continue
                name = ast.unparse(call.func).rpartition(".")[2]
                place = _PLACE.get(name, 0)
                if len(call.args) <= place:
                    continue
                if name in SECTION_OF and isinstance(key := getattr(call.args[place], "value", None), str):
                    seen.add(name)
                    if SECTION_OF[name] + key not in CATALOGUES["en"]:
                        wrong.append((path.name, call.lineno, key))
                if not isinstance(call.args[0], ast.Constant):
                    continue
                if name not in names - {"MissingExtra"} or path.name == "errors.py":
                    continue
                key = f"error.{call.args[0].value}"
                given = {word.arg for word in call.keywords} - {"file", "row", "column"} - base.get(name, set())
                if key not in CATALOGUES["en"] or not slots(CATALOGUES["en"][key]) <= given:
                    wrong.append((path.name, call.lineno, key))
    assert wrong == []
    assert seen == SECTION_OF.keys()
