"""The SVG writer: accessible, self-contained, the same bytes every time, and as it was last approved."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from infographic_sample import CHAINS, LANGUAGES, enf_chain, invented_chain
from lxml import etree

from graph.infographics import draw

GOLDEN = Path(__file__).parent / "golden" / "infographics"
SVG = "{http://www.w3.org/2000/svg}"
RENEW = "ARVOVERKKO_UPDATE_GOLDEN"


@pytest.mark.parametrize(("chain_id", "language"), list(product(CHAINS, LANGUAGES)))
def test_svg_is_accessible_and_self_contained(chain_id: str, language: str) -> None:
    chain = enf_chain(chain_id, language)
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


def test_refs_lead_back_to_the_records() -> None:
    chain = enf_chain("vc-wood", "fi")
    root = etree.fromstring(draw(chain).svg().encode())
    refs = {element.get("data-ref") for element in root.iter() if element.get("data-ref")}
    assert {member.id for member in chain.members} <= refs


def test_two_pictures_on_one_html_page_share_no_id() -> None:
    def ids(chain_id: str, language: str) -> set[str]:
        return set(re.findall(r' id="([^"]+)"', draw(enf_chain(chain_id, language)).svg()))

    assert not ids("vc-wood", "fi") & ids("vc-wood", "sv")
    assert not ids("vc-wood", "fi") & ids("vc-water", "fi")


def test_odd_strings_stay_well_formed_and_are_not_swallowed() -> None:
    for seed in range(6):
        chain = invented_chain(seed, actors=30, odd=True)
        svg = draw(chain).svg()
        etree.fromstring(svg.encode("utf-8"))
    assert "&lt;&amp;&gt;" in svg


def digest() -> str:
    pictures = [draw(enf_chain(chain_id, "sv")).svg(embed_fonts=True) for chain_id in CHAINS[:4]]
    return hashlib.sha256("".join(pictures).encode()).hexdigest()


def test_same_bytes_twice_and_in_other_processes() -> None:
    first = digest()
    assert digest() == first
    here = Path(__file__).parent
    command = "; ".join(
        (
            "import sys",
            f"sys.path[:0] = [{str(here)!r}, {str(here.parent)!r}]",
            "import test_infographic_svg as t",
            "print(t.digest())",
        )
    )
    for seed in ("1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Pacific/Auckland", "LC_ALL": "C"}
        run = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        assert run.stdout.strip() == first


@pytest.mark.parametrize("chain_id", ["vc-wood", "vc-battery", "vc-hydrogen"])
def test_svg_is_as_approved(chain_id: str) -> None:
    """Renew with ARVOVERKKO_UPDATE_GOLDEN=1 after looking at the picture."""
    svg = draw(enf_chain(chain_id, "fi")).svg()
    path = GOLDEN / f"{chain_id}-fi.svg"
    if os.environ.get(RENEW) == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(svg, encoding="utf-8", newline="\n")
    approved = path.read_text(encoding="utf-8")
    assert svg.splitlines() == approved.splitlines(), f"{path.name} differs; to approve, set {RENEW}=1"
