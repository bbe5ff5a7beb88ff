"""Pictures for many readers: few are drawn at once, few wait, and those that were asked for last are kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from api.http.problems import TooManyWaiting


class Drawings:
    """Draws with bounded memory: `at_once` pictures, `waiting` readers for them, `kept` bytes of those drawn."""

    def __init__(self, at_once: int, waiting: int, kept: int) -> None:
        self._drawing = threading.Semaphore(at_once)
        self._places = threading.Semaphore(at_once + waiting)
        self._most = kept
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, draw: Callable[[], bytes]) -> bytes:
        """Return the picture with this key, drawn if it is not kept; raises TooManyWaiting instead of piling up."""
        if (found := self._find(key)) is not None:
            return found
        # Whoever waits holds a thread; only so many may, so that other routes always find one.
        if not self._places.acquire(blocking=False):
            raise TooManyWaiting("pictures-waiting")
        try:
            with self._drawing:
                # Somebody else may have drawn it in the meantime.
                return self._find(key) or self._keep(key, draw())
        finally:
            self._places.release()

    def _find(self, key: Hashable) -> bytes | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: Hashable, picture: bytes) -> bytes:
        with self._lock:
            self._bytes += len(picture) - len(self._kept.pop(key, b""))
            self._kept[key] = picture
            while self._bytes > self._most:
                self._bytes -= len(self._kept.popitem(last=False)[1])
        return picture
