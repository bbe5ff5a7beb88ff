"""An edge of a path, with the records behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from graph.paths.index import PathIndex
from graph.stores.directory import Directory
from graph.stores.entities import Evidence
from graph.stores.standing import standing
from ontology.facts import Tables, columns, in_language
from ontology.metagraph import RELATIONS, Kind, Relation
from ontology.metapaths import Step
from ontology.vocabulary import name, role_label

if TYPE_CHECKING:
    from graph import shapes


class Link(NamedTuple):
    """A link between two nodes of the index, by their kinds and numbers."""

    relation: Relation
    ends: tuple[Kind, Kind]
    subject: int
    object: int

    @classmethod
    def of(cls, step: Step, kinds: tuple[Kind, Kind], nodes: tuple[int, int]) -> Link:
        """Return the link that a step walks between two nodes of these kinds."""
        (start, end), (first, last) = kinds, nodes
        return cls(step.relation, kinds, first, last) if step.forward else cls(step.relation, (end, start), last, first)


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


def find_edges(index: PathIndex, tables: Tables, wanted: Iterable[Link]) -> dict[Link, Edge]:
    """Return these links of the index with all of their records, each relation's table asked once."""
    rows: dict[Relation, dict[int, Link]] = defaultdict(dict)
    for link in dict.fromkeys(wanted):
        rows[link.relation].update(dict.fromkeys(index.rows(*link), link))
    records: dict[Link, list[Mapping[str, Any]]] = defaultdict(list)
    for relation, links in rows.items():
        numbers = sorted(links)
        for number, row in zip(numbers, tables.links.rows(relation, numbers).iter_rows(named=True), strict=True):
            records[links[number]].append(row)
    return {link: _edge(index, link, told) for link, told in records.items()}


def _edge(index: PathIndex, link: Link, records: Sequence[Mapping[str, Any]]) -> Edge:
    (subject, object), own = link.ends, columns(RELATIONS[link.relation].link_attributes, records[0])
    return Edge(
        link.relation,
        index.id(subject, link.subject),
        index.id(object, link.object),
        tuple(evidence_of(row) for row in records),
        tuple(MappingProxyType({name: row[name] for name in own if row[name] is not None}) for row in records),
    )
