"""The rows of the ENF reference data said as entities and links of the metagraph.

`rows` is a frame per file, its cells typed and its references known to be good. Each function here is one
sentence about which columns say what.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from ontology.metagraph import Kind, Relation

Rows = Mapping[str, pl.DataFrame]

_PROVENANCE = ("record", "method", "source_url", "note")
_STATUS = ("status", "status_year", "status_source_url")
_PROJECT = ("programme", "start", "end", "dates_source_url", "budget_eur")


def _labels() -> list[pl.Expr]:
    """The language of `name`: English beside a different Finnish name; as printed when it stands alone."""
    name, finnish = pl.col("name"), pl.col("name_fi")
    return [
        finnish.alias("label_fi"),
        pl.col("name_sv").alias("label_sv"),
        pl.when(finnish.is_not_null() & (finnish != name)).then(name).alias("label_en"),
        pl.when(finnish.is_null()).then(name).alias("label_und"),
    ]


def _entity(frame: pl.DataFrame, *columns: str | pl.Expr, **named: str | pl.Expr) -> pl.DataFrame:
    said = {key: pl.col(value) if isinstance(value, str) else value for key, value in named.items()}
    return frame.select("id", *columns, *_PROVENANCE, **said)


def _link(frame: pl.DataFrame, subject: str, object: str, *columns: str, **named: str) -> pl.DataFrame:
    said = {key: pl.col(value) for key, value in named.items()}
    return frame.select(*columns, *_PROVENANCE, subject=subject, object=object, **said).filter(
        pl.col("subject").is_not_null() & pl.col("object").is_not_null()
    )


def _each(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """One row for each of the values that a column holds, separated by semicolons."""
    return frame.with_columns(pl.col(column).str.split(";")).explode(column).with_columns(
        pl.col(column).str.strip_chars()
    )  # fmt: skip


def network_id(name: str) -> str:
    """Return the id of a network, which the data knows by its name only.

    >>> network_id("S3 partnership: Photonics")
    'net-s3-partnership-photonics'
    """
    return "net-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def entities(rows: Rows) -> dict[Kind, pl.DataFrame]:
    """Return the entities that the rows tell of."""
    named = {"label_fi": "name_fi", "label_en": "name_en"}
    trilingual = {**named, "label_sv": "name_sv"}
    concept = {"label_fi": "label_fi", "label_en": "label_en", "label_sv": "label_sv", "printed": "label_raw"}
    platforms, networks = rows["platforms"], rows["network_memberships"]
    return {
        Kind.ACTOR: _entity(
            rows["actors"],
            *_labels(),
            "business_id",
            "municipality",
            "website",
            "size",
            "size_source_url",
            *_STATUS,
            actor_type="type",
        ),
        Kind.CLUSTER: _entity(
            rows["clusters"], *_labels(), "theme", "on_eccp", "quality_label", "website", description_en="description"
        ),
        Kind.PLATFORM: _entity(
            platforms, *_labels(), "municipality", "trl_min", "trl_max", description_en="description"
        ),
        Kind.COMPETENCE: _entity(
            rows["competences"], "notation", "definition_fi", "definition_en", level="level_name", **concept
        ),
        Kind.VALUE_CHAIN: _entity(rows["value_chains"], description_en="description", basis="source", **trilingual),
        Kind.STAGE: _entity(
            rows["value_chain_stages"].rename({"stage": "id"}),
            position="order",
            description_en="description",
            **trilingual,
        ),
        Kind.PROJECT: _entity(rows["projects"], *_PROJECT, label_und="name"),
        Kind.REGION: pl.concat(
            [
                _entity(
                    rows["regions"],
                    "seat",
                    region_type=pl.lit("maakunta"),
                    nuts_2021="nuts3_2021",
                    nuts_2024="nuts3_2024",
                    council_fi="council_name",
                    council_sv="council_sv",
                    council_en="council_en",
                    **trilingual,
                ),
                _entity(rows["peer_regions"], "country", "nuts", region_type="kind", **named),
            ],
            how="diagonal",
        ),
        Kind.SPECIALISATION: _entity(rows["region_specialisations"], "notation", specialisation_type="kind", **concept),
        # A network is known by the first row that names it; every row is a membership of it.
        Kind.NETWORK: _entity(
            networks.unique("network", keep="first", maintain_order=True).with_columns(id=_network()),
            label_und="network",
        ),
        Kind.ASSESSMENT: _entity(_readiness(rows), "scale", "level_min", "level_max", "assessor", "date", "label_und"),
        Kind.DOCUMENT: _entity(rows["documents"], "publisher", "date", "url", label_und="title"),
    }


def _readiness(rows: Rows) -> pl.DataFrame:
    """The assessments of platforms, numbered in the order of the file."""
    number = pl.int_range(1, pl.len() + 1).over("platform_id").cast(pl.String)
    return rows["platform_readiness"].with_columns(
        id="trl-" + pl.col("platform_id") + "-" + number,
        label_und=pl.concat_str("scale", pl.lit(" "), _range("level_min", "level_max")),
    )


def _range(low: str, high: str) -> pl.Expr:
    one, other = pl.col(low).cast(pl.String), pl.col(high).cast(pl.String)
    return pl.when(one == other).then(one).otherwise(one + "–" + other)


def _network() -> pl.Expr:
    return pl.col("network").map_elements(network_id, pl.String)


def links(rows: Rows) -> dict[Relation, pl.DataFrame]:
    """Return the links that the rows state."""
    actors, clusters, platforms = rows["actors"], rows["clusters"], rows["platforms"]
    stages, specialisations = rows["value_chain_stages"], rows["region_specialisations"]
    related = rows["cluster_relations"]
    is_member = pl.col("relation") == "has member cluster"
    return {
        Relation.MEMBER_OF: _together(
            _link(rows["memberships"], "actor_id", "cluster_id", "role"),
            _link(related.filter(is_member), "related_cluster_id", "cluster_id", role="relation"),
            _link(
                rows["network_memberships"].with_columns(net=_network()), "subject_id", "net", "role", "since", "until"
            ),
            _link(_pilot_regions(rows), "id", "net"),
        ),
        Relation.COORDINATES: _together(
            _link(clusters, "responsible_org_id", "id"), _link(rows["projects"], "coordinator_actor_id", "id")
        ),
        Relation.OPERATES: _link(platforms, "operator_actor_id", "id"),
        Relation.PARTNER_IN: _link(rows["platform_partners"], "actor_id", "platform_id", "role"),
        Relation.HAS_COMPETENCE: _together(
            _link(rows["platform_or_actor_competences"], "subject_id", "competence_id", "basis"),
            _link(_labelled_only(rows), "id", "competence_id"),
        ),
        Relation.BROADER: _together(
            _link(rows["competences"], "id", "parent_id"), _link(specialisations, "id", "parent_id")
        ),
        Relation.PART_OF: _together(
            _link(stages, "stage", "value_chain_id"),
            _link(rows["regions"].with_columns(whole=pl.lit(_whole(rows), pl.String)), "id", "whole"),
        ),
        Relation.FEEDS: _link(
            rows["value_chain_flows"],
            "from_stage",
            "to_stage",
            "material",
            name_fi="name_fi",
            name_en="name_en",
            name_sv="name_sv",
            flow_kind="kind",
        ),
        Relation.WORKS_IN: _link(rows["value_chain_actors"], "subject_id", "stage", "role", *_STATUS),
        Relation.REQUIRES: _link(rows["stage_competences"], "stage", "competence_id"),
        Relation.PARTICIPATES_IN: _link(rows["project_participants"], "actor_id", "project_id", "role"),
        Relation.LOCATED_IN: _together(
            _link(actors.with_columns(place=pl.lit("seat")), "id", "region_id", "place"),
            _link(_sites(rows), "actor_id", "region_id", "place", "municipality", site_name_en="site_name"),
            _link(_each(clusters, "region_ids"), "id", "region_ids"),
            _link(platforms, "id", "region_id"),
        ),
        Relation.SPECIALISES_IN: _link(specialisations, "region_id", "id"),
        Relation.RELATED_TO: _together(
            _link(rows["cluster_related_actors"], "actor_id", "cluster_id", role="relation"),
            _link(related.filter(~is_member), "cluster_id", "related_cluster_id", role="relation"),
            _link(_each(specialisations, "competence_ids"), "id", "competence_ids"),
        ),
        Relation.GOVERNS: _link(rows["regions"], "council_actor_id", "id"),
        Relation.ASSESSES: _link(_readiness(rows), "id", "platform_id"),
    }


def _sites(rows: Rows) -> pl.DataFrame:
    """The places of activity beside the seat; their names are the curator's and in English."""
    return rows["actor_sites"].with_columns(place=pl.lit("site"))


def _together(*frames: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(frames, how="diagonal")


def _whole(rows: Rows) -> str | None:
    """The NUTS 2 area that the seven regions make up, when the peer regions name it."""
    found = rows["peer_regions"].filter(pl.col("nuts") == "FI1D")["id"]
    return found[0] if found.len() else None


def _pilot_regions(rows: Rows) -> pl.DataFrame:
    """The peer regions are those of the Regions in Industrial Transition pilot, so they are in that network."""
    pilot = network_id("Regions in Industrial Transition pilot")
    known = pilot in {network_id(name) for name in rows["network_memberships"]["network"]}
    return rows["peer_regions"].with_columns(net=pl.lit(pilot if known else None, pl.String))


def _labelled_only(rows: Rows) -> pl.DataFrame:
    """Competences that a platform lists by label and that no mapping row repeats."""
    names = rows["competences"].select(
        competence_labels=pl.col("label_fi").str.replace_all(";", ","), competence_id="id"
    )
    mapped = rows["platform_or_actor_competences"].select(id="subject_id", competence_id="competence_id")
    listed = _each(rows["platforms"], "competence_labels").join(names, on="competence_labels")
    return listed.join(mapped, on=["id", "competence_id"], how="anti")
