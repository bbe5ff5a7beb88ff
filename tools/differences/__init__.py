"""The list of differences between the answers of this checkout and those of its parent, each with its reason.

`python -m tools.compare PARENT .` rewrites the parent's answers by this list and demands that they be the new ones
then, to the last byte. A change that changes answers adds a line here, in the part of what it changes, or words to
`words.toml`; a line that explains nothing any more is reported, and taken out. When the parent is another one, the
list begins anew.

    Renamed(because="an edge names its records", groups="http-partners*", at="*.edges", key="evidence", to="records")
    Added(because="a code has its name beside it", at="*.links", key="role_label")
    Dropped(because="nobody could set it", groups="http-partners*", at="body.wishes", key="page")
    Reworded(because="the glossary says toimija", languages=("fi",), words={"tekijä": "toimija"})
    Reworded(because="roles have names", at="*.role", languages=("fi",), words={"member": "jäsen"}, whole=True)
    Rephrased(because="names come first", at="*.sentence", phrases={"Both, {a} and {b}, fit.": "{a} and {b} both fit."})
    Valued(because="the version", groups="http-about", at="body.version")
    Reordered(because="links come by relation", groups="http-entities", at="body.links")
    Listed(because="a page is all there is", groups="http-description", at="*.parameters", gone=lambda each: True)
    Relaid(because="rdflib writes Turtle now", forms=("turtle",))
    Quads(because="roles are concepts", added="/vocabulary/roleConcept>")
    Redrawn(because="longer words, other lines", groups="*pictures", languages=("fi",))
    Whole(because="an id is no name", groups="http-by-name", questions="GET /api/actors/*", becomes={"status": 404})

Groups are those that the tool prints; a question is what stands after them in its report (without `lang`, which is the
language). A place is the keys that lead to it, lists passed through: `body.partners.reasons.edges`. Answers without a
language (tables, linked data, `labels` by language) are told by their place instead: `at="*.label_fi"`.
Other differences may open the way for one (`Reworded` before `Relaid`): their order does not matter.
"""

from __future__ import annotations

from tools.differences.answers import ANSWERS
from tools.differences.description import DESCRIPTION
from tools.differences.doors import DOORS
from tools.differences.facts import FACTS
from tools.differences.words import WORDS
from tools.rewriting import Difference

DIFFERENCES: tuple[Difference, ...] = (*FACTS, *ANSWERS, *WORDS, *DOORS, *DESCRIPTION)
