"""Changes what an endpoint holds, in updates of bounded size, each of which does nothing once the turn is another's.

SPARQL has no transaction over several requests, so every update asks in its WHERE whether it is still our turn. A
writer that was taken for gone, and wakes up, changes nothing any more.
"""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import polars as pl
import pyoxigraph as ox

from graph.stores.advance import Difference
from graph.stores.endpoint.connect import Endpoint
from graph.stores.endpoint.state import FILES, SOURCES, STATE, digest, quoted, term
from graph.stores.endpoint.turn import SAID_EVERY
from graph.stores.remote import rows_of
from graph.stores.trig import described, graph, numbered, pieces, turtle
from graph.stores.triples import vocabulary
from ontology.facts import Frames, Tables
from ontology.metagraph import Kind, Relation
from ontology.prefixes import entity_iri, sparql_prologue
from ontology.vocabulary import graph_files

#: So many rows, quads, or bytes of a parcel are one update.
_ROWS, _QUADS, _BYTES = 1_000, 4_000, 192 << 10

_PROLOGUE = sparql_prologue()

#: A text or an IRI, and what of an IRI SPARQL may take for steps to be gone: `/../`, `/./`.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<([^<>]*)>')
_STEPS = re.compile(r"[^?#]*?/\.{1,2}(?:[/?#]|$)")


class Writer:
    """Updates of one turn."""

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
        for text in turtle(name, rows, _ROWS):
            self._change("INSERT", f"GRAPH <{graph(source)}> {{\n{text.decode()}}}")

    def swap(self, gone: Iterable[ox.Quad], new: Iterable[ox.Quad]) -> None:
        """Take quads out and put others in."""
        for verb, quads in (("DELETE", gone), ("INSERT", new)):
            for some in _some(sorted(quads, key=str)):
                self._change(verb, " ".join(f"GRAPH {quad.graph_name} {{ {quad.triple} }}" for quad in some))

    def drop(self, graphs: Iterable[str]) -> None:
        """Take whole named graphs out."""
        for each in graphs:
            self._update(f"DROP SILENT GRAPH <{each}>")

    def vocabulary(self, before: Tables | None, after: Tables) -> None:
        """Write the vocabulary and the schemes beside facts; `before` is what they stand beside now, if anything."""
        wanted = beside(after)
        if before is None:
            self.drop(vocabulary_graphs())
            self.swap((), wanted)
        else:
            there = beside(before)
            self.swap(there - wanted, wanted - there)

    # ---- parcels

    def parcels(self, files: Mapping[str, bytes], there: Mapping[str, str]) -> None:
        """Write parcels of which others are there, as their digests tell; one that is no more is taken out."""
        for source, told in there.items():
            if source not in files or told != _sha256(files[source]):
                self._update(f"DELETE {{ {_of(source)} }} WHERE {{ {self.fence} {_of(source)} }}")
        for source, parcel in files.items():
            if there.get(source) == _sha256(parcel):
                continue
            for place in range(0, len(parcel), _BYTES):
                piece = base64.b64encode(parcel[place : place + _BYTES]).decode()
                said = f'<{_parcel(source)}> <{term("piece")}/{place // _BYTES:06d}> "{piece}"'
                self._update(f"INSERT {{ GRAPH <{FILES}> {{ {said} }} }} WHERE {{ {self.fence} }}")
            said = f'<{_parcel(source)}> <{term("sha256")}> "{_sha256(parcel)}"'
            self._update(f"INSERT {{ GRAPH <{FILES}> {{ {said} }} }} WHERE {{ {self.fence} }}")

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
    known = _subjects()
    own = {str(end): pl.col(end).map_elements(entity_iri, pl.String).is_in(known) for end in ("id", "subject")}
    return Tables(
        tables.sources,
        Frames({kind: frame.filter(own["id"]) for kind, frame in tables.entities.items()}),
        Frames({relation: frame.filter(own["subject"]) for relation, frame in tables.links.items()}),
    )


@lru_cache(maxsize=1)
def _subjects() -> list[str]:
    return sorted({quad.subject.value for quad in vocabulary() if isinstance(quad.subject, ox.NamedNode)})


@lru_cache(maxsize=1)
def vocabulary_digest() -> str:
    """Return what tells the vocabulary and the schemes of this program from those of another."""
    return digest(vocabulary())


def vocabulary_graphs() -> list[str]:
    """Return the names of the graphs of the vocabulary and the schemes."""
    return [graph(f"ontology/{path.stem}") for path in graph_files()]


def parcels_there(endpoint: Endpoint) -> dict[str, str]:
    """Return the digest of each source's parcel that is there."""
    query = f"SELECT ?s ?o {{ GRAPH <{FILES}> {{ ?s <{term('sha256')}> ?o }} }}"
    return {subject.value.removeprefix(_parcel("")): object.value for subject, object in endpoint.select(query)}


def parcel(endpoint: Endpoint, source: str) -> bytes | None:
    """Return a source's parcel, None where it is not there whole."""
    query = f"SELECT ?p ?o {{ GRAPH <{FILES}> {{ <{_parcel(source)}> ?p ?o }} }}"
    told = {predicate.value.removeprefix(term("")): object.value for predicate, object in endpoint.select(query)}
    sha256 = told.pop("sha256", None)
    try:
        whole = b"".join(base64.b64decode(told[place], validate=True) for place in sorted(told))
    except ValueError:
        return None
    return whole if _sha256(whole) == sha256 else None


def _parcel(source: str) -> str:
    return f"{FILES}/{source}"


def _of(source: str) -> str:
    return f"GRAPH <{FILES}> {{ <{_parcel(source)}> ?p ?o }}"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _some(quads: list[ox.Quad]) -> Iterator[list[ox.Quad]]:
    return (quads[place : place + _QUADS] for place in range(0, len(quads), _QUADS))
