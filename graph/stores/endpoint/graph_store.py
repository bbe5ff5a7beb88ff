"""Puts a graph into a SPARQL 1.1 Graph Store: whole named graphs, where there is nothing but that to write by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from urllib.parse import urlsplit

import polars as pl
import pyoxigraph as ox

from graph.stores.endpoint.address import checked
from graph.stores.endpoint.connect import client, guarded, refused
from graph.stores.endpoint.state import SOURCES
from graph.stores.endpoint.write import beside, sourced, vocabulary_graphs
from graph.stores.home import Progress
from graph.stores.trig import described, graph, pieces
from ontology.errors import ServerRefused
from ontology.facts import Frames, Tables

#: So many triples are sent at once.
_AT_ONCE = 5_000


def put(address: str, tables: Tables, progress: Progress, patience: float = 120) -> list[str]:
    """Put each source and each scheme into its named graph at a graph store, and return the graphs.

    What stood in them goes, and no other graph is touched. What sources say of themselves comes last, so that a reader
    who finds it finds all. Raises ServerRefused where the store only reads.
    """
    address = checked(address)
    done: list[str] = []
    with closing(client(urlsplit(address).hostname or "", patience)) as http:
        for name, text in _graphs(tables):
            progress("server-writing")
            headers = {"Content-Type": "application/n-triples"}
            with guarded(address, patience):
                response = http.put(address, params={"graph": name}, content=text, headers=headers)
            if response.status_code in (403, 404, 405, 415, 501):
                raise ServerRefused("endpoint-read-only", server=address, status=response.status_code, query=address)
            if not response.is_success:
                raise refused(address, response)
            done.append(name)
    return done


def _graphs(tables: Tables) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield each named graph with its text, which is made while it is sent.

    N-Triples, since Jena takes steps out of the addresses of Turtle.
    """
    for source in tables.sources:
        yield graph(source.id), _triples(pieces(_own(tables, source.id)))
    there = beside(tables)
    for name in vocabulary_graphs():
        yield name, _lines(quad for quad in there if quad.graph_name == ox.NamedNode(name))
    yield SOURCES, _lines(sourced(ox.parse(described(tables.sources), format=ox.RdfFormat.TRIG)))


def _triples(texts: Iterable[bytes]) -> Iterator[bytes]:
    for text in texts:
        found = ox.parse(text, format=ox.RdfFormat.TRIG)
        yield from _lines(quad for quad in found if isinstance(quad.graph_name, ox.NamedNode))


def _lines(quads: Iterable[ox.Quad]) -> Iterator[bytes]:
    left = iter(quads)
    while some := "".join(f"{quad.triple} .\n" for quad in islice(left, _AT_ONCE)):
        yield some.encode()


def _own(tables: Tables, source: str) -> Tables:
    own = pl.col("source") == source
    return Tables(
        tuple(each for each in tables.sources if each.id == source),
        Frames({kind: frame.filter(own) for kind, frame in tables.entities.items()}),
        Frames({relation: frame.filter(own) for relation, frame in tables.links.items()}),
    )
