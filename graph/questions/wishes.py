"""What one may wish of partners, and what it means in this graph: checked here, once, for every door."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple, TypedDict, get_args

from graph.paths.filters import Filters, Side
from graph.stores.directory import Directory, fold
from ontology.errors import InvalidArgument, NotFound
from ontology.metagraph import Kind
from ontology.vocabulary import find_code

#: So many regions are named where none is near the one that was asked for.
_MOST = 8


class Wishes(TypedDict, total=False):
    """What partners are to be, as people say it; what is not wished, or None, filters nothing.

    `outside` is "cluster" (shares no cluster with the actor), "region" (is in none of its regions), or both; `region`
    an id or a name; `actor_type` a code of the scheme or its name in any language; `min_trl` 1–9, which the best known
    TRL of the partner's platforms must reach. `limit` partners are told, after `offset` others.
    """

    outside: Side | Sequence[Side] | None
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
    outside: Side | Sequence[Side] | None = None,
    region: str | None = None,
    actor_type: str | None = None,
    min_trl: int | None = None,
    limit: int = 10,
    offset: int = 0,
) -> tuple[Filters, Page]:
    """Return `Wishes` as filters, with ids and codes for names, and the page that is asked for.

    Raises NotFound, AmbiguousName and InvalidArgument, each with what would be right.
    """
    sides = (outside,) if isinstance(outside, str) else tuple(dict.fromkeys(outside or ()))
    for side in sides:
        if side not in get_args(Side):
            raise InvalidArgument(f"outside must be {' or '.join(get_args(Side))}, not {side!r}")
    if min_trl is not None and not 1 <= min_trl <= 9:
        raise InvalidArgument(f"a TRL is between 1 and 9, not {min_trl}")
    if limit < 1 or offset < 0:
        raise InvalidArgument(f"limit must be at least 1 and offset at least 0, not {limit} and {offset}")
    filters = Filters(
        sides,
        None if region is None else _region(directory, region),
        None if actor_type is None else find_code("actor-types", actor_type),
        min_trl,
    )
    return filters, Page(limit, offset)


def _region(directory: Directory, wish: str) -> str:
    try:
        return directory.find(wish, Kind.REGION).id
    except NotFound as error:
        ids = directory.ids(Kind.REGION)
        names = {fold(name): id for id in ids for name in (id, *directory.get(id).labels.values())}
        near = tuple(dict.fromkeys(names[name] for name in get_close_matches(fold(wish), names)))
        shown = ", ".join(f"{directory.label(id)} ({id})" for id in near or ids[:_MOST])
        rest = f" and {len(ids) - _MOST} more" if not near and len(ids) > _MOST else ""
        raise NotFound(
            f"there is no region {wish!r}; {'near it' if near else 'there'} are {shown or 'none'}{rest}",
            tuple(directory.label(id) for id in near),
        ) from error
