"""One entity as a plain page to read: its names, what is known, its links, and where each fact stands.

It has no script and loads nothing. It is built as a tree, so whatever comes from data is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote
from xml.etree.ElementTree import Element, tostring

from babel import Locale

from graph.values import GraphEntity, describe
from ontology.texts import LANGUAGES, say, upper_first
from ontology.vocabulary import name

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 0 auto; padding: 1rem }
body { color: #1a1a1a; background: #fff }
a { color: #0b4f8a }
nav a { margin-right: 1rem }
table { border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #767676 }
.wide { overflow-x: auto }
"""

_Content = str | Element


def page(entity: GraphEntity, language: str, root: str, forms: Mapping[str, str]) -> bytes:
    """Return the page in a language; `root` stands before all addresses, `forms` are the media types of the others."""
    told = entity.to_dict(language)

    def words(*keys: str) -> list[str]:
        return [say(f"page.{key}", language) for key in keys]

    languages, names, facts, links, records, others = words("languages", "names", "facts", "links", "records", "forms")
    where = words("method", "record", "remark")
    media = {form: type.partition(";")[0] for form, type in forms.items()}
    version = say("picture.generation", language, name=entity.generation.name)
    whole = _e(
        "html",
        _e(
            "head",
            _e("meta", charset="utf-8"),
            _e("title", f"{told['label']} – Arvoverkko"),
            _e("meta", name="viewport", content="width=device-width, initial-scale=1"),
            *(_e("link", rel="alternate", type=type, href=f"?format={form}") for form, type in media.items()),
            _e("style", _STYLE),
        ),
        _e(
            "body",
            _e("header", _e("nav", *_languages(language), aria_label=languages)),
            _e(
                "main",
                _e("h1", _in_language(told["label"], told["label_language"], language)),
                _e("p", f"{upper_first(name(entity.kind, language))}, ", _e("code", entity.id)),
                *_table(
                    "names",
                    names,
                    (),
                    [
                        (upper_first(_language(code, language)), _in_language(text, code, language))
                        for code, text in told["labels"].items()
                    ],
                ),
                *_table(
                    "facts", facts, (), [(upper_first(of), _linked(is_)) for of, is_ in describe(entity, language)]
                ),
                *_table(
                    "links",
                    links,
                    (*words("link", "other", "kind", "role"), *where),
                    [
                        (
                            link["says"],
                            _e("a", link["label"], href=_address(root, link["other"], language)),
                            link["kind_label"],
                            link["role_label"] or "",
                            link["method_label"],
                            _linked(link["url"], f"{link['source']}: {link['record']}"),
                            link["note"] or "",
                        )
                        for link in told["links"]
                    ],
                ),
                *_table(
                    "records",
                    records,
                    where,
                    [
                        (
                            each["method_label"],
                            _linked(each["url"], f"{each['source']}: {each['record']}"),
                            each["note"] or "",
                        )
                        for each in told["evidence"]
                    ],
                ),
            ),
            _e(
                "footer",
                _e("p", upper_first(version)),
                _e(
                    "nav",
                    *(_e("a", form, href=f"?format={form}", type=type) for form, type in media.items()),
                    aria_label=others,
                ),
            ),
        ),
        lang=language,
    )
    return b"<!DOCTYPE html>\n" + tostring(whole, encoding="utf-8", method="html") + b"\n"


def _e(tag: str, *content: _Content, **attributes: str) -> Element:
    """An element with its content; `aria_label` is the attribute aria-label, `class_` is class."""
    made = Element(tag, {of.rstrip("_").replace("_", "-"): is_ for of, is_ in attributes.items()})
    for each in content:
        if isinstance(each, Element):
            made.append(each)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + each
        else:
            made.text = (made.text or "") + each
    return made


def _table(id: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[_Content]]) -> tuple[Element, ...]:
    """A heading and a table, or nothing where there are no rows; without heads, the first of each row is its head."""
    body = [
        _e(
            "tr",
            *(_e("td", cell) if heads or place else _e("th", cell, scope="row") for place, cell in enumerate(row)),
        )
        for row in rows
    ]
    if not body:
        return ()
    top = _e("thead", _e("tr", *(_e("th", upper_first(head), scope="col") for head in heads)))
    table = _e("table", *((top,) if heads else ()), _e("tbody", *body), aria_labelledby=id)
    # A wide table is moved sideways, with the keyboard too.
    return _e("h2", title, id=id), _e("div", table, class_="wide", role="region", aria_labelledby=id, tabindex="0")


def _languages(current: str) -> Iterable[Element]:
    for each in LANGUAGES:
        here = {"aria_current": "true"} if each == current else {}
        shown = upper_first(_language(each, each))
        yield _e("a", shown, href=f"?format=html&lang={each}", lang=each, hreflang=each, **here)


def _language(code: str, language: str) -> str:
    """The name of a language in another; its code where it has none."""
    return str(Locale.parse(language).languages.get(code, code))


def _in_language(text: str, code: str, language: str) -> _Content:
    """A text, marked where it is in another language than the page."""
    return text if code in (language, "und") else _e("span", text, lang=code)


def _address(root: str, id: str, language: str) -> str:
    return f"{root}/api/entities/{quote(id, safe='/:+~')}?format=html&lang={language}"


def _linked(address: str | None, text: str | None = None) -> _Content:
    """A text that leads to a web address; a text alone where it is none, for an address may be a script."""
    if address is None or not address.lower().startswith(("http://", "https://")):
        return text or address or ""
    return _e("a", text or address, href=address, rel="noreferrer")
