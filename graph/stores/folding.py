"""Names as they are compared: without case, marks and punctuation, and once more in plain letters."""

from __future__ import annotations

import re
import unicodedata

import polars as pl

_WORDS = re.compile(r"[^\W_]+")

#: Letters that no mark is taken from, as people write them who have not got them.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ŋ": "n", "ı": "i", "ĸ": "k", "ə": "e", "ɛ": "e"}
    | {"æ": "ae", "œ": "oe", "þ": "th", "ĳ": "ij"}
)


def fold(text: str) -> str:
    """Return a text as names are compared: no case, no marks on letters, no punctuation; letters of every script stay.

    >>> fold("Ylä-Savon  Kehitys Oy"), fold("Ørsted Ελλάδα Карелия")
    ('yla savon kehitys oy', 'ørsted ελλαδα карелия')
    """
    if text.isascii():
        return " ".join(_WORDS.findall(text.lower()))
    # Twice, for the small letter of some signs is a letter with a mark.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join(_WORDS.findall("".join(sign for sign in plain if not unicodedata.combining(sign))))


def plain(folded: str) -> str:
    """Return a folded text as it is typed where the letters ø, đ, ł, æ, þ and the like are not to be had.

    >>> plain(fold("Ørsted")), plain(fold("Đakovo")), plain(fold("Łódź")), plain(fold("Straße"))
    ('orsted', 'dakovo', 'lodz', 'strasse')
    """
    return folded if folded.isascii() else folded.translate(_PLAIN)


def folded(texts: pl.Series) -> list[str | None]:
    """Return a column of texts folded one by one; most are ASCII, and done as a whole."""
    ascii = texts.str.contains(r"^[\x00-\x7f]*$")
    found = texts.str.to_lowercase().str.replace_all("[^a-z0-9]+", " ").str.strip_chars(" ").to_list()
    for place in (~ascii).arg_true():
        found[place] = fold(texts[place])
    return found
