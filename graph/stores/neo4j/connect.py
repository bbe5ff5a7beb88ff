"""The way to a Neo4j: an address, who we are, a driver, and what goes wrong there as one of our errors."""

from __future__ import annotations

import logging
import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from graph.stores.credentials import credentials_for, without_credentials
from ontology.errors import (
    ArvoverkkoError,
    InvalidArgument,
    MissingExtra,
    ServerError,
    ServerRefused,
    ServerUnreachable,
)

if TYPE_CHECKING:
    from neo4j import Driver

#: The schemes of the driver: routed through a cluster or to one server; `s` is encrypted, `ssc` trusts any certificate.
SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")

#: For so many seconds a connection, or one of the pool, is waited for; and what may be retried, is.
_CONNECT, _POOL, _RETRY = 10.0, 30.0, 30.0
_MOST_CONNECTIONS = 8

#: What a database may be called; it becomes part of no query.
_DATABASE = re.compile(r"[A-Za-z][A-Za-z0-9.-]{0,62}")


class Address(NamedTuple):
    """Where a graph is: what the driver connects to, and the database there, None for the server's own choice."""

    uri: str
    host: str
    database: str | None

    @property
    def name(self) -> str:
        """What errors call it."""
        return f"{self.uri}/{self.database}" if self.database else self.uri


def address_of(text: str) -> Address:
    """Return the parts of an address such as `neo4j://host:7687/database`; raises InvalidArgument."""
    parts = urlsplit(without_credentials(text))
    database = unquote(parts.path.strip("/"))
    try:
        port = parts.port
    except ValueError:
        raise InvalidArgument("neo4j-address", address=text) from None
    wrong = parts.query or parts.fragment or (database and not _DATABASE.fullmatch(database))
    if parts.scheme not in SCHEMES or not parts.hostname or wrong:
        raise InvalidArgument("neo4j-address", address=text)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Address(f"{parts.scheme}://{host}" + (f":{port}" if port else ""), parts.hostname, database or None)


def connect(address: Address) -> Driver:
    """Return a driver with a bounded pool; nothing is connected yet. Raises MissingExtra where there is none."""
    try:
        import neo4j
    except ImportError:
        raise MissingExtra("servers") from None
    logging.getLogger("neo4j").addHandler(logging.NullHandler())  # what it retries is ours to say
    known = credentials_for(address.host)
    if known is None and "NEO4J_PASSWORD" in os.environ:
        known = os.environ.get("NEO4J_USERNAME", "neo4j"), os.environ["NEO4J_PASSWORD"]
    return neo4j.GraphDatabase.driver(
        address.uri,
        auth=None if known is None else neo4j.basic_auth(*known),
        user_agent="arvoverkko",
        connection_timeout=_CONNECT,
        connection_acquisition_timeout=_POOL,
        max_connection_pool_size=_MOST_CONNECTIONS,
        max_transaction_retry_time=_RETRY,
        notifications_min_severity="OFF",
    )


@contextmanager
def telling(server: str) -> Iterator[None]:
    """Turn what the driver raises into our errors, which say which server it is and what to do."""
    try:
        from neo4j import exceptions as wrong
    except ImportError:
        raise MissingExtra("servers") from None
    try:
        yield
    except (wrong.Neo4jError, wrong.DriverError) as error:
        raise trouble(error, server) from error


def trouble(error: Any, server: str) -> ArvoverkkoError:
    """Return what a driver raised as one of our errors."""
    from neo4j import exceptions as wrong

    code, said = str(getattr(error, "code", "") or ""), plain(error)
    if isinstance(error, wrong.AuthError) or "Security.Unauthorized" in code or "CredentialsExpired" in code:
        return ServerRefused("server-nobody" if "missing key" in said else "server-password", server=server)
    if "AuthenticationRateLimit" in code:
        return ServerRefused("server-rate", server=server)
    if isinstance(error, wrong.Forbidden) or "Security.Forbidden" in code or "ReadOnly" in code or "read-only" in said:
        return ServerRefused("server-forbids", server=server, said=said)
    if "DatabaseNotFound" in code:
        return ServerRefused("server-no-database", server=server)
    if "DatabaseUnavailable" in code:
        return ServerUnreachable("server-no-database-yet", server=server)
    if "OutOfMemory" in code:
        return ServerError("server-memory", server=server, said=said)
    if "ConstraintCreationFailed" in code or "ConstraintValidationFailed" in code:
        return ServerRefused("server-clash", server=server, said=said)
    if _certificate(error):
        return ServerUnreachable("server-certificate", server=server, said=said)
    if isinstance(error, wrong.ServiceUnavailable | wrong.SessionExpired | wrong.DriverError):
        return ServerUnreachable("server-down", server=server, said=said)
    return ServerError("server-said", server=server, said=said)


def plain(error: Any) -> str:
    """Return what a driver says, in one short line."""
    said = " ".join(str(getattr(error, "message", None) or error).split())
    return said if len(said) <= 300 else f"{said[:300]}…"


def _certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError) or "BoltSecurityError" in type(error).__name__:
            return True
        error = error.__cause__ or error.__context__
    return False
