"""What an endpoint is told of the graph that it holds: a named graph of our own, beside those of the sources.

The graph `…/source/server/state` has one node for the state and one for each generation that there ever was. While a
load is under way it still tells of the generation before, as not whole. No source can have such a name, for there is a
slash in it; and what a source says of itself stands in a named graph, too, since the default graph of a store that
shows the union of its graphs is not seen.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyoxigraph as ox

from graph.stores.endpoint.connect import Endpoint
from graph.stores.remote import Held
from graph.stores.trig import graph
from ontology.errors import ServerError
from ontology.metagraph import LOAD_ORDER
from ontology.prefixes import iri

_OURS = graph("server/")

#: The named graphs beside those of the sources: the state, what sources say of themselves, parcels and journals.
STATE, SOURCES, FILES = _OURS + "state", _OURS + "sources", _OURS + "files"

#: The states: a load is under way, or all is as the manifest says.
WRITING, WHOLE = "writing", "whole"

#: Every description of a source, wherever it stands.
DESCRIBED = f"?s <{iri(LOAD_ORDER)}> ?order ; ?p ?o"


def term(name: str) -> str:
    """Return the IRI of a property of the state."""
    return f"{STATE}#{name}"


def generation(number: int) -> str:
    """Return the IRI of the node that keeps what a generation said of itself."""
    return f"{_OURS}generation/{number}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What an endpoint says: its own state, and what it tells of sources, where there is none of it, too."""

    said: Mapping[str, tuple[str, ...]]
    sources: frozenset[tuple[str, str, str]] = field(repr=False)
    now: float

    def one(self, name: str) -> str | None:
        """Return what the state says, None where it says nothing, or several things."""
        values = self.said.get(name, ())
        return values[0] if len(values) == 1 else None

    @property
    def whole(self) -> bool:
        """Whether all is as the manifest says."""
        return self.said.get("state") == (WHOLE,)

    @property
    def held(self) -> Held | None:
        """What it holds of a graph that we wrote."""
        if not self.said:
            return None
        return Held(int(self.one("generation") or 0), self.one("identity"), self.whole)

    @property
    def manifest(self) -> dict[str, Any] | None:
        """What the last whole generation says of itself."""
        manifest = self.one("manifest")
        return None if manifest is None else dict(json.loads(manifest))

    @property
    def parcels(self) -> dict[str, str]:
        """The name of each source's parcel, by its source."""
        return {name.partition("/")[2]: name for name in self.said.get("parcel", ())}


def standing(endpoint: Endpoint) -> Standing:
    """Ask an endpoint how it stands: one round trip."""
    query = f"""SELECT ?s ?p ?o {{
        {{ GRAPH <{STATE}> {{ ?s ?p ?o FILTER(?s = <{STATE}>) }} }}
        UNION {{ {DESCRIBED} }} UNION {{ GRAPH ?g {{ {DESCRIBED} }} }}
        UNION {{ BIND(NOW() AS ?o) }}
    }}"""
    said: dict[str, set[str]] = defaultdict(set)
    sources: set[tuple[str, str, str]] = set()
    now = 0.0
    for subject, predicate, object in endpoint.select(query):
        if subject is None:
            now = seconds(object.value)
        elif subject.value == STATE:
            said[predicate.value.removeprefix(term(""))].add(object.value)
        else:
            sources.add((subject.value, predicate.value, object.value))
    try:
        found = Standing({name: tuple(sorted(values)) for name, values in said.items()}, frozenset(sources), now)
        _ = found.held, found.manifest  # a state that cannot be read is found out here
    except (ValueError, TypeError) as error:
        raise ServerError("endpoint-state", server=endpoint.name, graph=STATE, said=str(error)) from error
    return found


def seconds(text: str) -> float:
    """Return a time as SPARQL writes it as seconds; raises ValueError."""
    then = datetime.fromisoformat(text)
    return (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp()


def history(endpoint: Endpoint) -> list[dict[str, Any]]:
    """Return what each generation said of itself, newest first."""
    query = f"""SELECT ?number ?manifest {{ GRAPH <{STATE}> {{
        ?s <{term("number")}> ?number ; <{term("told")}> ?manifest }} }}"""
    found = {int(number.value): json.loads(manifest.value) for number, manifest in endpoint.select(query)}
    return [found[number] for number in sorted(found, reverse=True)]


def digest(told: Iterable[object]) -> str:
    """Return a digest of things that have no order."""
    return hashlib.sha256("\n".join(sorted(map(repr, told))).encode()).hexdigest()[:32]


def quoted(text: str) -> str:
    """Return a text as SPARQL writes it."""
    return str(ox.Literal(text))
