"""Looks a SPARQL query through before it is asked: it must not reach out, write, or exhaust the parser."""

from __future__ import annotations

import re
from typing import Any

from ontology.errors import QueryError, QueryNotAllowed, QuerySyntax
from ontology.prefixes import sparql_prologue

#: Deeper nesting than people write could exhaust the parser's stack.
_DEEPEST = 100

#: A chain of more operators than people write could exhaust it too, and with it the process.
_MOST_OPERATORS = 500
#: IRIs, texts and prefixed names hold no operators; other words may. A run of letters is taken whole, with or without
#: a colon after it, so that the time is linear in a query without spaces.
_WORDS = re.compile(r'<[^<>\s]*>|"[^"\n]*"|[?$]?([\w.-]*+)(:[\w.:-]*)?')
_OPERATORS = re.compile(r"[-+*/|^!&=<>;,.]|\b(?:union|optional|minus|filter|bind|exists|in)\b", re.IGNORECASE)


def with_prefixes(query: str) -> str:
    """Return the query with the project's prefixes declared before it; its own declarations come later and win.

    A carriage return ends a comment for the store and not for the parser that looks for SERVICE, so there is none.
    """
    return sparql_prologue() + query.replace("\r", "\n")


def check_query(query: str) -> None:
    """Raise QueryNotAllowed for a query that would reach out of this machine, QuerySyntax for one nested too deep.

    A query without the word SERVICE, and without escapes that could spell it, cannot call a service. All others are
    parsed, for only a parser knows a keyword from a text. That a query only reads is the engine's own grammar.
    """
    if _depth(query) > _DEEPEST:
        raise QuerySyntax("query-too-deep", most=_DEEPEST)
    if len(_OPERATORS.findall(_WORDS.sub(_without_names, query))) > _MOST_OPERATORS:
        raise QuerySyntax("query-too-long", most=_MOST_OPERATORS)
    if not re.search(r"service|\\u", query, re.IGNORECASE):
        return
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql import parser

    try:
        parsed = parser.parseQuery(with_prefixes(query))
    except RecursionError:
        raise QuerySyntax("query-nested") from None
    except ParseBaseException as error:
        said = " ".join(str(error).partition("(at char")[0].split())[:160].rstrip(" ,")
        raise wrong_syntax(said, query) from None
    if _mentions(parsed, "ServiceGraphPattern"):
        raise QueryNotAllowed("query-service")


def _without_names(word: re.Match[str]) -> str:
    """A word that may hold operators, as it is; a space for any other."""
    return word[1] if word[1] and not word[2] else " " if word[0] else ""


def _depth(query: str) -> int:
    """How deep brackets are nested; those inside texts count too, which errs on the safe side."""
    deepest = depth = 0
    for character in query:
        if character in "{([":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "})]":
            depth -= 1
    return deepest


def _is_update(text: str) -> bool:
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql import parser

    try:
        return bool(parser.parseUpdate(with_prefixes(text)).request)
    except (ParseBaseException, RecursionError):
        return False


def _mentions(node: Any, name: str) -> bool:
    """Whether a parse tree has a node of this name, however deep."""
    todo = [node]
    while todo:
        part = todo.pop()
        if getattr(part, "name", None) == name:
            return True
        if hasattr(part, "values") and callable(part.values):
            todo.extend(part.values())
        if isinstance(part, list | tuple) or type(part).__name__ == "ParseResults":
            todo.extend(part)
    return False


def wrong_syntax(said: str, query: str) -> QueryError:
    """Return what a parser says of a query as an error for people: an update is not allowed, all else is no query.

    The line is that of the reader's own text, without our prefixes before it.
    """
    if _is_update(query):
        return QueryNotAllowed("query-update")
    said = " ".join(said.split())
    found = re.match(r"error at (\d+):\d+: (.*)", said)
    if found is None:
        return QuerySyntax("query-syntax", said=said[:160])
    line = int(found[1]) - sparql_prologue().count("\n")
    if "Prefix not found" in said:
        return QuerySyntax("query-prefix", line=line)
    return QuerySyntax("query-syntax-line", line=line, said=found[2][:160])
