"""A server on a free loopback port, and how its problems look."""

from __future__ import annotations

import threading
import time
from typing import Any

import httpx
import pyoxigraph as ox
import uvicorn

from api.http.serving import listening

PROBLEM = "application/problem+json"

#: The forms of a graph by the names that the door has for them.
RDF = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}

NAMES = "SELECT ?c WHERE { ?c a av:Cluster } ORDER BY ?c"


class Server(threading.Thread):
    """An app on a free loopback port."""

    def __init__(self, app: Any) -> None:
        super().__init__(daemon=True)
        self.socket = listening("127.0.0.1", 0)
        self.server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none"))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def run(self) -> None:
        self.server.run(sockets=[self.socket])

    def __enter__(self) -> Server:
        self.start()
        end = time.monotonic() + 20
        while not self.server.started and time.monotonic() < end:
            time.sleep(0.01)
        assert self.server.started
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.join(20)
        self.socket.close()


def problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    body: dict[str, Any] = answer.json()
    assert (body["status"], body["type"]) == (status, f"/api/problems/{slug}")
    assert body["title"] and body["detail"] and body["instance"].startswith("/")
    return body
