"""The comparison of two checkouts: each kind of difference explains what it says, and nothing else."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tools.compare import compare, report
from tools.differences import DIFFERENCES
from tools.rewriting import (
    Added,
    Answer,
    Difference,
    Dropped,
    Listed,
    Quads,
    Redrawn,
    Relaid,
    Renamed,
    Reordered,
    Rephrased,
    Reworded,
    Valued,
    Whole,
)
from tools.verdict import judge, places, read

WHY = "it is meant"


def answer(body: Any, form: str = "json", language: str = "fi", **root: Any) -> Answer:
    return Answer("http-partners", "GET /api/actors/a/partners", language, form, {"status": 200, **root, "body": body})


#: One difference, what it makes new, and what it must not.
CASES: list[tuple[Difference, Any, Any, Any]] = [
    (
        Renamed(because=WHY, at="*.edges", key="evidence", to="records"),
        {"edges": [{"evidence": [1], "a": 1}, {"evidence": [2], "a": 1}]},
        {"edges": [{"records": [1], "a": 1}, {"records": [2], "a": 1}]},
        {"edges": [{"a": 1, "records": [1]}, {"a": 1, "records": [2]}]},
    ),
    (
        Renamed(because=WHY, key="evidence", to="records"),
        {"evidence": "a"},
        {"records": "a"},
        {"evidence": "a", "records": "a"},
    ),
    (
        Added(because=WHY, at="body.links", key="role_label", holds=lambda value, *_: isinstance(value, str)),
        {"links": [{"role": "member"}]},
        {"links": [{"role_label": "jäsen", "role": "member"}]},
        {"links": [{"role_label": None, "role": "member"}]},
    ),
    (Added(because=WHY, at="body", key="new"), {"a": 1}, {"a": 1, "new": 2}, {"a": 1, "new": 2, "other": 3}),
    (Dropped(because=WHY, key="page"), {"page": "A4", "a": 1}, {"a": 1}, {"page": "A5", "a": 1}),
    (
        Reworded(because=WHY, words={"tekijä": "toimija", "tekijää": "toimijaa", "toimija": "tekijä"}),
        ["kaksi tekijää", "yksi toimija"],
        ["kaksi toimijaa", "yksi tekijä"],
        ["kaksi toimijaa", "yksi toimija."],
    ),
    (
        Reworded(because=WHY, at="*.role", words={"member": "jäsen"}, whole=True),
        {"role": "member", "id": "member-1"},
        {"role": "jäsen", "id": "member-1"},
        {"role": "jäsen", "id": "jäsen-1"},
    ),
    (
        Valued(because=WHY, at="body.version", holds=lambda old, new: bool(old < new)),
        {"version": "0.1", "a": 1},
        {"version": "0.2", "a": 1},
        {"version": "0.0", "a": 1},
    ),
    (
        Listed(because=WHY, at="body", come=lambda each: each > 5, gone=lambda each: each < 2),
        [1, 2, 3],
        [2, 6, 3],
        [2, 3, 4],
    ),
    (Reordered(because=WHY), {"b": [3, 1], "a": 1}, {"a": 1, "b": [1, 3]}, {"a": 1, "b": [1, 2]}),
]


@pytest.mark.parametrize(("difference", "old", "new", "other"), CASES)
def test_a_difference_explains_what_it_says_and_no_more(difference: Difference, old: Any, new: Any, other: Any) -> None:
    found = judge(answer(old), answer(new), [difference])
    assert found.equal and found.used == (difference,)
    assert not judge(answer(old), answer(new), []).equal
    assert not judge(answer(old), answer(other), [difference]).equal


def test_a_difference_is_bound_to_groups_questions_languages_and_forms() -> None:
    old, new = answer({"a": 1}), answer({"b": 1})
    for bound, explains in (
        ({"groups": ("cli-*", "http-*")}, True),
        ({"groups": "cli-*"}, False),
        ({"questions": "GET /api/actors/*/partners"}, True),
        ({"questions": "GET /api/paths*"}, False),
        ({"languages": ("sv", "fi")}, True),
        ({"languages": ("sv",)}, False),
        ({"forms": ("json",)}, True),
        ({"forms": ("svg",)}, False),
        ({"at": "body"}, True),
        ({"at": "body.*"}, False),
    ):
        renamed = Renamed(because=WHY, key="a", to="b", **bound)  # type: ignore[arg-type]
        assert judge(old, new, [renamed]).equal is explains, bound


def test_a_value_needs_a_place() -> None:
    with pytest.raises(TypeError, match="at"):
        Valued(because=WHY)  # type: ignore[call-arg]


def test_the_order_of_keys_counts() -> None:
    assert not judge(answer({"a": 1, "b": 2}), answer({"b": 2, "a": 1}), []).equal
    assert not judge(answer(1), answer(1.0), []).equal


def test_differences_work_together_in_any_order() -> None:
    old, new = answer("<a> <p> 'yksi tekijä' .", "turtle"), answer("<a>\n  <p> 'yksi toimija' .", "turtle")
    listed: list[Difference] = [
        Relaid(because=WHY, forms=("turtle",)),
        Reworded(because=WHY, words={"tekijä": "toimija"}),
        Dropped(because=WHY, key="nothing"),
    ]
    old, new = (answer(each.tree["body"].replace("<", "<urn:"), "turtle") for each in (old, new))
    assert set(map(type, judge(old, new, listed).used)) == {Relaid, Reworded}
    assert judge(old, new, listed).equal
    assert not judge(old, new, listed[:1]).equal
    assert not judge(old, answer("no Turtle <", "turtle"), listed).equal  # and no error


def test_quads_may_come_and_go_by_pattern() -> None:
    listed = [Quads(because=WHY, added=" <role> ", dropped=" <part> "), Reworded(because=WHY, words={"<z>": "<0>"})]
    old, new = "<a> <part> <b> .\n<c> <p> <d> .\n<z> <p> <d> .", "<0> <p> <d> .\n<a> <role> <r> .\n<c> <p> <d> ."
    assert judge(answer(old, "nquads"), answer(new, "nquads"), listed).equal
    assert not judge(answer(old, "nquads"), answer(new + "\n<x> <p> <y> .", "nquads"), listed).equal


def test_a_picture_drawn_anew_has_the_same_words() -> None:
    old, new = "<svg><text>Kolme vai-</text><text>hetta</text></svg>", "<svg><g/><text>Kolme vaihetta</text></svg>"
    redrawn = Redrawn(because=WHY, forms=("svg", "png"))
    assert judge(answer(old, "svg"), answer(new, "svg"), [redrawn]).equal
    assert not judge(answer(old, "svg"), answer(new.replace("Kolme", "Neljä"), "svg"), [redrawn]).equal
    size = "iVBORw0KGgoAAAANSUhEUgAAAyAAAAI2"
    assert judge(answer(size + "aaa=", "png"), answer(size + "bbb=", "png"), [redrawn]).equal
    assert not judge(answer(size + "aaa=", "png"), answer("bbb=", "png"), [redrawn]).equal
    named = Redrawn(because=WHY, forms=("svg",), words={"kolme vai-hetta": "neljä vaihetta"})
    old, new = "<text>Kolme vai-</text><text>hetta</text>", "<text>Kolme</text><text>vaihetta, kolme vaihetta</text>"
    assert judge(answer(f"{old}, kolme vaihetta", "svg"), answer(new.replace("kolme", "neljä"), "svg"), [named]).equal
    assert not judge(answer(f"{old}, kolme vaihetta", "svg"), answer(new, "svg"), [named]).equal


def test_a_sentence_built_in_another_way_keeps_what_stands_in_it() -> None:
    built = Rephrased(because=WHY, phrases={"Molemmat, {a} ja {b}, ovat ”{n}”.": "”{n}”: {a} ja {b} molemmat."})
    old = "Molemmat, Oy Ab. Ltd ja B, ovat ”N”. Muuta."
    assert judge(answer(old), answer("”N”: Oy Ab. Ltd ja B molemmat. Muuta."), [built]).equal
    assert not judge(answer(old), answer("”N”: Oy Ab. Ltd ja C molemmat. Muuta."), [built]).equal


def test_a_whole_answer_may_be_another_one_if_it_is_the_one_that_is_meant() -> None:
    refuses = Whole(because=WHY, becomes={"status": 404})
    old = answer({"partners": []})
    assert judge(old, answer({"title": "no"}, status=404), [refuses]).equal
    assert not judge(old, answer({"title": "no"}, status=500), [refuses]).equal
    assert judge(old, answer({}), [Whole(because=WHY)]).equal
    empty = Whole(because=WHY, holds=lambda before, after, _: before["body"] and not after["body"])
    assert judge(old, answer({}), [empty]).equal
    assert not judge(old, answer({"partners": [1]}), [empty]).equal
    shaped = Whole(because=WHY, holds=lambda before, after, _: after["body"]["id"] == "a")
    assert not judge(old, answer({}), [shaped]).equal  # and no error
    assert not judge(old, answer({}, crash="KeyError()"), [Whole(because=WHY)]).equal
    assert not judge(old, None, [refuses]).equal
    assert judge(old, None, [Whole(because=WHY, gone=True)]).equal


def line(question: str, body: Any, indent: int | None = None) -> str:
    text = json.dumps(body, indent=indent, separators=None if indent else (",", ":"))
    return json.dumps({"question": question, "language": "", "form": "json", "status": 200, "body": text}) + "\n"


def test_how_json_is_laid_out_counts() -> None:
    old, new = read("g", line("q", {"a": 1})), read("g", line("q", {"a": 1}, indent=2))
    assert [place for place, *_ in places(old.tree, new.tree)] == ["layout"]
    assert not judge(old, new, []).equal


def test_a_group_is_counted_and_what_is_left_is_shown(tmp_path: Path) -> None:
    base, new = tmp_path / "base.jsonl", tmp_path / "new.jsonl"
    base.write_text(line("same", 1) + line("renamed", {"a": 1}) + line("other", {"b": [1, 2]}) + line("gone", 1))
    new.write_text(line("same", 1) + line("renamed", {"c": 1}) + line("other", {"b": [1, 3]}))
    listed = [Renamed(because="c is the word", key="a", to="c"), Dropped(because="nobody reads it", key="d")]
    uses: Counter[int] = Counter()
    tally = compare("group", base, new, listed, uses)
    assert (tally.compared, tally.equal, tally.explained) == (4, 1, 1)
    assert [left.question for left, _ in tally.unexplained] == ["other", "gone"]
    said = "\n".join(report([tally], listed, uses, most=5))
    assert "       1  Renamed: c is the word\n" in said
    assert "       0  Dropped: nobody reads it   EXPLAINS NOTHING" in said
    assert "  1 × body.b\n    other\n      - 2\n      + 3\n" in said
    assert "  1 × the question\n    gone\n      - (is asked)\n      + (is not asked)" in said


def test_of_a_long_text_the_lines_are_shown_that_are_others() -> None:
    found = list(places({"body": "a\nb\nc\n"}, {"body": "a\nc\nB\nd\n"}))
    assert found == [("body", "b", "B"), ("body", "(no line)", "d")]


def test_every_listed_difference_says_why() -> None:
    assert all(each.because.strip() for each in DIFFERENCES)
