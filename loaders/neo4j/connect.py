"""The way to somebody's Neo4j: an address without a secret, credentials from elsewhere, reading and no writing.

Credentials are looked for in NEO4J_USERNAME and NEO4J_PASSWORD, in the netrc file under the host, and last in
ARVOVERKKO_USER and ARVOVERKKO_PASSWORD, which may be those of the server that the graph is kept on. A server without
authentication needs none.
"""

from __future__ import annotations

import logging
import netrc
import os
import re
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from neo4j import READ_ACCESS, Driver, GraphDatabase, NotificationMinimumSeverity, Record
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from ontology.errors import InvalidArgument, ServerError, ServerRefused, ServerUnreachable

_ADDRESS = re.compile(
    r"((?:neo4j|bolt)(?:\+s|\+ssc)?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(?:/([A-Za-z0-9._-]*))?"
)
logging.getLogger("neo4j").addHandler(logging.NullHandler())  # what goes wrong is said once, by our errors

#: So many rows are under way at a time; so many seconds a server may take to answer, or to come back.
_FETCH, PATIENCE = 2_000, 20.0

Taken = TypeVar("Taken")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a graph is: the server as the driver takes it, its host, and the database, None for the server's own."""

    server: str
    host: str
    database: str | None

    def __str__(self) -> str:
        return self.server + (f"/{self.database}" if self.database else "")

    @classmethod
    def of(cls, text: str) -> Address:
        """Return an address such as `neo4j://host:7687/database`; raises InvalidArgument, which repeats no secret."""
        match = _ADDRESS.fullmatch(text)
        if match is None:
            raise InvalidArgument("import-address-secret" if "@" in text else "import-address")
        scheme, host, port, database = match.groups()
        return cls(f"{scheme}://{host}{port or ''}", host.strip("[]"), database or None)


@dataclass(frozen=True, slots=True)
class Connection:
    """A server that is read from, and nothing else."""

    driver: Driver
    database: str | None

    def ask(self, statement: str, take: Callable[[Iterable[Record]], Taken], parameters: Mapping[str, Any]) -> Taken:
        """Return what `take` makes of the rows as they come; asked anew, rows and all, if the server was lost."""
        with self.driver.session(database=self.database, default_access_mode=READ_ACCESS, fetch_size=_FETCH) as session:
            return session.execute_read(lambda transaction: take(transaction.run(statement, dict(parameters))))


@contextmanager
def connected(address: Address) -> Iterator[Connection]:
    """Give a connection; what goes wrong meanwhile raises ServerError, which says which server and what to do."""
    try:
        with GraphDatabase.driver(
            address.server,
            auth=_credentials(address.host),
            connection_timeout=PATIENCE,
            max_transaction_retry_time=PATIENCE,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
        ) as driver:
            with driver.session(database=address.database, default_access_mode=READ_ACCESS) as session:
                session.run("RETURN 1").consume()  # asked once: what is wrong from the start is said at once
            yield Connection(driver, address.database)
    except (DriverError, Neo4jError) as error:
        raise _said(error, address) from error


def _credentials(host: str) -> tuple[str, str] | None:
    said = _variables("NEO4J_USERNAME", "NEO4J_PASSWORD")
    return said or _of_netrc(host) or _variables("ARVOVERKKO_USER", "ARVOVERKKO_PASSWORD")


def _variables(user: str, password: str) -> tuple[str, str] | None:
    known = user in os.environ and password in os.environ
    return (os.environ[user], os.environ[password]) if known else None


def _of_netrc(host: str) -> tuple[str, str] | None:
    try:
        found = netrc.netrc(os.environ.get("NETRC")).authenticators(host)
    except FileNotFoundError:
        return None
    except (OSError, netrc.NetrcParseError):
        raise ServerRefused("import-netrc") from None
    return (found[0], found[2]) if found else None


def _said(error: DriverError | Neo4jError, address: Address) -> ServerError:
    server, code = str(address), (getattr(error, "code", None) or "").removeprefix("Neo.")
    said = (getattr(error, "message", None) or str(error)).partition("\n")[0]
    if isinstance(error, DriverError):
        *_, last = causes = [*_causes(error)]
        found = next((each for each in causes if isinstance(each, OSError)), None)
        if isinstance(found, ssl.SSLError):
            reason = getattr(found, "verify_message", None) or found.reason or str(found)
            return ServerUnreachable("import-certificate", server=server, said=reason)
        return ServerUnreachable("import-unreachable", server=server, said=found.strerror if found else str(last))
    if code == "ClientError.Security.CredentialsExpired":
        return ServerRefused("import-password-expired", server=server)
    if isinstance(error, AuthError) or code.startswith("ClientError.Security.Auth"):
        return ServerRefused("import-password", server=server)
    if code.startswith("ClientError.Security."):
        return ServerRefused("import-forbidden", server=server, said=said)
    if code.startswith("ClientError.Database."):
        return ServerRefused("import-no-database", server=address.server, database=address.database or "")
    return ServerRefused("import-server-said", server=server, said=f"{said} ({code})")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what led to it, where several did the first of them."""
    while error is not None:
        yield error
        error = error.exceptions[0] if isinstance(error, ExceptionGroup) else error.__cause__ or error.__context__
