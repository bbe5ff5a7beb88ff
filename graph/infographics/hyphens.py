"""Where a word may be hyphenated: own rules for Finnish, pyphen's patterns for Swedish and English."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyphen

# A whole line more costs 1: a break between the parts of a compound may save a line, any other only
# avoids a cut.
COMPOUND = 0.4
SYLLABLE = 1.6
PATTERN = 1.5
SHORTEST_WORD = 7
LEAST_LEFT = 3
LEAST_RIGHT = 3

_VOWELS = "aeiouyäöå"
_CONSONANTS = "bcdfghjklmnpqrstvwxzšž"
# Clusters that begin a syllable in loan words: Finnish grammars differ on them, so no break near them.
_ONSETS = frozenset(a + b for a in "bdfgkpt" for b in "rl") - {"dl", "tl"}
# Later parts of compounds in this field. A break may stand before them; longest first.
_HEADS = """
aika aine aineisto ala alainen alalla aloite alojen alue alueen alueet alusta alustojen ammatti ammoniak
analytiikka analyysi arvio arviointi arvo arvot asema asemat asiakas asiantuntija aste astee asteen
automaatio digitalisaatio ehdotus ekosysteemi elementit elementti elinkeino elintarvike elämyks elämys
energia energiaa energian ennuste ennusteet fraktio hakemus halli hallinnointi hallinta hallinto hanke
hankinta hankkeet hoito huolto hyvinvointi hyödyntämi ilmoituk ilmoitus infra infrastruktuuri innovaatio
insinööri investointi jae jakee jakso jalosta jalostamo jaloste jalostus johtami johto järjestelm kaasu
kaivos kampus kartoitus kasvu kauppa kehittäm kehitys kemia kemikaal keräys keskiarvo keskittymä keskuk
keskus ketju ketjun kierrätys kiertotalou klusteri klusterin koboltti koe kokeet kokeis kone koneen konei
konsepti korjuu korkeakoulu koulu koulutus kuidut kuitu kuljetus kulutus kunta kustannu kuvaus kyky käyttö
laboratorio laite laitok laitos laitteet lajitte lajittelu liikenne liiketoimi liitto logistiikka louhinta
luokitus lämpö maakunta maatila malli malmi markkina markkinoi materiaal matkailija matkailu menetelm
metalli metallit metsä mineraali mitoitus mittaus muotoilu neuvonta näyte näytteet ohjaus ohjelma ohjelmisto
ohjelmoi oikeus opisto oppilaitos organisaatio osaaja osaami osaamisen osakeyhtiö osasto osuus osuuskunta
paikka palaute palautu palvelu palveluiden palvelut paneeli pilotti pitoisuus politiikka polttoaine
prekursori prosessi raaka rakenne rakennu rakenta raportti ratkaisu ratkaisut ravinne reitti riski
riskitieto saaste saha sairaala sektori selluloosa selvitys seuranta silta sivukivi sivuvirta sopimu sovellu
strategia sulfaatti sulfidit suoramyynti suunnittelu symbioosi sähkö sähköinen sääntely säätiö talouden
talous talout tehda tehokkuu tehtaa tekijä tekijät tekniikka tekniset teknologia teollisuu teollisuus
terveys testaus testi tiede tiedon tieto toimiala toimija toiminnot toiminta toimitukset toimitus tulevaisuu
tulokset tulos tuotannon tuotanto tuote tuottee tuotteet tuottei tuotteiden turva turvallisuu tutkimuk
tutkimus tuuli työ urakointi uraus uudistu uusiutu vaihto vaikutus vakuutus valmistu valmistus valvonta vara
varasta varasto varat vastuu verkko verkosto verkot vesi vety vetytalous viesti viranomai virasto virran
virrat virta virtojen voima väylä yhdistys yhteistyö yhteisö yhtiö yhtiöt yhtymä yksikkö ylijäämä yliopisto
ympäristö ympäristöt yrity yrityksen yritykset yritys yritysten
"""
_HEAD = re.compile(r"(?<=[^\W\d_]{3})(?=(" + "|".join(sorted(set(_HEADS.split()), key=lambda h: (-len(h), h))) + "))")


@lru_cache(maxsize=50_000)
def hyphen_points(word: str, language: str) -> dict[int, float]:
    """Give the places in a word where a hyphen may stand, each with its penalty (lower reads better)."""
    if len(word) < SHORTEST_WORD or not word.isalpha() or word.isupper():  # nobody breaks an acronym
        return {}
    if language == "fi":
        return _finnish(word.lower())
    positions = (int(place) for place in _patterns(language).positions(word))
    return {p: PATTERN for p in positions if LEAST_LEFT <= p <= len(word) - LEAST_RIGHT}


@lru_cache(maxsize=4)
def _patterns(language: str) -> pyphen.Pyphen:
    import pyphen

    return pyphen.Pyphen(lang={"sv": "sv", "en": "en_GB"}.get(language, "en_GB"))


def _finnish(word: str) -> dict[int, float]:
    vowel = next((place for place, sign in enumerate(word) if sign in _VOWELS), len(word))
    points = dict.fromkeys(_compound_breaks(word, vowel), COMPOUND)
    near = {place + step for place in points for step in (-2, -1, 0, 1, 2)}
    for place in range(max(LEAST_LEFT, vowel + 1), len(word) - LEAST_RIGHT + 1):
        if place not in near and _syllable_starts(word, place):
            points[place] = SYLLABLE
    return points


def _compound_breaks(word: str, vowel: int) -> list[int]:
    """Places before the heads of a word whose first vowel is at `vowel`."""
    found: list[int] = []
    for match in _HEAD.finditer(word):
        place, head = match.start(), match.group(1)
        if place > len(word) - LEAST_RIGHT or place <= vowel:
            continue
        before = word[place - 1]
        # Before a head that begins with a vowel, a consonant must be able to end a word (lisäys|aste).
        if head[0] in _VOWELS and before in _CONSONANTS and before not in "nsrlt":
            continue
        # The same letter twice is rather one long sound than two words.
        if before == head[0]:
            continue
        if len(head) < 4 and place + len(head) != len(word):
            continue
        if found and place - found[-1] < 3:
            continue
        found.append(place)
    return found


def _syllable_starts(word: str, place: int) -> bool:
    """A syllable starts at a consonant before a vowel, unless the consonant is in a loan cluster."""
    if word[place] not in _CONSONANTS or word[place + 1 : place + 2] not in tuple(_VOWELS):
        return False
    before = word[place - 1]
    if before in _CONSONANTS:
        if before + word[place] in _ONSETS:
            return False
        # s + stop at the start of a loan part after another consonant: "konsti", "instrumentti".
        if place >= 2 and word[place - 2] in _CONSONANTS and before == "s" and word[place] in "tkp":
            return False
    return True
