"""Pictures to files: an infographic or an interactive network, by suffix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graph.knowledge_graph import KnowledgeGraph
from graph.values import Cluster, ValueChain
from ontology.errors import DrawingError, InvalidArgument, NotFound
from ontology.metagraph import Kind

if TYPE_CHECKING:
    from graph.infographics import Infographic

SUFFIXES = (".svg", ".png", ".pdf", ".html")


def write(picture: Infographic, format: str, width: int | None = None) -> bytes:
    """Return a picture as `svg`, `png` or `pdf`, the same bytes as when it is saved; `width` is in pixels."""
    if width is not None and format != "png":
        raise InvalidArgument(f"width: only a PNG has pixels; leave it out for {format.upper()}")
    match format:
        case "png":
            return picture.png() if width is None else picture.png(width)
        case "pdf":
            return picture.pdf()
    return picture.svg(embed_fonts=True).encode()


def save(
    graph: KnowledgeGraph, name: str, out: Path, language: str, page: str = "A4", width: int | None = None
) -> Path:
    """Draw a value chain into a file by its suffix, or as .html the network of a chain or a cluster."""
    suffix = out.suffix.lower()
    if suffix not in SUFFIXES:
        raise DrawingError(f"cannot draw into {out.name!r}: the suffix must be one of {', '.join(SUFFIXES)}")
    if suffix == ".html":
        data = _drawable(graph, name).network(language).html().encode()
    else:
        picture = graph.value_chain(name).infographic(language=language, page=page)
        data = write(picture, suffix.removeprefix("."), width)
    return keep(out, data)


def _drawable(graph: KnowledgeGraph, name: str) -> ValueChain | Cluster:
    """Return the value chain of this name, or the cluster where no chain has it."""
    if graph.generation.directory.kinds.get(name) is Kind.CLUSTER:
        return graph.cluster(name)
    try:
        return graph.value_chain(name)
    except NotFound:
        return graph.cluster(name)


def keep(out: Path, data: bytes) -> Path:
    """Write a file, in a folder that is made if it is not there."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)
    return out
