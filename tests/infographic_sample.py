"""The value chains of the reference data, and invented chain pictures for hard cases."""

from __future__ import annotations

import random

from graph.infographics import ChainPicture, FlowPicture, GapPicture, Participant, StagePicture, count_regions
from graph.infographics.theme import ELMO

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
REGIONS = tuple(ELMO.region_colours)

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


def invented_chain(seed: int, actors: int, odd: bool = False) -> ChainPicture:
    """A chain with long Finnish compounds, with so many actors, and odd strings when asked."""
    dice = random.Random(seed)

    def compound(parts: int) -> str:
        if odd and dice.random() < 0.25:
            return dice.choice(ODD)
        return "".join(dice.choice(PARTS) for _ in range(parts)).capitalize()

    count = dice.randint(2, 8)
    positions = list(range(1, count + 1))
    names = {code: code for code in REGIONS}
    participants: dict[int, list[Participant]] = {position: [] for position in positions}
    for place in range(actors):
        name = compound(dice.randint(1, 3)) + dice.choice((" Oy", " Oyj", " osuuskunta", ""))
        region = dice.choice([*REGIONS, None])
        participants[dice.choice(positions)].append(
            Participant(f"a{place}", name, "actor", dice.choice(ACTOR_TYPES), region, None, dice.choice(("", "rooli")))
        )
    for place in range(dice.randint(0, 12)):
        low, high = sorted((dice.randint(1, 9), dice.randint(1, 9)))
        level = dice.choice((None, (low, high)))
        participants[dice.choice(positions)].append(
            Participant(f"p{place}", compound(3), "platform", "", dice.choice([*REGIONS, None]), level)
        )
    stages = tuple(
        StagePicture(
            position,
            compound(2) + " ja " + compound(1).lower(),
            None,
            dice.choice(("covered", "one_actor", "no_actor", "no_data")),
            tuple(participants[position]),
            tuple(
                GapPicture(compound(2) + " " + compound(2).lower(), dice.choice(("no_actor", "no_data", "one_actor")))
                for _ in range(dice.randint(0, 6))
            ),
        )
        for position in positions
    )
    flows = []
    for _ in range(dice.randint(0, 9)):
        source, target = dice.sample(positions, 2)
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
