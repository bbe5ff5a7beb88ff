"""Partners, gaps, paths, links: JSON by HTTP and on the command line, and frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ontology.metagraph import KINDS, Kind
from ontology.texts import LANGUAGES, say
from ontology.vocabulary import codes, concept_label, name, role_label
from tools.rewriting import Added, Difference, Reworded, Tree, Whole

#: The codes of answers that have their words beside them now.
CODES = ("kind", "role", "method", "status", "stage_status", "family", "actor_type")

#: The regions that partners are asked for in, by their names.
_REGIONS = {"reg-lappi": {"fi": "Lappi", "en": "Lapland", "sv": "Lappland"}}


def _words(value: Any, around: Mapping[str, Any], language: str) -> bool:
    """Whether the words are those of every code among the attributes of an entity, in the language."""
    said = {
        each.name: concept_label(each.scheme, around["attributes"][each.name], language)
        for each in KINDS[Kind(around["kind"])].attributes
        if each.scheme and each.name in around["attributes"]
    }
    return bool(value == said)


def _takes_in_parts(old: Tree, new: Tree, language: str) -> bool:
    """Whether gaps differ only in who is there and what follows from it; and nobody is there no longer."""
    stages = list(zip(old["body"]["stages"], new["body"]["stages"], strict=True))
    return _but_for_who(old) == _but_for_who(new) and all(
        party in other["parties"] for one, other in stages for party in one["parties"]
    )


def _but_for_who(value: Any) -> Any:
    """Return gaps without who is there, what follows from it, and what is said beside codes now."""
    follows = ("counts", "parties", "status", "status_label", "reason", "why", "holders", "method_label", "taken")
    if isinstance(value, dict):
        kept = value.items() if "layout" in value else [each for each in value.items() if each[0] not in follows]
        return [(key, _but_for_who(each)) for key, each in kept]
    return [_but_for_who(each) for each in value] if isinstance(value, list) else value


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
    Added(
        because="these words are columns of text where a frame has rows",
        groups="frames",
        at="body.columns",
        key=tuple(f"{code}_label" for code in CODES if code not in ("family", "actor_type")),
        holds=lambda value, *_: value == "String",
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
        because="what was wished has its words beside its codes",
        groups=("http-*", "cli-json"),
        at="body.wishes",
        key="actor_type_label",
        holds=lambda value, around, language: (
            value == (around["actor_type"] and concept_label("actor-types", around["actor_type"], language))
        ),
    ),
    Added(
        because="the region that was wished has its name beside its id",
        groups=("http-*", "cli-json"),
        at="body.wishes",
        key="region_label",
        holds=lambda value, around, language: value == (around["region"] and _REGIONS[around["region"]][language]),
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
        groups=("http-by-name", "http-lists"),
        questions=("GET /api/paths?from=Digipolis&to=ProAgria%20Lapland", "GET /api/actors?name=Digipolis"),
        at="body",
        key="taken",
        holds=lambda value, *_: value == [{"asked": "Digipolis", "id": "act-digipolis", "label": "Kemin Digipolis Oy"}],
    ),
    Whole(
        because="who is in a part of a region is in the region: the gaps of all of East and North Finland are its own",
        groups="http-gaps",
        questions="GET /api/value-chains/*/gaps?region=pr-east-north-finland",
        becomes={"status": 200},
        holds=_takes_in_parts,
    ),
)
