"""The one rich class: a knowledge graph that hands each verb to a plain function.

It opens in memory or on a workspace, and moves to a new generation by itself; what it has handed out stays with
the generation that it was read from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Unpack

import polars as pl

from graph.stores.generation import Generation
from graph.stores.workspace import Progress, Report, Workspace, build_manifest, report
from graph.values import Actor, Cluster, Platform, Thing, ValueChain, thing
from ontology.errors import InvalidArgument, NotFound
from ontology.facts import Batch, Tables, require_ids
from ontology.metagraph import Kind

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from graph.questions.connections import Connections
    from graph.questions.gap_answer import Gaps
    from graph.questions.partner_answer import Partners
    from graph.questions.wishes import Wishes


class Memory:
    """A graph that lives as long as the process: the same verbs as a workspace, and nothing on disk."""

    def __init__(self) -> None:
        empty = Tables.of([])
        self._generations = [Generation(empty, build_manifest(0, None, empty))]
        self._batches: dict[str, Batch] = {}
        self._lock = Lock()

    def current_number(self) -> int:
        """Return the number of the current generation; 0 is the empty one."""
        return self._generations[-1].number

    def open(self, number: int | None = None) -> Generation:
        """Return a generation, the current one unless a number is given."""
        wanted = self.current_number() if number is None else number
        if not 0 <= wanted < len(self._generations):
            raise InvalidArgument(f"there is no generation {wanted}; there are 0 to {self.current_number()}")
        return self._generations[wanted]

    def history(self) -> list[dict[str, Any]]:
        """Return what each generation says of itself, newest first."""
        return [dict(generation.manifest) for generation in reversed(self._generations[1:])]

    def replace(self, batch: Batch, *, progress: Progress | None = None, force: bool = False) -> Report:
        """Make the next generation, with this batch in the place of what its source said before."""
        with self._lock:
            return self._replace(batch, progress, force)

    def _replace(self, batch: Batch, progress: Progress | None, force: bool) -> Report:
        require_ids(batch)
        current = self._generations[-1]
        same = any(s.id == batch.source.id and s.sha256 == batch.source.sha256 for s in current.tables.sources)
        if same and not force:
            return report(batch, current.manifest, changed=False)
        if progress:
            progress("checking")
        # In the place that its source had: of two sources that tell of one thing, the earlier is heard first.
        self._batches[batch.source.id] = batch
        tables = Tables.of(self._batches.values())
        manifest = build_manifest(current.number + 1, current.number, tables)
        self._generations.append(Generation(tables, manifest))
        return report(batch, manifest, changed=True)


class KnowledgeGraph:
    """A knowledge graph of value chains and of the actors in them: see `graph.open_graph`."""

    def __init__(self, home: Workspace | Memory | _Still) -> None:
        self._home = home
        self._opened: Generation | None = None
        self._lock = Lock()

    # ---- the state of it

    @property
    def generation(self) -> Generation:
        """The current generation; asking is cheap, and finds a new one that somebody else has written."""
        number = self._home.current_number()
        opened = self._opened
        if opened is None or opened.number != number:
            with self._lock:
                if self._opened is None or self._opened.number != number:
                    self._opened = self._home.open()
                opened = self._opened
        return opened

    def at(self, generation: int) -> KnowledgeGraph:
        """Return the graph as it was in an earlier generation, to read."""
        return KnowledgeGraph(_Still(self._home.open(generation)))

    def pinned(self) -> KnowledgeGraph:
        """Return the graph as it is now, to read: it does not move on when somebody writes."""
        return KnowledgeGraph(_Still(self.generation))

    def history(self) -> list[dict[str, Any]]:
        """Return what each generation says of itself, newest first: sources, counts, findings, when it was made."""
        return self._home.history()

    def counts(self) -> dict[str, int]:
        """Return how many entities there are of each kind, and links of each relation."""
        return self.generation.tables.counts()

    def replace(self, batch: Batch, *, progress: Progress | None = None, force: bool = False) -> Report:
        """Put this batch in the place of what its source said before, as a new generation.

        A source that did not change is not loaded again, unless forced. Raises WorkspaceBusy while another process
        writes and StorageFull when there is no room; the old generation stands then.
        """
        return self._home.replace(batch, progress=progress, force=force)

    # ---- finding

    def find(self, name: str, *kinds: Kind) -> Thing:
        """Return the one thing with this id, name in any language, or part of a name.

        Raises NotFound with the nearest names, and AmbiguousName with the candidates.
        """
        generation = self.generation
        return thing(generation, generation.directory.find(name, *kinds))

    def actor(self, name: str) -> Actor:
        """Return the one actor with this id, name or part of a name."""
        return Actor(self.generation.directory.find(name, Kind.ACTOR), self.generation)

    def cluster(self, name: str) -> Cluster:
        """Return the one cluster with this id, name or part of a name."""
        return Cluster(self.generation.directory.find(name, Kind.CLUSTER), self.generation)

    def platform(self, name: str) -> Platform:
        """Return the one innovation platform with this id, name or part of a name."""
        return Platform(self.generation.directory.find(name, Kind.PLATFORM), self.generation)

    def value_chain(self, name: str) -> ValueChain:
        """Return the one value chain with this id, name or part of a name."""
        return ValueChain(self.generation.directory.find(name, Kind.VALUE_CHAIN), self.generation)

    def search(self, text: str, kinds: Iterable[Kind | str] = (), limit: int | None = None) -> tuple[Thing, ...]:
        """Return the things whose names hold every word of the text, best fits first."""
        generation = self.generation
        found = generation.directory.search(text, [as_kind(kind) for kind in kinds], limit)
        return tuple(thing(generation, entity) for entity in found)

    def entities(self, kind: Kind | str, language: str = "en") -> pl.DataFrame:
        """Return all of a kind as a frame, with one `label` column in a language or the nearest."""
        return self.generation.directory.frame(as_kind(kind), language)

    # ---- asking

    def partners(self, actor: str | Actor, **wishes: Unpack[Wishes]) -> Partners:
        """Return partners for an actor (itself, its id or name), best first; see `Actor.partners`."""
        return (actor if isinstance(actor, Actor) else self.actor(actor)).partners(**wishes)

    def paths(self, start: str | Thing, end: str | Thing, limit: int = 10) -> Connections:
        """Return the best paths between two actors, clusters or platforms (things, ids or names)."""
        from graph.questions.connections import ENDS, find_connections

        first, last = (end.id if isinstance(end, Thing) else self._end(end, ENDS) for end in (start, end))
        return find_connections(self.generation, first, last, limit)

    def _end(self, name: str, kinds: Sequence[Kind]) -> str:
        """The id of an end: an actor of this name is meant before a cluster, and a cluster before a platform."""
        for kind in kinds:
            try:
                return self.find(name, kind).id
            except NotFound:
                continue
        return self.find(name, *kinds).id

    def gaps(self, chain: str | ValueChain, region: str | None = None) -> Gaps:
        """Return the gaps of a value chain, in the whole area or in one region (ids or names)."""
        return (chain if isinstance(chain, ValueChain) else self.value_chain(chain)).gaps(region)

    def sparql(self, query: str) -> pl.DataFrame | bool | rdflib.Graph:
        """Return the answer to a SPARQL query: a frame for SELECT, a truth for ASK, a graph for CONSTRUCT.

        The prefixes of `ontology.prefixes` need no declaring. Raises QuerySyntax and QueryNotAllowed. The query runs
        in this process and cannot be stopped; the HTTP door and the CLI ask in a worker with a time limit.
        """
        from graph.sparql.frames import answer

        return answer(self.generation.store, query)

    # ---- going elsewhere

    def to_networkx(self, language: str = "en") -> nx.MultiDiGraph:
        """Return every entity and link as a networkx graph, with labels, attributes and provenance."""
        from graph.stores.exports import to_networkx

        return to_networkx(self.generation, language)

    def to_rdflib(self) -> rdflib.Dataset:
        """Return the RDF store lent to rdflib, without a copy; it is read-only."""
        from graph.stores.exports import to_rdflib

        return to_rdflib(self.generation)


class _Still:
    """A home that always opens one generation."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation

    def current_number(self) -> int:
        return self._generation.number

    def open(self, number: int | None = None) -> Generation:
        return self._generation

    def history(self) -> list[dict[str, Any]]:
        return [dict(self._generation.manifest)]

    def replace(self, batch: Batch, *, progress: Progress | None = None, force: bool = False) -> Report:
        raise InvalidArgument("a generation cannot be changed; load into the graph itself")


def as_kind(kind: Kind | str) -> Kind:
    """Return the kind of this name, in any case; raises InvalidArgument with those that there are."""
    for known in Kind:
        if str(kind).lower() in (known.value.lower(), known.name.lower()):
            return known
    raise InvalidArgument(f"there is no kind {kind!r}; there are {', '.join(Kind)}")


def open_graph(where: str | Path | None = None, keep: int | None = None) -> KnowledgeGraph:
    """Open a knowledge graph: in memory, or in a workspace folder, which is made when something is loaded.

    `keep` is how many generations to keep when a new one is written; all of them unless said.
    """
    return KnowledgeGraph(Memory() if where is None else Workspace(where, keep))
