"""Workers that answer SPARQL: processes that cannot open a socket, and are killed when the time is up.

The store gives no way to stop a running query, and would follow SERVICE to any address. So a query is looked
through first (`graph.sparql.checks`), and a worker answers it.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from graph.sparql.checks import check_query, names_graphs, not_answered, with_prefixes, wrong_syntax
from ontology.errors import DamagedWorkspace, QueryError, QueryTimeout
from ontology.prefixes import MATH, PREFIXES

#: The forms of answers: of SELECT and ASK, and of CONSTRUCT and DESCRIBE.
RESULTS = ("json", "xml", "csv", "tsv")
GRAPHS = ("turtle", "ntriples", "jsonld", "rdfxml")


@dataclass(frozen=True, slots=True)
class Answer:
    """A worker's answer: the kind of result (`select`, `ask`, `graph`) and its bytes in the format asked for."""

    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a query is asked of, by their IRIs; where there are none, the query decides, or all are asked."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


_WHOLE = Dataset()


class Stop:
    """Ends a question from another thread: call it, and who answers is killed, now or as soon as it begins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._end: Callable[[], None] | None = None
        self.called = False

    def __call__(self) -> None:
        """End the question."""
        with self._lock:
            self.called = True
            if self._end:
                self._end()

    @contextlib.contextmanager
    def ends(self, end: Callable[[], None]) -> Iterator[None]:
        """Say what ends the question, as long as it lasts and not a moment longer."""
        with self._lock:
            self._end = end
            if self.called:
                end()
        try:
            yield
        finally:
            with self._lock:
                self._end = None


class _Worker:
    """One process that answers queries over a store folder, one after another."""

    def __init__(self, most_memory: int) -> None:
        self._process = subprocess.Popen(
            # Run as a file and isolated: it needs the store and nothing of ours, so it starts fast.
            [sys.executable, "-I", str(Path(__file__).with_name("worker.py")), str(most_memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, request: dict[str, Any], timeout: float | None, stop: Stop) -> Answer:
        late = threading.Event()

        def expire() -> None:
            late.set()
            stop()

        timer = threading.Timer(timeout, expire) if timeout is not None else None
        if timer:
            timer.start()
        try:
            with stop.ends(self.kill):
                stdin, stdout = self._pipes()
                stdin.write(json.dumps(request).encode() + b"\n")
                stdin.flush()
                header = stdout.readline()
                body = stdout.read(json.loads(header)["length"]) if header else b""
        except (OSError, ValueError):  # a pipe to a process that has ended
            header, body = b"", b""
        finally:
            if timer:
                timer.cancel()
        if not header or len(body) < json.loads(header)["length"]:
            code = self._process.wait()
            if late.is_set():
                raise QueryTimeout("query-took-longer", seconds=f"{timeout:g}")
            raise QueryError("worker-ended", code=str(code))
        answer = json.loads(header)
        if answer["kind"] == "error":
            said = body.decode()
            match answer["error"]:
                case "large":
                    raise QueryError("answer-too-large", most=request["most_bytes"])
                case "store":  # it names a folder of this machine, and is for those who look after it
                    raise DamagedWorkspace("derived-unreadable", path=request["folder"], said=said)
                case "syntax":
                    raise wrong_syntax(said, request["asked"])
            raise not_answered(said)
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
            with contextlib.suppress(OSError):  # what a dead worker was still to read
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

    def ask(
        self,
        folder: Path,
        query: str,
        results: str = "json",
        graph: str = "turtle",
        dataset: Dataset = _WHOLE,
        stop: Stop | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return the answer to a query over a store folder: `results` for SELECT and ASK, `graph` for the others.

        `parameters` are texts for variables of the answer, by name.

        Raises QuerySyntax, QueryNotAllowed, QueryTimeout, and QueryError for an answer that is too large or when
        `stop` is called.
        """
        check_query(query)
        stop = stop or Stop()
        try:
            worker = self._places.get(timeout=self._timeout)
        except queue.Empty:
            raise QueryTimeout("workers-busy") from None
        try:
            if stop.called:
                raise QueryError("worker-ended", code="–")
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
                "parameters": dict(parameters or {}),
                "functions": MATH,
                "prefixes": dict(PREFIXES),
                "default_graphs": dataset.default,
                "named_graphs": dataset.named,
                "union": not names_graphs(query),
            }
            return worker.ask(request, self._timeout, stop)
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
