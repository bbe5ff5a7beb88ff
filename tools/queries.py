"""Writes each metapath as a query in SPARQL and in Cypher, for people: `python -m tools.queries`."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

from ontology.metagraph import KINDS, RELATIONS, Kind
from ontology.metapaths import DAMPING, METAPATHS, Metapath, Step
from ontology.prefixes import ABSOLUTE_PATTERN, MATH, PREFIXES
from ontology.texts import say

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "queries" / "metapaths"

#: A step with the kinds and the names of its two nodes.
_Walk = tuple[Step, tuple[Kind, Kind], tuple[str, str]]

_ROWS = (
    "Rows: each partner, how many paths lead to it, and what they weigh. A link weighs the less, the more its two ends",
    "are joined to, and a path what its links do, multiplied: docs/decisions/0004-damping.md.",
)


def files() -> dict[str, str]:
    """Return the text of each file by its name."""
    written = {".rq": sparql, ".cypher": cypher}
    return {f"{path.name}{ending}": write(path) for path in METAPATHS for ending, write in written.items()}


def sparql(metapath: Metapath) -> str:
    """Return a metapath as a query in SPARQL 1.1, whose only addition is XPath's function of powers."""
    names, walks = _names(metapath), _walks(metapath)
    variables = " ".join(f"?{name}" for name in names)
    types = " . ".join(f"?{name} a {KINDS[kind].term}" for name, kind in zip(names, metapath.kinds, strict=True))
    links = " . ".join(_triple(step, f"?{here}", f"?{there}") for step, _, (here, there) in walks)
    apart = " && ".join(f"?{one} != ?{other}" for one, other in _alike(metapath))
    weights = " * ".join(
        f"math:pow(?on{n} * ?back{n}, {-DAMPING[step.relation]})" for n, (step, _, _) in enumerate(walks, 1)
    )
    lines = [
        *(f"# {line}" for line in _head(metapath)),
        '# $actor is the id of an actor: --param actor=act-digipolis, or kg.sparql(…, actor="act-digipolis").',
        '# Where values cannot be given beside a query, write VALUES $actor { "act-digipolis" } before BIND.',
        *(f"# {line}" for line in _ROWS),
        *(f"PREFIX {prefix}: <{PREFIXES[prefix]}>" for prefix in ("av", "avid")),
        f"PREFIX math: <{MATH}>",
        'SELECT $actor (REPLACE(STR(?b), CONCAT("^", STR(avid:)), "") AS ?partner) (COUNT(*) AS ?paths)',
        f"       (SUM({_weighed(metapath, weights)}) AS ?weight) {{",
        "  # every path once, however many sources tell of its links",
        f"  {{ SELECT DISTINCT $actor {variables} {{",
        f'    BIND(IRI(IF(REGEX($actor, "{ABSOLUTE_PATTERN}"), $actor, CONCAT(STR(avid:), $actor))) AS ?a)',
        "    FILTER(STR(?a) IN ($actor, CONCAT(STR(avid:), $actor)))  # nobody where there is no such id",
        f"    {links} .",
        f"    {types} .",
        f"    FILTER({apart})",
        "  } }",
        "  # of each link, what its ends are joined to: the first on the way there, the second on the way back",
    ]
    for n, (step, (kind, to), (here, there)) in enumerate(walks, 1):
        lines.append("  " + _degree_sparql(f"on{n}", step, kind, to, here))
        lines.append("  " + _degree_sparql(f"back{n}", step.reversed(), to, kind, there))
    return "\n".join([*lines, "} GROUP BY $actor ?b ORDER BY DESC(?weight) ?partner", ""])


def cypher(metapath: Metapath) -> str:
    """Return a metapath as a query in Cypher, walked step by step, so that a hub's links are counted once."""
    names, walks = _names(metapath), _walks(metapath)
    whole = f"(:{metapath.kinds[0]} {{id: $actor}})"
    for step, (_, to), _ in walks:
        whole = _arrow(step, whole, f"(:{to})")
    weights = " * ".join(f"(on{n} * back{n}) ^ {-DAMPING[step.relation]}" for n, (step, _, _) in enumerate(walks, 1))
    lines = [
        *(f"// {line}" for line in _head(metapath)),
        "// $actor is the id of an actor; in the Neo4j browser, run :param actor => 'act-digipolis' first.",
        f"// To see the paths drawn: MATCH path = {whole} RETURN path",
        *(f"// {line}" for line in _ROWS),
        f"MATCH (a:Arvoverkko:{metapath.kinds[0]} {{id: $actor}})",
    ]
    held, counted = ["a"], "WITH *, "
    for n, (step, (kind, to), (here, there)) in enumerate(walks, 1):
        apart = " AND ".join(f"{there} <> {one}" for one, other in _alike(metapath) if other == there)
        lines += [
            f"{counted}{_degree_cypher(step, kind, to, here)} AS on{n}",
            f"MATCH {_arrow(step, f'({here})', f'({there}:{to})')}{' WHERE ' if apart else ''}{apart}",
            f"WITH DISTINCT {', '.join([*held, f'on{n}', there])}",
            f"WITH *, {_degree_cypher(step.reversed(), to, kind, there)} AS back{n}",
        ]
        if n < len(walks):
            counted = f"{lines.pop()},\n     "
        held += [f"on{n}", there, f"back{n}"]
    return "\n".join(
        [
            *lines,
            f"RETURN $actor AS actor, {names[-1]}.id AS partner, count(*) AS paths,",
            f"       sum({_weighed(metapath, weights)}) AS weight",
            "ORDER BY weight DESC, partner",
            "",
        ]
    )


def _head(metapath: Metapath) -> tuple[str, str]:
    """The family and name of a metapath, and its sentence, with the names of the query in it."""
    names = {name: name for name in _names(metapath)}
    said = say(f"metapath.{metapath.name}", "en", **names, flow="something", few="?").replace(" (recorded for ?)", "")
    return f"A reason of the family {metapath.family}: {metapath.name}.", said


def _names(metapath: Metapath) -> tuple[str, ...]:
    return ("a", *(f"n{place}" for place in range(1, len(metapath.steps))), "b")


def _walks(metapath: Metapath) -> list[_Walk]:
    names = _names(metapath)
    return [
        (step, (kind, to), (names[place], names[place + 1]))
        for place, (step, kind, to) in enumerate(metapath.typed_steps())
    ]


def _alike(metapath: Metapath) -> list[tuple[str, str]]:
    """The names of nodes of one kind: a path does not come to a node twice."""
    told = zip(_names(metapath), metapath.kinds, strict=True)
    return [(one, other) for (one, kind), (other, same) in combinations(told, 2) if kind is same]


def _weighed(metapath: Metapath, weights: str) -> str:
    return weights if metapath.weight == 1 else f"{metapath.weight} * {weights}"


def _triple(step: Step, here: str, there: str) -> str:
    term = RELATIONS[step.relation].term
    return f"{here} {term} {there}" if step.forward else f"{there} {term} {here}"


def _arrow(step: Step, here: str, there: str) -> str:
    return f"{here}-[:{step.relation}]->{there}" if step.forward else f"{here}<-[:{step.relation}]-{there}"


def _degree_sparql(name: str, step: Step, kind: Kind, to: Kind, here: str) -> str:
    types = f"?{here} a {KINDS[kind].term} . ?x a {KINDS[to].term}"
    other = f" FILTER(?x != ?{here})" if kind is to else ""
    return (
        f"{{ SELECT ?{here} (COUNT(DISTINCT ?x) AS ?{name}) "
        f"{{ {types} . {_triple(step, f'?{here}', '?x')}{other} }} GROUP BY ?{here} }}"
    )


def _degree_cypher(step: Step, kind: Kind, to: Kind, here: str) -> str:
    other = f" WHERE x <> {here}" if kind is to else ""
    return f"COUNT {{ MATCH {_arrow(step, f'({here})', f'(x:{to})')}{other} RETURN DISTINCT x }}"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
