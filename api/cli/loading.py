"""Loads a source into a graph and takes one out, before the reader's eyes."""

from __future__ import annotations

from pathlib import Path

from api.cli import reports
from api.cli.base import progress_in
from api.cli.printing import print_json, print_lines
from graph.knowledge_graph import KnowledgeGraph
from loaders.registry import load
from ontology.errors import RefusedRows
from ontology.texts import say


def load_from(
    loader: str, path: Path | None, graph: KnowledgeGraph, language: str, *, strict: bool, force: bool, as_json: bool
) -> None:
    """Load what a loader reads, and say what became of each row that was not kept."""
    progress = progress_in(language)
    progress("reading")
    batch = load(loader, path)
    try:
        report = graph.replace(batch, progress=progress, force=force, strict=strict)
    except RefusedRows as error:
        if as_json:
            print_json({"loaded": False, "refusals": reports.refusals(error.refusals, language)})
        else:
            print_lines(reports.refusal_lines(error.refusals, language))
        raise
    if as_json:
        print_json(reports.report(report, language))
    else:
        print_lines(reports.report_lines(report, language))


def take_out(source: str, graph: KnowledgeGraph, language: str, *, as_json: bool) -> None:
    """Take a source out, and say which data version is current then."""
    report = graph.remove(source, progress=progress_in(language))
    if as_json:
        print_json({"removed": source, "generation": report.generation, "counts": report.counts})
    else:
        print_lines((say("cli.removed", language, source=source, number=report.generation),))
