"""What may be set about the HTTP door; the defaults suit one machine and a few readers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of the HTTP door: seconds, bytes, and entries on a page.

    `allow_origins` are the web sites whose scripts may read the answers; none unless said.
    """

    page_size: int = 50
    largest_page: int = 500
    sparql_workers: int = 2
    sparql_timeout: float = 10.0
    sparql_answer_bytes: int = 50_000_000
    sparql_query_bytes: int = 100_000
    allow_origins: tuple[str, ...] = ()
