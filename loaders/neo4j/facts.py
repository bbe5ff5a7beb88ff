"""What was read of somebody's graph becomes one batch: twins refused, links joined to their ends, all of it in order.

The order is that of the facts and not of the server, so that the same graph gives the same batch.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from loaders.neo4j.mapping import Entities, Links, Plan
from loaders.neo4j.reading import ENDS, FAULTS, Read, escaped
from loaders.tables.cells import refusals
from ontology.facts import Batch, Source, no_refusals
from ontology.metagraph import Kind, Relation

#: So many rows are written at a time for the digest.
_SLICE = 100_000

Nodes = Iterable[tuple[Entities, Read]]
Relationships = Iterable[tuple[Links, Read]]


def batch_of(plan: Plan, nodes: Nodes, relationships: Relationships, today: date) -> Batch:
    """Return the batch of what was read; its digest is of what is said, so an unchanged graph has an unchanged one."""
    nodes, relationships = list(nodes), list(relationships)
    ends = pl.concat([pl.DataFrame(schema=ENDS), *(read.ends for _, read in nodes)])
    entities, twins = _entities(nodes)
    links, endless = _links(relationships, ends)
    faults = pl.concat([*(read.faults for _, read in (*nodes, *relationships)), twins, endless])
    read = Counter[str]()
    parts = (*((own.label, part) for own, part in nodes), *((own.type, part) for own, part in relationships))
    for name, part in parts:
        read[escaped(name)] += part.count
    refused = _refusals(faults)
    said = {key: value for key, value in plan.source.items() if key != "retrieved"}
    return Batch(
        Source(
            **said,
            retrieved=plan.source["retrieved"] or today,
            sha256=_digest({**said, "read": read}, [*entities.items(), *links.items(), ("refused", refused)]),
        ),
        entities,
        links,
        refused,
        read,
        {f"{escaped(own.label)}/{own.kind}": _columns(own) for own, _ in nodes}
        | {f"{escaped(own.type)}/{own.relation}": _columns(own) for own, _ in relationships},
    )


def _columns(own: Entities | Links) -> dict[str, str]:
    """The property, or the first of several, that each column was read from; for a label, that of any language."""
    cells = (own.id, *own.cells) if isinstance(own, Entities) else own.cells
    read = {cell.column: cell.properties[0] for cell in cells if cell.properties}
    labels = [name for column, name in read.items() if column.startswith("label_")]
    return {**({"label": labels[0]} if labels else {}), **read}


def _entities(nodes: Nodes) -> tuple[dict[Kind, pl.DataFrame], pl.DataFrame]:
    """The entities of each kind, and the nodes whose id another has; the first by the mapping and its values stays."""
    kept: dict[Kind, pl.DataFrame] = {}
    twins = [pl.DataFrame(schema=FAULTS)]
    for kind in dict.fromkeys(own.kind for own, _ in nodes):
        parts = [(own, read) for own, read in nodes if own.kind is kind]
        rows = pl.concat(
            [
                read.rows.with_columns(place=pl.lit(number), named=pl.lit(own.id.properties[0]))
                for number, (own, read) in enumerate(parts)
            ],
            how="diagonal",
        )
        values = [name for name in rows.columns if name not in ("id", "place", "element")]
        rows = rows.sort("id", "place", *values, "element")
        first = pl.col("id").is_first_distinct()
        twins.append(
            rows.filter(~first).select(
                record=pl.format("{}&elementId={}", "record", "element"),
                column="named",
                value="id",
                code=pl.lit("node-twice"),
                right=pl.lit("", pl.String),
            )
        )
        kept[kind] = rows.filter(first).drop("place", "named", "element")
    return kept, pl.concat(twins)


def _links(relationships: Relationships, ends: pl.DataFrame) -> tuple[dict[Relation, pl.DataFrame], pl.DataFrame]:
    """The links of each relation, and the relationships that lead to a node without an id."""
    parts: dict[Relation, list[pl.DataFrame]] = {}
    endless = [pl.DataFrame(schema=FAULTS)]
    for type in dict.fromkeys(own.type for own, _ in relationships):
        both = [_joined(own, read, ends) for own, read in relationships if own.type == type]
        endless += [lost for _, _, lost in both]
        named = [found.with_columns(relation=pl.lit(str(relation))) for relation, found, _ in both]
        rows = pl.concat(named, how="diagonal")
        rows = rows.sort("record", *(name for name in rows.columns if name not in ("record", "element")))
        number = pl.int_range(1, pl.len() + 1).over("record")
        rows = rows.with_columns(
            record=pl.when(number > 1).then(pl.format("{}&n={}", "record", number)).otherwise("record")
        )
        for relation in dict.fromkeys(relation for relation, _, _ in both):
            own_rows = rows.filter(pl.col("relation") == str(relation)).drop("relation", "element")
            own_columns = {name for each, found, _ in both if each is relation for name in found.columns}
            parts.setdefault(relation, []).append(own_rows.select(*(n for n in own_rows.columns if n in own_columns)))
    links = {relation: pl.concat(frames, how="diagonal") for relation, frames in parts.items()}
    return {r: frame.sort("subject", "object", "record") for r, frame in links.items()}, pl.concat(endless)


def _joined(own: Links, read: Read, ends: pl.DataFrame) -> tuple[Relation, pl.DataFrame, pl.DataFrame]:
    """Return the links between two labels by the ids of their ends, and the faults of those that lack one."""
    rows = read.rows
    for end in ("start", "end"):
        rows = rows.join(ends.rename({"element": end, "id": f"{end}_id"}), on=end, how="left")
    lost = [
        rows.filter(pl.col(f"{end}_id").is_null()).select(
            record=pl.format("{}#elementId={}", pl.lit(escaped(own.type)), "element"),
            column=pl.lit(""),
            value=end,
            code=pl.lit("end-without-id"),
            right=pl.lit(label),
        )
        for end, label in (("start", own.start), ("end", own.end))
    ]
    whole = rows.filter(pl.col("start_id").is_not_null() & pl.col("end_id").is_not_null())
    subject, object = ("end_id", "start_id") if own.turned else ("start_id", "end_id")
    named = whole.with_columns(
        subject=subject,
        object=object,
        record=pl.format("{}#from={}&to={}", pl.lit(escaped(own.type)), _escaped("start_id"), _escaped("end_id")),
    )
    return own.relation, named.drop("start", "end", "start_id", "end_id"), pl.concat(lost)


def _escaped(column: str) -> pl.Expr:
    return pl.col(column).str.replace_many(["%", "#", "&", "="], ["%25", "%23", "%26", "%3D"])


def _refusals(faults: pl.DataFrame) -> pl.DataFrame:
    """Return the faults as refusals, in one order; a property that is read for two columns is at fault once."""
    parts = [
        refusals(frame.select("record", "value", "right"), str(column), str(code))
        for (column, code), frame in faults.unique().group_by("column", "code")
    ]
    return pl.concat([no_refusals(), *parts]).sort("record", "column", "code")


def _digest(head: Mapping[str, object], frames: Iterable[tuple[str, pl.DataFrame]]) -> str:
    """Return the sha256 of what a source says of itself and of its rows as CSV, a piece at a time."""
    digest = hashlib.sha256(json.dumps(head, sort_keys=True).encode())
    for name, frame in sorted(frames, key=lambda each: str(each[0])):
        digest.update(f"\n{name}\n".encode())
        for piece in frame.iter_slices(_SLICE):
            buffer = io.BytesIO()
            piece.write_csv(buffer)
            digest.update(buffer.getvalue())
    return digest.hexdigest()
