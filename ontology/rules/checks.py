"""Asks the rules of tables: what a graph's facts break, and which rows of a batch cannot be facts at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import polars as pl

from ontology.facts import REFUSAL_SCHEMA, Batch, Tables, entity_frame
from ontology.rules.base import FOUND, Rule, Severity
from ontology.rules.catalogue import RULES
from ontology.texts import LANGUAGES, say
from ontology.vocabulary import check_language

#: The columns of findings.
FINDINGS = {"rule": pl.String(), "severity": pl.String(), **FOUND}

#: The code of a link that falls because the row of one of its ends fell.
END_REFUSED = "link-end-refused"

#: Ids that are known from elsewhere are given this source while a batch is judged; no source has it.
_ELSEWHERE = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What breaks the rules: one row a finding, always in the same order.

    `frame` has the columns of `FINDINGS`. `kind` is a kind or a relation; `focus` is an id, or
    `subject→object` for a link; `column`, `value` and `record` say what stands where.
    """

    frame: pl.DataFrame
    rules: tuple[Rule, ...]

    def __len__(self) -> int:
        """Return the number of findings."""
        return self.frame.height

    def counts(self) -> dict[str, int]:
        """Return the number of findings of every rule that was asked, those with none too."""
        found = dict(self.frame.group_by("rule").len().iter_rows())
        return {rule.id: found.get(rule.id, 0) for rule in self.rules}

    def of(self, severity: Severity) -> Findings:
        """Return the findings of one severity."""
        rules = tuple(rule for rule in self.rules if rule.severity is severity)
        return Findings(self.frame.filter(pl.col("severity") == str(severity)), rules)

    def in_language(self, language: str) -> pl.DataFrame:
        """Return the findings with `message`, a sentence; raises InvalidArgument for an unknown language."""
        check_language(language)
        return self.frame.with_columns(message=_message({rule.id: rule.sentence(language) for rule in self.rules}))


def check(tables: Tables, rules: Sequence[Rule] = RULES) -> Findings:
    """Return what breaks the rules: the rules in their order, and the findings of each by kind and focus."""
    parts = [pl.DataFrame(schema=FINDINGS)]
    for rule in rules:
        found = rule.violations(tables)
        if found.height:
            parts.append(found.unique().sort(list(FOUND)))
    return Findings(pl.concat(parts), tuple(rules))


def refuse(batch: Batch, known: Tables | None = None) -> Batch:
    """Return the batch without the rows that cannot be facts, which are among its refusals instead.

    A row falls with everything that was read from it, and a link to what fell falls too, until all that is
    left can stand. `known` are facts of other sources, whose ids links may name.
    """
    rules = [rule for rule in RULES if rule.severity is Severity.REFUSE]
    sentences = {
        language: {rule.id: rule.sentence(language) for rule in rules}
        | {END_REFUSED: say(f"rule.{END_REFUSED}", language)}
        for language in LANGUAGES
    }
    fallen = pl.Series("id", [], pl.String)
    while True:
        found = check(_beside(batch, known), rules).frame.filter(pl.col("source") != _ELSEWHERE)
        if not found.height:
            return batch
        by_fall = (pl.col("rule") == "link-ends-exist") & pl.col("value").is_in(fallen.implode())
        found = found.with_columns(rule=pl.when(by_fall).then(pl.lit(END_REFUSED)).otherwise(pl.col("rule")))
        batch, gone = _without(batch, found, sentences)
        fallen = pl.concat([fallen, gone]).unique()


def _beside(batch: Batch, known: Tables | None) -> Tables:
    """Return the tables of a batch, with those ids known from elsewhere that its links name."""
    tables = Tables.of([batch])
    if known is None or not tables.links:
        return tables
    ends = [frame[end] for frame in tables.links.values() for end in ("subject", "object")]
    named = pl.concat([end.alias("id") for end in ends]).unique()
    entities = dict(tables.entities)
    for kind, frame in known.entities.items():
        ids = frame.filter(pl.col("id").is_in(named.implode())).select("id", source=pl.lit(_ELSEWHERE)).unique()
        rows = [tables.entity(kind), entity_frame(kind, ids, "source")]
        entities[kind] = pl.concat(rows, how="diagonal")
    return replace(tables, entities=MappingProxyType(entities))


def _without(batch: Batch, found: pl.DataFrame, sentences: dict[str, dict[str, str]]) -> tuple[Batch, pl.Series]:
    """Return the batch without the records that were found, and the ids that went with them."""
    refusals = found.select(
        pl.col("record").fill_null(""),
        pl.col("column").fill_null(""),
        pl.col("value").fill_null(""),
        pl.col("rule").alias("code"),
        *(_message(sentences[language]).alias(f"message_{language}") for language in LANGUAGES),
    ).select(pl.col(name).cast(type) for name, type in REFUSAL_SCHEMA.items())
    falls = pl.col("record").fill_null("").is_in(refusals["record"].unique().implode())
    ids = [frame.filter(falls)["id"] for frame in batch.entities.values()]
    rest = replace(
        batch,
        entities={kind: frame.filter(~falls) for kind, frame in batch.entities.items()},
        links={relation: frame.filter(~falls) for relation, frame in batch.links.items()},
        refusals=pl.concat([batch.refusals, refusals.unique(maintain_order=True)]),
    )
    return rest, pl.concat([pl.Series("id", [], pl.String), *ids])


def _message(sentences: dict[str, str]) -> pl.Expr:
    """Return the expression of a finding's message: what it is about, the value, and the rule's sentence."""
    other = pl.col("value").is_not_null() & (pl.col("value") != pl.col("focus"))
    value = pl.when(other).then(pl.concat_str(pl.lit(" ("), "value", pl.lit(")"))).otherwise(pl.lit(""))
    sentence = pl.col("rule").replace_strict(sentences, default=None, return_dtype=pl.String)
    return pl.concat_str("focus", value, pl.lit(": "), sentence)
