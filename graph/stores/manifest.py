"""What a generation says of itself: its identity, sources, counts, findings, files, and what it follows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from ontology.errors import DamagedWorkspace, NewerWorkspace, NotFound
from ontology.facts import Source, Tables
from ontology.rules.acceptance import Verdict
from ontology.rules.base import Severity
from ontology.rules.catalogue import RULES
from ontology.rules.checks import check

#: The shape of what is kept; a reader opens its own and older ones.
SCHEMA_VERSION = 3

#: The file in a generation's folder.
MANIFEST = "manifest.json"

#: What a manifest says at the least.
_SAID = {"generation", "parent", "created", "sources", "counts", "findings"}

#: Rules about facts that stand; the others are what acceptance lets nothing pass by.
_STANDING = tuple(rule for rule in RULES if rule.severity in (Severity.VIOLATION, Severity.WARNING))


def program_version() -> str:
    """Return the version of this program."""
    try:
        return version("arvoverkko")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"


def build_manifest(
    number: int,
    parent: int | None,
    tables: Tables,
    verdicts: Sequence[Verdict],
    read_by: Mapping[str, str | None] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return what a generation of these tables says of itself, and of what became of each source's rows.

    `read_by` is the version of the program that read a source, where it was not this one.
    """
    return {
        "schema": SCHEMA_VERSION,
        "program": program_version(),
        "generation": number,
        "identity": uuid4().hex,
        "parent": parent,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "sources": [
            asdict(verdict.batch.source)
            | {
                "retrieved": verdict.batch.source.retrieved.isoformat(),
                "read": verdict.read,
                "kept": verdict.kept,
                "refused": verdict.refused,
                "set_aside": verdict.set_aside,
                "read_by": read_by.get(verdict.batch.source.id, program_version()),
            }
            for verdict in verdicts
        ],
        "counts": tables.counts(),
        "findings": dict.fromkeys((rule.id for rule in RULES), 0) | check(tables, _STANDING).counts(),
    }


def text_of(manifest: Mapping[str, Any]) -> str:
    """Return a manifest as it is written, with a checksum of itself."""
    return json.dumps({**manifest, "checksum": _checksum(manifest)}, indent=1, ensure_ascii=False) + "\n"


def _checksum(manifest: Mapping[str, Any]) -> str:
    told = {name: value for name, value in manifest.items() if name != "checksum"}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what the generation in a folder says of itself; raises DamagedWorkspace or NewerWorkspace."""
    path = folder / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        schema = int(manifest["schema"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedWorkspace("unreadable", path=str(path), said=str(error)) from error
    if schema > SCHEMA_VERSION:
        raise NewerWorkspace(
            "newer-workspace",
            path=str(folder),
            program=str(manifest.get("program")),
            schema=str(schema),
            most=str(SCHEMA_VERSION),
        )
    if (schema >= 3 or "checksum" in manifest) and _checksum(manifest) != manifest.get("checksum"):
        raise DamagedWorkspace("manifest-changed", path=str(path))
    if missing := _SAID - set(manifest):
        raise DamagedWorkspace("manifest-silent", path=str(path), missing=tuple(sorted(missing)))
    manifest.pop("checksum", None)
    # What was made before generations had an identity is told apart by its words.
    manifest.setdefault("identity", _checksum(manifest)[:32])
    return manifest


def source_of(said: Mapping[str, Any]) -> Source:
    """Return the source of which a manifest says this."""
    names = Source.__dataclass_fields__
    told = {name: value for name, value in said.items() if name in names}
    return Source(**told | {"retrieved": date.fromisoformat(said["retrieved"])})


def sources_of(manifest: Mapping[str, Any]) -> tuple[Source, ...]:
    """Return the sources of a generation."""
    return tuple(map(source_of, manifest["sources"]))


def holds(manifest: Mapping[str, Any], source: Source) -> bool:
    """Return whether this very source, read by this very program, is in the generation."""
    return any(
        said["id"] == source.id and said["sha256"] == source.sha256 and said.get("read_by") == program_version()
        for said in manifest["sources"]
    )


def unknown_source(id: str, manifest: Mapping[str, Any] | None) -> NotFound:
    """Return the error that says which sources there are."""
    known = tuple(source["id"] for source in manifest["sources"]) if manifest else ()
    return NotFound("unknown-source" if known else "no-such-source", source=id, known=known)
