"""Writes `terms.py` from `arvoverkko.ttl`: `python -m ontology.make_terms`, after a change to the Turtle."""

from __future__ import annotations

import keyword
from pathlib import Path

from pyoxigraph import NamedNode

from ontology import turtle
from ontology.prefixes import PREFIXES

_HERE = Path(__file__).parent

_HEAD = '''"""Closed names of the terms in `arvoverkko.ttl`; written by `python -m ontology.make_terms`."""

from __future__ import annotations

from typing import Final

from ontology.prefixes import PREFIXES
'''


def terms() -> dict[str, list[str]]:
    """Return the local names of the subjects of `arvoverkko.ttl` by prefix, ours first."""
    found: dict[str, set[str]] = {}
    for fact in turtle.read(_HERE / "arvoverkko.ttl"):
        if isinstance(fact.subject, NamedNode):
            address = fact.subject.value
            for prefix, namespace in PREFIXES.items():
                if address.startswith(namespace):
                    found.setdefault(prefix, set()).add(address.removeprefix(namespace))
    return {prefix: sorted(found[prefix], key=turtle.natural) for prefix in PREFIXES if prefix in found}


def source() -> str:
    """Return the text of `terms.py`."""
    groups = terms()
    listed = ", ".join(f'"{prefix.upper()}"' for prefix in sorted(groups))
    parts = [f"{_HEAD}\n__all__ = [{listed}]\n"]
    parts += [f'\n_{prefix} = PREFIXES["{prefix}"]' for prefix in groups]
    parts.append("\n")
    for prefix, names in groups.items():
        what = "Our own terms." if prefix == "av" else f"The terms of `{prefix}:` that the metagraph uses."
        parts.append(f'\n\nclass {prefix.upper()}:\n    """{what}"""\n\n')
        for name in names:
            safe = name + "_" if keyword.iskeyword(name) else name
            parts.append(f'    {safe}: Final = _{prefix} + "{name}"\n')
    return "".join(parts)


def main() -> None:
    """Write `terms.py`."""
    (_HERE / "terms.py").write_text(source(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
