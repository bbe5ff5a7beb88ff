"""Answers as text for a terminal: aligned tables, wrapped sentences, sources beneath what they support."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from ontology.texts import say, show_number, upper_first
from ontology.vocabulary import role_label

Lines = Iterable[str]


def width() -> int:
    """Return how many characters a line may have: that of the terminal, between 60 and 120."""
    return min(120, max(60, shutil.get_terminal_size((100, 24)).columns))


def wrapped(text: str, indent: int = 0) -> list[str]:
    """Return a text broken into lines; addresses stay whole, so that they can be clicked."""
    margin = " " * indent
    later = margin + "  " if text.startswith("• ") else margin
    return textwrap.wrap(
        text, width(), initial_indent=margin, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )


def heading(text: str) -> list[str]:
    """Return a heading with a line under it."""
    return [text, "─" * min(len(text), width())]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows in aligned columns; a column of numbers is aligned to the right, a long cell is wrapped."""
    cells = [[str(cell) for cell in row] for row in rows]
    wide = [max([1, len(head), *(len(row[n]) for row in cells)]) for n, head in enumerate(heads)]
    room = width() - 2 * (len(heads) - 1)
    while sum(wide) > room and max(wide) > 12:
        wide[wide.index(max(wide))] -= 1
    right = [bool(cells) and all(_is_number(row[n]) for row in cells) for n in range(len(heads))]

    def line(parts: Sequence[str]) -> str:
        padded = (part.rjust(w) if r else part.ljust(w) for part, w, r in zip(parts, wide, right, strict=True))
        return "  ".join(padded).rstrip()

    lines = [line([head[:w] for head, w in zip(heads, wide, strict=True)]), line(["─" * w for w in wide])]
    for row in cells:
        pieces = [textwrap.wrap(cell, w) or [""] for cell, w in zip(row, wide, strict=True)]
        lines.extend(line(parts) for parts in zip_longest(*pieces, fillvalue=""))
    return lines


def _is_number(text: str) -> bool:
    return text.replace("\xa0", "").replace(",", "").replace(".", "").removeprefix("-").isdigit()


def evidence_lines(evidence: Iterable[Mapping[str, Any]], indent: int) -> list[str]:
    """Return where facts stand: the record, and a page to read it on."""
    margin = " " * indent
    shown = dict.fromkeys((f"{e['source']}/{e['record']}", e["url"] or "") for e in evidence)
    return [f"{margin}{record}" + (f"  {url}" if url else "") for record, url in shown]


def partner_lines(answer: Mapping[str, Any]) -> Lines:
    """Return partners as text: why, the score and its parts, what is not known, and the sources of the reason."""
    language = answer["language"]
    asked = [say(f"cli.outside-{side}", language) for side in answer["wishes"]["outside"]]
    title = say("cli.partners-of", language, name=answer["actor"]["label"])
    yield from heading(", ".join([title, *asked]))
    found, offset = answer["partners"], answer["wishes"]["offset"]
    if found:
        yield say("cli.shown", language, first=offset + 1, last=offset + len(found), total=answer["total"])
    else:
        yield say("cli.none", language)
    for partner in found:
        yield ""
        yield from _partner(partner, answer["weights"], language)
    if answer["unknown_total"]:
        names = [partner["label"] for partner in answer["unknown"]]
        rest = answer["unknown_total"] - len(names)
        if rest > 0:
            names.append(f"+{show_number(rest, language)}")
        yield ""
        yield from wrapped(say("cli.undecided", language, number=answer["unknown_total"], names=", ".join(names)))


def _partner(partner: Mapping[str, Any], weights: Mapping[str, float], language: str) -> Lines:
    places = [region["label"] for region in partner["regions"]]
    level = f"TRL {partner['trl']}" if partner["trl"] else None
    facts = ", ".join(text for text in (partner["actor_type"], *places, level) if text)
    yield f"{partner['rank']}. {partner['label']}" + (f" ({facts})" if facts else "")
    yield from wrapped(partner["why"], 3)
    for said in (*partner["already_said"], *partner["unknown_said"]):
        yield from wrapped(said, 3)
    parts = " + ".join(
        f"{say(f'family.{part}', language)} {show_number(n, language, 2)} × {show_number(weights[part], language, 2)}"
        for part, n in partner["parts"].items()
        if n
    )
    score = f"{upper_first(say('cli.score', language))} {show_number(partner['score'], language, 2)}"
    yield from wrapped(f"{score} = {parts}", 3)
    yield f"   {say('cli.sources', language)}:"
    # The sentence's own records: those of the path that it was told from.
    said = next((reason for reason in partner["reasons"] if reason["sentence"] == partner["why"]), None)
    yield from evidence_lines([e for edge in (said["edges"] if said else ()) for e in edge["evidence"]], 5)


def path_lines(answer: Mapping[str, Any]) -> Lines:
    """Return paths as text, with the sources of each step."""
    language = answer["language"]
    yield from heading(f"{answer['from']['label']} – {answer['to']['label']}")
    if answer["note"]:
        yield from wrapped(answer["note"])
    for number, path in enumerate(answer["paths"], 1):
        yield ""
        yield from wrapped(f"{number}. {path['text']}")
        yield f"   {say('cli.cost', language)} {show_number(path['cost'], language, 2)}"
        yield f"   {say('cli.sources', language)}:"
        yield from evidence_lines([e for edge in path["edges"] for e in edge["evidence"]], 5)


def gap_lines(answer: Mapping[str, Any], most: int | None = None) -> Lines:
    """Return a chain's gaps as text, stage by stage; with `most`, only so many sentences for each stage."""
    language = answer["language"]
    where = answer["region"]["label"] if answer["region"] else say("cli.whole-area", language)
    yield from heading(say("cli.gaps-of", language, name=f"{answer['chain']['label']}, {where}"))
    counts = (f"{say(f'status.{name}', language)} {show_number(n, language)}" for name, n in answer["counts"].items())
    yield say("cli.required", language, counts=", ".join(counts))
    for stage in answer["stages"]:
        yield ""
        yield f"{stage['position']}. {stage['label']}: {say('status.' + stage['status'], language)}"
        yield from wrapped(stage["why"], 3)
        lacking = [gap for gap in stage["competences"] if gap["status"] != "covered"]
        for gap in lacking[:most]:
            yield from wrapped(f"• {gap['why']}", 3)
            if most is None:
                yield from evidence_lines(gap["evidence"], 5)
        if len(lacking) > len(lacking[:most]):
            yield f"   … +{show_number(len(lacking) - len(lacking[:most]), language)}"


def entity_lines(answer: Mapping[str, Any], described: Sequence[tuple[str, str]], kind: str, language: str) -> Lines:
    """Return an entity as text: what is said of it, its links, and where it is told of."""
    yield from heading(f"{answer['label']} · {kind}")
    for name, value in (("id", answer["id"]), *described):
        yield from wrapped(f"{upper_first(name)}: {value}")
    yield from evidence_lines(answer["evidence"], 0)
    if answer["links"]:
        yield ""
        yield say("cli.links-of", language)
        rows = [
            [link["says"], link["label"], role_label(link["role"] or "", language), link["record"]]
            for link in answer["links"]
        ]
        yield from table(["", say("cli.name", language), "", say("cli.record", language)], rows)
