"""CX: an Identifier as an extended composite id, with its assigning authority (HD).

HL7 v2 chapters 2.A.14 and 2.A.33; the way back of `v2_to_fhir.datatypes.cx`.
"""

import re
from typing import Any, NamedTuple

from adapters.hl7v2.encoding import Repetition

_UNIVERSAL = re.compile(r"urn:(?P<scheme>oid|uuid):(?P<id>[0-9a-f.\-]+)", re.ASCII)
V2_0203 = "http://terminology.hl7.org/CodeSystem/v2-0203"


class Authority(NamedTuple):
    """HD: a name that the region agrees on, a universal id, and its type (ISO, UUID, URI)."""

    namespace: str
    universal: str = ""
    type: str = ""

    @classmethod
    def of_uri(cls, uri: str, namespace: str = "") -> "Authority":
        """The authority that a URI names for everybody."""
        match = _UNIVERSAL.fullmatch(uri)
        if match is None:
            return cls(namespace, uri, "URI")
        return cls(namespace, match["id"], "ISO" if match["scheme"] == "oid" else "UUID")


def cx(identifier: dict[str, Any], authority: Authority) -> Repetition:
    """An Identifier of `authority`; its type where that is of table 0203."""
    return (str(identifier["value"]), "", "", tuple(authority), kind(identifier))


def kind(identifier: dict[str, Any]) -> str:
    """The type of a number by table 0203, if it has one."""
    codings = identifier.get("type", {}).get("coding", ())
    return next(
        (str(each["code"]) for each in codings if each.get("system") == V2_0203 and each.get("code")), ""
    )
