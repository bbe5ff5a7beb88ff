"""One entity as a plain page to read: its names, what is known, its links, and where each fact stands.

It has no script and loads nothing. It is built as a tree, so whatever comes from data is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote
from xml.etree.ElementTree import Element, tostring

from babel import Locale

from graph.shapes import EntityInFull, Evidence, LinkOfEntity
from graph.values import GraphEntity, describe
from ontology.texts import LANGUAGES, say, upper_first

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

#: The heads of what says where a fact stands.
_WHERE = ("method", "record", "remark")


def page(entity: GraphEntity, language: str, root: str, forms: Mapping[str, str]) -> bytes:
    """Return the page in a language; `root` stands before all addresses, `forms` are the media types of the others."""
    told = entity.to_dict(language)
    media = {form: type.partition(";")[0] for form, type in forms.items()}
    head = _e(
        "head",
        _e("meta", charset="utf-8"),
        _e("title", f"{told['label']} – Arvoverkko"),
        _e("meta", name="viewport", content="width=device-width, initial-scale=1"),
        *(_e("link", rel="alternate", type=type, href=f"?format={form}") for form, type in media.items()),
        _e("style", _STYLE),
    )
    main = _e(
        "main",
        _e("h1", _in_language(told["label"], told["label_language"], language)),
        _e("p", f"{upper_first(told['kind_label'])}, ", _e("code", told["id"])),
        *_table("names", _names(told, language), language),
        *_table("facts", [(upper_first(of), _linked(is_)) for of, is_ in describe(entity, language)], language),
        *_table("links", _links(told, root, language), language, ("link", "other", "kind", "role", *_WHERE)),
        *_table("records", [_where(each) for each in told["evidence"]], language, _WHERE),
    )
    version = upper_first(say("picture.generation", language, name=entity.generation.name))
    others = (_e("a", form, href=f"?format={form}", type=type) for form, type in media.items())
    body = _e(
        "body",
        _e("header", _e("nav", *_languages(language), aria_label=say("page.languages", language))),
        main,
        _e("footer", _e("p", version), _e("nav", *others, aria_label=say("page.forms", language))),
    )
    return b"<!DOCTYPE html>\n" + bytes(tostring(_e("html", head, body, lang=language), "utf-8", "html")) + b"\n"


def _names(told: EntityInFull, language: str) -> list[tuple[_Content, ...]]:
    return [
        (upper_first(_language(code, language)), _in_language(text, code, language))
        for code, text in told["labels"].items()
    ]


def _links(told: EntityInFull, root: str, language: str) -> list[tuple[_Content, ...]]:
    return [
        (
            link["says"],
            _e("a", link["label"], href=_address(root, link["other"], language)),
            link["kind_label"],
            "; ".join(filter(None, (link["role_label"], link["place_said"], link["standing"]))),
            *_where(link),
        )
        for link in told["links"]
    ]


def _where(fact: Evidence | LinkOfEntity) -> tuple[_Content, ...]:
    """How a fact is known, where it stands, and what is added; the heads are those of `_WHERE`."""
    return fact["method_label"], _linked(fact["url"], f"{fact['source']}: {fact['record']}"), fact["note"] or ""


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


def _table(
    id: str, rows: Iterable[Sequence[_Content]], language: str, heads: Sequence[str] = ()
) -> tuple[Element, ...]:
    """A heading and a table, or nothing where there are no rows; without heads, the first of each row is its head."""
    body = [
        _e("tr", *(_e("td", cell) if heads or place else _e("th", cell, scope="row") for place, cell in enumerate(row)))
        for row in rows
    ]
    if not body:
        return ()
    columns = [_e("th", upper_first(say(f"page.{head}", language)), scope="col") for head in heads]
    top = [_e("thead", _e("tr", *columns))] if columns else []
    table = _e("table", *top, _e("tbody", *body), aria_labelledby=id)
    # A wide table is moved sideways, with the keyboard too.
    region = _e("div", table, class_="wide", role="region", aria_labelledby=id, tabindex="0")
    return _e("h2", say(f"page.{id}", language), id=id), region


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
