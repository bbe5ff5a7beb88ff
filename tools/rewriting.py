"""Ways in which an answer may differ from what it was before: each rewrites the old answer into the new one.

An answer is a tree: `status` (or `exit`), `headers`, `body` and so on; a JSON body is part of the tree, any other one
is a text. A place in it is named by the keys that lead to it, with dots, and lists are passed through:
`body.partners.reasons.edges`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from html import unescape
from typing import Any

Tree = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a checkout answered to a question; `form` is json, text, turtle, ntriples, jsonld, nquads, svg, png …"""

    group: str
    question: str
    language: str
    form: str
    tree: Tree


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A difference that is meant: why, and in which answers; patterns are those of file names, `*` is anything.

    `groups` and `questions` are one pattern or several; `languages` and `forms` are all unless some are named.
    """

    because: str
    groups: str | tuple[str, ...] = "*"
    questions: str | tuple[str, ...] = "*"
    languages: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()

    def concerns(self, answer: Answer) -> bool:
        """Whether an answer may have this difference."""
        return (
            _fits(answer.group, self.groups)
            and _fits(answer.question, self.questions)
            and (not self.languages or answer.language in self.languages)
            and (not self.forms or answer.form in self.forms)
        )

    def rewritten(self, old: Any, new: Any, place: str, asked: Answer) -> Any:
        """Return an old value as this difference makes it, or the very same; `old` and `new` are not equal."""
        return old


@dataclass(frozen=True, kw_only=True)
class Whole(Difference):
    """Nothing is as before: a door that now refuses, a page that is laid out anew.

    With `becomes`, the new answer must have these values at its root, such as `{"status": 404}`; unless they say so, it
    is no crash. `holds` tests both trees, by language. With `gone`, only one of the two checkouts is asked, as what is
    asked for is not in the other.
    """

    becomes: Mapping[str, Any] = field(default_factory=dict)
    holds: Callable[[Tree, Tree, str], bool] = lambda old, new, language: True
    gone: bool = False

    def explains(self, old: Answer | None, new: Answer | None) -> bool:
        """Whether the new answer is the one that is meant in the place of the old one."""
        present = old or new
        if present is None or not self.concerns(present):
            return False
        if self.gone or old is None or new is None:
            return self.gone and (old is None or new is None)
        if not self.becomes and ("crash" in new.tree or new.tree.get("status") == 500):
            return False
        return self.becomes.items() <= new.tree.items() and _held(self.holds, old.tree, new.tree, new.language)


@dataclass(frozen=True, kw_only=True)
class Placed(Difference):
    """A difference at some places of an answer; all of them unless `at` names some."""

    at: str | tuple[str, ...] = "*"

    def rewritten(self, old: Any, new: Any, place: str, asked: Answer) -> Any:
        """Return an old value as this difference makes it, where it has a place."""
        return self.at_place(old, new, asked) if _fits(place, self.at) else old

    def at_place(self, old: Any, new: Any, asked: Answer) -> Any:
        """Return an old value as this difference makes it."""
        return old


@dataclass(frozen=True, kw_only=True)
class Renamed(Placed):
    """A key has another name; `at` names the objects that hold it."""

    key: str
    to: str

    def at_place(self, old: Any, new: Any, asked: Answer) -> Any:
        """Return an object with its key renamed."""
        if not are_objects(old, new) or self.key not in old or self.to in old or self.to not in new:
            return old
        if self.key in new and same(new[self.key], old[self.key]):
            return old  # it kept its name, and the other one is new
        return {self.to if key == self.key else key: value for key, value in old.items()}


@dataclass(frozen=True, kw_only=True)
class Added(Placed):
    """Keys are new, by one pattern or several; `at` names the objects that hold them.

    `holds` tests a value in the new object, by language.
    """

    key: str | tuple[str, ...]
    holds: Callable[[Any, Mapping[str, Any], str], bool] = lambda value, around, language: True

    def at_place(self, old: Any, new: Any, asked: Answer) -> Any:
        """Return an object with the keys that are new, each behind those that stand before it in the new object."""
        if not are_objects(old, new):
            return old
        made, before = list(old.items()), set[str]()
        for key, value in new.items():
            if key not in old and _fits(key, self.key) and _held(self.holds, value, new, asked.language):
                last = max((place for place, (known, _) in enumerate(made, 1) if known in before), default=0)
                made.insert(last, (key, value))
            before.add(key)
        return dict(made)


@dataclass(frozen=True, kw_only=True)
class Dropped(Placed):
    """Keys are gone, by one pattern or several; `at` names the objects that held them."""

    key: str | tuple[str, ...]

    def at_place(self, old: Any, new: Any, asked: Answer) -> Any:
        """Return an object without the keys."""
        if not are_objects(old, new):
            return old
        return {key: value for key, value in old.items() if key in new or not _fits(key, self.key)}


@dataclass(frozen=True, kw_only=True)
class Reworded(Placed):
    """Texts have other words: `words` are old -> new, as they stand in texts, or the text as a `whole`."""

    words: Mapping[str, str]
    whole: bool = False

    def at_place(self, old: Any, new: Any, asked: Answer) -> Any:
        """Return a text in the new words."""
        if not isinstance(old, str) or not isinstance(new, str) or asked.form in ("png", "pdf"):
            return old
        if self.whole:
            return self.words.get(old, old)
        return _replaced(old, self.words)


@dataclass(frozen=True, kw_only=True)
class Rephrased(Placed):
    """Sentences are built in another way: `phrases` are old -> new, as they stand in texts, what stays in {braces}."""

    phrases: Mapping[str, str]

    def at_place(self, old: Any, new: Any, asked: Answer) -> Any:
        """Return a text with its sentences as they are built now."""
        if not isinstance(old, str) or not isinstance(new, str):
            return old
        for before, after in self.phrases.items():
            old = re.sub(_pattern(before), lambda found, after=after: after.format(**found.groupdict()), old)
        return old


@cache
def _pattern(phrase: str) -> str:
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(phrase))


@dataclass(frozen=True, kw_only=True)
class Valued(Placed):
    """A value is another one, at places that must be named; `holds` tests the old and the new one."""

    at: str | tuple[str, ...] = field()
    holds: Callable[[Any, Any], bool] = lambda old, new: True

    def at_place(self, old: Any, new: Any, asked: Answer) -> Any:
        """Return the new value, if it is one that is meant."""
        return new if _held(self.holds, old, new) else old


@dataclass(frozen=True, kw_only=True)
class Listed(Placed):
    """A list, at a place that must be named, has entries that are new, or lacks some that it had: tests tell them."""

    at: str | tuple[str, ...] = field()
    come: Callable[[Any], bool] = lambda entry: False
    gone: Callable[[Any], bool] = lambda entry: False

    def at_place(self, old: Any, new: Any, asked: Answer) -> Any:
        """Return the old list with the entries that are new, without those that are gone."""
        if not isinstance(old, list) or not isinstance(new, list):
            return old
        made = [entry for entry in old if entry in new or not _held(self.gone, entry)]
        for place, entry in enumerate(new):
            if entry not in old and _held(self.come, entry):
                made.insert(place, entry)
        return made


@dataclass(frozen=True, kw_only=True)
class Reordered(Placed):
    """A list has the same entries, or an object the same keys, in another order."""

    def at_place(self, old: Any, new: Any, asked: Answer) -> Any:
        """Return the same in the new order."""
        if are_objects(old, new):
            return _in_order(old, new)
        if isinstance(old, list) and isinstance(new, list):
            return new if sorted(map(text_of, old)) == sorted(map(text_of, new)) else old
        return old


@dataclass(frozen=True, kw_only=True)
class Relaid(Placed):
    """Linked data is laid out by another writer: the triples are the same, as Turtle, N-Triples or JSON-LD."""

    at: str | tuple[str, ...] = "body"

    def at_place(self, old: Any, new: Any, asked: Answer) -> Any:
        """Return the new text, if it says the same triples."""
        if asked.form not in ("turtle", "ntriples", "jsonld") or not isinstance(old, str) or not isinstance(new, str):
            return old
        same = _held(lambda: _triples(old, asked.form) == _triples(new, asked.form))
        return new if same else old


@dataclass(frozen=True, kw_only=True)
class Quads(Placed):
    """RDF has lines that are new, or lacks lines that it had: patterns (regular expressions) of quads."""

    added: str = "(?!)"  # no line
    dropped: str = "(?!)"
    at: str | tuple[str, ...] = "body"

    def at_place(self, old: Any, new: Any, asked: Answer) -> Any:
        """Return the old lines with those that may be new, without those that may be gone."""
        if asked.form not in ("nquads", "ntriples") or not isinstance(old, str) or not isinstance(new, str):
            return old
        had, has = Counter(old.splitlines()), Counter(new.splitlines())
        gone = Counter({line: n for line, n in (had - has).items() if re.search(self.dropped, line)})
        come = Counter({line: n for line, n in (has - had).items() if re.search(self.added, line)})
        return "\n".join(sorted((had - gone + come).elements())) if gone or come else old


@dataclass(frozen=True, kw_only=True)
class Redrawn(Placed):
    """A picture has another layout: an SVG with the same letters in the same order, and the PNG and PDF of it.

    `words` are old -> new, if it has other words too: their letters stand for each other. A PNG stays as big as it was.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    at: str | tuple[str, ...] = "body"

    def at_place(self, old: Any, new: Any, asked: Answer) -> Any:
        """Return the new picture, if its letters are those of the old one; PNG and PDF follow their SVG."""
        if asked.form in ("png", "pdf"):
            # In base64: what says that it is such a file, and in a PNG how wide and how high.
            return new if isinstance(new, str) and old[:32] == new[:32] else old
        words = {_unbroken(before): _unbroken(after) for before, after in self.words.items()}
        return new if asked.form == "svg" and _replaced(letters_of(old), words) == letters_of(new) else old


def letters_of(svg: str) -> str:
    """Return the letters of an SVG in their order, however they are broken into lines, with a hyphen or without."""
    shown = re.sub(r"<style>.*?</style>", "", svg, flags=re.DOTALL)
    return _unbroken(unescape(re.sub(r"<[^>]*>", "", shown)))


def _unbroken(text: str) -> str:
    return re.sub(r"[\s\u00ad-]", "", text)


def _replaced(text: str, words: Mapping[str, str]) -> str:
    """Return a text with words replaced, all at once and the longest first, so that no word is replaced twice."""
    if not words:
        return text
    known = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))
    return known.sub(lambda found: words[found[0]], text)


def _held(test: Callable[..., bool], *values: Any) -> bool:
    """Whether a test holds; what has not the shape that it looks for does not."""
    try:
        return bool(test(*values))
    except (LookupError, TypeError, ValueError, AttributeError, SyntaxError):
        return False


def _triples(text: str, form: str) -> set[Any]:
    import pyoxigraph as ox

    forms = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}
    return {quad.triple for quad in ox.parse(text, format=forms[form])}


def _fits(value: str, patterns: str | tuple[str, ...]) -> bool:
    return any(fnmatchcase(value, one) for one in ((patterns,) if isinstance(patterns, str) else patterns))


def are_objects(old: Any, new: Any) -> bool:
    """Whether both values are objects, with keys."""
    return isinstance(old, dict) and isinstance(new, dict)


def _in_order(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with its keys in the order of another one; keys that are not there come last."""
    return {key: old[key] for key in (*(key for key in new if key in old), *(key for key in old if key not in new))}


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same bytes as JSON."""
    return bool(one == other) and text_of(one) == text_of(other)


def text_of(value: Any) -> str:
    """Return a value as the JSON that its bytes are compared by; the order of keys counts."""
    return json.dumps(value, ensure_ascii=False)
