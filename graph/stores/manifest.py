"""What a generation says of itself: its sources, counts, findings, and what it follows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ontology.errors import DamagedWorkspace, NewerWorkspace, NotFound
from ontology.facts import Source, Tables
from ontology.rules.checks import check

#: The shape of what is kept; a reader opens its own and older ones.
SCHEMA_VERSION = 2

#: Columns that older shapes call otherwise.
RENAMED = {"evidence": "source_url"}

#: What a manifest says at the least.
_SAID = {"generation", "parent", "created", "sources", "counts", "findings", "brought"}


def program_version() -> str:
    """Return the version of this program."""
    try:
        return version("arvoverkko")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"


def build_manifest(number: int, parent: int | None, tables: Tables, brought: Mapping[str, int]) -> dict[str, Any]:
    """Return what a generation of these tables says of itself; `brought` tells which one brought each source."""
    return {
        "schema": SCHEMA_VERSION,
        "program": program_version(),
        "generation": number,
        "parent": parent,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "sources": [asdict(source) | {"retrieved": source.retrieved.isoformat()} for source in tables.sources],
        "counts": tables.counts(),
        "findings": check(tables).counts(),
        "brought": dict(brought),
    }


def read_manifest(path: Path) -> dict[str, Any]:
    """Return a manifest; raises DamagedWorkspace, and NewerWorkspace when a later version wrote it."""
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        schema = int(manifest["schema"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedWorkspace("unreadable", path=str(path), said=str(error)) from error
    if schema > SCHEMA_VERSION:
        raise NewerWorkspace(
            "newer-workspace",
            path=str(path.parent),
            program=str(manifest.get("program")),
            schema=str(schema),
            most=str(SCHEMA_VERSION),
        )
    if missing := _SAID - set(manifest):
        raise DamagedWorkspace("manifest-silent", path=str(path), missing=tuple(sorted(missing)))
    return manifest


def sources_of(manifest: Mapping[str, Any]) -> tuple[Source, ...]:
    """Return the sources of a generation."""
    return tuple(Source(**s | {"retrieved": date.fromisoformat(s["retrieved"])}) for s in manifest["sources"])


def holds(manifest: Mapping[str, Any], source: Source) -> bool:
    """Return whether this very source, read by this very program, is in the generation."""
    same = any(s["id"] == source.id and s["sha256"] == source.sha256 for s in manifest["sources"])
    return same and bool(manifest["program"] == program_version())


def unknown_source(id: str, manifest: Mapping[str, Any] | None) -> NotFound:
    """Return the error that says which sources there are."""
    known = tuple(source["id"] for source in manifest["sources"]) if manifest else ()
    return NotFound("unknown-source" if known else "no-such-source", source=id, known=known)
