"""The process that answers SPARQL: it opens a finished store read-only, gives up what it can, and obeys stdin.

Started by `graph.sparql` as a file of its own, so it imports nothing of ours. One request a line (JSON); the answer is
a line with its kind and length, and then the bytes.
"""

from __future__ import annotations

import ctypes
import importlib.util
import io
import json
import math
import os
import platform
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pyoxigraph as ox

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

_RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}
_GRAPHS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}

#: (audit architecture, number of the socket system call) by machine, from the Linux headers.
_SOCKET_CALL = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_IO_URING_SETUP = 425  # could open a socket by the back door
_OTHER_CALLS = 0x40000000  # from here on are the calls of x32, under other numbers


class _TooLarge(Exception):
    """The answer is larger than asked for."""


class _Bounded(io.BytesIO):
    """A buffer that refuses to grow past a bound."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Buffer, /) -> int:
        written = super().write(data)
        if self.tell() > self._most:
            raise _TooLarge
        return written


def missing() -> tuple[str, ...]:
    """Return what this system cannot do for others: give up the `network`, bound the `memory`, lower the `priority`."""
    possible = {
        "network": _can_filter(),
        "memory": importlib.util.find_spec("resource") is not None,
        "priority": hasattr(os, "nice"),
    }
    return tuple(name for name, can in possible.items() if not can)


def _can_filter() -> bool:
    return sys.platform == "linux" and platform.machine() in _SOCKET_CALL


def bound_memory(most: int) -> bool:
    """Bound the address space of this process, in bytes; say whether that was possible, as it is on POSIX."""
    try:
        import resource
    except ImportError:
        return False
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return True


def give_up_network() -> bool:
    """Make every later `socket` call of this process fail, on Linux; say whether that was possible.

    A seccomp filter: on this architecture, the socket call and its back doors return EACCES; all else passes.
    """
    if not _can_filter():
        return False
    architecture, call = _SOCKET_CALL[platform.machine()]
    load, jump_equal, jump_from, ret = 0x20, 0x15, 0x35, 0x06
    program = b"".join(
        struct.pack("HBBI", *instruction)
        for instruction in (
            (load, 0, 0, 4),  # the architecture
            (jump_equal, 1, 0, architecture),
            (ret, 0, 0, 0x80000000),  # another architecture: kill the process
            (load, 0, 0, 0),  # the number of the call
            (jump_from, 2, 0, _OTHER_CALLS),
            (jump_equal, 1, 0, call),
            (jump_equal, 0, 1, _IO_URING_SETUP),
            (ret, 0, 0, 0x00050000 | 13),  # EACCES
            (ret, 0, 0, 0x7FFF0000),  # allow
        )
    )
    buffer = ctypes.create_string_buffer(program)
    filter = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(set_seccomp, filter_mode, ctypes.c_char_p(filter), 0, 0) == 0)


def answer(store: ox.Store, request: dict[str, Any]) -> tuple[str, bytes]:
    """Return the kind of an answer and its bytes."""
    found = store.query(request["query"], **_dataset(request), **given(request["parameters"], request["functions"]))
    out = _Bounded(request["most_bytes"])
    if isinstance(found, ox.QueryTriples):
        ox.serialize(found, out, format=_GRAPHS[request["graph"]], prefixes=request["prefixes"])
        return "graph", out.getvalue()
    found.serialize(out, format=_RESULTS[request["results"]])
    return "ask" if isinstance(found, ox.QueryBoolean) else "select", out.getvalue()


def given(parameters: Mapping[str, Any], functions: str) -> dict[str, Any]:
    """Return what is given to a query beside its text: the values of variables, and the function of powers.

    SPARQL has no power, and weights need one; `functions` is the namespace in which XPath has it, as Jena does.
    """
    values = {ox.Variable(name): ox.Literal(value) for name, value in parameters.items()}
    return {"substitutions": values, "custom_functions": {ox.NamedNode(functions + "pow"): _power}}


def _power(base: Any, exponent: Any) -> ox.Literal | None:
    try:
        return ox.Literal(math.pow(float(base.value), float(exponent.value)))
    except (AttributeError, OverflowError, ValueError):
        return None  # no number, so the expression has no value


def _dataset(request: dict[str, Any]) -> dict[str, Any]:
    """The graphs that a query is asked of: those named beside it, those that it names itself, or all together."""
    default, named = ([ox.NamedNode(iri) for iri in request[which]] for which in ("default_graphs", "named_graphs"))
    if default or named:
        return {"default_graph": default, "named_graphs": named}
    return {"use_default_graph_as_union": request["union"]}


def _identity(folder: str) -> tuple[str, ...]:
    """What tells a store from another that has taken its place, under the same name."""
    own = Path(folder, "IDENTITY")
    return folder, str(Path(folder).stat().st_ino), own.read_text("utf-8") if own.is_file() else ""


def serve(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Answer requests until the input ends."""
    stores: dict[tuple[str, ...], ox.Store] = {}
    for line in stdin:
        request = json.loads(line)
        try:
            which = _identity(request["folder"])
            if which not in stores:
                stores.clear()  # an older generation is not asked again
                stores[which] = ox.Store.read_only(request["folder"])
            kind, body, error = *answer(stores[which], request), ""
        except _TooLarge:
            kind, error, body = "error", "large", b""
        except SyntaxError as problem:
            kind, error, body = "error", "syntax", str(problem).encode()
        except OSError as problem:
            kind, error, body = "error", "store", str(problem).encode()
        except (RuntimeError, ValueError) as problem:
            kind, error, body = "error", "error", str(problem).encode()
        header = {"kind": kind, "length": len(body), "error": error}
        stdout.write(json.dumps(header).encode() + b"\n" + body)
        stdout.flush()


def main() -> None:
    """Give up what a query must not have, then serve."""
    if hasattr(os, "nice"):
        os.nice(5)
    bound_memory(int(sys.argv[1]))
    give_up_network()
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
