"""Writes the schemes of competences and regions from data: `python -m tools.schemes data/enf`.

Every other Turtle file here is its own source; it is read and written back in canonical order.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

import ontology
from ontology import turtle
from ontology.prefixes import CC_BY, PREFIXES, entity_iri, iri
from ontology.texts import LANGUAGES

LICENCE = CC_BY

_ONTOLOGY = Path(ontology.__file__).parent
_VINTAGES = ("2021", "2024")
_SCHEME = "skos:ConceptScheme"

_TITLES = {
    "competences": (
        "Itä- ja Pohjois-Suomen älykkään erikoistumisen osaamisalueet",
        "Competence areas of the smart specialisation of East and North Finland",
        "Kompetensområden i östra och norra Finlands smarta specialisering",
    ),
    "regions": (
        "Itä- ja Pohjois-Suomen maakunnat",
        "The regions of East and North Finland",
        "Landskapen i östra och norra Finland",
    ),
    "nuts-2021": (
        "Itä- ja Pohjois-Suomen maakunnat NUTS 2021 -luokituksessa",
        "The regions of East and North Finland in NUTS 2021",
        "Landskapen i östra och norra Finland i NUTS 2021",
    ),
    "nuts-2024": (
        "Itä- ja Pohjois-Suomen maakunnat NUTS 2024 -luokituksessa",
        "The regions of East and North Finland in NUTS 2024",
        "Landskapen i östra och norra Finland i NUTS 2024",
    ),
    "nuts-2021-2024": (
        "NUTS 2021 ja NUTS 2024 vertailussa",
        "NUTS 2021 and NUTS 2024 compared",
        "NUTS 2021 och NUTS 2024 jämförda",
    ),
}

_STRATEGY_NOTE = (
    "Suomenkieliset nimet ovat strategian, painovirheet korjattuina. Englannin- ja ruotsinkieliset nimet "
    "ovat projektin kääntämät.",
    "The Finnish labels are those of the strategy, with misprints corrected. English and Swedish: "
    "Labels translated by the project.",
    "De finska benämningarna är strategins, med tryckfel rättade. De engelska och svenska benämningarna är "
    "översatta av projektet.",
)

_REGIONS_NOTE = (
    "Nimet ja koodit lähteestä; projekti on koonnut ne.",
    "Names and codes from the source, compiled by the project.",
    "Namn och koder från källan, sammanställda av projektet.",
)

_NUTS_NOTE = (
    "Parit yhdistävät saman maakunnan koodit. Kun koodi on vaihtunut, alue ei välttämättä ole täsmälleen "
    "sama, joten lukuja ei pidä verrata tarkistamatta.",
    "Each pair joins the codes of one region. Where the code has changed, the territory need not be exactly "
    "the same, so figures should not be compared unchecked.",
    "Varje par förenar ett landskaps koder. När koden har ändrats är området inte nödvändigtvis exakt "
    "detsamma, så siffror bör inte jämföras utan kontroll.",
)

#: The definitions that the data has in Finnish and English only.
_DEFINITIONS_SV = {
    "cmp-i": "Energi, naturresurser och råvaror på ett hållbart sätt; högre förädlingsgrad, bio- och cirkulär ekonomi.",
    "cmp-ii": "Digitala metoder och data till nytta för företag och organisationer i alla branscher.",
    "cmp-iii": "Högklassiga och ansvarsfulla tjänster för besökare, invånare och industri.",
}


class _Writer:
    """Collects the triples of one file."""

    def __init__(self) -> None:
        self.triples: list[Triple] = []

    def say(self, subject: str, predicate: str, value: NamedNode | Literal) -> None:
        self.triples.append(Triple(NamedNode(subject), NamedNode(iri(predicate)), value))

    def join(self, subject: str, predicate: str, address: str) -> None:
        self.say(subject, predicate, NamedNode(address))

    def texts(self, subject: str, predicate: str, texts: tuple[str, ...]) -> None:
        for language, text in zip(LANGUAGES, texts, strict=True):
            if text:
                self.say(subject, predicate, Literal(text, language=language))

    def head(self, name: str, kind: str, sources: set[str], note: tuple[str, ...]) -> str:
        address = iri(f"avscheme:{name}")
        self.join(address, "rdf:type", iri(kind))
        self.texts(address, "dct:title", _TITLES[name])
        self.join(address, "dct:license", LICENCE)
        for source in sources:
            self.join(address, "dct:source", source)
        self.texts(address, "skos:editorialNote", note)
        return address

    def concept(self, scheme: str, address: str, notation: str, labels: tuple[str, ...]) -> None:
        self.join(address, "rdf:type", iri("skos:Concept"))
        self.say(address, "skos:notation", Literal(notation))
        self.texts(address, "skos:prefLabel", labels)
        self.join(address, "skos:inScheme", scheme)

    def top(self, scheme: str, address: str) -> None:
        self.join(address, "skos:topConceptOf", scheme)
        self.join(scheme, "skos:hasTopConcept", address)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def competences(folder: Path) -> str:
    """Return the Turtle of the competences in `competences.csv`."""
    rows = list(_rows(folder / "competences.csv"))
    out = _Writer()
    scheme = out.head("competences", _SCHEME, {row["source_url"] for row in rows}, _STRATEGY_NOTE)
    for row in rows:
        address = entity_iri(row["id"])
        out.concept(scheme, address, row["notation"], (row["label_fi"], row["label_en"], row["label_sv"]))
        if row["definition_fi"]:
            swedish = row.get("definition_sv") or _DEFINITIONS_SV.get(row["id"], "")
            out.texts(address, "skos:definition", (row["definition_fi"], row["definition_en"], swedish))
        if row["parent_id"]:
            out.join(address, "skos:broader", entity_iri(row["parent_id"]))
        else:
            out.top(scheme, address)
    return turtle.write(out.triples)


def regions(folder: Path) -> str:
    """Return the Turtle of the regions in `regions.csv`, with both vintages of their NUTS codes."""
    rows = list(_rows(folder / "regions.csv"))
    sources = {row["source_url"] for row in rows}
    out = _Writer()
    scheme = out.head("regions", _SCHEME, sources, _REGIONS_NOTE)
    nuts = {vintage: out.head(f"nuts-{vintage}", _SCHEME, sources, _REGIONS_NOTE) for vintage in _VINTAGES}
    pairs = out.head("nuts-2021-2024", "xkos:Correspondence", sources, _NUTS_NOTE)
    for vintage in _VINTAGES:
        out.join(pairs, "xkos:compares", nuts[vintage])
    for row in rows:
        labels = (row["name_fi"], row["name_en"], row["name_sv"])
        address = entity_iri(row["id"])
        out.concept(scheme, address, row["id"], labels)
        out.top(scheme, address)
        old, new = (row[f"nuts3_{vintage}"] for vintage in _VINTAGES)
        for vintage, code in zip(_VINTAGES, (old, new), strict=True):
            out.concept(nuts[vintage], iri(f"nuts:{code}"), code, labels)
            out.top(nuts[vintage], iri(f"nuts:{code}"))
        out.join(address, "skos:exactMatch", iri(f"nuts:{new}"))
        if old != new:
            out.join(address, "skos:closeMatch", iri(f"nuts:{old}"))
        pair = f"{pairs}/{old}-{new}"
        out.join(pairs, "xkos:madeOf", pair)
        out.join(pair, "rdf:type", iri("xkos:ConceptAssociation"))
        out.join(pair, "xkos:sourceConcept", iri(f"nuts:{old}"))
        out.join(pair, "xkos:targetConcept", iri(f"nuts:{new}"))
    return turtle.write(out.triples)


def canonical(path: Path) -> str:
    """Return a Turtle file's own triples in canonical order."""
    home = PREFIXES["avscheme"] + path.stem + "/" if path.parent.name == "schemes" else None
    return turtle.write(turtle.read(path), home)


def main(folder: Path) -> None:
    """Write the schemes that come from data, and put the other files in canonical order."""
    made = {"competences.ttl": competences(folder), "regions.ttl": regions(folder)}
    for name, text in made.items():
        (_ONTOLOGY / "schemes" / name).write_text(text, encoding="utf-8", newline="\n")
    for path in (_ONTOLOGY / "arvoverkko.ttl", *sorted((_ONTOLOGY / "schemes").glob("*.ttl"))):
        if path.name not in made:
            path.write_text(canonical(path), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
