"""What one may wish of partners, and what it means in this graph: checked here, once, for every door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypedDict

from graph.paths.filters import Filters, Side
from graph.stores.directory import Directory, Match
from ontology.errors import InvalidArgument
from ontology.metagraph import Kind
from ontology.vocabulary import find_code, slug, spellings

_SIDES: dict[Side, Kind] = {"cluster": Kind.CLUSTER, "region": Kind.REGION}


class Wishes(TypedDict, total=False):
    """What partners are to be, as people say it; what is not wished, or None, filters nothing.

    `outside` is "cluster" (shares no cluster with the actor), "region" (is in none of its regions), or both, by these
    words or the names of the two kinds in any language; `region` an id or a name; `actor_type` a code of the scheme or
    its name in any language; `min_trl` 1–9, which the best known TRL of the partner's platforms must reach. `limit`
    partners are told, after `offset` others.
    """

    outside: str | Sequence[str] | None
    region: str | None
    actor_type: str | None
    min_trl: int | None
    limit: int
    offset: int


class Page(NamedTuple):
    """Which part of a long answer is told."""

    limit: int
    offset: int


def understood(
    directory: Directory,
    *,
    outside: str | Sequence[str] | None = None,
    region: str | None = None,
    actor_type: str | None = None,
    min_trl: int | None = None,
    limit: int = 10,
    offset: int = 0,
) -> tuple[Filters, Page, tuple[Match, ...]]:
    """Return `Wishes` as filters, with ids and codes for names, the page asked for, and what names were taken for.

    Raises NotFound, AmbiguousName and InvalidArgument, each with what would be right.
    """
    sides = tuple(dict.fromkeys(_side(side) for side in ([outside] if isinstance(outside, str) else outside or ())))
    if min_trl is not None and not 1 <= min_trl <= 9:
        raise InvalidArgument("trl-range", level=min_trl)
    if limit < 1 or offset < 0:
        raise InvalidArgument("page-range", limit=limit, offset=offset)
    named = () if region is None else (directory.match(region, Kind.REGION),)
    code = None if actor_type is None else find_code("actor-types", actor_type)
    filters = Filters(sides, named[0].entity.id if named else None, code, min_trl)
    return filters, Page(limit, offset), named


def _side(said: str) -> Side:
    """Return what a partner must lie outside of, by its code or the name of its kind in any language."""
    for side, kind in _SIDES.items():
        if slug(said) in map(slug, (side, *spellings(kind))):
            return side
    raise InvalidArgument("unknown-side", side=said, known=tuple(_SIDES))
