"""What is said on the side, in one line: something was mended, and the answer is none the worse for it.

A notice is a record of the logger `arvoverkko` at the level of a warning. It carries its key and values, so that a door
can say it in the reader's language; where nobody listens, Python prints it in English.
"""

from __future__ import annotations

import logging

from ontology.texts import say

LOGGER = logging.getLogger("arvoverkko")


def notice(key: str, **values: object) -> None:
    """Say a sentence of the catalogues' `notice`."""
    LOGGER.warning("%s", say(f"notice.{key}", "en", **values), extra={"notice": (key, values)})


def said(record: logging.LogRecord, language: str) -> str:
    """Return what a record says, in a language where it is a notice."""
    told = getattr(record, "notice", None)
    return say(f"notice.{told[0]}", language, **told[1]) if told else record.getMessage()
