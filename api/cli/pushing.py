"""Sends a graph that lies in a folder to a server, as it is."""

from __future__ import annotations

import click

from api.cli.base import Command, graph_option, json_option, language_option, opened, progress_in
from api.cli.printing import echo, print_json


@click.command(cls=Command)
@click.argument("address")
@graph_option
@click.option("--graph-store", is_flag=True, help="ADDRESS is a Graph Store: whole named graphs are put there.")
@click.option("--force", is_flag=True, help="Take the place of another graph on the server, with its sources.")
@language_option
@json_option
def push(address: str, graph: str, force: bool, graph_store: bool, language: str, as_json: bool) -> None:
    """Send a graph in a folder to a server.

    ADDRESS is neo4j://host:7687 (or bolt, and +s where it is encrypted), or sparql:https://host/query. The server
    holds the current data version then, and nothing else of ours; what did not change is not sent. A server that holds
    another graph, with sources that others loaded, is left as it is unless you say --force. Who you are stands
    in ARVOVERKKO_USER and ARVOVERKKO_PASSWORD, or in a netrc file.

    Where there is a Graph Store alone, ADDRESS is its own, such as https://host/ds/data, with --graph-store.
    """
    from graph.stores.endpoint.graph_store import put
    from graph.stores.schemes import home_at
    from graph.stores.server import ServerHome
    from graph.stores.workspace import Workspace
    from ontology.errors import InvalidArgument
    from ontology.texts import say

    found = opened(graph)
    if not isinstance(found.home, Workspace):
        raise InvalidArgument("push-from-folder", address=graph)
    generation = found.generation
    if graph_store:
        graphs = put(address, generation.tables, progress_in(language))
        if as_json:
            print_json({"server": address, "generation": generation.number, "graphs": graphs})
        else:
            echo(say("cli.put", language, server=address, number=generation.number, graphs=len(graphs)))
        return
    server = home_at(address)
    if not isinstance(server, ServerHome):
        raise InvalidArgument("push-to-server", address=address)
    try:
        known = None if force else {told["identity"] for told in found.history()}
        changed = server.push(generation, known, progress=progress_in(language))
    finally:
        server.close()
    if as_json:
        print_json({"server": server.remote.name, "generation": generation.number, "changed": changed})
        return
    key = "pushed" if changed else "pushed-already"
    echo(say(f"cli.{key}", language, server=server.remote.name, number=generation.number))
