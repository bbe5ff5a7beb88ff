"""Copies of tables with something wrong in them, each saying which rules it breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from ontology.facts import Tables, entity_frame, link_frame
from ontology.metagraph import Kind, Relation


def entity(tables: Tables, kind: Kind, id: str, **values: object) -> Tables:
    """Return the tables with an entity changed, or added when it is new."""
    frame = tables.entity(kind)
    if id not in frame["id"]:
        said = {"label_fi": id, "method": "stated", "record": "more.csv#row=2", "source": "enf"} | values
        more = entity_frame(kind, pl.DataFrame([{"id": id, **said}]), "source")
        frame = pl.concat([frame, more], how="diagonal")
    else:
        here = pl.col("id") == id
        frame = frame.with_columns(
            pl.when(here).then(pl.lit(value, frame.schema[name])).otherwise(pl.col(name)).alias(name)
            for name, value in values.items()
        )
    return replace(tables, entities={**tables.entities, kind: frame})


def link(tables: Tables, relation: Relation, subject: str, object: str, **values: object) -> Tables:
    """Return the tables with one link more."""
    said = {"method": "stated", "record": "more.csv#row=3", "source": "enf"} | values
    more = link_frame(relation, pl.DataFrame([{"subject": subject, "object": object, **said}]), "source")
    return replace(tables, links={**tables.links, relation: pl.concat([tables.link(relation), more], how="diagonal")})


def without(tables: Tables, relation: Relation, gone: pl.Expr) -> Tables:
    """Return the tables without some links."""
    return replace(tables, links={**tables.links, relation: tables.link(relation).filter(~gone)})


def loop(tables: Tables) -> tuple[str, str]:
    """Return the ends of a loop."""
    found = tables.link(Relation.FEEDS).filter(pl.col("flow_kind") == "loop")
    return found["subject"][0], found["object"][0]


# Damages: each says which rules it breaks.


def level_of_twelve(tables: Tables) -> Tables:
    tables = entity(tables, Kind.PLATFORM, "pf-cec", trl_min=0, trl_max=9)
    return entity(tables, Kind.ASSESSMENT, "trl-pf-nemo-heap-1", level_max=12)


def ends_swapped(tables: Tables) -> Tables:
    tables = entity(tables, Kind.PLATFORM, "pf-nemo-heap", trl_min=8, trl_max=5)
    tables = entity(tables, Kind.ASSESSMENT, "trl-pf-nemo-heap-1", level_min=8, level_max=5)
    tables = entity(tables, Kind.PROJECT, "prj-elmo1", start="2021-05", end="2020-12-31")
    tables = link(tables, Relation.MEMBER_OF, "act-gtk", "cl-itapuu", since="2022", until="2021-06")
    return link(tables, Relation.MEMBER_OF, "act-vtt", "cl-itapuu", since="2022-06", until="2022")  # is well


def nobody_responsible(tables: Tables) -> Tables:
    tables = without(tables, Relation.COORDINATES, pl.col("object") == "cl-arctic-industry")
    tables = without(tables, Relation.MEMBER_OF, pl.col("object") == "cl-arctic-industry")
    return without(tables, Relation.OPERATES, pl.col("object") == "pf-cec")


def members_of_one_region(tables: Tables) -> Tables:
    for relation in (Relation.MEMBER_OF, Relation.COORDINATES):
        tables = without(tables, relation, pl.col("object") == "cl-itapuu")
    tables = entity(tables, Kind.ACTOR, "act-one")
    tables = link(tables, Relation.LOCATED_IN, "act-one", "reg-kainuu")
    tables = link(tables, Relation.COORDINATES, "act-one", "cl-itapuu")
    return link(tables, Relation.MEMBER_OF, "cl-arctic-industry", "cl-itapuu")  # a cluster is no actor


def ends_unknown(tables: Tables) -> Tables:
    tables = link(tables, Relation.OPERATES, "act-nobody", "pf-cec")
    tables = link(tables, Relation.LOCATED_IN, "pf-cec", "reg-nowhere")
    tables = link(tables, Relation.OPERATES, "pf-cec", "act-gtk")
    return link(tables, Relation.MEMBER_OF, "reg-lappi", "cl-itapuu")


def no_source(tables: Tables) -> Tables:
    tables = entity(tables, Kind.CLUSTER, "cl-itapuu", record=None)
    tables = entity(tables, Kind.PLATFORM, "pf-cec", method=None)
    return link(tables, Relation.PARTNER_IN, "act-gtk", "pf-cec", record=None, method=None)


def one_stage_only(tables: Tables) -> Tables:
    tables = entity(tables, Kind.VALUE_CHAIN, "vc-short")
    tables = entity(tables, Kind.STAGE, "vc-short-1", position=1)
    tables = entity(tables, Kind.STAGE, "vc-none-1", position=1)
    tables = link(tables, Relation.PART_OF, "vc-short-1", "vc-short")
    tables = link(tables, Relation.FEEDS, "vc-short-1", "vc-short-1", flow_kind="main")
    return link(tables, Relation.FEEDS, "vc-short-1", "vc-none-1", flow_kind="main")


def wrong_digits(tables: Tables) -> Tables:
    for number, id in enumerate(("0242869-6", "937073-7", "0937073-8", "FI09370737", "0937073-7")):
        tables = entity(tables, Kind.ACTOR, f"act-{number}", business_id=id)
    return tables


def codes_unknown(tables: Tables) -> Tables:
    tables = entity(tables, Kind.ACTOR, "act-gtk", actor_type="Guild", method="guessed", size="huge", status="gone")
    tables = link(tables, Relation.LOCATED_IN, "act-gtk", "reg-lappi", place="castle")
    tables = link(tables, Relation.WORKS_IN, "act-gtk", loop(tables)[0], status="Planned")
    tables = entity(tables, Kind.COMPETENCE, "cmp-i", level="realm")
    tables = entity(tables, Kind.REGION, "reg-lappi", region_type="moon")
    tables = entity(tables, Kind.SPECIALISATION, tables.entity(Kind.SPECIALISATION)["id"][0], specialisation_type="x")
    tables = entity(tables, Kind.ASSESSMENT, "trl-pf-nemo-heap-1", scale="Trl")
    return link(tables, Relation.FEEDS, *loop(tables), flow_kind="side stream", method="Stated")


def loop_forward(tables: Tables) -> Tables:
    later, earlier = loop(tables)
    tables = link(tables, Relation.FEEDS, earlier, later, flow_kind="loop")
    tables = entity(tables, Kind.STAGE, "vc-battery-x")  # its position is not known
    tables = link(tables, Relation.PART_OF, "vc-battery-x", "vc-battery")
    tables = link(tables, Relation.FEEDS, earlier, "vc-battery-x", flow_kind="loop")
    return link(tables, Relation.FEEDS, later, later, flow_kind="loop")


def circle(tables: Tables) -> Tables:
    for id in "abcdef":
        tables = entity(tables, Kind.COMPETENCE, id)
    # a, b and c are a circle, d hangs below it, e stands above it, f is broader than itself.
    for lower, upper in ("ab", "bc", "ca", "da", "ce", "ff"):
        tables = link(tables, Relation.BROADER, lower, upper)
    return tables


def ill_formed(tables: Tables) -> Tables:
    for number, day in enumerate(("2021-02-30", "2021-13", "21", "1900-02-29", "2000-02-29", "2024-02-29", "2021")):
        tables = entity(tables, Kind.PROJECT, f"prj-{number}", start=day)
    tables = link(tables, Relation.PARTNER_IN, "act-digipolis", "pf-cec", until="2021-06-31", confidence=1.5)
    tables = link(tables, Relation.PARTNER_IN, "act-vtt", "pf-cec", confidence=1.0)
    tables = entity(tables, Kind.ACTOR, "act-ärjy", label_fi="Ärjy")
    tables = entity(tables, Kind.ACTOR, "-act", website="ftp://example.org/x", source_url="doc:paper")
    tables = entity(tables, Kind.ACTOR, "act-nameless", label_fi=None)
    tables = entity(tables, Kind.REGION, "reg-kainuu", nuts_2024="fi1d8")
    return entity(tables, Kind.PROJECT, "prj-elmo1", budget_eur=-0.5)


def beyond_rdf(tables: Tables) -> Tables:
    """What RDF, JSON or XML cannot carry, as far as it can be written down to be asked."""
    for number, website in enumerate(
        ("https://", "http://user@example.org/", "urn:x", "https://example.org/%C3%A4?a#b")
    ):
        tables = entity(tables, Kind.ACTOR, f"act-web-{number}", website=website)
    tables = entity(tables, Kind.ACTOR, "urn:x", label_fi="urn:x")
    tables = entity(tables, Kind.ACTOR, "urn:x:1", label_fi="a line\nand a tab\t", note="bell \a")
    tables = entity(tables, Kind.ACTOR, "act-bell", label_en="bell \a")
    tables = entity(tables, Kind.PROJECT, "prj-endless", budget_eur=float("inf"))
    tables = entity(tables, Kind.PROJECT, "prj-none", budget_eur=float("nan"))
    return link(tables, Relation.PARTNER_IN, "act-gtk", "pf-cec", confidence=float("-inf"), role="bell \a")


def end_unsaid(tables: Tables) -> Tables:
    members = tables.link(Relation.MEMBER_OF)
    empty = members.head(1).with_columns(subject=pl.lit("act-digipolis"), object=pl.lit(None, pl.String))
    return replace(tables, links={**tables.links, Relation.MEMBER_OF: pl.concat([members, empty])})


def told_twice(tables: Tables) -> Tables:
    actors = tables.entity(Kind.ACTOR)
    return replace(tables, entities={**tables.entities, Kind.ACTOR: pl.concat([actors, actors.head(1)])})


def one_id_twice(tables: Tables) -> Tables:
    return entity(tables, Kind.PLATFORM, "cl-itapuu")


def assessed_by_nobody(tables: Tables) -> Tables:
    tables = entity(tables, Kind.PLATFORM, "pf-nemo-heap", trl_min=None, trl_max=None)
    return entity(tables, Kind.ASSESSMENT, "trl-new")


def two_sources(tables: Tables) -> Tables:
    """The second source tells one half of a platform and lacks what the first has."""
    other = replace(tables.sources[0], id="other")
    tables = replace(tables, sources=(*tables.sources, other))
    half = {"id": "pf-nemo-heap", "trl_min": 9, "record": "x.csv#row=2", "source": "other"}
    more = entity_frame(Kind.PLATFORM, pl.DataFrame([half]), "source")
    frame = pl.concat([tables.entity(Kind.PLATFORM), more], how="diagonal")
    return replace(tables, entities={**tables.entities, Kind.PLATFORM: frame})


@dataclass(frozen=True)
class Damage:
    do: Callable[[Tables], Tables]
    breaks: tuple[str, ...]


DAMAGES = (
    Damage(level_of_twelve, ("readiness-level-range", "platform-trl-agrees")),
    Damage(
        ends_swapped,
        ("platform-trl-order", "assessment-level-order", "project-date-order", "link-date-order"),
    ),
    Damage(nobody_responsible, ("cluster-has-coordinator", "cluster-names-members", "platform-has-operator")),
    Damage(members_of_one_region, ("shared-cluster-actors",)),
    Damage(ends_unknown, ("link-ends-exist", "link-ends-allowed")),
    Damage(no_source, ("fact-has-record", "fact-has-method")),
    Damage(one_stage_only, ("value-chain-has-flow", "stage-has-chain", "flow-within-chain")),
    Damage(wrong_digits, ("business-id-check-digit",)),
    Damage(
        codes_unknown,
        (
            "method-known",
            "actor-type-known",
            "competence-level-known",
            "region-type-known",
            "specialisation-type-known",
            "scale-known",
            "size-known",
            "status-known",
            "place-known",
            "flow-kind-known",
        ),
    ),
    Damage(loop_forward, ("loop-leads-back",)),
    Damage(circle, ("broader-without-circle",)),
    Damage(
        ill_formed,
        (
            "date-exists",
            "address-well-formed",
            "id-well-formed",
            "label-present",
            "nuts-code-form",
            "confidence-range",
            "budget-not-negative",
        ),
    ),
    Damage(beyond_rdf, ("address-well-formed", "id-well-formed", "number-finite", "text-characters")),
    Damage(one_id_twice, ("id-of-one-kind",)),
    Damage(told_twice, ("id-once-in-source",)),
    Damage(end_unsaid, ("link-ends-said",)),
    Damage(
        assessed_by_nobody,
        (
            "assessment-has-platform",
            "assessment-has-scale",
            "assessment-has-lowest",
            "assessment-has-highest",
            "assessment-has-assessor",
            "assessment-has-date",
            "platform-trl-agrees",
        ),
    ),
    Damage(two_sources, ("platform-trl-order",)),
)

#: The damages in two copies of the tables, so that none hides what another breaks.
_APART = (ends_swapped, ends_unknown, codes_unknown, one_id_twice, two_sources)
HEAPS = {
    "first": [damage for damage in DAMAGES if damage.do not in _APART],
    "second": [damage for damage in DAMAGES if damage.do in _APART],
}
