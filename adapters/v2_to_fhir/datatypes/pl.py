"""PL: person location, as a reference to a Location of the source.

The guide's PL[Location]. One Location for the most exact place (bed, room, ward); its name is the whole way
there.
"""

from typing import Any

from adapters.hl7v2.field import Element
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import hd
from adapters.v2_to_fhir.draft import SHELL, Draft
from adapters.v2_to_fhir.source import SENDERS

_TYPES = ((2, "bd", "Bed"), (1, "ro", "Room"), (0, "wa", "Ward"), (7, "lvl", "Level"), (6, "bu", "Building"))
_SYSTEM = "http://terminology.hl7.org/CodeSystem/location-physical-type"
_URIS = "urn:ietf:rfc:3986"


def location(value: Element, context: Context) -> dict[str, Any] | None:
    """A Reference to the Location; nothing when no place is named."""
    draft = place(value, context)
    return context.refer(draft, draft.elements["name"]) if draft else None


def place(value: Element, context: Context) -> Draft | None:
    """The Location as a shell; nothing when no place is named."""
    components = [component.value.strip() for component in value]  # type: ignore[attr-defined]
    parts = components + [""] * (9 - len(components))
    way = [parts[position] for position in (3, 6, 7, 0, 1, 2) if parts[position]]
    if not way and not parts[8]:
        return None
    display = parts[8] or " ".join(way)
    key = "^".join(parts[position] for position in (0, 1, 2, 3, 6, 7)) if way else parts[8]
    system = context.source.local("location")
    draft = Draft("Location", context.identified("Location", system, key), standing=SHELL, authority=system)
    draft.put("identifier", [{"system": system, "value": key}])
    draft.put("name", display)
    draft.put("mode", "instance")
    draft.put("physicalType", _type(parts))
    draft.put("managingOrganization", {"reference": context.source.organization})
    return draft


def facility(value: Element, context: Context) -> dict[str, Any] | None:
    """A reference to the house of a place (PL.4) by its universal id, else its name as a sender (MSH-4)."""
    name, universal, type_ = (each.strip() for each in hd.parts(value[4]))  # type: ignore[index]
    uri = hd.universal_uri(universal, type_) or hd.universal_uri(name, "")
    if not name and not uri:
        return None
    found = {"system": _URIS, "value": uri} if uri else {"system": SENDERS, "value": name}
    return {"type": "Organization", "identifier": found} | ({"display": name} if name else {})


def _type(parts: list[str]) -> dict[str, Any] | None:
    for position, code, display in _TYPES:
        if parts[position]:
            return {"coding": [{"system": _SYSTEM, "code": code, "display": display}]}
    return None
