"""The words of the page itself, in Finnish, English and Swedish."""

from __future__ import annotations

from datetime import date

from graph.words import show_date
from ontology.errors import DrawingError

_WORDS: dict[str, tuple[str, str, str]] = {
    # key: (fi, en, sv); a "|" parts singular from plural
    "subtitle": (
        "Arvoketjun vaiheet, virrat, toimijat, innovaatioalustat ja osaamisaukot yhdellä sivulla.",
        "Stages, flows, actors, innovation platforms and competence gaps of the value chain on one page.",
        "Värdekedjans steg, flöden, aktörer, innovationsplattformar och kompetensluckor på en sida.",
    ),
    "stages": ("vaihe|vaihetta", "stage|stages", "steg|steg"),
    "actors": ("toimija|toimijaa", "actor|actors", "aktör|aktörer"),
    "platforms": (
        "innovaatioalusta|innovaatioalustaa",
        "innovation platform|innovation platforms",
        "innovationsplattform|innovationsplattformar",
    ),
    "regions": ("maakunta|maakuntaa", "region|regions", "landskap|landskap"),
    "flows": ("virta|virtaa", "flow|flows", "flöde|flöden"),
    "needs_no_actor": (
        "osaamistarve ilman tekijää|osaamistarvetta ilman tekijää",
        "competence need without an actor|competence needs without an actor",
        "kompetensbehov utan aktör|kompetensbehov utan aktör",
    ),
    "needs_no_data": (
        "osaamistarve ilman tietoa|osaamistarvetta ilman tietoa",
        "competence need without data|competence needs without data",
        "kompetensbehov utan uppgifter|kompetensbehov utan uppgifter",
    ),
    "needs_one_actor": (
        "osaamistarve yhden tekijän varassa|osaamistarvetta yhden tekijän varassa",
        "competence need resting on one actor|competence needs resting on one actor",
        "kompetensbehov med bara en aktör|kompetensbehov med bara en aktör",
    ),
    "map_title": ("Mukana maakunnittain", "Members by region", "Medverkande per landskap"),
    "row_flows": ("Virrat vaiheiden välillä", "Flows between the stages", "Flöden mellan stegen"),
    "row_actors": ("Toimijat", "Actors", "Aktörer"),
    "row_platforms": (
        "Innovaatioalustat ja TRL-taso",
        "Innovation platforms and TRL",
        "Innovationsplattformar och TRL-nivå",
    ),
    "row_gaps": ("Osaamistarpeiden aukot", "Gaps in the competence needs", "Luckor i kompetensbehoven"),
    "trl_unknown": ("TRL ei tiedossa", "TRL not known", "TRL ej känd"),
    "more": ("+{n} muuta", "+{n} more", "+{n} till"),
    "more_flows": (
        "+{n} virtaa, jotka eivät mahdu kuvaan",
        "+{n} flows that do not fit the picture",
        "+{n} flöden som inte ryms i bilden",
    ),
    "mark_stands_for": ("1 merkki = {n}", "1 mark = {n}", "1 märke = {n}"),
    "stage_no_actor": (
        "Aukko: kirjatuista toimijoista kukaan ei ole tässä vaiheessa",
        "Gap: none of the recorded actors is in this stage",
        "Lucka: ingen av de antecknade aktörerna finns i detta steg",
    ),
    "stage_no_data": (
        "Ei tietoa: vaiheeseen ei ole kirjattu ketään, mikä ei todista puutetta",
        "No data: nobody is recorded in this stage, which does not prove absence",
        "Inga uppgifter: ingen är antecknad i steget, vilket inte bevisar en brist",
    ),
    "stage_platforms_only": (
        "Ei kirjattuja toimijoita, vain innovaatioalusta",
        "No actors recorded, an innovation platform only",
        "Inga antecknade aktörer, bara en innovationsplattform",
    ),
    "stage_nobody": ("Ei kirjattuja toimijoita", "No actors recorded", "Inga antecknade aktörer"),
    "one_actor_only": ("Vain yksi toimija", "One actor only", "Bara en aktör"),
    "no_platform": ("ei kirjattua alustaa", "no platform recorded", "ingen plattform antecknad"),
    "no_gap": ("ei kirjattuja aukkoja", "no gaps recorded", "inga antecknade luckor"),
    "covered": ("toimijoita on", "has actors", "har aktörer"),
    "no_actor": ("Ei tekijää", "No actor", "Ingen aktör"),
    "no_data": ("Ei tietoa", "No data", "Inga uppgifter"),
    "one_actor": ("Yksi tekijä", "One actor only", "Bara en aktör"),
    "no_actor_long": (
        "Ei tekijää: kirjatuista kenelläkään ei ole tätä",
        "No actor: nobody among those recorded has it",
        "Ingen aktör: ingen av de antecknade har den",
    ),
    "no_data_long": (
        "Ei tietoa: mitään ei ole kirjattu, puute ei ole varma",
        "No data: nothing is recorded, so silence is not absence",
        "Inga uppgifter: inget är antecknat, så bristen är oviss",
    ),
    "one_actor_long": (
        "Yksi tekijä: vain yhdellä kirjatuista on tämä",
        "One actor: only one of those recorded has it",
        "En aktör: bara en av de antecknade har den",
    ),
    "legend_regions": ("Maakunta (väri ja tunnus)", "Region (colour and code)", "Landskap (färg och kod)"),
    "legend_types": ("Toimijatyyppi (muoto)", "Actor type (shape)", "Aktörstyp (form)"),
    "legend_flows": (
        "Virta (leveys ei kuvaa määrää)",
        "Flow (width carries no quantity)",
        "Flöde (bredden anger ingen mängd)",
    ),
    "legend_gaps": ("Osaamistarpeen aukko", "Gap in a competence need", "Lucka i kompetensbehov"),
    "main": ("Päävirta", "Main flow", "Huvudflöde"),
    "side_stream": ("Sivuvirta", "Side stream", "Sidoström"),
    "loop": ("Kierto takaisin", "Loop back", "Kretslopp tillbaka"),
    "information": ("Tieto", "Information", "Information"),
    "service": ("Palvelu", "Service", "Tjänst"),
    "type_company": ("Yritys", "Company", "Företag"),
    "type_university": ("Yliopisto", "University", "Universitet"),
    "type_school": (
        "Ammattikorkeakoulu, oppilaitos",
        "Univ. of applied sciences, vocational",
        "Yrkeshögskola, läroanstalt",
    ),
    "type_research": ("Tutkimuslaitos", "Research organisation", "Forskningsinstitut"),
    "type_public": ("Julkinen toimija", "Public body", "Offentlig aktör"),
    "type_developer": (
        "Kehitysyhtiö, yhdistys, klusteri",
        "Developer, association, cluster",
        "Utvecklare, förening, kluster",
    ),
    "type_other": ("Muu tai ei tiedossa", "Other or not known", "Annan eller okänd"),
    "sources": ("Lähde|Lähteet", "Source|Sources", "Källa|Källor"),
    "and_more": ("ja {n} muuta", "and {n} more", "och {n} till"),
    "no_sources": ("ei kirjattuja lähteitä", "no sources recorded", "inga antecknade källor"),
    "data_of": ("Tiedot {date}", "Data as of {date}", "Uppgifter {date}"),
    "generation": ("aineistoversio {name}", "data version {name}", "dataversion {name}"),
    "licence": ("lisenssi {name}", "licence {name}", "licens {name}"),
    "curator_note": (
        "Vaiheet, virrat ja toimijoiden sijoittelu: kuraattorin kooste lähteistä.",
        "Stages, flows and the placing of actors: compiled by a curator from the sources.",
        "Steg, flöden och aktörernas placering: sammanställda av en kurator ur källorna.",
    ),
    "not_stated": ("Maakunta ei tiedossa", "Region not stated", "Landskap ej angivet"),
    "brand": ("Itä- ja Pohjois-Suomi", "East and North Finland", "Östra och norra Finland"),
    "unnamed": ("(nimetön)", "(no name)", "(utan namn)"),
    "long_stage": ("Vaihe {n}", "Stage {n}", "Steg {n}"),
    "long_gaps": ("Osaamisaukot", "Competence gaps", "Kompetensluckor"),
    "long_from_to": (
        "vaiheesta {a} vaiheeseen {b}",
        "from stage {a} to stage {b}",
        "från steg {a} till steg {b}",
    ),
    "none": ("ei kirjattuja", "none recorded", "inga antecknade"),
}
_COLUMN = {"fi": 0, "en": 1, "sv": 2}


def word(key: str, language: str, **values: object) -> str:
    """Give the word or sentence for a key, its {slots} filled; an unknown language is a `DrawingError`."""
    if language not in _COLUMN:
        raise DrawingError(f"no words in language {language!r}; languages: {', '.join(_COLUMN)}")
    found = _WORDS[key][_COLUMN[language]].split("|")[-1]
    return found.format(**values) if values else found


def counted(key: str, language: str, number: int) -> str:
    """Give the noun for a key in the form that goes with the number (the number itself is not in it)."""
    word(key, language)
    forms = _WORDS[key][_COLUMN[language]].split("|")
    return forms[0] if number == 1 else forms[-1]


def date_text(iso: str, language: str) -> str:
    """Write an ISO date as the language does: 22.11.2026 (fi, sv), 22 November 2026 (en)."""
    return show_date(date.fromisoformat(iso), language)
