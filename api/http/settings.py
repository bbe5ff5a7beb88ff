"""What may be set about the HTTP door; the defaults suit one machine and a few readers."""

from __future__ import annotations

from dataclasses import dataclass

#: Entries on a page of a list, unless a reader says; and at most.
PAGE_SIZE = 50
LARGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of the HTTP door, in seconds and bytes.

    While the RDF of a data version is being made, a reader waits for `rdf_patience` and is then told to come back.
    `sparql_waiting` queries may wait for one of the workers; more are told to come back. So may `pictures_waiting`
    readers for one of the `pictures_at_once`; `pictures_bytes` of those drawn are kept.
    `allow_origins` are the web sites whose scripts may read the answers; none unless said.
    `language` is that of readers who state none.
    """

    rdf_patience: float = 2.0
    sparql_workers: int = 2
    sparql_waiting: int = 8
    sparql_timeout: float = 10.0
    sparql_answer_bytes: int = 50_000_000
    sparql_query_bytes: int = 50_000
    pictures_at_once: int = 2
    pictures_waiting: int = 8
    pictures_bytes: int = 64_000_000
    allow_origins: tuple[str, ...] = ()
    language: str = "en"
