"""Words on the page: metrics, wrapping, hyphens, dates and what cannot be drawn."""

from __future__ import annotations

from itertools import product

import pytest

from graph import KnowledgeGraph
from graph.infographics import text as module
from graph.infographics.hyphens import COMPOUND, hyphen_points
from graph.infographics.text import MOST_SIGNS, UNDRAWABLE, ink_of, printable, text_width, told, wrap

# Where grammar lets a Finnish word of the field be broken ("·"); the program may use fewer places.
FINNISH = (
    "in·no·vaa·tio·a·lus·ta", "am·mat·ti·kor·kea·kou·lu", "me·ri·bio·ta·lous", "kier·to·ta·lous",
    "o·saa·mis·kes·kit·ty·mä", "bio·tuo·te·teh·das", "puu·ra·ken·ta·mi·nen", "tut·ki·mus·lai·tos",
    "ve·sien·kä·sit·te·ly", "ve·ty·ta·lous", "ak·ku·ke·mia", "kai·vos·toi·min·ta",
    "re·surs·si·te·hok·kuus", "ha·ku·kri·tee·rit", "met·sä·tie·to", "jät·teen·kä·sit·te·ly",
    "e·ner·gia·te·hok·kuus", "kon·sor·tio", "in·fra·struk·tuu·ri", "e·lekt·ro·niik·ka",
    "ke·hi·tys·yh·tiö", "y·li·o·pis·to", "säh·kön·tuo·tan·to", "ra·ken·nus·te·ol·li·suus",
    "te·ol·li·suus·a·lue", "mat·kai·lu·pal·ve·lut", "ve·den·puh·dis·tus·tek·no·lo·gia",
    "si·vu·vir·to·jen", "pro·ses·si·te·ol·li·suu·des·sa", "o·su·us·kun·ta", "lii·ke·toi·min·ta",
    "hy·vin·voin·ti·tek·no·lo·gia", "ke·hit·tä·mis·yh·tiö", "ar·vo·ket·ju", "ym·pä·ris·tö",
    "bio·liu·o·tus", "ka·to·di·pre·kur·so·rit", "ni·kel·li·kai·vos", "ja·los·tus·as·te",
    "kil·pai·lu·ky·ky", "luon·non·va·ra·kes·kus", "tie·to·verk·ko", "ky·ber·tur·val·li·suus",
    "huol·to·var·muus", "da·tan·hal·lin·ta", "jär·jes·tel·mien", "y·lei·sö·työ", "mi·ne·raa·li·ta·lous",
    "maa·kun·nan",
)  # fmt: skip


def allowed(marked: str) -> tuple[str, set[int]]:
    word_, places, count = marked.replace("·", ""), set(), 0
    for sign in marked:
        if sign == "·":
            places.add(count)
        else:
            count += 1
    return word_, places


def test_an_acronym_is_not_broken() -> None:
    assert all(not hyphen_points("SMARTTEST", language) for language in ("fi", "en", "sv"))


def test_finnish_breaks_are_right_and_there_are_enough_of_them() -> None:
    wrong, found, possible = [], 0, 0
    for marked in FINNISH:
        plain, places = allowed(marked)
        points = set(hyphen_points(plain, "fi"))
        wrong += [f"{plain[:p]}-{plain[p:]}" for p in sorted(points - places)]
        found += len(points & places)
        possible += len({p for p in places if 3 <= p <= len(plain) - 3})
    assert len(wrong) <= 0.005 * found, wrong
    assert found >= 0.75 * possible


def test_compounds_break_between_their_parts_first() -> None:
    for whole, head in (
        ("innovaatioalusta", "alusta"),
        ("jalostusaste", "aste"),
        ("kehitysyhtiö", "yhtiö"),
        ("teollisuusalue", "alue"),
        ("ammattikorkeakoulu", "korkeakoulu"),
        ("vetytalous", "talous"),
        ("osuuskunta", "kunta"),
    ):
        points = hyphen_points(whole, "fi")
        assert points[len(whole) - len(head)] == COMPOUND == min(points.values()), whole


def test_loan_clusters_are_not_broken_before_their_last_consonant() -> None:
    for whole in ("hakukriteerit", "infrastruktuuri", "sähkökonsepti"):
        for place in hyphen_points(whole, "fi"):
            assert whole[place - 1 : place + 1] not in ("kr", "tr", "pr", "pt")


def test_every_long_word_of_the_data_can_be_broken(enf_graph: KnowledgeGraph) -> None:
    words = {
        part
        for kind in ("Competence", "Stage")
        for label in enf_graph.entities(kind, "fi")["label"]
        for part in label.replace("-", " ").split()
        if part.isalpha() and len(part) >= 12
    }
    assert len(words) > 50
    assert [w for w in words if not hyphen_points(w, "fi")] == []


def test_swedish_and_english_use_patterns() -> None:
    assert "innovations-plattformar" in {
        "innovationsplattformar"[:p] + "-" + "innovationsplattformar"[p:]
        for p in hyphen_points("innovationsplattformar", "sv")
    }
    assert hyphen_points("infrastructure", "en") and not hyphen_points("Oy123ab", "en")


def test_metrics_are_those_of_the_glyphs() -> None:
    assert ink_of("Å", 400).top > ink_of("A", 400).top > ink_of("x", 400).top
    assert ink_of("p", 400).bottom < -0.1 < ink_of("H", 400).bottom
    assert ink_of("", 400).advance == 0 and ink_of(" ", 400).advance > 0.2
    assert text_width("AVAVAV", 10, 700) < 6 * text_width("A", 10, 700)  # kerned
    assert text_width("Puun", 20) == pytest.approx(2 * text_width("Puun", 10))


def test_wrapped_lines_fit_and_say_the_same() -> None:
    text = "Sivuvirtojen jalostus ja uudet biomateriaalit – Kemin Digipolis Oy (BEM/RDI) teollisuuslaitteet"
    for width, language in product((40, 60, 90, 140, 300), ("fi", "en", "sv")):
        found = wrap(text, 9.0, 500, width, 20, language)
        assert not found.cut, (width, language)
        assert all(text_width(line, 9.0, 500) <= width for line in found.lines)
        said = "".join(line.removesuffix("-") for line in found.lines)
        assert said.replace(" ", "") == text.replace(" ", "").replace("-", "")


def test_lines_are_even_and_a_company_form_never_stands_alone() -> None:
    assert wrap("Kainuun Sahateollisuus Oy", 9.0, 600, 105, 3, "fi").lines[-1] != "Oy"
    lines = wrap("yksi kaksi kolme neljä viisi kuusi", 9.0, 400, 120, 2, "fi").lines
    assert len(lines) == 2 and abs(len(lines[0]) - len(lines[1])) < 10


def test_what_does_not_fit_is_marked_as_cut() -> None:
    found = wrap("teollisuuslaitteiden kunnossapitojärjestelmä", 9.0, 400, 60, 1, "fi")
    assert found.cut and found.lines[-1].endswith("…")
    assert text_width(found.lines[-1], 9.0, 400) <= 60


def test_printable_keeps_what_the_font_has() -> None:
    assert printable("  Šibenik\u00a0Łódź\n ") == "Šibenik Łódź"
    assert printable("A\u030angström") == "Ångström"
    assert printable("a\u200bb\u0007c") == "abc"
    assert printable("Ωμ") == UNDRAWABLE * 2
    assert printable("\ud800") == "" and printable("i\u0307") == "i"


@pytest.mark.parametrize("sample", ["teollisuuslaitteet ", "W", "kunnossapitojärjestelmä", "a-b/c ", "brrr", "aaa"])
@pytest.mark.parametrize("lines", [1, 3, 6])
def test_fitting_a_longer_text_costs_in_proportion(monkeypatch: pytest.MonkeyPatch, sample: str, lines: int) -> None:
    def signs_measured(length: int) -> int:
        measured = []
        text = (sample * length)[:length].strip()
        monkeypatch.setattr(module, "text_width", lambda line, *rest: measured.append(len(line)) or width(line, *rest))
        wrap.__wrapped__(text, 9.0, 400, 60, lines, "fi")
        return sum(measured)

    width = module.text_width
    assert signs_measured(3200) <= 9 * signs_measured(400)


def test_a_text_without_end_ends_in_an_ellipsis() -> None:
    name = "innovaatioalusta " * 1000
    for shortened in (printable(name), told(name)):
        assert len(shortened) <= MOST_SIGNS and shortened.startswith("innovaatioalusta inno") and shortened[-1] == "…"
    assert told("a" * MOST_SIGNS) == "a" * MOST_SIGNS


def test_what_is_read_aloud_keeps_its_letters_and_loses_what_turns_it() -> None:
    assert told("Ωμέγα\u202e שלום 🌲\u0007\n x") == "Ωμέγα שלום 🌲 x"
