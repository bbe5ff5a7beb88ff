"""The rules of the data: each is declared once, asked of tables as columns and published as SHACL."""

from __future__ import annotations

from ontology.metagraph import Kind, Relation, Value
from ontology.rules.base import ALL_KINDS, ALL_RELATIONS, About, Rule, Severity, said_of
from ontology.rules.ids import EndsSaid, OnceInSource, OneKind
from ontology.rules.links import (
    AgreesWithAssessments,
    AtLeast,
    ChainHasFlow,
    EndsAllowed,
    EndsExist,
    FlowWithinChain,
    LoopLeadsBack,
    NoCircle,
    SharedAcrossRegions,
)
from ontology.rules.rows import (
    DATE_PATTERN,
    NUTS_PATTERN,
    Address,
    BusinessIdCheckDigit,
    Finite,
    InRange,
    InScheme,
    Matches,
    Ordered,
    Required,
    Texts,
    WellFormedId,
)

EVERYTHING: About = (*ALL_KINDS, *ALL_RELATIONS)


def _having(*values: Value) -> tuple[About, tuple[str, ...]]:
    """Return the kinds and relations with attributes that hold such values, and the names of these."""
    about = tuple(kind for kind in EVERYTHING if any(own.value in values for own in said_of(kind)))
    names = {own.name for kind in about for own in said_of(kind) if own.value in values}
    return about, tuple(sorted(names))


_REFUSE, _ASIDE, _VIOLATION, _WARNING = Severity


def _code(id: str, kind: Kind | Relation, attribute: str, scheme: str) -> Rule:
    return Rule(id, _REFUSE, InScheme((kind,), attribute, scheme))


RULES: tuple[Rule, ...] = (
    # Rows that cannot be facts.
    Rule("id-well-formed", _REFUSE, WellFormedId()),
    Rule("label-present", _REFUSE, Required(ALL_KINDS, "label")),
    Rule("id-of-one-kind", _REFUSE, OneKind()),
    Rule("id-once-in-source", _REFUSE, OnceInSource()),
    Rule("link-ends-said", _REFUSE, EndsSaid()),
    Rule("link-ends-allowed", _REFUSE, EndsAllowed()),
    Rule("date-exists", _REFUSE, Matches(*_having(Value.DATE), DATE_PATTERN)),
    Rule("address-well-formed", _REFUSE, Address(*_having(Value.LINK))),
    Rule("number-finite", _REFUSE, Finite(*_having(Value.DECIMAL))),
    Rule("text-characters", _REFUSE, Texts(EVERYTHING)),
    Rule(
        "readiness-level-range",
        _REFUSE,
        InRange((Kind.PLATFORM, Kind.ASSESSMENT), ("trl_min", "trl_max", "level_min", "level_max"), 1, 9),
    ),
    Rule("platform-trl-order", _REFUSE, Ordered((Kind.PLATFORM,), "trl_min", "trl_max")),
    Rule("assessment-level-order", _REFUSE, Ordered((Kind.ASSESSMENT,), "level_min", "level_max")),
    Rule("project-date-order", _REFUSE, Ordered((Kind.PROJECT,), "start", "end")),
    Rule("link-date-order", _REFUSE, Ordered(ALL_RELATIONS, "since", "until")),
    Rule("confidence-range", _REFUSE, InRange(ALL_RELATIONS, ("confidence",), 0, 1)),
    Rule("budget-not-negative", _REFUSE, InRange((Kind.PROJECT,), ("budget_eur",), 0)),
    Rule("business-id-check-digit", _REFUSE, BusinessIdCheckDigit()),
    Rule("nuts-code-form", _REFUSE, Matches((Kind.REGION,), ("nuts", "nuts_2021", "nuts_2024"), NUTS_PATTERN)),
    Rule("fact-has-method", _REFUSE, Required(EVERYTHING, "method")),
    Rule("method-known", _REFUSE, InScheme(EVERYTHING, "method", "methods")),
    _code("actor-type-known", Kind.ACTOR, "actor_type", "actor-types"),
    _code("size-known", Kind.ACTOR, "size", "sizes"),
    Rule("status-known", _REFUSE, InScheme((Kind.ACTOR, Relation.WORKS_IN), "status", "statuses")),
    _code("place-known", Relation.LOCATED_IN, "place", "places"),
    _code("competence-level-known", Kind.COMPETENCE, "level", "competence-levels"),
    _code("region-type-known", Kind.REGION, "region_type", "region-types"),
    _code("specialisation-type-known", Kind.SPECIALISATION, "specialisation_type", "specialisation-types"),
    _code("scale-known", Kind.ASSESSMENT, "scale", "scales"),
    _code("flow-kind-known", Relation.FEEDS, "flow_kind", "flow-kinds"),
    # Links that wait for one of their ends.
    Rule("link-ends-exist", _ASIDE, EndsExist()),
    # What the graph was founded on.
    Rule("fact-has-record", _VIOLATION, Required(EVERYTHING, "record")),
    Rule("cluster-has-coordinator", _VIOLATION, AtLeast(Kind.CLUSTER, Relation.COORDINATES, "in")),
    Rule("shared-cluster-actors", _VIOLATION, SharedAcrossRegions()),
    Rule("platform-has-operator", _VIOLATION, AtLeast(Kind.PLATFORM, Relation.OPERATES, "in")),
    Rule("platform-trl-agrees", _VIOLATION, AgreesWithAssessments()),
    Rule("assessment-has-platform", _VIOLATION, AtLeast(Kind.ASSESSMENT, Relation.ASSESSES, "out")),
    Rule("assessment-has-scale", _VIOLATION, Required((Kind.ASSESSMENT,), "scale")),
    Rule("assessment-has-lowest", _VIOLATION, Required((Kind.ASSESSMENT,), "level_min")),
    Rule("assessment-has-highest", _VIOLATION, Required((Kind.ASSESSMENT,), "level_max")),
    Rule("value-chain-has-flow", _VIOLATION, ChainHasFlow()),
    Rule("stage-has-chain", _VIOLATION, AtLeast(Kind.STAGE, Relation.PART_OF, "out")),
    Rule("flow-within-chain", _VIOLATION, FlowWithinChain()),
    Rule("loop-leads-back", _VIOLATION, LoopLeadsBack()),
    Rule("broader-without-circle", _VIOLATION, NoCircle()),
    # What is worth knowing.
    Rule("cluster-names-members", _WARNING, AtLeast(Kind.CLUSTER, Relation.MEMBER_OF, "in")),
    Rule("assessment-has-assessor", _WARNING, Required((Kind.ASSESSMENT,), "assessor")),
    Rule("assessment-has-date", _WARNING, Required((Kind.ASSESSMENT,), "date")),
)
