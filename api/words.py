"""The words of the command line, in Finnish, Swedish and English, and numbers as each language writes them."""

from __future__ import annotations

from typing import Any

_WORDS: dict[str, dict[str, str]] = {
    "read": {
        "fi": "{source}: luettu {read}, otettu {kept}, hylätty {refused} riviä.",
        "en": "{source}: read {read} rows, kept {kept}, refused {refused}.",
        "sv": "{source}: {read} rader lästa, {kept} tagna, {refused} avvisade.",
    },
    "generation": {
        "fi": "Aineistoversio {number}.",
        "en": "Generation {number}.",
        "sv": "Dataversion {number}.",
    },
    "unchanged": {
        "fi": "Lähde ei ole muuttunut; aineistoversio {number} on edelleen voimassa.",
        "en": "The source has not changed; generation {number} stands.",
        "sv": "Källan är oförändrad; dataversion {number} gäller fortfarande.",
    },
    "refused": {"fi": "Hylätyt rivit", "en": "Refused rows", "sv": "Avvisade rader"},
    "holds": {"fi": "Aineistossa on", "en": "The graph holds", "sv": "Materialet innehåller"},
    "own-regions": {
        "fi": "{number} Itä- ja Pohjois-Suomen maakuntaa",
        "en": "{number} regions of East and North Finland",
        "sv": "{number} landskap i östra och norra Finland",
    },
    "peer-regions": {
        "fi": "{number} vertaisaluetta",
        "en": "{number} peer regions",
        "sv": "{number} jämförelseregioner",
    },
    "links": {"fi": "{number} linkkiä", "en": "{number} links", "sv": "{number} länkar"},
    "findings": {"fi": "Tarkistukset", "en": "Checks", "sv": "Kontroller"},
    "no-findings": {
        "fi": "Kaikki {rules} sääntöä pitävät.",
        "en": "All {rules} rules hold.",
        "sv": "Alla {rules} regler håller.",
    },
    "rules-broken": {
        "fi": "{broken}/{rules} säännöstä huomautettavaa, yhteensä {found} kohtaa:",
        "en": "{broken} of {rules} rules have findings, {found} in all:",
        "sv": "{broken} av {rules} regler har anmärkningar, sammanlagt {found}:",
    },
    "partners-of": {
        "fi": "Kumppaneita toimijalle {name}",
        "en": "Partners for {name}",
        "sv": "Partner för {name}",
    },
    "outside-cluster": {
        "fi": "omien klusterien ulkopuolelta",
        "en": "outside its own clusters",
        "sv": "utanför de egna klustren",
    },
    "outside-region": {
        "fi": "oman maakunnan ulkopuolelta",
        "en": "outside its own region",
        "sv": "utanför det egna landskapet",
    },
    "shown": {
        "fi": "Näytetään {first}–{last}, kaikkiaan {total}.",
        "en": "Shown are {first}–{last} of {total}.",
        "sv": "Visas {first}–{last} av {total}.",
    },
    "undecided": {
        "fi": "Rajausta ei voida ratkaista {number} toimijan osalta, koska tietoja puuttuu: {names}.",
        "en": "The filter cannot decide on {number}, since something is not known of them: {names}.",
        "sv": "Villkoret kan inte avgöras för {number}, eftersom uppgifter saknas: {names}.",
    },
    "none": {"fi": "Ei yhtään.", "en": "Nothing found.", "sv": "Inga träffar."},
    "violation": {"fi": "rikkoo sääntöä", "en": "violation", "sv": "bryter mot regeln"},
    "warning": {"fi": "huomautus", "en": "warning", "sv": "anmärkning"},
    "refuse": {"fi": "ei kelpaa", "en": "not acceptable", "sv": "godtas inte"},
    "score": {"fi": "pisteet", "en": "score", "sv": "poäng"},
    "similarity": {"fi": "samankaltaisuus", "en": "similarity", "sv": "likhet"},
    "complementarity": {"fi": "täydentävyys", "en": "complementarity", "sv": "komplementaritet"},
    "proximity": {"fi": "läheisyys", "en": "proximity", "sv": "närhet"},
    "sources": {"fi": "Lähteet", "en": "Sources", "sv": "Källor"},
    "gaps-of": {"fi": "Puutteet: {name}", "en": "Gaps: {name}", "sv": "Luckor: {name}"},
    "cost": {"fi": "etäisyys", "en": "distance", "sv": "avstånd"},
    "covered": {"fi": "katettu", "en": "covered", "sv": "täckt"},
    "one_actor": {"fi": "yksi toimija", "en": "one actor only", "sv": "en enda aktör"},
    "no_actor": {"fi": "ei toimijaa", "en": "no actor", "sv": "ingen aktör"},
    "no_data": {"fi": "ei tietoa", "en": "no data", "sv": "inga uppgifter"},
    "required": {
        "fi": "Tarvittavat osaamiset: {counts}.",
        "en": "Required competences: {counts}.",
        "sv": "Kompetenser som behövs: {counts}.",
    },
    "whole-area": {"fi": "koko alue", "en": "the whole area", "sv": "hela området"},
    "links-of": {"fi": "Linkit", "en": "Links", "sv": "Länkar"},
    "record": {"fi": "tietue", "en": "record", "sv": "post"},
    "column": {"fi": "sarake", "en": "column", "sv": "kolumn"},
    "value": {"fi": "arvo", "en": "value", "sv": "värde"},
    "why": {"fi": "syy", "en": "why", "sv": "orsak"},
    "name": {"fi": "nimi", "en": "name", "sv": "namn"},
    "kind": {"fi": "laji", "en": "kind", "sv": "slag"},
    "id": {"fi": "tunnus", "en": "id", "sv": "id"},
    "created": {"fi": "tehty", "en": "made", "sv": "gjord"},
    "entities": {"fi": "kohteita", "en": "entities", "sv": "objekt"},
    "link-count": {"fi": "linkkejä", "en": "links", "sv": "länkar"},
    "number": {"fi": "versio", "en": "generation", "sv": "version"},
    "written": {"fi": "Kirjoitettu: {path}", "en": "Wrote {path}", "sv": "Skrev {path}"},
    "pictures": {"fi": "Kuvat", "en": "Pictures", "sv": "Bilder"},
    "serving": {
        "fi": "Arvoverkko vastaa osoitteessa {address} (Ctrl-C lopettaa).",
        "en": "Arvoverkko answers at {address} (Ctrl-C ends it).",
        "sv": "Arvoverkko svarar på {address} (Ctrl-C avslutar).",
    },
    "next": {
        "fi": "Kysy lisää: arvoverkko partners Digipolis --lang fi{graph} tai arvoverkko serve{graph}",
        "en": "Ask on: arvoverkko partners Digipolis{graph} or arvoverkko serve{graph}",
        "sv": "Fråga vidare: arvoverkko partners Digipolis --lang sv{graph} eller arvoverkko serve{graph}",
    },
}  # fmt: skip


def word(key: str, language: str, **values: Any) -> str:
    """Return a word or a sentence in a language, its values filled in; numbers as the language writes them."""
    shown = {name: show_number(value, language) if isinstance(value, int) else value for name, value in values.items()}
    return _WORDS[key][language].format(**shown)


def show_number(number: float, language: str, digits: int = 0) -> str:
    """Return a number as the language writes it: 1 354,5 in Finnish and Swedish, 1,354.5 in English.

    >>> show_number(1354.5, "fi", 1)
    '1\\xa0354,5'
    """
    text = f"{number:,.{digits}f}"
    return text if language == "en" else text.translate({ord(","): "\xa0", ord("."): ","})


def upper_first(text: str) -> str:
    """Return the text with its first letter as a capital."""
    return text[:1].upper() + text[1:]
