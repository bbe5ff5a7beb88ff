"""Every namespace that the project writes or reads: the only file with an `http://`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from ontology.errors import InvalidArgument

_BASE = "https://w3id.org/arvoverkko/"

#: prefix -> namespace IRI
PREFIXES = MappingProxyType(
    {
        "av": _BASE + "ontology#",
        "avid": _BASE + "id/",
        "avlink": _BASE + "link/",
        "avsource": _BASE + "source/",
        "avscheme": _BASE + "scheme/",
        "adms": "http://www.w3.org/ns/adms#",
        "aodp": "http://w3id.org/CEON/ontology/actorODP/",
        "cvn": "http://w3id.org/CEON/ontology/cvn/",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "eurio": "http://data.europa.eu/s66#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "legal": "http://www.w3.org/ns/legal#",
        "nuts": "http://data.europa.eu/nuts/code/",
        "org": "http://www.w3.org/ns/org#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "trl": "https://vocabs.sshopencloud.eu/vocabularies/eosc-technology-readiness-level/",
        "vf": "https://w3id.org/valueflows/ont/vf#",
        "vivo": "http://vivoweb.org/ontology/core#",
        "xkos": "http://rdf-vocabulary.ddialliance.org/xkos#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)

#: The licence of the ontology and of the reference data.
CC_BY = "https://creativecommons.org/licenses/by/4.0/"

#: The namespace of XPath's mathematical functions; of these queries may call `math:pow`.
MATH = "http://www.w3.org/2005/xpath-functions/math#"

#: The namespace of SVG.
SVG = "http://www.w3.org/2000/svg"

#: The namespaces of the files that network tools read.
GRAPHML = "http://graphml.graphdrawing.org/xmlns"
GEXF = "http://gexf.net/1.3"

#: Everything that is published under our own address.
OURS = _BASE

#: What an id may look like: it becomes part of an IRI unchanged, so nothing in it needs escaping.
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._~:/+-]*$"

#: An id that is an IRI already (a document known by its address or URN).
ABSOLUTE_PATTERN = r"^(https?://|urn:)"

#: Letters and signs beyond ASCII that an IRI may hold: RFC 3987 without spaces, marks of direction and other unseen
#: signs, and what no character is or will be.
_WIDE = (
    "\u00a1-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    "\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd"
)
_NAME = f"A-Za-z0-9._~!$&'()*+,;={_WIDE}"
_REST = f"([{_NAME}:@/?-]|%[0-9A-Fa-f][0-9A-Fa-f])"

#: A web address, and a URN: what is taken for an IRI, so RDF can carry it. Rust, Python and XPath read these alike.
WEB_PATTERN = f"https?://[{_NAME}-]+(:[0-9]+)?([/?]{_REST}*)?(#{_REST}*)?"
URN_PATTERN = f"urn:[A-Za-z0-9][A-Za-z0-9-]*:{_REST}+(#{_REST}*)?"

#: A document that is known by a name only; it is published under our base.
DOC_PATTERN = f"doc:{_REST}+(#{_REST}*)?"

#: What an address or a reference to a document looks like.
LINK_PATTERN = f"^({WEB_PATTERN}|{URN_PATTERN}|{DOC_PATTERN})$"

#: What an IRI of an entity looks like.
IRI_PATTERN = f"^({WEB_PATTERN}|{URN_PATTERN})$"

#: Characters that XML can hold, so that every format of answers can: no NUL, no bell, no escape.
_TEXT = "\\t\\n\\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff"
TEXT_PATTERN = f"^[{_TEXT}]*$"

#: Any other character.
NOT_TEXT_PATTERN = f"[^{_TEXT}]"

_ABSOLUTE = re.compile(ABSOLUTE_PATTERN)
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")


def iri(curie: str) -> str:
    """Return the full IRI of a CURIE such as `org:Membership`; raises InvalidArgument for an unknown prefix.

    >>> iri("org:member")
    'http://www.w3.org/ns/org#member'
    """
    prefix, _, name = curie.partition(":")
    if prefix not in PREFIXES:
        raise InvalidArgument("unknown-prefix", prefix=prefix, curie=curie, known=tuple(PREFIXES))
    return PREFIXES[prefix] + name


def compact(address: str, namespaces: Mapping[str, str] = PREFIXES) -> tuple[str, str] | None:
    """Return an IRI as a prefix and a local name that needs no escaping, by the longest namespace; None if none fits.

    >>> compact("http://www.w3.org/ns/org#member")
    ('org', 'member')
    """
    fits = [
        (len(namespace), prefix)
        for prefix, namespace in namespaces.items()
        if address.startswith(namespace) and _LOCAL.fullmatch(address, len(namespace))
    ]
    if not fits:
        return None
    length, prefix = max(fits)
    return prefix, address[length:]


def entity_iri(id: str) -> str:
    """Return the IRI of an entity: its id under our base, or the id itself when it is an IRI already.

    >>> entity_iri("urn:isbn:978-952-7548-05-9")
    'urn:isbn:978-952-7548-05-9'
    """
    return id if _ABSOLUTE.match(id) else PREFIXES["avid"] + id


def entity_id(iri: str) -> str:
    """Return the id of an entity IRI; the inverse of `entity_iri`."""
    return iri.removeprefix(PREFIXES["avid"])


def sparql_prologue() -> str:
    """Return the PREFIX lines of every namespace here, for queries."""
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
