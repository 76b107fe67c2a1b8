from typing import Any

import pytest

from fhir.summary.title import title

GLUCOSE = {"coding": [{"system": "http://loinc.org", "code": "2345-7", "display": "Glucose [Moles/volume]"}]}
ORDER = {"resourceType": "MedicationRequest"}


@pytest.mark.parametrize(
    ("resource", "chinese", "english"),
    [
        ({"resourceType": "Observation", "code": GLUCOSE}, "血糖", "Glucose"),
        ({"resourceType": "Observation", "code": GLUCOSE | {"text": "空腹血糖"}}, "空腹血糖", "Glucose"),
        ({"resourceType": "DocumentReference", "description": "摘要", "type": {"text": "x"}}, "摘要", "摘要"),
        ({"resourceType": "DocumentReference", "type": {"text": "小结"}}, "小结", "小结"),
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
