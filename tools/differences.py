"""The list of differences between the answers of this checkout and those of its parent, each with its reason.

`python -m tools.compare PARENT .` rewrites the parent's answers by this list and demands that they be the new ones
then, to the last byte. A change that changes answers adds a line here, in the part of what it changes; a line that
explains nothing any more is reported, and taken out. When the parent is another one, the list begins anew.

    Renamed(because="an edge names its records", groups="http-partners*", at="*.edges", key="evidence", to="records")
    Added(because="a code has its name beside it", at="*.links", key="role_label")
    Dropped(because="nobody could set it", groups="http-partners*", at="body.wishes", key="page")
    Reworded(because="the glossary says toimija", languages=("fi",), words={"tekijä": "toimija"})
    Reworded(because="roles have names", at="*.role", languages=("fi",), words={"member": "jäsen"}, whole=True)
    Valued(because="the version", groups="http-about", at="body.version")
    Reordered(because="links come by relation", groups="http-entities", at="body.links")
    Relaid(because="rdflib writes Turtle now", forms=("turtle",))
    Quads(because="roles are concepts", added="/vocabulary/roleConcept>")
    Redrawn(because="longer words, other lines", groups="*pictures", languages=("fi",))
    Whole(because="an id is no name", groups="http-by-name", questions="GET /api/actors/*", becomes={"status": 404})

Groups are those that the tool prints; a question is what stands after them in its report (without `lang`, which is the
language). A place is the keys that lead to it, lists passed through: `body.partners.reasons.edges`. Answers without a
language (tables, linked data, `labels` by language) are told by their place instead: `at="*.label_fi"`.
Other differences may open the way for one (`Reworded` before `Relaid`): their order does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ontology.metagraph import KINDS, Kind
from ontology.texts import LANGUAGES, say
from ontology.vocabulary import codes, concept_label, name, role_label
from tools.rewriting import (
    Added,
    Difference,
    Dropped,
    Quads,
    Redrawn,
    Relaid,
    Renamed,
    Reordered,
    Reworded,
    Valued,
    Whole,
)

__all__ = [  # what a list may hold
    "DIFFERENCES",
    "Added",
    "Dropped",
    "Quads",
    "Redrawn",
    "Relaid",
    "Renamed",
    "Reordered",
    "Reworded",
    "Valued",
    "Whole",
]


def _words(value: Any, around: Mapping[str, Any], language: str) -> bool:
    """Whether the words are those of every code among the attributes of an entity, in the language."""
    said = {
        each.name: concept_label(each.scheme, around["attributes"][each.name], language)
        for each in KINDS[Kind(around["kind"])].attributes
        if each.scheme and each.name in around["attributes"]
    }
    return bool(value == said)


#: Tables and RDF.
FACTS: tuple[Difference, ...] = (
    Renamed(
        because="evidence means where a fact stands; the address of its page is a column of its own name",
        groups=("tables", "frames"),
        at=("body.columns", "body.rows"),
        key="evidence",
        to="source_url",
    ),
    Valued(
        because="that column made another format of what is kept",
        groups=("cli-json", "http-about"),
        questions=("history --json", "GET /api/history"),
        at="body.items.schema",
        holds=lambda old, new: (old, new) == (1, 2),
    ),
    Relaid(
        because="an entity is written by the one writer of Turtle that the vocabulary is written by; same triples",
        groups="http-linked-data",
        questions="GET /api/entities/*?format=turtle",
        forms=("turtle",),
    ),
)

#: Partners, gaps, paths, links: JSON by HTTP and on the command line, and frames.
ANSWERS: tuple[Difference, ...] = (
    Added(
        because="the kind of an entity, and of what a link leads to, has its words beside its code",
        at=("body", "body.items", "body.links", "body.rows"),
        key="kind_label",
        holds=lambda value, around, language: value == name(Kind(around["kind"]), language),
    ),
    Added(
        because="attributes whose value is a code have their words beside them",
        at=("body", "body.items"),
        key="attribute_labels",
        holds=_words,
    ),
    Added(
        because="the role in a link, as it is printed in the source, has its words in the reader's language beside it",
        at=("body.links", "body.rows"),
        key="role_label",
        holds=lambda value, around, language: value == (around["role"] and role_label(around["role"], language)),
    ),
    Added(
        because="how a fact is known has its words beside its code",
        at=(
            "body.evidence",
            "*.edges.evidence",
            "*.competences.evidence",
            "*.candidates.evidence",
            "body.links",
            "body.rows",
        ),
        key="method_label",
        holds=lambda value, around, language: value == concept_label("methods", around["method"], language),
    ),
    Added(
        because="the family of a reason has its words beside its code",
        groups=("http-*", "cli-json"),
        at=("body.partners.reasons", "body.unknown.reasons"),
        key="family_label",
        holds=lambda value, around, language: value == say(f"family.{around['family']}", language),
    ),
    Added(
        because="how a stage or a competence is provided for has its words beside its code",
        at=("body.stages", "body.stages.competences", "body.rows"),
        key="status_label",
        holds=lambda value, around, language: (
            value == (around["status"] and say(f"status.{around['status']}", language))
        ),
    ),
    Added(
        because="how a stage is provided for has its words beside its code, in a frame of gaps too",
        groups="frames",
        questions="gaps(*)",
        at="body.rows",
        key="stage_status_label",
        holds=lambda value, around, language: value == say(f"status.{around['stage_status']}", language),
    ),
    *(
        Added(
            because=f"{key} is a column of text where a frame has rows",
            groups="frames",
            at="body.columns",
            key=key,
            holds=lambda value, around, language: value == "String",
        )
        for key in ("kind_label", "role_label", "method_label", "status_label", "stage_status_label")
    ),
    Reworded(
        because="the type of a partner is a code, like every code; its words stand beside it",
        groups=("http-*", "cli-json"),
        at=("body.partners.actor_type", "body.unknown.actor_type"),
        words={concept_label("actor-types", code, each): code for code in codes("actor-types") for each in LANGUAGES},
        whole=True,
    ),
    Added(
        because="the words for the type of a partner, which stood in the place of its code",
        groups=("http-*", "cli-json"),
        at=("body.partners", "body.unknown"),
        key="actor_type_label",
        holds=lambda value, around, language: (
            value == (around["actor_type"] and concept_label("actor-types", around["actor_type"], language))
        ),
    ),
    Added(
        because="an answer says which names it took a part of: none, where ids and whole names are asked for",
        groups=("http-*", "cli-json"),
        at="body",
        key="taken",
        holds=lambda value, *_: value == [],
    ),
    Added(
        because="an answer says which names it took a part of",
        groups="http-by-name",
        questions="GET /api/paths?from=Digipolis&to=ProAgria%20Lapland",
        at="body",
        key="taken",
        holds=lambda value, *_: value == [{"asked": "Digipolis", "id": "act-digipolis", "label": "Kemin Digipolis Oy"}],
    ),
)

#: Words, in any answer.
WORDS: tuple[Difference, ...] = ()

#: What only HTTP or only the command line says: addresses, parameters, refusals, the description.
DOORS: tuple[Difference, ...] = ()

#: Infographics and networks.
PICTURES: tuple[Difference, ...] = ()

DIFFERENCES = (*FACTS, *ANSWERS, *WORDS, *DOORS, *PICTURES)
