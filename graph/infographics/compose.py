"""From the graph to a picture's plain data: what a value chain's infographic shows, in one language.

Everything here is read from the graph. What a language has no text for is left out, not translated.
"""

from __future__ import annotations

import polars as pl

from graph.infographics.model import (
    MOST_STAGES,
    ChainPicture,
    FlowPicture,
    GapPicture,
    GapStatus,
    StagePicture,
)
from graph.infographics.people import People
from graph.questions.gaps import find_gaps
from graph.status import Status
from graph.stores.generation import Generation
from ontology.facts import in_language
from ontology.metagraph import Kind, Relation
from ontology.texts import say
from ontology.vocabulary import check_language

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
    shown = gaps.stages[:MOST_STAGES]
    stage_ids = [stage.stage for stage in shown]
    people = People(generation, stage_ids, language)
    stages = []
    for stage in shown:
        participants, crowds = people.of(stage.stage)
        known = directory.get(stage.stage)
        description = known.text("description", language)
        stages.append(
            StagePicture(
                known.attributes.get("position"),
                known.label(language),
                description[0] if description and description[1] == language else None,
                stage.status.value,
                participants,
                tuple(
                    GapPicture(directory.label(gap.competence, language), _GAPS[gap.status])
                    for gap in stage.competences
                    if gap.status in _GAPS
                ),
                crowds,
            )
        )
    summary = entity.text("description", language)
    return ChainPicture(
        id=chain,
        title=entity.label(language),
        summary=summary[0] if summary and summary[1] == language else None,
        stages=tuple(stages),
        flows=_flows(generation, {id: place for place, id in enumerate(stage_ids, 1)}, language),
        region_counts=people.by_region(),
        language=language,
        sources=_sources(generation, chain, stage_ids),
        data_date=max(source.retrieved for source in tables.sources).isoformat(),
        generation=generation.name,
        licence="; ".join(dict.fromkeys(source.licence for source in tables.sources)),
        curator_note=say("picture.curator_note", language) if _mapped(generation, stage_ids) else None,
        more_stages=len(gaps.stages) - len(shown),
    )


def _flows(generation: Generation, places: dict[str, int], language: str) -> tuple[FlowPicture, ...]:
    feeds = generation.tables.scan(Relation.FEEDS)
    rows = feeds.filter(pl.col("subject").is_in(list(places)) & pl.col("object").is_in(list(places))).collect()
    return tuple(
        FlowPicture(
            places[row["subject"]],
            places[row["object"]],
            (in_language(row, "name", language) or ("", language))[0],
            row["flow_kind"] or "main",
            row["material"] if language == "en" else None,
        )
        for row in rows.iter_rows(named=True)
        if row["subject"] != row["object"]
    )


def _mapped(generation: Generation, stages: list[str]) -> bool:
    works = generation.tables.scan(Relation.WORKS_IN).filter(pl.col("object").is_in(stages))
    return bool(works.select((pl.col("method") == "mapped").any()).collect().item())


def _sources(generation: Generation, chain: str, stages: list[str]) -> tuple[str, ...]:
    """The web sites and documents behind the chain, its stages, who works in them and what flows, most cited first."""
    tables = generation.tables
    parts = [
        tables.scan(Kind.VALUE_CHAIN).filter(pl.col("id") == chain),
        tables.scan(Kind.STAGE).filter(pl.col("id").is_in(stages)),
        tables.scan(Relation.WORKS_IN).filter(pl.col("object").is_in(stages)),
        tables.scan(Relation.FEEDS).filter(pl.col("subject").is_in(stages)),
    ]
    cited = pl.concat([part.select("source_url") for part in parts]).drop_nulls().collect()["source_url"]
    site = cited.str.extract(r"^[A-Za-z][A-Za-z0-9+.-]*://(?:www\.)?([^/?#]+)").alias("site")
    counts: dict[str, int] = {}
    for name, reference, number in pl.DataFrame([site, cited]).group_by("site", "source_url").len().iter_rows():
        said = name or generation.directory.label(reference)
        counts[said] = counts.get(said, 0) + number
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))
