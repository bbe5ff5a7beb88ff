"""Writes the rules as SHACL, for data that others hold: `python -m tools.shapes`."""

from __future__ import annotations

from pathlib import Path

import ontology
from ontology.prefixes import CC_BY, PREFIXES
from ontology.rules.base import Rule, Severity, Shape, text
from ontology.rules.catalogue import RULES
from ontology.texts import LANGUAGES
from ontology.turtle import LICENCE_LINE

PATH = Path(ontology.__file__).parent / "shapes.ttl"

_LICENCE = f"<{CC_BY}>"
_TITLES = {"fi": "Arvoverkon säännöt", "en": "The rules of Arvoverkko", "sv": "Arvoverkkos regler"}

#: SHACL has no word for a row that is not loaded; in data that is there already it is a violation too.
_SEVERITY = {
    Severity.REFUSE: "sh:Violation",
    Severity.SET_ASIDE: "sh:Violation",
    Severity.VIOLATION: "sh:Violation",
    Severity.WARNING: "sh:Warning",
}


def shapes() -> str:
    """Return all rules that RDF can show as one Turtle document, in the order of their declaration.

    A rule is one shape, named by its id: `av:shape-platform-has-operator`. The prefixes that its queries use
    are declared on `av:shapes`.
    """
    bodies = [_shape(rule, shape) for rule in RULES if (shape := rule.form.shape())]
    used = [prefix for prefix in PREFIXES if any(f"{prefix}:" in body for body in bodies)]
    used = sorted({*used, "av", "dct", "owl", "sh", "xsd"})
    prefixes = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in used)
    declared = " ,\n        ".join(
        f'[ sh:prefix "{prefix}" ; sh:namespace "{PREFIXES[prefix]}"^^xsd:anyURI ]' for prefix in used
    )
    head = (
        f"av:shapes a owl:Ontology ;\n    dct:title {_by_language(_TITLES)} ;\n"
        f"    dct:license {_LICENCE} ;\n    sh:declare {declared} .\n"
    )
    return "\n".join([LICENCE_LINE + prefixes, head, *bodies])


def _shape(rule: Rule, shape: Shape) -> str:
    lines = [
        f"{shape.targets_are} {' , '.join(shape.targets)}",
        f"sh:severity {_SEVERITY[rule.severity]}",
        f"sh:message {_by_language({language: rule.sentence(language) for language in LANGUAGES})}",
        *shape.body,
    ]
    return f"av:shape-{rule.id} a {shape.type} ;\n    " + " ;\n    ".join(lines) + " .\n"


def _by_language(texts: dict[str, str]) -> str:
    return " ,\n        ".join(f"{text(said)}@{language}" for language, said in texts.items())


if __name__ == "__main__":
    PATH.write_text(shapes(), encoding="utf-8", newline="\n")
