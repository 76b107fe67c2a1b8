from fhir.summary.allergies import allergies
from fhir.summary.file import health_file
from services.portal.shares.document import SECTIONS, chosen
from tests.support import people

FILE = people.five_diseases()
for number, resource in enumerate(FILE.everything()):
    resource.setdefault("id", f"made-{number}")


def test_only_the_chosen_sections_and_of_the_person_no_number() -> None:
    shared = chosen(FILE, ["allergies"])
    assert {each["resourceType"] for each in shared} <= {"Patient", "AllergyIntolerance", "Organization"}
    for each in shared:
        if each["resourceType"] == "Patient":
            known = {"resourceType", "id", "name", "gender", "birthDate", "managingOrganization"}
            assert each.keys() <= known


def test_every_line_says_which_house_it_is_from_and_no_other_house_is_told_of() -> None:
    shared = chosen(FILE, ["allergies"])
    lines = allergies(health_file(shared)).current
    named = {origin.organization for line in lines for origin in line.origins}
    assert lines
    assert None not in named
    houses = {each["name"] for each in shared if each["resourceType"] == "Organization"}
    assert houses == named
    lone = people.health_file([*people.organizations(), people.patient()])
    assert [each["resourceType"] for each in chosen(lone, list(SECTIONS))] == ["Patient"]


def test_every_subject_of_a_line_is_there() -> None:
    shared = chosen(FILE, list(SECTIONS))
    persons = {f"Patient/{each['id']}" for each in shared if each["resourceType"] == "Patient"}
    assert {each["subject"]["reference"] for each in shared if "subject" in each} <= persons
    assert len(persons) > 1


def test_no_institution_is_told_of_whose_lines_are_not_shared() -> None:
    elsewhere = people.condition("HTEST", "F20.9", performer=[{"reference": people.JIANYANG}]) | {"id": "c"}
    drug = people.request("二甲双胍", requester={"reference": people.HUAXI}) | {"id": "m"}
    file = people.health_file([*people.organizations(), people.patient(), elsewhere, drug])
    told = [each["id"] for each in chosen(file, ["medications"]) if each["resourceType"] == "Organization"]
    assert told == [people.HUAXI.removeprefix("Organization/")]


def test_everything_chosen_is_every_clinical_line() -> None:
    shared = {each["id"] for each in chosen(FILE, list(SECTIONS))}
    for types in (types for _, types in SECTIONS.values()):
        for resource in FILE.holding(*types):
            assert resource["id"] in shared


def test_no_line_names_the_person_by_a_number() -> None:
    number = {"system": "urn:oid:2.16.156.10011.1.3", "value": "510104195803129013"}
    result = people.observation("718-7", "血红蛋白", "1", "g/L", 1, id="o")
    result["text"] = {"div": number["value"]}
    result["subject"] |= {"identifier": number}
    result["contained"] = [{"resourceType": "Patient", "id": "c", "identifier": [number]}]
    file = people.health_file([*people.organizations(), people.patient(), result])
    shared = chosen(file, ["results"])
    assert any(each["resourceType"] == "Observation" for each in shared)
    assert number["value"] not in str(shared)


def test_what_was_entered_in_error_is_not_shared() -> None:
    wrong = people.request("二甲双胍", status="entered-in-error") | {"id": "m"}
    file = people.health_file([*people.organizations(), people.patient(), wrong])
    assert [each["resourceType"] for each in chosen(file, ["medications"])] == ["Patient"]
