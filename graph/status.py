"""How a stage of a value chain is provided for, in four words that never mix “nobody” with “no data”."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """How a stage, or a competence that it requires, is provided for."""

    COVERED = "covered"
    ONE_ACTOR = "one_actor"
    NO_ACTOR = "no_actor"
    NO_DATA = "no_data"
