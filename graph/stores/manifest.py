"""What a generation says of itself: its number, its sources, how many facts it has, and which rules they break."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ontology.errors import NotFound
from ontology.facts import Source, Tables
from ontology.rules.checks import check

#: The shape of what is kept; a reader opens its own and older ones.
SCHEMA_VERSION = 1


def program_version() -> str:
    """Return the version of this program."""
    try:
        return version("arvoverkko")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"


def build_manifest(number: int, parent: int | None, tables: Tables) -> dict[str, Any]:
    """Return what a generation says of itself."""
    findings = check(tables)
    return {
        "schema": SCHEMA_VERSION,
        "program": program_version(),
        "generation": number,
        "parent": parent,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "sources": [asdict(source) | {"retrieved": source.retrieved.isoformat()} for source in tables.sources],
        "counts": tables.counts(),
        "findings": findings.counts(),
    }


def sources_of(manifest: Mapping[str, Any]) -> tuple[Source, ...]:
    """Return the sources of a generation, in the order in which they are heard."""
    return tuple(Source(**s | {"retrieved": date.fromisoformat(s["retrieved"])}) for s in manifest["sources"])


def holds(manifest: Mapping[str, Any], source: Source) -> bool:
    """Return whether this very source, read by this very program, is in the generation."""
    same = any(s["id"] == source.id and s["sha256"] == source.sha256 for s in manifest["sources"])
    return same and manifest["program"] == program_version()


def source_in(manifest: Mapping[str, Any], id: str) -> Source:
    """Return the source of this id in a generation; raises NotFound with those that there are."""
    sources = {source.id: source for source in sources_of(manifest)}
    if id not in sources:
        raise NotFound(f"there is no source {id!r}; there are {', '.join(sources) or 'none'}", tuple(sources))
    return sources[id]
