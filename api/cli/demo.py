"""The demo: the shipped data of East and North Finland loaded, asked and drawn, as a newcomer would do it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path

from api.cli.base import DEFAULT_GRAPH, at, progress_in
from api.cli.printing import print_lines
from api.cli.reports import report_lines
from api.cli.texts import gap_sentence_lines, heading, partner_lines, wrapped
from graph.infographics import FORMS
from graph.knowledge_graph import KnowledgeGraph
from loaders import load
from ontology.metagraph import Kind
from ontology.texts import LANGUAGES, say, show_number
from ontology.vocabulary import name

ACTOR = "act-digipolis"
ASKED = "vc-battery"
DRAWN = ("vc-wood", "vc-battery", "vc-hydrogen")
CLUSTER = "cl-arctic-industry"


def run(out: str, pictures: Path, language: str) -> None:
    """Make the graph at an address, ask it, and draw into a folder."""
    graph = at(out)
    progress = progress_in(language)
    progress("reading")
    batch = load("enf")
    report = graph.replace(batch, progress=progress)
    elsewhere = "" if out == DEFAULT_GRAPH else f" --graph {shlex.quote(out)}"
    spoken = "" if language == "en" else f" --lang {language}"
    print_lines((*report_lines(report, language), *_counts(graph, language)))
    print_lines(
        wrapped(say("cli.findings-short", language, count=sum(report.findings.values()), graph=elsewhere + spoken))
    )
    print_lines(("", *partner_lines(graph.partners(ACTOR, outside="cluster", limit=1).to_dict(language), sources=True)))
    print_lines(("", *gap_sentence_lines(graph.gaps(ASKED).to_dict(language))))
    progress("drawing")
    drawn = list(_draw(graph, pictures, language))
    print_lines(("", *heading(say("cli.pictures", language))))
    print_lines((str(drawn[0]), say("cli.other-pictures", language, count=len(drawn) - 1, folder=pictures)))
    print_lines(("", *heading(say("cli.next", language))))
    print_lines(f"  arvoverkko {asked}{elsewhere}{spoken}" for asked in _NEXT)


_NEXT = (
    'partners "Kemin Digipolis" --sources',
    "gaps vc-wood --region Kainuu",
    "draw vc-hydrogen --out hydrogen.pdf",
    "search lappi",
    "serve",
)


def _counts(graph: KnowledgeGraph, language: str) -> Iterable[str]:
    """How many there are of each kind, in a few lines."""
    counts = graph.counts()
    told = [
        f"{show_number(number, language)} {name(kind, language, 'label' if number == 1 else 'count')}"
        for kind in Kind
        if (number := counts.get(kind, 0))
    ]
    links = sum(number for relation, number in counts.items() if relation not in set(Kind))
    told.append(say("cli.links", language, count=links))
    return wrapped(f"{say('cli.holds', language)}: {', '.join(told)}.")


def _draw(graph: KnowledgeGraph, folder: Path, language: str) -> Iterable[Path]:
    """Infographics in all languages and forms, and two interactive networks; the first is in the reader's language."""
    for chain in DRAWN:
        for tongue in (language, *(other for other in LANGUAGES if other != language)):
            # Laid out once, written three times.
            picture = graph.value_chain(chain).infographic(language=tongue)
            for form in FORMS:
                yield picture.save(folder / f"{chain}-{tongue}.{form}")
    for drawn in (graph.value_chain(DRAWN[0]), graph.cluster(CLUSTER)):
        yield drawn.network(language).save(folder / f"{drawn.id}-{language}.html")
