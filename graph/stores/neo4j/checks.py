"""Looks a Cypher query through before it is run: it must not write, reach out of the server, or call what may.

A plan does not show what stands inside of a list comprehension, so a query is read by its words too, in one pass:
its time is linear whatever it holds. Its grammar is the server's own business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ontology.errors import QueryNotAllowed

#: The procedures that may be called: they read this graph, and nothing else.
READERS = (
    "db.index.fulltext.queryNodes",
    "db.index.fulltext.queryRelationships",
    "db.labels",
    "db.propertyKeys",
    "db.relationshipTypes",
    "db.schema.nodeTypeProperties",
    "db.schema.relTypeProperties",
    "db.schema.visualization",
)

#: Functions with a dot in their name that the language itself has, by what stands before the dot; others are plug-ins.
_OWN = {"date", "datetime", "duration", "localdatetime", "localtime", "point", "time", "vector"}

#: What may be shown: how the graph is indexed, and nothing of the server, its users and what they ask.
_SHOWN = {"ShowIndexes", "ShowConstraints"}

#: Each is taken whole and never given back: comments, texts, names in backticks, words, signs.
_TOKENS = re.compile(
    r"""
      //[^\n]*+ | /\*(?:[^*]|\*(?!/))*+\*/ | \s++
    | "(?:[^"\\]|\\.)*+" | '(?:[^'\\]|\\.)*+'
    | `(?P<quoted>(?:[^`]|``)*+)`
    | (?P<word>\w++)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)

#: After these a word is a name, whatever it is: a label, a property, a parameter.
_NAMING = {":", "&", "!", ".", "$"}


def lines(query: str) -> str:
    """Return the query with line feeds for carriage returns, so that a comment ends where it seems to."""
    return query.replace("\r\n", "\n").replace("\r", "\n")


def check_words(query: str) -> None:
    """Raise QueryNotAllowed for LOAD CSV, for procedures but a few that read, and for functions of plug-ins.

    A character given as an escape could be any sign of the language, so it is not allowed either.
    """
    if "\\u" in query.lower():
        raise QueryNotAllowed("cypher-escape")
    words = list(_code(query))
    for place, (word, plain) in enumerate(words):
        before, after = words[max(place - 1, 0)][0] if place else "", words[place + 1 : place + 2]
        called = _name(words, place + 1) if plain and word.lower() == "call" and before not in _NAMING else ""
        if called and called not in READERS:
            raise QueryNotAllowed("cypher-procedure", name=called, known=READERS)
        if plain and word.lower() == "load" and after and after[0][1] and after[0][0].lower() == "csv":
            raise QueryNotAllowed("cypher-load")
        if before != "." and (name := _name(words, place)) and "." in name and name not in READERS:
            end = place + 2 * name.count(".") + 1
            if words[end : end + 1] == [("(", False)] and name.split(".")[0].lower() not in _OWN:
                raise QueryNotAllowed("cypher-function", name=name)


def check_plan(kind: str | None, plan: Mapping[str, Any] | None) -> None:
    """Raise QueryNotAllowed unless the server itself says that a query only reads, and only this graph."""
    if kind != "r":
        raise QueryNotAllowed("cypher-update")
    for operator in _operators(plan or {}):
        if operator == "LoadCSV":
            raise QueryNotAllowed("cypher-load")
        if operator.startswith(("Show", "Terminate")) and operator not in _SHOWN:
            raise QueryNotAllowed("cypher-server")


def _code(query: str) -> Iterator[tuple[str, bool]]:
    """The words, names and signs of a query, and whether each is a plain word, which may be one of the language's."""
    for found in _TOKENS.finditer(query):
        if found["word"]:
            yield found["word"], True
        elif found["quoted"] is not None:
            yield f"`{found['quoted']}", False  # no word of the language, and no sign
        elif found["sign"]:
            yield found["sign"], False


def _name(words: list[tuple[str, bool]], place: int) -> str:
    """The name with dots in it that begins at a place, or nothing where no name does; backticks make no difference."""
    parts: list[str] = []
    while place < len(words) and (words[place][1] or words[place][0].startswith("`")):
        parts.append(words[place][0].removeprefix("`"))
        if words[place + 1 : place + 2] != [(".", False)]:
            break
        place += 2
    return ".".join(parts)


def _operators(plan: Mapping[str, Any]) -> Iterator[str]:
    """The operators of a plan, without the name of who runs them."""
    waiting = [plan]
    while waiting:
        operator = waiting.pop()
        yield str(operator.get("operatorType", "")).partition("@")[0]
        waiting += operator.get("children", ())
