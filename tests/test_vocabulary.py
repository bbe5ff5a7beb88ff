"""The vocabulary: every term of the metagraph is there, is standard where it says so, and has names."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from itertools import chain
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, Literal, URIRef
from rdflib.compare import to_isomorphic

from ontology import vocabulary
from ontology.errors import InvalidArgument
from ontology.metagraph import (
    KINDS,
    LABEL,
    LINK_ATTRIBUTES,
    LINK_RELATION,
    LOAD_ORDER,
    PROVENANCE,
    RELATIONS,
    SOURCE_TERMS,
    Attribute,
    Kind,
    Relation,
    Value,
)
from ontology.prefixes import PREFIXES, iri
from ontology.texts import LANGUAGES
from tools import schemes as make_schemes

ROOT = Path(__file__).parent.parent
TURTLE = ROOT / "ontology" / "arvoverkko.ttl"
STANDARDS = ROOT.parent / "shared" / "ontologies"
OURS = PREFIXES["av"]

#: The terms in use of vocabularies of which no file is at hand; look a new one up before adding it.
WITHOUT_FILE = {
    "dct:Location",
    "dct:date",
    "dct:description",
    "dct:isPartOf",
    "dct:issued",
    "dct:license",
    "dct:publisher",
    "dct:relation",
    "dct:requires",
    "dct:source",
    "dct:subject",
    "dct:title",
    "dct:type",
    "foaf:Document",
    "foaf:homepage",
    "foaf:page",
    "schema:AdministrativeArea",
    "schema:Consortium",
    "schema:FundingScheme",
    "schema:Organization",
    "schema:Project",
    "schema:Service",
    "schema:addressCountry",
    "schema:addressLocality",
    "schema:areaServed",
    "schema:award",
    "schema:endDate",
    "schema:identifier",
    "schema:keywords",
    "schema:knowsAbout",
    "schema:location",
    "schema:position",
    "schema:provider",
    "schema:seeks",
    "schema:startDate",
    "skos:Concept",
    "skos:broader",
    "skos:closeMatch",
    "skos:definition",
    "skos:hiddenLabel",
    "skos:notation",
    "skos:note",
    "skos:prefLabel",
    "skos:relatedMatch",
    "vf:Intent",
    "vf:RecipeFlow",
    "vf:RecipeProcess",
    "vf:recipeInputOf",
    "vf:recipeOutputOf",
    "vf:resourceConformsTo",
    "vivo:Consortium",
    "vivo:Equipment",
    "vivo:Facility",
    "vivo:hasFacility",
}
#: The vocabularies of which a file is at hand.
WITH_FILE = ("aodp", "cvn", "dcat", "eurio", "org", "prov")
#: The vocabularies of the languages themselves.
LANGUAGE = ("owl", "rdf", "rdfs", "xsd")


@cache
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(TURTLE, format="turtle")


def standards() -> frozenset[str]:
    graph = rdflib.Graph()
    for path in sorted(STANDARDS.glob("*.ttl")):
        if not path.name.startswith("recommended"):
            graph.parse(path)
    return frozenset(str(subject) for subject in graph.subjects(RDF.type) if isinstance(subject, URIRef))


def attributes() -> list[tuple[str, Attribute]]:
    """Every attribute with the class that carries it."""
    of_kinds = [(spec.term, each) for spec in KINDS.values() for each in (LABEL, *spec.attributes, *PROVENANCE)]
    of_links = [
        (spec.link_class, each)
        for spec in RELATIONS.values()
        for each in (*spec.attributes, *LINK_ATTRIBUTES, *PROVENANCE)
    ]
    return of_kinds + of_links


def curies() -> set[str]:
    found = {attribute.term for _, attribute in attributes()}
    found |= {attribute.concept_term for _, attribute in attributes() if attribute.concept_term}
    found |= {term for _, attribute in attributes() for _, term in attribute.node_terms}
    found |= {*SOURCE_TERMS.values(), LOAD_ORDER, LINK_RELATION}
    for kind in KINDS.values():
        found |= {kind.term, *kind.standard}
    for relation in RELATIONS.values():
        found |= {relation.term, relation.link_class, relation.subject_term, relation.object_term}
    return found


def curie(address: str) -> str:
    prefix, namespace = max(
        ((prefix, namespace) for prefix, namespace in PREFIXES.items() if address.startswith(namespace)),
        key=lambda pair: len(pair[1]),
    )
    return f"{prefix}:{address.removeprefix(namespace)}"


def used() -> set[str]:
    """Every term that the metagraph or the Turtle uses."""
    outside = {
        curie(str(term))
        for term in chain.from_iterable(ontology())
        if isinstance(term, URIRef) and any(str(term).startswith(each) for each in PREFIXES.values())
    }
    return curies() | (outside - {"av:"})


def languages(subject: URIRef, predicate: URIRef) -> list[str]:
    return sorted(
        str(text.language)
        for text in ontology().objects(subject, predicate)
        if isinstance(text, Literal) and str(text).strip() == str(text) != ""
    )


def ours() -> list[URIRef]:
    return sorted(
        {each for each in ontology().subjects(RDF.type) if isinstance(each, URIRef) and str(each).startswith(OURS)}
    )


def test_own_terms_of_the_metagraph_are_in_the_turtle() -> None:
    own = {each for each in curies() if each.startswith("av:")}
    assert {each for each in own if (URIRef(iri(each)), RDF.type, None) not in ontology()} == set()


def test_standard_terms_of_which_no_file_is_at_hand_are_listed() -> None:
    of_no_file = {each for each in used() if each.partition(":")[0] not in ("av", *LANGUAGE, *WITH_FILE)}
    assert of_no_file - WITHOUT_FILE == set()


def test_standard_terms_exist() -> None:
    if not STANDARDS.is_dir():
        pytest.skip("the standard ontologies are not beside the project")
    of_files = {each for each in used() if each.partition(":")[0] in WITH_FILE}
    assert {each for each in of_files if iri(each) not in standards()} == set()


def test_every_own_term_in_the_turtle_is_used() -> None:
    annotations = {str(each) for each in ontology().subjects(RDF.type, OWL.AnnotationProperty)}
    spoken = {iri(each) for each in curies()} | annotations | {iri("av:Link")}
    assert {str(each) for each in ours()} == {each for each in spoken if each.startswith(OURS)}


def test_every_own_term_has_labels_and_comments_in_three_languages() -> None:
    three = sorted(LANGUAGES)
    for term in ours():
        assert languages(term, RDFS.label) == three, term
        assert languages(term, RDFS.comment) == three, term


def test_no_two_kinds_or_relations_or_attributes_of_one_thing_share_a_name() -> None:
    for language in LANGUAGES:
        for form in ("label", "plural"):
            names = [vocabulary.name(kind, language, form) for kind in Kind]
            assert len(set(names)) == len(names)
        for kind in Kind:
            names = [
                vocabulary.attribute_name(each, language) for each in (LABEL, *KINDS[kind].attributes, *PROVENANCE)
            ]
            assert len(set(names)) == len(names), (kind, language)
        names = [vocabulary.name(relation, language) for relation in Relation]
        assert len(set(names)) == len(names), language
        names = [vocabulary.name(relation, language, "inverse") for relation in Relation]
        assert len(set(names)) == len(names), language


def test_kinds_are_classes_below_their_standard_classes() -> None:
    for kind, spec in KINDS.items():
        term = URIRef(iri(spec.term))
        assert (term, RDF.type, OWL.Class) in ontology(), kind
        for standard in spec.standard:
            assert (term, RDFS.subClassOf, URIRef(iri(standard))) in ontology(), (kind, standard)
        for language in LANGUAGES:
            forms = [vocabulary.name(kind, language, form) for form in ("label", "plural", "count", "comment")]
            assert all(forms), (kind, language)


def test_relations_have_names_both_ways_and_ends_where_there_is_one() -> None:
    for relation, spec in RELATIONS.items():
        for language in LANGUAGES:
            assert vocabulary.name(relation, language)
            assert vocabulary.name(relation, language, "inverse")
            for term in (spec.link_class, spec.subject_term, spec.object_term):
                assert vocabulary.name(term, language), (relation, term, language)
        if spec.term.startswith("av:"):
            address = URIRef(iri(spec.term))
            assert (address, RDF.type, OWL.ObjectProperty) in ontology(), relation
            for side, predicate in enumerate((RDFS.domain, RDFS.range)):
                kinds = {KINDS[ends[side]].term for ends in spec.ends}
                expected = {URIRef(iri(each)) for each in kinds} if len(kinds) == 1 else set()
                assert set(ontology().objects(address, predicate)) == expected, relation


def test_attributes_have_the_property_type_of_their_value_and_a_domain_where_there_is_one() -> None:
    carriers: dict[str, set[str]] = {}
    for carrier, attribute in attributes():
        carriers.setdefault(attribute.term, set()).add(carrier)
    for _, attribute in attributes():
        assert all(vocabulary.attribute_name(attribute, language) for language in LANGUAGES)
        if not attribute.term.startswith("av:"):
            continue
        term = URIRef(iri(attribute.term))
        resource = attribute.value in (Value.CODE, Value.LINK)
        assert (term, RDF.type, OWL.ObjectProperty if resource else OWL.DatatypeProperty) in ontology()
        own = carriers[attribute.term]
        expected = {URIRef(iri(each)) for each in own} if len(own) == 1 else set()
        assert set(ontology().objects(term, RDFS.domain)) == expected, attribute.term


def test_codes_have_a_scheme() -> None:
    for _, attribute in attributes():
        assert (attribute.value is Value.CODE) == (attribute.scheme is not None)
        if attribute.scheme:
            assert vocabulary.codes(attribute.scheme)
            assert {code for code, _ in attribute.node_terms} <= vocabulary.codes(attribute.scheme)


def test_the_ontology_says_who_it_is() -> None:
    address = URIRef(OURS.removesuffix("#"))
    assert languages(address, rdflib.DCTERMS.title) == sorted(LANGUAGES)
    assert str(ontology().value(address, rdflib.DCTERMS.license)) == make_schemes.LICENCE
    assert str(ontology().value(address, OWL.versionInfo)) == "0.1.0"


def test_two_parsers_read_the_same_triples() -> None:
    for path in vocabulary.graph_files():
        one = rdflib.Graph().parse(path, format="turtle")
        nquads = pyoxigraph.serialize(
            (quad.triple for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE)),
            format=pyoxigraph.RdfFormat.N_TRIPLES,
        )
        assert nquads is not None
        other = rdflib.Graph().parse(data=nquads.decode(), format="nt")
        assert len(one) == len(other), path
        assert to_isomorphic(one) == to_isomorphic(other), path


def test_names_by_kind_word_curie_and_iri() -> None:
    assert vocabulary.name(Kind.CLUSTER, "fi") == "klusteri"
    assert vocabulary.name("Cluster", "fi", "plural") == "klusterit"
    assert vocabulary.name("av:Cluster", "sv", "plural") == "kluster"
    assert vocabulary.name(iri("av:Cluster"), "fi", "count") == "klusteria"
    assert vocabulary.name(Relation.MEMBER_OF, "fi") == "jäsenyys"
    assert vocabulary.name("memberOf", "fi", "inverse") == "jäsen"
    assert vocabulary.name("org:Membership", "sv") == "medlemskap"
    assert vocabulary.name(Relation.BROADER, "en", "inverse") == "narrower"


@pytest.mark.parametrize(
    ("term", "language", "form", "said"),
    [
        (Kind.ACTOR, "de", "label", "fi, en, sv"),
        (Kind.ACTOR, "fi", "dual", "plural"),
        (Kind.ACTOR, "fi", "inverse", "no form"),
        (Relation.FEEDS, "fi", "plural", "no form"),
        ("org:Nothing", "fi", "label", "org:Nothing"),
        ("", "fi", "label", "no term"),
    ],
)
def test_a_name_that_is_not_there_is_an_error(term: str, language: str, form: str, said: str) -> None:
    with pytest.raises(InvalidArgument, match=said):
        vocabulary.name(term, language, form)


def test_importing_reads_nothing_and_needs_no_rdflib() -> None:
    code = (
        "import sys, ontology.vocabulary as v; "
        "assert 'rdflib' not in sys.modules; "
        "assert v._names.cache_info().currsize == v._schemes.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
