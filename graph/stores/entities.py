"""What the graph knows of one id, and where it stands.

An entity that two sources tell of is one entity: each attribute has the first value that a source gives, and every
record is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ontology.facts import in_language
from ontology.metagraph import KINDS, Kind
from ontology.texts import pick
from ontology.vocabulary import concept_label

if TYPE_CHECKING:
    from graph import shapes


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a fact stands: the source, the record in it, and how we know."""

    source: str
    record: str
    method: str
    url: str | None = None
    note: str | None = None

    def to_dict(self, language: str = "en") -> shapes.Evidence:
        """Return it as plain values for JSON."""
        return {
            "source": self.source,
            "record": self.record,
            "method": self.method,
            "method_label": concept_label("methods", self.method, language),
            "url": self.url,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that the graph knows, with what its sources say of it.

    `attributes` holds what the metagraph allows for the kind; texts by language are under `description_en` and
    the like. What is not known is not there.
    """

    id: str
    kind: Kind
    labels: Mapping[str, str]
    attributes: Mapping[str, Any]
    evidence: tuple[Evidence, ...]

    def label(self, language: str = "en") -> str:
        """Return the name in a language, or the nearest that there is: see `label_in`."""
        return self.label_in(language)[0]

    def label_in(self, language: str = "en") -> tuple[str, str]:
        """Return the name and the language that it is in, by the order of falling back; the id where there is none.

        A name may be asked for in any language that data has, such as Sámi, though no sentence is in it.
        """
        return pick(self.labels, language) or (self.id, "und")

    def text(self, attribute: str, language: str) -> tuple[str, str] | None:
        """Return a text by language and the language that it is in, or None where no language has it."""
        return in_language(self.attributes, attribute, language)

    def attribute_labels(self, language: str = "en") -> dict[str, str]:
        """Return the words for those attributes whose value is a code, in the metagraph's order."""
        return {
            attribute.name: concept_label(attribute.scheme, self.attributes[attribute.name], language)
            for attribute in KINDS[self.kind].attributes
            if attribute.scheme and attribute.name in self.attributes
        }

    def __str__(self) -> str:
        return f"{self.label()} ({self.id})"
