"""What a load did, what the checks found, and the generations so far: as plain values, and as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from api.cli.texts import heading, table, wrapped
from graph.stores.home import Report
from ontology.metagraph import Kind
from ontology.rules.checks import Findings
from ontology.texts import say, show_date, show_number

#: Refused rows and findings that are printed; JSON has all.
MOST = 50


def refusals(frame: Any, language: str) -> list[dict[str, Any]]:
    """Return refused rows: file, row, column, value, the code of the rule, and why."""
    rows = []
    for row in frame.iter_rows(named=True):
        file, _, place = row["record"].rpartition("#")
        number = place.removeprefix("row=")
        rows.append(
            {
                "record": row["record"],
                "file": file or row["record"],
                "row": int(number) if place != number and number.isdigit() else None,
                "column": row["column"],
                "value": row["value"],
                "code": row["code"],
                "why": row[f"message_{language}"],
            }
        )
    return rows


def refusal_lines(frame: Any, language: str, title: str = "cli.refused") -> Iterable[str]:
    """Return rows that were refused, or that wait, as a table."""
    rows = refusals(frame, language)
    yield from heading(f"{say(title, language)} ({show_number(len(rows), language)})")
    heads = [say(f"cli.{head}", language) for head in ("record", "column", "value", "why")]
    yield from table(heads, [[row["record"], row["column"], row["value"], row["why"]] for row in rows[:MOST]])
    if len(rows) > MOST:
        yield f"… {say('answer.more', language, count=len(rows) - MOST)} (--json)"


def report(done: Report, language: str) -> dict[str, Any]:
    """Return what a load did."""
    return {
        "loaded": True,
        "source": done.source,
        "generation": done.generation,
        "changed": done.changed,
        "read": done.read,
        "kept": done.kept,
        "refused": done.refused,
        "set_aside": done.set_aside,
        "refusals": refusals(done.refusals, language),
        "waiting": refusals(done.waiting, language),
        "counts": done.counts,
        "findings": {rule: found for rule, found in done.findings.items() if found},
    }


def report_lines(done: Report, language: str) -> Iterable[str]:
    """Return what a load did as text: read = kept + refused + set aside, and every row that was not kept."""
    rows = {"read": done.read, "kept": done.kept, "refused": done.refused, "aside": done.set_aside}
    yield say("cli.read", language, source=done.source, **rows)
    yield say("cli.generation" if done.changed else "cli.unchanged", language, number=done.generation)
    for frame, title in ((done.refusals, "cli.refused"), (done.waiting, "cli.waiting")):
        if frame.height:
            yield ""
            yield from refusal_lines(frame, language, title)


def findings(found: Findings, language: str) -> dict[str, Any]:
    """Return what breaks the rules."""
    return {
        "language": language,
        "total": len(found),
        "counts": found.counts(),
        "findings": found.in_language(language).to_dicts(),
    }


def summary(found: Findings, language: str) -> Iterable[str]:
    """Return how many rules hold, and for each that does not, how often and its sentence."""
    counts = found.counts()
    broken = [rule for rule in found.rules if counts[rule.id]]
    if not broken:
        yield say("cli.no-findings", language, rules=len(counts))
        return
    yield say("cli.rules-broken", language, broken=len(broken), rules=len(counts), found=len(found))
    for rule in broken:
        yield from wrapped(f"{show_number(counts[rule.id], language)} × {rule.id}: {rule.sentence(language)}", 2)


def finding_lines(found: Findings, language: str) -> Iterable[str]:
    """Return what breaks the rules as text."""
    yield from heading(say("cli.findings", language))
    yield from summary(found, language)
    rows = found.in_language(language).select("severity", "message", "record").to_dicts()
    if rows:
        yield ""
        heads = ["", say("cli.why", language), say("cli.record", language)]
        shown = [[say(f"severity.{row['severity']}", language), row["message"], row["record"] or ""] for row in rows]
        yield from table(heads, shown[:MOST])
    if len(rows) > MOST:
        yield f"… {say('answer.more', language, count=len(rows) - MOST)} (--json)"


def history_lines(found: Sequence[Mapping[str, Any]], language: str) -> Iterable[str]:
    """Return generations as a table."""
    heads = [say(f"cli.{head}", language) for head in ("number", "created", "entities", "link-count", "sources")]
    kinds = {str(kind) for kind in Kind}
    rows = []
    for manifest in found:
        entities = sum(n for name, n in manifest["counts"].items() if name in kinds)
        links = sum(manifest["counts"].values()) - entities
        rows.append(
            [
                show_number(manifest["generation"], language),
                show_date(datetime.fromisoformat(manifest["created"]).date(), language),
                show_number(entities, language),
                show_number(links, language),
                ", ".join(source["id"] for source in manifest["sources"]),
            ]
        )
    yield from table(heads, rows)
