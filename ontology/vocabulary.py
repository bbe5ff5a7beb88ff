"""Names in Finnish, English and Swedish: of kinds, relations, attributes and concepts."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import Literal, RdfFormat, parse

from ontology.errors import InvalidArgument
from ontology.metagraph import KINDS, RELATIONS, Attribute, Kind, Relation
from ontology.prefixes import PREFIXES, iri
from ontology.texts import LANGUAGES, pick

#: The schemes that take concepts beside those listed: a role is whatever a source calls it.
OPEN_SCHEMES = frozenset({"roles"})

#: The forms of a name, and the properties that hold them; the first that is there counts.
_FORMS = {
    "label": (iri("rdfs:label"), iri("av:displayName")),
    "plural": (iri("av:pluralName"),),
    "count": (iri("av:countName"),),
    "inverse": (iri("av:inverseName"),),
    "comment": (iri("rdfs:comment"),),
}

_HERE = Path(__file__).parent
_SCHEMES = PREFIXES["avscheme"]
_SEPARATORS = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"[0-9]+")

_Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """A concept of a scheme; labels and definitions by language, `broader` the IRI of the one above."""

    iri: str
    notation: str
    labels: _Texts
    definitions: _Texts
    broader: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Scheme:
    """A scheme of concepts by notation, in the order in which they are shown."""

    iri: str
    labels: _Texts
    concepts: Mapping[str, Concept]


def check_language(language: str) -> str:
    """Return the language if there is a catalogue of it; raises InvalidArgument otherwise."""
    if language not in LANGUAGES:
        raise InvalidArgument("unknown-language", language=language, known=LANGUAGES)
    return language


def slug(text: str) -> str:
    """Return the text in lower case with one hyphen for whatever is not a letter or a digit.

    >>> slug("producer (planned)")
    'producer-planned'
    >>> slug("co_lead")
    'co-lead'
    """
    return _SEPARATORS.sub("-", unicodedata.normalize("NFC", text.lower())).strip("-")


def id_slug(text: str) -> str:
    """Return a slug that may be a part of an id, which has ASCII letters only.

    A text with other letters loses them or their marks, so a digest of its slug tells it from its like.

    >>> id_slug("S3 partnership: Photonics")
    's3-partnership-photonics'
    >>> id_slug("Åland")
    'aland-651a5f09'
    """
    whole = slug(text)
    if whole and whole.isascii():
        return whole
    plain = slug(unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode())
    digest = hashlib.sha256((whole or text).encode()).hexdigest()[:8]
    return f"{plain}-{digest}" if plain else digest


def graph_files() -> tuple[Path, ...]:
    """Return the Turtle files of the vocabulary and its schemes, to be loaded beside the data."""
    return (_HERE / "arvoverkko.ttl", *sorted((_HERE / "schemes").glob("*.ttl")))


def name(term: Kind | Relation | str, language: str, form: str = "label") -> str:
    """Return the name of a kind, a relation, or any term of the metagraph by its CURIE or IRI.

    `form` is `label`; for kinds also `plural` ("klusterit") and `count`, the form after a number other than
    one ("3 klusteria"); for relations also `inverse` ("jäsen"); for our own terms also `comment`.
    Names are in lower case, as in running text. Raises InvalidArgument for a term, language or form that
    is not there.

    >>> name(Kind.CLUSTER, "fi", "count")
    'klusteria'
    """
    check_language(language)
    if form not in _FORMS:
        raise InvalidArgument("unknown-form", form=form, known=tuple(_FORMS))
    texts = _names().get(_address(term))
    if texts is None:
        raise InvalidArgument("unknown-term", term=str(term))
    for predicate in _FORMS[form]:
        if predicate in texts:
            return _in(texts[predicate], language)
    raise InvalidArgument("no-such-form", term=str(term), form=form)


def names(term: Kind | Relation | str, form: str = "label") -> Mapping[str, str]:
    """Return the name of a term in every language that there are texts in."""
    return {language: name(term, language, form) for language in LANGUAGES}


def spellings(kind: Kind) -> tuple[str, ...]:
    """Return what a kind may be called: as in the metagraph, and one or many of it in every language."""
    return tuple(dict.fromkeys((kind, *names(kind).values(), *names(kind, "plural").values())))


def find_kind(text: Kind | str) -> Kind:
    """Return the kind that has this name, in the metagraph or in any language, in any case.

    Raises InvalidArgument with those that there are.

    >>> find_kind("Toimijat")
    <Kind.ACTOR: 'Actor'>
    """
    wanted = slug(text)
    for kind in Kind:
        if wanted in map(slug, (kind.name, *spellings(kind))):
            return kind
    raise InvalidArgument("unknown-kind", kind=str(text), known=tuple(_beside(kind, names(kind)) for kind in Kind))


def attribute_name(attribute: Attribute, language: str) -> str:
    """Return the name of an attribute, in lower case; raises InvalidArgument for an unknown language."""
    return name(attribute.term, language)


def scheme(name: str) -> Scheme:
    """Return a scheme by its name, such as `competences`; raises InvalidArgument if there is none."""
    found = _schemes().get(name)
    if found is None:
        raise InvalidArgument("unknown-scheme", scheme=name, known=tuple(_schemes()))
    return found


def schemes() -> Mapping[str, Scheme]:
    """Return all schemes by name."""
    return _schemes()


def codes(scheme_name: str) -> frozenset[str]:
    """Return the notations of a scheme's concepts."""
    return frozenset(scheme(scheme_name).concepts)


def find_code(scheme_name: str, text: str) -> str:
    """Return the notation of the concept that has this notation, or this name in any language, in any case.

    Raises InvalidArgument with the notations that there are, the nearest first.

    >>> find_code("actor-types", "Yliopisto")
    'university'
    """
    found = scheme(scheme_name)
    if text in found.concepts:
        return text
    names: dict[str, str] = {}
    for notation, concept in found.concepts.items():
        for name in (notation, *concept.labels.values()):
            names.setdefault(slug(name), notation)
    if slug(text) in names:
        return names[slug(text)]
    near = [names[name] for name in get_close_matches(slug(text), names, n=3)]
    known = tuple(
        _beside(notation, {language: concept_label(scheme_name, notation, language) for language in LANGUAGES})
        for notation in dict.fromkeys([*near, *found.concepts])
    )
    raise InvalidArgument("unknown-code", code=text, scheme=found.labels, known=known)


def _beside(code: str, labels: _Texts) -> _Texts:
    """A code with its words in every language, where they say more than the code itself."""
    return {language: code if label == code.lower() else f"{code} ({label})" for language, label in labels.items()}


def concept_label(scheme_name: str, notation: str, language: str) -> str:
    """Return the label of a concept; a notation that the scheme does not have is returned as it is.

    >>> concept_label("flow-kinds", "side_stream", "sv")
    'sidoström'
    """
    check_language(language)
    concept = scheme(scheme_name).concepts.get(notation)
    return _in(concept.labels, language) if concept else notation


def concept_iri(scheme_name: str, notation: str) -> str:
    """Return the IRI of a concept by its notation.

    An open scheme takes the text as printed too, and gives an IRI to a concept that it does not list.
    Elsewhere an unknown notation raises InvalidArgument.
    """
    found = scheme(scheme_name)
    if notation in found.concepts:
        return found.concepts[notation].iri
    if scheme_name in OPEN_SCHEMES and slug(notation):
        return f"{found.iri}/{slug(notation)}"
    raise InvalidArgument("unknown-concept", code=notation, scheme=scheme_name, known=tuple(found.concepts))


def role_label(text: str, language: str) -> str:
    """Return the label of a role by its printed text; a role that is not in the scheme stays as printed.

    >>> role_label("founding_member", "fi")
    'perustajajäsen'
    """
    check_language(language)
    concept = scheme("roles").concepts.get(slug(text))
    return _in(concept.labels, language) if concept else text


def _in(texts: _Texts, language: str) -> str:
    """Return the text in a language, or the nearest that there is."""
    found = pick(texts, language)
    if found is None:
        raise ValueError("a term of the vocabulary has a name in no language")
    return found[0]


@lru_cache(maxsize=1024)
def _address(term: Kind | Relation | str) -> str:
    """Return the IRI of a term; a plain word such as `Cluster` or `memberOf` is a kind or a relation."""
    if term in KINDS:
        return iri(KINDS[Kind(term)].term)
    if term in RELATIONS:
        return iri(RELATIONS[Relation(term)].term)
    prefix, colon, local = term.partition(":")
    return iri(term) if colon and not local.startswith("//") and prefix in PREFIXES else term


_Facts = dict[str, dict[str, list[tuple[str, str]]]]


def _facts(path: Path) -> _Facts:
    """Return subject -> predicate -> [(value, language)] of a file, in the file's order."""
    facts: _Facts = {}
    for quad in parse(path=path, format=RdfFormat.TURTLE):
        if isinstance(quad.object, Literal):
            value, language = quad.object.value, quad.object.language or ""
        else:
            value, language = str(quad.object).strip("<>"), ""
        subject = str(quad.subject).strip("<>")
        facts.setdefault(subject, {}).setdefault(quad.predicate.value, []).append((value, language))
    return facts


def _texts(pairs: list[tuple[str, str]]) -> _Texts:
    return MappingProxyType({language: value for value, language in pairs})


@lru_cache(maxsize=1)
def _names() -> Mapping[str, Mapping[str, _Texts]]:
    wanted = {predicate for predicates in _FORMS.values() for predicate in predicates}
    return {
        subject: {predicate: _texts(pairs) for predicate, pairs in own.items() if predicate in wanted}
        for subject, own in _facts(_HERE / "arvoverkko.ttl").items()
    }


@lru_cache(maxsize=1)
def _schemes() -> Mapping[str, Scheme]:
    found: dict[str, Scheme] = {}
    for path in sorted((_HERE / "schemes").glob("*.ttl")):
        facts = _facts(path)
        members: dict[str, list[tuple[tuple[int, str], Concept]]] = {}
        for subject, own in facts.items():
            for address, _ in own.get(iri("skos:inScheme"), []):
                members.setdefault(address, []).append((_order(own), _concept(subject, own)))
        for address in sorted(members):
            ordered = [concept for _, concept in sorted(members[address], key=lambda pair: pair[0])]
            found[address.removeprefix(_SCHEMES)] = Scheme(
                address,
                _texts(facts[address][iri("dct:title")]),
                MappingProxyType({concept.notation: concept for concept in ordered}),
            )
    return found


def _order(own: dict[str, list[tuple[str, str]]]) -> tuple[int, str]:
    """Return the order of a concept: its position if it has one, else its notation, numbers as numbers."""
    (notation, _), *_ = own[iri("skos:notation")]
    (position, _), *_ = own.get(iri("schema:position"), [("0", "")])
    return int(position), _NUMBERS.sub(lambda match: match[0].zfill(6), notation)


def _concept(address: str, own: dict[str, list[tuple[str, str]]]) -> Concept:
    (notation, _), *_ = own[iri("skos:notation")]
    broader = own.get(iri("skos:broader"))
    return Concept(
        address,
        notation,
        _texts(own[iri("skos:prefLabel")]),
        _texts(own.get(iri("skos:definition"), [])),
        broader[0][0] if broader else None,
    )
