from typing import Any

import pytest

from fhir.summary.title import title

GLUCOSE = {"coding": [{"system": "http://loinc.org", "code": "2345-7", "display": "Glucose [Moles/volume]"}]}
PAPER = {
    "resourceType": "DocumentReference",
    "content": [{"attachment": {"url": "Binary/1"}}, {"attachment": {"title": "HTEST 小结.pdf"}}],
}
CUT = {"coding": [{"system": "urn:oid:2.16.156.10011.2.3.3.12", "code": "47.0900"}], "text": "急诊阑尾切除"}
ITCH = {
    "coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cn", "code": "L30.900"}],
    "text": "湿疹A级",
}
WARD = [{"location": {"display": "儿科"}}]
ORDER = {"resourceType": "MedicationRequest"}


@pytest.mark.parametrize(
    ("resource", "chinese", "english"),
    [
        ({"resourceType": "Observation", "code": GLUCOSE}, "血糖", "Glucose"),
        ({"resourceType": "Observation", "code": GLUCOSE | {"text": "空腹血糖"}},
         "空腹血糖", "Fasting glucose"),
        ({"resourceType": "Observation", "code": GLUCOSE | {"text": "脑脊液葡萄糖"}},
         "脑脊液葡萄糖", "Glucose (脑脊液葡萄糖)"),
        ({"resourceType": "DocumentReference", "description": "摘要", "type": {"text": "x"}}, "摘要", "摘要"),
        ({"resourceType": "DocumentReference", "type": {"text": "小结"}}, "小结", "小结"),
        (PAPER | {"type": {"coding": [{"code": "34133-9"}]}}, "HTEST 小结.pdf", "HTEST 小结.pdf"),
        (PAPER | {"type": {"text": "出院小结"}}, "出院小结", "Discharge summary"),
        (PAPER, "HTEST 小结.pdf", "HTEST 小结.pdf"),
        ({"resourceType": "DocumentReference", "type": {"coding": [{"code": "9"}]}}, "9", "9"),
        ({"resourceType": "DocumentReference", "content": [{}]}, "", ""),
        (ORDER | {"medicationReference": {"display": "HTEST 药"}}, "HTEST 药", "HTEST 药"),
        (ORDER | {"medicationCodeableConcept": {"text": "二甲双胍片"}}, "二甲双胍片", "Metformin tablets"),
        ({"resourceType": "Condition", "code": {"text": "高血压"}}, "高血压", "Hypertension"),
        ({"resourceType": "Immunization", "vaccineCode": {"text": "HTEST 疫苗"}}, "HTEST 疫苗", "HTEST 疫苗"),
        ({"resourceType": "Procedure"}, "", ""),
        ({"resourceType": "Procedure", "code": {"text": "阑尾切除术"}}, "阑尾切除术", "Appendectomy"),
        ({"resourceType": "Procedure", "code": CUT}, "急诊阑尾切除", "Appendectomy (急诊阑尾切除)"),
        ({"resourceType": "Procedure", "code": {"text": "HTEST 术"}}, "HTEST 术", "HTEST 术"),
        ({"resourceType": "Encounter", "serviceType": {"text": "心内科"}}, "心内科", "Cardiology"),
        ({"resourceType": "Encounter", "location": WARD}, "儿科", "Paediatrics"),
        ({"resourceType": "Encounter", "type": [{"text": "骨科"}]}, "骨科", "Orthopaedics"),
        ({"resourceType": "AllergyIntolerance", "code": {"text": "青霉素"}}, "青霉素", "Penicillin"),
        ({"resourceType": "Condition", "code": ITCH}, "湿疹A级", "Dermatitis (湿疹A级)"),
        ({"resourceType": "AllergyIntolerance", "type": "allergy"}, "", ""),
    ],
)  # fmt: skip
def test_a_resource_is_called_as_on_the_pages(resource: dict[str, Any], chinese: str, english: str) -> None:
    found = title(resource)
    assert (found, found.english) == (chinese, english)
