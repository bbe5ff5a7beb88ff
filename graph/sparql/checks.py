"""Looks a SPARQL query through before it is asked: it must not reach out, write, or exhaust the parser.

A query is read by the words of SPARQL alone, in one pass, so the time is linear whatever it holds. Its grammar is the
engine's own business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.errors import QueryError, QueryNotAllowed, QuerySyntax
from ontology.prefixes import sparql_prologue

#: Deeper nesting than people write could exhaust the parser's stack.
_DEEPEST = 100

#: A chain of more operators than people write could exhaust it too, and with it the process.
_MOST_OPERATORS = 500
_OPERATORS = re.compile(r"[-+*/|^!&=<>;,.]|\b(?:union|optional|minus|filter|bind|exists|in)\b", re.IGNORECASE)

#: What holds no keyword: texts, IRIs, comments, variables, languages. What may: a word, with or without a colon and
#: a local name after it. Each is taken whole and never given back.
_WORDS = re.compile(
    r'''
      """(?:"{0,2}(?:[^"\\]|\\.))*+""" | \'\'\'(?:'{0,2}(?:[^'\\]|\\.))*+\'\'\'
    | "(?:[^"\\\n]|\\.)*+" | '(?:[^'\\\n]|\\.)*+'
    | (?P<iri> <(?:[^<>"{}|^`\\\x00-\x20]|\\[uU])*+> )
    | \#[^\n]*+ | \\. | [?$]\w++ | @[A-Za-z]++(?:-\w++)*+
    | (?P<word> [\w.-]*+ ) : (?P<local> (?:[\w:%]|\\.)(?:[\w.:%-]|\\.)*+ )?
    | (?P<bare> [\w.-]++ )
    ''',
    re.VERBOSE | re.DOTALL,
)

#: What looks like an IRI, and would do as "less than" and its right side too: the engine takes it for either.
_UNCERTAIN = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*+://).*[(),&#';]", re.DOTALL)

_SERVICE = re.compile(r"service(?!:)|service:\s*+\{")
_FROM = re.compile(r"\bfrom\b", re.IGNORECASE)
_FIRST_WORD = re.compile(r"\b(?!prefix\b|base\b)[a-z]++", re.IGNORECASE)
_UPDATES = {"insert", "delete", "load", "clear", "create", "drop", "copy", "move", "add", "with"}
_NOT_SELECTED = re.compile(r"variable \?(\w+) in its SELECT")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def with_prefixes(query: str) -> str:
    """Return the query with the project's prefixes declared before it; its own declarations come later and win."""
    return sparql_prologue() + _lines(query)


def check_query(query: str) -> None:
    """Raise QueryNotAllowed for a query that would reach out of this machine, QuerySyntax for one nested too deep.

    Escapes are looked through as they stand and as the characters that they mean. That a query only reads is the
    engine's own grammar.
    """
    if _depth(query) > _DEEPEST:
        raise QuerySyntax("query-too-deep", most=_DEEPEST)
    for text in _readings(_lines(query)):
        code = _code(text)
        if any(_UNCERTAIN.match(found["iri"]) for found in _WORDS.finditer(text) if found["iri"]):
            code = text.lower()  # where texts begin and end is not certain either
        if sum(1 for _ in _OPERATORS.finditer(code)) > _MOST_OPERATORS:
            raise QuerySyntax("query-too-long", most=_MOST_OPERATORS)
        if _SERVICE.search(code):
            raise QueryNotAllowed("query-service")


def names_graphs(query: str) -> bool:
    """Return whether a query says itself, with FROM, which graphs it asks; all of them together otherwise."""
    return _FROM.search(_code(_lines(query))) is not None


def _lines(query: str) -> str:
    """The query with line feeds for carriage returns: a comment ends at either for the engine, and for us."""
    return query.replace("\r", "\n")


def _readings(query: str) -> Iterator[str]:
    yield query
    decoded = _ESCAPE.sub(_decoded, query)
    if decoded != query:
        yield decoded


def _decoded(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2], 16)
    return chr(number) if number <= 0x10FFFF else " "


def _code(query: str) -> str:
    """The query without what can hold no keyword: bare words and signs are left."""
    return _WORDS.sub(_kept, query)


def _kept(found: re.Match[str]) -> str:
    """What may call a service: the word, and a prefix that begins with it, for the engine needs no space after it."""
    word = found["bare"] or found["word"] or ""
    if "service" in word.lower():
        return " service " if found["bare"] else " service:"
    return found["bare"] or " "


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


def wrong_syntax(said: str, query: str) -> QueryError:
    """Return what a parser says of a query as an error for people: an update is not allowed, all else is no query.

    The line is that of the reader's own text, without our prefixes before it.
    """
    first = _FIRST_WORD.search(_code(_lines(query)))
    if first is not None and first[0].lower() in _UPDATES:
        return QueryNotAllowed("query-update")
    said = " ".join(said.split())
    found = re.match(r"error at (\d+):\d+: (.*)", said)
    if found is None:
        return QuerySyntax("query-syntax", said=said[:160])
    line = int(found[1]) - sparql_prologue().count("\n")
    if "Prefix not found" in said:
        return QuerySyntax("query-prefix", line=line)
    return QuerySyntax("query-syntax-line", line=line, said=found[2][:160])


def not_answered(said: str) -> QueryError:
    """Return what the engine says of a query that it could read and did not answer, as an error for people."""
    found = _NOT_SELECTED.search(said)
    return QuerySyntax("query-parameter", name=found[1]) if found else QueryError("query-failed", said=said)
