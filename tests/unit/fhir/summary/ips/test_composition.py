from dataclasses import replace

from fhir.resource import Resource
from fhir.summary.file import HealthFile
from tests.support.documents import document_of, file_of, section_of
from tests.support.people import JINJIANG, allergy, condition, of, organizations, patient

SNOMED = "http://snomed.info/sct"
NONE = {"coding": [{"system": SNOMED, "code": "716186003", "display": "No known allergy"}]}
REQUIRED = ["48765-2", "11450-4", "10160-0"]


def head_of(file: HealthFile) -> Resource:
    return dict(document_of(file)["entry"][0]["resource"])


def test_the_head_says_what_for_whom_by_whom() -> None:
    head = head_of(file_of(*organizations(), patient()))
    assert head["type"]["coding"][0]["code"] == "60591-5"
    assert head["subject"]["reference"].endswith("/Patient/p1")
    assert head["author"][0]["reference"].startswith("urn:uuid:")
    assert (head["status"], head["language"], head["confidentiality"]) == ("final", "zh-CN", "N")
    assert head["meta"]["security"] == [{"code": "HTEST"}]


def test_mandatory_and_recommended_sections_are_always_there() -> None:
    codes = [each["code"]["coding"][0]["code"] for each in head_of(file_of(patient()))["section"]]
    assert codes == [*REQUIRED, "30954-2", "11369-6", "47519-4", "46264-8"]


def test_no_data_is_not_none_known() -> None:
    nothing = document_of(file_of(patient()))
    for code in REQUIRED:
        section = section_of(nothing, code)
        assert section["emptyReason"]["coding"][0]["code"] == "unavailable"
        assert "entry" not in section
    asked = document_of(file_of(patient(), allergy(code=NONE, id="none")))
    section = section_of(asked, "48765-2")
    assert [each["reference"].split("/")[-1] for each in section["entry"]] == ["none"]
    assert "emptyReason" not in section
    assert "无已知过敏" in section["text"]["div"]


def test_a_source_without_information_says_nothing() -> None:
    unknown = {"coding": [{"system": SNOMED, "code": "1287211007", "display": "No information available"}]}
    bundle = document_of(file_of(patient(), allergy(code=unknown), condition("x", "x") | {"code": unknown}))
    for code in REQUIRED[:2]:
        assert section_of(bundle, code)["emptyReason"]["coding"][0]["code"] == "unavailable"


def test_who_also_says_that_there_are_none_is_told_of_and_is_no_entry() -> None:
    both = document_of(file_of(*organizations(), patient(), allergy(id="a"), allergy(code=NONE, id="none")))
    section = section_of(both, "48765-2")
    assert [each["reference"].split("/")[-1] for each in section["entry"]] == ["a"]
    assert "也有来源记为没有" in section["text"]["div"]


def test_what_the_authorization_does_not_cover_is_withheld() -> None:
    file = replace(file_of(patient()), withheld=frozenset({"Condition", "MedicationDispense"}))
    bundle = document_of(file)
    assert section_of(bundle, "11450-4")["emptyReason"]["coding"][0]["code"] == "withheld"
    drugs = section_of(bundle, "10160-0")
    assert drugs["emptyReason"]["coding"][0]["code"] == "unavailable"
    assert "MedicationDispense" in drugs["text"]["div"]


def test_a_confidential_entry_makes_the_document_confidential() -> None:
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    file = file_of(patient(), condition("x", "I10", meta={"security": [label]}))
    assert head_of(file)["confidentiality"] == "R"


def test_the_custodian_is_the_house_that_keeps_the_file() -> None:
    episode = of() | {
        "resourceType": "EpisodeOfCare",
        "status": "active",
        "type": [
            {"coding": [{"system": "urn:furong:CodeSystem:episode-of-care-type", "code": "health-file"}]}
        ],
        "managingOrganization": {"reference": JINJIANG},
        "period": {"start": "2020-01-01"},
    }
    head = head_of(file_of(*organizations(), patient(), episode))
    assert head["custodian"]["reference"].endswith(JINJIANG)
    assert "custodian" not in head_of(file_of(patient()))
