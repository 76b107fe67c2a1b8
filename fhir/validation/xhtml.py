"""Narrative: the safe subset of XHTML that a div may hold.

FHIR R4 narrative.html 2.18.0 (txt-1, txt-2): basic formatting only; nothing that runs, nothing that loads
from elsewhere. A narrative comes from strangers and is shown to doctors.
"""

import re
from html.entities import html5
from typing import Any
from xml.parsers import expat

NAMESPACE = "http://www.w3.org/1999/xhtml"
ELEMENTS = frozenset(
    "a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em "  # noqa: SIM905
    "h1 h2 h3 h4 h5 h6 hr i img li ol p pre q samp small span strong sub sup "
    "table tbody td tfoot th thead tr tt ul var".split()
)
ATTRIBUTES = frozenset(
    "abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char "  # noqa: SIM905
    "charoff charset cite class cols colspan compact coords dir frame headers height href hreflang hspace id "
    "lang longdesc name nowrap rel rev rows rowspan rules scope shape span src start style summary tabindex "
    "title type valign value vspace width xml:lang".split()
)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_LINK = re.compile(r"(https?:|ftp:|mailto:|tel:|#|[^:]*\Z)", re.IGNORECASE)
_IMAGE = re.compile(r"(#|data:\s*image/(png|jpe?g|gif);base64,|[^:/\\]+\Z)", re.IGNORECASE)
_INLINE = re.compile(r"url\(\s*data:\s*image/(png|jpe?g|gif);base64,[A-Za-z0-9+/=\s]*\)", re.IGNORECASE)
_STYLE = re.compile(r"url\s*\(|expression|@import|behaviou?r|\\|javascript", re.IGNORECASE)


class _Unsafe(Exception):
    """What is wrong with the narrative."""


def _attribute(name: str, value: str) -> None:
    if name not in ATTRIBUTES:
        raise _Unsafe("an attribute of the div is not allowed (txt-1)")
    if name in ("href", "cite") and not _LINK.match(value.strip()):
        raise _Unsafe("a link of the div has a scheme that is not allowed (txt-1)")
    if name == "src" and not _IMAGE.match(value.strip()):
        raise _Unsafe("an image of the div loads from elsewhere (txt-1)")
    if name == "style" and _STYLE.search(_INLINE.sub("", value)):
        raise _Unsafe("a style of the div loads or runs something (txt-1)")


class _Reader:
    """Follows the parser through the div."""

    def __init__(self) -> None:
        self.depth = 0
        self.content = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.depth == 0 and (name != "div" or attributes.get("xmlns") != NAMESPACE):
            raise _Unsafe(f'the narrative must be one <div xmlns="{NAMESPACE}"> (txt-1)')
        self.depth += 1
        if name not in ELEMENTS:
            raise _Unsafe("an element of the div is not allowed (txt-1)")
        self.content = self.content or name == "img"
        for key, value in ((key.lower(), value) for key, value in attributes.items()):
            if key != "xmlns":
                _attribute(key, value)
            elif value != NAMESPACE:
                raise _Unsafe("the div holds another namespace (txt-1)")

    def text(self, data: str) -> None:
        self.content = self.content or not data.isspace()

    def comment(self, data: str) -> None:
        if data.startswith((">", "->")):  # for HTML such a comment ends here, and what follows is live
            raise _Unsafe("the div holds a malformed comment (txt-1)")

    def refuse(self, *_: Any) -> None:
        raise _Unsafe("the div holds a declaration, CDATA or processing instruction (txt-1)")


def _character(match: re.Match[str]) -> str:
    """A named character as a numeric one: never as itself, or &LT; would become markup."""
    if match[1] in _XML_ENTITIES or (match[1] + ";") not in html5:
        return match[0]
    return "".join(f"&#{ord(character)};" for character in html5[match[1] + ";"])


def narrative_fault(div: str) -> str | None:
    """What is wrong with a narrative's div, in words; None when it is well-formed and safe."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.CharacterDataHandler = reader.text
    parser.CommentHandler = reader.comment
    parser.StartCdataSectionHandler = reader.refuse  # for HTML this is a comment that ends at the first >
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.ProcessingInstructionHandler = reader.refuse
    parser.XmlDeclHandler = reader.refuse
    try:
        parser.Parse(_ENTITY.sub(_character, div), True)
    except _Unsafe as unsafe:
        return str(unsafe)
    except (expat.ExpatError, UnicodeEncodeError):
        return "the div is not well-formed XHTML (txt-1)"
    return None if reader.content else "the div must hold some text or an image (txt-2)"
