"""What only HTTP or only the command line says: addresses, parameters, refusals."""

from __future__ import annotations

from ontology.texts import say, texts
from tools.rewriting import Added, Difference, Dropped, Listed, Tree, Valued, Whole

#: The kinds that no source has anything of, as they stand in addresses.
EMPTY = ("services", "needs", "calls")


#: What every answer by HTTP forbids a browser.
_FORBIDS = ("x-content-type-options", "content-security-policy", "referrer-policy")


def _not_found(old: Tree, new: Tree, language: str) -> bool:
    """Whether an answer became a 404 as every other, which names in its detail what it suggests."""
    headers = {
        **{header: old["headers"][header] for header in _FORBIDS},
        "cache-control": "no-store",
        "content-language": language,
        "content-type": "application/problem+json",
        "vary": "Accept-Language",
    }
    body = new["body"]
    begins = {"type": "/api/problems/not-found", "title": say("problem.not-found", language), "status": 404}
    return (
        new.keys() == old.keys()
        and (new["headers"], new["layout"]) == (headers, old["layout"])
        and list(body) == ["type", "title", "status", "detail", "instance", "suggestions"]
        and begins.items() <= body.items()
        and all(f"{each['label']} ({each['id']})" in body["detail"] for each in body["suggestions"])
    )


def _suggests_what_was_meant(old: Tree, new: Tree, language: str) -> bool:
    """Whether an answer became a 404 that suggests what the name was taken for before."""
    before = old["body"].get("actor") or old["body"].get("chain") or old["body"]
    suggested = [each["id"] for each in new["body"]["suggestions"]]
    return _not_found(old, new, language) and before["id"] in suggested


#: What only HTTP or only the command line says: addresses, parameters, refusals.
DOORS: tuple[Difference, ...] = (
    Whole(
        because="in an address stands an id: a name is not found there, and what it names is suggested",
        groups=("http-by-name", "http-refusals"),
        questions=tuple(
            f"GET /api/{plural}/*" for plural in ("actors", "clusters", "platforms", "regions", "value-chains")
        ),
        becomes={"status": 404},
        holds=_suggests_what_was_meant,
    ),
    Whole(
        because="in an address stands an id: a name that fits several things is not found there, as one that fits one",
        groups="http-refusals",
        questions="GET /api/actors/Lapland/partners",
        becomes={"status": 404},
        holds=lambda old, new, language: old["status"] == 409 and _not_found(old, new, language),
    ),
    Whole(
        because="a whole name of a region is that region, and no part of the name of an actor",
        groups="http-refusals",
        questions="GET /api/paths?from=Lappi&to=act-digipolis",
        becomes={"status": 404},
        holds=_not_found,
    ),
    Whole(
        because="a type of actor may be asked for by its name in any language",
        groups="http-refusals",
        questions="GET /api/actors/act-digipolis/partners?actor_type=yliopisto",
        becomes={"status": 200},
        holds=lambda old, new, language: (
            new["headers"]["content-language"] == new["body"]["language"] == language
            and new["body"]["wishes"]["actor_type"] == "university"
            and [each["id"] for each in new["body"]["partners"]] == ["act-ulapland"]
        ),
    ),
    Whole(
        because="a type of actor may be asked for by its name in any language, on the command line too",
        groups="cli-refusals",
        questions="partners act-digipolis --type yliopisto",
        becomes={"exit": 0, "stderr": ""},
        holds=lambda old, new, language: (
            f"\n1. {'University of Lapland' if language == 'en' else 'Lapin yliopisto'} (" in new["body"]
            and "\n2. " not in new["body"]
        ),
    ),
    Whole(
        because="a whole name of a region is that region, and no part of the name of an actor, on the command line too",
        groups="cli-refusals",
        questions="path Digipolis Lappi",
        becomes={"exit": 1, "body": ""},
        holds=lambda old, new, language: (
            "crash" not in new and new["stderr"].startswith(say("cli.error", language, said="").strip())
        ),
    ),
    Added(
        because="a problem says in which language it speaks",
        groups=("http-refusals", "http-about"),
        at="headers",
        key="content-language",
        holds=lambda value, around, language: (
            value == language and around["content-type"] == "application/problem+json"
        ),
    ),
    Added(
        because="a problem in the language asked for depends on the header that asks",
        groups=("http-refusals", "http-about"),
        at="headers",
        key="vary",
        holds=lambda value, around, _: (
            value == "Accept-Language" and around["content-type"] == "application/problem+json"
        ),
    ),
    Dropped(
        because="a value that is none of those to choose from is told in the detail alone, as on the command line",
        groups="http-refusals",
        questions=("GET /api/actors/*/partners?outside=nothing", "GET /api/search?q=lapin&kind=Nothing"),
        at="body",
        key="errors",
    ),
    Valued(
        because="what was perhaps meant is told by id and label, as everything; and for ids in every address",
        groups="http-refusals",
        at="body.suggestions",
        holds=lambda old, new: (
            [each["id"] for each in new][: len(old)] == old and all(list(each) == ["id", "label"] for each in new)
        ),
    ),
    Valued(
        because="what is of another kind is said to be that, and nothing that is written alike is suggested",
        groups="http-refusals",
        questions="GET /api/paths?from=act-digipolis&to=reg-lappi",
        at="body.suggestions",
        holds=lambda old, new: (old, new) == (["ProAgria Lapland"], []),
    ),
    Dropped(
        because="kinds that no source has anything of are not listed at the start",
        groups="http-about",
        questions="GET /api/",
        at="body.links",
        key=EMPTY,
    ),
    Listed(
        because="refusals that HTTP itself gives are types of problems like others",
        groups="http-about",
        questions="GET /api/problems",
        at="body",
        come=lambda each: (
            each["status"] in (406, 413, 415)
            and each["type"] == f"/api/problems/http-{each['status']}"
            and each["title"] in texts(f"problem.http-{each['status']}").values()
        ),
    ),
)
