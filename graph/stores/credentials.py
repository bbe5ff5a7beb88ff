"""Who we are to a server: from the environment, or from the netrc file that other programs read too; never an URL."""

from __future__ import annotations

import netrc
import os
from pathlib import Path
from urllib.parse import urlsplit

from ontology.errors import InvalidArgument


def credentials_for(host: str) -> tuple[str, str] | None:
    """Return the user and the password for a host, None where there are none.

    `ARVOVERKKO_USER` and `ARVOVERKKO_PASSWORD` come first; then the machine's entry in the netrc file, which is
    `NETRC` or `~/.netrc`. Raises InvalidArgument for a user without a password, and for a file that cannot be read.
    """
    user, password = os.environ.get("ARVOVERKKO_USER"), os.environ.get("ARVOVERKKO_PASSWORD")
    if user and password is not None:
        return user, password
    if user or password:
        raise InvalidArgument("half-credentials")
    path = Path(os.environ.get("NETRC") or Path.home() / ".netrc")
    if not path.is_file():
        return None
    try:
        found = netrc.netrc(str(path)).authenticators(host)
    except (netrc.NetrcParseError, OSError, UnicodeDecodeError) as error:
        raise InvalidArgument("netrc-unreadable", path=str(path), said=str(error)) from error
    return None if found is None else (found[0], found[2] or "")


def without_credentials(address: str) -> str:
    """Return an address that names no user and no password; raises InvalidArgument for one that does."""
    parts = urlsplit(address)
    if "@" in parts.netloc:
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        raise InvalidArgument("credentials-in-address", address=bare)
    return address
