"""Writes the graph for other tools, and says what was written."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.base import Command, graph_option, json_option, language_option, opened
from api.cli.printing import echo, print_json

#: The forms of an export, as in `graph.exports.forms`, which help does not import.
FORMS = ("graphml", "gexf", "csv", "parquet", "jsonld", "nquads", "turtle", "neo4j")


@click.command(cls=Command)
@click.argument("out", type=click.Path(path_type=Path))
@graph_option
@click.option("--form", required=True, type=click.Choice(FORMS), help="What to write.")
@click.option("--kind", "kinds", multiple=True, help="Only this kind, such as actor or toimija; may be repeated.")
@language_option
@json_option
def export(out: Path, graph: str, form: str, kinds: tuple[str, ...], language: str, as_json: bool) -> None:
    """Write the graph for other tools.

    OUT is a file that ends in .graphml, .gexf, .jsonld, .nq (nquads) or .ttl (turtle), or a folder for csv, parquet and
    neo4j: the files that neo4j-admin imports into an empty database, with the command to run.
    An earlier export there is replaced. With --kind, the links among those kinds are written too.
    """
    from ontology.texts import say

    written = opened(graph).export(out, form, kinds=kinds, language=language)
    if as_json:
        print_json(written.to_dict())
        return
    entities, links = (
        say(f"cli.{what}", language, count=count)
        for what, count in (("things", written.entities), ("links", written.links))
    )
    echo(say("cli.exported", language, path=written.path, entities=entities, links=links))
