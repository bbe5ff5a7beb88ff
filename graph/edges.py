"""An edge of a path, with the records behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from graph.directory import Directory, Evidence
from ontology.facts import Tables
from ontology.metagraph import Relation
from ontology.vocabulary import name, role_label


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between two ids, with every record that states it and the roles that they give."""

    relation: Relation
    subject: str
    object: str
    evidence: tuple[Evidence, ...]
    roles: tuple[str, ...] = ()

    def to_dict(self, directory: Directory, language: str) -> dict[str, Any]:
        """Return the edge as plain values for JSON."""
        return {
            "relation": str(self.relation),
            "says": name(self.relation, language),
            "subject": {"id": self.subject, "label": directory.label(self.subject, language)},
            "object": {"id": self.object, "label": directory.label(self.object, language)},
            "roles": [role_label(role, language) for role in self.roles],
            "evidence": [
                {"source": e.source, "record": e.record, "method": e.method, "url": e.url, "note": e.note}
                for e in self.evidence
            ],
        }


def evidence_of(row: Mapping[str, Any]) -> Evidence:
    """Return where a row of a table stands."""
    return Evidence(row["source"], row["record"], row["method"], row["evidence"], row["note"])


def edge(tables: Tables, relation: Relation, subject: str, object: str) -> Edge:
    """Return the edge between two ids with all of its records."""
    frame = tables.link(relation)
    return _edge(relation, subject, object, frame.filter((pl.col("subject") == subject) & (pl.col("object") == object)))


def _edge(relation: Relation, subject: str, object: str, rows: pl.DataFrame) -> Edge:
    found = rows.to_dicts()
    roles: Iterable[str] = dict.fromkeys(row["role"] for row in found if row.get("role"))
    return Edge(relation, subject, object, tuple(evidence_of(row) for row in found), tuple(roles))
