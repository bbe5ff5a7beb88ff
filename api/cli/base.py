"""What all commands share: options, errors as one sentence, JSON, and the way to the graph.

Nothing here imports the graph until a command runs, so that help comes at once.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from api.cli.printing import echo, harmless

if TYPE_CHECKING:
    from graph.knowledge_graph import KnowledgeGraph

Function = TypeVar("Function", bound=Callable[..., Any])


def languages() -> tuple[str, ...]:
    """Return the languages that there are catalogues in, without reading one."""
    found = find_spec("ontology")
    folders = found.submodule_search_locations if found else None
    return tuple(sorted(path.stem for folder in folders or () for path in Path(folder).glob("texts/*.toml")))


DEFAULT_GRAPH = "var/enf"

#: Exit codes: something was wrong, or the command was not used as it is meant.
WRONG, MISUSED = 1, 2


class Wrong(click.ClickException):
    """Something was wrong: one sentence on stderr, in the reader's language."""

    def __init__(self, message: str, language: str) -> None:
        super().__init__(" ".join(message.split()))
        self.language = language

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence."""
        from ontology.texts import say

        said = harmless(say("cli.error", self.language, said=self.message))
        click.echo(said, file=file, err=file is None)


class Misused(Wrong):
    """The question is put in a way that has no answer."""

    exit_code = MISUSED


def _asked_language(arguments: Sequence[str]) -> str:
    """Return the language of `--lang` among arguments that may not be in order."""
    found = [word.removeprefix("--lang=") for word in arguments if word.startswith("--lang=")]
    found += [after for word, after in pairwise(arguments) if word == "--lang"]
    return next((language for language in found if language in languages()), "en")


def _misused(error: click.UsageError, language: str) -> Misused:
    """Return what is off with the arguments, in the reader's language."""
    from ontology.texts import say

    def named(parameter: click.Parameter | None) -> str:
        return parameter.get_error_hint(error.ctx).strip("'") if parameter and error.ctx else ""

    match error:
        case click.NoSuchOption():
            known = "no-option-near" if error.possibilities else "no-option"
            near = ", ".join(error.possibilities or ())
            said = say(f"usage.{known}", language, option=error.option_name, near=near)
        case click.BadOptionUsage() if "does not take" in error.message:
            said = say("usage.takes-none", language, name=error.option_name)
        case click.BadOptionUsage():
            said = say("usage.no-value", language, name=error.option_name)
        case click.MissingParameter():
            said = say("usage.missing", language, name=named(error.param))
        case click.BadParameter() if isinstance(getattr(error.param, "type", None), click.Choice):
            known = ", ".join(error.param.type.choices)  # type: ignore[union-attr]
            said = say("usage.choice", language, name=named(error.param), known=known)
        case click.BadParameter() if isinstance(kind := getattr(error.param, "type", None), click.IntRange):
            key = "usage.range" if kind.max is not None else "usage.at-least"
            said = say(key, language, name=named(error.param), low=str(kind.min), high=str(kind.max))
        case click.BadParameter() if isinstance(getattr(error.param, "type", None), click.types.IntParamType):
            said = say("usage.number", language, name=named(error.param))
        case click.BadParameter() if isinstance(kind := getattr(error.param, "type", None), click.FloatRange):
            said = say("usage.decimal", language, name=named(error.param), low=kind.min)
        case click.BadParameter() if isinstance(kind := getattr(error.param, "type", None), click.Path):
            said = say("usage.file" if kind.file_okay else "usage.folder", language, name=named(error.param))
        case _ if "extra argument" in error.message:
            said = say("usage.too-many", language)
        case _:
            said = error.format_message()
    return Misused(said, language)


def _of_system(error: OSError, language: str) -> str:
    """Return what the system refused; in its own words where the catalogues have none."""
    from ontology.texts import say

    match error:
        case FileNotFoundError():
            key = "no-such-file"
        case PermissionError():
            key = "no-permission"
        case IsADirectoryError():
            key = "folder-not-file"
        case FileExistsError() | NotADirectoryError():
            key = "file-not-folder"
        case _:
            key = ""
    if key and error.filename:
        return say(f"error.{key}", language, path=error.filename)
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)


class Seconds(click.FloatRange):
    """A time in seconds; `nan` is none, though it is neither too small nor too large."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number."""
        number = float(super().convert(value, param, ctx))
        return self.fail("nan", param, ctx) if number != number else number


class _Spoken(click.Command):
    """Says what is off with its arguments in the language that they ask for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments."""
        language = _asked_language(args)
        try:
            return super().parse_args(ctx, args)
        except click.exceptions.NoArgsIsHelpError:
            raise  # no fault: the help is the answer
        except click.UsageError as error:
            raise _misused(error, language) from error


class Command(_Spoken):
    """A command whose errors are one sentence on stderr, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what is wrong with the question exits with 2, all else that is wrong with 1."""
        from ontology.errors import ArvoverkkoError, InvalidArgument

        language = ctx.params.get("language", "en")
        try:
            with notices_in(language):
                return super().invoke(ctx)
        except ArvoverkkoError as error:
            kind: type[Wrong] = Misused if isinstance(error, InvalidArgument) else Wrong
            raise kind(error.said(language), language) from error
        except BrokenPipeError:
            raise  # click ends quietly when the reader of a pipe is gone
        except OSError as error:
            raise Wrong(_of_system(error, language), language) from error


class Group(_Spoken, click.Group):
    """The group of all commands; each of them is a `Command`, listed in the order of the file."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which one meets them."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is meant; an unknown one is said with those that there are."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from ontology.texts import say

            language = _asked_language(args)
            known = ", ".join(self.list_commands(ctx))
            raise Misused(say("usage.no-command", language, command=args[0], known=known), language)
        return super().resolve_command(ctx, args)


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
        callback=_set_graph,
        help=f"The folder or the address of the graph; {DEFAULT_GRAPH} "
        "unless said here, before the command, or in ARVOVERKKO_GRAPH.",
    )(function)


def language_option(function: Function) -> Function:
    """Add `--lang`."""
    return click.option(
        "--lang",
        "language",
        type=click.Choice(languages()),
        default="en",
        show_default=True,
        help="The language of names and sentences.",
    )(function)


def json_option(function: Function) -> Function:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(function)


def at(where: str, keep: int | None = None) -> KnowledgeGraph:
    """Return the graph at an address; raises InvalidArgument for memory, where nothing outlives a command."""
    from graph.knowledge_graph import open_graph
    from graph.stores.memory import Memory
    from graph.stores.server import ServerHome
    from ontology.errors import InvalidArgument

    graph = open_graph(where, keep)
    if isinstance(graph.home, Memory):
        raise InvalidArgument("memory-is-lost", folder=DEFAULT_GRAPH)
    if isinstance(graph.home, ServerHome):  # the first question after a load takes a while
        graph.home.progress = progress_in(click.get_current_context().params.get("language", "en"))
    return graph


def opened(where: str) -> KnowledgeGraph:
    """Return the graph at an address; an empty one is an error that says how to fill it."""
    from graph.stores.server import ServerHome
    from ontology.errors import WorkspaceError

    graph = at(where)
    if not graph.home.current():
        if isinstance(graph.home, ServerHome):
            raise WorkspaceError("no-graph-on-server", server=graph.home.remote.name)
        raise WorkspaceError("no-graph-yet", folder=where)
    return graph


def progress_in(language: str) -> Callable[[str], None]:
    """Return what says on stderr, in a language, what long work is doing."""
    from ontology.texts import say

    return lambda what: echo(f"… {say(f'progress.{what}', language)}", err=True)


@contextmanager
def notices_in(language: str) -> Iterator[None]:
    """Say on stderr, in a language and once, what is said on the side meanwhile."""
    from ontology.notices import LOGGER, said

    told: set[str] = set()

    class Printed(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if (line := said(record, language)) not in told:
                told.add(line)
                echo(line, err=True)

    handler = Printed()
    LOGGER.addHandler(handler)
    LOGGER.propagate = False
    try:
        yield
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.propagate = True


def text_argument(value: str) -> str:
    """Return a text given as it is, as @FILE, or as - for what comes in."""
    if value == "-":
        return sys.stdin.read()
    return Path(value[1:]).read_text(encoding="utf-8") if value.startswith("@") else value
