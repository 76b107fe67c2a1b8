from decimal import Decimal

from fhir.resource import Literal
from fhir.summary.quantity import number_of, plain, quantity_text, unit_of


def test_digits_stay_as_they_came() -> None:
    assert quantity_text({"value": Decimal("120.50"), "unit": "mmHg"}) == "120.50 mmHg"
    assert plain(Decimal("0.00001")) == "0.00001"
    assert plain(Literal("1e3")) == "1e3"


def test_comparator_and_units_as_people_write_them() -> None:
    assert quantity_text({"comparator": "<", "value": 5, "code": "umol/L"}) == "< 5 μmol/L"
    assert unit_of({"unit": "mm[Hg]"}) == "mmHg"
    assert unit_of(None) == ""


def test_what_is_no_number() -> None:
    assert number_of({"value": True}) is None
    assert number_of({"value": "5"}) is None
    assert quantity_text(None) == quantity_text({}) == ""
