"""adapters.v2_to_fhir.datatypes.reference_range: bounds where the text has them, and always the text."""

from decimal import Decimal

import pytest

from adapters.v2_to_fhir.datatypes.reference_range import reference_range
from tests.unit.adapters.v2_to_fhir.given import field


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("3.9-6.1", "3.9", "6.1"),
        ("3.90--6.10", "3.90", "6.10"),
        ("3.9～6.1", "3.9", "6.1"),
        ("3.9~6.1", "3.9", "6.1"),
        ("3.9 - 6.1 u", "3.9", "6.1"),
        ("3.9 - 6.1 mmol/L", None, None),
        ("<1:64", None, None),
        ("<1：64", None, None),
        ("<1.0×10^5", None, None),
        ("-2.0-2.0", "-2.0", "2.0"),
        ("<5.2", None, "5.2"),
        ("≤5.2", None, "5.2"),
        ("> 1.0", "1.0", None),
        (">=1.0", "1.0", None),
        ("阴性", None, None),
        ("男:3-5;女:2-4", None, None),
        ("6-3", None, None),
        ("0-5岁 3-9", None, None),
    ],
)
def test_bounds(text: str, low: str | None, high: str | None) -> None:
    (found,) = reference_range(field(text), {"unit": "u"})
    assert found["text"] == text
    for side, bound in (("low", low), ("high", high)):
        assert (str(found[side]["value"]) if side in found else None) == bound


def test_the_unit_of_the_result_or_of_the_text() -> None:
    assert reference_range(field("3-5 mmol/L"), {})[0]["low"]["unit"] == "mmol/L"
    written = reference_range(field("3.5-9.5×10\\S\\9/L"), {"unit": "10^9/L", "code": "10*9/L"})[0]
    assert written["high"] == {"value": Decimal("9.5"), "unit": "10^9/L", "code": "10*9/L"}
    assert reference_range(field("3-5"), {"unit": "g/L"})[0]["high"]["unit"] == "g/L"


def test_several_ranges_and_none() -> None:
    assert [one["text"] for one in reference_range(field("男 3-5~女 2-4"), {})] == ["男 3-5", "女 2-4"]
    assert reference_range(field(""), {}) == []
