"""What all commands share: options, errors as one sentence, JSON, and the way to the graph.

Nothing here imports the graph until a command runs, so that help comes at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from graph.knowledge_graph import KnowledgeGraph

Function = TypeVar("Function", bound=Callable[..., Any])

LANGUAGES = ("fi", "en", "sv")
DEFAULT_GRAPH = "var/enf"

#: Exit codes: something was wrong, or the command was not used as it is meant.
WRONG, MISUSED = 1, 2


class Misused(click.ClickException):
    """The question is put in a way that has no answer."""

    exit_code = MISUSED


class Command(click.Command):
    """A command whose errors are one sentence on stderr, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what is wrong with the question exits with 2, all else that is wrong with 1."""
        from ontology.errors import ArvoverkkoError, InvalidArgument

        try:
            return super().invoke(ctx)
        except ArvoverkkoError as error:
            kind = Misused if isinstance(error, InvalidArgument) else click.ClickException
            raise kind(_one_line(str(error))) from error
        except BrokenPipeError:
            raise  # click ends quietly when the reader of a pipe is gone
        except OSError as error:
            what = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{what}{error.strerror or error}") from error


class Group(click.Group):
    """The group of all commands; each of them is a `Command`, listed in the order of the file."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which one meets them."""
        return list(self.commands)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _set_graph(ctx: click.Context, _: click.Parameter, value: str | None) -> str:
    """Keep the address of the last `--graph`; one after the command wins over one before it."""
    root = ctx.find_root()
    if value is not None:
        root.obj = value
    return root.obj or DEFAULT_GRAPH


def graph_option(function: Function) -> Function:
    """Add `--graph`."""
    return click.option(
        "--graph",
        "graph",
        type=click.Path(file_okay=False, path_type=str),
        callback=_set_graph,
        help=f"The folder of the graph; {DEFAULT_GRAPH} unless said here, before the command, or in ARVOVERKKO_GRAPH.",
    )(function)


def language_option(function: Function) -> Function:
    """Add `--lang`."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice(LANGUAGES),
        default="en",
        show_default=True,
        help="The language of names and sentences.",
    )(function)


def json_option(function: Function) -> Function:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(function)


def opened(where: str) -> KnowledgeGraph:
    """Return the graph at an address; an empty one is an error that says how to fill it."""
    from graph.knowledge_graph import open_graph
    from ontology.errors import WorkspaceError

    graph = open_graph(where)
    if graph.home.current() is None:
        raise WorkspaceError(
            f"there is no graph in {where} yet: run `arvoverkko demo`, or `arvoverkko load enf --graph {where}`"
        )
    return graph


def print_json(value: Any) -> None:
    """Print a value as JSON, its letters unescaped."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def progress(what: str) -> None:
    """Say on stderr what long work is doing."""
    click.echo(f"… {what}", err=True)


def text_argument(value: str) -> str:
    """Return a text given as it is, as @FILE, or as - for what comes in."""
    if value == "-":
        return sys.stdin.read()
    return Path(value[1:]).read_text(encoding="utf-8") if value.startswith("@") else value
