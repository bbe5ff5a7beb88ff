"""From the graph to a picture's plain data: what a value chain's infographic shows, in one language.

Everything here is read from the graph. What a language has no text for is left out, not translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import polars as pl

from graph.infographics.model import (
    SEVERAL,
    ChainPicture,
    FlowPicture,
    GapPicture,
    GapStatus,
    Participant,
    StagePicture,
    count_regions,
)
from graph.questions.gaps import find_gaps
from graph.status import Status
from graph.stores.generation import Generation
from graph.stores.standing import standing, standing_of_roles
from ontology.facts import in_language
from ontology.metagraph import Kind, Relation
from ontology.texts import say
from ontology.vocabulary import check_language, role_label

#: The regions' codes on a picture, by NUTS 2024 code: too small to print a name, too many for colour alone.
REGION_CODES = {
    "FI1D7": "LA",
    "FI1D9": "PP",
    "FI1D8": "KA",
    "FI1D5": "KP",
    "FI1DB": "PS",
    "FI1DC": "PK",
    "FI1DA": "ES",
}

_GAPS: dict[Status, GapStatus] = {
    Status.ONE_ACTOR: "one_actor",
    Status.NO_ACTOR: "no_actor",
    Status.NO_DATA: "no_data",
}


def compose(generation: Generation, chain: str, language: str) -> ChainPicture:
    """Return what the infographic of a value chain shows; raises NotFound or InvalidArgument."""
    check_language(language)
    tables, directory = generation.tables, generation.directory
    entity = directory.get(chain)
    gaps = find_gaps(generation, chain)
    stage_ids = [stage.stage for stage in gaps.stages]
    works = standing_of_roles(tables.link(Relation.WORKS_IN).filter(pl.col("object").is_in(stage_ids)), tables)
    codes = _region_codes(generation)
    located = _regions(generation, codes)
    levels = _levels(generation)
    stages = []
    for stage in gaps.stages:
        here = works.filter(pl.col("object") == stage.stage).unique("subject", keep="first", maintain_order=True)
        participants = []
        for id, role, status, year in here.select("subject", "role", "status", "status_year").iter_rows():
            subject = directory.get(id)
            participants.append(
                Participant(
                    id,
                    subject.label(language),
                    "platform" if subject.kind is Kind.PLATFORM else "actor",
                    subject.attributes.get("actor_type", ""),
                    located.get(id),
                    levels.get(id),
                    role_label(role, language) if role else "",
                    standing({"status": status, "status_year": year}, language) or "",
                )
            )
        description = directory.get(stage.stage).text("description", language)
        stages.append(
            StagePicture(
                stage.position,
                directory.label(stage.stage, language),
                description[0] if description and description[1] == language else None,
                stage.status.value,
                tuple(participants),
                tuple(
                    GapPicture(directory.label(gap.competence, language), _GAPS[gap.status])
                    for gap in stage.competences
                    if gap.status in _GAPS
                ),
            )
        )
    summary = entity.text("description", language)
    names = {code: directory.label(region, language) for region, code in codes.items()}
    if any(participant.region == SEVERAL for stage in stages for participant in stage.participants):
        names[SEVERAL] = say("picture.several_regions", language)
    return ChainPicture(
        id=chain,
        title=entity.label(language),
        summary=summary[0] if summary and summary[1] == language else None,
        stages=tuple(stages),
        flows=_flows(generation, {stage.stage: stage.position for stage in gaps.stages}, language),
        region_counts=count_regions(stages, names, say("picture.not_stated", language)),
        language=language,
        sources=_sources(generation, chain, stage_ids),
        data_date=max(source.retrieved for source in tables.sources).isoformat(),
        generation=generation.name,
        licence="; ".join(dict.fromkeys(source.licence for source in tables.sources)),
        curator_note=say("picture.curator_note", language) if _mapped(works) else None,
    )


def _region_codes(generation: Generation) -> dict[str, str]:
    """Region id -> code, for the regions that have a place on the map, in the map's order."""
    regions = generation.tables.entity(Kind.REGION).select("id", "nuts_2024").unique(maintain_order=True)
    by_nuts = {nuts: id for id, nuts in regions.iter_rows() if nuts}
    return {by_nuts[nuts]: code for nuts, code in REGION_CODES.items() if nuts in by_nuts}


def _regions(generation: Generation, codes: Mapping[str, str]) -> dict[str, str]:
    """Id -> the code of its region: that of its seat, else of its sites, which may lie in several."""
    located = generation.tables.link(Relation.LOCATED_IN).filter(pl.col("object").is_in(list(codes)))
    found: dict[str, dict[str, None]] = {}
    for place in ("seat", None, "site"):
        rows = located.filter(pl.col("place").eq_missing(place)).select("subject", "object")
        told = set(found)
        for subject, region in rows.iter_rows():
            if subject not in told:
                found.setdefault(subject, {})[codes[region]] = None
    return {id: next(iter(own)) if len(own) == 1 else SEVERAL for id, own in found.items()}


def _levels(generation: Generation) -> dict[str, tuple[int, int]]:
    """Platform id -> its TRL range, where a source states one."""
    platforms = generation.tables.entity(Kind.PLATFORM).select("id", "trl_min", "trl_max").drop_nulls()
    return {id: (low, high) for id, low, high in platforms.iter_rows()}


def _flows(generation: Generation, positions: dict[str, int], language: str) -> tuple[FlowPicture, ...]:
    feeds = generation.tables.link(Relation.FEEDS)
    rows = feeds.filter(pl.col("subject").is_in(list(positions)) & pl.col("object").is_in(list(positions)))
    return tuple(
        FlowPicture(
            positions[row["subject"]],
            positions[row["object"]],
            (in_language(row, "name", language) or ("", language))[0],
            row["flow_kind"] or "main",
            row["material"] if language == "en" else None,
        )
        for row in rows.iter_rows(named=True)
        if row["subject"] != row["object"]
    )


def _mapped(works: pl.DataFrame) -> bool:
    return bool((works["method"] == "mapped").any())


def _sources(generation: Generation, chain: str, stages: list[str]) -> tuple[str, ...]:
    """The web sites and documents behind the chain, its stages, who works in them and what flows, most cited first."""
    tables = generation.tables
    parts = [
        tables.entity(Kind.VALUE_CHAIN).filter(pl.col("id") == chain),
        tables.entity(Kind.STAGE).filter(pl.col("id").is_in(stages)),
        tables.link(Relation.WORKS_IN).filter(pl.col("object").is_in(stages)),
        tables.link(Relation.FEEDS).filter(pl.col("subject").is_in(stages)),
    ]
    cited = pl.concat([part.select("source_url") for part in parts]).drop_nulls()["source_url"]
    counts: dict[str, int] = {}
    for reference in cited:
        site = urlsplit(reference).netloc.removeprefix("www.")
        name = site or generation.directory.label(reference)
        counts[name] = counts.get(name, 0) + 1
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))
