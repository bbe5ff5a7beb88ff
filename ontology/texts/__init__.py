"""One catalogue of sentences a language, and how to say them: plurals, numbers, dates and lists as they are written.

A language is a file here, such as `fi.toml`; adding one is adding a file. Its head says its CLDR locale, how it writes
a day, and where it falls back to; a sentence that it lacks comes from there. A sentence with plurals is a table of
CLDR's categories, and the value `count` decides. `und` is a text whose language is not stated.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def _catalogues() -> Mapping[str, dict[str, Any]]:
    """Every catalogue by its language, in the order in which languages are shown."""
    read = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
    shown = sorted(read, key=lambda language: (read[language]["language"].get("position", len(read)), language))
    return MappingProxyType({language: read[language] for language in shown})


def languages() -> tuple[str, ...]:
    """Return the languages that there are catalogues in."""
    return tuple(_catalogues())


#: The languages that every text of ours has, in the order in which they are shown.
LANGUAGES = languages()


@lru_cache(maxsize=64)
def fallback(language: str) -> tuple[str, ...]:
    """Return the order in which a text is looked for: the language itself, then what its catalogue says, then the rest.

    The one order for labels, flows, sentences, pictures and networks alike.

    >>> fallback("fi")
    ('fi', 'und', 'en', 'sv')
    """
    stated = _head(language)["fallback"]
    return tuple(dict.fromkeys((language, *stated, "und", "en", *LANGUAGES)))


def pick(texts: Mapping[str, str], language: str) -> tuple[str, str] | None:
    """Return the text in a language and the language that it is in, by the order of falling back; None if none has it.

    >>> pick({"en": "wood", "sv": "trä"}, "fi")
    ('wood', 'en')
    """
    for found in (*fallback(language), *sorted(texts)):
        if text := texts.get(found):
            return text, found
    return None


def say(key: str, language: str, /, **values: object) -> str:
    """Return a sentence of the catalogue, by `section.name`, its names filled in.

    Whole numbers are written as the language writes them, and `count` chooses between plurals.

    Raises KeyError for a key that no catalogue has: a fault of the program and not of its reader.

    >>> say("answer.more", "en", count=1)
    'one more'
    """
    template = _template(key, language)
    if isinstance(template, dict):
        count = values.get("count")
        template = template.get(_plural(count, language) if isinstance(count, int) else "other", template["other"])
    # A truth is a number to Python and not to a reader.
    shown = {
        name: show_number(value, language) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in values.items()
    }
    return template.format(**shown) if shown else template


def texts(key: str) -> dict[str, str]:
    """Return a sentence without slots in every language."""
    return {language: say(key, language) for language in LANGUAGES}


def listed(names: Sequence[str], language: str, most: int | None = None) -> str:
    """Return names as people list them: `A, B and C`, or `A, B, C and 4 more`.

    >>> listed(["A", "B", "C", "D"], "en", most=2)
    'A, B and 2 more'
    """
    shown = list(names if most is None or len(names) <= most else names[:most])
    if len(shown) < len(names):
        shown.append(say("answer.more", language, count=len(names) - len(shown)))
    if len(shown) < 2:
        return "".join(shown)
    from babel.lists import format_list

    return format_list(shown, locale=_head(language)["locale"])


def show_number(number: float, language: str, digits: int = 0) -> str:
    """Return a number as the language writes it: 1 354,5 in Finnish and Swedish, 1,354.5 in English.

    >>> show_number(1354.5, "fi", 1)
    '1\\xa0354,5'
    """
    if isinstance(number, int) and not digits and 0 <= number < 1000:
        return str(number)  # alike in every language, and by far the most
    from babel.numbers import format_decimal

    return format_decimal(number, "#,##0" + ("." + "0" * digits if digits else ""), locale=_head(language)["locale"])


def show_date(day: date, language: str) -> str:
    """Return a day as the language writes it: 22.11.2026, 22 November 2026.

    >>> show_date(date(2026, 11, 22), "en")
    '22 November 2026'
    """
    from babel.dates import format_date

    return format_date(day, _head(language)["date"], locale=_head(language)["locale"])


def upper_first(text: str) -> str:
    """Return the text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def _head(language: str) -> dict[str, Any]:
    """The head of a language's catalogue; English speaks for a language that has none."""
    catalogue = _catalogues().get(language) or _catalogues()["en"]
    head: dict[str, Any] = catalogue["language"]
    return head


@lru_cache(maxsize=4096)
def _template(key: str, language: str) -> str | dict[str, str]:
    section, _, name = key.partition(".")
    for found in fallback(language):
        template: str | dict[str, str] | None = _catalogues().get(found, {}).get(section, {}).get(name)
        if template is not None:
            return template
    raise KeyError(f"no catalogue has the sentence {key!r}")


@lru_cache(maxsize=1024)
def _plural(count: int, language: str) -> str:
    from babel import Locale

    return str(Locale.parse(_head(language)["locale"]).plural_form(count))
