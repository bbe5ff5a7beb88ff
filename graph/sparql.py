"""SPARQL for people who may ask anything: read-only, off the network, and possible to stop.

The store gives no way to stop a running query, and would follow SERVICE to any address. So a query is looked
through first and refused if it would reach out or exhaust the parser; then a worker process that cannot open a socket
answers it, and is killed when the time is up.
"""

from __future__ import annotations

import contextlib
import json
import queue
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from ontology.errors import QueryError, QueryNotAllowed, QuerySyntax, QueryTimeout
from ontology.prefixes import sparql_prologue

#: Deeper nesting than people write could exhaust the parser's stack.
_DEEPEST = 100

#: A chain of more operators than people write could exhaust it too, and with it the process.
_MOST_OPERATORS = 500
_WORDS = re.compile(r'<[^<>\s]*>|[?$]?[\w.-]*:[\w.:-]*|"[^"\n]*"')  # IRIs, prefixed names and texts hold no operators
_OPERATORS = re.compile(r"[-+*/|^!&=<>;,.]|\b(?:union|optional|minus|filter|bind|exists|in)\b", re.IGNORECASE)


def with_prefixes(query: str) -> str:
    """Return the query with the project's prefixes declared before it; its own declarations come later and win.

    A carriage return ends a comment for the store and not for the parser that looks for SERVICE, so there is none.
    """
    return sparql_prologue() + query.replace("\r", "\n")


def check_query(query: str) -> None:
    """Raise QueryNotAllowed for a query that would reach out of this machine, QuerySyntax for one nested too deep.

    A query without the word SERVICE, and without escapes that could spell it, cannot call a service. All others are
    parsed, for only a parser knows a keyword from a text. That a query only reads is the engine's own grammar.
    """
    if _depth(query) > _DEEPEST:
        raise QuerySyntax(f"this query is nested more than {_DEEPEST} deep; write it flatter")
    if len(_OPERATORS.findall(_WORDS.sub(" ", query))) > _MOST_OPERATORS:
        raise QuerySyntax(f"this query has more than {_MOST_OPERATORS} operators; ask in several queries")
    if not re.search(r"service|\\u", query, re.IGNORECASE):
        return
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql import parser

    try:
        parsed = parser.parseQuery(with_prefixes(query))
    except (ParseBaseException, RecursionError) as error:
        raise wrong_syntax(_short(error), query) from None
    if _mentions(parsed, "ServiceGraphPattern"):
        raise QueryNotAllowed("SERVICE would send a request to another machine; ask only this graph")


def _depth(query: str) -> int:
    """How deep brackets are nested; those inside texts count too, which errs on the safe side."""
    deepest = depth = 0
    for character in query:
        if character in "{([":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "})]":
            depth -= 1
    return deepest


def _is_update(text: str) -> bool:
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql import parser

    try:
        return bool(parser.parseUpdate(with_prefixes(text)).request)
    except (ParseBaseException, RecursionError):
        return False


def _mentions(node: Any, name: str) -> bool:
    """Whether a parse tree has a node of this name, however deep."""
    todo = [node]
    while todo:
        part = todo.pop()
        if getattr(part, "name", None) == name:
            return True
        if hasattr(part, "values") and callable(part.values):
            todo.extend(part.values())
        if isinstance(part, list | tuple) or type(part).__name__ == "ParseResults":
            todo.extend(part)
    return False


def wrong_syntax(said: str, query: str) -> QueryError:
    """Return what a parser says of a query as an error for people: an update is not allowed, all else is no query.

    The line is that of the reader's own text, without our prefixes before it.
    """
    if _is_update(query):
        return QueryNotAllowed("the query would change the graph; only SELECT, ASK, CONSTRUCT, DESCRIBE")
    said = " ".join(said.split())
    found = re.match(r"error at (\d+):\d+: (.*)", said)
    if found is None:
        return QuerySyntax(f"this is not a SPARQL 1.1 query: {said[:160]}")
    line = int(found[1]) - sparql_prologue().count("\n")
    why = "a prefix is not declared" if "Prefix not found" in said else found[2][:160]
    return QuerySyntax(f"this is not a SPARQL 1.1 query, near line {line}: {why}")


def _short(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    return " ".join(str(error).partition("(at char")[0].split())[:160].rstrip(" ,")


@dataclass(frozen=True, slots=True)
class Answer:
    """A worker's answer: the kind of result (`select`, `ask`, `graph`) and its bytes in the format asked for."""

    kind: str
    body: bytes


class _Worker:
    """One process that answers queries over a store folder, one after another."""

    def __init__(self, most_memory: int) -> None:
        self._process = subprocess.Popen(
            # Run as a file and isolated: it needs the store and nothing of ours, so it starts fast.
            [sys.executable, "-I", str(Path(__file__).with_name("sparql_worker.py")), str(most_memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, request: dict[str, Any], timeout: float | None) -> Answer:
        late = threading.Event()

        def stop() -> None:
            late.set()
            self.kill()

        timer = threading.Timer(timeout, stop) if timeout is not None else None
        if timer:
            timer.start()
        try:
            stdin, stdout = self._pipes()
            stdin.write(json.dumps(request).encode() + b"\n")
            stdin.flush()
            header = stdout.readline()
            body = stdout.read(json.loads(header)["length"]) if header else b""
        except (BrokenPipeError, ValueError):
            header, body = b"", b""
        finally:
            if timer:
                timer.cancel()
        if not header or len(body) < json.loads(header)["length"]:
            code = self._process.wait()
            if late.is_set():
                raise QueryTimeout(f"the query took longer than {timeout:g} s; narrow it, or add a LIMIT")
            raise QueryError(
                f"the process that answered ended with code {code}; if the query needs much memory, narrow it"
            )
        answer = json.loads(header)
        if answer["kind"] == "error":
            said = body.decode()
            raise wrong_syntax(said, request["asked"]) if answer["error"] == "syntax" else QueryError(said)
        return Answer(answer["kind"], body)

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process.stdin is None or self._process.stdout is None:
            raise ValueError("the worker has no pipes")
        return self._process.stdin, self._process.stdout

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._process.kill()
        for pipe in self._pipes():
            with contextlib.suppress(BrokenPipeError):  # what a dead worker was still to read
                pipe.close()
        self._process.wait()


class SparqlPool:
    """A few worker processes that answer queries; use it as a context, or close it.

    `timeout` is in seconds, None for no limit; `most_bytes` bounds an answer, and `most_memory` the address space of a
    worker, both in bytes.
    """

    def __init__(
        self,
        size: int = 2,
        timeout: float | None = 10.0,
        most_bytes: int = 50_000_000,
        most_memory: int = 4 << 30,
    ) -> None:
        self._places: queue.Queue[_Worker | None] = queue.Queue()
        for _ in range(size):
            self._places.put(None)
        self._size, self._timeout, self._most_bytes, self._most_memory = size, timeout, most_bytes, most_memory

    def ask(self, folder: Path, query: str, results: str = "json", graph: str = "turtle") -> Answer:
        """Return the answer to a query over a store folder: `results` for SELECT and ASK, `graph` for the others.

        Raises QuerySyntax, QueryNotAllowed, QueryTimeout, and QueryError for an answer that is too large.
        """
        check_query(query)
        try:
            worker = self._places.get(timeout=self._timeout)
        except queue.Empty:
            raise QueryTimeout("all workers are busy with other queries; try again") from None
        try:
            if worker is not None and not worker.alive:
                worker.close()
                worker = None
            if worker is None:
                worker = _Worker(self._most_memory)
            request = {
                "folder": str(Path(folder).resolve()),
                "asked": query,
                "query": with_prefixes(query),
                "results": results,
                "graph": graph,
                "most_bytes": self._most_bytes,
            }
            return worker.ask(request, self._timeout)
        except KeyboardInterrupt:
            if worker is not None:
                worker.kill()
            raise
        finally:
            if worker is not None and not worker.alive:
                worker.close()
                worker = None
            self._places.put(worker)

    def close(self) -> None:
        """End the workers."""
        for _ in range(self._size):
            worker = self._places.get()
            if worker is not None:
                worker.close()

    def __enter__(self) -> SparqlPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
