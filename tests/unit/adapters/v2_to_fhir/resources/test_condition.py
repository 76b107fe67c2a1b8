"""adapters.v2_to_fhir.resources.condition: diagnoses."""

import pytest

from tests.unit.adapters.v2_to_fhir.given import LOCAL, converted, drafts, resources

ICD = "http://hl7.org/fhir/sid/icd-10"
VISIT = "PV1|1|I" + "|" * 17 + "V1"


@pytest.mark.parametrize(
    ("dg1", "system", "code", "text"),
    [
        ("DG1|1||I10^高血压^I10", ICD, "I10", "高血压"),
        ("DG1|1|I10|E11.900|2型糖尿病", ICD, "E11.900", "2型糖尿病"),
        ("DG1|1||J18.9^肺炎", ICD, "J18.9", "肺炎"),
        ("DG1|1||M80001^肿瘤", f"{LOCAL}:code", "M80001", "肿瘤"),
        ("DG1|1||BNP050^胸痹^GB/T 15657", "urn:oid:2.16.156.10011.2.3.3.14", "BNP050", "胸痹"),
    ],
)
def test_code(dg1: str, system: str, code: str, text: str) -> None:
    (made,) = resources(converted("PID|||P1", dg1), "Condition")
    assert (made["code"]["coding"][0]["system"], made["code"]["coding"][0]["code"]) == (system, code)
    assert made["code"]["text"] == text


def test_words_alone_are_a_diagnosis() -> None:
    (made,) = resources(converted("PID|||P1", "DG1|1|||上呼吸道感染"), "Condition")
    assert made["code"] == {"text": "上呼吸道感染"}


def test_a_diagnosis_belongs_to_its_visit() -> None:
    made = converted("PID|||P1", VISIT, "DG1|1||I10|||F|||||||||1")
    (visit,), (condition,) = resources(made, "Encounter"), resources(made, "Condition")
    assert condition["encounter"] == {"reference": f"Encounter/{visit['id']}"}
    assert condition["category"][0]["coding"][0]["code"] == "encounter-diagnosis"
    assert visit["diagnosis"][0]["rank"] == 1
    (alone,) = drafts(converted("PID|||P1", "DG1|1||I10"), "Condition")
    assert alone.id != condition["id"]


def test_when_it_was_recorded() -> None:
    made = converted("EVN|A01|20260104", "PID|||P1", "DG1|1||I10")
    (condition,) = resources(made, "Condition")
    assert condition["recordedDate"] == "2026-01-04"
    assert not [name for name in condition if name.startswith("onset")]
    dated = converted("PID|||P1", "DG1|1||I10" + "|" * 16 + "20260103")
    assert resources(dated, "Condition")[0]["recordedDate"] == "2026-01-03"
    assert resources(converted("PID|||P1", "DG1|1||I10"), "Condition")[0]["recordedDate"].startswith(
        "2026-01-05T10"
    )


def test_a_diagnosis_taken_back() -> None:
    (draft,) = drafts(converted("PID|||P1", "DG1|1||I10" + "|" * 18 + "D"), "Condition")
    assert draft.elements["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert draft.nulls == {"clinicalStatus"}


def test_nothing_is_listed() -> None:
    assert converted("PID|||P1", "DG1|1").unmapped == ["DG1[1]"]


def test_an_unknown_kind_of_diagnosis_is_a_part_of_its_own() -> None:
    made = converted("PID|||P1", VISIT, "DG1|1||I10|||X-Y", "DG1|2||J18.9|||入院诊断", "DG1|3||E11|||a")
    (visit,) = drafts(made, "Encounter")
    assert visit.lists["diagnosis"] == {"DG1/X_Y": 1, "DG1/AD": 2}
    assert len(resources(made, "Encounter")[0]["diagnosis"]) == 3
