"""What a server must do to be a home of a graph: say what it holds, give all of it, take what is new.

`graph.stores.server` makes a home of it; Neo4j and SPARQL endpoints each have a room beside this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import polars as pl

from graph.stores.generation import Generation
from graph.stores.home import Progress
from ontology.facts import Tables
from ontology.metagraph import Kind, Relation

#: Rows of a kind or relation as one source tells them, with the columns of `ontology.facts` or some of them.
Rows = tuple[str, Kind | Relation, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Held:
    """What a server says that it holds: `number` and `identity` are of the last whole generation.

    `whole` is False while a load is under way or was cut off; where none was whole before, the identity is None.
    """

    number: int
    identity: str | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """Everything that a server holds, once: `rows` in pieces and any order, to be taken while the server is open.

    `files` has for each source what it brought beside its facts, packed by `graph.stores.parcel`; a server that was
    not filled by us has none.
    """

    manifest: Mapping[str, Any]
    rows: Iterable[Rows]
    files: Mapping[str, bytes]


class Remote(Protocol):
    """A server that keeps one generation of a graph, and what it was told of earlier ones."""

    #: What errors call it: its address, without credentials.
    name: str

    def held(self) -> Held | None:
        """Return what the server holds, None where nothing of ours is; cheap."""

    def history(self) -> list[dict[str, Any]]:
        """Return what each generation that it ever held says of itself, newest first."""

    def read(self, progress: Progress) -> Delivery:
        """Return everything that it holds; raises ServerBetween where that is no whole generation."""

    def recover(self, progress: Progress) -> Delivery:
        """Return what it held before a load that was cut off; raises WorkspaceBusy while its writer is not gone."""

    def write(
        self,
        before: Generation | None,
        after: Generation,
        files: Mapping[str, bytes],
        progress: Progress,
        *,
        thorough: bool = False,
    ) -> None:
        """Make the server hold a generation in the place of the one before, None where it held none that was whole.

        A thorough one trusts nothing that is there to be as it was written.
        Raises WorkspaceBusy while another writes, or when it holds another than the one before by now.
        """

    def close(self) -> None:
        """Let go of connections."""


def rows_of(tables: Tables) -> Iterator[Rows]:
    """Yield the rows of tables, source by source."""
    told: list[tuple[Kind | Relation, pl.DataFrame]] = [*tables.entities.items(), *tables.links.items()]
    for source in tables.sources:
        for name, frame in told:
            own = frame.filter(pl.col("source") == source.id)
            if own.height:
                yield source.id, name, own
