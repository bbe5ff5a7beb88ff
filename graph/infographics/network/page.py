"""The page of an interactive network: one HTML file that works offline, shows itself and saves itself.

pyvis holds the nodes and edges; their places come with the layout and physics is off, so the same data gives the same
page. pyvis's own page would load scripts from elsewhere, so only its copy of vis-network is taken, and put inside.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from graph.infographics.files import form_of, keep
from graph.infographics.network.layout import LOOKS, NetworkLayout
from ontology.errors import DrawingError, MissingExtra
from ontology.texts import say
from ontology.vocabulary import name

#: What a network is written as, and the suffix of its file.
FORMS = ("html",)

_HEADS = ("from", "relation", "to", "record")
_MARKS = {"box": "▬", "dot": "●", "square": "■", "diamond": "◆", "hexagon": "⬢", "triangle": "▲"}


@dataclass(frozen=True)
class InteractiveNetwork:
    """The network of a chain or a cluster, to drag and zoom: shows itself in a notebook, saves as .html."""

    layout: NetworkLayout

    def html(self) -> str:
        """Return the page: the drawing, a legend, the same as a table, and where it comes from."""
        return write_page(self.layout)

    def save(self, path: str | Path) -> Path:
        """Save the page; the suffix must be .html."""
        path = Path(path)
        form_of(path, FORMS)
        return keep(path, self.html().encode())

    def _repr_html_(self) -> str:
        # A page of its own inside the notebook: its script must not meet the notebook's.
        title, page = escape(self.layout.title), escape(self.html())
        return f'<iframe title="{title}" width="100%" height="640" srcdoc="{page}"></iframe>'

    def __repr__(self) -> str:
        return f"<InteractiveNetwork {self.layout.title!r}, {self.layout.language}>"


def write_page(layout: NetworkLayout) -> str:
    """Write the layout as one HTML page that needs nothing from elsewhere."""
    language = layout.language
    script = _script()
    data, options = _drawing(layout)
    kinds = {node.kind for node in layout.nodes}
    legend = "".join(
        f'<li><span class="{shape}" style="color:{colour}" aria-hidden="true">'
        f"{_MARKS[shape]}</span> {escape(name(kind, language))}</li>"
        for kind, (shape, colour) in LOOKS.items()
        if kind in kinds
    )
    if any(edge.dashed for edge in layout.edges):
        legend += f'<li><span aria-hidden="true">⇢</span> {escape(say("network.dashed", language))}</li>'
    labels = {node.id: escape(node.label) for node in layout.nodes}
    rows = "".join(
        f"<tr><td>{labels[edge.start]}</td><td>{escape(edge.says)}</td><td>{labels[edge.end]}</td>"
        f"<td>{escape(edge.record)}</td></tr>"
        for edge in layout.edges
    )
    heads = "".join(f'<th scope="col">{escape(say(f"network.{key}", language))}</th>' for key in _HEADS)
    return _PAGE.format(
        language=language,
        title=escape(layout.title),
        hint=escape(say("network.hint", language)),
        left_out=f"\n<p><strong>{escape(layout.left_out)}</strong></p>" if layout.left_out else "",
        legend=legend,
        table=escape(say("network.table", language, count=len(layout.edges))),
        heads=heads,
        rows=rows,
        note=escape(layout.note),
        script=script,
        data=data,
        options=options,
    )


def _drawing(layout: NetworkLayout) -> tuple[str, str]:
    """The data and options of the drawing, as JSON that is safe inside a script element."""
    from pyvis.network import Network

    drawing = Network(directed=True)
    for node in layout.nodes:
        shape, colour = LOOKS[node.kind]
        boxed = {"font": {"color": "#FFFFFF", "size": 20, "strokeWidth": 0}} if shape == "box" else {"size": 12}
        x, y = node.place
        drawing.add_node(
            node.id,
            label=_lines(node.label),
            title=node.label,
            shape=shape,
            color=colour,
            x=x,
            y=y,
            physics=False,
            **boxed,
        )
    for edge in layout.edges:
        drawing.add_edge(edge.start, edge.end, title=edge.says, dashes=edge.dashed, color="#78909C")
    nodes, edges, *_ = drawing.get_network_data()
    options = {
        "physics": {"enabled": False},
        "interaction": {"hover": True, "keyboard": {"enabled": True, "bindToWindow": False}},
        "edges": {"smooth": {"type": "curvedCW", "roundness": 0.12}, "arrows": {"to": {"scaleFactor": 0.5}}},
        "nodes": {"font": {"size": 20, "face": "Inter, Arial, sans-serif", "strokeWidth": 4}},
    }
    return _inside_script({"nodes": nodes, "edges": edges}), _inside_script(options)


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
        raise MissingExtra("network") from None
    found = sorted(Path(pyvis.__file__).parent.glob("lib/vis-*/vis-network.min.js"))
    if not found:
        raise DrawingError("no-vis-network")
    # A closing tag inside the script's own strings would end the element.
    return found[-1].read_text(encoding="utf-8").replace("</script", "<\\/script")


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
<p>{hint}</p>{left_out}
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
