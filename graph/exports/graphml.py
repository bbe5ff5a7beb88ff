"""GraphML: for Cytoscape, yEd, igraph and networkx, and for Gephi where two are joined by one link at most."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graph.exports.markup import credits, escaped, keys, lines, told, value
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
    nodes, edges = network.node_columns, network.edge_columns
    node_keys, edge_keys = keys(nodes, "n", ("id",)), keys(edges, "e", ("id", "source", "target"))
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="{GRAPHML}">\n'.encode()
    yield f"<desc>{credits(network.tables.sources)}</desc>\n".encode()
    for what, named in (("node", node_keys), ("edge", edge_keys)):
        for name, (key, kind) in named.items():
            yield f'<key id="{key}" for="{what}" attr.name="{escaped(name)}" attr.type="{kind}"/>\n'.encode()
    yield b'<graph edgedefault="directed">\n'
    for frame in network.nodes():
        start = ['<node id="', value("id", nodes["id"]), '">']
        yield from lines(frame, [*start, *told(frame.schema, node_keys, *_SAID), "</node>\n"])
    for frame in network.edges():
        ends = ['" source="', value("source", edges["source"]), '" target="', value("target", edges["target"])]
        start = ['<edge id="', value("id", edges["id"]), *ends, '">']
        yield from lines(frame, [*start, *told(frame.schema, edge_keys, *_SAID), "</edge>\n"])
    yield b"</graph>\n</graphml>\n"
