"""GEXF 1.3: for Gephi, where edges of different relations between the same two stay apart by their `kind`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graph.exports.markup import credits, escaped, keys, lines, text, told
from graph.exports.network import Network
from ontology.facts import Tables
from ontology.prefixes import GEXF

#: What stands before and after the value of an attribute.
_SAID = '<attvalue for="{}" value="', '"/>'


def write(tables: Tables, path: Path, language: str) -> None:
    """Write the tables as one GEXF file."""
    with path.open("wb") as file:
        file.writelines(_parts(Network(tables, language)))


def _parts(network: Network) -> Iterator[bytes]:
    node_keys = keys(network.node_columns, "n", ("id", "label"))
    edge_keys = keys(network.edge_columns, "e", ("id", "label", "source", "target"))
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="{GEXF}" version="1.3">\n'.encode()
    yield f"<meta><description>{credits(network.tables.sources)}</description></meta>\n".encode()
    yield b'<graph defaultedgetype="directed" mode="static">\n'
    for what, attributes in (("node", node_keys), ("edge", edge_keys)):
        yield f'<attributes class="{what}" mode="static">\n'.encode()
        for name, (key, kind) in attributes.items():
            yield f'<attribute id="{key}" title="{escaped(name)}" type="{kind}"/>\n'.encode()
        yield b"</attributes>\n"
    yield b"<nodes>\n"
    for frame in network.nodes():
        said = told(frame.schema, node_keys, *_SAID)
        label = '" label="', text("label")
        yield from lines(frame, '<node id="', text("id"), *label, '"><attvalues>', *said, "</attvalues></node>\n")
    yield b"</nodes>\n<edges>\n"
    for frame in network.edges():
        said = told(frame.schema, edge_keys, *_SAID)
        ends = '" source="', text("source"), '" target="', text("target")
        named = '" kind="', text("relation"), '" label="', text("label")
        yield from lines(
            frame, '<edge id="', text("id"), *ends, *named, '"><attvalues>', *said, "</attvalues></edge>\n"
        )
    yield b"</edges>\n</graph>\n</gexf>\n"
