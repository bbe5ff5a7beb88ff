"""The columns of the reference data: which must be filled, what they hold, and which ids they name."""

from __future__ import annotations

from dataclasses import dataclass, field

from ontology.metagraph import Value


@dataclass(frozen=True, slots=True)
class File:
    """The columns of one file: those that must be filled, those that may be empty, and their types."""

    need: tuple[str, ...]
    may: tuple[str, ...] = ()
    types: dict[str, Value] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    id: str | None = None
    sourced: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the file may have."""
        return (*self.need, *self.may, *(("source_url", "source_note") if self.sourced else ()))


_INT, _LINK, _DATE = Value.INTEGER, Value.LINK, Value.DATE
_SIZE = ("size", "size_source_url")
_STATUS = ("status", "status_year", "status_source_url")
_STATUS_TYPES = {"status_year": _DATE, "status_source_url": _LINK}

FILES: dict[str, File] = {
    "regions": File(
        ("id", "name_fi", "name_en", "name_sv", "nuts3_2021", "nuts3_2024"),
        ("seat", "council_name", "council_sv", "council_en", "council_actor_id"),
        id="id",
    ),
    "peer_regions": File(
        ("id", "name_en", "name_fi", "country", "nuts", "kind"), codes={"kind": "region-types"}, id="id"
    ),
    "actors": File(
        ("id", "name", "type"),
        (
            "name_fi",
            "name_sv",
            "business_id",
            "municipality",
            "region_id",
            "website",
            "size",
            "size_source_url",
            *_STATUS,
        ),
        {"website": _LINK, "size_source_url": _LINK, **_STATUS_TYPES},
        codes={"type": "actor-types", "size": "sizes", "status": "statuses"},
        id="id",
    ),
    "clusters": File(
        ("id", "name"),
        (
            "name_fi",
            "name_sv",
            "description",
            "responsible_org_id",
            "region_ids",
            "theme",
            "on_eccp",
            "quality_label",
            "website",
        ),
        {"website": _LINK, "on_eccp": Value.BOOLEAN},
        id="id",
    ),
    "platforms": File(
        ("id", "name"),
        (
            "name_fi",
            "name_sv",
            "operator_actor_id",
            "region_id",
            "municipality",
            "description",
            "trl_min",
            "trl_max",
            "competence_labels",
        ),
        {"trl_min": _INT, "trl_max": _INT},
        id="id",
    ),
    "competences": File(
        ("id", "notation", "level", "level_name", "label_fi", "label_en", "label_raw", "label_sv"),
        ("parent_id", "definition_fi", "definition_en"),
        codes={"level_name": "competence-levels"},
        id="id",
    ),
    "value_chains": File(("id", "name_en", "name_fi", "name_sv"), ("description", "source"), id="id"),
    "value_chain_stages": File(
        ("value_chain_id", "order", "name_en", "name_fi", "name_sv"), ("description",), {"order": _INT}, id="stage"
    ),
    "projects": File(
        ("id", "name"),
        ("programme", "start", "end", "budget_eur", "coordinator_actor_id", "dates_source_url"),
        {"start": _DATE, "end": _DATE, "budget_eur": Value.DECIMAL, "dates_source_url": _LINK},
        id="id",
    ),
    "region_specialisations": File(
        ("id", "region_id", "notation", "kind", "label_fi", "label_en", "label_raw", "label_sv"),
        ("parent_id", "competence_ids"),
        codes={"kind": "specialisation-types"},
        id="id",
    ),
    "documents": File(
        ("id", "title"), ("publisher", "date", "url"), {"date": _DATE, "url": _LINK}, id="id", sourced=False
    ),
    "actor_sites": File(("actor_id", "region_id"), ("municipality", "site_name")),
    "memberships": File(("actor_id", "cluster_id", "role")),
    "cluster_related_actors": File(("actor_id", "cluster_id", "relation")),
    "cluster_relations": File(("cluster_id", "related_cluster_id", "relation")),
    "network_memberships": File(
        ("subject_id", "network", "role"), ("since", "until"), {"since": _DATE, "until": _DATE}
    ),
    "platform_partners": File(("platform_id", "actor_id", "role")),
    "platform_readiness": File(
        ("platform_id", "scale", "level_min", "level_max"),
        ("assessor", "date"),
        {"level_min": _INT, "level_max": _INT, "date": _DATE},
        codes={"scale": "scales"},
    ),
    "platform_or_actor_competences": File(
        ("subject_id", "subject_kind", "competence_id", "competence_label"), ("evidence",)
    ),
    "project_participants": File(("project_id", "actor_id", "role")),
    "stage_competences": File(
        ("value_chain_id", "stage_order", "competence_id"),
        ("method", "source_note"),
        {"stage_order": _INT},
        sourced=False,
    ),
    "value_chain_actors": File(
        ("value_chain_id", "stage_order", "subject_id", "role"),
        _STATUS,
        {"stage_order": _INT, **_STATUS_TYPES},
        codes={"status": "statuses"},
    ),
    "value_chain_flows": File(
        ("value_chain_id", "from_order", "to_order", "name_en", "name_fi", "name_sv", "kind"),
        ("material", "method"),
        {"from_order": _INT, "to_order": _INT},
        codes={"kind": "flow-kinds"},
    ),
}

#: (file, column, the files where the id must be); a column put together from two is checked under its own name.
REFERENCES: tuple[tuple[str, str, tuple[str, ...], str | None], ...] = (
    ("regions", "council_actor_id", ("actors",), None),
    ("actors", "region_id", ("regions",), None),
    ("clusters", "responsible_org_id", ("actors",), None),
    ("platforms", "operator_actor_id", ("actors",), None),
    ("platforms", "region_id", ("regions",), None),
    ("competences", "parent_id", ("competences",), None),
    ("value_chain_stages", "value_chain_id", ("value_chains",), None),
    ("projects", "coordinator_actor_id", ("actors",), None),
    ("region_specialisations", "region_id", ("regions",), None),
    ("region_specialisations", "parent_id", ("region_specialisations",), None),
    ("actor_sites", "actor_id", ("actors",), None),
    ("actor_sites", "region_id", ("regions",), None),
    ("memberships", "actor_id", ("actors",), None),
    ("memberships", "cluster_id", ("clusters",), None),
    ("cluster_related_actors", "actor_id", ("actors",), None),
    ("cluster_related_actors", "cluster_id", ("clusters",), None),
    ("cluster_relations", "cluster_id", ("clusters",), None),
    ("cluster_relations", "related_cluster_id", ("clusters",), None),
    ("network_memberships", "subject_id", ("actors", "clusters", "regions"), None),
    ("platform_partners", "platform_id", ("platforms",), None),
    ("platform_partners", "actor_id", ("actors",), None),
    ("platform_readiness", "platform_id", ("platforms",), None),
    ("platform_or_actor_competences", "subject_id", ("actors", "platforms", "clusters"), None),
    ("platform_or_actor_competences", "competence_id", ("competences",), None),
    ("project_participants", "project_id", ("projects",), None),
    ("project_participants", "actor_id", ("actors",), None),
    ("stage_competences", "stage", ("value_chain_stages",), "stage_order"),
    ("stage_competences", "competence_id", ("competences",), None),
    ("value_chain_actors", "stage", ("value_chain_stages",), "stage_order"),
    ("value_chain_actors", "subject_id", ("actors", "platforms"), None),
    ("value_chain_flows", "from_stage", ("value_chain_stages",), "from_order"),
    ("value_chain_flows", "to_stage", ("value_chain_stages",), "to_order"),
)

#: Columns with several ids, separated by semicolons.
LISTS = (
    ("clusters", "region_ids", "regions"),
    ("region_specialisations", "competence_ids", "competences"),
)

#: The stages of a chain are known by chain and order.
STAGES = (
    ("value_chain_stages", "stage", "order"),
    ("stage_competences", "stage", "stage_order"),
    ("value_chain_actors", "stage", "stage_order"),
    ("value_chain_flows", "from_stage", "from_order"),
    ("value_chain_flows", "to_stage", "to_order"),
)
