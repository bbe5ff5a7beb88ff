"""The shapes of answers, for the description of the API; the answers themselves are plain values."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ontology.metagraph import Kind, Relation


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Named(_Shape):
    """Something by its id and its name in the language of the answer."""

    id: str = Field(examples=["act-digipolis"])
    label: str = Field(examples=["Kemin Digipolis Oy"])


class Evidence(_Shape):
    """Where a fact stands."""

    source: str = Field(description="The id of the source.", examples=["enf"])
    record: str = Field(description="Where in the source it was read.", examples=["actors.csv#row=32"])
    method: str = Field(description="How it is known: stated, mapped, inferred or tagged.")
    url: str | None = Field(description="A page to read it on.")
    note: str | None


class Brief(_Shape):
    """An entity as it stands in a list."""

    id: str
    iri: str = Field(description="Its linked-data identifier.")
    kind: Kind
    label: str = Field(description="Its name in the language asked for, or the nearest that there is.")
    label_language: str = Field(description="The language of the label; `und` where none is stated.")
    labels: dict[str, str] = Field(description="Its names by language.")
    attributes: dict[str, Any] = Field(description="What its sources say; what is not known is not there.")


class PageOfEntities(_Shape):
    """One page of a list. `total` counts all that fit; `next` leads on, and is null on the last page."""

    generation: int
    language: str
    total: int
    limit: int
    offset: int
    next: str | None
    items: list[Brief]


class PageOfHits(PageOfEntities):
    """One page of what a search found, best fits first."""

    query: str


class LinkOfEntity(_Shape):
    """A link that touches an entity, seen from it."""

    relation: Relation
    outward: bool = Field(description="Whether the entity is the subject of the link.")
    says: str = Field(description="The relation in words, seen from the entity.")
    other: str = Field(description="The id at the other end.")
    label: str
    kind: Kind
    role: str | None
    method: str
    source: str
    record: str
    url: str | None
    note: str | None


class EntityInFull(_Shape):
    """All that is known of an entity, with its links and where each fact stands."""

    id: str
    kind: Kind
    label: str
    label_language: str
    labels: dict[str, str]
    attributes: dict[str, Any]
    evidence: list[Evidence]
    links: list[LinkOfEntity]


class EdgeOfPath(_Shape):
    """A step of a path, with the records behind it."""

    relation: Relation
    says: str
    subject: Named
    object: Named
    names: list[str] = Field(description="What the link itself is called, such as what flows.")
    roles: list[str]
    evidence: list[Evidence]


Family = Literal["complementarity", "similarity", "proximity"]


class Reason(_Shape):
    """One path to a partner, as a sentence, with its weight and the records of every step."""

    metapath: str
    family: Family
    sentence: str
    weight: float
    nodes: list[Named]
    edges: list[EdgeOfPath]


class Already(_Shape):
    """What the two share already."""

    projects: list[Named]
    clusters: list[Named]


class Partner(_Shape):
    """A partner: its score and its parts, why, what the two share already, and what is not known."""

    rank: int
    id: str
    label: str
    actor_type: str | None
    regions: list[Named]
    trl: int | None = Field(description="The best known TRL of its platforms.")
    score: float
    parts: dict[Family, float] = Field(description="Weighted by `weights`, they add up to the score.")
    why: str = Field(description="The reason in one sentence.")
    reasons: list[Reason]
    already: Already
    already_said: list[str]
    unknown: list[str]
    unknown_said: list[str]


class Wishes(_Shape):
    """What was asked for."""

    outside: list[str]
    region: str | None
    actor_type: str | None
    min_trl: int | None
    limit: int
    offset: int


class Partners(_Shape):
    """Partners for an actor, best first; `unknown` are those on whom a filter cannot decide, ranked apart."""

    actor: Named
    language: str
    wishes: Wishes
    weights: dict[Family, float]
    total: int
    partners: list[Partner]
    unknown_total: int
    unknown: list[Partner]


class Path(_Shape):
    """A path: what lies on it, and what joins each to the next."""

    cost: float = Field(description="Less is nearer.")
    text: str
    nodes: list[Named]
    edges: list[EdgeOfPath]


class Paths(BaseModel):
    """The best paths between two ends, nearest first; `note` says why there is none."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    start: Named = Field(alias="from")
    end: Named = Field(alias="to")
    language: str
    note: str
    paths: list[Path]


class Candidate(_Shape):
    """Who could fill a gap."""

    id: str
    label: str
    regions: list[str]
    evidence: list[Evidence]


Status = Literal["covered", "one_actor", "no_actor", "no_data"]


class GapOfCompetence(_Shape):
    """A competence that a stage requires: who has it there, and who could bring it."""

    id: str
    label: str
    status: Status
    reason: str
    why: str = Field(description="One sentence.")
    holders: list[Named]
    candidates_total: int
    candidates: list[Candidate]
    evidence: list[Evidence]


class Party(Named):
    """Who works in a stage; `through` are the platforms, for who is there only by those that it operates."""

    through: list[Named]


class GapsOfStage(_Shape):
    """A stage of a chain: who works in it, and the competences that it requires."""

    id: str
    label: str
    position: int
    status: Status
    why: str
    parties: list[Party]
    region_not_known: list[Named]
    competences: list[GapOfCompetence]


class GapsOfChain(_Shape):
    """What a value chain lacks; “nobody” and “no data” are kept apart."""

    chain: Named
    region: Named | None
    language: str
    counts: dict[str, int]
    stages: list[GapsOfStage]


class SourceOfFacts(_Shape):
    """A source of the graph."""

    id: str
    title: str
    publisher: str
    licence: str
    url: str | None
    retrieved: str = Field(description="The day on which the data was taken.")
    sha256: str


class About(_Shape):
    """What this server holds, and where to go from here."""

    title: str
    version: str
    generation: int
    name: str = Field(description="The generation as it is printed on pictures.")
    created: str
    counts: dict[str, int]
    sources: list[SourceOfFacts]
    licences: list[str]
    languages: list[str]
    links: dict[str, str]


class Health(_Shape):
    """Whether the graph can be read."""

    status: Literal["ok"]
    generation: int


class ProblemType(_Shape):
    """A type of problem."""

    type: str
    title: str
    status: int


class GenerationEntry(BaseModel):
    """What a generation says of itself."""

    model_config = ConfigDict(extra="allow")

    generation: int
    parent: int | None
    created: str
    sources: list[SourceOfFacts]
    counts: dict[str, int]
    findings: dict[str, int] = Field(description="How often each rule is broken.")


class History(_Shape):
    """The generations, newest first."""

    total: int
    items: list[GenerationEntry]
