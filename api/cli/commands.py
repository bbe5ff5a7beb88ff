"""The command line: `arvoverkko`. Each command imports what it needs when it runs, so that help comes at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from api.cli.base import (
    WRONG,
    Group,
    at,
    graph_option,
    json_option,
    language_option,
    opened,
)
from api.cli.exporting import export
from api.cli.printing import echo, print_json, print_lines
from api.cli.pushing import push
from api.cli.querying import cypher, sparql

if TYPE_CHECKING:
    from graph.questions.wishes import Wishes

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from graph.stores.manifest import program_version

        echo(f"arvoverkko {program_version()}")
        ctx.exit()


@click.group(cls=Group, context_settings=_CONTEXT)
@click.option(
    "--graph",
    envvar="ARVOVERKKO_GRAPH",
    callback=lambda ctx, _, value: setattr(ctx, "obj", value),
    expose_value=False,
    help="The folder or the address of the graph; var/enf unless said here, after the command, or in ARVOVERKKO_GRAPH.",
)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Print the version."
)
def main() -> None:
    """Ask a knowledge graph of value chains: partners with reasons, gaps, paths, infographics.

    Begin with `arvoverkko demo`: it loads the data of East and North Finland and shows what can be asked.
    """


@main.command()
@graph_option
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/pictures"),
    show_default=True,
    help="The folder to draw into.",
)
@language_option
def demo(graph: str, pictures: Path, language: str) -> None:
    """Load, ask and draw East and North Finland.

    The data ships with the program: it is loaded into a graph, asked for partners and gaps, and drawn.
    """
    from api.cli.demo import run

    run(graph, pictures, language)


@main.command()
@click.argument("loader")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@graph_option
@click.option("--strict", is_flag=True, help="Load nothing if a row is refused.")
@click.option("--keep", type=click.IntRange(min=1), help="How many data versions to keep; all unless said.")
@click.option("--force", is_flag=True, help="Load a source that has not changed, too.")
@language_option
@json_option
def load(
    loader: str,
    path: Path | None,
    graph: str,
    strict: bool,
    keep: int | None,
    force: bool,
    language: str,
    as_json: bool,
) -> None:
    """Load a source into the graph.

    LOADER is the name of a loader, such as enf; PATH is where the source lies, if the loader does not ship it.

    Refused rows are listed with their place and the reason; with --strict they end it with exit code 1. A link whose
    end no source tells of is set aside, and comes back by itself when a source does.
    """
    from api.cli.loading import load_from

    load_from(loader, path, at(graph, keep), language, strict=strict, force=force, as_json=as_json)


@main.command()
@click.argument("source")
@graph_option
@click.option("--keep", type=click.IntRange(min=1), help="How many data versions to keep; all unless said.")
@language_option
@json_option
def remove(source: str, graph: str, keep: int | None, language: str, as_json: bool) -> None:
    """Take a source out of the graph.

    SOURCE is its id, as history shows it. Links of other sources to what it told of are set aside until it is back.
    """
    from api.cli.loading import take_out

    take_out(source, at(graph, keep), language, as_json=as_json)


@main.command()
@graph_option
@click.option("--strict", is_flag=True, help="End with exit code 1 if a rule is violated; a warning does not count.")
@language_option
@json_option
def check(graph: str, strict: bool, language: str, as_json: bool) -> None:
    """Check the facts against the rules.

    A finding says what the data does not tell; it is no error of the program.
    """
    from api.cli import reports as loading
    from ontology.rules.base import Severity
    from ontology.rules.checks import check as ask

    findings = ask(opened(graph).generation.tables)
    if as_json:
        print_json(loading.findings(findings, language))
    else:
        print_lines(loading.finding_lines(findings, language))
    if strict and any(len(findings.of(severity)) for severity in (Severity.REFUSE, Severity.VIOLATION)):
        raise click.exceptions.Exit(WRONG)


@main.command()
@click.argument("text")
@graph_option
@click.option("--kind", "kinds", multiple=True, help="Only this kind, such as actor or toimija; may be repeated.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many at most.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="How many to pass over.")
@language_option
@json_option
def search(
    text: str, graph: str, kinds: tuple[str, ...], limit: int, offset: int, language: str, as_json: bool
) -> None:
    """Find by words of a name, in any language."""
    from api.cli.texts import meant_lines, shown_line, table
    from graph.questions.lists import searched
    from graph.stores.standing import with_standing
    from ontology.texts import say
    from ontology.vocabulary import find_kind

    answer = searched(opened(graph).generation, text, [find_kind(kind) for kind in kinds], language, limit, offset)
    if as_json:
        print_json(answer)
        return
    items = answer["items"]
    echo(shown_line(len(items), offset, answer["total"], language))
    print_lines(meant_lines(answer["suggestions"], language))
    if items:
        heads = [say(f"cli.{head}", language) for head in ("name", "kind", "id")]
        names = (with_standing(item["label"], item["attributes"], language) for item in items)
        print_lines(
            table(heads, [[own, item["kind_label"], item["id"]] for own, item in zip(names, items, strict=True)])
        )


@main.command()
@click.argument("name")
@graph_option
@language_option
@json_option
def show(name: str, graph: str, language: str, as_json: bool) -> None:
    """Show all that is known of something.

    NAME is a name in any language, part of one, or an id.
    """
    from api.cli.texts import entity_lines, taken_lines
    from graph.questions.taken import taken_said
    from graph.values import describe, of_kind

    generation = opened(graph).generation
    match = generation.directory.match(name)
    found = of_kind(match.entity, generation)
    answer = found.to_dict(language)
    for line in taken_lines(taken_said([match], language), language):
        echo(line, err=as_json)
    if as_json:
        print_json(answer)
    else:
        print_lines(entity_lines(answer, describe(found, language), language))


@main.command()
@click.argument("name")
@graph_option
@click.option(
    "--outside",
    multiple=True,
    help="Only partners outside the actor's own clusters (cluster) or regions (region); may be repeated.",
)
@click.option("--region", help="Only partners in this region (id or name).")
@click.option("--type", "actor_type", help="Only this type of actor, such as university or yliopisto.")
@click.option("--min-trl", type=click.IntRange(1, 9), help="Only those whose platforms reach this readiness level.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="How many at most.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="How many to pass over.")
@click.option("--sources", is_flag=True, help="Show the records behind each reason.")
@language_option
@json_option
def partners(name: str, graph: str, sources: bool, language: str, as_json: bool, **wishes: Unpack[Wishes]) -> None:
    """Find partners for an actor, with reasons.

    NAME is the actor's name, part of it, or its id. Each partner has a reason in one sentence, its score and its parts,
    and what is not known.
    """
    from api.cli.texts import partner_lines

    answer = opened(graph).partners(name, **wishes).to_dict(language)
    if as_json:
        print_json(answer)
    else:
        print_lines(partner_lines(answer, sources))


@main.command()
@click.argument("start")
@click.argument("end")
@graph_option
@click.option("--limit", type=click.IntRange(min=1), default=3, show_default=True, help="How many paths at most.")
@language_option
@json_option
def path(start: str, end: str, graph: str, limit: int, language: str, as_json: bool) -> None:
    """Find the best paths between two.

    START and END are actors, clusters or platforms, by name or id.
    """
    from api.cli.texts import path_lines

    answer = opened(graph).paths(start, end, limit=limit).to_dict(language)
    if as_json:
        print_json(answer)
    else:
        print_lines(path_lines(answer))


@main.command()
@click.argument("chain")
@graph_option
@click.option("--region", help="Only parties in this region (id or name).")
@click.option(
    "--candidates", type=click.IntRange(min=0), default=5, show_default=True, help="How many candidates a gap, in JSON."
)
@language_option
@json_option
def gaps(chain: str, graph: str, region: str | None, candidates: int, language: str, as_json: bool) -> None:
    """Show what a value chain lacks.

    CHAIN is a value chain by name or id. No actor, one actor only and no data are kept apart.
    """
    from api.cli.texts import gap_lines

    answer = opened(graph).gaps(chain, region).to_dict(language, candidates=candidates)
    if as_json:
        print_json(answer)
    else:
        print_lines(gap_lines(answer))


@main.command()
@click.argument("chain")
@graph_option
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file: .svg, .png or .pdf is the infographic, .html the interactive network.",
)
@click.option("--width", type=click.IntRange(200, 6000), help="Pixels across, for .png; 1600 unless said.")
@language_option
def draw(chain: str, graph: str, out: Path, width: int | None, language: str) -> None:
    """Draw a value chain.

    CHAIN is a value chain by name or id; an interactive network can be of a cluster, too.
    """
    from api.cli.texts import taken_lines
    from graph.infographics import FORMS, network
    from graph.infographics.files import form_of
    from graph.questions.taken import taken_said
    from graph.values import Cluster, ValueChain, of_kind
    from ontology.errors import DrawingError
    from ontology.metagraph import Kind
    from ontology.texts import say

    form = form_of(out, (*FORMS, *network.FORMS))
    interactive = form not in FORMS
    if interactive and width is not None:
        raise DrawingError("width-of-png", form=form)
    generation = opened(graph).generation
    match = generation.directory.prefer(chain, Kind.VALUE_CHAIN, *((Kind.CLUSTER,) if interactive else ()))
    found = of_kind(match.entity, generation)
    if isinstance(found, ValueChain | Cluster) and interactive:
        found.network(language).save(out)
    elif isinstance(found, ValueChain):
        found.infographic(language).save(out, width)
    print_lines(taken_lines(taken_said([match], language), language))
    echo(say("cli.written", language, path=out))


main.add_command(sparql)
main.add_command(cypher)
main.add_command(export)
main.add_command(push)


@main.command()
@graph_option
@language_option
@json_option
def history(graph: str, language: str, as_json: bool) -> None:
    """Show the data versions of the graph."""
    from api.cli import reports as loading

    found = opened(graph).history()
    if as_json:
        print_json({"total": len(found), "items": found})
    else:
        print_lines(loading.history_lines(found, language))


@main.command()
@graph_option
@language_option
@json_option
def verify(graph: str, language: str, as_json: bool) -> None:
    """Prove that a graph in a folder is whole.

    Every file is read through, counts are made again, and RDF and indexes are compared with the tables.
    """
    from api.cli.proving import prove

    if not prove(opened(graph).home, language, as_json):
        raise click.exceptions.Exit(WRONG)


@main.command()
@graph_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port; 0 for any that is free."
)
@click.option("--allow-origin", "origins", multiple=True, help="A web site whose scripts may read; may be repeated.")
@language_option
def serve(graph: str, host: str, port: int, origins: tuple[str, ...], language: str) -> None:
    """Answer over HTTP until Ctrl-C."""
    from api.http import serving
    from graph.sparql import worker
    from ontology.texts import say

    def ready(address: str) -> None:
        for name in worker.missing():
            echo(say(f"cli.lost-{name}", language), err=True)
        echo(say("cli.serving", language, address=address))

    serving.serve(opened(graph), host, port, origins, language, ready)
