"""The long description: everything that the picture shows, in sentences, for those who do not see it."""

from __future__ import annotations

from collections.abc import Iterable

from graph.infographics.layout.footer import about_line
from graph.infographics.layout.shapes import shape_of
from graph.infographics.layout.sheet import Sheet
from graph.infographics.model import Participant, StagePicture


def describe(sheet: Sheet) -> str:
    """Say the whole picture in the picture's language: nothing that is drawn or counted is left out."""
    chain = sheet.chain
    parts = [_sentence(chain.title), _sentence(chain.summary or sheet.word("subtitle"))]
    participants = chain.participants
    counts = [
        ("stages", len(chain.stages)),
        ("actors", sum(p.kind == "actor" for p in participants)),
        ("platforms", sum(p.kind == "platform" for p in participants)),
        ("flows", len(chain.flows)),
    ]
    for status in ("no_actor", "no_data", "one_actor"):
        number = sum(gap.status == status for stage in chain.stages for gap in stage.gaps)
        counts.append((f"needs_{status}", number))
    parts.append(_sentence(", ".join(f"{number} {sheet.counted(key, number)}" for key, number in counts)))
    parts += [_stage(sheet, stage) for stage in chain.stages]
    flows = (
        f"{flow.name} ({sheet.word(flow.kind)}, {sheet.word('long_from_to', a=flow.source, b=flow.target)}"
        + (f", {flow.material})" if flow.material else ")")
        for flow in chain.flows
    )
    parts.append(_listed(sheet.word("row_flows"), flows, sheet.word("none")))
    parts.append(_sentence(sheet.word("legend_flows")))
    regions = (f"{row.name} {row.participants}" for row in chain.region_counts)
    parts.append(_listed(sheet.word("map_title"), regions, sheet.word("none")))
    parts.append(_listed(sheet.counted("sources", len(chain.sources)), chain.sources, sheet.word("no_sources")))
    parts.append(_sentence(about_line(sheet)))
    return " ".join(part for part in parts if part)


def _stage(sheet: Sheet, stage: StagePicture) -> str:
    head = f"{sheet.word('long_stage', count=stage.position)}, {stage.name}: {sheet.word(stage.status).lower()}"
    said = [_sentence(head), _sentence(stage.description or "")]
    said.append(_listed(sheet.word("row_actors"), (_participant(sheet, p) for p in stage.actors), sheet.word("none")))
    if stage.platforms:
        said.append(_listed(sheet.word("row_platforms"), (_participant(sheet, p) for p in stage.platforms), ""))
    if stage.gaps:
        gaps = (f"{gap.competence} ({sheet.word(gap.status).lower()})" for gap in stage.gaps)
        said.append(_listed(sheet.word("long_gaps"), gaps, ""))
    return " ".join(part for part in said if part)


def _participant(sheet: Sheet, participant: Participant) -> str:
    names = {row.code: row.name for row in sheet.chain.region_counts}
    facts = [names.get(participant.region, participant.region or "")]
    if participant.kind == "platform":
        facts.insert(0, _level(sheet, participant.trl))
    else:
        facts.insert(0, sheet.word(f"type_{shape_of(participant.actor_type)}"))
    facts += [participant.role, participant.standing]
    said = ", ".join(fact for fact in facts if fact)
    return f"{participant.name or sheet.word('unnamed')} ({said})" if said else participant.name


def _level(sheet: Sheet, trl: tuple[int, int] | None) -> str:
    if trl is None:
        return sheet.word("trl_unknown")
    return f"TRL {trl[0]}" if trl[0] == trl[1] else f"TRL {trl[0]}–{trl[1]}"


def _listed(head: str, items: Iterable[str], nothing: str) -> str:
    return _sentence(f"{head}: {'; '.join(items) or nothing}")


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?" else text + "."
