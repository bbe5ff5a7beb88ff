"""Answers of the RDF store in the analyst's shape: a frame, a truth, a graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
import pyoxigraph as ox

from graph.sparql.checks import check_query, names_graphs, not_answered, with_prefixes, wrong_syntax
from graph.sparql.worker import given
from graph.stores.columns import frame
from ontology.prefixes import MATH, iri

if TYPE_CHECKING:
    import rdflib

_INTEGERS = {iri(f"xsd:{name}") for name in ("integer", "int", "long", "nonNegativeInteger")}
_DECIMALS = {iri(f"xsd:{name}") for name in ("decimal", "double", "float")}
_BOOLEAN = iri("xsd:boolean")


def answer(store: ox.Store, query: str, parameters: Mapping[str, str | float]) -> pl.DataFrame | bool | rdflib.Graph:
    """Return the answer of a store to a query that only reads; raises QuerySyntax, QueryNotAllowed, QueryError."""
    check_query(query)
    try:
        found = store.query(
            with_prefixes(query), use_default_graph_as_union=not names_graphs(query), **given(parameters, MATH)
        )
    except SyntaxError as error:
        raise wrong_syntax(str(error), query) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise not_answered(str(error)) from error
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QueryTriples):
        import rdflib

        data = ox.serialize(found, format=ox.RdfFormat.N_TRIPLES) or b""
        return rdflib.Graph().parse(data=data, format="nt")
    names = [variable.value for variable in found.variables]
    rows = [[value(term) for term in solution] for solution in found]
    return frame(names, rows)


def value(term: Any) -> str | int | float | bool | None:
    """Return a term as a plain value: an IRI as text, a number as a number, other literals as their text."""
    if term is None:
        return None
    if isinstance(term, ox.Literal):
        kind = term.datatype.value
        if kind in _INTEGERS:
            return int(term.value)
        if kind in _DECIMALS:
            return float(term.value)
        return term.value == "true" if kind == _BOOLEAN else str(term.value)
    return str(term.value) if isinstance(term, ox.NamedNode) else str(term)
