"""What real servers run with: a JDK of this machine, and jars that Maven fetches once into var/servers/."""

from __future__ import annotations

import atexit
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "tests" / "servers"
CACHE = ROOT / "var" / "servers"

#: The kinds of servers, as the profiles in pom.xml call them: how people call them, and the oldest Java that runs them.
KINDS = {"neo4j-5": ("Neo4j 5.26", 17), "neo4j-2026": ("Neo4j 2026", 21), "fuseki": ("Fuseki", 17)}

#: Where JDKs usually lie, beside JAVA_HOME and PATH.
USUAL_PLACES = (
    "/usr/lib/jvm/*",
    "/usr/java/*",
    "/opt/java/*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "~/.sdkman/candidates/java/*",
    "C:/Program Files/Java/*",
    "C:/Program Files/Eclipse Adoptium/*",
)

#: With this set to 1 a server that cannot run is a failure, never a skip.
DEMAND = "ARVOVERKKO_DEMAND_SERVERS"

#: How the reason begins that a test of a server was skipped for.
NOT_RUN = "not run on a real server: "

#: Where the port stands that keeps servers alive.
LEASH = "ARVOVERKKO_TESTLEASH"


@dataclass(frozen=True)
class Kit:
    """A JDK and the class path of one kind of server."""

    jdk: Path
    jars: Path

    @property
    def java(self) -> Path:
        return self.jdk / "bin" / "java"

    @property
    def class_path(self) -> str:
        return f"{self.jars / 'classes'}{os.pathsep}{self.jars / 'lib' / '*'}"


def leash() -> int:
    """The port that every server holds on to: of the first process of a session, workers inherit it."""
    if LEASH not in os.environ:
        held = socket.create_server(("127.0.0.1", 0), backlog=128)
        atexit.register(held.close)
        os.environ[LEASH] = str(held.getsockname()[1])
    return int(os.environ[LEASH])


def kit(kind: str) -> Kit:
    """What a kind of server runs with; where that is missing the test is skipped, or fails if servers are demanded."""
    found = _found(kind)
    return found if isinstance(found, Kit) else _absent(f"{KINDS[kind][0]} ({found})")


def _absent(reason: str) -> NoReturn:
    if os.environ.get(DEMAND) == "1":
        pytest.fail(f"{NOT_RUN}{reason}; {DEMAND}=1 demands it", pytrace=False)
    pytest.skip(NOT_RUN + reason)


@cache
def _found(kind: str) -> Kit | str:
    """What a kind of server runs with, or what to install."""
    oldest = KINDS[kind][1]
    jdk = next((home for home, version in jdks() if version >= oldest), None)
    if jdk is None:
        return f"install a JDK {oldest} or later, or set JAVA_HOME to one"
    place, wanted = CACHE / kind, _wanted()
    made_of = place / "made-of"
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{place}.lock"):
        if not (made_of.is_file() and made_of.read_text("utf-8") == wanted):
            maven = shutil.which("mvn")
            if maven is None:
                return "install Maven 3.6.3 or later"
            shutil.rmtree(place, ignore_errors=True)
            if trouble := _fetch(kind, place, maven, jdk):
                return trouble
            made_of.write_text(wanted, "utf-8")
    return Kit(jdk, place)


def _wanted() -> str:
    """What the kits are made of: when it changes they are made anew."""
    files = [SOURCES / "pom.xml", *sorted(SOURCES.glob("*.java"))]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def _fetch(kind: str, place: Path, maven: str, jdk: Path) -> str | None:
    """Fetch the jars of a kind, with their checksums checked, and compile ours beside them; say what went wrong."""
    (place / "classes").mkdir(parents=True)
    sources = [path for path in sorted(SOURCES.glob("*.java")) if kind != "fuseki" or path.stem != "Neo4jServer"]
    copying = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={place / 'lib'}"]
    commands: list[list[str | Path]] = [
        [maven, "-q", "-B", "-C", "-f", SOURCES / "pom.xml", "-P", kind, *copying],
        [jdk / "bin" / "javac", "--release", "17", "-cp", place / "lib" / "*", "-d", place / "classes", *sources],
    ]
    for command in commands:
        done = subprocess.run(
            command, env=os.environ | {"JAVA_HOME": str(jdk)}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            said = (done.stdout + done.stderr).strip().splitlines() or ["nothing"]
            return f"its jars come over the network once, and {Path(command[0]).name} said: {said[0]}"
    return None


def jdks() -> Iterator[tuple[Path, int]]:
    """The JDKs of this machine with their main versions: JAVA_HOME, PATH, then the usual places."""
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    if java := shutil.which("javac"):
        homes.append(Path(java).resolve().parents[1])
    for place in USUAL_PLACES:
        pattern = Path(place).expanduser()
        homes += sorted(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor)))) if pattern.anchor else []
    for home in homes:
        release, compiler = home / "release", home / "bin" / ("javac.exe" if sys.platform == "win32" else "javac")
        if release.is_file() and compiler.is_file():
            told = re.search(r'^JAVA_VERSION="(\d+)', release.read_text("utf-8", "replace"), re.MULTILINE)
            if told:
                yield home, int(told[1])
