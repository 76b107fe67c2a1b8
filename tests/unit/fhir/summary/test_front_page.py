"""The front page of a health file: its flags, facts and trail, each with its source."""

from decimal import Decimal
from typing import Any

import pytest

from fhir.summary.file import health_file
from fhir.summary.front_page import MOST, About, FrontPage, Mark, Service, Weight, front_page, state
from fhir.summary.wording import Wording
from tests.support.people import (
    TODAY,
    allergy,
    encounter,
    five_diseases,
    nobody_knows,
    observation,
    organizations,
    patient,
)


def page(*resources: Any, **told: Any) -> FrontPage:
    return front_page(health_file([patient(**told), *organizations(), *resources]), TODAY)


def marks(found: FrontPage) -> list[Mark]:
    return [each.about for each in found.flags]


def test_five_diseases() -> None:
    found = front_page(five_diseases(), TODAY)
    assert Mark.CHRONIC in marks(found)
    assert all(each.origin or each.about in (Mark.OLD, Mark.CHILD) for each in found.flags)
    assert {each.kind for each in found.trail} >= {Service.VISIT, Service.DOCUMENT}
    days = [each.origin.when.start for each in found.trail if each.origin.when]
    assert days == sorted(days, reverse=True)


def test_nobody_knows() -> None:
    found = front_page(nobody_knows(), TODAY)
    assert found.trail == []


@pytest.mark.parametrize(
    ("birth", "expected"),
    [("2021-01-01", [Mark.CHILD]), ("1990-01-01", []), ("1958-03-12", [Mark.OLD]), ("2019-11-23", [])],
)
def test_age_alone_is_a_flag(birth: str, expected: list[Mark]) -> None:
    assert marks(page(birthDate=birth)) == expected


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        ("18.4", Weight.UNDER), ("18.5", Weight.NORMAL), ("23.9", Weight.NORMAL), ("24", Weight.OVER),
        ("27.9", Weight.OVER), ("28", Weight.OBESE),
    ],
)  # fmt: skip
def test_the_state_of_weight(index: str, expected: Weight) -> None:
    assert state(Decimal(index)) is expected


def test_weight_and_height_make_an_index_of_grown_people_alone() -> None:
    measured = (
        observation("29463-7", "体重", "80", "kg", 3),
        observation("8302-2", "身高", "160", "cm", 9),
    )
    (flag,) = page(*measured, birthDate="1990-01-01").flags
    assert (flag.about, flag.text) == (Mark.WEIGHT, "obese")
    assert marks(page(*measured, birthDate="2015-01-01")) == []
    assert marks(page(measured[0], birthDate="1990-01-01")) == []


def test_basic_facts_come_from_whoever_told_them_last() -> None:
    address = [{"city": "成都市", "district": "锦江区", "line": ["演示路1号"]}]
    found = page(allergy(), birthDate="1990-01-01", address=address)
    assert [(each.about, each.text) for each in found.facts] == [
        (About.ADDRESS, "成都市锦江区"),
        (About.ALLERGY, "青霉素"),
    ]
    assert all(each.origin.organization for each in found.facts)


@pytest.mark.parametrize(
    ("code", "said"), [("716186003", "已询问：无已知过敏"), ("409137002", "已询问：无已知药物过敏")]
)
def test_who_denies_allergies_stands_beside_them(code: str, said: str) -> None:
    denial = allergy(days=5, code={"coding": [{"code": code}]})
    found = [each for each in page(allergy(days=5), denial).facts if each.about is About.ALLERGY]
    assert [each.text for each in found] == ["青霉素", said]
    assert all(each.origin.organization and each.origin.when for each in found)


def test_a_long_trail_is_cut_and_says_so() -> None:
    found = page(*(encounter("AMB", number, "复诊") for number in range(MOST + 3)))
    assert (len(found.trail), found.earlier) == (MOST, 3)


def social(loinc: str, text: str, days: int, **more: Any) -> Any:
    told = observation(loinc, "HTEST", "1", "", days, valueCodeableConcept={"text": text}, **more)
    del told["valueQuantity"]
    return told


def coverage(**more: Any) -> Any:
    return {
        "resourceType": "Coverage", "id": "c1", "status": "active",
        "beneficiary": {"reference": "Patient/p1"}, "payor": [{"display": "成都市医保局"}],
    } | more  # fmt: skip


def test_insurance_occupation_and_schooling_are_told_where_somebody_sent_them() -> None:
    kind = {"text": "城乡居民基本医疗保险"}
    found = page(
        coverage(type=kind, period={"start": "2026-01-01", "end": "2026-12-31"}),
        social("11341-5", "务农", 90),
        social("82589-3", "小学", 400),
    )
    told = {each.about: each.text for each in found.facts}
    assert told[About.INSURANCE] == "城乡居民基本医疗保险"
    assert (told[About.OCCUPATION], told[About.SCHOOLING]) == ("务农", "小学")
    assert found.untold == []


@pytest.mark.parametrize(
    "more",
    [{"status": "cancelled"}, {"period": {"start": "2024-01-01", "end": "2025-12-31"}}, {"payor": []}],
)
def test_an_insurance_that_is_over_or_says_nothing_is_not_told(more: dict[str, Any]) -> None:
    assert page(coverage(**more)).untold == [About.INSURANCE, About.OCCUPATION, About.SCHOOLING]


def test_an_insurance_without_a_kind_is_named_by_who_pays() -> None:
    (fact,) = (each for each in page(coverage()).facts if each.about is About.INSURANCE)
    assert fact.text == "成都市医保局"
    assert fact.origin.reference == "Coverage/c1"


def test_of_an_occupation_the_newest_word_counts() -> None:
    found = page(social("11341-5", "工人", 900, id="old"), social("11341-5", "退休", 3, id="new"))
    assert [each.text for each in found.facts if each.about is About.OCCUPATION] == ["退休"]


def test_the_newest_index_of_weight_counts_however_it_was_told() -> None:
    flagged = [{"coding": [{"code": "H"}]}]
    old = observation("39156-5", "BMI", "31", "kg/m2", 350, interpretation=flagged)
    new = observation("39156-5", "BMI", "22", "", 1)
    weight, height = (
        observation("29463-7", "体重", "80", "kg", 3),
        observation("8302-2", "身高", "200", "cm", 9),
    )
    for later in ((new,), (weight, height)):
        (flag,) = page(old, *later, birthDate="1990-01-01").flags
        assert flag.text == "normal"
    (flag,) = page(new, weight, observation("8302-2", "身高", "160", "cm", 9), birthDate="1990-01-01").flags
    assert flag.text == "normal"


def test_what_comes_from_a_fixed_table_is_in_the_language_of_the_reader() -> None:
    married = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M",
                           "display": "Married"}]}  # fmt: skip
    han = {"coding": [{"system": "urn:oid:2.16.156.10011.2.3.3.3", "code": "01", "display": "汉族"}]}
    found = page(
        coverage(type={"text": "城乡居民基本医疗保险"}),
        social("11341-5", "农民", 90),
        social("82589-3", "小学", 90),
        maritalStatus=married,
        extension=[{"url": "urn:furong:extension:ethnic-group", "valueCodeableConcept": han}],
        address=[{"state": "四川省", "city": "成都市", "district": "锦江区"}],
    )
    told = {each.about: (each.text, getattr(each.text, "english", None)) for each in found.facts}
    assert told == {
        About.ADDRESS: ("四川省成都市锦江区", "Jinjiang District, Chengdu, Sichuan"),
        About.MARITAL: ("已婚", "Married"),
        About.ETHNIC: ("汉族", "Han"),
        About.INSURANCE: ("城乡居民基本医疗保险", "Basic medical insurance for urban and rural residents"),
        About.OCCUPATION: ("农民", "Farmer"),
        About.SCHOOLING: ("小学", "Primary school"),
    }


def test_each_reason_of_a_visit_keeps_its_english() -> None:
    (step,) = page(encounter("AMB", 3, "高血压")).trail
    assert [each.english for each in step.texts if isinstance(each, Wording)] == ["Hypertension"]
