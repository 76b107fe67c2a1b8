from datetime import date

import pytest

from fhir.summary.patient import Age, age, banner, masked_number, masked_phone, names_of, written
from tests.support.people import TODAY, patient


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("510104195803129013", "510104********9013"),
        ("51010819700101901X", "510108********901X"),
        ("510103480915003", "510103*****5003"),
        ("AB123456", "****56"),
        (None, None),
        ("", None),
    ],
)
def test_masked_number(number: str | None, shown: str | None) -> None:
    assert masked_number(number) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800005678", "138****5678"),
        ("+86 138 0000 5678", "86138****5678"),
        ("84567890", "****90"),
        (None, None),
    ],
)
def test_masked_phone(phone: str | None, shown: str | None) -> None:
    assert masked_phone(phone) == shown


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ({"text": " 王建国 "}, "王建国"),
        ({"family": "王", "given": ["建国"]}, "王建国"),
        ({"family": "Smith", "given": ["Ann", "May"]}, "Ann May Smith"),
        ({"family": "𠮷"}, "𠮷"),
        ({}, ""),
    ],
)
def test_written(name: dict[str, object], text: str) -> None:
    assert written(name) == text


def test_names_in_han_characters_go_before_pinyin_and_old_ones_are_left_out() -> None:
    names = [{"text": "Wang Jianguo"}, {"text": "王小狗", "use": "old"}, {"text": "王建国"}]
    assert names_of(patient(name=names)) == ["王建国", "Wang Jianguo"]


def test_age_counts_completed_years_and_months() -> None:
    assert age(date(1958, 11, 24), TODAY) == Age(67, 815)
    assert age(date(2026, 10, 23), TODAY) == Age(0, 1)
    assert age(date(2026, 11, 23), TODAY) == Age(0, 0)


def test_the_newest_source_speaks_and_others_names_are_kept() -> None:
    old = patient(
        "p2", meta={"lastUpdated": "2020-01-01T00:00:00Z"}, name=[{"text": "王建國"}], gender="female"
    )
    found = banner([old, patient()], TODAY)
    assert (found.id, found.name, found.other_names, found.sex) == ("p1", "王建国", ("王建國",), "male")
    assert (found.number, found.phone, found.synthetic) == ("510104********9013", "138****5678", True)


def test_what_is_missing_is_missing_and_an_inexact_birth_date_gives_no_age() -> None:
    bare = banner([{"resourceType": "Patient", "id": "x"}], TODAY)
    assert (bare.name, bare.birth, bare.age, bare.number, bare.sex) == ("", None, None, None, "unknown")
    assert banner([patient(birthDate="1990")], TODAY).age is None
    assert banner([patient(birthDate="2999-01-01")], TODAY).age is None


def test_deceased() -> None:
    assert banner([patient(deceasedDateTime="2026-01-01")], TODAY).deceased
    assert not banner([patient(deceasedBoolean=False)], TODAY).deceased
