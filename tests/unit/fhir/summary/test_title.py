from typing import Any

import pytest

from fhir.summary.title import title

GLUCOSE = {"coding": [{"system": "http://loinc.org", "code": "2345-7", "display": "Glucose [Moles/volume]"}]}
PAPER = {
    "resourceType": "DocumentReference",
    "content": [{"attachment": {"url": "Binary/1"}}, {"attachment": {"title": "HTEST 小结.pdf"}}],
}
ORDER = {"resourceType": "MedicationRequest"}


@pytest.mark.parametrize(
    ("resource", "chinese", "english"),
    [
        ({"resourceType": "Observation", "code": GLUCOSE}, "血糖", "Glucose"),
        ({"resourceType": "Observation", "code": GLUCOSE | {"text": "空腹血糖"}}, "空腹血糖", "Glucose"),
        ({"resourceType": "DocumentReference", "description": "摘要", "type": {"text": "x"}}, "摘要", "摘要"),
        ({"resourceType": "DocumentReference", "type": {"text": "小结"}}, "小结", "小结"),
        (PAPER | {"type": {"coding": [{"code": "34133-9"}]}}, "HTEST 小结.pdf", "HTEST 小结.pdf"),
        (PAPER | {"type": {"text": "出院小结"}}, "出院小结", "出院小结"),
        (PAPER, "HTEST 小结.pdf", "HTEST 小结.pdf"),
        ({"resourceType": "DocumentReference", "type": {"coding": [{"code": "9"}]}}, "9", "9"),
        ({"resourceType": "DocumentReference", "content": [{}]}, "", ""),
        (ORDER | {"medicationReference": {"display": "HTEST 药"}}, "HTEST 药", "HTEST 药"),
        (ORDER | {"medicationCodeableConcept": {"text": "二甲双胍片"}}, "二甲双胍片", "Metformin tablets"),
        ({"resourceType": "Condition", "code": {"text": "高血压"}}, "高血压", "Hypertension"),
        ({"resourceType": "Immunization", "vaccineCode": {"text": "HTEST 疫苗"}}, "HTEST 疫苗", "HTEST 疫苗"),
        ({"resourceType": "Procedure"}, "", ""),
        ({"resourceType": "AllergyIntolerance", "type": "allergy"}, "", ""),
    ],
)  # fmt: skip
def test_a_resource_is_called_as_on_the_pages(resource: dict[str, Any], chinese: str, english: str) -> None:
    found = title(resource)
    assert (found, found.english) == (chinese, english)
