from fhir.summary.ips.patient import one_patient
from fhir.validation import errors
from tests.support.people import JINJIANG, patient


def test_one_record_stays_as_it_is_but_for_its_links() -> None:
    alone = patient(link=[{"other": {"reference": "Patient/x"}, "type": "seealso"}])
    assert one_patient([alone]) == patient()


def test_the_first_record_goes_first_and_others_add() -> None:
    first = patient(birthDate="1958-03-12", identifier=[{"system": "urn:a", "value": "1"}], address=[])
    del first["gender"]
    other = patient(
        "p2",
        JINJIANG,
        birthDate="1960-01-01",
        name=[{"text": "王建國"}],
        identifier=[{"system": "urn:a", "value": "1"}, {"system": "urn:b", "value": "2"}],
        deceasedBoolean=True,
    )
    made = one_patient([first, other])
    assert (made["id"], made["birthDate"], made["gender"], made["deceasedBoolean"]) == (
        "p1", "1958-03-12", "male", True,
    )  # fmt: skip
    assert [each["text"] for each in made["name"]] == ["王建国", "王建國"]
    assert [each["value"] for each in made["identifier"]] == ["1", "2"]
    assert made["managingOrganization"] == first["managingOrganization"]


def test_what_is_unknown_is_said_to_be() -> None:
    made = one_patient([{"resourceType": "Patient", "id": "p1"}])
    assert made["_birthDate"]["extension"][0]["valueCode"] == "unknown"
    assert errors(made) == []


def test_a_merged_record_names_no_version() -> None:
    versioned = patient(meta={"versionId": "3", "lastUpdated": "2026-01-01T00:00:00Z"})
    assert "versionId" not in one_patient([versioned, patient("p2")])["meta"]
    assert one_patient([versioned])["meta"]["versionId"] == "3"
