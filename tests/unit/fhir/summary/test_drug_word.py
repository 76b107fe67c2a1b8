"""What one resource says of a drug."""

import pytest

from fhir.summary.drug_word import Word, ingredient
from fhir.summary.source import Sources
from tests.support.people import organizations, patient, request

SOURCES = Sources([patient()], {f"Organization/{each['id']}": each for each in organizations()})


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("盐酸二甲双胍片", "二甲双胍"),
        ("二甲双胍片 0.5g", "二甲双胍"),
        ("二甲双胍缓释片(0.5g*30片)", "二甲双胍缓释"),
        ("苯磺酸氨氯地平片 5mg×14片/盒", "氨氯地平"),
        ("阿司匹林肠溶片", "阿司匹林肠溶"),
        ("片", "片"),
    ],
)
def test_ingredient(name: str, bare: str) -> None:
    assert ingredient(name) == bare


def test_a_word_of_the_person_is_no_end_of_one_order() -> None:
    """A stopped order is its house's; that he must not or does not take it is the person's."""
    stopped = Word.of(request("甲片", status="stopped"), {}, SOURCES)
    assert (stopped.ending, stopped.about_person) == (True, False)
    assert Word.of(request("甲片", doNotPerform=True), {}, SOURCES).about_person
    said = Word.of(request("甲片", status="stopped") | {"resourceType": "MedicationStatement"}, {}, SOURCES)
    assert (said.ending, said.about_person) == (True, True)
