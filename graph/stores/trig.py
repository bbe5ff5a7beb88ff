"""Tables as TriG: a row of a table is one string, put together column by column, and many rows are a piece of text.

The store cannot take quads faster than that. What is written here is read back in `graph.stores.rdf`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

import polars as pl
import pyoxigraph as ox

from ontology.facts import Source, Tables, columns, entity_attributes
from ontology.metagraph import (
    KINDS,
    LINK_RELATION,
    LOAD_ORDER,
    PROVENANCE,
    RELATIONS,
    SOURCE_TERMS,
    Attribute,
    Kind,
    Relation,
    Value,
)
from ontology.prefixes import ABSOLUTE_PATTERN, PREFIXES, iri
from ontology.vocabulary import slug

#: So many rows become text at once, and so long a text, in bytes, is given to the store at once. Fewer pieces are
#: loaded sooner, and a graph of more rows than that can afford time more than memory.
_ROWS, _PIECE = 20_000, 1 << 27
_MANY, _SMALLER = 3_000_000, 3 << 24

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
_PREFIXES = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items()).encode()

#: Tells links apart that say the very same of themselves: the first has none.
_NUMBER = "number"
_ORDER = ("method", "source_url", "note", "record")


def to_trig(tables: Tables) -> bytes:
    """Return every fact of the tables as one TriG document."""
    return b"".join(pieces(tables))


def pieces(tables: Tables) -> Iterator[bytes]:
    """Yield every fact of the tables as TriG documents of bounded length.

    The sources are described in the default graph, and what each says stands in the graph of its name. An entity has
    its classes, labels, attributes and provenance. A link is a direct triple, for queries, and a node with the two
    ends, its attributes and its provenance.
    """
    yield described(tables.sources)
    told: list[tuple[Kind | Relation, pl.DataFrame]] = [*tables.entities.items(), *tables.links.items()]
    texts = (
        text
        for source in tables.sources
        for name, frame in told
        for text in written(name, numbered(name, frame.filter(pl.col("source") == source.id)), source.id)
    )
    yield from documents(texts, _PIECE if sum(frame.height for _, frame in told) < _MANY else _SMALLER)


def documents(texts: Iterable[bytes], most: int = _SMALLER) -> Iterator[bytes]:
    """Yield texts of facts as documents that can be read alone, so many in one as a piece may be long, in bytes."""
    held = [_PREFIXES]
    for text in texts:
        held.append(text)
        if sum(map(len, held)) >= most:
            yield b"".join(held)
            held = [_PREFIXES]
    if len(held) > 1:
        yield b"".join(held)


def graph(source: str) -> str:
    """Return the IRI of the graph that holds what a source says."""
    return PREFIXES["avsource"] + source


def numbered(name: Kind | Relation, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of one source with what tells those links apart that say the very same of themselves.

    They are numbered in the order of their provenance, so that it does not matter where in the table they stand.
    """
    if isinstance(name, Kind):
        return frame
    # Hashes are a sieve only: nearly all rows fall through it, and what is left is compared as it is.
    parallel = pl.struct("subject", "object").hash().is_duplicated()
    own = [column for column in frame.columns if column not in {"source", *(a.name for a in PROVENANCE)}]
    rows = frame.with_row_index("row")
    again = rows.filter(parallel).sort(*_ORDER, "row", nulls_last=True)
    again = again.select("row", pl.int_range(1, pl.len() + 1).over(own).alias(_NUMBER)).filter(pl.col(_NUMBER) > 1)
    return rows.join(again, on="row", how="left", maintain_order="left").drop("row")


def written(name: Kind | Relation, frame: pl.DataFrame, source: str) -> Iterator[bytes]:
    """Yield the text of numbered rows, each text a graph of so many rows as are written at once."""
    for text in row_texts(name, frame):
        yield f"<{graph(source)}> {{\n{text}}}\n".encode()


def row_texts(name: Kind | Relation, frame: pl.DataFrame) -> Iterator[str]:
    """Yield the text of numbered rows without their graph, so many rows at once: Turtle, but for the prefixes."""
    for part in frame.iter_slices(_ROWS):
        row = _entity(name, part) if isinstance(name, Kind) else _link(name, part)
        yield part.select(row.str.join("")).item()


def _node(id: pl.Expr) -> pl.Expr:
    return (
        pl.when(id.str.contains(ABSOLUTE_PATTERN))
        .then("<" + id + ">")
        .otherwise(pl.lit(f"<{PREFIXES['avid']}") + id + ">")
    )


def _part(text: pl.Expr, safe: str = ":~") -> pl.Expr:
    """The text as a part of an IRI: what is not plain in it is escaped, so the way back is certain."""

    def escaped(values: pl.Series) -> pl.Series:
        odd = values.filter(~values.str.contains(f"^[A-Za-z0-9._{safe}-]*$")).unique()
        return values.replace(odd, pl.Series([quote(value, safe=safe) for value in odd], dtype=pl.String))

    return text.map_batches(escaped, pl.String, is_elementwise=True)


def _record(text: pl.Expr) -> pl.Expr:
    """A record as a part of an IRI: its row is the fragment, `actors.csv#row=17`."""
    return _part(text, "/:~=").str.replace("%23(row=[0-9]+)$", "#${1}")


def _quoted(text: pl.Expr) -> pl.Expr:
    return '"' + text.str.replace_many(list(_ESCAPES), list(_ESCAPES.values())) + '"'


def _each(text: pl.Expr, function: Callable[[str], str]) -> pl.Expr:
    """What a function makes of each text, asked once of those that are alike."""

    def mapped(values: pl.Series) -> pl.Series:
        unlike = values.drop_nulls().unique()
        made = pl.Series([function(value) for value in unlike], dtype=pl.String)
        return values.replace_strict(unlike, made, default=None, return_dtype=pl.String)

    return text.map_batches(mapped, pl.String, is_elementwise=True)


def _told(value: pl.Expr, said: pl.Expr) -> pl.Expr:
    return pl.when(value.is_not_null()).then(said).otherwise(pl.lit(""))


def _concept(role: str) -> str:
    named = slug(role)
    return f"<{PREFIXES['avscheme']}roles/{named}>" if named else ""


def _key(names: Iterable[str]) -> pl.Expr:
    """A digest of what a row says in these columns; nothing where it says nothing."""
    said = [_told(pl.col(name), f"{name}=" + _quoted(pl.col(name).cast(pl.String))) for name in sorted(names)]
    return _each(pl.concat_str(said), _digest)


def _digest(said: str) -> str:
    return f"/{hashlib.sha256(said.encode()).hexdigest()[:12]}" if said else ""


def _said(column: str, attribute: Attribute) -> pl.Expr:
    """The part of a row that says one attribute: ` ; term object`, or nothing where the value is null."""
    value, text = attribute.value, pl.col(column)
    term = f" ; {attribute.term} "
    match value:
        case Value.TEXT_BY_LANGUAGE:
            language = column.removeprefix(attribute.name + "_")
            said = term + _quoted(text) + ("" if language == "und" else f"@{language}")
        case Value.CODE:
            said = f"{term}<{PREFIXES['avscheme']}{attribute.scheme}/" + _part(text) + ">"
        case Value.ROLE:
            concept = _each(text, _concept)
            said = term + _quoted(text)
            said += pl.when(concept != "").then(f" ; {attribute.concept_term} " + concept).otherwise(pl.lit(""))
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
    return _told(text, said)


def _attributes(attributes: Iterable[Attribute], frame: pl.DataFrame) -> pl.Expr:
    found = columns(attributes, frame.columns).items()
    said = [_said(column, attribute) for column, attribute in found if frame[column].null_count() < frame.height]
    return pl.concat_str(said) if said else pl.lit("")


def _entity(kind: Kind, frame: pl.DataFrame) -> pl.Expr:
    spec = KINDS[kind]
    classes = ", ".join((spec.term, *spec.standard))
    said = _attributes(entity_attributes(kind), frame)
    return pl.concat_str(_node(pl.col("id")), pl.lit(f" a {classes}"), said, pl.lit(" .\n"))


def _link(relation: Relation, frame: pl.DataFrame) -> pl.Expr:
    """The two ends joined, and a node that is named by what it says: relation, source, ends, a digest of the rest."""
    spec = RELATIONS[relation]
    classes = spec.link_class if spec.link_class == "av:Link" else f"{spec.link_class}, av:Link"
    subject, object = _node(pl.col("subject")), _node(pl.col("object"))
    said = _attributes(spec.link_attributes, frame)
    number = pl.when(pl.col(_NUMBER) > 1).then(pl.format("/{}", _NUMBER)).otherwise(pl.lit(""))
    path = pl.concat_str("source", _part(pl.col("subject")), _part(pl.col("object")), separator="/")
    path = pl.concat_str(path, _key(columns(spec.link_attributes, frame.columns)), number)
    node = f"<{PREFIXES['avlink']}{relation}/" + path + ">"
    return pl.concat_str(
        subject,
        pl.lit(f" {spec.term} "),
        object,
        pl.lit(" .\n"),
        node,
        pl.lit(f" a {classes} ; {LINK_RELATION} {spec.term} ; {spec.subject_term} "),
        subject,
        pl.lit(f" ; {spec.object_term} "),
        object,
        said,
        _attributes(PROVENANCE, frame),
        pl.lit(" .\n"),
        *_to_node(spec.attributes, subject, node),
    )


def _to_node(attributes: Iterable[Attribute], subject: pl.Expr, node: pl.Expr) -> Iterator[pl.Expr]:
    """The triples that lead from a link's subject to its own node, such as `org:hasSite`, by its codes."""
    for attribute in attributes:
        for code, term in attribute.node_terms:
            said = pl.concat_str(subject, pl.lit(f" {term} "), node, pl.lit(" .\n"))
            yield pl.when(pl.col(attribute.name) == code).then(said).otherwise(pl.lit(""))


def described(sources: Iterable[Source]) -> bytes:
    """Return a document with what is told of sources, and in which order they were loaded."""
    return _PREFIXES + "".join(_describe(sources)).encode()


def _describe(sources: Iterable[Source]) -> Iterator[str]:
    for order, source in enumerate(sources):
        said = [f"<{graph(source.id)}> a dcat:Dataset ; {LOAD_ORDER} {order}"]
        for name, term in SOURCE_TERMS.items():
            value = getattr(source, name)
            if name == "url" and value is not None:
                said.append(f"{term} {ox.NamedNode(value)}")
            elif value is not None:
                kind = ox.NamedNode(iri("xsd:date" if name == "retrieved" else "xsd:string"))
                said.append(f"{term} {ox.Literal(str(value), datatype=kind)}")
        yield " ; ".join(said) + " .\n"
