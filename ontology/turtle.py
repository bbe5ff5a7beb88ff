"""Writes Turtle in one canonical order, so that the same triples are always the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from ontology.prefixes import CC_BY, PREFIXES, compact, iri
from ontology.texts import LANGUAGES

LICENCE_LINE = f"# Licence: CC BY 4.0 ({CC_BY})\n"

_TYPE = iri("rdf:type")

#: Subjects of these types stand first, in this order; other subjects stand last.
_TYPES = tuple(
    iri(curie)
    for curie in (
        "owl:Ontology",
        "skos:ConceptScheme",
        "owl:Class",
        "owl:ObjectProperty",
        "owl:DatatypeProperty",
        "owl:AnnotationProperty",
        "skos:Concept",
        "xkos:Correspondence",
        "xkos:ConceptAssociation",
    )
)

#: Predicates in the order in which a person wants to read them; others follow by name.
_PREDICATES = tuple(
    iri(curie)
    for curie in (
        "rdf:type",
        "dct:title",
        "skos:notation",
        "schema:position",
        "rdfs:label",
        "skos:prefLabel",
        "av:displayName",
        "av:pluralName",
        "av:countName",
        "av:inverseName",
        "rdfs:comment",
        "skos:definition",
        "skos:scopeNote",
        "rdfs:subClassOf",
        "rdfs:subPropertyOf",
        "rdfs:domain",
        "rdfs:range",
        "skos:broader",
        "skos:topConceptOf",
        "skos:inScheme",
    )
)

_BARE = {iri("xsd:integer"): re.compile(r"[+-]?[0-9]+"), iri("xsd:boolean"): re.compile(r"true|false")}
_STRING = iri("xsd:string")
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


def read(path: Path) -> list[Triple]:
    """Return the triples of a Turtle file."""
    return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)]


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key that puts numbers in the order of numbers: `I.2` before `I.10`."""
    parts = re.findall(r"[0-9]+|[^0-9]+", text)
    return tuple((0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts)


def write(triples: Iterable[Triple], home: str | None = None, head: str = LICENCE_LINE) -> str:
    """Return the triples as Turtle; IRIs below `home` are written with the empty prefix.

    `head` is a comment that stands first. Blank nodes raise ValueError: nothing here needs one, and they have no
    order.
    """
    facts = set(triples)
    namespaces = dict(PREFIXES) | ({"": home} if home else {})
    used: set[str] = set()

    def short(address: str) -> str:
        found = compact(address, namespaces)
        if found is None:
            return f"<{address}>"
        used.add(found[0])
        return ":".join(found)

    def text(term: object) -> str:
        if isinstance(term, NamedNode):
            return short(term.value)
        if not isinstance(term, Literal):
            raise ValueError(f"no canonical order for {term}")
        quoted = f'"{term.value.translate(_ESCAPES)}"'
        if term.language:
            return f"{quoted}@{term.language}"
        kind = term.datatype.value
        if kind in _BARE and _BARE[kind].fullmatch(term.value):
            return term.value
        return quoted if kind == _STRING else f"{quoted}^^{short(kind)}"

    subjects: dict[str, dict[str, list[NamedNode | Literal]]] = {}
    for fact in facts:
        if isinstance(fact.subject, (BlankNode, Triple)) or isinstance(fact.object, (BlankNode, Triple)):
            raise ValueError(f"no canonical order for {fact}")
        subjects.setdefault(fact.subject.value, {}).setdefault(fact.predicate.value, []).append(fact.object)

    def subject_key(address: str) -> tuple[int, tuple[tuple[int, int, str], ...]]:
        types = {term.value for term in subjects[address].get(_TYPE, [])}
        rank = next((index for index, each in enumerate(_TYPES) if each in types), len(_TYPES))
        return rank, natural(address)

    def predicate_key(address: str) -> tuple[int, str]:
        known = address in _PREDICATES
        return (_PREDICATES.index(address) if known else len(_PREDICATES)), address

    def object_key(term: NamedNode | Literal) -> tuple[int, str, tuple[tuple[int, int, str], ...]]:
        if isinstance(term, NamedNode):
            return 0, "", natural(term.value)
        language = term.language or ""
        rank = LANGUAGES.index(language) + 1 if language in LANGUAGES else len(LANGUAGES) + 1
        return rank, language, natural(term.value)

    blocks = []
    for subject in sorted(subjects, key=subject_key):
        lines = []
        for predicate in sorted(subjects[subject], key=predicate_key):
            verb = "a" if predicate == _TYPE else short(predicate)
            objects = [text(term) for term in sorted(subjects[subject][predicate], key=object_key)]
            lines.append(f"    {verb} " + ",\n        ".join(objects))
        blocks.append(short(subject) + "\n" + " ;\n".join(lines) + " .\n")
    prefixes = "".join(f"@prefix {prefix}: <{namespaces[prefix]}> .\n" for prefix in sorted(used))
    return head + prefixes + "\n" + "\n".join(blocks)
