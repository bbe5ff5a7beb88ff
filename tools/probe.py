"""Asks one checkout all that `tools.compare` compares: run as a file, with that checkout first on the path.

It goes through doors that the checkouts have in common; where they stand in other places, `_one_of` finds them.
Every answer is a line of JSON in the file of its group, as it was given: a body is text, or base64 for PNG and PDF.
Left out is what depends on the clock: ETag and Date, and the table of the generations as text (it prints a day);
the moment at which a generation was made is replaced by a word.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
import tomllib
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zlib import crc32

LANGUAGES = ("fi", "en", "sv")
FORMS = ("json", "turtle", "ntriples", "jsonld")

#: What is not derived from the data.
ASKED: dict[str, Any] = tomllib.loads(Path(__file__).with_name("questions.toml").read_text("utf-8"))
PLURALS: dict[str, str] = ASKED["plurals"]


class Notes:
    """Keeps answers, a file for each group; says on stderr how long a group took."""

    def __init__(self, side: str, folder: Path) -> None:
        self.side, self.folder = side, folder
        self.made: tuple[str, ...] = ()  # when generations were made
        self._files: dict[str, Any] = {}
        self._began = time.monotonic()

    def keep(self, group: str, question: str, language: str, form: str, body: str | bytes, **more: Any) -> None:
        """Write an answer down; `form` says how its body is to be read."""
        text = base64.b64encode(body).decode() if form in ("png", "pdf") and isinstance(body, bytes) else body
        text = text.decode() if isinstance(text, bytes) else text
        for moment in self.made:
            text = text.replace(moment, "(when it was made)")
        line = {"question": question, "language": language, "form": form, **more, "body": text}
        if group not in self._files:
            self._files[group] = (self.folder / f"{group}.jsonl").open("x", encoding="utf-8", newline="\n")
        self._files[group].write(json.dumps(line, ensure_ascii=False) + "\n")

    def done(self, what: str) -> None:
        """Close the files of the groups that are done, and say so."""
        for file in self._files.values():
            file.close()
        self._files.clear()
        now = time.monotonic()
        print(f"  {self.side}: {what}, {now - self._began:.0f} s", file=sys.stderr, flush=True)
        self._began = now


def _one_of(*places: str) -> Any:
    """Return the first of these, each `module:name`, that this checkout has."""
    for place in places:
        module, _, name = place.partition(":")
        try:
            return getattr(import_module(module), name)
        except (ModuleNotFoundError, AttributeError):
            continue
    raise SystemExit(f"this checkout has none of {', '.join(places)}")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _turns(asked: Iterable[Any]) -> Iterator[tuple[Any, str]]:
    """Pair each question with one language, in turns, where three would say the same thrice."""
    for place, question in enumerate(asked):
        yield question, LANGUAGES[place % len(LANGUAGES)]


def tables(notes: Notes, graph: Any) -> None:
    """Every table as rows in an order of their own, and every quad of the RDF store."""
    generation = graph.generation
    for name, frame in (*generation.tables.entities.items(), *generation.tables.links.items()):
        # By what names a row, so that another column does not change the order.
        names = [column for column in ("id", "subject", "object", "source", "record") if column in frame.columns]
        rows = sorted(frame.iter_rows(named=True), key=lambda row: (_json([row[n] for n in names]), _json(row)))
        notes.keep("tables", str(name), "", "json", _json({"columns": _columns(frame), "rows": rows}))
    quads = sorted(f"{quad} ." for quad in generation.store)
    notes.keep("rdf", "all quads", "", "nquads", "\n".join(quads))
    notes.keep("tables", "counts", "", "json", _json(graph.counts()))
    notes.done("tables and RDF")


def _columns(frame: Any) -> dict[str, str]:
    return {name: str(kind) for name, kind in frame.schema.items()}


# ---- frames


def frames(notes: Notes, graph: Any, ids: dict[str, list[str]]) -> None:
    """What an analyst gets in a notebook."""

    def keep(question: str, language: str, frame: Any) -> None:
        notes.keep("frames", question, language, "json", _json({"columns": _columns(frame), "rows": frame.to_dicts()}))

    for kind in ids:
        for language in LANGUAGES:
            keep(f"entities({kind!r})", language, graph.entities(kind, language))
    for actor, language in _turns(ids["Actor"]):
        keep(f"partners({actor!r})", language, graph.partners(actor).to_frame(language))
        keep(f"actor({actor!r}).links()", language, graph.actor(actor).links(language))
    for cluster, language in _turns(ids["Cluster"]):
        keep(f"cluster({cluster!r}).members()", language, graph.cluster(cluster).members(language))
    for chain in ids["ValueChain"]:
        for language in LANGUAGES:
            keep(f"gaps({chain!r})", language, graph.gaps(chain).to_frame(language))
    for name, query in _queries():
        keep(f"sparql({name})", "", graph.sparql(query))
    notes.done("frames")


def _queries() -> list[tuple[str, str]]:
    return [(path.name, path.read_text("utf-8")) for path in sorted(Path("docs/queries").glob("*.rq"))]


# ---- pictures


def pictures(notes: Notes, graph: Any, ids: dict[str, list[str]]) -> None:
    """Every value chain in every language and form, and the networks of the chains and of a few clusters."""
    for chain in ids["ValueChain"]:
        for language in LANGUAGES:
            picture = graph.value_chain(chain).infographic(language=language)
            notes.keep("pictures", f"{chain}.svg", language, "svg", picture.svg(embed_fonts=True))
            notes.keep("pictures", f"{chain}.png", language, "png", picture.png())
            notes.keep("pictures", f"{chain}.pdf", language, "pdf", picture.pdf())
            network = graph.value_chain(chain).network(language)
            notes.keep("pictures", f"{chain}.html", language, "html", network.html())
    for cluster in ASKED["clusters_drawn"]:
        for language in LANGUAGES:
            notes.keep("pictures", f"{cluster}.html", language, "html", graph.cluster(cluster).network(language).html())
    notes.done("pictures")


# ---- HTTP


class Http:
    """Asks the HTTP door in this process."""

    def __init__(self, notes: Notes, client: Any) -> None:
        self.notes, self._client = notes, client

    async def ask(
        self, group: str, address: str, language: str = "", form: str = "json", accept: str | None = None
    ) -> Any:
        """Ask an address in a language, keep the answer, and return it."""
        spoken = f"{address}{'&' if '?' in address else '?'}lang={language}" if language else address
        answer = await self._client.get(spoken, headers={"Accept": accept} if accept else {})
        headers = {k: v for k, v in answer.headers.items() if k not in ("etag", "date", "content-length")}
        body = answer.content if form in ("png", "pdf") else answer.text
        question = f"GET {address}" + (f" as {accept}" if accept else "")
        self.notes.keep(group, question, language, form, body, status=answer.status_code, headers=headers)
        return answer

    async def all_pages(self, group: str, address: str, language: str) -> None:
        """Ask every page of a list."""
        following: str | None = address
        while following:
            answer = await self.ask(group, following, language)
            found = answer.json().get("next") if answer.status_code == 200 else None
            following = found.replace(f"&lang={language}", "").replace(f"lang={language}&", "") if found else None


async def http(notes: Notes, graph: Any, ids: dict[str, list[str]]) -> None:
    """Everything by HTTP."""
    async for door in _opened(notes, graph):
        for part in (_entities, _lists, _searches, _partners, _paths, _gaps, _by_name, _about):
            await part(door, graph, ids)
            notes.done(f"HTTP {part.__name__.strip('_').replace('_', ' ')}")


async def _opened(notes: Notes, graph: Any) -> AsyncIterator[Http]:
    import httpx

    app = _one_of("api.http.app:create_app", "api.app:create_app")(graph)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            yield Http(notes, client)


async def _entities(door: Http, _: Any, ids: dict[str, list[str]]) -> None:
    for kind, known in ids.items():
        for id in known:
            for language in LANGUAGES:
                await door.ask("http-entities", f"/api/entities/{id}", language)
                for form in FORMS[1:]:
                    await door.ask("http-linked-data", f"/api/entities/{id}?format={form}", language, form)
        for id, language in _turns(known):
            await door.ask("http-entities", f"/api/{PLURALS[kind]}/{id}", language)
            await door.ask("http-linked-data", f"/id/{id}", "", "text", "text/turtle")


async def _lists(door: Http, _: Any, ids: dict[str, list[str]]) -> None:
    for plural in PLURALS.values():
        for language in LANGUAGES:
            await door.all_pages("http-lists", f"/api/{plural}", language)
    for address in ASKED["lists"]:
        for language in LANGUAGES:
            await door.ask("http-lists", f"/api/{address}", language)


async def _searches(door: Http, graph: Any, _: dict[str, list[str]]) -> None:
    for word, language in _words(graph, 1):
        await door.ask("http-searches", f"/api/search?q={quote(word)}", language)
        await door.ask("http-searches", f"/api/search?q={quote(word)}&kind=Actor&kind=Cluster&limit=5", language)


def _words(graph: Any, share: int) -> list[tuple[str, str]]:
    """Return one in so many of the first and last words of all names, by what they are and not by their place."""
    found: set[tuple[str, str]] = set()
    for kind in PLURALS:
        for language in LANGUAGES:
            for label in graph.entities(kind, language)["label"]:
                words = label.lower().split()
                found |= {(words[0], language), (words[-1], language)}
    return sorted(one for one in found if crc32(one[0].encode()) % share == 0)


async def _partners(door: Http, _: Any, ids: dict[str, list[str]]) -> None:
    for place, actor in enumerate(ids["Actor"]):
        address = f"/api/actors/{actor}/partners"
        for language in LANGUAGES:
            await door.ask("http-partners", address, language)
        # Whom a filter lets through does not hang on the language; every filter is asked in every language by turns.
        for number, wish in enumerate(ASKED["filters"]):
            await door.ask("http-partners-filtered", f"{address}?{wish}", LANGUAGES[(place + number) % 3])
        await door.ask("http-partners-filtered", f"{address}?limit=100", LANGUAGES[place % 3])


def _pairs(ids: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Return as many pairs as there are actors, clusters and platforms: each with another one, far in the list."""
    ends = [id for kind in ("Actor", "Cluster", "Platform") for id in ids[kind]]
    pairs = [(end, ends[(place * 37 + 101) % len(ends)]) for place, end in enumerate(ends)]
    return [(start, end) for start, end in pairs if start != end]


async def _paths(door: Http, _: Any, ids: dict[str, list[str]]) -> None:
    for start, end in _pairs(ids):
        for language in LANGUAGES:
            await door.ask("http-paths", f"/api/paths?from={start}&to={end}&limit=3", language)
    for (start, end), language in _turns(_pairs(ids)[::5]):
        await door.ask("http-paths", f"/api/paths?from={start}&to={end}", language)


async def _gaps(door: Http, _: Any, ids: dict[str, list[str]]) -> None:
    for chain in ids["ValueChain"]:
        address = f"/api/value-chains/{chain}/gaps"
        for language in LANGUAGES:
            await door.ask("http-gaps", address, language)
            await door.ask("http-gaps", f"{address}?candidates=100", language)
            for region in ids["Region"]:
                await door.ask("http-gaps", f"{address}?region={region}", language)


async def _by_name(door: Http, graph: Any, ids: dict[str, list[str]]) -> None:
    """Names where an id stands, and names where a name is asked for."""
    for kind in ("Actor", "Cluster", "Platform", "ValueChain", "Region"):
        for language in LANGUAGES:
            for label in graph.entities(kind, language)["label"]:
                await door.ask("http-by-name", f"/api/{PLURALS[kind]}/{quote(label, safe='')}", language)
                await door.ask("http-by-name", f"/api/{PLURALS[kind]}?name={quote(label, safe='')}", language)
    for chain in graph.entities("ValueChain", "en")["label"]:
        await door.ask("http-by-name", f"/api/value-chains/{quote(chain, safe='')}/gaps?region=Kainuu", "en")
    for actor in graph.entities("Actor", "en")["label"][::5]:
        await door.ask("http-by-name", f"/api/actors/{quote(actor, safe='')}/partners?region=Lapland", "en")
    await door.ask("http-by-name", "/api/paths?from=Digipolis&to=ProAgria%20Lapland", "en")


async def _about(door: Http, graph: Any, _: dict[str, list[str]]) -> None:
    for address in ("/", "/api/", "/api/health", "/api/history", "/api/problems", "/api/problems/not-found"):
        for language in LANGUAGES:
            await door.ask("http-about", address, language)
    await door.ask("http-description", "/api/openapi.json")
    for address in ASKED["refused"]:
        for language in LANGUAGES:
            await door.ask("http-refusals", address, language)
    for language in LANGUAGES:
        for form in ("svg", "pdf"):
            await door.ask("http-pictures", f"/api/value-chains/vc-wood/infographic.{form}", language, form)
        await door.ask("http-pictures", "/api/value-chains/vc-wood/infographic.png?width=800", language, "png")
        await door.ask("http-pictures", "/api/value-chains/vc-wood/network", language, "html")
        await door.ask("http-pictures", "/api/clusters/cl-arctic-industry/network", language, "html")
    for __, query in _queries():
        for form in ("json", "csv"):
            await door.ask("http-sparql", f"/sparql?query={quote(query)}&format={form}", form="text")


# ---- the command line


def commands(notes: Notes, graph: Any, ids: dict[str, list[str]], folder: Path) -> None:
    """The command line: as JSON all or much of it, as text a sample."""
    run = _Runner(notes, folder)
    everything = [(kind, id) for kind, known in ids.items() for id in known]
    for (_, id), language in _turns(everything):
        run.json(language, "show", id)
    for actor, language in _turns(ids["Actor"]):
        run.json(language, "partners", actor)
        run.json(language, "partners", actor, "--outside", "cluster", "--outside", "region", "--limit", "3")
    for chain in ids["ValueChain"]:
        for language in LANGUAGES:
            run.json(language, "gaps", chain)
            run.json(language, "gaps", chain, "--region", "Kainuu", "--candidates", "2")
    for (start, end), language in _turns(_pairs(ids)[::2]):
        run.json(language, "path", start, end)
    for word, language in _words(graph, 5):
        run.json(language, "search", word)
    for language in LANGUAGES:
        run.json(language, "check")
        run.json(language, "history")
    notes.done("command line, JSON")
    for (_, id), language in _turns(everything[::7]):
        run.text(language, "show", id)
    for actor, language in _turns(ids["Actor"][::4]):
        run.text(language, "partners", actor)
    for chain in ids["ValueChain"]:
        for language in LANGUAGES:
            run.text(language, "gaps", chain)
    for (start, end), language in _turns(_pairs(ids)[::10]):
        run.text(language, "path", start, end)
    for word, language in _words(graph, 40):
        run.text(language, "search", word)
    for language in LANGUAGES:
        run.text(language, "check")
    for _, query in _queries():
        run.text("", "sparql", query)
    for arguments in ASKED["commands_refused"]:
        for language in LANGUAGES if arguments[0] != "nothing" else ("",):
            run.text(language, *arguments, group="cli-refusals")
    for help in (("--help",), *((name, "--help") for name in sorted(run.main.commands))):
        run.text("", *help)
    notes.done("command line, text")


class _Runner:
    """Runs commands in this process, on one graph."""

    def __init__(self, notes: Notes, folder: Path) -> None:
        from click.testing import CliRunner

        self.main = _one_of("api.cli.commands:main", "api.cli:main")
        self._notes, self._folder, self._runner = notes, folder, CliRunner()

    def json(self, language: str, *arguments: str, group: str = "cli-json") -> None:
        """Keep what a command says as JSON."""
        self._keep(group, "json", language, [*arguments, "--json"])

    def text(self, language: str, *arguments: str, group: str = "cli-text") -> None:
        """Keep what a command says as text."""
        self._keep(group, "text", language, arguments)

    def _keep(self, group: str, form: str, language: str, arguments: Sequence[str]) -> None:
        spoken = ["--graph", str(self._folder), *arguments, *(["--lang", language] if language else [])]
        # The program's name is said, as it would else be that of this file.
        done = self._runner.invoke(self.main, spoken, prog_name="arvoverkko")
        crash = done.exception if not isinstance(done.exception, SystemExit) else None
        said, body = (text.replace(str(self._folder), "(the graph)") for text in (done.stderr, done.stdout))
        more = {"exit": done.exit_code, "stderr": said} | ({"crash": repr(crash)} if crash else {})
        self._notes.keep(group, " ".join(arguments), language, form, body, **more)


def main(checkout: Path, side: str, folder: Path) -> None:
    """Ask the checkout everything, and write its answers into the folder."""
    import graph

    if not Path(str(graph.__file__)).resolve().is_relative_to(checkout.resolve()):
        raise SystemExit(f"the modules are those of {graph.__file__}, not of {checkout}")
    home = folder / "graph"
    notes = Notes(side, folder)
    _Runner(notes, home).json("en", "load", "enf", group="load")
    opened = graph.open_graph(home)
    notes.made = tuple(str(manifest["created"]) for manifest in opened.history())
    notes.done("load")
    ids = {kind: opened.entities(kind)["id"].to_list() for kind in PLURALS}
    tables(notes, opened)
    frames(notes, opened, ids)
    pictures(notes, opened, ids)
    asyncio.run(http(notes, opened, ids))
    commands(notes, opened, ids, home)


if __name__ == "__main__":
    main(Path.cwd(), sys.argv[1], Path(sys.argv[2]))
