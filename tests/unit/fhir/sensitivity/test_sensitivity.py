"""What the content of a resource calls for (security-and-scale.md, line 15)."""

from typing import Any

import pytest

from fhir.sensitivity import ACT_CODE, labels, sensitivities

ICD, LOINC, ATC = "http://hl7.org/fhir/sid/icd-10", "http://loinc.org", "http://www.whocc.no/atc"


def condition(system: str, code: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "code": {"coding": [{"system": system, "code": code} | more]}}


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        (ICD, "B20", "HIV"), (ICD, "B24.x00", "HIV"), (ICD, "b22.0", "HIV"), (ICD, "Z21", "HIV"),
        (ICD, "B25", None), (ICD, "B19.9", None), (ICD, "A50", "STD"), (ICD, "A65", None),
        (ICD, "A64", "STD"),
        (ICD, "O98.1", "STD"), (ICD, "O98.3", "STD"), (ICD, "O98.4", None), (ICD, "F20.9", "PSY"),
        (ICD, "F32.900", "PSY"), (ICD, "F70", None), (ICD, "F10.2", "ETH"), (ICD, "O04.9", "SEX"),
        (ICD, "O80", None), (ICD, "D66", "GDIS"), (ICD, "T74.1", "SDV"), (ICD, "E11.9", None),
        ("urn:oid:2.16.840.1.113883.6.3.1", "B20", "HIV"), ("urn:other", "B20", None),
        (LOINC, "75622-1", "HIV"), (LOINC, "2345-7", None), (ATC, "J05AR10", "HIV"), (ATC, "N05AH04", "PSY"),
    ],
)  # fmt: skip
def test_codes(system: str, code: str, expected: str | None) -> None:
    assert sensitivities(condition(system, code)) == ([(ACT_CODE, expected)] if expected else [])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("HIV抗体初筛", "HIV"),
        ("梅毒螺旋体抗体", "STD"),
        ("抑郁状态", "PSY"),
        ("人工流产术后", "SEX"),
        ("高血压", None),
    ],
)
def test_words_where_a_hospital_sends_no_code(words: str, expected: str | None) -> None:
    """In the text of a concept and in the display of a local code."""
    for resource in (
        {"resourceType": "Condition", "code": {"text": words}},
        condition("urn:furong:source:HTEST:code", "x", display=words),
        {"resourceType": "MedicationRequest", "reasonCode": [{"coding": [{"code": "y", "display": words}]}]},
    ):
        assert sensitivities(resource) == ([(ACT_CODE, expected)] if expected else [])


def test_every_label_once_and_nothing_from_names_or_narrative() -> None:
    resource = condition(ICD, "B20", display="艾滋病") | {
        "evidence": [
            {"code": [{"coding": [{"system": ICD, "code": "F32"}, {"system": ICD, "code": "B23"}]}]}
        ],
        "subject": {"display": "梅毒"},
        "text": {"status": "generated", "div": "<div>淋病</div>"},
        "meta": {"tag": [{"system": ICD, "code": "A51"}]},
    }
    assert sensitivities(resource) == [(ACT_CODE, "HIV"), (ACT_CODE, "PSY")]
    assert set(sensitivities(resource)) < labels()


@pytest.mark.parametrize(
    "said",
    [
        {"resourceType": "DocumentReference", "description": "艾滋病确证检测报告"},
        {"resourceType": "DocumentReference", "content": [{"attachment": {"title": "HIV 抗体"}}]},
        {
            "resourceType": "DiagnosticReport",
            "code": {"text": "化验"},
            "conclusion": "HIV 抗体阳性" + "。" * 300,
        },
        {"resourceType": "Observation", "valueString": "HIV-1 抗体阳性"},
        {"resourceType": "Composition", "title": "小结", "section": [{"title": "艾滋病治疗"}]},
        {"resourceType": "Encounter", "diagnosis": [{"condition": {"display": "艾滋病"}}]},
        {"resourceType": "MedicationRequest", "medicationReference": {"display": "HIV PEP"}},
        {
            "resourceType": "MedicationRequest",
            "contained": [
                {"resourceType": "Patient", "name": [{"text": "梅毒"}]},
                {"resourceType": "Medication", "code": {"coding": [{"system": ATC, "code": "J05AR10"}]}},
            ],
        },
    ],
)
def test_what_is_told_in_words_alone_or_lies_within(said: dict[str, Any]) -> None:
    assert sensitivities(said) == [(ACT_CODE, "HIV")]


def test_what_is_no_concept_is_passed_over() -> None:
    assert sensitivities({"resourceType": "Observation", "code": None, "component": [None, 1, ["x"]]}) == []
    assert sensitivities(condition(ICD, "")) == []
