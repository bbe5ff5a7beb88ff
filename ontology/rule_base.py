"""What every form of rule is made of: what it finds, as columns, and how it is published, as SHACL."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from ontology.facts import Tables, entity_attributes, link_attributes
from ontology.metagraph import KINDS, RELATIONS, Attribute, Kind, Relation

About = tuple[Kind | Relation, ...]

ALL_KINDS: tuple[Kind, ...] = tuple(Kind)
ALL_RELATIONS: tuple[Relation, ...] = tuple(Relation)

#: Stands between the two ends of a link in its focus; no id has it.
ARROW = "→"

#: What a form of rule finds: which thing, in which column, what stands there and where it was read.
FOUND = {
    "kind": pl.String(),
    "focus": pl.String(),
    "column": pl.String(),
    "value": pl.String(),
    "record": pl.String(),
    "source": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A form of rule in SHACL: a node or a property shape, its targets, and the rest as Turtle.

    The targets are classes; or, with `targets_are` set so, properties whose subjects are meant.
    """

    type: str
    targets: tuple[str, ...]
    body: tuple[str, ...]
    targets_are: str = "sh:targetClass"


class Form(ABC):
    """One form of rule; the same declaration is asked of columns and published as SHACL."""

    __slots__ = ()

    @abstractmethod
    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return what breaks the rule, with the columns of `FOUND`."""

    @abstractmethod
    def shape(self) -> Shape:
        """Return the rule as SHACL."""


class Severity(StrEnum):
    """What follows from breaking a rule."""

    REFUSE = "refuse"  # the row cannot be a fact, and is not loaded
    VIOLATION = "violation"  # the facts stand, and the graph breaks a rule that it was founded on
    WARNING = "warning"  # something worth knowing is missing


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its id, what follows from breaking it, its form, and a sentence in three languages.

    The sentence says what is wrong and what would be right. It names neither thing nor value: a finding puts
    them before it, and a SHACL report has them beside it.
    """

    id: str
    severity: Severity
    form: Form
    fi: str
    en: str
    sv: str

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return what breaks the rule, with `rule`, `severity` and the columns of `FOUND`."""
        return self.form.violations(tables).select(
            pl.lit(self.id).alias("rule"), pl.lit(str(self.severity)).alias("severity"), pl.all()
        )

    def messages(self) -> dict[str, str]:
        """Return the sentence by language."""
        return {"fi": self.fi, "en": self.en, "sv": self.sv}


def said_of(kind: Kind | Relation) -> tuple[Attribute, ...]:
    """Return the attributes of a kind or of a relation, provenance included."""
    return entity_attributes(kind) if isinstance(kind, Kind) else link_attributes(kind)


def term(about: About, attribute: str) -> str:
    """Return the RDF term of an attribute; all that the rule is about must publish it by the same one."""
    terms = {own.term for kind in about for own in said_of(kind) if own.name == attribute}
    if len(terms) != 1:
        raise ValueError(f"{attribute} of {', '.join(about)} has the terms {sorted(terms)}; a rule needs one")
    return terms.pop()


def path(terms: Iterable[str]) -> str:
    """Return a SHACL path that leads along any of these terms.

    >>> path(["av:levelMin", "av:levelMax"])
    '[ sh:alternativePath ( av:levelMax av:levelMin ) ]'
    """
    unique = sorted(set(terms))
    return unique[0] if len(unique) == 1 else f"[ sh:alternativePath ( {' '.join(unique)} ) ]"


def targets(about: About) -> tuple[str, ...]:
    """Return the classes whose instances a rule is about."""
    relations = [kind for kind in about if isinstance(kind, Relation)]
    every = set(relations) == set(ALL_RELATIONS)
    classes = [KINDS[kind].term for kind in about if isinstance(kind, Kind)]
    for relation in relations if not every else ():
        own = RELATIONS[relation].link_class
        if own == "av:Link":
            raise ValueError(
                f"links of {relation} have no class of their own, so no shape can be about them alone"
            )
        classes.append(own)
    return (*classes, "av:Link") if every else tuple(classes)


def text(value: str) -> str:
    """Return a Turtle string; JSON escapes the same characters in the same way."""
    return json.dumps(value, ensure_ascii=False)


def sparql(where: str) -> str:
    """Return a SPARQL constraint that finds `$this` where the pattern holds."""
    lines = "\n        ".join(line.strip() for line in where.strip().splitlines())
    select = f"SELECT DISTINCT $this WHERE {{\n        {lines}\n    }}".replace("\\", "\\\\")
    return f'sh:sparql [ sh:prefixes av:shapes ; sh:select """{select}""" ]'


def rows(tables: Tables, kind: Kind | Relation) -> pl.DataFrame:
    """Return the rows of a kind or relation with `focus`, which names the entity or the link."""
    if isinstance(kind, Kind):
        return tables.entity(kind).with_columns(focus=pl.col("id"))
    return tables.link(kind).with_columns(focus=pl.concat_str("subject", pl.lit(ARROW), "object"))


def present(tables: Tables, about: About) -> Iterator[tuple[Kind | Relation, pl.DataFrame]]:
    """Yield those of `about` that have rows, with the rows."""
    for kind in about:
        if kind in tables.entities or kind in tables.links:
            yield kind, rows(tables, kind)


def found(
    frame: pl.DataFrame, kind: Kind | Relation, column: str | None = None, value: pl.Expr | None = None
) -> pl.DataFrame:
    """Return rows as findings; the value is that of the column, unless another is given."""
    if value is None:
        value = pl.lit(None) if column is None else pl.col(column)
    return frame.select(
        pl.lit(str(kind)).alias("kind"),
        "focus",
        pl.lit(column, pl.String).alias("column"),
        value.cast(pl.String).alias("value"),
        "record",
        "source",
    )


def together(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return findings as one frame."""
    return pl.concat([pl.DataFrame(schema=FOUND), *parts])


def pairs(frame: pl.DataFrame, key: str, *columns: str) -> pl.DataFrame:
    """Return all combinations of the values of an entity; two sources may each tell a part of it.

    RDF sees the union of what the sources say, so the columns must be asked in the same way.
    """
    joined = frame.select(key, columns[0]).drop_nulls().unique()
    for column in columns[1:]:
        joined = joined.join(frame.select(key, column).drop_nulls().unique(), on=key)
    return joined


def first_rows(frame: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """Return the first row of each entity in `ids`, a frame with `focus` whose other columns come along."""
    own = frame.select("focus", "record", "source").unique("focus", keep="first", maintain_order=True)
    return own.join(ids.unique("focus"), on="focus")
