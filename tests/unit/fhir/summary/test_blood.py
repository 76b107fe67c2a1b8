import pytest

from fhir.resource import Resource
from fhir.summary.blood import blood, blood_group
from fhir.summary.file import health_file
from tests.support.people import observation


def group(loinc: str, text: str, days: int = 100, **more: str) -> Resource:
    made = observation(loinc, "血型", "0", "", days) | {"valueCodeableConcept": {"text": text}} | more
    del made["valueQuantity"]
    return made


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("A型", ("A", "")),
        ("AB", ("AB", "")),
        ("血型A", ("A", "")),
        ("A1型", ("A", "")),
        ("A2B型", ("AB", "")),
        ("0", ("O", "")),
        ("Group B", ("B", "")),
        ("Rh(D)阳性", ("", "Rh+")),
        ("阴性(-)", ("", "Rh−")),
        ("+", ("", "Rh+")),
        ("O-", ("O", "Rh−")),
        ("B Rh阳性", ("B", "Rh+")),
        ("A Rh-D positive", ("A", "Rh+")),
        ("Blood group O Rh(D) negative (finding)", ("O", "Rh−")),
        ("孟买型", ("孟买型", "")),
        ("", ("", "")),
    ],
)
def test_a_group_is_abo_and_rhesus(written: str, read: tuple[str, str]) -> None:
    assert blood_group(group("882-1", written)) == read


def test_what_is_not_understood_is_said_as_what_was_asked_for() -> None:
    assert blood_group(group("10331-7", "weak d")) == ("", "WEAK D")


def test_spellings_of_one_group_agree_whatever_the_test() -> None:
    told = blood(health_file([group("883-9", "A型"), group("10331-7", "阳性"), group("882-1", "A+")]))
    assert (told.text, told.differs) == ("A Rh+", False)


@pytest.mark.parametrize(("loinc", "text"), [("883-9", "B"), ("882-1", "B Rh阳性"), ("10331-7", "B+")])
def test_groups_that_differ_are_told_newest_first(loinc: str, text: str) -> None:
    one = group("883-9", "A型", 10)
    told = blood(health_file([group(loinc, text, 300), one, group("1305-2", "阳性", 5)]))
    assert told.differs
    assert told.text == "A / B；Rh+"
    assert told.doubts(one) == "A / B"
    assert told.doubts(group("10331-7", "阳性")) == ""


def test_nothing_told_is_nothing() -> None:
    assert blood(health_file([group("883-9", "A", status="entered-in-error")])).parts == ()


def test_a_group_within_a_panel_counts() -> None:
    part = {"code": {"coding": [{"code": "883-9"}]}, "valueString": "B型"}
    panel = group("34532-2", "", 5) | {"component": [part]}
    del panel["valueCodeableConcept"]
    assert blood(health_file([panel, group("883-9", "A型")])).text == "B / A"


def test_a_group_that_is_only_a_code_of_a_chinese_table_is_read() -> None:
    coding = {"system": "urn:oid:2.16.156.10011.2.3.1.85", "version": "CV04.50.005", "code": "3"}
    told = observation("883-9", "ABO血型", "1", "", 3, valueCodeableConcept={"coding": [coding]})
    del told["valueQuantity"]
    assert blood_group(told) == ("O", "")
