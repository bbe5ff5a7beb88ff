"""The proof that an answer differs in the listed ways and in no other.

The old tree is walked beside the new one, and a difference rewrites the old one only where the two are not the same;
when nothing is left to rewrite, both must be equal to the last byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from tools.rewriting import Answer, Difference, Tree, Whole, are_objects, same, text_of

#: How JSON is laid out here: by HTTP, and by the command line.
_LAYOUTS: Mapping[str, Mapping[str, Any]] = {"compact": {"separators": (",", ":")}, "indented": {"indent": 2}}

#: Differences may open the way for each other, a few times at most.
_ROUNDS = 6


def read(group: str, line: str) -> Answer:
    """Return the answer in a line of a probe."""
    tree = json.loads(line)
    question, language, form = (tree.pop(key) for key in ("question", "language", "form"))
    if form == "json":
        try:
            body = json.loads(tree["body"])
        except ValueError:
            return Answer(group, question, language, form, tree)
        # How it is laid out is told apart, so that equal trees are equal bytes.
        text = tree["body"].rstrip("\n")
        laid = [name for name, layout in _LAYOUTS.items() if json.dumps(body, ensure_ascii=False, **layout) == text]
        tree |= {"layout": laid[0] if laid else text, "body": body}
    return Answer(group, question, language, form, tree)


@dataclass(frozen=True)
class Verdict:
    """Whether an old answer became the new one, by which differences, and as what it was left."""

    equal: bool
    used: tuple[Difference, ...]
    old: Tree | None
    new: Tree | None


def judge(old: Answer | None, new: Answer | None, listed: Sequence[Difference]) -> Verdict:
    """Rewrite an old answer by the listed differences, and say whether it is the new one then."""
    used: dict[int, Difference] = {}
    tree = old.tree if old else None
    if old and new:
        chosen = [each for each in listed if each.concerns(old)]
        for _ in range(_ROUNDS):
            before, tree = tree, _walked(tree, new.tree, "", old, chosen, used)
            if old.form == "nquads":  # other words may be another order
                tree = tree | {"body": "\n".join(sorted(tree["body"].splitlines()))}
            if same(tree, before) or same(tree, new.tree):
                break
        if same(tree, new.tree):
            return Verdict(True, tuple(used.values()), tree, new.tree)
    for each in listed:
        if isinstance(each, Whole) and each.explains(old, new):
            return Verdict(True, (each,), tree, new.tree if new else None)
    return Verdict(False, tuple(used.values()), tree, new.tree if new else None)


def _walked(
    old: Any, new: Any, place: str, asked: Answer, listed: Sequence[Difference], used: dict[int, Difference]
) -> Any:
    """Return the old value as the differences make it, at a place and below it."""
    if same(old, new):
        return old
    for each in listed:
        made = each.rewritten(old, new, place, asked)
        if made is not old and not same(made, old):
            used[id(each)] = each
            old = made
    if are_objects(old, new):
        inner = f"{place}." if place else ""
        return {
            key: _walked(value, new[key], f"{inner}{key}", asked, listed, used) if key in new else value
            for key, value in old.items()
        }
    if isinstance(old, list) and isinstance(new, list):
        pairs = zip(old, new, strict=False)
        return [*(_walked(one, other, place, asked, listed, used) for one, other in pairs), *old[len(new) :]]
    return old


def places(old: Any, new: Any, place: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield where two values differ, and how: place, old, new; texts are shown around the first other letter."""
    if same(old, new):
        return
    if are_objects(old, new) and set(old) & set(new) and (set(old) != set(new) or list(old) == list(new)):
        for key in dict.fromkeys((*old, *new)):
            inner = f"{place}.{key}" if place else key
            if key in old and key in new:
                yield from places(old[key], new[key], inner)
            else:
                before, after = (_short(text_of(each[key])) if key in each else "(not there)" for each in (old, new))
                yield inner, before, after
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from places(one, other, f"{place}[{number}]")
    elif isinstance(old, str) and isinstance(new, str) and "\n" in old and "\n" in new:
        had, has = ([line for line in one if line not in other] for one, other in _lines(old, new))
        for before, after in zip_longest(had or ["(other lines)"], has or ["(other lines)"], fillvalue="(no line)"):
            yield place, *_beside(before, after)
    else:
        before, after = (each if isinstance(each, str) else text_of(each) for each in (old, new))
        yield place, *_beside(before, after)


def _lines(old: str, new: str) -> Iterator[tuple[Mapping[str, None], Mapping[str, None]]]:
    """Return the lines of each text, in order and without doubles, beside those of the other one."""
    one, other = (dict.fromkeys(text.splitlines()) for text in (old, new))
    yield from ((one, other), (other, one))


def _short(text: str) -> str:
    line = text[:121].replace("\n", "⏎")
    return line if len(text) <= 120 else f"{line[:120]}…"


def _beside(old: str, new: str) -> tuple[str, str]:
    """Return two texts from a little before the first letter in which they differ."""
    letters = enumerate(zip_longest(old, new))
    first = next((number for number, (one, other) in letters if one != other), 0)
    start = max(0, first - 30)
    mark = "…" if start else ""
    return mark + _short(old[start:]), mark + _short(new[start:])
