import pytest

from fhir.matching.citizen_number import SYSTEM
from fhir.matching.contradiction import citizen_number, contradictory
from fhir.resource import Resource
from tests.support.resources import patient

NUMBER = "510104195803129013"


def numbered(*identifiers: dict[str, str]) -> Resource:
    return patient(identifier=list(identifiers))


@pytest.mark.parametrize(
    ("identifiers", "expected"),
    [
        ([{"system": SYSTEM, "value": NUMBER}], NUMBER),
        ([{"system": SYSTEM, "value": "510104580312901"}], NUMBER),
        ([{"system": "urn:other", "value": NUMBER}], None),
        ([{"system": SYSTEM, "value": NUMBER, "use": "old"}], None),
        ([{"system": SYSTEM, "value": "510104195803129014"}, {"system": SYSTEM, "value": NUMBER}], NUMBER),
        ([{"system": SYSTEM}], None),
        ([], None),
    ],
)
def test_the_valid_current_number_of_a_patient(
    identifiers: list[dict[str, str]], expected: str | None
) -> None:
    assert citizen_number(numbered(*identifiers)) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("李四", True), ("无名氏3", False), ("無名女", False), ("", False)]
)
def test_who_is_unknown_contradicts_nobody(name: str, expected: bool) -> None:
    known = patient(name=[{"text": "张三"}], birthDate="1958-03-12", gender="male")
    other = patient(name=[{"text": name}], birthDate="1970-01-01", gender="female")
    assert contradictory(known, other, strictly=False) is expected
