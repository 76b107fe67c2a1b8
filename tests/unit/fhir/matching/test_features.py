from typing import Any

import pytest

from fhir.matching.birth import Birth
from fhir.matching.citizen_number import SYSTEM
from fhir.matching.features import features
from tests.support.person import record
from tests.support.resources import patient

NUMBER, MOTHERS = "510104195803129013", "510104195803129021"


def test_a_number_of_another_generation_is_not_ones_own() -> None:
    child = features(record(name="李佳", birth="2024-05-06", number=MOTHERS))
    assert (child.number, child.valid) == ("", {MOTHERS})


def test_a_baby_without_birth_date_has_no_number_of_its_own() -> None:
    assert features(record(name="张三之女", number=MOTHERS)).number == ""


def test_the_birth_date_may_be_taken_from_the_number() -> None:
    assert features(record(name="王建国", number=NUMBER)).birth == Birth(1958, 3, 12)


def test_a_number_that_fails_its_check_keeps_its_shape() -> None:
    found = features(record(name="王建国", number="510104195803129014"))
    assert (found.number, found.shaped) == ("", {"510104195803129014"})


def test_what_was_a_number_once_is_not_compared() -> None:
    old = patient(identifier=[{"system": SYSTEM, "value": NUMBER, "use": "old"}])
    assert features(old).shaped == frozenset()


@pytest.mark.parametrize(
    ("telephone", "expected"),
    [
        ("+86 154-0000-0001", {"15400000001"}),
        ("028-8555 0000", {"02885550000"}),
        ("13333333333", set()),
        ("0", set()),
        ("无", set()),
    ],
)
def test_telephones(telephone: str, expected: set[str]) -> None:
    assert features(record(phone=telephone)).phones == expected


@pytest.mark.parametrize(
    ("text", "address", "district"),
    [
        ("四川省成都市武侯区演示东路1号2栋301室", "演示东路1-2-301", "武侯区"),
        ("武侯区演示东路1号2-301", "演示东路1-2-301", "武侯区"),
        ("成都市金堂县演示村３组12号", "演示村3-12", "金堂县"),
        ("武侯区演示东路", "", "武侯区"),
        ("演示东路1号", "演示东路1", ""),
    ],
)
def test_addresses(text: str, address: str, district: str) -> None:
    found = features(record(address=text))
    assert (found.address, found.district) == (address, district)


@pytest.mark.parametrize(
    "told",
    [
        {"contact": [{"relationship": [{"coding": [{"code": "MTH"}]}], "name": {"text": "张三"}}]},
        {
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName",
                    "valueString": "张三",
                }
            ]
        },
        {"name": [{"text": "张三之子"}]},
    ],
)
def test_who_the_mother_is(told: dict[str, Any]) -> None:
    assert features(patient(**told)).mothers == {"张三"}


def test_identity_is_what_is_compared() -> None:
    one, other = (
        record("a", name="王建国", phone="15400000001"),
        record("b", name="王 建国", phone="154-00000001"),
    )
    assert features(one).identity == features(other).identity
    assert features(one).identity != features(record("a", name="王建军")).identity
