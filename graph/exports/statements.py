"""RDF in files: N-Quads and JSON-LD with one graph a source, Turtle with the union, each with the vocabulary beside."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import polars as pl
import pyoxigraph as ox

from graph.stores.trig import described, documents, numbered, row_texts, written
from graph.stores.triples import vocabulary
from ontology import turtle
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation


def write_nquads(tables: Tables, path: Path, language: str) -> None:
    """Write the tables as N-Quads."""
    ox.serialize(_quads(tables), path, format=ox.RdfFormat.N_QUADS)


def write_jsonld(tables: Tables, path: Path, language: str) -> None:
    """Write the tables as JSON-LD."""
    ox.serialize(_quads(tables), path, format=ox.RdfFormat.JSON_LD)


def write_turtle(tables: Tables, path: Path, language: str) -> None:
    """Write the tables as Turtle with our prefixes; the text of rows is Turtle already, so nothing is parsed."""
    with path.open("wb") as file:
        file.write(described(tables.sources))
        for name, _, rows in _by_source(tables):
            file.writelines(text.encode() for text in row_texts(name, rows))
        file.write(turtle.write((quad.triple for quad in vocabulary()), head="").encode())


def _by_source(tables: Tables) -> Iterator[tuple[Kind | Relation, str, pl.DataFrame]]:
    """What each source says in each table, numbered; one table is in memory at a time."""
    for name in (*Kind, *Relation):
        frame = tables.entity(name) if isinstance(name, Kind) else tables.link(name)
        for source in tables.sources:
            yield name, source.id, numbered(name, frame.filter(pl.col("source") == source.id))


def _quads(tables: Tables) -> Iterator[ox.Quad]:
    """Every fact, and then of the vocabulary and the schemes what no fact says: as a store of these tables has it."""
    subjects = {quad.subject for quad in vocabulary()}
    said = set()
    texts = (text for name, source, rows in _by_source(tables) for text in written(name, rows, source))
    for document in chain((described(tables.sources),), documents(texts, 1)):
        for quad in ox.parse(document, format=ox.RdfFormat.TRIG):
            if quad.subject in subjects:
                said.add(quad.triple)
            yield quad
    yield from (quad for quad in vocabulary() if quad.triple not in said)
