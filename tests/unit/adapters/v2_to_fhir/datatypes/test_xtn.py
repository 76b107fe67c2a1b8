"""adapters.v2_to_fhir.datatypes.xtn: phones and addresses of electronic mail."""

import pytest

from adapters.v2_to_fhir.datatypes import xtn
from tests.unit.adapters.v2_to_fhir.given import context, repetition


@pytest.mark.parametrize(
    ("raw", "system", "value", "use"),
    [
        ("13800000001", "phone", "13800000001", "mobile"),
        ("028-12345678", "phone", "028-12345678", "home"),
        ("028-12345678^WPN^PH", "phone", "028-12345678", "work"),
        ("1^PRN^CP", "phone", "1", "mobile"),
        ("1^^FX", "fax", "1", "home"),
        ("^NET^Internet^a@b.example", "email", "a@b.example", None),
        ("a@b.example", "email", "a@b.example", "home"),
        ("^PRN^PH^^86^028^12345678^9", "phone", "+86 028-12345678 x9", "home"),
        ("^PRN^PH^^^^^^^^^028 12345678", "phone", "028 12345678", "home"),
    ],
)
def test_contact_point(raw: str, system: str, value: str, use: str | None) -> None:
    found = xtn.contact_point(repetition(raw), context(), "home")
    assert found is not None
    assert (found["system"], found["value"], found.get("use")) == (system, value, use)


def test_no_number_is_nothing() -> None:
    assert xtn.contact_point(repetition("^PRN^PH"), context()) is None


def test_without_its_number_it_is_nothing_and_without_its_use_one_of_no_use() -> None:
    phone = {"system": "phone", "value": "1", "use": "home"}
    assert xtn.without(phone, frozenset({1})) is None
    assert xtn.without(phone, frozenset({2, 4})) == {"system": "phone", "value": "1"}
    assert xtn.without({"system": "email", "value": "a@b.example"}, frozenset({4})) is None


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ('""', {}),
        ('""^PRN^PH', {"use": "home", "system": "phone"}),
        ('""^PRN^CP', {"use": "mobile"}),
        ('^^^""', {"system": "email"}),
    ],
)
def test_which_is_meant(raw: str, meant: dict[str, str]) -> None:
    assert xtn.meant(repetition(raw), context()) == meant


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        ("13800000001^PRN^CP^a@b.example", ["13800000001", "a@b.example"]),
        ("^NET^Internet^a@b.example", ["a@b.example"]),
        ("13800000001^PRN^CP^5555", ["13800000001"]),
        ("^PRN^PH", []),
    ],
)
def test_a_number_and_a_mail_address_in_one_are_two(raw: str, values: list[str]) -> None:
    found = xtn.contact_points(repetition(raw), context(), "home")
    assert [one["value"] for one in found] == values
