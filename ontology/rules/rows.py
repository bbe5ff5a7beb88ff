"""Forms of rule about what an entity or a link says of itself: a value is there, in range, in its scheme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from ontology.facts import Tables, columns
from ontology.metagraph import Attribute, Kind, Relation, Value
from ontology.prefixes import (
    ABSOLUTE_PATTERN,
    DOC_PATTERN,
    ID_PATTERN,
    IRI_PATTERN,
    LINK_PATTERN,
    OURS,
    PREFIXES,
    TEXT_PATTERN,
)
from ontology.rules.base import (
    ALL_KINDS,
    About,
    Form,
    Shape,
    first_rows,
    found,
    pairs,
    path,
    present,
    said_of,
    sparql,
    targets,
    term,
    text,
    together,
)
from ontology.vocabulary import codes, concept_iri, scheme

#: The weights of the seven digits of a Finnish business id (Y-tunnus); with its check digit, weighing 1, the
#: weighted sum is divisible by 11.
BUSINESS_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)
#: Years, months and days that there are; 29 February in leap years only.
DATE_PATTERN = (
    "^([0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8]))?|-(0[13-9]|1[0-2])-(29|30)|-(0[13578]|1[02])-31)?"
    "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$"
)

#: A NUTS code: the country's two letters and up to three more characters, one a level.
NUTS_PATTERN = "^[A-Z]{2}[0-9A-Z]{0,3}$"

_TEXTS = (Value.TEXT, Value.TEXT_BY_LANGUAGE, Value.ROLE)
_BUSINESS_ID = "^[0-9]{7}-[0-9]$"


def _paths(about: About, attributes: tuple[str, ...]) -> str:
    return path(own.term for kind in about for own in said_of(kind) if own.name in attributes)


def _where(tables: Tables, about: About, attributes: tuple[str, ...], bad: Callable[[str], pl.Expr]) -> pl.DataFrame:
    """Return the rows for which what is bad of an attribute's column holds, attribute by attribute."""
    return together(
        found(frame.filter(bad(name)), kind, name)
        for name in attributes
        for kind, frame in present(tables, about, name)
    )


@dataclass(frozen=True, slots=True)
class Required(Form):
    """Everything of these kinds has a value for the attribute; a text is enough in one language."""

    about: About
    attribute: str

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return what has no value."""
        return together(self._missing(kind, frame) for kind, frame in present(tables, self.about))

    def _missing(self, kind: Kind | Relation, frame: pl.DataFrame) -> pl.DataFrame:
        own = columns([a for a in said_of(kind) if a.name == self.attribute], frame.columns)
        empty = pl.all_horizontal([pl.col(column).is_null() for column in own]) if own else pl.lit(True)
        if isinstance(kind, Kind):  # one source may say what another leaves out
            said = frame.filter(~empty).select("id")
            frame = frame.filter(empty).join(said, on="id", how="anti", maintain_order="left")
            frame = frame.unique("id", keep="first", maintain_order=True)
        else:
            frame = frame.filter(empty)
        return found(frame, kind, self.attribute, pl.lit(None))

    def shape(self) -> Shape:
        """Return a property shape with a count."""
        return Shape(
            "sh:PropertyShape",
            targets(self.about),
            (f"sh:path {term(self.about, self.attribute)}", "sh:minCount 1"),
        )


@dataclass(frozen=True, slots=True)
class InRange(Form):
    """The numbers lie between two bounds, both of them allowed; None is no bound."""

    about: About
    attributes: tuple[str, ...]
    low: int | None = None
    high: int | None = None

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return what lies outside."""
        return _where(tables, self.about, self.attributes, self._outside)

    def _outside(self, name: str) -> pl.Expr:
        outside = pl.lit(False)
        if self.low is not None:
            outside |= pl.col(name) < self.low
        if self.high is not None:
            outside |= pl.col(name) > self.high
        return outside | pl.col(name).cast(pl.Float64).is_nan()  # no number is in no range

    def shape(self) -> Shape:
        """Return a property shape with bounds."""
        bounds = {"sh:minInclusive": self.low, "sh:maxInclusive": self.high}
        body = [f"{word} {bound}" for word, bound in bounds.items() if bound is not None]
        return Shape("sh:PropertyShape", targets(self.about), (f"sh:path {_paths(self.about, self.attributes)}", *body))


@dataclass(frozen=True, slots=True)
class Ordered(Form):
    """The first attribute is at most the second; dates of unlike precision are compared as far as both go."""

    about: About
    low: str
    high: str

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return what has its ends swapped."""
        both = present(tables, self.about, self.low, self.high)
        return together(self._swapped(kind, frame) for kind, frame in both)

    def _swapped(self, kind: Kind | Relation, frame: pl.DataFrame) -> pl.DataFrame:
        wrong, value = self._wrong(), pl.concat_str(self.low, pl.lit("–"), self.high)
        if isinstance(kind, Relation):
            return found(frame.filter(wrong), kind, self.low, value)
        swapped = pairs(frame, self.low, self.high).filter(wrong).sort(self.low, self.high)
        swapped = swapped.select("id", swapped=value).unique("id", keep="first", maintain_order=True)
        return found(first_rows(frame, swapped), kind, self.low, pl.col("swapped"))

    def _wrong(self) -> pl.Expr:
        if not self._dates:
            return pl.col(self.low) > pl.col(self.high)
        common = pl.min_horizontal(pl.col(self.low).str.len_chars(), pl.col(self.high).str.len_chars())
        return pl.col(self.low).str.slice(0, common) > pl.col(self.high).str.slice(0, common)

    @property
    def _dates(self) -> bool:
        return any(a.value is Value.DATE for kind in self.about for a in said_of(kind) if a.name == self.low)

    def shape(self) -> Shape:
        """Return SHACL's own comparison, or a query where dates have unlike precision."""
        low, high = term(self.about, self.low), term(self.about, self.high)
        if not self._dates:
            body: tuple[str, ...] = (f"sh:path {low}", f"sh:lessThanOrEquals {high}")
            return Shape("sh:PropertyShape", targets(self.about), body)
        query = f"""
            $this {low} ?low ; {high} ?high .
            BIND(STR(?low) AS ?from) BIND(STR(?high) AS ?to)
            BIND(IF(STRLEN(?from) < STRLEN(?to), STRLEN(?from), STRLEN(?to)) AS ?common)
            FILTER(SUBSTR(?from, 1, ?common) > SUBSTR(?to, 1, ?common))
        """
        # A query is asked of one node at a time, so it is asked of those only that say something.
        return Shape("sh:NodeShape", (low,), (sparql(query),), "sh:targetSubjectsOf")


@dataclass(frozen=True, slots=True)
class InScheme(Form):
    """The code is one of a closed scheme."""

    about: About
    attribute: str
    scheme: str

    def right(self) -> dict[str, str]:
        """Return the codes that there are."""
        return {"known": ", ".join(scheme(self.scheme).concepts)}

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the codes that the scheme does not have."""
        known = sorted(codes(self.scheme))
        return together(
            found(frame.filter(~pl.col(self.attribute).is_in(known)), kind, self.attribute)
            for kind, frame in present(tables, self.about, self.attribute)
        )

    def shape(self) -> Shape:
        """Return a property shape that lists the concepts, so that no scheme is needed beside the data."""
        listed = " ".join(f"<{concept_iri(self.scheme, code)}>" for code in sorted(codes(self.scheme)))
        return Shape(
            "sh:PropertyShape",
            targets(self.about),
            (f"sh:path {term(self.about, self.attribute)}", f"sh:in ( {listed} )"),
        )


@dataclass(frozen=True, slots=True)
class Matches(Form):
    """The text has this form; Rust, Python and XPath must read the pattern alike: no look-ahead in it."""

    about: About
    attributes: tuple[str, ...]
    pattern: str

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the texts of another form."""
        return _where(tables, self.about, self.attributes, lambda name: ~pl.col(name).str.contains(self.pattern))

    def shape(self) -> Shape:
        """Return a property shape with the pattern."""
        return Shape(
            "sh:PropertyShape",
            targets(self.about),
            (f"sh:path {_paths(self.about, self.attributes)}", f"sh:pattern {text(self.pattern)}"),
        )


@dataclass(frozen=True, slots=True)
class Finite(Form):
    """The numbers are numbers: neither without end nor the result of a division by nought."""

    about: About
    attributes: tuple[str, ...]

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return what is no finite number."""
        return _where(tables, self.about, self.attributes, lambda name: ~pl.col(name).is_finite())

    def shape(self) -> Shape:
        """Return a property shape with a pattern: of letters, a finite number has that of its exponent only."""
        return Shape(
            "sh:PropertyShape",
            targets(self.about),
            (f"sh:path {_paths(self.about, self.attributes)}", f"sh:pattern {text('^[0-9.eE+-]+$')}"),
        )


@dataclass(frozen=True, slots=True)
class Texts(Form):
    """The texts have only characters that every format of answers can carry; a record is escaped as an IRI is."""

    about: About

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the texts with other characters."""
        return together(
            found(frame.filter(~pl.col(column).str.contains(TEXT_PATTERN)), kind, column)
            for kind, frame in present(tables, self.about)
            for column in columns(self._said(kind), frame.columns)
        )

    def _said(self, kind: Kind | Relation) -> list[Attribute]:
        return [own for own in said_of(kind) if own.value in _TEXTS and own.name != "record"]

    def shape(self) -> Shape:
        """Return a property shape with the pattern."""
        terms = (own.term for kind in self.about for own in self._said(kind))
        return Shape(
            "sh:PropertyShape", targets(self.about), (f"sh:path {path(terms)}", f"sh:pattern {text(TEXT_PATTERN)}")
        )


@dataclass(frozen=True, slots=True)
class WellFormedId(Form):
    """The id of every entity can stand in an IRI unchanged, and is one if it begins so."""

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the ids that would need escaping, and those that are no IRI or one of ours."""
        id = pl.col("id")
        absolute = id.str.contains(IRI_PATTERN) & ~id.str.starts_with(OURS)
        sound = id.str.contains(ID_PATTERN) & (absolute | ~id.str.contains(ABSOLUTE_PATTERN))
        return together(
            found(frame.filter(~sound.fill_null(False)), kind, "id") for kind, frame in present(tables, ALL_KINDS)
        )

    def shape(self) -> Shape:
        """Return a node shape with patterns on the IRI: its characters, its parts, and how our part begins."""
        ours = PREFIXES["avid"].replace(".", r"\.")
        return Shape(
            "sh:NodeShape",
            targets(ALL_KINDS),
            (
                f"sh:pattern {text(ID_PATTERN)}",
                f"sh:and ( [ sh:pattern {text(IRI_PATTERN)} ] )",
                f"sh:not [ sh:pattern {text(f'^{ours}([^A-Za-z0-9]|$)')} ]",
            ),
        )


@dataclass(frozen=True, slots=True)
class Address(Form):
    """The address is an IRI that RDF can carry: http, https or urn, or `doc:` for a document known by name only."""

    about: About
    attributes: tuple[str, ...]

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return what is no address, and what would be taken for an id of ours."""
        return _where(tables, self.about, self.attributes, lambda name: ~self._sound(pl.col(name)))

    def _sound(self, address: pl.Expr) -> pl.Expr:
        return address.str.contains(LINK_PATTERN) & ~address.str.starts_with(PREFIXES["avid"])

    def shape(self) -> Shape:
        """Return patterns on the IRI; `doc:` is published under our own base, and nothing else there is."""
        ours = PREFIXES["avid"].replace(".", r"\.")
        document, absolute = text(f"^{ours}{DOC_PATTERN}$"), text(IRI_PATTERN)
        one_of = f"[ sh:pattern {document} ] [ sh:pattern {absolute} ; sh:not [ sh:pattern {text('^' + ours)} ] ]"
        return Shape(
            "sh:PropertyShape",
            targets(self.about),
            (f"sh:path {_paths(self.about, self.attributes)}", f"sh:or ( {one_of} )"),
        )


@dataclass(frozen=True, slots=True)
class BusinessIdCheckDigit(Form):
    """A Finnish business id has seven digits, a hyphen and the right check digit."""

    about: About = (Kind.ACTOR,)
    attribute: str = "business_id"

    def violations(self, tables: Tables) -> pl.DataFrame:
        """Return the ids that nobody can have."""
        id = pl.col(self.attribute)
        weighed = [
            id.str.slice(place, 1).cast(pl.Int64, strict=False) * weight
            for place, weight in ((*enumerate(BUSINESS_ID_WEIGHTS), (8, 1)))
        ]
        whole = (pl.sum_horizontal(weighed, ignore_nulls=False) % 11 == 0).fill_null(False)
        wrong = id.is_not_null() & ~(id.str.contains(_BUSINESS_ID) & whole)
        return together(
            found(frame.filter(wrong), kind, self.attribute)
            for kind, frame in present(tables, self.about, self.attribute)
        )

    def shape(self) -> Shape:
        """Return a query that weighs the digits; SPARQL has no remainder, so it is made from a floor."""
        digits = " + ".join(
            f"{weight} * xsd:integer(SUBSTR(?id, {place + 1}, 1))"
            for place, weight in ((*enumerate(BUSINESS_ID_WEIGHTS), (8, 1)))
        )
        own = term(self.about, self.attribute)
        query = f"""
            $this {own} ?value .
            BIND(STR(?value) AS ?id)
            BIND({digits} AS ?sum)
            FILTER(!REGEX(?id, "{_BUSINESS_ID}") || ?sum - 11 * FLOOR(?sum / 11) != 0)
        """
        return Shape("sh:NodeShape", (own,), (sparql(query.replace('"', "'")),), "sh:targetSubjectsOf")
