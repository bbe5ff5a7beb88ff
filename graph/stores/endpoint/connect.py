"""Speaks the SPARQL 1.1 protocol: asks an endpoint and changes it, and says what is wrong where that fails.

What comes back is read as tab-separated values where the endpoint writes them exactly, since Jena writes them several
times faster, and as JSON elsewhere. Both carry language tags and datatypes. Only what reads is tried again.
"""

from __future__ import annotations

import io
import os
import re
import ssl
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import pyoxigraph as ox

from graph.stores.credentials import credentials_for
from graph.stores.endpoint.address import Address
from ontology.errors import MissingExtra, ServerError, ServerRefused, ServerUnreachable

if TYPE_CHECKING:
    import httpx

_Taken = TypeVar("_Taken")

_TSV, _JSON = "text/tab-separated-values", "application/sparql-results+json"
_FORMATS = {
    _TSV: ox.QueryResultsFormat.TSV,
    _JSON: ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
}

#: A query up to so many characters is asked by GET, which caches and read replicas understand.
_SHORT = 2_000

#: How often what reads is asked, with how many seconds between; these statuses say that it may help.
_WAITS = (0.5, 2.0)
_PASSING = {429, 502, 503, 504}

#: So long may one update take: less than after which its writer is taken for gone.
_UPDATE = 90.0

#: What an endpoint must write as it stands for its values by tab to be taken.
_PROBE = ox.Literal('ä\t"\\\n', language="fi")


class Cut(ServerError):
    """An answer ended early, was not whole, or did not come within the time that we wait."""


class Endpoint:
    """A SPARQL endpoint; `patience` is for how many seconds each wait for it may last."""

    def __init__(self, address: Address, patience: float = 120) -> None:
        self.address = address
        self.patience = patience
        self.name = address.query.partition("?")[0]  # what follows may hold a key
        self._accept: str | None = None
        self._client = client(address.host, patience)

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    # ---- asking

    def select(self, query: str) -> list[ox.QuerySolution]:
        """Return the rows of a query whose answer is small."""
        return self.take(query, list)

    def take(self, query: str, taken: Callable[[Iterable[ox.QuerySolution]], _Taken], again: bool = True) -> _Taken:
        """Return what is made of the rows of a query, which come one by one; all of it `again` where it is cut off."""
        if self._accept is None:
            self._accept = self._exact()
        return self._take(query, taken, self._accept, again)

    def _exact(self) -> str:
        """Return the media types to ask for: values by tab only of an endpoint that writes them as they are."""
        preferred = f"{_TSV}, {_JSON};q=0.9"
        try:
            probe = f'SELECT (STRLANG({ox.Literal(_PROBE.value)}, "{_PROBE.language}") AS ?probe) {{}}'
            [[found]] = self._take(probe, list, preferred, again=False)
            return preferred if found == _PROBE else _JSON
        except (Cut, ValueError):
            return _JSON

    def _take(
        self, query: str, taken: Callable[[Iterable[ox.QuerySolution]], _Taken], accept: str, again: bool
    ) -> _Taken:
        for wait in (*(_WAITS if again else ()), None):
            try:
                with self._asked(query, accept) as response, closing(self._rows(response)) as rows:
                    return taken(rows)
            except (Cut, ServerUnreachable):
                if wait is None:
                    raise
                time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def _asked(self, query: str, accept: str) -> Iterator[httpx.Response]:
        import httpx

        headers, url = {"Accept": accept}, httpx.URL(self.address.query)
        if len(query) <= _SHORT:
            asked = self._client.stream("GET", url.copy_merge_params({"query": query}), headers=headers)
        else:
            asked = self._client.stream("POST", url, headers=headers, data={"query": query})
        with self.guarded(), asked as response:
            if response.status_code != 200:
                raise refused(self.name, response)
            yield response

    def _rows(self, response: httpx.Response) -> Generator[ox.QuerySolution, None, None]:
        media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media not in _FORMATS:
            raise ServerRefused("endpoint-no-results", server=self.name, type=media or "?")
        text = io.BufferedReader(_Stream(self._bytes(response)), 1 << 16)
        found: ox.QuerySolutions | ox.QueryBoolean | None = None
        try:
            found = ox.parse_query_results(text, format=_FORMATS[media])
            if not isinstance(found, ox.QuerySolutions):
                raise Cut("endpoint-cut", server=self.name, said="ASK")
            yield from found
        except (SyntaxError, ValueError, OSError) as error:
            raise Cut("endpoint-cut", server=self.name, said=_short(str(error))) from error
        finally:
            del found  # a trace of the error would keep it, and no other thread may let go of it

    def _bytes(self, response: httpx.Response) -> Iterator[bytes]:
        with self.guarded():
            yield from response.iter_bytes()

    # ---- changing

    def update(self, text: str) -> None:
        """Have the endpoint change its data; raises ServerRefused where it may not, or only reads."""
        headers = {"Content-Type": "application/sparql-update; charset=utf-8"}
        with self.guarded():
            response = self._client.post(
                self.address.update, content=text.encode(), headers=headers, timeout=min(self.patience, _UPDATE)
            )
        if response.status_code in (403, 404, 405, 415, 501):
            raise ServerRefused(
                "endpoint-read-only", server=self.address.update, status=response.status_code, query=self.name
            )
        if not response.is_success:
            raise refused(self.address.update, response)

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Turn what HTTP suffers into our errors."""
        with guarded(self.name, self.patience):
            yield


class _Stream(io.RawIOBase):
    """Pieces of an answer as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken


def client(host: str, patience: float) -> httpx.Client:
    """Return a client of HTTP that says who we are to a host."""
    try:
        import httpx
    except ImportError as error:
        raise MissingExtra("servers") from error
    headers = {"User-Agent": "arvoverkko"}
    if token := os.environ.get("ARVOVERKKO_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    return httpx.Client(
        auth=None if token else credentials_for(host),
        headers=headers,
        timeout=httpx.Timeout(patience, connect=min(patience, 10)),
    )


@contextmanager
def guarded(server: str, patience: float) -> Iterator[None]:
    """Turn what HTTP suffers into our errors: down, too slow, not trusted, cut off."""
    import httpx

    try:
        yield
    except httpx.ConnectError as error:
        if _certificate(error):
            raise ServerUnreachable("endpoint-certificate", server=server, said=_short(str(error))) from error
        raise ServerUnreachable("server-down", server=server, said=_short(str(error))) from error
    except httpx.ConnectTimeout as error:
        raise ServerUnreachable("server-down", server=server, said=_short(str(error))) from error
    except httpx.TimeoutException as error:
        raise Cut("endpoint-slow", server=server, seconds=f"{patience:g}") from error
    except httpx.HTTPError as error:
        raise Cut("endpoint-cut", server=server, said=_short(str(error))) from error


def refused(server: str, response: httpx.Response) -> ServerError:
    """Return the error that says why an answer is none, and what to do."""
    status = response.status_code
    if 300 <= status < 400:
        return ServerRefused("endpoint-moved", server=server, location=response.headers.get("location", "?"))
    if status == 401:
        return ServerRefused("server-password", server=server)
    if status in (403, 407):
        return ServerRefused("endpoint-forbidden", server=server)
    if status in (404, 410):
        return ServerRefused("endpoint-missing", server=server)
    kind = Cut if status in _PASSING else ServerError
    return kind("endpoint-failed", server=server, status=status, said=_why(response))


def _why(response: httpx.Response) -> str:
    """Return what an answer says in plain words."""
    import httpx

    try:
        text = next(response.iter_text(), "") if not response.is_closed else response.text
    except (httpx.HTTPError, httpx.StreamError):
        text = ""
    plain = "html" not in response.headers.get("content-type", "") and not text.lstrip().startswith("<")
    return _short(text) if plain and text.strip() else response.reason_phrase


def _certificate(error: BaseException) -> bool:
    """Whether it failed since the server's certificate is not trusted."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return "CERTIFICATE_VERIFY_FAILED" in str(error)


def _short(text: str) -> str:
    """Return the beginning of what a server or a library says, in one line."""
    return re.sub(r"\s+", " ", text[:1000]).strip()[:200] or "?"
