"""The commands that ask in a language of queries: `arvoverkko sparql` and `arvoverkko cypher`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from api.cli.base import Command, Seconds, graph_option, json_option, language_option, opened, text_argument
from api.cli.printing import print_data, print_json, print_lines

Function = TypeVar("Function", bound=Callable[..., Any])


def param_option(function: Function) -> Function:
    """Add `--param`."""
    return click.option(
        "--param",
        "given",
        multiple=True,
        metavar="NAME=VALUE",
        help="What $NAME in the query stands for, a text; may be repeated.",
    )(function)


def _parameters(given: Iterable[str]) -> dict[str, str]:
    from ontology.errors import InvalidArgument

    found = {}
    for each in given:
        name, stands, value = each.partition("=")
        if not stands or not name.isidentifier():
            raise InvalidArgument("param-form", given=each)
        found[name] = value
    return found


@click.command(cls=Command)
@click.argument("query")
@graph_option
@param_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "xml", "csv", "tsv", "turtle", "ntriples", "jsonld", "rdfxml"]),
    default="table",
    show_default=True,
    help="The form of the answer; a graph is Turtle unless said.",
)
@click.option("--timeout", type=Seconds(min=0.1), default=30.0, show_default=True, help="Seconds at most.")
@language_option
@json_option
def sparql(
    query: str, graph: str, given: tuple[str, ...], form: str, timeout: float, language: str, as_json: bool
) -> None:
    """Ask in SPARQL.

    QUERY is the text itself, @FILE, or - for standard input. The prefixes of the project need no declaring.
    """
    from api.cli import asking

    parameters = _parameters(given)
    print_data(asking.ask(opened(graph), text_argument(query), "json" if as_json else form, timeout, parameters))


@click.command(cls=Command)
@click.argument("query")
@graph_option
@param_option
@language_option
@json_option
def cypher(query: str, graph: str, given: tuple[str, ...], language: str, as_json: bool) -> None:
    """Ask in Cypher, where the graph is kept in Neo4j.

    QUERY is the text itself, @FILE, or - for standard input. Only queries that read are answered.
    """
    from api.cli.texts import table

    parameters = _parameters(given)
    found = opened(graph).cypher(text_argument(query), **parameters)
    if as_json:
        print_json(json.loads(found.write_json()))  # where a number is none, null
    elif found.columns:
        rows = [["" if cell is None else str(cell) for cell in row] for row in found.iter_rows()]
        print_lines(table(found.columns, rows))
