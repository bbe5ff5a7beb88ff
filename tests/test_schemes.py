"""The schemes: every concept has labels and a place, and every code in the reference data has a concept."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib import RDF, SKOS, URIRef

from ontology import turtle, vocabulary
from ontology.errors import InvalidArgument
from ontology.metagraph import KINDS, PROVENANCE, RELATIONS
from ontology.prefixes import entity_iri, iri
from ontology.texts import LANGUAGES
from tools import schemes as make_schemes

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data" / "enf"
FOLDER = ROOT / "ontology" / "schemes"
SCHEMES = (
    "actor-types",
    "competence-levels",
    "competences",
    "flow-kinds",
    "methods",
    "nuts-2021",
    "nuts-2024",
    "places",
    "region-types",
    "regions",
    "roles",
    "scales",
    "sizes",
    "specialisation-types",
    "srl",
    "statuses",
    "trl",
)
ROLES = (
    ("cluster_related_actors.csv", "relation"),
    ("cluster_relations.csv", "relation"),
    ("memberships.csv", "role"),
    ("network_memberships.csv", "role"),
    ("platform_partners.csv", "role"),
    ("project_participants.csv", "role"),
    ("value_chain_actors.csv", "role"),
)
CODES = (
    ("actors.csv", "size", "sizes"),
    ("actors.csv", "status", "statuses"),
    ("actors.csv", "type", "actor-types"),
    ("competences.csv", "level_name", "competence-levels"),
    ("competences.csv", "notation", "competences"),
    ("peer_regions.csv", "kind", "region-types"),
    ("platform_readiness.csv", "level_max", "trl"),
    ("platform_readiness.csv", "scale", "scales"),
    ("region_specialisations.csv", "kind", "specialisation-types"),
    ("regions.csv", "id", "regions"),
    ("regions.csv", "nuts3_2021", "nuts-2021"),
    ("regions.csv", "nuts3_2024", "nuts-2024"),
    ("value_chain_actors.csv", "status", "statuses"),
    ("value_chain_flows.csv", "kind", "flow-kinds"),
)


def column(file: str, name: str) -> set[str]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return {row[name] for row in csv.DictReader(lines) if row[name]}


@cache
def graph() -> rdflib.Graph:
    found = rdflib.Graph()
    for path in sorted(FOLDER.glob("*.ttl")):
        found.parse(path, format="turtle")
    return found


def read(path: Path) -> str:
    """Return a file's text with the ends of lines as they are."""
    return path.read_bytes().decode("utf-8")


def languages(subject: URIRef, predicate: URIRef) -> list[str]:
    return sorted(
        str(text.language)
        for text in graph().objects(subject, predicate)
        if isinstance(text, rdflib.Literal) and str(text).strip() == str(text) != ""
    )


def test_the_schemes_are_these() -> None:
    with pytest.raises(InvalidArgument) as raised:
        vocabulary.scheme("no-such")
    assert all(name in str(raised.value) for name in SCHEMES)
    there = {str(each) for each in graph().subjects(RDF.type, SKOS.ConceptScheme)}
    assert there == {iri(f"avscheme:{name}") for name in SCHEMES}


def test_every_scheme_that_the_metagraph_names_is_there() -> None:
    specs = [*KINDS.values(), *RELATIONS.values()]
    named = {each.scheme for spec in specs for each in (*spec.attributes, *PROVENANCE) if each.scheme}
    assert named <= set(SCHEMES)
    assert vocabulary.codes("methods") == {"stated", "mapped", "inferred", "tagged"}


def test_every_scheme_is_whole() -> None:
    three = sorted(LANGUAGES)
    for name in SCHEMES:
        scheme = vocabulary.scheme(name)
        address = URIRef(scheme.iri)
        assert scheme.iri == iri(f"avscheme:{name}")
        assert languages(address, rdflib.DCTERMS.title) == three, name
        assert languages(address, SKOS.editorialNote) == three, name
        assert str(graph().value(address, rdflib.DCTERMS.license)) == make_schemes.LICENCE, name
        assert scheme.concepts, name
        assert len(scheme.concepts) == len(list(graph().subjects(SKOS.inScheme, address))), name
        for notation, concept in scheme.concepts.items():
            assert concept.notation == notation
            assert sorted(concept.labels) == three, (name, notation)
            assert sorted(concept.definitions) in ([], three), (name, notation)
            if concept.broader:
                assert concept.broader in {each.iri for each in scheme.concepts.values()}, (name, notation)
            else:
                assert (URIRef(concept.iri), SKOS.topConceptOf, address) in graph(), (name, notation)
                assert (address, SKOS.hasTopConcept, URIRef(concept.iri)) in graph(), (name, notation)
        for language in LANGUAGES:
            labels = [concept.labels[language].casefold() for concept in scheme.concepts.values()]
            assert len(set(labels)) == len(labels), (name, language)


def test_no_concept_is_without_a_scheme_and_none_is_named_that_is_not_there() -> None:
    concepts = set(graph().subjects(RDF.type, SKOS.Concept))
    assert concepts == set(graph().subjects(SKOS.prefLabel)) == set(graph().subjects(SKOS.inScheme))
    assert set(graph().objects(predicate=SKOS.broader)) <= concepts
    assert set(graph().objects(predicate=SKOS.hasTopConcept)) <= concepts


def test_every_text_is_in_all_three_languages() -> None:
    for subject, predicate, text in graph():
        if isinstance(text, rdflib.Literal) and text.language:
            assert isinstance(subject, URIRef)
            assert isinstance(predicate, URIRef)
            assert languages(subject, predicate) == sorted(LANGUAGES), (subject, predicate)


def test_concept_iris_are_scheme_and_notation() -> None:
    for name in set(SCHEMES) - {"competences", "regions", "nuts-2021", "nuts-2024"}:
        scheme = vocabulary.scheme(name)
        for notation, concept in scheme.concepts.items():
            assert concept.iri == f"{scheme.iri}/{notation}" == vocabulary.concept_iri(name, notation)


def test_every_code_in_the_reference_data_has_a_concept() -> None:
    unknown = {(file, name): column(file, name) - vocabulary.codes(scheme) for file, name, scheme in CODES}
    assert {place: codes for place, codes in unknown.items() if codes} == {}


def test_every_role_in_the_reference_data_has_a_concept() -> None:
    for text in set().union(*(column(file, name) for file, name in ROLES)):
        concept = vocabulary.scheme("roles").concepts[vocabulary.slug(text)]
        assert concept.labels["en"] == text.replace("_", " ")
        assert vocabulary.role_label(text, "en") == concept.labels["en"]
        assert vocabulary.concept_iri("roles", text) == concept.iri


def test_every_role_concept_is_in_the_reference_data() -> None:
    printed = set().union(*(column(file, name) for file, name in ROLES))
    assert {vocabulary.slug(text) for text in printed} == vocabulary.codes("roles")
    assert len({vocabulary.slug(text) for text in printed}) == len({text.replace("_", " ") for text in printed})


def test_competences_are_those_of_the_table() -> None:
    made = make_schemes.competences(DATA)
    assert (FOLDER / "competences.ttl").read_text(encoding="utf-8") == made
    concepts = vocabulary.scheme("competences").concepts
    assert [notation.count(".") for notation in concepts].count(2) == 52
    assert concepts["I.1.2"].iri == entity_iri("cmp-i-1-2")
    assert concepts["I.1.2"].broader == entity_iri("cmp-i-1")
    assert concepts["I.1.2"].labels["sv"] == "Träbyggande"


def test_regions_are_those_of_the_table() -> None:
    assert (FOLDER / "regions.ttl").read_text(encoding="utf-8") == make_schemes.regions(DATA)
    assert vocabulary.concept_label("regions", "reg-kainuu", "sv") == "Kajanaland"
    assert vocabulary.concept_iri("nuts-2024", "FI1DB") == iri("nuts:FI1DB")


def test_the_terms_of_the_schemes_are_standard() -> None:
    predicates = {str(each) for each in graph().predicates()}
    types = {str(each) for each in graph().objects(predicate=RDF.type)}
    skos = ["Concept", "ConceptScheme", "broader", "closeMatch", "definition", "editorialNote", "exactMatch"]
    skos += ["hasTopConcept", "inScheme", "notation", "prefLabel", "scopeNote", "topConceptOf"]
    xkos = ["Correspondence", "ConceptAssociation", "compares", "madeOf", "sourceConcept", "targetConcept"]
    others = ["rdf:type", "org:Role", "dct:license", "dct:source", "dct:title", "schema:position"]
    known = [*others, *(f"skos:{each}" for each in skos), *(f"xkos:{each}" for each in xkos)]
    assert predicates | types == {iri(each) for each in known}
    standard = ROOT.parent / "shared" / "ontologies"
    if not standard.is_dir():
        pytest.skip("the standard ontologies are not beside the project")
    described = set(rdflib.Graph().parse(standard / "xkos.ttl").subjects(RDF.type))
    assert {URIRef(iri(f"xkos:{each}")) for each in xkos} <= described
    described = set(rdflib.Graph().parse(standard / "eosc-trl-skos.ttl").subjects(RDF.type, SKOS.Concept))
    assert {URIRef(iri(f"trl:trl-{level}")) for level in range(1, 10)} <= described


def test_each_region_has_one_pair_of_nuts_codes() -> None:
    sources = [str(each) for each in graph().objects(predicate=URIRef(iri("xkos:sourceConcept")))]
    targets = [str(each) for each in graph().objects(predicate=URIRef(iri("xkos:targetConcept")))]
    assert sorted(sources) == sorted(each.iri for each in vocabulary.scheme("nuts-2021").concepts.values())
    assert sorted(targets) == sorted(each.iri for each in vocabulary.scheme("nuts-2024").concepts.values())


def test_readiness_levels_run_from_one_to_nine() -> None:
    for scheme in ("trl", "srl"):
        assert list(vocabulary.scheme(scheme).concepts) == [str(level) for level in range(1, 10)], scheme


def test_trl_concepts_match_those_of_eosc() -> None:
    for level, concept in vocabulary.scheme("trl").concepts.items():
        match = graph().value(URIRef(concept.iri), SKOS.exactMatch)
        assert str(match) == iri(f"trl:trl-{level}")


def test_turtle_is_in_canonical_order() -> None:
    made = ("competences.ttl", "regions.ttl")  # compared with their tables above
    stale = {
        path
        for path in vocabulary.graph_files()
        if path.name not in made and make_schemes.canonical(path) != read(path)
    }
    assert stale == set(), "python -m tools.schemes data/enf"
    for path in vocabulary.graph_files():
        assert read(path).startswith(turtle.LICENCE_LINE), path
        assert set(turtle.read(path)), path


def test_graph_files_are_all_the_turtle_there_is() -> None:
    assert set(vocabulary.graph_files()) == {ROOT / "ontology" / "arvoverkko.ttl", *FOLDER.glob("*.ttl")}
    assert list(vocabulary.graph_files()) == list(dict.fromkeys(vocabulary.graph_files()))


def test_canonical_turtle_does_not_depend_on_the_order_of_the_triples() -> None:
    triples = turtle.read(FOLDER / "flow-kinds.ttl")
    assert turtle.write(triples) == turtle.write(reversed(triples)) == turtle.write([*triples, *triples])


def test_canonical_turtle_refuses_blank_nodes() -> None:
    blank = Triple(BlankNode(), NamedNode(iri("rdf:type")), NamedNode(iri("owl:Class")))
    with pytest.raises(ValueError, match="canonical"):
        turtle.write([blank])


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30))
def test_canonical_turtle_keeps_every_text(text: str) -> None:
    triple = Triple(NamedNode(iri("av:Actor")), NamedNode(iri("rdfs:label")), Literal(text, language="fi"))
    back = rdflib.Graph().parse(data=turtle.write([triple]), format="turtle")
    assert [str(each) for each in back.objects()] == [text]


def test_unknown_roles_stay_as_printed_and_still_get_an_iri() -> None:
    assert vocabulary.role_label("Kone & laite (uusi)", "sv") == "Kone & laite (uusi)"
    assert vocabulary.concept_iri("roles", "Kone & laite (uusi)") == iri("avscheme:roles") + "/kone-laite-uusi"


def test_unknown_codes() -> None:
    assert vocabulary.concept_label("actor-types", "guild", "fi") == "guild"
    with pytest.raises(InvalidArgument, match="guild"):
        vocabulary.concept_iri("actor-types", "guild")
    with pytest.raises(InvalidArgument, match="fi, en, sv"):
        vocabulary.concept_label("actor-types", "guild", "de")
    with pytest.raises(InvalidArgument, match="fi, en, sv"):
        vocabulary.role_label("member", "")
    with pytest.raises(InvalidArgument):
        vocabulary.concept_iri("roles", " – ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Member", "member"),
        ("board_representation", "board-representation"),
        ("  coordinator of X (whole chain) ", "coordinator-of-x-whole-chain"),
        ("a / b", "a-b"),
        ("Äänekosken jäsen", "äänekosken-jäsen"),
        ("!?", ""),
    ],
)
def test_slug(text: str, expected: str) -> None:
    assert vocabulary.slug(text) == expected


@given(st.text(max_size=40))
def test_a_slug_is_its_own_slug(text: str) -> None:
    slug = vocabulary.slug(text)
    assert vocabulary.slug(slug) == slug
    assert "--" not in slug
    assert not slug.startswith("-")
    assert not slug.endswith("-")
