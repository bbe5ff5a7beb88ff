"""Which names an answer took for something else than a whole name: said with the answer, so that nobody is misled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from graph.stores.directory import Match

if TYPE_CHECKING:
    from graph.questions import shapes


@dataclass(frozen=True, kw_only=True)
class Taking:
    """An answer to a question that named something."""

    taken: tuple[Match, ...] = ()


def taken_said(matches: Iterable[Match], language: str) -> list[shapes.Taken]:
    """Return the names that were taken for a part of one, as plain values for JSON."""
    return [
        {"asked": match.asked, "id": match.entity.id, "label": match.entity.label(language)}
        for match in matches
        if not match.whole
    ]


Answer = TypeVar("Answer", bound=Taking)


def taking(answer: Answer, *matches: Match) -> Answer:
    """Return the answer with those of the matches that took a part of a name."""
    parts = tuple(match for match in matches if not match.whole)
    return replace(answer, taken=(*parts, *answer.taken)) if parts else answer
