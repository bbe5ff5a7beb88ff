"""The one door of acceptance: which rows of all sources are facts, which cannot be, and which links wait for an end.

The sources are judged together and from what they brought, so what is accepted depends on them and their order alone,
and not on what was loaded before. A row that breaks a rule is refused with everything that was read from its record. A
link whose end nobody tells of is set aside: it is no fact, and comes back by itself when its end does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import polars as pl

from ontology.facts import REFUSAL_SCHEMA, Batch, Tables, no_refusals
from ontology.metagraph import Kind, Relation
from ontology.rules.alike import alike
from ontology.rules.base import Severity, focus
from ontology.rules.catalogue import RULES
from ontology.rules.checks import RIGHT, check, message
from ontology.rules.ids import OnceInSource, OneKind
from ontology.texts import LANGUAGES, say

Name = Kind | Relation

#: The codes of a link that waits: nobody tells of its end, an id is like it, or the row of its end was refused.
END_UNKNOWN, END_NEAR, END_REFUSED = "link-ends-exist", "link-ends-exist-near", "link-end-refused"

_REFUSING = tuple(rule for rule in RULES if rule.severity is Severity.REFUSE)
#: Asked of what else can stand: a row that falls by itself takes no id from another.
_LAST = tuple(rule for rule in _REFUSING if isinstance(rule.form, OneKind | OnceInSource))
_FIRST = tuple(rule for rule in _REFUSING if rule not in _LAST)
_WAITING = tuple(rule for rule in RULES if rule.severity is Severity.SET_ASIDE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the rows that a source brought: read = kept + refused + set aside, always.

    `out` holds, for each kind and relation, the positions of the rows that are no facts now. The two frames have the
    columns of `facts.REFUSAL_SCHEMA`. A row is counted once: a link of it that waits sets it aside, though what else
    was read from it may stand.
    """

    batch: Batch
    out: Mapping[Name, pl.Series] = field(repr=False)
    refusals: pl.DataFrame = field(repr=False)
    waiting: pl.DataFrame = field(repr=False)
    read: int
    refused: int
    set_aside: int

    @property
    def kept(self) -> int:
        """The number of rows all of whose facts stand."""
        return self.read - self.refused - self.set_aside

    def facts(self) -> Batch:
        """Return the batch with those rows only that are facts; what has none is not there."""
        left = self.batch.changed(lambda name, frame: without(frame, self.out.get(name)))
        return replace(
            left,
            entities={kind: frame for kind, frame in left.entities.items() if frame.height},
            links={relation: frame for relation, frame in left.links.items() if frame.height},
        )


def without(frame: pl.DataFrame, out: pl.Series | None) -> pl.DataFrame:
    """Return a frame without the rows at these positions."""
    return frame if out is None else frame.filter(~pl.int_range(pl.len()).is_in(out.implode()))


def accept(batches: Iterable[Batch]) -> tuple[Verdict, ...]:
    """Return what becomes of every source's rows, in the order of the sources, when they stand beside each other."""
    brought = list(batches)
    standing, parts = brought, []
    while (found := _broken(tables := Tables.of(standing))).height:
        parts.append(found)
        standing = [_left(batch, found) for batch in standing]
    refused = pl.concat([found.clear(), *parts])
    waiting = _with_reasons(check(tables, _WAITING).frame, tables, Tables.of(brought) if parts else tables)
    return tuple(
        _verdict(batch, *(found.filter(pl.col("source") == batch.source.id) for found in (refused, waiting)))
        for batch in brought
    )


def _broken(tables: Tables) -> pl.DataFrame:
    """Return what breaks a rule that refuses."""
    found = check(tables, _FIRST).frame
    return found if found.height else check(tables, _LAST).frame


def _left(batch: Batch, found: pl.DataFrame) -> Batch:
    """Return the batch without the records that were found to break a rule."""
    records = found.filter(pl.col("source") == batch.source.id)["record"].unique()
    if not len(records):
        return batch
    return batch.changed(lambda _, frame: frame.filter(~pl.col("record").is_in(records.implode())))


def _with_reasons(waiting: pl.DataFrame, standing: Tables, brought: Tables) -> pl.DataFrame:
    """Return links that wait with the reason as their rule, and with the id that was perhaps meant as `right`."""
    if not waiting.height:
        return waiting.with_columns(right=pl.lit(None, pl.String))
    ids = pl.concat([pl.Series("id", [], pl.String), *(frame["id"] for frame in standing.entities.values())]).unique()
    fallen = pl.concat([ids.clear(), *(frame["id"] for frame in brought.entities.values())]).unique().implode()
    unknown = waiting.filter(~pl.col("value").is_in(fallen))["value"]
    near = alike(unknown, ids)
    right = pl.col("value").replace_strict(near, default=None, return_dtype=pl.String)
    reason = (
        pl.when(pl.col("value").is_in(fallen))
        .then(pl.lit(END_REFUSED))
        .when(right.is_not_null())
        .then(pl.lit(END_NEAR))
        .otherwise(pl.lit(END_UNKNOWN))
    )
    return waiting.with_columns(rule=reason, right=right)


def _verdict(batch: Batch, refused: pl.DataFrame, waiting: pl.DataFrame) -> Verdict:
    records = refused["record"].unique()
    out: dict[Name, pl.Series] = {}
    if refused.height or waiting.height:
        for name, frame in batch.frames():
            waits = waiting.filter(pl.col("kind") == str(name)).select("record", "focus")
            gone = frame.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"), "record", focus(name)).filter(
                pl.col("record").is_in(records.implode())
                | pl.struct("record", "focus").is_in(waits.to_struct().implode())
            )
            if gone.height:
                out[name] = gone["row"]
    every = pl.concat([batch.refusals["record"], records]).unique()
    later = waiting["record"].unique()
    return Verdict(
        batch,
        MappingProxyType(out),
        pl.concat([batch.refusals, _told(refused.with_columns(right=pl.lit(None, pl.String)), batch)]),
        _told(waiting, batch),
        batch.rows_read,
        len(every),
        len(later.filter(~later.is_in(every.implode()))),
    )


def _told(found: pl.DataFrame, batch: Batch) -> pl.DataFrame:
    """Return findings as people read them: where it stands in their own file, by its own column, and why."""
    if not found.height:
        return no_refusals()
    record, column = pl.col("record"), pl.col("column").fill_null("")
    place = pl.concat_str(record.str.replace("#[^#]*$", ""), "kind", column, separator="/")
    said = {f"{where}/{own}": theirs for where, names in batch.columns.items() for own, theirs in names.items()}
    told = found.select(
        record=record,
        column=place.replace_strict(said, default=column, return_dtype=pl.String),
        value=pl.col("value").fill_null(""),
        code="rule",
        **{f"message_{language}": message(_sentences(language)) for language in LANGUAGES},
    )
    return told.unique(maintain_order=True).cast(pl.Schema(REFUSAL_SCHEMA))


def _sentences(language: str) -> dict[str, str]:
    waits = {code: say(f"rule.{code}", language, right=RIGHT) for code in (END_NEAR, END_REFUSED)}
    return {rule.id: rule.sentence(language) for rule in (*_REFUSING, *_WAITING)} | waits
