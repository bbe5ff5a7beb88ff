"""The one rich class: a knowledge graph that hands each verb to a plain function.

It opens in memory or on a workspace, and moves to a new generation by itself; what it has handed out stays with
the generation that it was read from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, overload

import polars as pl

from graph.questions.taken import taking
from graph.stores.directory import Match
from graph.stores.entities import Entity
from graph.stores.generation import Generation
from graph.stores.home import Home, Progress, Report, several
from graph.stores.memory import Still
from graph.stores.schemes import home_at
from graph.values import Actor, Cluster, GraphEntity, Platform, ValueChain, of_kind
from ontology.errors import QueryNotAllowed, WorkspaceError
from ontology.facts import Batch
from ontology.metagraph import Kind
from ontology.vocabulary import find_kind

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from graph.exports.forms import Written
    from graph.questions.connections import Connections
    from graph.questions.gap_answer import Gaps
    from graph.questions.partner_answer import Partners
    from graph.questions.wishes import Wishes

Value = TypeVar("Value", bound=GraphEntity)


class KnowledgeGraph:
    """A knowledge graph of value chains and of the actors in them: see `graph.open_graph`."""

    def __init__(self, home: Home) -> None:
        self._home: Home | None = home
        self._opened: Generation | None = None
        self._lock = Lock()

    # ---- the state of it

    @property
    def home(self) -> Home:
        """Where it is kept; raises WorkspaceError once the graph is closed."""
        home = self._home
        if home is None:
            raise WorkspaceError("graph-closed")
        return home

    def close(self) -> None:
        """Let go of the home. What was handed out stays good; closing twice is no error."""
        if self._home is not None:
            self._home.close()
        self._home = self._opened = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def generation(self) -> Generation:
        """The current generation; asking is cheap, and finds a new one that somebody else has written."""
        identity = self.home.identity()
        opened = self._opened
        if opened is None or opened.identity != identity:
            with self._lock:
                if self._opened is None or self._opened.identity != identity:
                    self._opened = self.home.open()
                opened = self._opened
        return opened

    def at(self, generation: int) -> KnowledgeGraph:
        """Return the graph as it was in an earlier generation, to read."""
        return KnowledgeGraph(Still(self.home.open(generation)))

    def pinned(self) -> KnowledgeGraph:
        """Return the graph as it is now, to read: it does not move on when somebody writes."""
        return KnowledgeGraph(Still(self.generation))

    def history(self) -> list[dict[str, Any]]:
        """Return what each generation says of itself, newest first: sources, counts, findings, when it was made."""
        return self.home.history()

    def counts(self) -> dict[str, int]:
        """Return how many entities there are of each kind, and links of each relation."""
        return self.generation.counts

    @overload
    def replace(
        self, batches: Batch, *, progress: Progress | None = None, force: bool = False, strict: bool = False
    ) -> Report: ...
    @overload
    def replace(
        self, batches: Iterable[Batch], *, progress: Progress | None = None, force: bool = False, strict: bool = False
    ) -> tuple[Report, ...]: ...
    def replace(
        self,
        batches: Batch | Iterable[Batch],
        *,
        progress: Progress | None = None,
        force: bool = False,
        strict: bool = False,
    ) -> Report | tuple[Report, ...]:
        """Put a batch, or several at once, in the place of what their sources said before, as a new generation.

        A row that cannot be a fact is refused, and a link whose end no source tells of is set aside until one does; the
        report has both. A source that did not change is not loaded again, unless forced. Raises RefusedRows when
        `strict` and a row is refused, WorkspaceBusy while another process writes, StorageFull when there is no room;
        the old generation stands then.
        """
        reports = self.home.replace(several(batches), progress=progress, force=force, strict=strict)
        return reports[0] if isinstance(batches, Batch) else reports

    def remove(self, source: str, *, progress: Progress | None = None) -> Report:
        """Take out what a source said, as a new generation; raises NotFound with the sources that there are."""
        return self.home.remove(source, progress=progress)

    # ---- finding

    def find(self, name: str, *kinds: Kind) -> GraphEntity:
        """Return the one entity with this id, name in any language, or part of a name.

        Raises WrongKind, NotFound with what is near, and AmbiguousName with the candidates.
        """
        generation = self.generation
        return of_kind(generation.directory.find(name, *kinds), generation)

    def by_id(self, id: str, *kinds: Kind) -> GraphEntity:
        """Return the entity with this very id; no name is looked up. Raises NotFound with what was perhaps meant."""
        generation = self.generation
        return of_kind(generation.directory.by_id(id, *kinds), generation)

    def actor(self, name: str) -> Actor:
        """Return the one actor with this id, name or part of a name."""
        return self._one(Actor, name, Kind.ACTOR)[0]

    def cluster(self, name: str) -> Cluster:
        """Return the one cluster with this id, name or part of a name."""
        return self._one(Cluster, name, Kind.CLUSTER)[0]

    def platform(self, name: str) -> Platform:
        """Return the one innovation platform with this id, name or part of a name."""
        return self._one(Platform, name, Kind.PLATFORM)[0]

    def value_chain(self, name: str) -> ValueChain:
        """Return the one value chain with this id, name or part of a name."""
        return self._one(ValueChain, name, Kind.VALUE_CHAIN)[0]

    def _one(self, type: type[Value], name: str, kind: Kind) -> tuple[Value, Match]:
        generation = self.generation
        match = generation.directory.match(name, kind)
        return type.of(match.entity, generation), match

    def search(self, text: str, kinds: Iterable[Kind | str] = (), limit: int | None = None) -> tuple[GraphEntity, ...]:
        """Return the entities whose names hold every word of the text, best fits first."""
        generation = self.generation
        found = generation.directory.search(text, [find_kind(kind) for kind in kinds], limit)
        return tuple(of_kind(entity, generation) for entity in found)

    def entities(self, kind: Kind | str, language: str = "en") -> pl.DataFrame:
        """Return all of a kind as a frame, with one `label` column in a language or the nearest."""
        return self.generation.directory.frame(find_kind(kind), language)

    # ---- asking

    def partners(self, actor: str | Actor, **wishes: Unpack[Wishes]) -> Partners:
        """Return partners for an actor (itself, its id or name), best first; see `Actor.partners`."""
        if isinstance(actor, Actor):
            return actor.partners(**wishes)
        found, match = self._one(Actor, actor, Kind.ACTOR)
        return taking(found.partners(**wishes), match)

    def paths(self, start: str | GraphEntity, end: str | GraphEntity, limit: int = 10) -> Connections:
        """Return the best paths between two actors, clusters or platforms (themselves, ids or names).

        An actor of a name is meant before a cluster, and a cluster before a platform.
        """
        from graph.questions.connections import ENDS, find_connections

        def meant(end: str | GraphEntity) -> Match:
            return Match(end.id, end, True) if isinstance(end, Entity) else generation.directory.prefer(end, *ENDS)

        generation = self.generation
        first, last = meant(start), meant(end)
        return taking(find_connections(generation, first.entity.id, last.entity.id, limit), first, last)

    def gaps(self, chain: str | ValueChain, region: str | None = None) -> Gaps:
        """Return the gaps of a value chain, in the whole area or in one region (ids or names)."""
        if isinstance(chain, ValueChain):
            return chain.gaps(region)
        found, match = self._one(ValueChain, chain, Kind.VALUE_CHAIN)
        return taking(found.gaps(region), match)

    def sparql(self, query: str, **parameters: str | float) -> pl.DataFrame | bool | rdflib.Graph:
        """Return the answer to a SPARQL query: a frame for SELECT, a truth for ASK, a graph for CONSTRUCT.

        The prefixes of `ontology.prefixes` need no declaring. A parameter is the value of a variable of that name
        (`$name` or `?name`), which the SELECT line must have. Raises QuerySyntax and QueryNotAllowed. The query runs
        in this process and cannot be stopped; the HTTP door and the CLI ask in a worker with a time limit.
        """
        from graph.sparql.frames import answer

        return answer(self.generation.store, query, parameters)

    def cypher(self, query: str, **parameters: Any) -> pl.DataFrame:
        """Return the answer to a Cypher query as a frame; `$name` in it is the parameter of that name.

        Only where the graph is kept in Neo4j, and only to read. Raises QuerySyntax, QueryNotAllowed, QueryTimeout, and
        QueryError for an answer of too many rows.
        """
        ask: Callable[[str, dict[str, Any]], pl.DataFrame] | None = getattr(self.home, "cypher", None)
        if ask is None:
            raise QueryNotAllowed("no-neo4j")
        return ask(query, parameters)

    # ---- going elsewhere

    def export(self, path: str | Path, form: str, *, kinds: Iterable[Kind | str] = (), language: str = "en") -> Written:
        """Write the graph, or some kinds and the links among them, to a file or a folder that other tools read.

        `form` is graphml, gexf, jsonld, nquads or turtle (a file), or csv, parquet or neo4j, to import (a folder).
        An earlier export is replaced once the new one is whole. Raises ExportError where it cannot be written there.
        """
        from graph.exports.forms import export

        return export(self.generation, Path(path), form, kinds, language)

    def to_networkx(self, language: str = "en") -> nx.MultiDiGraph:
        """Return every entity and link as a networkx graph: labels, attributes, provenance, and what is a bridge."""
        from graph.exports.lent import to_networkx

        return to_networkx(self.generation, language)

    def to_rdflib(self) -> rdflib.Dataset:
        """Return the RDF store lent to rdflib, without a copy; it is read-only."""
        from graph.exports.lent import to_rdflib

        return to_rdflib(self.generation)


def open_graph(where: str | Path | None = None, keep: int | None = None) -> KnowledgeGraph:
    """Open a knowledge graph: in memory, or in a folder, which is made when something is loaded.

    `where` may also be an address with a scheme, such as `memory:` or `file:var/enf`; a `Path` is always a folder.
    `keep` is how many generations to keep when a new one is written; all of them unless said. Raises InvalidArgument
    for a scheme that is not known: it names those that are.
    """
    return KnowledgeGraph(home_at(where, keep))
