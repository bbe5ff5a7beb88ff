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
from ontology.texts import say

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

_NOTHING = pl.DataFrame(schema=FOUND)


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
    def shape(self) -> Shape | None:
        """Return the rule as SHACL; None where it is about rows, which RDF does not have."""

    def right(self) -> dict[str, str]:
        """Return what the sentence needs to name what would be right."""
        return {}


class Severity(StrEnum):
    """What follows from breaking a rule."""

    REFUSE = "refuse"  # the row cannot be a fact, and is not loaded
    SET_ASIDE = "set-aside"  # the link waits for its end, and is no fact until it is there
    VIOLATION = "violation"  # the facts stand, and the graph breaks a rule that it was founded on
    WARNING = "warning"  # something worth knowing is missing


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its id, what follows from breaking it, its form; its sentence stands in the catalogues under `rule`.

    The sentence says what is wrong and what would be right. It names neither thing nor value: a finding puts
    them before it, and a SHACL report has them beside it.
    """

    id: str
    severity: Severity
    form: Form

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return what breaks the rule, with `rule`, `severity` and the columns of `FOUND`."""
        return self.form.violations(tables).select(
            pl.lit(self.id).alias("rule"), pl.lit(str(self.severity)).alias("severity"), pl.all()
        )

    def sentence(self, language: str) -> str:
        """Return what is wrong and what would be right."""
        return say(f"rule.{self.id}", language, **self.form.right())


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
            raise ValueError(f"links of {relation} have no class of their own, so no shape can be about them alone")
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


def present(tables: Tables, about: About, *attributes: str) -> Iterator[tuple[Kind | Relation, pl.DataFrame]]:
    """Yield those of `about` that have rows, with the rows; with values for all of the attributes, if any."""
    for kind in about:
        frame = tables.entities.get(kind) if isinstance(kind, Kind) else tables.links.get(kind)
        if frame is not None and frame.height and all(_says(frame, name) for name in attributes):
            yield kind, frame


def _says(frame: pl.DataFrame, name: str) -> bool:
    return name in frame.columns and frame[name].null_count() < frame.height


def focus(kind: Kind | Relation) -> pl.Expr:
    """Return the expression of what names a row: the id of an entity, both ids of a link."""
    if isinstance(kind, Kind):
        return pl.col("id").fill_null("").alias("focus")
    ends = (pl.col(end).fill_null("") for end in ("subject", "object"))
    return pl.concat_str(*ends, separator=ARROW).alias("focus")


def found(
    frame: pl.DataFrame, kind: Kind | Relation, column: str | None = None, value: pl.Expr | None = None
) -> pl.DataFrame:
    """Return rows as findings; the value is that of the column, unless another is given."""
    if not frame.height:  # as a rule there is nothing to find
        return _NOTHING
    if value is None:
        value = pl.lit(None) if column is None else pl.col(column)
    return frame.select(
        pl.lit(str(kind)).alias("kind"),
        focus(kind),
        pl.lit(column, pl.String).alias("column"),
        value.cast(pl.String).alias("value"),
        "record",
        "source",
    )


def together(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return findings as one frame."""
    return pl.concat([_NOTHING, *(part for part in parts if part.height)])


def pairs(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Return all combinations of the values of an entity; two sources may each tell a part of it.

    RDF sees the union of what the sources say, so the columns must be asked in the same way.
    """
    joined = frame.select("id", columns[0]).drop_nulls().unique()
    for column in columns[1:]:
        joined = joined.join(frame.select("id", column).drop_nulls().unique(), on="id")
    return joined


def first_rows(frame: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """Return the first row of each entity in `ids`, a frame with `id` whose other columns come along."""
    own = frame.select("id", "record", "source").join(ids.select("id"), on="id", how="semi")
    return own.unique("id", keep="first", maintain_order=True).join(ids.unique("id"), on="id")
