"""GraphML: for Cytoscape, yEd, igraph and networkx, and for Gephi where two are joined by one link at most."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graph.exports.markup import credits, escaped, keys, lines, text, told
from graph.exports.network import Network
from ontology.facts import Tables
from ontology.prefixes import GRAPHML

#: What stands before and after the value of an attribute.
_SAID = '<data key="{}">', "</data>"


def write(tables: Tables, path: Path, language: str) -> None:
    """Write the tables as one GraphML file."""
    with path.open("wb") as file:
        file.writelines(_parts(Network(tables, language)))


def _parts(network: Network) -> Iterator[bytes]:
    # Not `d0`, `d1` …: Gephi takes `d3` and `d7` for the labels of another program.
    node_keys = keys(network.node_columns, "n", ("id",))
    edge_keys = keys(network.edge_columns, "e", ("id", "source", "target"))
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="{GRAPHML}">\n'.encode()
    yield f"<desc>{credits(network.tables.sources)}</desc>\n".encode()
    for what, attributes in (("node", node_keys), ("edge", edge_keys)):
        for name, (key, kind) in attributes.items():
            yield f'<key id="{key}" for="{what}" attr.name="{escaped(name)}" attr.type="{kind}"/>\n'.encode()
    yield b'<graph edgedefault="directed">\n'
    for frame in network.nodes():
        said = told(frame.schema, node_keys, *_SAID)
        yield from lines(frame, '<node id="', text("id"), '">', *said, "</node>\n")
    for frame in network.edges():
        said = told(frame.schema, edge_keys, *_SAID)
        ends = '" source="', text("source"), '" target="', text("target")
        yield from lines(frame, '<edge id="', text("id"), *ends, '">', *said, "</edge>\n")
    yield b"</graph>\n</graphml>\n"
