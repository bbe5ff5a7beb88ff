"""The SVG writer: accessible, self-contained, the same bytes every time, and as it was last approved."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

from infographic_sample import CHAINS, LANGUAGES, invented_chain
from lxml import etree

from graph import KnowledgeGraph
from graph.infographics import draw
from graph.infographics.compose import compose

GOLDEN = Path(__file__).parent / "golden" / "infographics"
SVG = "{http://www.w3.org/2000/svg}"


def test_svg_is_accessible_and_self_contained(enf_graph: KnowledgeGraph) -> None:
    for chain_id, language in product(CHAINS, LANGUAGES):
        chain = compose(enf_graph.generation, chain_id, language)
        svg = draw(chain).svg(embed_fonts=True)
        root = etree.fromstring(svg.encode())
        assert root.tag == f"{SVG}svg" and root.get("role") == "img" and root.get("lang") == language
        title, description = root[0], root[1]
        assert title.tag == f"{SVG}title" and title.text == chain.title
        assert description.tag == f"{SVG}desc" and len(description.text) > 600
        assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[A-Za-z][\w-]*", name) for name in ids)
        assert {etree.QName(element).localname for element in root.iter()} <= {
            "svg", "title", "desc", "style", "g", "rect", "path", "text", "tspan"
        }  # fmt: skip
        references = re.findall(r"url\(([^)]*)\)|(?:href|src)\s*=", svg)
        assert len(references) == 4 and all(r.startswith("data:font/woff2;base64,") for r in references)
        assert "@import" not in svg and "javascript" not in svg.lower()


def test_refs_lead_back_to_the_records(enf_graph: KnowledgeGraph) -> None:
    chain = compose(enf_graph.generation, "vc-wood", "fi")
    root = etree.fromstring(draw(chain).svg().encode())
    refs = {element.get("data-ref") for element in root.iter() if element.get("data-ref")}
    assert {participant.id for participant in chain.participants} <= refs


def test_two_pictures_on_one_html_page_share_no_id(enf_graph: KnowledgeGraph) -> None:
    def ids(chain_id: str, language: str) -> set[str]:
        return set(re.findall(r' id="([^"]+)"', draw(compose(enf_graph.generation, chain_id, language)).svg()))

    assert not ids("vc-wood", "fi") & ids("vc-wood", "sv")
    assert not ids("vc-wood", "fi") & ids("vc-water", "fi")


def test_odd_strings_stay_well_formed_and_are_not_swallowed() -> None:
    for seed in range(6):
        chain = invented_chain(seed, actors=30, odd=True)
        svg = draw(chain).svg()
        etree.fromstring(svg.encode("utf-8"))
    assert "&lt;&amp;&gt;" in svg


def digest(graph: KnowledgeGraph) -> str:
    pictures = [graph.value_chain(chain_id).infographic("sv").svg(embed_fonts=True) for chain_id in CHAINS[:4]]
    return hashlib.sha256("".join(pictures).encode()).hexdigest()


def test_same_bytes_twice_and_in_other_processes(enf_graph: KnowledgeGraph, enf_workspace: Path) -> None:
    first = digest(enf_graph)
    assert digest(enf_graph) == first
    here = Path(__file__).parent
    command = "; ".join(
        (
            "import sys",
            f"sys.path[:0] = [{str(here)!r}, {str(here.parent)!r}]",
            "import graph, test_infographic_svg as t",
            f"print(t.digest(graph.open_graph({str(enf_workspace)!r})))",
        )
    )
    for seed in ("1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Pacific/Auckland", "LC_ALL": "C"}
        run = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        assert run.stdout.strip() == first


def test_svg_is_as_approved(enf_graph: KnowledgeGraph, update_golden: bool) -> None:
    """Renew with ARVOVERKKO_UPDATE_GOLDEN=1 after looking at the pictures."""
    for chain_id in ("vc-wood", "vc-battery", "vc-hydrogen"):
        # The version of the data stands on the page, and differs with every change of any data.
        chain = replace(compose(enf_graph.generation, chain_id, "fi"), generation="000007-4f1c2ab9")
        svg = draw(chain).svg()
        path = GOLDEN / f"{chain_id}-fi.svg"
        if update_golden:
            path.write_text(svg, encoding="utf-8", newline="\n")
        assert svg.splitlines() == path.read_text(encoding="utf-8").splitlines(), path.name
