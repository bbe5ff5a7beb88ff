"""Starts the HTTP door on an address, and says which."""

from __future__ import annotations

import socket
from collections.abc import Callable

from graph.knowledge_graph import KnowledgeGraph
from ontology.errors import ArvoverkkoError, MissingExtra


def serve(
    graph: KnowledgeGraph, host: str, port: int, origins: tuple[str, ...], language: str, ready: Callable[[str], None]
) -> None:
    """Answer until Ctrl-C, once `ready` was told the address.

    Raises ArvoverkkoError when the address is taken, MissingExtra without what serves.
    """
    try:
        import uvicorn

        from api.http.app import create_app
    except ImportError as error:
        raise MissingExtra("serve") from error
    from api.http.settings import Settings

    app = create_app(graph, Settings(allow_origins=origins, language=language))
    with listening(host, port) as listener:
        # The socket is bound first: the address is certain when it is said, and a taken one is one sentence.
        number = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{number}/api/")
        config = uvicorn.Config(app, log_level="warning", ws="none")
        uvicorn.Server(config).run(sockets=[listener])


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address; raises ArvoverkkoError when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise ArvoverkkoError("cannot-listen", host=host, port=str(port)) from error
    # With its protocol named, answers are sent at once: asyncio sets TCP_NODELAY on such sockets only.
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=listener.detach())
