"""Asks the rules of tables: what a graph's facts break."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ontology.facts import Tables
from ontology.rules.base import FOUND, Rule, Severity
from ontology.rules.catalogue import RULES
from ontology.vocabulary import check_language

#: The columns of findings.
FINDINGS = {"rule": pl.String(), "severity": pl.String(), **FOUND}

#: Stands in a sentence for what would be right, while messages are made; no sentence has it.
RIGHT = "\1"


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
        return self.frame.with_columns(message=message({rule.id: rule.sentence(language) for rule in self.rules}))


def check(tables: Tables, rules: Sequence[Rule] = RULES) -> Findings:
    """Return what breaks the rules: the rules in their order, and the findings of each by kind and focus."""
    parts = [pl.DataFrame(schema=FINDINGS)]
    for rule in rules:
        found = rule.violations(tables)
        if found.height:
            parts.append(found.unique().sort(list(FOUND)))
    return Findings(pl.concat(parts), tuple(rules))


def message(sentences: Mapping[str, str]) -> pl.Expr:
    """Return the expression of a finding's message: what it is about, the value, and the rule's sentence.

    `RIGHT` in a sentence stands for what the column `right` holds.
    """
    other = pl.col("value").is_not_null() & (pl.col("value") != pl.col("focus"))
    value = pl.when(other).then(pl.concat_str(pl.lit(" ("), "value", pl.lit(")"))).otherwise(pl.lit(""))
    sentence = pl.col("rule").replace_strict(sentences, default=None, return_dtype=pl.String)
    if any(RIGHT in said for said in sentences.values()):
        sentence = sentence.str.replace(RIGHT, pl.col("right").fill_null(""), literal=True)
    return pl.concat_str("focus", value, pl.lit(": "), sentence)
