"""The description of HTTP (OpenAPI)."""

from __future__ import annotations

from ontology.texts import LANGUAGES
from ontology.vocabulary import codes, scheme
from tools.differences.answers import CODES
from tools.differences.doors import EMPTY
from tools.rewriting import Added, Difference, Dropped, Listed, Reordered, Valued

#: The places of a schema in the description of HTTP.
_SCHEMAS = "body.components.schemas"

#: The keys that came into the shapes of answers.
_BESIDE = ("taken", "attribute_labels", *(f"{code}_label" for code in CODES))


#: The scheme of what a list is filtered by, by the title of the filter.
_FILTERED = {"Actor Type": "actor-types", "Region Type": "region-types"}


def _codes_and_names(of: str) -> list[str]:
    """Return the codes of a scheme, each with its names in every language behind it."""
    found = scheme(of).concepts.items() if of else ()
    return list(dict.fromkeys(text for code, each in found for text in (code, *each.labels.values())))


#: The description of HTTP.
DESCRIPTION: tuple[Difference, ...] = (
    *(
        Dropped(
            because="addresses of kinds that no source has anything of are not described",
            groups="http-description",
            at="body.paths",
            key=address,
        )
        for plural in EMPTY
        for address in (f"/api/{plural}", f"/api/{plural}/{{id}}")
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
    Added(
        because="what a list may be filtered by is listed: codes, and their names in every language",
        groups="http-description",
        at=("body.paths./api/actors.get.parameters.schema", "body.paths./api/regions.get.parameters.schema"),
        key="enum",
        holds=lambda value, around, _: value == _codes_and_names(_FILTERED.get(around.get("title", ""), "")),
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
    *(
        Added(
            because="what came into answers came into their shapes",
            groups="http-description",
            at=f"{_SCHEMAS}.*.properties",
            key=key,
            holds=lambda value, *_: bool(value["description"]),
        )
        for key in _BESIDE
    ),
    Valued(
        because="what came into answers is always there",
        groups="http-description",
        at=f"{_SCHEMAS}.*.required",
        holds=lambda old, new: old == [key for key in new if key not in _BESIDE],
    ),
    Reordered(
        because="the shape of a list tells the next page last; answers are in their old order",
        groups="http-description",
        at=tuple(
            f"{_SCHEMAS}.{page}.{part}"
            for page in ("PageOfEntities", "PageOfHits")
            for part in ("properties", "required")
        ),
    ),
)
