"""The words that answers are made of, in Finnish, Swedish and English.

Names stand in them as they are, never inflected: nobody can inflect an arbitrary name. So every sentence here is
built to leave its names in the nominative.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ontology.vocabulary import check_language

_WORDS: dict[str, dict[str, str]] = {
    "and": {"fi": "ja", "en": "and", "sv": "och"},
    "more": {"fi": "{count} muuta", "en": "{count} more", "sv": "{count} till"},
    "one-more": {"fi": "yksi muu", "en": "one more", "sv": "en till"},
    "recorded-for": {
        "fi": "{count} toimijalle tai alustalle",
        "en": "{count} actors and platforms",
        "sv": "{count} aktörer och plattformar",
    },
    "recorded-for-one": {
        "fi": "yhdelle",
        "en": "one only",
        "sv": "en enda",
    },
    "already-projects": {
        "fi": "Jo yhdessä (hankkeet): {who}.",
        "en": "Already together (projects): {who}.",
        "sv": "Redan tillsammans (projekt): {who}.",
    },
    "already-clusters": {
        "fi": "Jo yhdessä (klusterit): {who}.",
        "en": "Already together (clusters): {who}.",
        "sv": "Redan tillsammans (kluster): {who}.",
    },
    "unknown-region": {
        "fi": "Maakuntaa ei tiedetä.",
        "en": "The region is not known.",
        "sv": "Landskapet är inte känt.",
    },
    "unknown-trl": {
        "fi": "TRL-tasoa ei tiedetä.",
        "en": "The TRL is not known.",
        "sv": "TRL-nivån är inte känd.",
    },
    "unknown-actor_type": {
        "fi": "Toimijatyyppiä ei tiedetä.",
        "en": "The type of actor is not known.",
        "sv": "Aktörstypen är inte känd.",
    },
    "no-path": {
        "fi": "Näiden välillä ei ole enintään {most} askeleen polkua.",
        "en": "There is no path of at most {most} steps between them.",
        "sv": "Det finns ingen väg på högst {most} steg mellan dem.",
    },
    "network-hint": {
        "fi": "Vedä ja zoomaa hiirellä tai nuolinäppäimillä; osoita solmua tai nuolta nähdäksesi, mitä se kertoo.",
        "en": "Drag and zoom with the mouse or the arrow keys; point at a node or an arrow to see what it says.",
        "sv": "Dra och zooma med musen eller piltangenterna; peka på en nod eller en pil för att se vad den säger.",
    },
    "network-dashed": {
        "fi": "katkoviiva: kierto takaisin, tieto tai palvelu",
        "en": "dashed: a loop back, information or a service",
        "sv": "streckad: kretslopp tillbaka, information eller tjänst",
    },
    "network-table": {
        "fi": "Sama taulukkona ({count} yhteyttä)",
        "en": "The same as a table ({count} links)",
        "sv": "Samma som tabell ({count} länkar)",
    },
    "network-from": {"fi": "mistä", "en": "from", "sv": "från"},
    "network-relation": {"fi": "yhteys", "en": "link", "sv": "länk"},
    "network-to": {"fi": "mihin", "en": "to", "sv": "till"},
    "network-record": {"fi": "tietue", "en": "record", "sv": "post"},
    "network-note": {
        "fi": "Lähde: {sources}. Tiedot {day}, aineistoversio {generation}.",
        "en": "Source: {sources}. Data of {day}, generation {generation}.",
        "sv": "Källa: {sources}. Uppgifter {day}, materialversion {generation}.",
    },
    "gap-several": {
        "fi": "Osaaminen ”{competence}” on useammalla kuin yhdellä: {who}.",
        "en": "“{competence}” is covered by more than one: {who}.",
        "sv": "Kompetensen ”{competence}” finns hos fler än en: {who}.",
    },
    "gap-one": {
        "fi": "Osaaminen ”{competence}” on tässä vaiheessa vain yhdellä: {who}.",
        "en": "Only one in this stage has “{competence}”: {who}.",
        "sv": "Bara en i detta steg har kompetensen ”{competence}”: {who}.",
    },
    "gap-recorded-for-nobody": {
        "fi": "Osaamista ”{competence}” ei ole aineistossa kirjattu kenellekään, joten siitä ei ole tietoa.",
        "en": "“{competence}” is recorded for nobody in the data, so it is not known who has it.",
        "sv": "Kompetensen ”{competence}” är inte antecknad för någon i materialet, så uppgifter om den saknas.",
    },
    "gap-region-not-known": {
        "fi": "Osaaminen ”{competence}” on toimijalla, jonka maakuntaa ei tunneta.",
        "en": "“{competence}” is with somebody whose region is not known.",
        "sv": "Kompetensen ”{competence}” finns hos en aktör vars landskap inte är känt.",
    },
    "gap-regions-not-known": {
        "fi": "Vaiheen toimijoiden maakuntia ei tunneta, joten osaamisesta ”{competence}” ei täällä ole tietoa.",
        "en": "The regions of those in this stage are not known, so it is not known whether “{competence}” is here.",
        "sv": "Landskapen för aktörerna i steget är inte kända, så om ”{competence}” finns här är okänt.",
    },
    "gap-empty-stage": {
        "fi": "Vaiheeseen ei ole kirjattu ketään, joten osaaminen ”{competence}” puuttuu siitä.",
        "en": "Nobody is recorded in this stage, so it lacks “{competence}”.",
        "sv": "Ingen är antecknad i detta steg, så kompetensen ”{competence}” saknas.",
    },
    "gap-competences-not-recorded": {
        "fi": "Vaiheen toimijoiden osaamisia ei ole kirjattu, joten osaamisesta ”{competence}” ei ole tietoa.",
        "en": "No competence is recorded for those in this stage, so it is not known who has “{competence}”.",
        "sv": "Inga kompetenser är antecknade för aktörerna i steget, så vem som har ”{competence}” är okänt.",
    },
    "gap-not-among-recorded": {
        "fi": "Osaamista ”{competence}” ei ole kenelläkään niistä vaiheen toimijoista, joiden osaamisia on kirjattu "
        "({recorded}/{parties}).",
        "en": "None of those in the stage whose competences are recorded ({recorded} of {parties}) has “{competence}”.",
        "sv": "Ingen av de aktörer i steget vars kompetenser är antecknade ({recorded} av {parties}) har "
        "”{competence}”.",
    },
    "gap-candidates": {
        "fi": "Sen voisi tuoda: {who}.",
        "en": "It could be brought by {who}.",
        "sv": "Den kunde tillföras av {who}.",
    },
    "status-covered": {"fi": "katettu", "en": "covered", "sv": "täckt"},
    "status-one_actor": {"fi": "yksi toimija", "en": "one actor only", "sv": "en enda aktör"},
    "status-no_actor": {"fi": "ei toimijaa", "en": "no actor", "sv": "ingen aktör"},
    "status-no_data": {"fi": "ei tietoa", "en": "no data", "sv": "inga uppgifter"},
    "family-similarity": {"fi": "samankaltaisuus", "en": "similarity", "sv": "likhet"},
    "family-complementarity": {"fi": "täydentävyys", "en": "complementarity", "sv": "komplementaritet"},
    "family-proximity": {"fi": "läheisyys", "en": "proximity", "sv": "närhet"},
    "stage-covered": {
        "fi": "Vaiheessa toimivat {who}.",
        "en": "In this stage are {who}.",
        "sv": "I steget verkar {who}.",
    },
    "stage-one-actor": {
        "fi": "Vaiheessa on vain yksi toimija: {who}.",
        "en": "Only one is in this stage: {who}.",
        "sv": "Bara en aktör finns i steget: {who}.",
    },
    "stage-no-actor": {
        "fi": "Vaiheeseen ei ole kirjattu ketään, vaikka sen tarvitsemaa osaamista on muualla.",
        "en": "Nobody is recorded in this stage, though competence that it needs is found elsewhere.",
        "sv": "Ingen är antecknad i steget, fast kompetens som det behöver finns på annat håll.",
    },
    "stage-regions-not-known": {
        "fi": "Vaiheessa: {who}; maakuntaa ei tunneta.",
        "en": "In this stage: {who}; the region is not known.",
        "sv": "I steget: {who}; landskapet är inte känt.",
    },
    "stage-no-data": {
        "fi": "Vaiheen toimijoista ei ole tietoa.",
        "en": "There is no data on who is in this stage.",
        "sv": "Det finns inga uppgifter om vilka som finns i steget.",
    },
}

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def say(key: str, language: str, **values: object) -> str:
    """Return a sentence in a language, its names filled in."""
    check_language(language)
    return _WORDS[key][language].format(**values)


def status_label(status: str, language: str) -> str:
    """Return how a stage or a competence is provided for, in words.

    >>> status_label("no_data", "sv")
    'inga uppgifter'
    """
    return say(f"status-{status}", language)


def family_label(family: str, language: str) -> str:
    """Return what kind of reason a path is, in words.

    >>> family_label("proximity", "fi")
    'läheisyys'
    """
    return say(f"family-{family}", language)


def listed(names: Sequence[str], language: str, most: int | None = None) -> str:
    """Return names as people list them: `A, B and C`, or `A, B, C and 4 more`.

    >>> listed(["A", "B", "C", "D"], "en", most=2)
    'A, B and 2 more'
    """
    shown = list(names if most is None or len(names) <= most else names[:most])
    if len(shown) < len(names):
        rest = len(names) - len(shown)
        shown.append(say("one-more", language) if rest == 1 else say("more", language, count=rest))
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {say('and', language)} {shown[-1]}"


def show_date(day: date, language: str) -> str:
    """Return a day as the language writes it: 22.11.2026, 22 November 2026.

    >>> show_date(date(2026, 11, 22), "en")
    '22 November 2026'
    """
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.day}.{day.month}.{day.year}"
