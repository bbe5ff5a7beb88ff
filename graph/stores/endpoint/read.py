"""Takes tables out of an endpoint: a kind or relation of a source at a time, so that memory is bounded by the largest.

What one answers by parts, or cuts off, is seen by counting: a part is asked for as a whole, which costs the least; what
is not whole is asked for in pages, in order, of as many triples as came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import polars as pl
import pyoxigraph as ox

from graph.stores.endpoint.connect import Cut, Endpoint
from graph.stores.remote import Rows
from graph.stores.trig import graph
from ontology.errors import ServerError
from ontology.facts import entity_attributes, link_attributes
from ontology.metagraph import KINDS, LINK_RELATION, RELATIONS, Attribute, Kind, Relation, Value
from ontology.prefixes import PREFIXES, iri

#: So many triples are a page, and at least so many are asked of an endpoint that gives few.
PAGE, _LEAST = 50_000, 100

#: So many triples are held before they become rows.
_HELD = 200_000

_TRIPLES = {"s": pl.String, "p": pl.String, "o": pl.String, "language": pl.String}

_PERCENT = "%[0-9A-Fa-f]{2}"


def rows(endpoint: Endpoint, source: str, told: Callable[[], None] = lambda: None) -> Iterator[Rows]:
    """Yield what a source tells, by kind and relation."""
    counted = _counted(endpoint, source)
    names: list[Kind | Relation] = [*Kind, *Relation]
    for name in names:
        if number := counted.get(_term(name)):
            told()
            yield source, name, _frame(endpoint, source, name, number)


def _counted(endpoint: Endpoint, source: str) -> dict[str, int]:
    """Return how many triples there are of the nodes of each kind and relation of a source."""
    found: dict[str, int] = {}
    for told in ("rdf:type", LINK_RELATION):
        query = f"""SELECT ?what (COUNT(*) AS ?number) {{ GRAPH <{graph(source)}> {{
            ?s <{iri(told)}> ?what ; ?p ?o }} }} GROUP BY ?what"""
        for what, number in endpoint.select(query):
            if what is not None:  # where there is nothing, some count nothing
                found[what.value] = int(number.value)
    return found


def _term(name: Kind | Relation) -> str:
    return iri(KINDS[name].term if isinstance(name, Kind) else RELATIONS[name].term)


def _frame(endpoint: Endpoint, source: str, name: Kind | Relation, number: int) -> pl.DataFrame:
    told = "rdf:type" if isinstance(name, Kind) else LINK_RELATION
    query = f"SELECT ?s ?p ?o {{ GRAPH <{graph(source)}> {{ ?s <{iri(told)}> <{_term(name)}> ; ?p ?o }} }}"
    nodes = _Nodes(name)
    try:
        got = endpoint.take(query, nodes.add, again=number <= PAGE)
    except Cut:
        if number <= PAGE:
            raise
        got = 0
    if got < number:
        nodes = _Nodes(name)
        _in_pages(endpoint, query, number, min(PAGE, got) or PAGE, nodes)
    try:
        return nodes.rows(source)
    except (pl.exceptions.PolarsError, ValueError) as error:
        raise ServerError("endpoint-odd", server=endpoint.name, graph=graph(source), said=str(error)[:200]) from error


def _in_pages(endpoint: Endpoint, query: str, number: int, page: int, nodes: _Nodes) -> None:
    """Ask for pages one after another until all has come; raises ServerError when no more comes."""
    got = 0
    while got < number:
        asked = f"{query} ORDER BY ?s ?p ?o LANG(?o) LIMIT {max(page, _LEAST)} OFFSET {got}"
        came = endpoint.take(asked, nodes.add)
        if not came:
            raise ServerError("endpoint-short", server=endpoint.name, got=got, number=number)
        got += came


class _Nodes:
    """Triples on their way to rows: a node is a row, and a property, in a language, a column."""

    def __init__(self, name: Kind | Relation) -> None:
        self.name = name
        self._parts: list[pl.DataFrame] = []

    def add(self, solutions: Iterable[ox.QuerySolution]) -> int:
        """Take triples in and return how many they were; nothing of them is kept when they are cut off."""
        found: list[pl.DataFrame] = []
        held: list[tuple[str, str, str, str | None]] = []
        number = 0
        for subject, predicate, object in solutions:
            language = object.language if isinstance(object, ox.Literal) else None
            held.append((subject.value, predicate.value, object.value, language))
            number += 1
            if len(held) == _HELD:
                found.append(self._columns(held))
                held = []
        self._parts += [*found, self._columns(held)]
        return number

    def _columns(self, held: list[tuple[str, str, str, str | None]]) -> pl.DataFrame:
        """Return a row for each node, with a column for each property that it is told of, as text."""
        triples = pl.DataFrame(held, schema=_TRIPLES, orient="row")
        wanted = []
        for attribute in self._attributes():
            own = pl.col("p") == iri(attribute.term)
            if attribute.value is not Value.TEXT_BY_LANGUAGE:
                wanted.append(pl.col("o").filter(own).first().alias(attribute.name))
                continue
            for language in triples.filter(own)["language"].unique().sort():
                said = own & pl.col("language").eq_missing(language)
                wanted.append(pl.col("o").filter(said).first().alias(f"{attribute.name}_{(language or 'und').lower()}"))
        return triples.group_by("s").agg(wanted)

    def _attributes(self) -> tuple[Attribute, ...]:
        if isinstance(self.name, Kind):
            return entity_attributes(self.name)
        spec = RELATIONS[self.name]
        ends = (("subject", spec.subject_term), ("object", spec.object_term))
        return (*(Attribute(end, Value.LINK, term) for end, term in ends), *link_attributes(self.name))

    def rows(self, source: str) -> pl.DataFrame:
        """Return the rows, with the columns of facts; raises PolarsError for a value that is none."""
        every = pl.concat(self._parts, how="diagonal").group_by("s").agg(pl.all().drop_nulls().first())
        values = {attribute.name: attribute for attribute in self._attributes()}
        read = [_read(values[column], source) for column in every.columns if column in values]
        id = [_id(pl.col("s")).alias("id")] if isinstance(self.name, Kind) else []
        return every.with_columns(*id, *read).drop("s")


def _read(attribute: Attribute, source: str) -> pl.Expr:
    """The values of an attribute, of what RDF says of it: the inverse of what `graph.stores.trig` writes."""
    text = pl.col(attribute.name)
    match attribute.value:
        case Value.CODE:
            return _unquoted(text.str.strip_prefix(f"{PREFIXES['avscheme']}{attribute.scheme}/"))
        case Value.LINK:
            return _id(text)
        case Value.INTEGER:
            return text.cast(pl.Int64)
        case Value.DECIMAL:
            return text.cast(pl.Float64)
        case Value.BOOLEAN:
            return text.replace_strict({"true": True, "1": True, "false": False, "0": False}, return_dtype=pl.Boolean)
        case Value.TEXT if attribute.name == "record":
            return _unquoted(text.str.strip_prefix(f"{PREFIXES['avsource']}{source}/"))
        case _:
            return text


def _id(text: pl.Expr) -> pl.Expr:
    return text.str.strip_prefix(PREFIXES["avid"])


def _unquoted(text: pl.Expr) -> pl.Expr:
    from urllib.parse import unquote

    def mapped(values: pl.Series) -> pl.Series:
        odd = values.filter(values.str.contains(_PERCENT)).unique()
        return values.replace(odd, pl.Series([unquote(value) for value in odd], dtype=pl.String))

    return text.map_batches(mapped, pl.String, is_elementwise=True)
