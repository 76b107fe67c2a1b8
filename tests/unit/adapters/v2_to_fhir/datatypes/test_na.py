"""adapters.v2_to_fhir.datatypes.na."""

from typing import Any

import pytest

from adapters.v2_to_fhir.datatypes import na
from tests.unit.adapters.v2_to_fhir.given import field


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("1^2.50^-3", (1, "1 2.50 -3")),
        ("1^2~3^4", (2, "1 2 3 4")),
        ("5", (1, "5")),
        ("1^x", None),
        ("1^2~3", None),
    ],
)
def test_samples(raw: str, expected: tuple[int, str] | None) -> None:
    found: Any = na.sampled_data(field(raw), {"unit": "mV"})
    assert (found and (found["dimensions"], found["data"])) == expected
    if found:
        assert found["origin"] == {"value": 0, "unit": "mV"}
        assert "period" not in found
