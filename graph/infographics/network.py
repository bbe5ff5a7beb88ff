"""The interactive network of a chain or a cluster: one HTML file that works offline.

pyvis holds the nodes and edges; places are computed here and physics is off, so the same data gives the same page.
pyvis's own page would load scripts from elsewhere, so only its copy of vis-network is taken, and put inside.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from graph.stores.directory import Directory
from graph.stores.generation import Generation
from ontology.errors import DrawingError, MissingExtra
from ontology.facts import in_language
from ontology.metagraph import Kind, Relation
from ontology.texts import say, show_date
from ontology.vocabulary import check_language, name, role_label

#: Shape and colour by kind: never colour alone. All colours are at least 4.5:1 on white.
_LOOKS: Mapping[Kind, tuple[str, str]] = {
    Kind.STAGE: ("box", "#1F4E79"),
    Kind.ACTOR: ("dot", "#00695C"),
    Kind.PLATFORM: ("square", "#7B3F00"),
    Kind.COMPETENCE: ("diamond", "#6A1B9A"),
    Kind.CLUSTER: ("hexagon", "#9A1750"),
    Kind.PROJECT: ("triangle", "#37474F"),
}

Place = tuple[float, float]


@dataclass(frozen=True)
class Network:
    """An interactive network: shows itself in a notebook, saves as .html."""

    title: str
    language: str
    note: str
    nodes: tuple[tuple[str, Kind, str, Place], ...]  # id, kind, label, place in pixels
    edges: tuple[tuple[str, str, str, bool, str], ...]  # from, to, what it says, dashed, its record
    names: Mapping[str, str] = field(repr=False)

    def html(self) -> str:
        """Return the page: the drawing, a legend, the same as a table, and where it comes from."""
        script = _script()
        data, options = self._pyvis()
        legend = "".join(
            f'<li><span class="{_LOOKS[kind][0]}" style="color:{_LOOKS[kind][1]}" aria-hidden="true">'
            f"{_MARKS[_LOOKS[kind][0]]}</span> {escape(name(kind, self.language))}</li>"
            for kind in _LOOKS
            if any(node[1] is kind for node in self.nodes)
        )
        if any(dashed for *_, dashed, _ in self.edges):
            legend += f'<li><span aria-hidden="true">⇢</span> {escape(say("network.dashed", self.language))}</li>'
        rows = "".join(
            f"<tr><td>{escape(self.names[start])}</td><td>{escape(says)}</td><td>{escape(self.names[end])}</td>"
            f"<td>{escape(record)}</td></tr>"
            for start, end, says, _, record in self.edges
        )
        heads = "".join(f'<th scope="col">{escape(say(f"network.{key}", self.language))}</th>' for key in _HEADS)
        return _PAGE.format(
            language=self.language,
            title=escape(self.title),
            hint=escape(say("network.hint", self.language)),
            legend=legend,
            table=escape(say("network.table", self.language, count=len(self.edges))),
            heads=heads,
            rows=rows,
            note=escape(self.note),
            script=script,
            data=data,
            options=options,
        )

    def save(self, path: str | Path) -> Path:
        """Save the page; the suffix must be .html."""
        path = Path(path)
        if path.suffix.lower() != ".html":
            raise DrawingError(f"cannot save {path.name!r}: a network is saved as .html")
        path.write_text(self.html(), encoding="utf-8")
        return path

    def _repr_html_(self) -> str:
        # A page of its own inside the notebook: its script must not meet the notebook's.
        return (
            f'<iframe title="{escape(self.title)}" width="100%" height="640" srcdoc="{escape(self.html())}"></iframe>'
        )

    def _pyvis(self) -> tuple[str, str]:
        """The data and options of the drawing, as JSON that is safe inside a script element."""
        from pyvis.network import Network as Pyvis

        drawing = Pyvis(directed=True)
        for id, kind, label, (x, y) in self.nodes:
            shape, colour = _LOOKS[kind]
            boxed = {"font": {"color": "#FFFFFF", "size": 20, "strokeWidth": 0}} if shape == "box" else {"size": 12}
            drawing.add_node(
                id, label=_lines(label), title=label, shape=shape, color=colour, x=x, y=y, physics=False, **boxed
            )
        for start, end, says, dashed, _ in self.edges:
            drawing.add_edge(start, end, title=says, dashes=dashed, color="#78909C")
        nodes, edges, *_ = drawing.get_network_data()
        options = {
            "physics": {"enabled": False},
            "interaction": {"hover": True, "keyboard": {"enabled": True, "bindToWindow": False}},
            "edges": {"smooth": {"type": "curvedCW", "roundness": 0.12}, "arrows": {"to": {"scaleFactor": 0.5}}},
            "nodes": {"font": {"size": 20, "face": "Inter, Arial, sans-serif", "strokeWidth": 4}},
        }
        return _inside_script({"nodes": nodes, "edges": edges}), _inside_script(options)


_HEADS = ("from", "relation", "to", "record")
_MARKS = {"box": "▬", "dot": "●", "square": "■", "diamond": "◆", "hexagon": "⬢", "triangle": "▲"}


def _inside_script(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).replace("</", "<\\/").replace("<!--", "<\\!--")


def _lines(label: str, width: int = 22) -> str:
    """Break a label into lines of about so many characters, at spaces."""
    lines = [""]
    for word in label.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _script() -> str:
    try:
        import pyvis
    except ImportError:
        raise MissingExtra("the interactive network", "network") from None
    found = sorted(Path(pyvis.__file__).parent.glob("lib/vis-*/vis-network.min.js"))
    if not found:
        raise DrawingError("the installed pyvis brings no vis-network; install pyvis 0.3.2 or later")
    # A closing tag inside the script's own strings would end the element.
    return found[-1].read_text(encoding="utf-8").replace("</script", "<\\/script")


def chain_network(generation: Generation, chain: str, language: str = "en") -> Network:
    """Return the network of a value chain: stages in a row, what they require above, who works in them below."""
    check_language(language)
    tables, directory = generation.tables, generation.directory
    members = tables.link(Relation.PART_OF)
    stages = [s for s, o in members.select("subject", "object").iter_rows() if o == chain]
    stages.sort(key=lambda id: (directory.get(id).attributes.get("position", 0), id))
    places: dict[str, Place] = {stage: (place * 360.0, (place % 2) * 70.0) for place, stage in enumerate(stages)}
    rows: dict[tuple[str, int], int] = defaultdict(int)
    edges = []
    for relation, above in ((Relation.FEEDS, 0), (Relation.WORKS_IN, 1), (Relation.REQUIRES, -1)):
        for row in tables.link(relation).iter_rows(named=True):
            stage, other = (row["subject"], row["object"]) if above <= 0 else (row["object"], row["subject"])
            if stage not in stages or (relation is Relation.FEEDS and other not in stages):
                continue
            if other not in places:
                rows[stage, above] += 1
                x, step = places[stage][0], rows[stage, above]
                places[other] = (x + (95 if step % 2 else -95), above * (190.0 + 96.0 * (step - 1)))
            edges.append(_edge(row, relation, language))
    return _network(generation, directory.label(chain, language), language, places, edges)


def cluster_network(generation: Generation, cluster: str, language: str = "en") -> Network:
    """Return the network of a cluster: its members around it, and around them what they do and know."""
    check_language(language)
    tables = generation.tables
    rows: list[tuple[Relation, dict[str, Any]]] = []
    ring: dict[str, None] = {}
    for relation in (Relation.COORDINATES, Relation.MEMBER_OF, Relation.RELATED_TO):
        for row in tables.link(relation).iter_rows(named=True):
            if cluster in (row["subject"], row["object"]):
                other = row["object"] if row["subject"] == cluster else row["subject"]
                if generation.directory.kind(other) in _LOOKS:
                    rows.append((relation, row))
                    ring[other] = None
    inner = sorted(ring, key=lambda id: (generation.directory.label(id, language), id))
    angles = {id: 2 * math.pi * place / max(1, len(inner)) for place, id in enumerate(inner)}
    joined: dict[str, list[float]] = defaultdict(list)
    for relation in (Relation.OPERATES, Relation.PARTICIPATES_IN, Relation.HAS_COMPETENCE):
        for row in tables.link(relation).iter_rows(named=True):
            if row["subject"] in angles:
                rows.append((relation, row))
                joined[row["object"]].append(angles[row["subject"]])
    outer = sorted(joined, key=lambda id: (_mean_angle(joined[id]), id))
    near = max(210.0, 24.0 * len(inner))
    far = max(near + 190.0, 19.0 * len(outer))
    places: dict[str, Place] = {cluster: (0.0, 0.0)}
    places |= {id: _polar(near, angle) for id, angle in angles.items()}
    spread = [2 * math.pi * place / len(outer) for place in range(len(outer))]
    # Evenly around, and turned so that they stand as near as can be to those whom they belong to.
    turn = _mean_angle([_mean_angle(joined[id]) - angle for id, angle in zip(outer, spread, strict=True)])
    places |= {
        id: _polar(far + (110 if place % 2 else 0), spread[place] + turn)
        for place, id in enumerate(outer)
        if id not in places
    }
    edges = [_edge(row, relation, language) for relation, row in rows]
    return _network(generation, generation.directory.label(cluster, language), language, places, edges)


def _mean_angle(angles: list[float]) -> float:
    x, y = sum(map(math.cos, angles)), sum(map(math.sin, angles))
    return round(math.atan2(y, x) % (2 * math.pi), 6)


def _polar(radius: float, angle: float) -> Place:
    # Wider than high, as a screen is and as names are.
    return round(1.9 * radius * math.cos(angle), 1), round(radius * math.sin(angle), 1)


def _edge(row: Mapping[str, Any], relation: Relation, language: str) -> tuple[str, str, str, bool, str]:
    says = name(relation, language)
    if flow := in_language(row, "name", language):
        says = flow[0]
    elif role := row.get("role"):
        says = f"{says}: {role_label(role, language)}"
    dashed = row.get("flow_kind") in ("loop", "information", "service")
    return row["subject"], row["object"], says, dashed, f"{row['source']}/{row['record']}"


def _network(
    generation: Generation,
    title: str,
    language: str,
    places: Mapping[str, Place],
    edges: Iterable[tuple[str, str, str, bool, str]],
) -> Network:
    directory: Directory = generation.directory
    names = {id: directory.label(id, language) for id in places}
    nodes = tuple((id, directory.kind(id), names[id], place) for id, place in places.items())
    day = max(source.retrieved for source in generation.tables.sources)
    sources = "; ".join(f"{source.title}, {source.licence}" for source in generation.tables.sources)
    note = say("network.note", language, sources=sources, day=show_date(day, language), generation=generation.name)
    return Network(title, language, note, nodes, tuple(edges), names)


_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>
body {{ margin: 0; padding: 1rem 1.5rem; font: 16px/1.4 Inter, Arial, sans-serif; color: #16242C; }}
h1 {{ font-size: 1.5rem; margin: 0 0 .25rem; }}
p {{ margin: .25rem 0; color: #43535D; }}
#network {{ height: 72vh; min-height: 420px; border: 1px solid #C3CDD3; border-radius: 6px; }}
#network:focus-within {{ outline: 3px solid #00695C; }}
.vis-tooltip {{ position: absolute; visibility: hidden; padding: 4px 8px; background: #16242C; color: #fff;
  border-radius: 4px; font-size: 14px; max-width: 24rem; pointer-events: none; }}
ul {{ list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: .5rem 0; }}
table {{ border-collapse: collapse; font-size: .9rem; }}
th, td {{ text-align: left; padding: .2rem .75rem .2rem 0; border-bottom: 1px solid #E3E8EB; vertical-align: top; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{hint}</p>
<ul>{legend}</ul>
<div id="network" tabindex="0" role="application" aria-label="{title}"></div>
<details><summary>{table}</summary><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></details>
<p>{note}</p>
<script>{script}</script>
<script>
const drawn = {data};
const network = new vis.Network(document.getElementById("network"),
  {{ nodes: new vis.DataSet(drawn.nodes), edges: new vis.DataSet(drawn.edges) }}, {options});
network.once("afterDrawing", () => {{
  network.fit();
  network.moveTo({{ scale: network.getScale() * 0.9 }});
}});
</script>
</body>
</html>
"""
