"""A graph as the CSV files that `neo4j-admin database import full` takes into an empty database.

For a first load of millions of rows that is many times faster than Bolt. What comes of it is the very graph that Bolt
would have written, marker and all, so the next load goes on from there.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from graph.stores.generation import Generation
from graph.stores.neo4j import model
from graph.stores.neo4j.marker import WHOLE
from graph.stores.neo4j.remote import schemes_digest, told_manifest
from graph.stores.neo4j.write import pieces
from graph.stores.parcel import pack
from ontology.metagraph import Kind, Relation

_TYPES = {pl.Int64: "long", pl.Float64: "double", pl.Boolean: "boolean"}
_ROWS = 100_000

#: Between the values of a list; no name of a property holds it.
_BETWEEN = ";"

SCRIPT, SCHEMA = "import.sh", "schema.cypher"

#: Every file that may stand among them.
FILES = frozenset(
    {SCRIPT, SCHEMA}
    | {f"{name}.csv" for name in (*Kind, *Relation, model.RECORD, model.TELLS_OF, model.SOURCE, model.SCHEME)}
    | {f"{name}.csv" for name in (model.CONCEPT, model.IN_SCHEME, model.BROADER)}
    | {f"{name}.csv" for name in (model.MARKER, model.GENERATION, model.FILE)}
)


def write_import(generation: Generation, folder: Path) -> None:
    """Write a generation into a folder that is there, with the command to run and what to make after it."""
    nodes, links = dict[str, str](), dict[str, str]()
    records: list[pl.DataFrame] = []
    for kind, frame in generation.tables.entities.items():
        own, others = model.entities(frame)
        own = own.with_columns(pl.col(model.FILLED).list.join(_BETWEEN))
        _write(folder / f"{kind}.csv", own, {"id": "id:ID(Resource)", model.FILLED: f"{model.FILLED}:string[]"})
        nodes[f"{model.OURS}:{model.RESOURCE}:{kind}"] = f"{kind}.csv"
        records.append(others.with_columns(kind=pl.lit(str(kind))))
    told = pl.concat(records, how="diagonal") if records else pl.DataFrame()
    if told.height:
        told = told.with_row_index("number")
        ends = {"number": ":START_ID(Record)", "id": ":END_ID(Resource)"}
        _write(folder / f"{model.TELLS_OF}.csv", told.select("number", "id"), ends)
        _write(folder / f"{model.RECORD}.csv", told, {"number": ":ID(Record)"})
        nodes[f"{model.OURS}:{model.RECORD}"] = f"{model.RECORD}.csv"
        links[model.TELLS_OF] = f"{model.TELLS_OF}.csv"
    ends = {"subject": ":START_ID(Resource)", "object": ":END_ID(Resource)"}
    for relation, frame in generation.tables.links.items():
        _write(folder / f"{relation}.csv", frame.pipe(model.said), ends)
        links[str(relation)] = f"{relation}.csv"
    for label, rows in _beside(generation).items():
        heads = {"id": f"id:ID({label})"} if label in (model.SOURCE, model.SCHEME, model.CONCEPT) else {}
        _write(folder / f"{label}.csv", pl.DataFrame(rows, infer_schema_length=None), heads)
        nodes[f"{model.OURS}:{label}"] = f"{label}.csv"
    for type, pairs in model.concept_links().items():
        above = model.SCHEME if type == model.IN_SCHEME else model.CONCEPT
        frame = pl.DataFrame(pairs, schema=["id", "above"], orient="row")
        _write(folder / f"{type}.csv", frame, {"id": f":START_ID({model.CONCEPT})", "above": f":END_ID({above})"})
        links[type] = f"{type}.csv"
    (folder / SCRIPT).write_text(command(nodes, links), encoding="utf-8")
    (folder / SCHEMA).write_text("".join(f"{line};\n" for line in (*model.FIRST, *model.LAST)), encoding="utf-8")


def _beside(generation: Generation) -> dict[str, list[dict[str, Any]]]:
    """Return the properties of what stands beside the facts, by label."""
    manifest = told_manifest(generation)
    number, identity = generation.number, generation.identity
    said = {"identity": identity, "created": manifest["created"]}
    marker = {
        "id": model.OURS,
        "format": model.FORMAT,
        "program": manifest["program"],
        "state": WHOLE,
        "generation": number,
        "writer": "import",
        "columns": json.dumps(model.columns_of(generation.tables)),
        "schemes": schemes_digest(),
    }
    found: dict[str, list[dict[str, Any]]] = {
        model.SOURCE: model.source_nodes(generation.tables.sources, manifest),
        model.SCHEME: list(model.scheme_nodes()),
        model.CONCEPT: list(model.concept_nodes()),
        model.MARKER: [marker | said],
        model.GENERATION: [{"number": number, "manifest": json.dumps(manifest)} | said],
    }
    if generation.folder is not None:
        own = {source.id: generation.folder / "sources" / source.id for source in generation.tables.sources}
        parcels = {id: pack(folder) for id, folder in own.items()}
        found[model.FILE] = [piece | {"generation": number} for piece in pieces(parcels)]
    return {label: rows for label, rows in found.items() if rows}


def command(nodes: Mapping[str, str], links: Mapping[str, str]) -> str:
    """Return the script that imports these files into an empty database, by labels and by type."""
    arguments = [f"--nodes={labels}={file}" for labels, file in nodes.items()]
    arguments += [f"--relationships={type}={file}" for type, file in links.items()]
    return (
        "#!/bin/sh\n# Brings this folder into an empty database of a Neo4j that is stopped; then start it, and run\n"
        f'# cypher-shell --file {SCHEMA}\nset -eu\ncd "$(dirname "$0")"\n'
        '"${NEO4J_ADMIN:-neo4j-admin}" database import full "${1:-neo4j}" --multiline-fields=true \\\n  '
        + " \\\n  ".join(map(shlex.quote, arguments))
        + "\n"
    )


def _write(path: Path, frame: pl.DataFrame, heads: Mapping[str, str]) -> None:
    """Write a frame with the heads that the importer wants: a name and a type, or the end of a relationship."""
    names = [heads.get(name) or f"{name}:{_TYPES.get(type(dtype), 'string')}" for name, dtype in frame.schema.items()]
    with path.open("wb") as file:
        pl.DataFrame({str(place): [name] for place, name in enumerate(names)}).write_csv(file, include_header=False)
        for rows in frame.iter_slices(_ROWS):
            rows.write_csv(file, include_header=False, quote_style="necessary")
