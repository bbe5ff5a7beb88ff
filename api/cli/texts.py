"""Answers as text for a terminal: aligned tables, wrapped sentences, sources beneath what they support."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from ontology.texts import listed, say, show_number, upper_first

if TYPE_CHECKING:
    from graph import shapes
    from ontology.metapaths import Family

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


def evidence_lines(evidence: Iterable[shapes.Evidence], indent: int) -> list[str]:
    """Return where facts stand: the record, and a page to read it on."""
    margin = " " * indent
    shown = dict.fromkeys((f"{e['source']}/{e['record']}", e["url"] or "") for e in evidence)
    return [f"{margin}{record}" + (f"  {url}" if url else "") for record, url in shown]


def taken_lines(taken: Iterable[shapes.Taken], language: str) -> Lines:
    """Return what names were taken for, where a part of one was given."""
    for each in taken:
        yield from wrapped(say("cli.taken", language, asked=each["asked"], label=each["label"], id=each["id"]))


def shown_line(count: int, offset: int, total: int, language: str) -> str:
    """Return which of all that was found stand on this page."""
    if not count:
        return say("cli.none", language)
    return say("cli.shown", language, count=count, first=offset + 1, last=offset + count, total=total)


def meant_lines(suggestions: Sequence[shapes.Named], language: str) -> Lines:
    """Return what was perhaps meant, where nothing was found."""
    if suggestions:
        shown = ", ".join(f"{each['label']} ({each['id']})" for each in suggestions)
        yield from wrapped(say("cli.meant", language, near=shown))


def partner_lines(answer: shapes.Partners, sources: bool = False) -> Lines:
    """Return partners as text: why, the score and its parts, what is not known; with `sources`, the records behind it.

    What is not known of anybody is said once.
    """
    language = answer["language"]
    wishes = answer["wishes"]
    asked = [say(f"cli.outside-{side}", language) for side in wishes["outside"]]
    asked += [str(wishes[key]) for key in ("region_label", "actor_type_label") if wishes[key]]
    asked += [say("cli.min-trl", language, level=wishes["min_trl"])] if wishes["min_trl"] else []
    title = say("cli.partners-of", language, name=answer["actor"]["label"])
    yield from heading(", ".join([title, *asked]))
    yield from taken_lines(answer["taken"], language)
    found, offset = answer["partners"], answer["wishes"]["offset"]
    yield shown_line(len(found), offset, answer["total"], language)
    of_all = (
        [said for said in _not_certain(found[0]) if all(said in _not_certain(each) for each in found)]
        if len(found) > 1  # of one alone, it stands with that one
        else []
    )
    for said in of_all:
        yield from wrapped(say("cli.of-all", language, said=said))
    for partner in found:
        yield ""
        yield from _partner(partner, answer["weights"], language, of_all)
        if sources:
            yield from _sources(partner, language)
    if answer["unknown_total"]:
        names = [partner["label"] for partner in answer["unknown"]]
        rest = answer["unknown_total"] - len(names)
        if rest > 0:
            names.append(say("answer.more", language, count=rest))
        yield ""
        said = say("cli.undecided", language, number=answer["unknown_total"], names=listed(names, language))
        yield from wrapped(said)


def _not_certain(partner: shapes.Partner) -> list[str]:
    """What is planned or historical of a partner, and what is not known of it."""
    return [*partner["standing_said"], *partner["unknown_said"]]


def _partner(partner: shapes.Partner, weights: Mapping[Family, float], language: str, of_all: Sequence[str]) -> Lines:
    places = [region["said"] for region in partner["regions"]]
    level = f"TRL {partner['trl']}" if partner["trl"] else None
    facts = ", ".join(text for text in (partner["actor_type_label"], *places, level) if text)
    yield f"{partner['rank']}. {partner['label']}" + (f" ({facts})" if facts else "")
    yield from wrapped(partner["why"], 3)
    for said in (*partner["already_said"], *(each for each in _not_certain(partner) if each not in of_all)):
        yield from wrapped(said, 3)
    parts = " + ".join(
        f"{say(f'family.{part}', language)} {show_number(n, language, 2)} × {show_number(weights[part], language, 2)}"
        for part, n in partner["parts"].items()
        if n
    )
    score = f"{upper_first(say('cli.score', language))} {show_number(partner['score'], language, 2)}"
    yield from wrapped(f"{score} = {parts}", 3)


def _sources(partner: shapes.Partner, language: str) -> Lines:
    """The sentence's own records: those of the path that it was told from."""
    yield f"   {upper_first(say('cli.sources', language))}:"
    told = next((reason for reason in partner["reasons"] if reason["sentence"] == partner["why"]), None)
    yield from evidence_lines([e for edge in (told["edges"] if told else ()) for e in edge["evidence"]], 5)


def path_lines(answer: shapes.Paths) -> Lines:
    """Return paths as text, with the sources of each step."""
    language = answer["language"]
    yield from heading(f"{answer['from']['label']} – {answer['to']['label']}")
    yield from taken_lines(answer["taken"], language)
    if answer["note"]:
        yield from wrapped(answer["note"])
    for number, path in enumerate(answer["paths"], 1):
        yield ""
        yield from wrapped(f"{number}. {path['text']}")
        yield f"   {upper_first(say('cli.cost', language))} {show_number(path['cost'], language, 2)}"
        yield f"   {upper_first(say('cli.sources', language))}:"
        yield from evidence_lines([e for edge in path["edges"] for e in edge["evidence"]], 5)


def gap_lines(answer: shapes.GapsOfChain) -> Lines:
    """Return a chain's gaps as text, stage by stage."""
    language = answer["language"]
    yield from _gaps_heading(answer)
    yield from taken_lines(answer["taken"], language)
    for stage in answer["stages"]:
        yield ""
        yield f"{_place(stage, language)}: {stage['status_label']}"
        yield from wrapped(stage["why"], 3)
        for gap in stage["competences"]:
            if gap["status"] != "covered":
                yield from wrapped(f"• {gap['why']}", 3)
                yield from evidence_lines(gap["evidence"], 5)


def gap_sentence_lines(answer: shapes.GapsOfChain) -> Lines:
    """Return how many gaps a chain has of each kind, and one gap that somebody could fill."""
    yield from _gaps_heading(answer)
    for stage in answer["stages"]:
        for gap in stage["competences"]:
            if gap["status"] == "no_actor" and gap["candidates"]:
                yield from wrapped(f"{_place(stage, answer['language'])}: {gap['why']}")
                return


def _place(stage: shapes.GapsOfStage, language: str) -> str:
    if stage["position"] is None:
        return f"{stage['label']} ({say('gap.position-not-known', language)})"
    return f"{stage['position']}. {stage['label']}"


def _gaps_heading(answer: shapes.GapsOfChain) -> Lines:
    language = answer["language"]
    where = answer["region"]["label"] if answer["region"] else say("cli.whole-area", language)
    yield from heading(say("cli.gaps-of", language, name=f"{answer['chain']['label']}, {where}"))
    counts = (f"{say(f'status.{name}', language)} {show_number(n, language)}" for name, n in answer["counts"].items())
    yield say("cli.required", language, counts=", ".join(counts))


def entity_lines(answer: shapes.EntityInFull, described: Sequence[tuple[str, str]], language: str) -> Lines:
    """Return an entity as text: what is said of it, its links, and where it is told of."""
    yield from heading(f"{answer['label']} · {answer['kind_label']}")
    for name, value in ((say("cli.id", language), answer["id"]), *described):
        yield from wrapped(f"{upper_first(name)}: {value}")
    yield from evidence_lines(answer["evidence"], 0)
    if answer["links"]:
        yield ""
        yield say("cli.links-of", language)
        rows = [[link["says"], link["label"], _how(link), link["record"]] for link in answer["links"]]
        yield from table(["", say("cli.name", language), "", say("cli.record", language)], rows)


def _how(link: shapes.LinkOfEntity) -> str:
    """The role, or the kind of place, with what is planned or historical about it."""
    return "; ".join(filter(None, (link["role_label"], link["place_said"], link["standing"])))
