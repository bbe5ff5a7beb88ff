"""The demo: the shipped data of East and North Finland loaded, asked and drawn, as a reader would do it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import polars as pl

from api.cli import reports as loading
from api.cli.base import DEFAULT_GRAPH, progress
from api.cli.texts import gap_lines, heading, partner_lines
from api.words import show_number, word
from graph.infographics import files as drawing
from graph.knowledge_graph import KnowledgeGraph, open_graph
from graph.questions import lists as answers
from loaders import load
from ontology.metagraph import LANGUAGES, Kind
from ontology.rules.checks import check
from ontology.vocabulary import name

ACTOR = "Kemin Digipolis"
ASKED = ("vc-battery", "vc-wood")
DRAWN = ("vc-wood", "vc-battery", "vc-hydrogen")
CLUSTER = "cl-arctic-industry"

#: The type of region that East and North Finland consists of; the others are peers to compare with.
OWN_REGION = "maakunta"


def run(out: str, pictures: Path, language: str) -> None:
    """Make the graph at an address, ask it, and draw into a folder."""
    progress("reading")
    batch = load("enf")
    graph = open_graph(out)
    report = graph.replace(batch, progress=progress)
    _say(loading.report_lines(report, language))
    _say(("", *heading(word("holds", language)), *_counts(graph, language)))
    _say(("", *heading(word("findings", language)), *loading.summary(check(graph.generation.tables), language)))
    wishes: dict[str, Any] = {"outside": answers.outside(("cluster",)), "limit": 3}
    _say(("", *partner_lines(answers.partners(graph, ACTOR, language, wishes))))
    for chain in ASKED:
        _say(("", *gap_lines(graph.gaps(chain).to_dict(language), most=2)))
    _say(("", *heading(word("pictures", language))))
    for path in _draw(graph, pictures, language):
        click.echo(path)
    elsewhere = "" if out == DEFAULT_GRAPH else f" --graph {shlex.quote(out)}"
    _say(("", word("next", language, graph=elsewhere)))


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _counts(graph: KnowledgeGraph, language: str) -> Iterable[str]:
    """How many there are of each kind; of regions, our own and the peers."""
    counts = graph.counts()
    for kind in Kind:
        number = counts.get(kind, 0)
        if kind is Kind.REGION:
            regions = graph.entities(kind)
            own = regions.filter(pl.col("region_type") == OWN_REGION).height
            yield f"  {word('own-regions', language, number=own)}"
            yield f"  {word('peer-regions', language, number=regions.height - own)}"
        elif number:
            yield f"  {show_number(number, language)} {name(kind, language, 'label' if number == 1 else 'count')}"
    links = sum(number for relation, number in counts.items() if relation not in set(Kind))
    yield f"  {word('links', language, number=links)}"


def _draw(graph: KnowledgeGraph, folder: Path, language: str) -> Iterable[Path]:
    """Infographics in all languages and forms, and two interactive networks."""
    for chain in DRAWN:
        progress(f"drawing {chain}")
        for tongue in LANGUAGES:
            # Laid out once, written three times.
            picture = graph.value_chain(chain).infographic(language=tongue)
            for form in ("svg", "png", "pdf"):
                yield drawing.keep(folder / f"{chain}-{tongue}.{form}", drawing.write(picture, form))
    for id in (DRAWN[0], CLUSTER):
        yield drawing.save(graph, id, folder / f"{id}-{language}.html", language)
