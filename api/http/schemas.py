"""The shapes of answers, for the description of the API: those of `graph.shapes`, and those of HTTP alone."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, with_config
from typing_extensions import get_original_bases, is_typeddict

from graph import shapes as shapes  # the routes take them from here, where they are made ready below
from ontology.metagraph import Kind
from ontology.vocabulary import scheme, spellings


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PageOfEntities(shapes.PageOfEntities):
    """One page of a list. `total` counts all that fit; `next` leads on, and is null on the last page."""

    next: str | None


class PageOfHits(shapes.PageOfHits):
    """One page of what a search found, best fits first; `next` leads on, and is null on the last page."""

    next: str | None


def _words() -> dict[str, dict[str, str]]:
    """Return what stands behind each property of the shapes of `graph`, by the name of the shape."""
    classes = [each for each in ast.parse(inspect.getsource(shapes)).body if isinstance(each, ast.ClassDef)]
    return {
        each.name: {
            ast.unparse(named.target): ast.literal_eval(said.value)
            for named, said in pairwise(each.body)
            if isinstance(named, ast.AnnAssign) and isinstance(said, ast.Expr)
        }
        for each in classes
    }


def _described(shape: type, words: Mapping[str, Mapping[str, str]]) -> None:
    """Make a shape ready to be described: it has its properties and no others, and its own words for each of them.

    Done here, since `graph` does not know what describes it; and not by pydantic, which reads the words of a class but
    not of those that it extends.
    """

    def say(schema: dict[str, Any]) -> None:
        for each in _extended(shape):
            for name, said in words.get(each.__name__, {}).items():
                schema["properties"][name]["description"] = said

    with_config(ConfigDict(extra="forbid", json_schema_extra=say))(shape)


def _extended(shape: type) -> Iterator[type]:
    """Yield the shapes that a shape extends, the first one first, and the shape."""
    for base in filter(is_typeddict, get_original_bases(shape)):
        yield from _extended(base)
    yield shape


_said = _words()
for _shape in (PageOfEntities, PageOfHits, *vars(shapes).values()):
    if is_typeddict(_shape):
        _described(_shape, _said)


def code_or_name(scheme_name: str) -> dict[str, Any]:
    """Return the part of a schema that lists the codes of a scheme and their names in every language."""
    concepts = scheme(scheme_name).concepts.items()
    return {
        "enum": list(dict.fromkeys(text for code, concept in concepts for text in (code, *concept.labels.values())))
    }


def kinds_by_name(*kinds: Kind) -> dict[str, Any]:
    """Return the part of a schema that lists the names of kinds, for a parameter that may be repeated."""
    found = dict.fromkeys(text for kind in kinds for text in spellings(kind))
    return {"items": {"type": "string", "enum": list(found)}}


class SourceOfFacts(_Shape):
    """A source of the graph."""

    id: str
    title: str
    publisher: str
    licence: str
    url: str | None
    retrieved: str = Field(description="The day on which the data was taken.")
    sha256: str
    read: int | None = Field(None, description="How many rows were read: kept + refused + set aside.")
    kept: int | None = Field(None, description="How many rows became facts.")
    refused: int | None = Field(None, description="How many rows cannot be facts.")
    set_aside: int | None = Field(None, description="How many rows have a link that waits for its end.")
    read_by: str | None = Field(None, description="The version of the program that read it.")


class About(_Shape):
    """What this server holds, and where to go from here."""

    title: str
    version: str
    generation: int
    name: str = Field(description="The data version as it is printed on pictures.")
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
    """What a data version says of itself."""

    model_config = ConfigDict(extra="allow")

    generation: int
    parent: int | None
    created: str
    sources: list[SourceOfFacts]
    counts: dict[str, int]
    findings: dict[str, int] = Field(description="How often each rule is broken.")


class History(_Shape):
    """The data versions, newest first."""

    total: int
    items: list[GenerationEntry]
