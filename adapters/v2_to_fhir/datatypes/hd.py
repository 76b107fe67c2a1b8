"""HD: hierarchic designator, here the assigning authority of a number.

The guide's HD[uri]. A registered name or a universal id (ISO, UUID, URI, DNS) is a system for everybody; a
bare name means something only at its source.
"""

import re
from functools import lru_cache
from urllib.parse import quote

from adapters.hl7v2.field import Element
from adapters.v2_to_fhir.context import Context

Designator = tuple[str, str, str]
"""Namespace, universal id and its type."""
_OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def uri(designator: Designator, context: Context) -> str:
    """The system that a designator (namespace, universal id, type) names for everybody; else nothing."""
    namespace, universal, type_ = designator
    registered = context.source.authorities.get(namespace) or context.source.authorities.get(universal)
    return registered or universal_uri(universal, type_) or universal_uri(namespace, "")


@lru_cache(maxsize=4096)
def universal_uri(universal: str, type_: str) -> str:
    """A universal id as a URI."""
    if _OID.fullmatch(universal):
        return f"urn:oid:{universal}"
    if _UUID.fullmatch(universal):
        return f"urn:uuid:{universal.lower()}"
    if universal.startswith(("urn:", "http://", "https://")):
        return quote(universal, safe=":/?#[]@!$&'()*+,;=%-._~")
    if type_ == "DNS" and universal:
        return f"http://{quote(universal, safe='')}"
    return ""


def parts(value: Element) -> Designator:
    """Namespace, universal id and its type, of a component (sub-components) or of a field (components)."""
    mark = (
        value.delimiters.component
        if value.delimiters.component in value.raw
        else value.delimiters.subcomponent
    )
    found = [str(Element(part, value.delimiters)) for part in value.raw.split(mark)] if value else []
    return tuple([*found, "", "", ""][:3])  # type: ignore[return-value]
