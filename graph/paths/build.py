"""The arrays of the path index, made from tables: each table is read once, and its ids become numbers once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from graph.paths.adjacency import Ints, arrays_name, needed, numbered
from graph.paths.ids import Ids
from graph.stores.readiness import known_levels
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation
from ontology.metapaths import DAMPING

Built = dict[str, npt.NDArray[Any]]


def build_arrays(tables: Tables) -> Built:
    """Return the arrays of these tables. Parallel links count as one edge; a link of a node to itself as none."""
    ids = {kind: tables.scan(kind).select(pl.col("id").unique().sort()).collect()["id"] for kind in numbered()}
    arrays: Built = {
        f"{kind}.{name}": array for kind, own in ids.items() for name, array in Ids.of(own).arrays().items()
    }
    pairs: dict[Relation, list[tuple[Kind, Kind]]] = defaultdict(list)
    for relation, subject, object in needed():
        pairs[relation].append((subject, object))
    for relation, ends in pairs.items():
        arrays |= _relation(tables, relation, ends, ids)
    return arrays | _facts_of_actors(tables, ids[Kind.ACTOR])


def _relation(
    tables: Tables, relation: Relation, pairs: list[tuple[Kind, Kind]], ids: Mapping[Kind, pl.Series]
) -> Built:
    """The arrays of a relation, both ways, for each of the pairs of kinds that it may join."""
    arrays: Built = {}
    links = (
        tables.scan(relation)
        .select("subject", "object")
        .with_row_index("row")
        .filter(pl.col("subject") != pl.col("object"))
        .join(_numbers("subject", {subject for subject, _ in pairs}, ids), on="subject")
        .join(_numbers("object", {object for _, object in pairs}, ids), on="object")
        .drop("subject", "object")
        .collect()
    )
    for subject, object in pairs:
        own = links.filter(subject_kind=str(subject), object_kind=str(object))
        many, others = len(ids[subject]), len(ids[object])
        # One number for both ends sorts several times faster than two columns.
        edge = pl.col("subject_number") * others + pl.col("object_number")
        told = own.select(edge.alias("edge"), pl.col("row").cast(pl.Int32)).sort("edge")
        edges, rows = told["edge"].to_numpy(), told["row"].to_numpy()
        first = np.diff(edges, prepend=-1) > 0
        arrays |= _rows(arrays_name((relation, subject, object, True)), edges, first, rows)
        sources, targets = np.divmod(edges[first], max(others, 1))
        back = np.sort(targets * many + sources) % max(many, 1)
        for forward, degrees, ahead in (
            (True, np.bincount(sources, minlength=many), targets),
            (False, np.bincount(targets, minlength=others), back),
        ):
            name = arrays_name((relation, subject, object, forward))
            arrays[f"{name}.targets"] = ahead.astype(np.int32)
            if not len(ahead):
                continue  # of what joins nobody, nothing else is kept
            arrays[f"{name}.starts"] = np.concatenate([[0], np.cumsum(degrees)]).astype(np.int64)
            # Nothing leads from who has no edge; the 1 keeps its factor from being infinite.
            arrays[f"{name}.leaving"] = np.maximum(degrees, 1).astype(np.float64) ** -DAMPING[relation]
    return arrays


def _rows(name: str, edges: Ints, first: npt.NDArray[np.bool_], rows: npt.NDArray[np.int32]) -> Built:
    """In which row of the table each edge is told of; `more` are the other rows of those that are told of again."""
    again = ~first | ~np.append(first[1:], True)
    rows = rows.copy()
    rows[again] = rows[again][np.lexsort((rows[again], edges[again]))]
    numbers = np.cumsum(first, dtype=np.int32) - 1
    return {
        f"{name}.rows": rows[first],
        f"{name}.more-edges": numbers[~first],
        f"{name}.more-rows": rows[~first],
    }


def _numbers(end: str, kinds: Iterable[Kind], ids: Mapping[Kind, pl.Series]) -> pl.LazyFrame:
    """The kind and the number of each id of some kinds, to be joined to one end of the links."""
    return pl.concat(
        pl.LazyFrame({end: ids[kind]}).with_columns(
            pl.lit(str(kind), pl.Categorical).alias(f"{end}_kind"),
            pl.int_range(pl.len(), dtype=pl.Int64).alias(f"{end}_number"),
        )
        for kind in sorted(kinds)
    )


def _facts_of_actors(tables: Tables, actors: pl.Series) -> Built:
    """What filters ask of an actor: its type, as a number among the types that there are, and its best known TRL."""
    said = tables.scan(Kind.ACTOR).select("id", "actor_type").drop_nulls().collect()
    first = said.unique("id", keep="first", maintain_order=True)  # the first source that says so, as in Directory
    types = first["actor_type"].unique().sort()
    code = pl.col("actor_type").replace_strict(types, range(len(types)), default=-1, return_dtype=pl.Int16)
    codes = actors.to_frame().join(first, on="id", how="left", maintain_order="left").select(code).to_series()
    names = {f"actor-types.{name}": array for name, array in Ids.of(types).arrays().items()}
    return names | {"actor-type": codes.to_numpy(), "trl": _best_trl(tables, actors).to_numpy()}


def _best_trl(tables: Tables, actors: pl.Series) -> pl.Series:
    """The best known TRL of each actor's platforms, operated or partnered in; 0 where none is known."""
    known = known_levels(tables).select(platform="id", trl="high")
    roles = (Relation.OPERATES, Relation.PARTNER_IN)
    joins = [tables.scan(relation).select(id="subject", platform="object") for relation in roles]
    best = pl.concat(joins).join(known, on="platform").group_by("id").agg(pl.col("trl").max()).collect()
    levels = actors.to_frame().join(best, on="id", how="left", maintain_order="left")["trl"]
    return levels.fill_null(0).cast(pl.Int8)
