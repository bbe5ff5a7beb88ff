"""How things are named in the addresses of the HTTP door."""

from __future__ import annotations

from collections.abc import Mapping

from ontology.metagraph import Kind

#: The kinds as they stand in an address.
PLURALS: Mapping[Kind, str] = {
    Kind.ACTOR: "actors",
    Kind.CLUSTER: "clusters",
    Kind.PLATFORM: "platforms",
    Kind.SERVICE: "services",
    Kind.COMPETENCE: "competences",
    Kind.VALUE_CHAIN: "value-chains",
    Kind.STAGE: "stages",
    Kind.PROJECT: "projects",
    Kind.REGION: "regions",
    Kind.SPECIALISATION: "specialisations",
    Kind.NETWORK: "networks",
    Kind.ASSESSMENT: "assessments",
    Kind.NEED: "needs",
    Kind.CALL: "calls",
    Kind.DOCUMENT: "documents",
}


def shown(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Return the addresses of those kinds that a graph has something of."""
    return tuple(plural for kind, plural in PLURALS.items() if counts.get(kind))
