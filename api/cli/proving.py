"""Proves a graph in a folder before the reader's eyes, one sentence for each thing that was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.cli.printing import echo, print_json
from graph.stores.home import Home
from graph.stores.verify import Proof, verify
from graph.stores.workspace import Workspace
from ontology.errors import InvalidArgument
from ontology.texts import say


def prove(home: Home, language: str, as_json: bool) -> bool:
    """Say what holds of a graph and what does not, and return whether all of it holds."""
    if not isinstance(home, Workspace):
        raise InvalidArgument("not-a-folder")
    found = []
    for proof in verify(home):
        found.append(proof)
        if not as_json:
            echo(f"{'✓' if proof.holds else '✗'} {proof.sentence(language)}")
    whole = all(proof.holds for proof in found)
    if as_json:
        print_json(proofs(found, language))
    elif whole:
        echo(say("cli.all-holds", language))
    return whole


def proofs(found: Sequence[Proof], language: str) -> dict[str, Any]:
    """Return what was proved, as plain values for JSON."""
    told = [
        {
            "generation": proof.generation,
            "what": proof.what,
            "holds": proof.holds,
            "said": proof.sentence(language),
        }
        for proof in found
    ]
    return {"language": language, "holds": all(proof.holds for proof in found), "proofs": told}
