"""The shapes of answers, for the description of the API: those of `graph.shapes`, and those of HTTP alone."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, with_config
from typing_extensions import is_typeddict

from graph import shapes as shapes  # the routes take them from here, where they are made ready below
from ontology.metagraph import Kind
from ontology.vocabulary import names, scheme


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PageOfEntities(shapes.PageOfEntities):
    """One page of a list. `total` counts all that fit; `next` leads on, and is null on the last page."""

    next: str | None


class PageOfHits(shapes.PageOfHits):
    """One page of what a search found, best fits first; `next` leads on, and is null on the last page."""

    next: str | None


# An answer has what its shape has and nothing else, and the shape's own words describe it. Set here, since `graph`
# does not know what describes it.
for _shape in (PageOfEntities, PageOfHits, *vars(shapes).values()):
    if is_typeddict(_shape):
        with_config(ConfigDict(extra="forbid", use_attribute_docstrings=True))(_shape)


def code_or_name(scheme_name: str) -> dict[str, Any]:
    """Return the part of a schema that lists the codes of a scheme and their names in every language."""
    concepts = scheme(scheme_name).concepts.items()
    return {
        "enum": list(dict.fromkeys(text for code, concept in concepts for text in (code, *concept.labels.values())))
    }


def kinds_by_name(*kinds: Kind) -> dict[str, Any]:
    """Return the part of a schema that lists the names of kinds, for a parameter that may be repeated."""
    found = [text for kind in kinds for text in (kind, *names(kind).values(), *names(kind, "plural").values())]
    return {"items": {"type": "string", "enum": list(dict.fromkeys(found))}}


class SourceOfFacts(_Shape):
    """A source of the graph."""

    id: str
    title: str
    publisher: str
    licence: str
    url: str | None
    retrieved: str = Field(description="The day on which the data was taken.")
    sha256: str


class About(_Shape):
    """What this server holds, and where to go from here."""

    title: str
    version: str
    generation: int
    name: str = Field(description="The generation as it is printed on pictures.")
    created: str
    counts: dict[str, int]
    sources: list[SourceOfFacts]
    licences: list[str]
    languages: list[str]
    links: dict[str, str]


class Health(_Shape):
    """Whether the graph can be read."""

    status: Literal["ok"]
    generation: int


class ProblemType(_Shape):
    """A type of problem."""

    type: str
    title: str
    status: int


class GenerationEntry(BaseModel):
    """What a generation says of itself."""

    model_config = ConfigDict(extra="allow")

    generation: int
    parent: int | None
    created: str
    sources: list[SourceOfFacts]
    counts: dict[str, int]
    findings: dict[str, int] = Field(description="How often each rule is broken.")


class History(_Shape):
    """The generations, newest first."""

    total: int
    items: list[GenerationEntry]
