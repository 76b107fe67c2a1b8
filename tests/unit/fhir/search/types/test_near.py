from decimal import Decimal
from typing import Any

import pytest

from fhir.search.entries import Entries
from fhir.search.registry import parameters
from fhir.search.types import near

NEAR = parameters("Location")["near"]


@pytest.mark.parametrize(
    ("value", "coordinates"),
    [
        ({"latitude": Decimal("30.66"), "longitude": 104}, [104.0, 30.66]),
        ({"latitude": 91, "longitude": 0}, None),
        ({"latitude": 0, "longitude": -181}, None),
        ({"latitude": 0}, None),
        ({"latitude": "0", "longitude": "0"}, None),
        (None, None),
    ],
)
def test_positions(value: Any, coordinates: list[float] | None) -> None:
    entries = Entries(str)
    emit = near.emitter(NEAR, NEAR.locations[0])
    assert emit is not None
    emit(value, entries)
    assert entries.position == (coordinates and {"type": "Point", "coordinates": coordinates})


def test_a_distance_is_an_angle_on_the_sphere() -> None:
    found = near.condition(NEAR, "", ["0|0|6378.1|km"]).filter(str, {})
    assert found == {"position": {"$geoWithin": {"$centerSphere": [[0.0, 0.0], 1.0]}}}


def test_what_reaches_around_the_earth_is_every_position() -> None:
    found = near.condition(NEAR, "", ["0|0|30000|km"]).filter(str, {})
    assert "$geoWithin" not in str(found)
