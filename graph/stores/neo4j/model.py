"""How tables look in Neo4j: which labels, types and properties; the same for Bolt and for the importer.

- An entity is a node `Resource` with the label of its kind. It has what its first source says, and what later ones say
  where earlier ones are silent; `filled` names the properties that come from later ones.
- What the second and later sources say of it is a node `Record` each, which `tellsOf` the entity.
- A link is a relationship with the name of its relation and all that it says; two sources that say the same make two.
- Sources and the schemes of concepts are nodes, and so is what we keep for ourselves: marker, generations, files.

Everything carries the label `Arvoverkko`, so it is told from what else is in the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import polars as pl

from ontology.facts import Source, Tables
from ontology.metagraph import PROVENANCE, Kind, Relation
from ontology.vocabulary import Scheme, schemes

#: On everything of ours.
OURS = "Arvoverkko"
#: On every entity, beside its kind.
RESOURCE = "Resource"
RECORD, SOURCE, SCHEME, CONCEPT = "Record", "Source", "Scheme", "Concept"
#: Our own bookkeeping.
MARKER, GENERATION, FILE = "Marker", "Generation", "File"

#: What a load is about to change, in pieces as a file has.
JOURNAL = "Journal"

#: On what was an entity, and is still linked to by others: the id is left, and it is an entity again when one comes.
FORMER = "ArvoverkkoFormer"

TELLS_OF, IN_SCHEME, BROADER = "tellsOf", "inScheme", "broaderConcept"

#: The shape of all this; another number is another shape.
FORMAT = 1

#: The one full-text index, and what it holds.
NAMES_INDEX = "arvoverkko_names"
NAMED = ("label_fi", "label_sv", "label_en", "label_und")

#: Which properties of an entity come from later sources.
FILLED = "filled"

_OWN = frozenset({"id", "source", *(attribute.name for attribute in PROVENANCE)})

#: What has an id that is unique: nodes of others with such a label and an id could not be told from ours.
CONSTRAINED = (RESOURCE, SOURCE, SCHEME, CONCEPT, MARKER)

#: What must be there before anything is written, and what is made when all is.
FIRST = tuple(
    f"CREATE CONSTRAINT arvoverkko_{label.lower()} IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE"
    for label in CONSTRAINED
)
LAST = (
    f"CREATE INDEX arvoverkko_record IF NOT EXISTS FOR (n:{RECORD}) ON (n.id)",
    f"CREATE FULLTEXT INDEX {NAMES_INDEX} IF NOT EXISTS FOR (n:{RESOURCE}) "
    f"ON EACH [{', '.join(f'n.{name}' for name in NAMED)}]",
)


def entities(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what becomes nodes of entities, and what becomes records, of rows of a kind in the order of sources."""
    first = rows["id"].is_first_distinct()
    if first.all():
        return said(rows).with_columns(pl.lit(None, pl.List(pl.String)).alias(FILLED)), rows.clear()
    told = [name for name in rows.columns if name not in _OWN]
    heard = rows.group_by("id", maintain_order=True).agg(pl.col(told).drop_nulls().first())
    merged = rows.filter(first).select(*_OWN & set(rows.columns)).join(heard, on="id", maintain_order="left")
    own = rows.filter(first)
    filled = pl.concat_list(
        pl.when(own[name].is_null() & merged[name].is_not_null()).then(pl.lit(name)) for name in told
    ).list.drop_nulls()
    nodes = merged.with_columns(filled.alias(FILLED))
    nodes = nodes.with_columns(pl.when(pl.col(FILLED).list.len() > 0).then(FILLED).alias(FILLED))
    return said(nodes), said(rows.filter(~first))


def said(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows without the columns in which nothing stands."""
    silent = [name for name in rows.columns if rows[name].null_count() == rows.height and name not in ("id", FILLED)]
    return rows.drop(silent)


def source_nodes(sources: tuple[Source, ...], manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the properties of the nodes of sources."""
    counts = {told["id"]: told for told in manifest["sources"]}
    counted = ("read", "kept", "refused", "set_aside")
    return [
        asdict(source)
        | {"retrieved": source.retrieved.isoformat(), "order": order}
        | {name: counts[source.id].get(name, 0) for name in counted}
        for order, source in enumerate(sources)
    ]


def scheme_nodes() -> Iterator[dict[str, Any]]:
    """Yield the properties of the nodes of schemes."""
    for name, scheme in schemes().items():
        yield {"id": name, "iri": scheme.iri} | _texts("label", scheme)


def concept_nodes() -> Iterator[dict[str, Any]]:
    """Yield the properties of the nodes of concepts; one that stands in two schemes is one node, and has the first."""
    told_already: set[str] = set()
    for name, scheme in schemes().items():
        for order, concept in enumerate(scheme.concepts.values()):
            if concept.iri in told_already:
                continue
            told_already.add(concept.iri)
            told = {"id": concept.iri, "scheme": name, "notation": concept.notation, "position": order}
            texts = {f"label_{language}": text for language, text in concept.labels.items()}
            texts |= {f"definition_{language}": text for language, text in concept.definitions.items()}
            yield told | texts


def concept_links() -> dict[str, list[tuple[str, str]]]:
    """Return by type what leads from concepts to their schemes, and to the concepts that are broader."""
    found: dict[str, dict[tuple[str, str], None]] = {IN_SCHEME: {}, BROADER: {}}
    for name, scheme in schemes().items():
        for concept in scheme.concepts.values():
            found[IN_SCHEME][concept.iri, name] = None
            if concept.broader:
                found[BROADER][concept.iri, concept.broader] = None
    return {type: list(pairs) for type, pairs in found.items()}


def _texts(name: str, scheme: Scheme) -> dict[str, str]:
    return {f"{name}_{language}": text for language, text in scheme.labels.items()}


def columns_of(tables: Tables) -> dict[str, list[str]]:
    """Return which properties the nodes and relationships of each kind and relation have."""
    return {str(name): _columns(frame) for name, frame in (*tables.entities.items(), *tables.links.items())}


def _columns(frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if frame[name].null_count() < frame.height]


def name_of(text: str) -> Kind | Relation:
    """Return the kind or the relation of this name."""
    return Kind(text) if text in list(Kind) else Relation(text)
