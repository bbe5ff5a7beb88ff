"""Changes what an endpoint holds, in updates of bounded size, each of which does nothing once the turn is another's.

SPARQL has no transaction over several requests, so every update asks in its WHERE whether it is still our turn. A
writer that was taken for gone, and wakes up, changes nothing any more.
"""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache

import polars as pl
import pyoxigraph as ox

from graph.stores.advance import Difference
from graph.stores.endpoint.connect import Endpoint
from graph.stores.endpoint.state import FILES, SOURCES, STATE, digest, quoted, term
from graph.stores.remote import rows_of
from graph.stores.trig import described, graph, numbered, pieces, row_texts
from graph.stores.triples import vocabulary
from graph.stores.turns import SAID_EVERY
from ontology.errors import ServerError
from ontology.facts import Frames, Tables
from ontology.metagraph import Kind, Relation
from ontology.prefixes import entity_id, sparql_prologue
from ontology.vocabulary import graph_files

#: So many rows, quads, or bytes of a file are one update.
_ROWS, _QUADS, _BYTES = 1_000, 4_000, 192 << 10

_PROLOGUE = sparql_prologue()

#: A text or an IRI, and what of an IRI SPARQL may take for steps to be gone: `/../`, `/./`.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<([^<>]*)>')
_STEPS = re.compile(r"[^?#]*?/\.{1,2}(?:[/?#]|$)")


class Writer:
    """Updates of one turn: facts, vocabulary, files."""

    def __init__(self, endpoint: Endpoint, turn: str) -> None:
        self.endpoint, self.turn = endpoint, turn
        self.fence = f"GRAPH <{STATE}> {{ <{STATE}> <{term('turn')}> {quoted(turn)} }}"
        self.updates = 0
        self._said = time.monotonic()

    # ---- facts

    def all(self, tables: Tables) -> None:
        """Write all facts where there are none."""
        self.swap((), sourced(set(ox.parse(described(tables.sources), format=ox.RdfFormat.TRIG))))
        for source, name, rows in rows_of(tables):
            self.fresh(name, numbered(name, rows), source)

    def difference(self, difference: Difference) -> None:
        """Write what changed."""
        self.drop(map(graph, sorted(difference.silent)))
        for gone, new in difference.swaps():
            self.swap(sourced(gone), sourced(new))
        for name, rows, source in difference.fresh:
            self.fresh(name, rows, source)

    def fresh(self, name: Kind | Relation, rows: pl.DataFrame, source: str) -> None:
        """Write numbered rows that are new."""
        for text in row_texts(name, rows, _ROWS):
            self._change("INSERT", f"GRAPH <{graph(source)}> {{\n{text}}}")

    def swap(self, gone: Iterable[ox.Quad], new: Iterable[ox.Quad]) -> None:
        """Take quads out and put others in."""
        for verb, quads in (("DELETE", gone), ("INSERT", new)):
            for some in _some(sorted(quads, key=str)):
                self._change(verb, " ".join(f"GRAPH {quad.graph_name} {{ {quad.triple} }}" for quad in some))

    def drop(self, graphs: Iterable[str]) -> None:
        """Take whole named graphs out."""
        for each in graphs:
            whole = f"GRAPH <{each}> {{ ?s ?p ?o }}"
            self._update(f"DELETE {{ {whole} }} WHERE {{ {self.fence} {whole} }}")

    def vocabulary(self, before: Tables | None, after: Tables) -> None:
        """Write the vocabulary and the schemes beside facts; `before` is what they stand beside now, if anything."""
        wanted = beside(after)
        if before is None:
            self.drop(vocabulary_graphs())
            self.swap((), wanted)
        else:
            there = beside(before)
            self.swap(there - wanted, wanted - there)

    # ---- files

    def file(self, name: str, data: bytes) -> None:
        """Write a file in pieces, and last what it is to be known by; the very same may be there in part already."""
        pieces = [data[place : place + _BYTES] for place in range(0, len(data), _BYTES)]
        said = [(f"{term('piece')}/{n:06d}", base64.b64encode(piece).decode()) for n, piece in enumerate(pieces)]
        for what, value in (*said, (term("sha256"), sha256(data))):
            self._change("INSERT", f'GRAPH <{FILES}> {{ <{_file(name)}> <{what}> "{value}" }}')

    def sweep(self, names: Iterable[str]) -> None:
        """Take out every file but these."""
        kept = ", ".join(f"<{_file(name)}>" for name in names)
        of = f"GRAPH <{FILES}> {{ ?s ?p ?o }}"
        self._update(f"DELETE {{ {of} }} WHERE {{ {self.fence} {of} FILTER(?s NOT IN ({kept})) }}")

    def _change(self, verb: str, quads: str) -> None:
        quads, bound = unresolved(quads)
        self._update(f"{_PROLOGUE}{verb} {{ {quads} }} WHERE {{ {self.fence} {bound} }}")

    def _update(self, text: str) -> None:
        if time.monotonic() - self._said > SAID_EVERY:
            self._said = time.monotonic()
            self.endpoint.update(at_work(self.fence))
        self.endpoint.update(text)
        self.updates += 1


def unresolved(text: str) -> tuple[str, str]:
    """Return triples, and what binds the variables that stand in them for IRIs with steps in their paths.

    SPARQL makes `<x:/a/../b>` into `<x:/b>`, as Jena does; an IRI that is made of a text stays as it is.
    """
    if "/." not in text:
        return text, ""
    names: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        iri = found[1]
        return names.setdefault(iri, f"?i{len(names)}") if iri and _STEPS.match(iri) else found[0]

    replaced = _TOKEN.sub(named, text)
    return replaced, " ".join(f"BIND(IRI({quoted(iri)}) AS {name})" for iri, name in names.items())


def at_work(fence: str) -> str:
    """Return an update that says that who has the turn is at work now, by the clock of the server."""
    beat = f"<{STATE}> <{term('beat')}>"
    return (
        f"DELETE {{ GRAPH <{STATE}> {{ {beat} ?then }} }} INSERT {{ GRAPH <{STATE}> {{ {beat} ?now }} }}"
        f" WHERE {{ {fence} OPTIONAL {{ GRAPH <{STATE}> {{ {beat} ?then }} }} BIND(NOW() AS ?now) }}"
    )


def sourced(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Return quads with what is told of sources in a named graph."""
    where = ox.NamedNode(SOURCES)
    return {
        ox.Quad(quad.subject, quad.predicate, quad.object, where)
        if isinstance(quad.graph_name, ox.DefaultGraph)
        else quad
        for quad in quads
    }


def beside(tables: Tables) -> set[ox.Quad]:
    """Return the vocabulary and the schemes, without what these facts say too (docs/decisions/0005-rdf.md)."""
    told = _of_terms(tables)
    said = {quad.triple for piece in pieces(told) for quad in ox.parse(piece, format=ox.RdfFormat.TRIG)}
    return {quad for quad in vocabulary() if quad.triple not in said}


def _of_terms(tables: Tables) -> Tables:
    """Return the facts about what the vocabulary and the schemes tell of."""
    own = {end: pl.col(end).is_in(_subjects()) for end in ("id", "subject")}
    return Tables(
        tables.sources,
        Frames({kind: frame.filter(own["id"]) for kind, frame in tables.entities.items()}),
        Frames({relation: frame.filter(own["subject"]) for relation, frame in tables.links.items()}),
    )


@lru_cache(maxsize=1)
def _subjects() -> list[str]:
    iris = {quad.subject.value for quad in vocabulary() if isinstance(quad.subject, ox.NamedNode)}
    return sorted(iris | {entity_id(iri) for iri in iris})


@lru_cache(maxsize=1)
def vocabulary_digest() -> str:
    """Return what tells the vocabulary and the schemes of this program from those of another."""
    return digest(vocabulary())


def vocabulary_graphs() -> list[str]:
    """Return the names of the graphs of the vocabulary and the schemes."""
    return [graph(f"ontology/{path.stem}") for path in graph_files()]


def files_there(endpoint: Endpoint) -> list[str]:
    """Return the names of the files that are there to their end."""
    query = f"SELECT ?s {{ GRAPH <{FILES}> {{ ?s <{term('sha256')}> ?o }} }}"
    return sorted(found.value.removeprefix(_file("")) for [found] in endpoint.select(query))


def file_there(endpoint: Endpoint, name: str) -> bytes:
    """Return a file; raises ServerError where it is not whole."""
    query = f"SELECT ?p ?o {{ GRAPH <{FILES}> {{ <{_file(name)}> ?p ?o }} }}"
    told = {predicate.value.removeprefix(term("")): object.value for predicate, object in endpoint.select(query)}
    known = told.pop("sha256", None)
    try:
        whole = b"".join(base64.b64decode(told[place], validate=True) for place in sorted(told))
    except ValueError:
        whole = b""
    if sha256(whole) != known:
        raise ServerError("endpoint-file", server=endpoint.name, name=name)
    return whole


def sha256(data: bytes) -> str:
    """Return what a file is known by."""
    return hashlib.sha256(data).hexdigest()


def _file(name: str) -> str:
    return f"{FILES}/{name}"


def _some(quads: list[ox.Quad]) -> Iterator[list[ox.Quad]]:
    return (quads[place : place + _QUADS] for place in range(0, len(quads), _QUADS))
