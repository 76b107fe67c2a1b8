import pytest

from fhir.resource import Resource
from fhir.summary.file import health_file
from fhir.summary.medications import Medication, ingredient, medications
from fhir.summary.section import Emptiness, Section
from tests.support.people import JINJIANG, TODAY, ago, of, organizations, patient, request


def section_of(*resources: Resource) -> Section[Medication]:
    people = [patient(), patient("p2", JINJIANG)]
    return medications(health_file([*organizations(), *people, *resources]), TODAY)


def dispense(text: str, days: int) -> Resource:
    return of() | {
        "resourceType": "MedicationDispense",
        "status": "completed",
        "medicationCodeableConcept": {"text": text},
        "whenHandedOver": ago(days),
    }


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


def test_the_same_drug_of_two_hospitals_is_one_line_that_keeps_both_words() -> None:
    section = section_of(
        request("盐酸二甲双胍片", "0.5 g bid", 40), request("二甲双胍片 0.5g", "0.5 g bid", 12, "p2")
    )
    (line,) = section.current
    assert [source.name for source in line.sources] == ["二甲双胍片 0.5g", "盐酸二甲双胍片"]
    assert not line.doses_differ


def test_different_doses_are_said() -> None:
    section = section_of(request("二甲双胍片", "0.5 g bid"), request("二甲双胍片", "1 g bid", 12, "p2"))
    assert section.current[0].doses_differ


def test_a_release_form_is_another_line() -> None:
    assert len(section_of(request("二甲双胍片"), request("二甲双胍缓释片")).current) == 2


def test_stopped_old_and_ended_ones_are_earlier_never_lost() -> None:
    ended = request("阿莫西林", days=10, dispenseRequest={"validityPeriod": {"end": ago(3)}})
    section = section_of(request("甲", status="stopped"), request("乙", days=800), ended)
    assert section.current == []
    assert {line.name for line in section.earlier} == {"甲", "乙", "阿莫西林"}
    assert section.emptiness is Emptiness.NO_DATA


def test_errors_and_drafts_are_not_shown() -> None:
    section = section_of(request("甲", status="entered-in-error"), request("乙", status="draft"))
    assert (section.current, section.earlier) == ([], [])


def test_the_last_dispensing_stands_on_the_line() -> None:
    section = section_of(
        request("二甲双胍片", days=40), dispense("二甲双胍片", 5), dispense("二甲双胍片", 35)
    )
    assert section.current[0].dispensed is not None
    assert section.current[0].dispensed.day.isoformat() == ago(5)
    assert section_of(dispense("丙", 200)).current == []


def test_a_reference_to_a_contained_medication_has_its_name() -> None:
    contained = request("x") | {
        "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "缬沙坦胶囊"}}],
        "medicationReference": {"reference": "#m"},
    }
    del contained["medicationCodeableConcept"]
    assert section_of(contained).current[0].name == "缬沙坦胶囊"


def test_none_known() -> None:
    none = request("", medicationCodeableConcept={"coding": [{"code": "787481004"}]})
    assert section_of(none).emptiness is Emptiness.NONE_KNOWN


def test_nameless_drugs_are_not_merged() -> None:
    assert len(section_of(request(""), request("")).current) == 2


def test_an_institutions_newest_prescription_stands_for_it() -> None:
    section = section_of(request("二甲双胍片", "0.5 g", 100), request("二甲双胍片", "1 g", 10))
    (line,) = section.current
    assert [source.dose for source in line.sources] == ["1 g"]
    assert not line.doses_differ
    assert line.since is not None
    assert line.since.day.isoformat() == ago(100)


def test_what_was_not_renewed_in_120_days_is_earlier() -> None:
    section = section_of(request("甲", days=120), request("乙", days=121))
    assert [[line.name for line in part] for part in (section.current, section.earlier)] == [["甲"], ["乙"]]


def test_a_drug_has_its_english_name_from_any_source() -> None:
    code = {"system": "http://www.whocc.no/atc", "code": "A10BA02", "display": "Metformin"}
    both = {"text": "盐酸二甲双胍片", "coding": [code]}
    section = section_of(request("二甲双胍片", days=5), request("", days=9, medicationCodeableConcept=both))
    assert (section.current[0].name, section.current[0].name.english) == ("二甲双胍片", "Metformin")
