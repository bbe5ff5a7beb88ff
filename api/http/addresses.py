"""How things are named in the addresses of the HTTP door."""

from __future__ import annotations

from collections.abc import Mapping

from ontology.metagraph import Kind

#: The kinds as they stand in an address: `value-chains`.
PLURALS: Mapping[Kind, str] = {kind: f"{kind.name.lower().replace('_', '-')}s" for kind in Kind}


def shown(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Return the addresses of those kinds that a graph has something of."""
    return tuple(plural for kind, plural in PLURALS.items() if counts.get(kind))
