"""The JSON shape of every answer, declared once: what `to_dict` gives, HTTP describes and the command line prints.

A code stands under its own name; beside it, as `…_label`, its words in the language of the answer.
"""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from graph.status import Status
from ontology.metagraph import Kind, Relation
from ontology.metapaths import Family


class Named(TypedDict):
    """Something by its id and its name in the language of the answer."""

    id: str
    """Its id, such as act-digipolis."""
    label: str
    """Its name, such as Kemin Digipolis Oy."""


class Taken(Named):
    """What a part of a name was taken for."""

    asked: str
    """The name as it was given."""


class Evidence(TypedDict):
    """Where a fact stands."""

    source: str
    """The id of the source, such as enf."""
    record: str
    """Where in the source it was read, such as actors.csv#row=32."""
    method: str
    """How it is known: stated, mapped, inferred or tagged."""
    method_label: str
    """How it is known, in words."""
    url: str | None
    """A page to read it on."""
    note: str | None
    """What the source or its curator adds."""


class PlacedIn(Named):
    """A region that something is in."""

    place: str | None
    """Whether by its seat or by a site."""
    said: str
    """The region in words; where there is a site only, with its municipality."""


class _Known(TypedDict):
    """What is known of an entity."""

    id: str
    """Its id."""
    kind: Kind
    """Its kind."""
    kind_label: str
    """Its kind in words."""
    label: str
    """Its name in the language asked for, or the nearest that there is."""
    label_language: str
    """The language of the label; `und` where none is stated."""
    labels: dict[str, str]
    """Its names by language."""
    attributes: dict[str, Any]
    """What its sources say; what is not known is not there."""
    attribute_labels: dict[str, str]
    """The words for those attributes whose value is a code."""


class Brief(_Known):
    """An entity as it stands in a list."""

    iri: str
    """Its linked-data identifier."""


class PageOfEntities(TypedDict):
    """One page of a list. `total` counts all that fit."""

    taken: list[Taken]
    """Names in the filters that are a part of a name only, and what each was taken for."""
    generation: int
    """The number of the data version that the page was read from."""
    language: str
    """The language of the labels."""
    total: int
    """How many fit."""
    limit: int
    """How many there are on a page."""
    offset: int
    """How many were passed over."""
    items: list[Brief]
    """Those on this page."""


class PageOfHits(PageOfEntities):
    """One page of what a search found, best fits first."""

    query: str
    """What was searched for."""
    suggestions: list[Named]
    """What was perhaps meant, where nothing was found."""


class LinkOfEntity(Evidence):
    """A link that touches an entity, seen from it, and where it stands."""

    relation: Relation
    """The relation."""
    outward: bool
    """Whether the entity is the subject of the link."""
    says: str
    """The relation in words, seen from the entity."""
    other: str
    """The id at the other end."""
    label: str
    """The name at the other end."""
    kind: Kind
    """The kind at the other end."""
    kind_label: str
    """The kind at the other end, in words."""
    role: str | None
    """The role as it is printed in the source."""
    role_label: str | None
    """The role in words."""
    status: str | None
    """Whether it is active, planned or historical, by its code."""
    status_year: str | None
    """The year that this is known of."""
    standing: str | None
    """What is planned, historical or of a fate not known, in words with its year."""
    place: str | None
    """Whether it is a seat or a site."""
    place_said: str | None
    """The same in words, with what the site is."""


class EntityInFull(_Known):
    """All that is known of an entity, with its links and where each fact stands."""

    evidence: list[Evidence]
    """Where it is told of."""
    links: list[LinkOfEntity]
    """Every link that touches it."""


class EdgeOfPath(TypedDict):
    """A step of a path, with the records behind it."""

    relation: Relation
    """The relation."""
    says: str
    """The relation in words, from subject to object."""
    subject: Named
    """Where the link begins."""
    object: Named
    """Where the link ends."""
    names: list[str]
    """What the link itself is called, such as what flows."""
    roles: list[str]
    """The roles that the records give, in words."""
    standings: list[str]
    """What of them is planned, historical or of a fate not known, in words with the year."""
    evidence: list[Evidence]
    """Every record that states the link."""


class Path(TypedDict):
    """A path: what lies on it, and what joins each to the next."""

    cost: float
    """Less is nearer."""
    text: str
    """The path in one line."""
    nodes: list[Named]
    """What lies on it, its ends too."""
    edges: list[EdgeOfPath]
    """What joins each to the next."""


#: `from` is a word of Python, so these two cannot stand in a class.
_Ends = TypedDict("_Ends", {"from": Named, "to": Named})


class Paths(_Ends):
    """The best paths between two ends, nearest first; `note` says why there is none."""

    taken: list[Taken]
    """Names in the question that are a part of a name only, and what each was taken for."""
    language: str
    """The language of the answer."""
    note: str
    """Why there is no path; empty where there are some."""
    paths: list[Path]
    """Nearest first."""


class Reason(TypedDict):
    """One path to a partner, as a sentence, with its weight and the records of every step."""

    metapath: str
    """The name of the pattern that the path follows."""
    family: Family
    """What kind of reason it is."""
    family_label: str
    """What kind of reason it is, in words."""
    sentence: str
    """The path as one sentence."""
    weight: float
    """What the path adds to the part of its family."""
    nodes: list[Named]
    """What lies on it, the two actors at its ends."""
    edges: list[EdgeOfPath]
    """What joins each to the next."""


class Already(TypedDict):
    """What the two share already."""

    projects: list[Named]
    """Projects that both are in."""
    clusters: list[Named]
    """Clusters that both are in."""


class Partner(TypedDict):
    """A partner: its score and its parts, why, what the two share already, and what is not known."""

    rank: int
    """Its place, from 1."""
    id: str
    """Its id."""
    label: str
    """Its name."""
    actor_type: str | None
    """Its type, by its code."""
    actor_type_label: str | None
    """Its type in words."""
    regions: list[PlacedIn]
    """Where it is."""
    standing_said: list[str]
    """What of it, and of the roles behind the reason, is planned or historical, as sentences."""
    trl: int | None
    """The best known TRL of its platforms."""
    score: float
    """By which it is ranked."""
    parts: dict[Family, float]
    """Weighted by `weights`, they add up to the score."""
    why: str
    """The reason in one sentence."""
    reasons: list[Reason]
    """The best paths to it."""
    already: Already
    """What the two share already."""
    already_said: list[str]
    """The same as sentences."""
    unknown: list[str]
    """What is not known of it: region, trl, actor_type."""
    unknown_said: list[str]
    """The same as sentences."""


class Wished(TypedDict):
    """What was asked for, as it was understood: a region by its id, a type by its code."""

    outside: list[str]
    """Outside of what: cluster, region."""
    region: str | None
    """The id of the region that a partner must be in."""
    region_label: str | None
    """Its name."""
    actor_type: str | None
    """The code of the type that a partner must be of."""
    actor_type_label: str | None
    """Its words."""
    min_trl: int | None
    """The TRL that a partner's platforms must reach."""
    limit: int
    """How many at most."""
    offset: int
    """How many were passed over."""


class Partners(TypedDict):
    """Partners for an actor, best first; `unknown` are those on whom a filter cannot decide, ranked apart."""

    actor: Named
    """Who asks."""
    taken: list[Taken]
    """Names in the question that are a part of a name only, and what each was taken for."""
    language: str
    """The language of the answer."""
    wishes: Wished
    """What was asked for."""
    weights: dict[Family, float]
    """How much each part counts in the score."""
    total: int
    """How many partners there are."""
    partners: list[Partner]
    """Those on this page, best first."""
    unknown_total: int
    """How many there are on whom a filter cannot decide."""
    unknown: list[Partner]
    """Those of them on this page, best first."""


class Candidate(Named):
    """Who could fill a gap."""

    regions: list[PlacedIn]
    """Where it is."""
    standing: str | None
    """Where it is only planned, that and the year in words."""
    evidence: list[Evidence]
    """Where it is recorded with the competence."""


class GapOfCompetence(Named):
    """A competence that a stage requires: who has it there, and who could bring it."""

    status: Status
    """How it is provided for."""
    status_label: str
    """How it is provided for, in words."""
    reason: str
    """The rule that gave the status."""
    why: str
    """One sentence."""
    holders: list[Named]
    """Who has it in the stage."""
    candidates_total: int
    """How many could bring it."""
    candidates: list[Candidate]
    """The first of them, those who fit more first."""
    evidence: list[Evidence]
    """Where it stands that the stage requires it."""


class NotNow(Named):
    """Whose role in a stage is planned, historical or of a fate not known."""

    standing: str
    """Which of these, in words with the year."""


class Party(Named):
    """Who works in a stage."""

    regions: list[PlacedIn]
    """Where it is."""
    through: list[Named]
    """The platforms, for who is there only by those that it operates."""


class GapsOfStage(Named):
    """A stage of a chain: who works in it, and the competences that it requires."""

    position: int | None
    """Its place in the chain; null where it is not known."""
    status: Status
    """How it is provided for."""
    status_label: str
    """How it is provided for, in words."""
    why: str
    """One sentence."""
    parties: list[Party]
    """Who works in it."""
    not_now: list[NotNow]
    """Who does not count, since it is not said to work there today."""
    region_not_known: list[Named]
    """Asked for a region: who works in it and may be there."""
    competences: list[GapOfCompetence]
    """What it requires."""


class GapsOfChain(TypedDict):
    """What a value chain lacks; “nobody” and “no data” are kept apart."""

    chain: Named
    """The value chain."""
    region: Named | None
    """The region, or nothing for the whole area."""
    taken: list[Taken]
    """Names in the question that are a part of a name only, and what each was taken for."""
    language: str
    """The language of the answer."""
    counts: dict[str, int]
    """How many required competences have each status."""
    stages: list[GapsOfStage]
    """In their order."""
