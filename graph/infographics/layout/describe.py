"""The long description: everything that the picture shows, in sentences, for those who do not see it."""

from __future__ import annotations

from collections.abc import Iterator

from graph.infographics.layout.footer import about_line
from graph.infographics.layout.shapes import shape_of
from graph.infographics.layout.sheet import Sheet
from graph.infographics.model import GAP_STATUSES, MOST_NAMED, ChainPicture, Participant, RegionCount
from graph.infographics.text import MOST_SIGNS, told, too_long

#: Bytes of UTF-16: a PDF can hold no longer text beside its picture, and nobody would listen to one.
MOST_TOLD = 32_000


def describe(sheet: Sheet) -> str:
    """Say the whole picture in the picture's language: who is not named is counted, and fewer are in a large chain."""
    most = MOST_NAMED
    while not _fits(said := _describe(sheet, most)) and most > 1:
        most //= 2
    return said if _fits(said) else said.encode("utf-16-be")[: MOST_TOLD - 2].decode("utf-16-be", "ignore") + "…"


def _fits(text: str) -> bool:
    return len(text.encode("utf-16-be")) <= MOST_TOLD


def _describe(sheet: Sheet, most: int) -> str:
    chain = sheet.chain
    platforms = sum(row.platforms for row in chain.region_counts)
    counts = [
        ("stages", len(chain.stages)),
        ("actors", sum(row.participants for row in chain.region_counts) - platforms),
        ("platforms", platforms),
        ("flows", len(chain.flows)),
    ]
    for status in GAP_STATUSES:
        number = sum(gap.status == status for stage in chain.stages for gap in stage.gaps)
        counts.append((f"needs_{status}", number))
    parts = [told(chain.title) or sheet.word("unnamed"), told(chain.summary or "") or sheet.word("subtitle")]
    parts.append(", ".join(f"{number} {sheet.counted(key, number)}" for key, number in counts))
    for index in range(len(chain.stages)):
        parts += _stage(sheet, index, most)
    if chain.more_stages:
        parts.append(sheet.word("more_stages", count=chain.more_stages))
    flows = [
        f"{told(flow.name)} ({sheet.word(flow.kind)}, {sheet.way(flow)}"
        + (f", {told(flow.material)})" if flow.material else ")")
        for flow in chain.flows[:most]
    ]
    parts.append(_listed(sheet, sheet.word("row_flows"), flows, len(chain.flows)))
    parts.append(sheet.word("legend_flows"))
    regions = [_region(sheet, row, most) for row in chain.region_counts]
    parts.append(_listed(sheet, sheet.word("map_title"), regions, len(regions)))
    sources = [told(source) for source in chain.sources[:most]]
    number = len(chain.sources)
    parts.append(_listed(sheet, sheet.counted("sources", number), sources, number, "no_sources"))
    parts.append(about_line(sheet))
    if any(map(too_long, _texts(chain))):
        parts.append(sheet.word("shortened", count=MOST_SIGNS))
    return " ".join(map(_sentence, filter(None, parts)))


def _texts(chain: ChainPicture) -> Iterator[str]:
    """Give the texts that come from outside."""
    yield from (chain.title, chain.summary or "", *chain.sources)
    yield from (text or "" for flow in chain.flows for text in (flow.name, flow.material))
    for stage in chain.stages:
        yield from (stage.name, stage.description or "", *(gap.competence for gap in stage.gaps))
        yield from (text for one in stage.participants for text in (one.name, one.role))


def _stage(sheet: Sheet, index: int, most: int) -> list[str]:
    stage = sheet.chain.stages[index]
    name = told(stage.name) or sheet.word("unnamed")
    numbered = "long_stage_unnumbered" if stage.position is None else "long_stage"
    said = [f"{sheet.word(numbered, count=stage.position, name=name)}: {sheet.word(stage.status).lower()}"]
    said.append(told(stage.description or ""))
    actors = [_participant(sheet, one) for one in stage.actors[:most]]
    said.append(_listed(sheet, sheet.word("row_actors"), actors, stage.number("actor")))
    if number := stage.number("platform"):
        platforms = [_participant(sheet, one) for one in stage.platforms[:most]]
        said.append(_listed(sheet, sheet.word("row_platforms"), platforms, number))
    if stage.gaps:
        gaps = [f"{told(gap.competence)} ({sheet.word(gap.status).lower()})" for gap in stage.gaps[:most]]
        said.append(_listed(sheet, sheet.word("long_gaps"), gaps, len(stage.gaps)))
    return said


def _participant(sheet: Sheet, participant: Participant) -> str:
    names = {row.code: row.name for row in sheet.chain.region_counts}
    facts = [names.get(participant.region, participant.region or "")]
    if participant.kind == "platform":
        facts.insert(0, _level(sheet, participant.trl))
    else:
        facts.insert(0, sheet.word(f"type_{shape_of(participant.actor_type)}"))
    facts += [participant.role, participant.standing]
    name = told(participant.name) or sheet.word("unnamed")
    said = ", ".join(filter(None, map(told, facts)))
    return f"{name} ({said})" if said else name


def _region(sheet: Sheet, row: RegionCount, most: int) -> str:
    names = [told(name) for name in row.regions[:most]]
    several = f" ({sheet.listed(names, len(row.regions))})" if names else ""
    return f"{told(row.name)}{several} {row.participants}"


def _level(sheet: Sheet, trl: tuple[int, int] | None) -> str:
    if trl is None:
        return sheet.word("trl_unknown")
    return f"TRL {trl[0]}" if trl[0] == trl[1] else f"TRL {trl[0]}–{trl[1]}"


def _listed(sheet: Sheet, head: str, items: list[str], many: int, nothing: str = "none") -> str:
    return f"{head}: {sheet.listed(items, many) or sheet.word(nothing)}"


def _sentence(text: str) -> str:
    return text if text[-1] in ".!?…" else text + "."
