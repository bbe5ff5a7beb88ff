"""Pictures over HTTP are bounded: few at once, few waiting, those asked for last kept, and never of another state."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest
from server import Server, problem

from api.http.app import create_app
from api.http.drawing import Drawings
from api.http.problems import TooManyWaiting
from api.http.routes.chains import WIDEST
from api.http.settings import Settings
from graph import KnowledgeGraph, open_graph
from graph.infographics import Infographic
from ontology.facts import Batch

PICTURE = "/api/value-chains/vc-wood/infographic"


def test_few_are_drawn_at_once_and_few_wait() -> None:
    drawings = Drawings(at_once=2, waiting=3, kept=1000)
    go, drawing = threading.Event(), threading.Semaphore(0)
    now, most = [], []

    def draw() -> bytes:
        now.append(1)
        most.append(len(now))
        drawing.release()
        assert go.wait(20)
        now.pop()
        return b"picture"

    with ThreadPoolExecutor(9) as threads:
        asked = [threads.submit(drawings.get, number, draw) for number in range(9)]
        try:
            assert drawing.acquire(timeout=20) and drawing.acquire(timeout=20)
            refused = list(islice(as_completed(asked, timeout=20), 4))
        finally:
            go.set()
    assert max(most) == 2 and len(most) == 5
    assert [type(one.exception()) for one in refused] == [TooManyWaiting] * 4
    assert [one.result() for one in asked if one not in refused] == [b"picture"] * 5


def test_what_is_kept_is_bounded_in_bytes_and_the_longest_unasked_goes_first() -> None:
    drawings = Drawings(at_once=1, waiting=0, kept=100)
    drawn: list[str] = []

    def get(name: str, size: int = 40) -> None:
        assert drawings.get(name, lambda: drawn.append(name) or b"x" * size) == b"x" * size

    for name in "abacab":  # "c" drives out "b", which drives out "c"
        get(name)
    assert drawn == ["a", "b", "c", "b"]
    get("huge", 101)
    get("huge", 101)
    assert drawn[4:] == ["huge", "huge"]


def test_a_failure_frees_its_place() -> None:
    drawings = Drawings(at_once=1, waiting=0, kept=100)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            drawings.get("x", lambda: bytes(1 // 0))
    assert drawings.get("x", lambda: b"x") == b"x"


def test_readers_of_too_many_pictures_are_told_to_come_back(
    enf_graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow(self: Infographic, form: str, width: int | None = None) -> bytes:
        begun.set()
        assert go.wait(60)
        return b"<svg/>"

    monkeypatch.setattr(Infographic, "write", slow)
    app = create_app(enf_graph, Settings(pictures_at_once=1, pictures_waiting=0))
    with Server(app) as server, httpx.Client(base_url=server.url, timeout=60) as http, ThreadPoolExecutor(1) as one:
        first = one.submit(httpx.get, f"{server.url}{PICTURE}.svg?lang=sv", timeout=60)
        try:
            assert begun.wait(60)
            for address in (f"{PICTURE}.svg", f"{PICTURE}.png", "/api/clusters/cl-arctic-industry/network"):
                answer = http.get(f"{address}?lang=fi")
                told = problem(answer, 503, "drawing-busy")
                assert "liian monta kuvaa" in told["detail"] and answer.headers["retry-after"] == "10"
            assert http.get("/api/health").status_code == 200
        finally:
            go.set()
        assert first.result().content == b"<svg/>"


def test_a_picture_is_drawn_once_for_a_data_version_a_language_and_a_form(
    enf_batch: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Any] = []
    write = Infographic.write
    monkeypatch.setattr(Infographic, "write", lambda self, *how: drawn.append(how) or write(self, *how))
    graph = open_graph(tmp_path / "graph")
    graph.replace(enf_batch)
    with Server(create_app(graph)) as server, httpx.Client(base_url=server.url, timeout=60) as http:
        for _ in range(2):
            for asked in (".svg?lang=fi", "?format=svg&lang=fi", ".svg?lang=sv", ".png?width=300", ".png?width=301"):
                assert http.get(PICTURE + asked).status_code == 200
        assert len(drawn) == 4
        before = http.get(f"{PICTURE}.svg?lang=fi")
        graph.replace(enf_batch, force=True)
        after = http.get(f"{PICTURE}.svg?lang=fi")
        assert len(drawn) == 5 and before.headers["etag"] != after.headers["etag"]


def test_a_picture_that_is_too_wide_is_refused(http: httpx.Client) -> None:
    for address in (f"{PICTURE}.png?", f"{PICTURE}?format=png&"):
        assert problem(http.get(f"{address}width={WIDEST + 1}"), 400, "invalid-request")["errors"][0]["name"] == "width"
