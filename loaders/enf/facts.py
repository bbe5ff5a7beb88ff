"""The rows of the ENF reference data said as entities and links of the metagraph.

`rows` is a frame per file, its cells typed. Each function here is one sentence about which columns say what, and what
it makes remembers from which column of which file each of its own was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ontology.metagraph import Kind, Relation
from ontology.vocabulary import id_slug

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


#: Columns that are put together, and what they are put together from.
_MADE_OF = {
    "stage": ("order", "stage_order"),
    "from_stage": ("from_order",),
    "to_stage": ("to_order",),
    "net": ("network",),
    "pilot": ("id",),
    "whole": ("id",),
    "assessment": ("platform_id",),
    "levels": ("scale",),
    "note": ("source_note",),
}


@dataclass(frozen=True, slots=True)
class Told:
    """Facts of one kind or relation, and for each file: the columns that theirs were read from."""

    frame: pl.DataFrame
    columns: Mapping[str, Mapping[str, str]]


def _told(frame: pl.DataFrame, said: Mapping[str, pl.Expr]) -> Told:
    rows = frame.select(**said)
    read = {own: _read_from(expression, frame) for own, expression in said.items()}
    # A rule on a text by language names it without the language.
    for own in [name for name in read if name.startswith("label_")]:
        read.setdefault("label", read[own])
    file = frame["record"][0].partition("#")[0] if frame.height else ""
    return Told(rows, {file: {own: theirs for own, theirs in read.items() if theirs and theirs != own}} if file else {})


def _read_from(expression: pl.Expr, frame: pl.DataFrame) -> str:
    """The column of the file that a column of facts was read from, or the first of several; empty if from none."""
    named = next(iter(expression.meta.root_names()), "")
    return next((column for column in _MADE_OF.get(named, ()) if column in frame.columns), named)


def _said(*columns: str | pl.Expr, **named: str | pl.Expr) -> dict[str, pl.Expr]:
    plain = {each if isinstance(each, str) else each.meta.output_name(): each for each in columns}
    return {own: pl.col(one) if isinstance(one, str) else one for own, one in (plain | named).items()}


def _entity(frame: pl.DataFrame, *columns: str | pl.Expr, **named: str | pl.Expr) -> Told:
    return _told(frame, _said(*columns, *_PROVENANCE, **({"id": "id"} | named)))


def _link(frame: pl.DataFrame, subject: str, object: str, *columns: str, **named: str) -> Told:
    both = pl.col(subject).is_not_null() & pl.col(object).is_not_null()
    return _told(frame.filter(both), _said(*columns, *_PROVENANCE, subject=subject, object=object, **named))


def _each(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """One row for each of the values that a column holds, separated by semicolons."""
    each = frame.with_columns(pl.col(column).str.split(";")).explode(column)
    return each.with_columns(pl.col(column).str.strip_chars()).filter(pl.col(column) != "")


def network_id(name: str) -> str:
    """Return the id of a network, which the data knows by its name only.

    >>> network_id("S3 partnership: Photonics")
    'net-s3-partnership-photonics'
    """
    return "net-" + id_slug(name)


def entities(rows: Rows) -> dict[Kind, Told]:
    """Return the entities that the rows tell of."""
    named = {"label_fi": "name_fi", "label_en": "name_en"}
    trilingual = {**named, "label_sv": "name_sv"}
    concept = {"label_fi": "label_fi", "label_en": "label_en", "label_sv": "label_sv", "printed": "label_raw"}
    platforms = rows["platforms"]
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
            rows["value_chain_stages"],
            id="stage",
            position="order",
            description_en="description",
            **trilingual,
        ),
        Kind.PROJECT: _entity(rows["projects"], *_PROJECT, label_und="name"),
        Kind.REGION: _together(
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
        ),
        Kind.SPECIALISATION: _entity(rows["region_specialisations"], "notation", specialisation_type="kind", **concept),
        # A network is known by the first row that names it; every row is a membership of it.
        Kind.NETWORK: _entity(
            _with_network(rows).unique("network", keep="first", maintain_order=True), id="net", label_und="network"
        ),
        Kind.ASSESSMENT: _entity(
            _readiness(rows),
            "scale",
            "level_min",
            "level_max",
            "assessor",
            "date",
            id="assessment",
            label_und="levels",
        ),
        Kind.DOCUMENT: _entity(rows["documents"], "publisher", "date", "url", label_und="title"),
    }


def _readiness(rows: Rows) -> pl.DataFrame:
    """The assessments of platforms, numbered in the order of the file."""
    number = pl.int_range(1, pl.len() + 1).over("platform_id").cast(pl.String)
    return rows["platform_readiness"].with_columns(
        assessment="trl-" + pl.col("platform_id") + "-" + number,
        levels=pl.concat_str("scale", pl.lit(" "), _range("level_min", "level_max")),
    )


def _range(low: str, high: str) -> pl.Expr:
    one, other = pl.col(low).cast(pl.String), pl.col(high).cast(pl.String)
    return pl.when(one == other).then(one).otherwise(one + "–" + other)


def _with_network(rows: Rows) -> pl.DataFrame:
    return rows["network_memberships"].with_columns(net=pl.col("network").map_elements(network_id, pl.String))


def links(rows: Rows, labels: pl.DataFrame) -> dict[Relation, Told]:
    """Return the links that the rows state; `labels` has the `label` of each `competence_id`, of rows refused too."""
    actors, clusters, platforms = rows["actors"], rows["clusters"], rows["platforms"]
    stages, specialisations = rows["value_chain_stages"], rows["region_specialisations"]
    related = rows["cluster_relations"]
    is_member = pl.col("relation") == "has member cluster"
    return {
        Relation.MEMBER_OF: _together(
            _link(rows["memberships"], "actor_id", "cluster_id", "role"),
            _link(related.filter(is_member), "related_cluster_id", "cluster_id", role="relation"),
            _link(_with_network(rows), "subject_id", "net", "role", "since", "until"),
            _link(_pilot_regions(rows), "id", "pilot"),
        ),
        Relation.COORDINATES: _together(
            _link(clusters, "responsible_org_id", "id"), _link(rows["projects"], "coordinator_actor_id", "id")
        ),
        Relation.OPERATES: _link(platforms, "operator_actor_id", "id"),
        Relation.PARTNER_IN: _link(rows["platform_partners"], "actor_id", "platform_id", "role"),
        Relation.HAS_COMPETENCE: _together(
            _link(rows["platform_or_actor_competences"], "subject_id", "competence_id", basis="evidence"),
            _link(_labelled_only(rows, labels), "id", "competence_id"),
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
        Relation.ASSESSES: _link(_readiness(rows), "assessment", "platform_id"),
    }


def _sites(rows: Rows) -> pl.DataFrame:
    """The places of activity beside the seat; their names are the curator's and in English."""
    return rows["actor_sites"].with_columns(place=pl.lit("site"))


def _together(*parts: Told) -> Told:
    frame = pl.concat([part.frame for part in parts], how="diagonal")
    return Told(frame, {file: columns for part in parts for file, columns in part.columns.items()})


def _whole(rows: Rows) -> str | None:
    """The NUTS 2 area that the seven regions make up, when the peer regions name it."""
    found = rows["peer_regions"].filter(pl.col("nuts") == "FI1D")["id"]
    return found[0] if found.len() else None


def _pilot_regions(rows: Rows) -> pl.DataFrame:
    """The peer regions are those of the Regions in Industrial Transition pilot, so they are in that network."""
    pilot = network_id("Regions in Industrial Transition pilot")
    known = pilot in {network_id(name) for name in rows["network_memberships"]["network"]}
    return rows["peer_regions"].with_columns(pilot=pl.lit(pilot if known else None, pl.String))


def comma(column: str) -> pl.Expr:
    """A label may have a semicolon of its own; in a list of labels it is written with a comma."""
    return pl.col(column).str.replace_all(";", ",")


def _labelled_only(rows: Rows, labels: pl.DataFrame) -> pl.DataFrame:
    """Competences that a platform lists by label and that no mapping row repeats."""
    names = labels.select("competence_id", competence_labels=comma("label"))
    mapped = rows["platform_or_actor_competences"].select(id="subject_id", competence_id="competence_id")
    listed = _each(rows["platforms"], "competence_labels").join(names, on="competence_labels")
    return listed.join(mapped, on=["id", "competence_id"], how="anti")
