"""What may be said: kinds and relations, facts that travel, names in fi, en and sv, errors, RDF terms."""

from ontology.errors import (
    AmbiguousName,
    ArvoverkkoError,
    AskedWrongly,
    InputError,
    InvalidArgument,
    MissingExtra,
    NotFound,
    QueryError,
    WorkspaceError,
)
from ontology.facts import Batch, Source, Tables
from ontology.metagraph import KINDS, RELATIONS, Attribute, Kind, Relation, Value
from ontology.prefixes import PREFIXES, entity_id, entity_iri, iri
from ontology.texts import LANGUAGES
from ontology.vocabulary import (
    Concept,
    Scheme,
    attribute_name,
    codes,
    concept_iri,
    concept_label,
    graph_files,
    id_slug,
    name,
    role_label,
    scheme,
    slug,
)

__all__ = [
    "KINDS",
    "LANGUAGES",
    "PREFIXES",
    "RELATIONS",
    "AmbiguousName",
    "ArvoverkkoError",
    "AskedWrongly",
    "Attribute",
    "Batch",
    "Concept",
    "InputError",
    "InvalidArgument",
    "Kind",
    "MissingExtra",
    "NotFound",
    "QueryError",
    "Relation",
    "Scheme",
    "Source",
    "Tables",
    "Value",
    "WorkspaceError",
    "attribute_name",
    "codes",
    "concept_iri",
    "concept_label",
    "entity_id",
    "entity_iri",
    "graph_files",
    "id_slug",
    "iri",
    "name",
    "role_label",
    "scheme",
    "slug",
]
