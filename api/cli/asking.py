"""SPARQL for the command line: asked in a worker that is stopped when the time is up, shown as a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from api.cli.printing import harmless
from api.cli.texts import table
from graph.knowledge_graph import KnowledgeGraph
from graph.sparql.pool import GRAPHS, RESULTS, SparqlPool
from ontology.errors import InvalidArgument
from ontology.prefixes import compact


def ask(graph: KnowledgeGraph, query: str, form: str, timeout: float, parameters: Mapping[str, str]) -> str:
    """Return the answer to a query as text in a form: `table`, or the name of a results or graph format."""
    results = form if form in RESULTS else "json"
    with SparqlPool(1, timeout) as pool:
        graph_form = form if form in GRAPHS else "turtle"
        found = pool.ask(graph.generation.rdf_folder(), query, results, graph_form, parameters=parameters)
    text = found.body.decode()
    if found.kind == "graph":
        if form in RESULTS and form != "json":
            raise InvalidArgument("graph-not-rows", known=GRAPHS)
        return _ended(text)
    if form in GRAPHS:
        raise InvalidArgument("rows-not-graph", known=("table", *RESULTS))
    return _ended(_shown(json.loads(text)) if form == "table" else text)


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


def _shown(answer: dict[str, Any]) -> str:
    if "boolean" in answer:
        return str(answer["boolean"]).lower()
    heads = answer["head"]["vars"]
    rows = [[_term(row.get(head)) for head in heads] for row in answer["results"]["bindings"]]
    return harmless("\n".join(table(heads, rows))) if heads else ""


def _term(term: dict[str, str] | None) -> str:
    """Return a term as people read it: an IRI by its prefix, a text with its language."""
    if term is None:
        return ""
    value = term["value"]
    if term["type"] == "uri":
        short = compact(value)
        return ":".join(short) if short else f"<{value}>"
    return f"{value} @{term['xml:lang']}" if "xml:lang" in term else value
