"""The description of HTTP (OpenAPI)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ontology.metagraph import Kind
from ontology.texts import LANGUAGES
from ontology.vocabulary import codes, names, scheme
from tools.differences.answers import CODES
from tools.differences.doors import EMPTY
from tools.rewriting import Added, Difference, Dropped, Listed, Renamed, Reordered, Reworded, Valued

#: The places of a schema in the description of HTTP.
_SCHEMAS = "body.components.schemas"

#: The keys that came into the shapes of answers.
_BESIDE = ("taken", "attribute_labels", "region_label", *(f"{code}_label" for code in CODES if code != "stage_status"))


def _codes_and_names(of: str) -> list[str]:
    """Return the codes of a scheme, each with its names in every language behind it."""
    found = scheme(of).concepts.items()
    return list(dict.fromkeys(text for code, each in found for text in (code, *each.labels.values())))


def _kinds_and_names(kinds: Iterable[Kind]) -> dict[str, Any]:
    """Return what an entry of a list of kinds may be: each kind with its names in every language behind it."""
    found = [text for kind in kinds for text in (kind, *names(kind).values(), *names(kind, "plural").values())]
    return {"type": "string", "enum": list(dict.fromkeys(found))}


#: The description of HTTP.
DESCRIPTION: tuple[Difference, ...] = (
    Dropped(
        because="addresses of kinds that no source has anything of are not described",
        groups="http-description",
        at="body.paths",
        key=tuple(address for plural in EMPTY for address in (f"/api/{plural}", f"/api/{plural}/{{id}}")),
    ),
    Listed(
        because="an infographic has one page, so nobody can ask for another",
        groups="http-description",
        at="body.paths./api/value-chains/{id}/infographic*.get.parameters",
        gone=lambda each: each["name"] == "page",
    ),
    Dropped(
        because="languages are listed beside what a parameter may be, as codes and names are",
        groups="http-description",
        at="body.paths.*.parameters.schema.anyOf",
        key="enum",
    ),
    Added(
        because="languages are listed beside what a parameter may be",
        groups="http-description",
        at="body.paths.*.parameters.schema",
        key="enum",
        holds=lambda value, *_: value == list(LANGUAGES),
    ),
    *(
        Added(
            because=f"what {plural} may be filtered by is listed: codes, and their names in every language",
            groups="http-description",
            at=f"body.paths./api/{plural}.get.parameters.schema",
            key="enum",
            holds=lambda value, _, __, of=of: value == _codes_and_names(of),  # type: ignore[misc]
        )
        for plural, of in (("actors", "actor-types"), ("regions", "region-types"))
    ),
    Valued(
        because="the type of a partner may be asked for by its name, as in a list",
        groups="http-description",
        at="body.paths./api/actors/{id}/partners.get.parameters.schema.enum",
        holds=lambda old, new: set(old) == codes("actor-types") and new == _codes_and_names("actor-types"),
    ),
    Added(
        because="each property of a shape is described where it is declared",
        groups="http-description",
        at=f"{_SCHEMAS}.*.properties.*",
        key="description",
    ),
    Added(
        because="what came into answers came into their shapes",
        groups="http-description",
        at=f"{_SCHEMAS}.*.properties",
        key=_BESIDE,
        holds=lambda value, *_: bool(value["description"]),
    ),
    Valued(
        because="what came into answers is always there; in which order that is said has no meaning",
        groups="http-description",
        at=f"{_SCHEMAS}.*.required",
        holds=lambda old, new: sorted(old) == sorted(key for key in new if key not in _BESIDE),
    ),
    Reordered(
        because="the shape of a page tells first what it shares with others; answers are in their old order",
        groups="http-description",
        at=tuple(f"{_SCHEMAS}.{shape}.properties" for shape in ("PageOfEntities", "PageOfHits")),
    ),
    *(
        Dropped(
            because=f"the names of kinds are listed beside what {parameter} may be, as codes and names are",
            groups="http-description",
            at=f"body.paths.{address}.get.parameters.schema.anyOf.items",
            key=key,
        )
        for parameter, address, key in (
            ("`outside`", "/api/actors/{id}/partners", "enum"),
            ("`kind`", "/api/search", "$ref"),
        )
    ),
    Added(
        because="a kind may be asked for by its name",
        groups="http-description",
        at="body.paths./api/search.get.parameters.schema.anyOf.items",
        key="type",
        holds=lambda value, *_: value == "string",
    ),
    *(
        Added(
            because=f"the names of kinds are listed beside what {parameter} may be",
            groups="http-description",
            at=f"body.paths.{address}.get.parameters.schema",
            key="items",
            holds=lambda value, _, __, kinds=kinds: value == _kinds_and_names(kinds),  # type: ignore[misc]
        )
        for parameter, address, kinds in (
            ("`outside`", "/api/actors/{id}/partners", (Kind.CLUSTER, Kind.REGION)),
            ("`kind`", "/api/search", tuple(Kind)),
        )
    ),
    Reworded(
        because="an address takes an id, a filter names too; a server has a language; what was meant is suggested",
        groups="http-description",
        at="body.paths.*.description",
        words={
            "Nothing has this id or name; `suggestions` are the nearest names.": (
                "Nothing has this id or name; `suggestions` are what was perhaps meant."
            ),
            "The actor's id or name.": "The actor's id.",
            "The cluster's id or name.": "The cluster's id.",
            "The value chain's id or name.": "The value chain's id.",
            "Its id or name.": "Its id; it may contain : and /.",
            "All that is known of it; by id, or by a name that is not ambiguous.": (
                "All that is known of it; a name is looked up by the list's `name`."
            ),
            "The language of names and sentences; else Accept-Language, else English.": (
                "The language of names and sentences; else Accept-Language, else the server's own."
            ),
            "Only these kinds; may be repeated.": "Only these kinds, such as Actor or toimijat; may be repeated.",
            "Only this type, by its code.": "Only this type, by its code or its name in any language.",
            "Only this type of actor, by its code.": (
                "Only this type of actor, by its code or its name in any language."
            ),
            "Only this type of region, by its code.": (
                "Only this type of region, by its code or its name in any language."
            ),
        },
        whole=True,
    ),
    Valued(
        because="an id in an address is an id, so no name is an example",
        groups="http-description",
        at="body.paths./api/actors/{id}/partners.get.parameters.schema.examples",
        holds=lambda old, new: (old, new) == (["act-digipolis", "Digipolis"], ["act-digipolis"]),
    ),
    Dropped(
        because="examples of ids, names, sources and records stand in the words that describe them",
        groups="http-description",
        at=tuple(
            f"{_SCHEMAS}.{of}"
            for of in (
                "Evidence.properties.source",
                "Evidence.properties.record",
                "Named.properties.id",
                "Named.properties.label",
                "Party.properties.id",
                "Party.properties.label",
            )
        ),
        key="examples",
    ),
    Reworded(
        because="those examples; and each thing is described where it stands",
        groups="http-description",
        at=f"{_SCHEMAS}.*.description",
        words={
            "The id of the source.": "The id of the source, such as enf.",
            "Where in the source it was read.": "Where in the source it was read, such as actors.csv#row=32.",
            "Who works in a stage; `through` are the platforms, for who is there only by those that it operates.": (
                "Who works in a stage."
            ),
            "One page of what a search found, best fits first.": (
                "One page of what a search found, best fits first; `next` leads on, and is null on the last page."
            ),
            "The nearest names.": "What was perhaps meant.",
        },
        whole=True,
    ),
    *(
        Valued(
            because=f"{what} is a shape of its own, which others name",
            groups="http-description",
            at=places,
            holds=lambda old, new, what=what, values=values: (  # type: ignore[misc]
                old.get("enum") == values and new.get("$ref") == f"#/components/schemas/{what}"
            ),
        )
        for what, values, places in (
            (
                "Status",
                ["covered", "one_actor", "no_actor", "no_data"],
                tuple(f"{_SCHEMAS}.{of}.properties.status" for of in ("GapOfCompetence", "GapsOfStage")),
            ),
            (
                "Family",
                ["complementarity", "similarity", "proximity"],
                (
                    f"{_SCHEMAS}.Reason.properties.family",
                    f"{_SCHEMAS}.Partner.properties.parts.propertyNames",
                    f"{_SCHEMAS}.Partners.properties.weights.propertyNames",
                ),
            ),
        )
    ),
    *(
        Added(
            because=f"{key} is a shape that others name",
            groups="http-description",
            at=_SCHEMAS,
            key=key,
            holds=lambda value, _, __, holds=holds: holds(value),  # type: ignore[misc]
        )
        for key, holds in (
            ("Status", lambda value: value["enum"] == ["covered", "one_actor", "no_actor", "no_data"]),
            ("Family", lambda value: value["enum"] == ["complementarity", "similarity", "proximity"]),
            ("Taken", lambda value: value["required"] == ["id", "label", "asked"]),
        )
    ),
    Renamed(
        because="what was wished is another shape than what may be wished",
        groups="http-description",
        at=_SCHEMAS,
        key="Wishes",
        to="Wished",
    ),
    Reworded(
        because="what was wished is another shape than what may be wished",
        groups="http-description",
        at=(f"{_SCHEMAS}.Wished.*", f"{_SCHEMAS}.Partners.properties.wishes.$ref"),
        words={
            "Wishes": "Wished",
            "#/components/schemas/Wishes": "#/components/schemas/Wished",
            "What was asked for.": "What was asked for, as it was understood: a region by its id, a type by its code.",
        },
        whole=True,
    ),
    Dropped(
        because="the language of an answer is a text in the shape of a list, as it was in all other answers",
        groups="http-description",
        at=tuple(f"{_SCHEMAS}.{page}.properties.language" for page in ("PageOfEntities", "PageOfHits")),
        key="enum",
    ),
    Reordered(
        because="what is there when a name is ambiguous is described as what is suggested, in another order",
        groups="http-description",
        at=f"{_SCHEMAS}.Problem.properties.candidates",
    ),
    Valued(
        because="what was perhaps meant is told by id and label",
        groups="http-description",
        at=f"{_SCHEMAS}.Problem.properties.suggestions.items",
        holds=lambda old, new: old == {"type": "string"} and new["required"] == ["id", "label"],
    ),
)
