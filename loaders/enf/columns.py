"""The columns of the reference data: which must be filled, and which hold numbers or truths."""

from __future__ import annotations

from dataclasses import dataclass, field

from ontology.metagraph import Value


@dataclass(frozen=True, slots=True)
class File:
    """The columns of one file: those that must be filled, those that may be empty, and those that are no text."""

    need: tuple[str, ...]
    may: tuple[str, ...] = ()
    types: dict[str, Value] = field(default_factory=dict)
    sourced: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the file may have."""
        return (*self.need, *self.may, *(("source_url", "source_note") if self.sourced else ()))


_INT = Value.INTEGER
_SIZE = ("size", "size_source_url")
_STATUS = ("status", "status_year", "status_source_url")

FILES: dict[str, File] = {
    "regions": File(
        ("id", "name_fi", "name_en", "name_sv", "nuts3_2021", "nuts3_2024"),
        ("seat", "council_name", "council_sv", "council_en", "council_actor_id"),
    ),
    "peer_regions": File(("id", "name_en", "name_fi", "country", "nuts", "kind")),
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
        {"on_eccp": Value.BOOLEAN},
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
    ),
    "competences": File(
        ("id", "notation", "level", "level_name", "label_fi", "label_en", "label_raw", "label_sv"),
        ("parent_id", "definition_fi", "definition_en"),
    ),
    "value_chains": File(("id", "name_en", "name_fi", "name_sv"), ("description", "source")),
    "value_chain_stages": File(
        ("value_chain_id", "order", "name_en", "name_fi", "name_sv"), ("description",), {"order": _INT}
    ),
    "projects": File(
        ("id", "name"),
        ("programme", "start", "end", "budget_eur", "coordinator_actor_id", "dates_source_url"),
        {"budget_eur": Value.DECIMAL},
    ),
    "region_specialisations": File(
        ("id", "region_id", "notation", "kind", "label_fi", "label_en", "label_raw", "label_sv"),
        ("parent_id", "competence_ids"),
    ),
    "documents": File(("id", "title"), ("publisher", "date", "url"), sourced=False),
    "actor_sites": File(("actor_id", "region_id"), ("municipality", "site_name")),
    "memberships": File(("actor_id", "cluster_id", "role")),
    "cluster_related_actors": File(("actor_id", "cluster_id", "relation")),
    "cluster_relations": File(("cluster_id", "related_cluster_id", "relation")),
    "network_memberships": File(("subject_id", "network", "role"), ("since", "until")),
    "platform_partners": File(("platform_id", "actor_id", "role")),
    "platform_readiness": File(
        ("platform_id", "scale", "level_min", "level_max"),
        ("assessor", "date"),
        {"level_min": _INT, "level_max": _INT},
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
        {"stage_order": _INT},
    ),
    "value_chain_flows": File(
        ("value_chain_id", "from_order", "to_order", "name_en", "name_fi", "name_sv", "kind"),
        ("material", "method"),
        {"from_order": _INT, "to_order": _INT},
    ),
}

#: The stages of a chain are known by chain and order.
STAGES = (
    ("value_chain_stages", "stage", "order"),
    ("stage_competences", "stage", "stage_order"),
    ("value_chain_actors", "stage", "stage_order"),
    ("value_chain_flows", "from_stage", "from_order"),
    ("value_chain_flows", "to_stage", "to_order"),
)
