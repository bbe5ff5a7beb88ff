"""Which language a request is answered in."""

from __future__ import annotations

from starlette.requests import Request

from api.http.media import wishes
from api.http.settings import Settings
from ontology.texts import LANGUAGES


def language_of(request: Request) -> str:
    """Return the language of `lang` if there are texts in it, else what the browser prefers, else the server's own."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return str(asked)
    header = request.headers.get("accept-language", "")
    for wish in sorted(wishes(header), key=lambda wish: -wish.quality):
        if wish.quality and (found := wish.range.partition("-")[0]) in LANGUAGES:
            return found
    settings: Settings = request.app.state.settings
    return settings.language
