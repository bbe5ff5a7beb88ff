"""An edge of a path, with the records behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import polars as pl

from graph.stores.directory import Directory
from graph.stores.entities import Evidence
from graph.stores.standing import standing
from ontology.facts import Tables, columns, in_language
from ontology.metagraph import RELATIONS, Relation
from ontology.vocabulary import name, role_label

if TYPE_CHECKING:
    from graph import shapes

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between two ids, with every record that states it; `said` is what each record says of the link."""

    relation: Relation
    subject: str
    object: str
    evidence: tuple[Evidence, ...]
    said: tuple[Mapping[str, Any], ...]

    def names(self, language: str) -> tuple[str, ...]:
        """Return the names that the records give the link (of a flow), in a language or the nearest."""
        found = (in_language(said, "name", language) for said in self.said)
        return tuple(dict.fromkeys(name[0] for name in found if name))

    def roles(self, language: str) -> tuple[str, ...]:
        """Return the roles that the records give, in a language."""
        return tuple(dict.fromkeys(role_label(said["role"], language) for said in self.said if "role" in said))

    def standings(self, language: str) -> tuple[str, ...]:
        """Return what the records say is planned, historical or of a fate not known, in a language."""
        return tuple(dict.fromkeys(words for said in self.said if (words := standing(said, language))))

    def to_dict(self, directory: Directory, language: str) -> shapes.EdgeOfPath:
        """Return the edge as plain values for JSON."""
        return {
            "relation": self.relation,
            "says": name(self.relation, language),
            "subject": directory.named(self.subject, language),
            "object": directory.named(self.object, language),
            "names": list(self.names(language)),
            "roles": list(self.roles(language)),
            "standings": list(self.standings(language)),
            "evidence": [evidence.to_dict(language) for evidence in self.evidence],
        }


def evidence_of(row: Mapping[str, Any]) -> Evidence:
    """Return where a row of a table stands."""
    return Evidence(row["source"], row["record"], row["method"], row["source_url"], row["note"])


def find_edges(tables: Tables, wanted: Iterable[tuple[Relation, str, str]]) -> dict[tuple[Relation, str, str], Edge]:
    """Return the edges between these ids with all of their records, each relation's table read once."""
    pairs: dict[Relation, dict[Pair, None]] = defaultdict(dict)
    for relation, subject, object in wanted:
        pairs[relation][subject, object] = None
    found: dict[tuple[Relation, str, str], Edge] = {}
    for relation, ends in pairs.items():
        subjects, objects = zip(*ends, strict=True)
        frame = tables.link(relation)
        own = columns(RELATIONS[relation].link_attributes, frame.columns)
        asked = pl.DataFrame({"subject": subjects, "object": objects})
        rows: dict[Pair, list[dict[str, Any]]] = defaultdict(list)
        # The ids alone rule out nearly all rows, and do so faster than a join of the whole table.
        near = frame.filter(pl.col("subject").is_in(asked["subject"].unique().implode()))
        for row in near.join(asked, on=["subject", "object"], how="semi", maintain_order="left").iter_rows(named=True):
            rows[row["subject"], row["object"]].append(row)
        for (subject, object), records in rows.items():
            found[relation, subject, object] = Edge(
                relation,
                subject,
                object,
                tuple(evidence_of(row) for row in records),
                tuple(MappingProxyType({k: row[k] for k in own if row[k] is not None}) for row in records),
            )
    return found
