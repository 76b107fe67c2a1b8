"""near: Locations within a distance of a place on earth.

FHIR R4 location.html 8.7.6.1 (positional searching): `latitude|longitude|distance|units`. The distance is
the great circle's; MongoDB's own index of positions answers. Without a distance the circle is 10 km; units
are kilometres unless they say otherwise.
"""

import math
from decimal import Decimal
from typing import Any

from fhir.search import refused
from fhir.search.condition import Condition, Filter, Matches
from fhir.search.entries import Emit, Entries
from fhir.search.registry import SearchParameter
from fhir.search.types import ucum
from fhir.search.types.number import asked, exact
from fhir.search.value import plain, separate
from fhir.search.walker import Location

DEFAULT = Decimal(10)
EARTH = 6_378_100.0
"""Metres: the radius by which MongoDB's documentation turns distances into angles."""
_SPOKEN = {
    "": "km",
    "kms": "km",
    "miles": "[mi_i]",
    "mi": "[mi_i]",
    "mi_i": "[mi_i]",
    "ft": "[ft_i]",
    "nmi": "[nmi_i]",
}
_HALF_CIRCLE = math.pi


def emitter(parameter: SearchParameter, location: Location) -> Emit | None:
    """How Location.position is indexed."""

    def emit(value: Any, entries: Entries) -> None:
        ends = (
            [exact(value.get(name)) for name in ("longitude", "latitude")] if isinstance(value, dict) else []
        )
        if len(ends) == 2 and None not in ends:
            longitude, latitude = (float(each) for each in ends if each is not None)
            if abs(latitude) <= 90 and abs(longitude) <= 180:
                entries.position = {"type": "Point", "coordinates": [longitude, latitude]}

    return emit


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks; `values` are the escaped alternatives."""
    if parameter.code != "near":
        raise refused.unsupported(parameter.code, "it is not supported here")
    if modifier:
        raise refused.modifier(parameter.code, modifier)
    return Matches(tuple(_circle(parameter.code, value) for value in values))


def _circle(name: str, value: str) -> Filter:
    parts = [plain(part).strip() for part in separate(value, "|")]
    if not 2 <= len(parts) <= 4:
        raise _malformed(name)
    latitude, longitude = (_degrees(name, part) for part in parts[:2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise _malformed(name)
    distance = _number(name, parts[2]) if len(parts) > 2 and parts[2] else DEFAULT
    metres = _metres(name, distance, parts[3] if len(parts) > 3 and parts[2] else "")
    centre = [float(longitude), float(latitude)]
    if metres / EARTH >= _HALF_CIRCLE:
        return {"position": {"$exists": True, "$ne": None}}
    return {"position": {"$geoWithin": {"$centerSphere": [centre, metres / EARTH]}}}


def _number(name: str, text: str) -> Decimal:
    found = asked(name, text)
    if text[:1].isalpha() or found.value < 0:
        raise _malformed(name)
    return found.value


def _degrees(name: str, text: str) -> Decimal:
    if text[:1].isalpha():
        raise _malformed(name)
    return asked(name, text).value


def _metres(name: str, distance: Decimal, unit: str) -> float:
    """A length in UCUM, or the words that people use."""
    found = ucum.unit(_SPOKEN.get(unit.lower(), unit))
    if found is None or found.dimension != "m1":
        raise _malformed(name)
    return found.canonical(distance)


def _malformed(name: str) -> Exception:
    return refused.malformed(
        name, "it is written latitude|longitude|distance|units, such as 30.66|104.06|5|km"
    )
