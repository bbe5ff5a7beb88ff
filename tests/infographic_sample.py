"""Chain pictures read straight from the CSV files of data/enf, and invented ones for hard cases."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from functools import cache
from pathlib import Path

from graph.infographics import (
    ChainPicture,
    FlowPicture,
    GapPicture,
    Member,
    StagePicture,
    count_regions,
)
from ontology.texts import say

DATA = Path(__file__).parents[1] / "data" / "enf"
CODES = {
    "reg-lappi": "LA",
    "reg-pohjois-pohjanmaa": "PP",
    "reg-kainuu": "KA",
    "reg-keski-pohjanmaa": "KP",
    "reg-pohjois-savo": "PS",
    "reg-pohjois-karjala": "PK",
    "reg-etela-savo": "ES",
}
CHAINS = (
    "vc-wood",
    "vc-battery",
    "vc-industrial-circular",
    "vc-water",
    "vc-hydrogen",
    "vc-agrifood",
    "vc-minerals",
    "vc-tourism",
    "vc-digital-health",
)
LANGUAGES = ("fi", "en", "sv")


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def enf_chain(chain_id: str, language: str) -> ChainPicture:
    actors = {row["id"]: row for row in rows("actors")}
    platforms = {row["id"]: row for row in rows("platforms")}
    competences = {row["id"]: row for row in rows("competences")}
    offers: dict[str, set[str]] = defaultdict(set)
    for row in rows("platform_or_actor_competences"):
        offers[row["subject_id"]].add(row["competence_id"])
    chain = next(row for row in rows("value_chains") if row["id"] == chain_id)
    sources = {chain["source_url"]}
    stages = []
    for stage in rows("value_chain_stages"):
        if stage["value_chain_id"] != chain_id:
            continue
        sources.add(stage["source_url"])
        here = [
            row
            for row in rows("value_chain_actors")
            if row["value_chain_id"] == chain_id and row["stage_order"] == stage["order"]
        ]
        sources.update(row["source_url"] for row in here)
        members = tuple(_member(row, actors, platforms, language) for row in here)
        needed = [
            row["competence_id"]
            for row in rows("stage_competences")
            if row["value_chain_id"] == chain_id and row["stage_order"] == stage["order"]
        ]
        gaps = []
        for competence in needed:
            subjects = [row["subject_id"] for row in here]
            known = any(offers[s] for s in subjects)
            number = sum(competence in offers[s] for s in subjects)
            if number <= 1:
                status = "one_actor" if number else "no_actor" if known else "no_data"
                label = competences[competence][f"label_{language}"]
                gaps.append(GapPicture(label, status))  # type: ignore[arg-type]
        status = "no_data" if not members else "one_actor" if len(members) == 1 else "covered"
        stages.append(
            StagePicture(
                int(stage["order"]),
                stage[f"name_{language}"],
                stage["description"] if language == "en" else None,
                status,  # type: ignore[arg-type]
                members,
                tuple(gaps),
            )
        )
    flows = tuple(
        FlowPicture(
            int(row["from_order"]),
            int(row["to_order"]),
            row[f"name_{language}"],
            row["kind"],  # type: ignore[arg-type]
            (row["material"] or None) if language == "en" else None,
        )
        for row in rows("value_chain_flows")
        if row["value_chain_id"] == chain_id
    )
    names = {CODES[row["id"]]: row[f"name_{language}"] for row in rows("regions")}
    return ChainPicture(
        chain_id,
        chain[f"name_{language}"],
        chain["description"] if language == "en" else None,
        tuple(stages),
        flows,
        count_regions(stages, names, say("picture.not_stated", language)),
        language,  # type: ignore[arg-type]
        tuple(sorted({source.split("//")[-1].split("/")[0].removeprefix("www.") for source in sources})),
        "2026-11-22",
        "000007-4f1c2ab9",
        curator_note=say("picture.curator_note", language),
    )


def _member(
    row: dict[str, str],
    actors: dict[str, dict[str, str]],
    platforms: dict[str, dict[str, str]],
    language: str,
) -> Member:
    record = actors.get(row["subject_id"]) or platforms[row["subject_id"]]
    platform = row["subject_id"] in platforms
    name = (record["name_fi"] if language == "fi" else "") or record["name"]
    levels = record.get("trl_min") and record.get("trl_max")
    return Member(
        row["subject_id"],
        name,
        "platform" if platform else "actor",
        "" if platform else record["type"],
        CODES.get(record["region_id"]),
        (int(record["trl_min"]), int(record["trl_max"])) if levels else None,
        row["role"] if language == "en" else "",
    )


PARTS = (
    "puun", "metsä", "kierto", "talous", "osaamis", "innovaatio", "alusta", "jalostus", "teollisuus",
    "kaivannais", "akku", "kemia", "hyödyntämis", "ympäristö", "vesi", "huolto", "energia",
    "varastointi", "tutkimus", "matkailu", "palvelu", "tuotanto",
)  # fmt: skip
ODD = (
    "",
    " ",
    "<&>\"'",
    "Łódź ⚡ Ελλάδα",
    "a\u200bb\u0007c",
    "\ud800",
    "İÅÄÖÉŠŽ",
    "]]>",
    "Ωμέγα",
    "W" * 40,
    "1 000 000 €",
)
ACTOR_TYPES = (
    "company", "sme", "university", "uas", "rto", "vocational", "public_authority", "development_company",
    "association", "cluster_organisation", "", "martian",
)  # fmt: skip


def invented_chain(seed: int, actors: int | None = None, odd: bool = False) -> ChainPicture:
    """A chain with long Finnish compounds, from 5 to 300 actors, and odd strings when asked."""
    dice = random.Random(seed)

    def compound(parts: int) -> str:
        if odd and dice.random() < 0.25:
            return dice.choice(ODD)
        return "".join(dice.choice(PARTS) for _ in range(parts)).capitalize()

    count = dice.randint(2, 8)
    numbers = list(range(1, count + 1))
    names = {code: code for code in CODES.values()}
    total = dice.choice((5, 12, 30, 120, 300)) if actors is None else actors
    members: dict[int, list[Member]] = {number: [] for number in numbers}
    for place in range(total):
        name = compound(dice.randint(1, 3)) + dice.choice((" Oy", " Oyj", " osuuskunta", ""))
        region = dice.choice([*CODES.values(), None])
        members[dice.choice(numbers)].append(
            Member(f"a{place}", name, "actor", dice.choice(ACTOR_TYPES), region, None, dice.choice(("", "rooli")))
        )
    for place in range(dice.randint(0, 12)):
        low, high = sorted((dice.randint(1, 9), dice.randint(1, 9)))
        level = dice.choice((None, (low, high)))
        members[dice.choice(numbers)].append(
            Member(f"p{place}", compound(3), "platform", "", dice.choice([*CODES.values(), None]), level)
        )
    stages = tuple(
        StagePicture(
            number,
            compound(2) + " ja " + compound(1).lower(),
            None,
            dice.choice(("covered", "one_actor", "no_actor", "no_data")),
            tuple(members[number]),
            tuple(
                GapPicture(compound(2) + " " + compound(2).lower(), dice.choice(("no_actor", "no_data", "one_actor")))
                for _ in range(dice.randint(0, 6))
            ),
        )
        for number in numbers
    )
    flows = []
    for _ in range(dice.randint(0, 9)):
        source, target = dice.sample(numbers, 2)
        kind = (
            "loop"
            if target < source and dice.random() < 0.5
            else dice.choice(("main", "side_stream", "information", "service"))
        )
        flows.append(FlowPicture(source, target, compound(2)[:28], kind))  # type: ignore[arg-type]
    return ChainPicture(
        f"x{seed}",
        compound(2) + "n arvoketju",
        dice.choice((None, " ".join(compound(2).lower() for _ in range(9)))),
        stages,
        tuple(flows),
        count_regions(stages, names, "Ei tiedossa"),
        dice.choice(LANGUAGES),  # type: ignore[arg-type]
        tuple(compound(2) for _ in range(dice.randint(0, 30))),
        "2026-02-03",
        "g",
    )
