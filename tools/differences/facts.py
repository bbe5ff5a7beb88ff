"""Tables and RDF."""

from __future__ import annotations

from tools.rewriting import Difference, Relaid, Renamed, Valued

#: Tables and RDF.
FACTS: tuple[Difference, ...] = (
    Renamed(
        because="evidence means where a fact stands; the address of its page is a column of its own name",
        groups=("tables", "frames"),
        at=("body.columns", "body.rows"),
        key="evidence",
        to="source_url",
    ),
    Valued(
        because="that column made another format of what is kept",
        groups=("cli-json", "http-about"),
        questions=("history --json", "GET /api/history"),
        at="body.items.schema",
        holds=lambda old, new: (old, new) == (1, 2),
    ),
    Relaid(
        because="an entity is written by the one writer of Turtle that the vocabulary is written by; same triples",
        groups="http-linked-data",
        questions="GET /api/entities/*?format=turtle",
        forms=("turtle",),
    ),
)
