"""Between tables and RDF: a pair of functions, so that nothing is said in one that the other loses.

`to_trig` writes tables as TriG, one named graph for each source; `from_quads` reads them back. A row of a table is
one string, put together column by column: the store cannot take quads faster than that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from urllib.parse import unquote

import polars as pl
import pyoxigraph as ox

from ontology.facts import Source, Tables, columns, entity_attributes, link_attributes
from ontology.metagraph import (
    KINDS,
    LINK_RELATION,
    LOAD_ORDER,
    RELATIONS,
    SOURCE_TERMS,
    Attribute,
    Kind,
    Relation,
    Value,
)
from ontology.prefixes import ABSOLUTE_PATTERN, PREFIXES, entity_id, iri
from ontology.turtle import natural

#: Characters that may not stand in an IRI, and the percent sign, so that the way back is certain.
_UNSAFE = {c: f"%{ord(c):02X}" for c in '% <>"{}|\\^`#'}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}


def to_trig(tables: Tables) -> bytes:
    """Return every fact of the tables as TriG, the sources described in the default graph.

    An entity has its classes, labels, attributes and provenance. A link is a direct triple, for queries, and a node
    with the two ends, its attributes and its provenance.
    """
    parts = ["".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())]
    parts += _describe(tables.sources)
    for source in tables.sources:
        parts.append(f"<{PREFIXES['avsource']}{source.id}> {{\n")
        for kind, frame in tables.entities.items():
            parts += _text(frame.filter(pl.col("source") == source.id), _entity(kind, frame))
        for relation, frame in tables.links.items():
            own = frame.filter(pl.col("source") == source.id)
            # Two links between the same ends are told apart by their number, in the order of their records.
            number = pl.int_range(1, pl.len() + 1).over("subject", "object")
            parts += _text(own.with_columns(number=number), _link(relation, frame))
        parts.append("}\n")
    return "".join(parts).encode()


def _text(frame: pl.DataFrame, row: pl.Expr) -> list[str]:
    return frame.select(row).to_series().to_list() if frame.height else []


def _node(id: pl.Expr) -> pl.Expr:
    return (
        pl.when(id.str.contains(ABSOLUTE_PATTERN))
        .then("<" + id + ">")
        .otherwise(pl.lit(f"<{PREFIXES['avid']}") + id + ">")
    )


def _safe(text: pl.Expr) -> pl.Expr:
    return text.str.replace_many(list(_UNSAFE), list(_UNSAFE.values()))


def _record(text: pl.Expr) -> pl.Expr:
    """A record as a part of an IRI: its row is the fragment, `actors.csv#row=17`."""
    return _safe(text).str.replace("%23(row=[0-9]+)$", "#${1}")


def _quoted(text: pl.Expr) -> pl.Expr:
    return '"' + text.str.replace_many(list(_ESCAPES), list(_ESCAPES.values())) + '"'


def _slug(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "-").str.strip_chars("-")


def _said(column: str, attribute: Attribute) -> pl.Expr:
    """The part of a row that says one attribute: ` ; term object`, or nothing where the value is null."""
    value, text = attribute.value, pl.col(column)
    term = f" ; {attribute.term} "
    match value:
        case Value.TEXT_BY_LANGUAGE:
            language = column.removeprefix(attribute.name + "_")
            said = term + _quoted(text) + ("" if language == "und" else f"@{language}")
        case Value.CODE:
            said = f"{term}<{PREFIXES['avscheme']}{attribute.scheme}/" + _safe(text) + ">"
        case Value.ROLE:
            said = (
                term + _quoted(text) + f" ; {attribute.concept_term} <{PREFIXES['avscheme']}roles/" + _slug(text) + ">"
            )
        case Value.LINK:
            said = term + _node(text)
        case Value.INTEGER | Value.BOOLEAN:
            said = term + text.cast(pl.String)
        case Value.DECIMAL:
            said = term + '"' + text.cast(pl.String) + '"^^xsd:double'
        case Value.DATE:
            kind = (
                pl.when(text.str.len_chars() == 4)
                .then(pl.lit("xsd:gYear"))
                .when(text.str.len_chars() == 7)
                .then(pl.lit("xsd:gYearMonth"))
                .otherwise(pl.lit("xsd:date"))
            )
            said = term + '"' + text + '"^^' + kind
        case Value.TEXT if attribute.name == "record":
            said = f"{term}<{PREFIXES['avsource']}" + pl.col("source") + "/" + _record(text) + ">"
        case Value.TEXT:
            said = term + _quoted(text)
    return pl.when(text.is_not_null()).then(said).otherwise(pl.lit(""))


def _attributes(attributes: Iterable[Attribute], frame: pl.DataFrame) -> list[pl.Expr]:
    found = columns(attributes, frame.columns).items()
    return [_said(column, attribute) for column, attribute in found if frame[column].null_count() < frame.height]


def _entity(kind: Kind, frame: pl.DataFrame) -> pl.Expr:
    spec = KINDS[kind]
    classes = ", ".join((spec.term, *spec.standard))
    said = _attributes(entity_attributes(kind), frame)
    return pl.concat_str(_node(pl.col("id")), pl.lit(f" a {classes}"), *said, pl.lit(" .\n"))


def _link(relation: Relation, frame: pl.DataFrame) -> pl.Expr:
    spec = RELATIONS[relation]
    classes = spec.link_class if spec.link_class == "av:Link" else f"{spec.link_class}, av:Link"
    subject, object = _node(pl.col("subject")), _node(pl.col("object"))
    node = pl.lit(f"<{PREFIXES['avlink']}{relation}/")
    path = pl.concat_str("source", "subject", "object", pl.col("number").cast(pl.String), separator="/")
    return pl.concat_str(
        subject,
        pl.lit(f" {spec.term} "),
        object,
        pl.lit(" .\n"),
        node,
        path,
        pl.lit(f"> a {classes} ; {LINK_RELATION} {spec.term} ; {spec.subject_term} "),
        subject,
        pl.lit(f" ; {spec.object_term} "),
        object,
        *_attributes(link_attributes(relation), frame),
        pl.lit(" .\n"),
        *_to_node(spec.attributes, subject, node + path),
    )


def _to_node(attributes: Iterable[Attribute], subject: pl.Expr, node: pl.Expr) -> Iterator[pl.Expr]:
    """The triples that lead from a link's subject to its own node, such as `org:hasSite`, by its codes."""
    for attribute in attributes:
        for code, term in attribute.node_terms:
            said = pl.concat_str(subject, pl.lit(f" {term} "), node, pl.lit("> .\n"))
            yield pl.when(pl.col(attribute.name) == code).then(said).otherwise(pl.lit(""))


def _describe(sources: Iterable[Source]) -> Iterator[str]:
    for order, source in enumerate(sources):
        said = [f"<{PREFIXES['avsource']}{source.id}> a dcat:Dataset ; {LOAD_ORDER} {order}"]
        for name, term in SOURCE_TERMS.items():
            value = getattr(source, name)
            if name == "url" and value is not None:
                said.append(f"{term} {ox.NamedNode(value)}")
            elif value is not None:
                kind = ox.NamedNode(iri("xsd:date" if name == "retrieved" else "xsd:string"))
                said.append(f"{term} {ox.Literal(str(value), datatype=kind)}")
        yield " ; ".join(said) + " .\n"


def from_quads(quads: Iterable[ox.Quad]) -> Tables:
    """Return the tables that these quads tell of: the inverse of `to_trig`, rows in the order of their records.

    Quads that are not of this shape (a scheme's concepts, say) are left aside.
    """
    nodes: dict[str, dict[str, dict[str, list[Any]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode):
            graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            nodes[graph][quad.subject.value][quad.predicate.value].append(quad.object)
    sources = _sources(nodes.pop("", {}))
    kinds = {iri(spec.term): kind for kind, spec in KINDS.items()}
    relations = {iri(spec.term): relation for relation, spec in RELATIONS.items()}
    entities: dict[Kind, list[dict[str, Any]]] = defaultdict(list)
    links: dict[Relation, list[dict[str, Any]]] = defaultdict(list)
    for source in sources:
        prefix = f"{PREFIXES['avsource']}{source.id}/"
        for subject, said in nodes[PREFIXES["avsource"] + source.id].items():
            row: dict[str, Any] = {"source": source.id}
            for type in said[iri("rdf:type")]:
                if kind := kinds.get(type.value):
                    entities[kind].append(
                        row | {"id": entity_id(subject)} | _read(said, entity_attributes(kind), prefix)
                    )
            for property in said[iri(LINK_RELATION)]:
                relation = relations[property.value]
                spec = RELATIONS[relation]
                ends = {
                    name: entity_id(said[iri(term)][0].value)
                    for name, term in (("subject", spec.subject_term), ("object", spec.object_term))
                }
                links[relation].append(row | ends | _read(said, link_attributes(relation), prefix))
    for rows in (*entities.values(), *links.values()):
        rows.sort(key=lambda row: (natural(row["record"]), row.get("subject", ""), row.get("object", "")))
    return Tables.from_rows(sources, entities, links)


def _sources(described: dict[str, dict[str, list[Any]]]) -> tuple[Source, ...]:
    found: list[tuple[int, Source]] = []
    for subject, said in described.items():
        if order := said.get(iri(LOAD_ORDER)):
            values = {name: objects[0].value for name, term in SOURCE_TERMS.items() if (objects := said.get(iri(term)))}
            retrieved = date.fromisoformat(values.pop("retrieved"))
            id = subject.removeprefix(PREFIXES["avsource"])
            source = Source(id=id, retrieved=retrieved, **({"url": None} | values))
            found.append((int(order[0].value), source))
    return tuple(source for _, source in sorted(found, key=lambda pair: pair[0]))


def _read(said: dict[str, list[Any]], attributes: Iterable[Attribute], records: str) -> dict[str, Any]:
    """Return the columns of one row."""
    row: dict[str, Any] = {}
    for attribute in attributes:
        for object in said.get(iri(attribute.term), ()):
            text = object.value
            match attribute.value:
                case Value.TEXT_BY_LANGUAGE:
                    row[f"{attribute.name}_{object.language or 'und'}"] = text
                case Value.CODE:
                    row[attribute.name] = unquote(text.removeprefix(f"{PREFIXES['avscheme']}{attribute.scheme}/"))
                case Value.LINK:
                    row[attribute.name] = entity_id(text)
                case Value.INTEGER:
                    row[attribute.name] = int(text)
                case Value.DECIMAL:
                    row[attribute.name] = float(text)
                case Value.BOOLEAN:
                    row[attribute.name] = text == "true"
                case Value.TEXT if attribute.name == "record":
                    row[attribute.name] = unquote(text.removeprefix(records))
                case _:
                    row[attribute.name] = text
    return row
