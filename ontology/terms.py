"""Closed names of the terms in `arvoverkko.ttl`; written by `python -m ontology.make_terms`."""

from __future__ import annotations

from typing import Final

from ontology.prefixes import PREFIXES

__all__ = ["AODP", "AV", "DCT", "EURIO", "FOAF", "ORG", "PROV", "SCHEMA", "SKOS", "VF"]

_av = PREFIXES["av"]
_aodp = PREFIXES["aodp"]
_dct = PREFIXES["dct"]
_eurio = PREFIXES["eurio"]
_foaf = PREFIXES["foaf"]
_org = PREFIXES["org"]
_prov = PREFIXES["prov"]
_schema = PREFIXES["schema"]
_skos = PREFIXES["skos"]
_vf = PREFIXES["vf"]


class AV:
    """Our own terms."""

    Actor: Final = _av + "Actor"
    Assessment: Final = _av + "Assessment"
    Call: Final = _av + "Call"
    Cluster: Final = _av + "Cluster"
    Competence: Final = _av + "Competence"
    Document: Final = _av + "Document"
    Link: Final = _av + "Link"
    Need: Final = _av + "Need"
    Network: Final = _av + "Network"
    Platform: Final = _av + "Platform"
    Project: Final = _av + "Project"
    Region: Final = _av + "Region"
    Service: Final = _av + "Service"
    Specialisation: Final = _av + "Specialisation"
    Stage: Final = _av + "Stage"
    ValueChain: Final = _av + "ValueChain"
    assessedOn: Final = _av + "assessedOn"
    assesses: Final = _av + "assesses"
    assessor: Final = _av + "assessor"
    basis: Final = _av + "basis"
    budgetEur: Final = _av + "budgetEur"
    businessId: Final = _av + "businessId"
    capabilityOf: Final = _av + "capabilityOf"
    competenceLevel: Final = _av + "competenceLevel"
    confidence: Final = _av + "confidence"
    coordinates: Final = _av + "coordinates"
    council: Final = _av + "council"
    countName: Final = _av + "countName"
    country: Final = _av + "country"
    displayName: Final = _av + "displayName"
    end: Final = _av + "end"
    feeds: Final = _av + "feeds"
    flowKind: Final = _av + "flowKind"
    flowName: Final = _av + "flowName"
    governs: Final = _av + "governs"
    hasCompetence: Final = _av + "hasCompetence"
    inverseName: Final = _av + "inverseName"
    levelMax: Final = _av + "levelMax"
    levelMin: Final = _av + "levelMin"
    linkObject: Final = _av + "linkObject"
    linkRelation: Final = _av + "linkRelation"
    linkSubject: Final = _av + "linkSubject"
    loadOrder: Final = _av + "loadOrder"
    locatedIn: Final = _av + "locatedIn"
    material: Final = _av + "material"
    memberOf: Final = _av + "memberOf"
    method: Final = _av + "method"
    needs: Final = _av + "needs"
    note: Final = _av + "note"
    nuts: Final = _av + "nuts"
    nuts2021: Final = _av + "nuts2021"
    nuts2024: Final = _av + "nuts2024"
    offers: Final = _av + "offers"
    onEccp: Final = _av + "onEccp"
    operates: Final = _av + "operates"
    partOf: Final = _av + "partOf"
    participant: Final = _av + "participant"
    participatesIn: Final = _av + "participatesIn"
    partnerIn: Final = _av + "partnerIn"
    pluralName: Final = _av + "pluralName"
    position: Final = _av + "position"
    printedForm: Final = _av + "printedForm"
    programme: Final = _av + "programme"
    publisher: Final = _av + "publisher"
    qualityLabel: Final = _av + "qualityLabel"
    regionType: Final = _av + "regionType"
    relatedTo: Final = _av + "relatedTo"
    requires: Final = _av + "requires"
    role: Final = _av + "role"
    roleInProject: Final = _av + "roleInProject"
    roleName: Final = _av + "roleName"
    scale: Final = _av + "scale"
    seat: Final = _av + "seat"
    sha256: Final = _av + "sha256"
    since: Final = _av + "since"
    sourceLicence: Final = _av + "sourceLicence"
    sourcePublisher: Final = _av + "sourcePublisher"
    specialisationType: Final = _av + "specialisationType"
    specialisesIn: Final = _av + "specialisesIn"
    start: Final = _av + "start"
    theme: Final = _av + "theme"
    trlMax: Final = _av + "trlMax"
    trlMin: Final = _av + "trlMin"
    until: Final = _av + "until"
    worksIn: Final = _av + "worksIn"


class AODP:
    """The terms of `aodp:` that the metagraph uses."""

    Capability: Final = _aodp + "Capability"
    CollaborationParticipation: Final = _aodp + "CollaborationParticipation"
    participationIn: Final = _aodp + "participationIn"


class DCT:
    """The terms of `dct:` that the metagraph uses."""

    description: Final = _dct + "description"
    issued: Final = _dct + "issued"
    source: Final = _dct + "source"
    subject: Final = _dct + "subject"


class EURIO:
    """The terms of `eurio:` that the metagraph uses."""

    OrganisationRole: Final = _eurio + "OrganisationRole"
    isRoleOf: Final = _eurio + "isRoleOf"


class FOAF:
    """The terms of `foaf:` that the metagraph uses."""

    homepage: Final = _foaf + "homepage"
    page: Final = _foaf + "page"


class ORG:
    """The terms of `org:` that the metagraph uses."""

    Membership: Final = _org + "Membership"
    classification: Final = _org + "classification"
    member: Final = _org + "member"
    organization: Final = _org + "organization"
    role: Final = _org + "role"


class PROV:
    """The terms of `prov:` that the metagraph uses."""

    wasDerivedFrom: Final = _prov + "wasDerivedFrom"


class SCHEMA:
    """The terms of `schema:` that the metagraph uses."""

    addressLocality: Final = _schema + "addressLocality"


class SKOS:
    """The terms of `skos:` that the metagraph uses."""

    broader: Final = _skos + "broader"
    definition: Final = _skos + "definition"
    notation: Final = _skos + "notation"
    prefLabel: Final = _skos + "prefLabel"


class VF:
    """The terms of `vf:` that the metagraph uses."""

    RecipeFlow: Final = _vf + "RecipeFlow"
    recipeInputOf: Final = _vf + "recipeInputOf"
    recipeOutputOf: Final = _vf + "recipeOutputOf"
