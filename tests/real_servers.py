"""Real Neo4j and Fuseki servers on free loopback ports: started, killed, started again, shared by the workers."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
import neo4j
import server_kits
from filelock import FileLock
from neo4j.exceptions import AuthError, DriverError, Neo4jError
from server_kits import Kit

#: Seconds until a server must answer: many, for a busy machine.
LIMIT = 180

#: Half the processor time of a start: servers of tests live shortly.
FLAGS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")

#: Whatever else listens at a port may never answer.
SHORTLY: dict[str, Any] = {"connection_timeout": 5, "connection_acquisition_timeout": 5}

NOT_YET = (DriverError, Neo4jError, httpx.HTTPError, OSError)


#: How a server says that somebody took its port before it did.
TAKEN = re.compile("already in use|Failed to bind")


class DidNotStart(Exception):
    """A server did not answer; the end of its log says why."""


class _Process(subprocess.Popen[bytes]):
    """A process that may outlive whoever started it: it ends with the session."""

    def __del__(self) -> None:
        """Warn nobody."""


class RealServer(ABC):
    """A server with a data folder of its own; it ends with the test session at the latest, however that ends."""

    user: str

    def __init__(self, folder: Path, kind: str, *, heap: str = "512m") -> None:
        self.folder, self.kind, self.heap = folder, kind, heap
        self.kit = server_kits.kit(kind)
        self.process: _Process | None = None
        self.pid, self.port, self.password = 0, 0, secrets.token_hex(8)
        self.state = folder / "running.json"
        if self.state.is_file():  # what another process started, or an earlier one on the same data
            for name, value in json.loads(self.state.read_text("utf-8")).items():
                setattr(self, name, value)

    @property
    @abstractmethod
    def address(self) -> str: ...

    @abstractmethod
    def program(self) -> list[str]:
        """The main class and its arguments, after what it needs was written into the folder."""

    @abstractmethod
    def greet(self) -> None:
        """Return if the server answers its user, raise if not."""

    @abstractmethod
    def emptied(self) -> Self:
        """The server, with nothing in it."""

    # ---- starting

    def start(self) -> Self:
        """Start on a free port."""
        for _ in range(2):
            try:
                return self._started(_free_port())
            except DidNotStart as trouble:
                if not TAKEN.search(str(trouble)):
                    raise
        return self._started(_free_port())

    def restart(self) -> Self:
        """Start again on the same data and port."""
        if self.answers():
            self.stop()
        return self._started(self.port)

    def _started(self, port: int) -> Self:
        self.port = port
        self.folder.mkdir(parents=True, exist_ok=True)
        program = self.program()
        command = [self.kit.java, f"-Xmx{self.heap}", *FLAGS, "-cp", self.kit.class_path, "Leashed"]
        with (self.folder / "log.txt").open("wb") as log:
            self.process = _Process(
                [*map(str, command), str(server_kits.leash()), *program],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )
        self.pid = self.process.pid
        self.state.write_text(json.dumps({"pid": self.pid, "port": port, "password": self.password}), "utf-8")
        end, last = time.monotonic() + LIMIT, None
        while self.process.poll() is None and time.monotonic() < end:
            try:
                self.greet()
                return self
            except NOT_YET as trouble:
                last = trouble
                time.sleep(0.1)
        self.kill()
        log_end = (self.folder / "log.txt").read_text("utf-8", "replace")[-3000:]
        raise DidNotStart(f"{self.kind} did not answer at {self.address}: {last!r}\nThe end of its log:\n{log_end}")

    def answers(self) -> bool:
        """Whether it answers its user."""
        with suppress(*NOT_YET):
            if self.port:
                self.greet()
            return bool(self.port)
        return False

    # ---- ending

    def kill(self) -> None:
        """End it at once, as a power cut would: kill -9."""
        self._end(getattr(signal, "SIGKILL", signal.SIGTERM))

    def stop(self) -> None:
        """Let it end as its administrator would."""
        self._end(signal.SIGTERM)

    def _end(self, how: int) -> None:
        if self.process is not None:
            if self.process.poll() is None:
                self.process.send_signal(how)
            self.process.wait(60)
            return
        # Another worker started it. An id alone could be anybody's by now, and a dead child may stay a zombie.
        if self.answers():
            os.kill(self.pid, how)
        while _open(self.port):
            time.sleep(0.05)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()


class Neo4j(RealServer):
    """Neo4j Community, configured by what a user would write into neo4j.conf."""

    user = "neo4j"

    def __init__(
        self,
        folder: Path,
        kind: str = "neo4j-5",
        *,
        settings: Mapping[str, str] | None = None,
        tls: bool = False,
        heap: str = "512m",
    ) -> None:
        super().__init__(folder, kind, heap=heap)
        self.settings, self.tls = dict(settings or {}), tls

    @property
    def address(self) -> str:
        return f"{'bolt+s' if self.tls else 'bolt'}://127.0.0.1:{self.port}"

    @property
    def certificate(self) -> Path:
        """The self-signed certificate, which a client must be told to trust."""
        return self.folder / "certificates" / "bolt" / "public.crt"

    def program(self) -> list[str]:
        settings = {
            "server.bolt.enabled": "true",
            "server.bolt.listen_address": f"127.0.0.1:{self.port}",
            "server.bolt.advertised_address": f"127.0.0.1:{self.port}",
            "server.http.enabled": "false",
            "server.memory.pagecache.size": "64m",
            "dbms.security.auth_enabled": "true",
            "dbms.usage_report.enabled": "false",
            "db.tx_log.preallocate": "false",
            "internal.server.bolt.thread_pool_shutdown_wait_time": "0s",  # else each stop waits ten seconds
        }
        if self.tls:
            if not self.certificate.is_file():
                _certify(self.kit, self.certificate)
            settings |= {
                "server.bolt.tls_level": "REQUIRED",
                "dbms.ssl.policy.bolt.enabled": "true",
                "dbms.ssl.policy.bolt.base_directory": "certificates/bolt",
                "dbms.ssl.policy.bolt.client_auth": "NONE",
            }
        lines = [f"{name}={value}\n" for name, value in (settings | self.settings).items()]
        (self.folder / "neo4j.conf").write_text("".join(lines), "utf-8")
        return ["Neo4jServer", str(self.folder)]

    def driver(self, **options: Any) -> neo4j.Driver:
        """A driver logged in as its user; it trusts the server's own certificate."""
        address = self.address.replace("bolt+s:", "bolt+ssc:")
        return neo4j.GraphDatabase.driver(address, auth=(self.user, self.password), **options)

    def greet(self) -> None:
        with self.driver(**SHORTLY) as driver, driver.session() as session:
            try:
                session.run("RETURN 1").consume()
                return
            except AuthError:
                if self.process is None:  # at the port of one that is gone another may listen: it keeps its password
                    raise
                self._first_login()
                session.run("RETURN 1").consume()

    def _first_login(self) -> None:
        """Change the password that a new server has, as it demands."""
        address = self.address.replace("bolt+s:", "bolt+ssc:")
        with (
            neo4j.GraphDatabase.driver(address, auth=(self.user, "neo4j"), **SHORTLY) as driver,
            driver.session(database="system") as session,
        ):
            session.run("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new", new=self.password).consume()

    def emptied(self) -> Self:
        with self.driver() as driver, driver.session() as session:
            for what in ("()-[x]->()", "(x)"):
                session.run(f"MATCH {what} CALL (x) {{ DELETE x }} IN TRANSACTIONS OF 10000 ROWS").consume()
            for which, kind in (("", "CONSTRAINT"), (" WHERE type <> 'LOOKUP'", "INDEX")):
                for name in session.run(f"SHOW {kind} YIELD name, type{which} RETURN name").value():
                    if name.startswith("arvoverkko_"):  # what each load makes if it is absent, at some cost
                        continue
                    session.run(f"DROP {kind} `{name.replace('`', '``')}` IF EXISTS").consume()
        return self


class Fuseki(RealServer):
    """Apache Jena Fuseki with one dataset, in memory or in a folder, for its user alone."""

    user = "arvoverkko"

    def __init__(self, folder: Path, kind: str = "fuseki", *, on_disk: bool = False, heap: str = "512m") -> None:
        super().__init__(folder, kind, heap=heap)
        self.on_disk = on_disk

    @property
    def address(self) -> str:
        """The dataset: its query, update and graph store endpoints are /query, /update and /data below it."""
        return f"http://127.0.0.1:{self.port}/ds"

    def program(self) -> list[str]:
        (self.folder / "passwd").write_text(f"{self.user}: {self.password}\n", "utf-8")
        kept = ["--mem"]
        if self.on_disk:
            (self.folder / "tdb2").mkdir(exist_ok=True)
            kept = ["--tdb2", "--loc", "tdb2"]
        options = ["--localhost", "--port", str(self.port), "--auth", "basic", "--passwd", "passwd", "--update"]
        return ["org.apache.jena.fuseki.main.cmds.FusekiMainCmd", *options, *kept, "/ds"]

    def client(self, **options: Any) -> httpx.Client:
        """A client logged in as its user, whose addresses begin at the dataset."""
        options = {"timeout": 60, "trust_env": False} | options
        return httpx.Client(base_url=self.address, auth=(self.user, self.password), **options)

    def greet(self) -> None:
        with self.client(timeout=5) as client:
            client.get("/query", params={"query": "ASK {}"}).raise_for_status()

    def emptied(self) -> Self:
        with self.client() as client:
            client.post("/update", data={"update": "DROP ALL"}).raise_for_status()
        return self


S = TypeVar("S", bound=RealServer)

_using: list[str] = []


@contextmanager
def shared(make: Callable[[Path, str], S], kind: str, base: Path) -> Iterator[S]:
    """The one server of a kind that all workers of a session share, emptied, for one user at a time.

    Whoever finds it down starts it, so a test may kill it. It runs until the session ends.
    """
    # Always in one order: two workers that wait for each other's server would wait for ever.
    assert all(kind > other for other in _using), f"{kind} must be asked for before {', '.join(_using)}"
    folder = base / kind
    with FileLock(f"{folder}.lock"):
        server = make(folder, kind)
        if not (server.port and server.answers()):
            server.start()
        _using.append(kind)
        try:
            yield server.emptied()
        finally:
            _using.remove(kind)


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


def _open(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _certify(kit: Kit, certificate: Path) -> None:
    """Write a self-signed certificate for 127.0.0.1 and, beside it, its key."""
    certificate.parent.mkdir(parents=True)
    store, password = certificate.with_name("store.p12"), secrets.token_hex(8)
    keytool = [str(kit.jdk / "bin" / "keytool"), "-keystore", str(store), "-storepass", password, "-alias", "server"]
    for command, into in (
        ([*keytool, "-genkeypair", "-keyalg", "RSA", "-dname", "CN=127.0.0.1", "-ext", "san=ip:127.0.0.1"], None),
        ([*keytool, "-exportcert", "-rfc"], certificate),
        (
            [str(kit.java), "-cp", kit.class_path, "PrivateKey", str(store), password],
            certificate.with_name("private.key"),
        ),
    ):
        said = subprocess.run(command, check=True, capture_output=True).stdout
        if into is not None:
            into.write_bytes(said)
