"""Tables in a folder: Parquet as the graph keeps them, and CSV of nodes and edges; the sources stand beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path

import polars as pl

from graph.exports.network import Columns, Network
from graph.stores.writing import write_frame
from ontology.facts import Source, Tables
from ontology.metagraph import Kind, Relation

#: What Gephi and Cytoscape call the columns that they know; edges of different `Kind` stay apart in Gephi.
_NODES = {"id": "Id", "label": "Label"}
_EDGES = {"source": "Source", "target": "Target", "id": "Id", "label": "Label", "relation": "Kind"}

CSV_FILES = frozenset({"nodes.csv", "edges.csv", "sources.csv"})
PARQUET_FILES = frozenset({"sources.parquet", *(f"{name}.parquet" for name in (*Kind, *Relation))})


def write_csv(tables: Tables, path: Path, language: str) -> None:
    """Write the nodes and the edges as CSV."""
    network = Network(tables, language)
    _write_rows(path / "nodes.csv", network.nodes(), network.node_columns, _NODES)
    directed = (frame.with_columns(Type=pl.lit("Directed")) for frame in network.edges())
    _write_rows(path / "edges.csv", directed, {**network.edge_columns, "Type": pl.String()}, _EDGES)
    sources_of(tables).write_csv(path / "sources.csv")


def _write_rows(path: Path, frames: Iterator[pl.DataFrame], columns: Columns, names: dict[str, str]) -> None:
    """Write rows whose frames need not have all columns; those that the tools know come first."""
    first = [*names, *(column for column in columns if column == "Type")]
    order = [*first, *(column for column in columns if column not in first)]
    with path.open("wb") as file:
        pl.DataFrame(schema={name: columns[name] for name in order}).rename(names).write_csv(file)
        for frame in frames:
            silent = [pl.lit(None, columns[name]).alias(name) for name in order if name not in frame.columns]
            frame.with_columns(silent).select(order).write_csv(file, include_header=False)


def write_parquet(tables: Tables, path: Path, language: str) -> None:
    """Write one Parquet file for each kind and relation, with the columns of the metagraph and the source."""
    for kind, frame in tables.entities.items():
        write_frame(path / f"{kind}.parquet", frame)
    for relation, frame in tables.links.items():
        write_frame(path / f"{relation}.parquet", frame)
    write_frame(path / "sources.parquet", sources_of(tables))


def sources_of(tables: Tables) -> pl.DataFrame:
    """Return the sources as a frame, in the order in which they were loaded."""
    schema = {field.name: pl.Date() if field.name == "retrieved" else pl.String() for field in fields(Source)}
    return pl.DataFrame([asdict(source) for source in tables.sources], schema=schema)
