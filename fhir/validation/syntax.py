"""Code systems that are grammars: MIME types, languages and units, told by their syntax.

FHIR R4 valueset-mimetypes.html (BCP 13), valueset-all-languages.html (BCP 47), valueset-ucum-units.html.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

_WORD = r"[A-Za-z0-9!#$&^_.+-]+"
_MIME = re.compile(
    rf"""{_WORD}/{_WORD}(\s?;\s?{_WORD}=("[^"\\]*"|[^;"]+))*|xml|json|ttl|turtle|mime|none"""
).fullmatch
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*").fullmatch
_UNIT = re.compile(r"[!-~]+").fullmatch


class Grammar(NamedTuple):
    """The system of the codes, and whether a code is well-formed."""

    system: str
    match: Callable[[str], object]
    name: str


_BASE = "http://hl7.org/fhir/ValueSet/"
GRAMMARS: dict[str, Grammar] = {
    f"{_BASE}all-languages": Grammar("urn:ietf:bcp:47", _LANGUAGE, "a language (BCP 47, such as zh-CN)"),
    f"{_BASE}mimetypes": Grammar("urn:ietf:bcp:13", _MIME, "a MIME type (BCP 13, such as text/plain)"),
    f"{_BASE}ucum-units": Grammar("http://unitsofmeasure.org", _UNIT, "a unit of UCUM"),
}
