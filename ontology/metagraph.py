"""The metagraph: which kinds there are, which relations may join them, and what each may say.

Loaders, stores, queries and pictures all ask this one table. Names in Finnish, Swedish and English stand
with the RDF terms in `arvoverkko.ttl` and are read from there (`ontology.vocabulary`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of entity; the value is also the Neo4j label."""

    ACTOR = "Actor"
    CLUSTER = "Cluster"
    PLATFORM = "Platform"
    SERVICE = "Service"
    COMPETENCE = "Competence"
    VALUE_CHAIN = "ValueChain"
    STAGE = "Stage"
    PROJECT = "Project"
    REGION = "Region"
    SPECIALISATION = "Specialisation"
    NETWORK = "Network"
    ASSESSMENT = "Assessment"
    NEED = "Need"
    CALL = "Call"
    DOCUMENT = "Document"


class Relation(StrEnum):
    """The relations; the value is also the local name of the RDF property."""

    MEMBER_OF = "memberOf"
    COORDINATES = "coordinates"
    OPERATES = "operates"
    PARTNER_IN = "partnerIn"
    HAS_COMPETENCE = "hasCompetence"
    BROADER = "broader"
    PART_OF = "partOf"
    FEEDS = "feeds"
    WORKS_IN = "worksIn"
    REQUIRES = "requires"
    PARTICIPATES_IN = "participatesIn"
    LOCATED_IN = "locatedIn"
    SPECIALISES_IN = "specialisesIn"
    RELATED_TO = "relatedTo"
    GOVERNS = "governs"
    ASSESSES = "assesses"
    NEEDS = "needs"
    OFFERS = "offers"


class Value(StrEnum):
    """What an attribute holds."""

    TEXT = "text"
    TEXT_BY_LANGUAGE = "text by language"  # columns name_fi, name_en, …; `und` where the language is not stated
    ROLE = "role"  # text as printed; published as a concept of the roles scheme too
    CODE = "code"  # the notation of a concept in a closed scheme
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"  # a year, a year and month, or a day: 2021, 2021-05, 2021-05-31
    LINK = "web address"


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something that an entity or a link says about itself."""

    name: str
    value: Value
    term: str
    scheme: str | None = None
    concept_term: str | None = None  # of a role: the property that leads to its concept
    node_terms: tuple[tuple[str, str], ...] = ()  # of a link's code: by code, the property from subject to link


@dataclass(frozen=True, slots=True)
class KindSpec:
    """How a kind is published: its RDF class, the standard classes beside it, its attributes."""

    kind: Kind
    term: str
    standard: tuple[str, ...]
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class RelationSpec:
    """How a relation is published.

    `term` joins the two ends directly, for queries. The link itself is a node of class `link_class` with
    `subject_term` and `object_term`, so that its attributes and its provenance have somewhere to stand.
    """

    relation: Relation
    ends: tuple[tuple[Kind, Kind], ...]
    term: str
    link_class: str
    subject_term: str
    object_term: str
    attributes: tuple[Attribute, ...] = ()

    @property
    def link_attributes(self) -> tuple[Attribute, ...]:
        """The relation's own attributes and those that every link may have."""
        return self.attributes + LINK_ATTRIBUTES


LABEL = Attribute("label", Value.TEXT_BY_LANGUAGE, "skos:prefLabel")

#: What every link may say: since when, until when, and how sure it is (0–1).
LINK_ATTRIBUTES = (
    Attribute("since", Value.DATE, "av:since"),
    Attribute("until", Value.DATE, "av:until"),
    Attribute("confidence", Value.DECIMAL, "av:confidence"),
)

#: Where a fact comes from: on every entity and on every link.
PROVENANCE = (
    Attribute("method", Value.CODE, "av:method", "methods"),
    Attribute("record", Value.TEXT, "prov:wasDerivedFrom"),
    Attribute("source_url", Value.LINK, "dct:source"),
    Attribute("note", Value.TEXT, "av:note"),
)

#: What a source says of itself in RDF, by its name in `facts.Source`; and what a link's node says beside its facts.
SOURCE_TERMS = {
    "title": "dct:title",
    "publisher": "av:sourcePublisher",
    "licence": "av:sourceLicence",
    "url": "dcat:landingPage",
    "retrieved": "dct:issued",
    "sha256": "av:sha256",
}
LOAD_ORDER, LINK_RELATION = "av:loadOrder", "av:linkRelation"

_DESCRIPTION = Attribute("description", Value.TEXT_BY_LANGUAGE, "dct:description")
_WEBSITE = Attribute("website", Value.LINK, "foaf:homepage")
_NOTATION = Attribute("notation", Value.TEXT, "skos:notation")
_PRINTED = Attribute("printed", Value.TEXT, "av:printedForm")
#: Whether something goes on, as its source knew it in that year.
_STATUS = (
    Attribute("status", Value.CODE, "av:status", "statuses"),
    Attribute("status_year", Value.DATE, "av:statusYear"),
    Attribute("status_source_url", Value.LINK, "av:statusSource"),
)
_MUNICIPALITY = Attribute("municipality", Value.TEXT, "schema:addressLocality")
_ROLE = Attribute("role", Value.ROLE, "av:roleName", concept_term="av:role")
#: Only a membership may have org:role: that is its domain.
_MEMBER_ROLE = Attribute("role", Value.ROLE, "av:roleName", concept_term="org:role")

KINDS: dict[Kind, KindSpec] = {
    spec.kind: spec
    for spec in (
        KindSpec(
            Kind.ACTOR,
            "av:Actor",
            ("org:FormalOrganization",),
            (
                Attribute("actor_type", Value.CODE, "org:classification", "actor-types"),
                Attribute("business_id", Value.TEXT, "av:businessId"),
                _MUNICIPALITY,
                _WEBSITE,
                Attribute("size", Value.CODE, "av:size", "sizes"),
                Attribute("size_source_url", Value.LINK, "av:sizeSource"),
                *_STATUS,
            ),
        ),
        KindSpec(
            Kind.CLUSTER,
            "av:Cluster",
            ("org:OrganizationalCollaboration",),
            (
                _DESCRIPTION,
                Attribute("theme", Value.TEXT, "av:theme"),
                Attribute("on_eccp", Value.BOOLEAN, "av:onEccp"),
                Attribute("quality_label", Value.TEXT, "av:qualityLabel"),
                _WEBSITE,
            ),
        ),
        KindSpec(
            Kind.PLATFORM,
            "av:Platform",
            ("aodp:Infrastructure",),
            (
                _DESCRIPTION,
                _MUNICIPALITY,
                Attribute("trl_min", Value.INTEGER, "av:trlMin"),
                Attribute("trl_max", Value.INTEGER, "av:trlMax"),
            ),
        ),
        KindSpec(Kind.SERVICE, "av:Service", ("schema:Service",), (_DESCRIPTION,)),
        KindSpec(
            Kind.COMPETENCE,
            "av:Competence",
            ("skos:Concept",),
            (
                _NOTATION,
                Attribute("level", Value.CODE, "av:competenceLevel", "competence-levels"),
                _PRINTED,
                Attribute("definition", Value.TEXT_BY_LANGUAGE, "skos:definition"),
            ),
        ),
        KindSpec(
            Kind.VALUE_CHAIN,
            "av:ValueChain",
            ("cvn:CVNBlueprint",),
            (_DESCRIPTION, Attribute("basis", Value.TEXT, "av:basis")),
        ),
        KindSpec(
            Kind.STAGE,
            "av:Stage",
            ("vf:RecipeProcess",),
            (Attribute("position", Value.INTEGER, "av:position"), _DESCRIPTION),
        ),
        KindSpec(
            Kind.PROJECT,
            "av:Project",
            ("eurio:Project",),
            (
                Attribute("programme", Value.TEXT, "av:programme"),
                Attribute("start", Value.DATE, "av:start"),
                Attribute("end", Value.DATE, "av:end"),
                Attribute("dates_source_url", Value.LINK, "av:datesSource"),
                Attribute("budget_eur", Value.DECIMAL, "av:budgetEur"),
            ),
        ),
        KindSpec(
            Kind.REGION,
            "av:Region",
            ("dct:Location",),
            (
                Attribute("region_type", Value.CODE, "av:regionType", "region-types"),
                Attribute("nuts", Value.TEXT, "av:nuts"),
                Attribute("nuts_2021", Value.TEXT, "av:nuts2021"),
                Attribute("nuts_2024", Value.TEXT, "av:nuts2024"),
                Attribute("country", Value.TEXT, "av:country"),
                Attribute("seat", Value.TEXT, "av:seat"),
                Attribute("council", Value.TEXT_BY_LANGUAGE, "av:council"),
            ),
        ),
        KindSpec(
            Kind.SPECIALISATION,
            "av:Specialisation",
            ("skos:Concept",),
            (
                _NOTATION,
                Attribute("specialisation_type", Value.CODE, "av:specialisationType", "specialisation-types"),
                _PRINTED,
            ),
        ),
        KindSpec(Kind.NETWORK, "av:Network", ("org:OrganizationalCollaboration",), ()),
        KindSpec(
            Kind.ASSESSMENT,
            "av:Assessment",
            ("prov:Entity",),
            (
                Attribute("scale", Value.CODE, "av:scale", "scales"),
                Attribute("level_min", Value.INTEGER, "av:levelMin"),
                Attribute("level_max", Value.INTEGER, "av:levelMax"),
                Attribute("assessor", Value.TEXT, "av:assessor"),
                Attribute("date", Value.DATE, "av:assessedOn"),
            ),
        ),
        KindSpec(Kind.NEED, "av:Need", ("vf:Intent",), (_DESCRIPTION,)),
        KindSpec(Kind.CALL, "av:Call", ("schema:FundingScheme",), (_DESCRIPTION,)),
        KindSpec(
            Kind.DOCUMENT,
            "av:Document",
            ("prov:Entity",),
            (
                Attribute("publisher", Value.TEXT, "av:publisher"),
                Attribute("date", Value.DATE, "dct:issued"),
                Attribute("url", Value.LINK, "foaf:page"),
            ),
        ),
    )
}


def _plain(relation: Relation, *ends: tuple[Kind, Kind], attributes: tuple[Attribute, ...] = ()) -> RelationSpec:
    return RelationSpec(relation, ends, f"av:{relation}", "av:Link", "av:linkSubject", "av:linkObject", attributes)


RELATIONS: dict[Relation, RelationSpec] = {
    spec.relation: spec
    for spec in (
        RelationSpec(
            Relation.MEMBER_OF,
            (
                (Kind.ACTOR, Kind.CLUSTER),
                (Kind.CLUSTER, Kind.CLUSTER),
                (Kind.ACTOR, Kind.NETWORK),
                (Kind.CLUSTER, Kind.NETWORK),
                (Kind.REGION, Kind.NETWORK),
            ),
            "av:memberOf",
            "org:Membership",
            "org:member",
            "org:organization",
            (_MEMBER_ROLE,),
        ),
        _plain(Relation.COORDINATES, (Kind.ACTOR, Kind.CLUSTER), (Kind.ACTOR, Kind.PROJECT)),
        _plain(Relation.OPERATES, (Kind.ACTOR, Kind.PLATFORM)),
        _plain(Relation.PARTNER_IN, (Kind.ACTOR, Kind.PLATFORM), attributes=(_ROLE,)),
        RelationSpec(
            Relation.HAS_COMPETENCE,
            ((Kind.ACTOR, Kind.COMPETENCE), (Kind.PLATFORM, Kind.COMPETENCE), (Kind.CLUSTER, Kind.COMPETENCE)),
            "av:hasCompetence",
            "aodp:Capability",
            "av:capabilityOf",
            "dct:subject",
            (Attribute("basis", Value.TEXT, "av:basis"),),
        ),
        RelationSpec(
            Relation.BROADER,
            ((Kind.COMPETENCE, Kind.COMPETENCE), (Kind.SPECIALISATION, Kind.SPECIALISATION)),
            "skos:broader",
            "av:Link",
            "av:linkSubject",
            "av:linkObject",
        ),
        _plain(Relation.PART_OF, (Kind.STAGE, Kind.VALUE_CHAIN), (Kind.REGION, Kind.REGION)),
        RelationSpec(
            Relation.FEEDS,
            ((Kind.STAGE, Kind.STAGE),),
            "av:feeds",
            "vf:RecipeFlow",
            "vf:recipeOutputOf",
            "vf:recipeInputOf",
            (
                Attribute("name", Value.TEXT_BY_LANGUAGE, "av:flowName"),
                Attribute("flow_kind", Value.CODE, "av:flowKind", "flow-kinds"),
                Attribute("material", Value.TEXT, "av:material"),
            ),
        ),
        RelationSpec(
            Relation.WORKS_IN,
            ((Kind.ACTOR, Kind.STAGE), (Kind.PLATFORM, Kind.STAGE)),
            "av:worksIn",
            "aodp:CollaborationParticipation",
            "av:participant",
            "aodp:participationIn",
            (_ROLE, *_STATUS),
        ),
        _plain(Relation.REQUIRES, (Kind.STAGE, Kind.COMPETENCE)),
        RelationSpec(
            Relation.PARTICIPATES_IN,
            ((Kind.ACTOR, Kind.PROJECT),),
            "av:participatesIn",
            "eurio:OrganisationRole",
            "eurio:isRoleOf",
            "av:roleInProject",
            (_ROLE,),
        ),
        RelationSpec(
            Relation.LOCATED_IN,
            ((Kind.ACTOR, Kind.REGION), (Kind.CLUSTER, Kind.REGION), (Kind.PLATFORM, Kind.REGION)),
            "av:locatedIn",
            "av:Placement",
            "av:linkSubject",
            "av:linkObject",
            (
                Attribute(
                    "place",
                    Value.CODE,
                    "av:place",
                    "places",
                    node_terms=(("seat", "org:hasPrimarySite"), ("site", "org:hasSite")),
                ),
                Attribute("site_name", Value.TEXT_BY_LANGUAGE, "av:siteName"),
                _MUNICIPALITY,
            ),
        ),
        _plain(Relation.SPECIALISES_IN, (Kind.REGION, Kind.SPECIALISATION)),
        _plain(
            Relation.RELATED_TO,
            (Kind.ACTOR, Kind.CLUSTER),
            (Kind.CLUSTER, Kind.CLUSTER),
            (Kind.SPECIALISATION, Kind.COMPETENCE),
            attributes=(_ROLE,),
        ),
        _plain(Relation.GOVERNS, (Kind.ACTOR, Kind.REGION)),
        _plain(Relation.ASSESSES, (Kind.ASSESSMENT, Kind.PLATFORM)),
        _plain(Relation.NEEDS, (Kind.ACTOR, Kind.NEED), (Kind.STAGE, Kind.NEED)),
        _plain(Relation.OFFERS, (Kind.ACTOR, Kind.SERVICE), (Kind.PLATFORM, Kind.SERVICE)),
    )
}

#: Kinds that are filters, never bridges: everyone is two steps away through "Lappi".
NO_BRIDGE = frozenset({Kind.REGION, Kind.DOCUMENT, Kind.ASSESSMENT, Kind.SPECIALISATION})
