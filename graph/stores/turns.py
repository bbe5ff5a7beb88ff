"""Whose turn it is to write to a server, and whether who had it is gone.

A turn names the machine (by a digest), the process and the load. A process of this machine that is no more has left its
turn; of another one we know only by the time since it last said that it is at work.
"""

from __future__ import annotations

import hashlib
import os
import socket
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

#: Who said nothing for so many seconds is gone; who is at work says so every so many.
GONE_AFTER, SAID_EVERY = 120.0, 10.0

#: The turns of this process that are not over.
_taken: set[str] = set()


def take_turn() -> str:
    """Return a turn of our own."""
    turn = f"{_machine()}/{os.getpid()}/{uuid4().hex}"
    _taken.add(turn)
    return turn


def end_turn(turn: str) -> None:
    """Let others write."""
    _taken.discard(turn)


def is_gone(turn: str | None, silent: float) -> bool:
    """Return whether nobody is at work for a turn that was `silent` for so many seconds."""
    if turn is None or silent > GONE_AFTER:
        return True
    machine, _, rest = turn.partition("/")
    process, _, _ = rest.partition("/")
    if machine != _machine() or not process.isdecimal():
        return False
    if int(process) == os.getpid():
        return turn not in _taken
    return not _is_running(int(process))


def _machine() -> str:
    """This machine since it was started, and the room of its processes: containers may share a name, and numbers."""
    told = [socket.gethostname()]
    for path in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        with suppress(OSError):
            told.append(str(Path(path).readlink()) if Path(path).is_symlink() else Path(path).read_text("ascii"))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


def _is_running(process: int) -> bool:
    if os.name != "posix":  # elsewhere this question ends the process that it is asked of
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
