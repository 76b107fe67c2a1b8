from decimal import Decimal
from html import unescape
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fhir.resource import Resource, serialize
from fhir.summary.ips.sections import sections
from tests.support.documents import assert_sound, document_of, file_of, references, resources_of, text_of_div
from tests.support.people import (
    HUAXI,
    JINJIANG,
    TODAY,
    ago,
    allergy,
    concept,
    condition,
    five_diseases,
    nobody_knows,
    observation,
    of,
    organizations,
    patient,
    request,
)

CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"], exclude_characters="\ufffe\uffff")
TEXTS = st.one_of(
    st.sampled_from(["青霉素", "<b>&\"'", "𠮷野家 𪚥", "]]>", "Ä b", "a" * 90]),
    st.text(CHARACTERS, min_size=1, max_size=20).map(str.strip).filter(bool),
)
PATIENTS = st.sampled_from(["p1", "p2"])
DAYS = st.integers(0, 4000)
ELSEWHERE = st.sampled_from(
    [
        "Encounter/e1",
        "https://elsewhere.test/Encounter/1",
        "urn:uuid:0",
        "Encounter/e/_history/2",
    ]
)


def _allergy(text: str, who: str, days: int, elsewhere: str) -> Resource:
    return allergy(text, who, days, encounter={"reference": elsewhere})


def _condition(text: str, who: str, days: int, elsewhere: str) -> Resource:
    return condition(text, "I10", days, who, encounter={"reference": elsewhere, "display": text})


def _request(text: str, who: str, days: int, elsewhere: str) -> Resource:
    return request(text, text, days, who, encounter={"reference": elsewhere})


def _observation(text: str, who: str, days: int, elsewhere: str) -> Resource:
    made = observation("4548-4", text, "7.10", "%", days, patient=who, encounter={"reference": elsewhere})
    return made | {"code": {"text": text}}


def _statement(text: str, who: str, days: int, elsewhere: str) -> Resource:
    base = of(who) | {
        "resourceType": "MedicationStatement",
        "status": "active",
        "effectiveDateTime": ago(days),
    }
    return base | {"medicationReference": {"reference": "Medication/hidden", "display": text}}


def _procedure(text: str, who: str, days: int, elsewhere: str) -> Resource:
    base = of(who) | {"resourceType": "Procedure", "status": "completed", "code": concept(text)}
    return base | {"performedDateTime": ago(days), "encounter": {"reference": elsewhere}}


def _device(text: str, who: str, days: int, elsewhere: str) -> Resource:
    base = of(who) | {"resourceType": "DeviceUseStatement", "status": "active", "recordedOn": ago(days)}
    return base | {"device": {"reference": "Device/hidden", "display": text}}


def _flag(text: str, who: str, days: int, elsewhere: str) -> Resource:
    return of(who) | {
        "resourceType": "Flag",
        "status": "active",
        "code": concept(text),
        "period": {"start": ago(days)},
    }


def _immunization(text: str, who: str, days: int, elsewhere: str) -> Resource:
    base = {"resourceType": "Immunization", "status": "completed", "vaccineCode": concept(text)}
    return base | {"patient": {"reference": f"Patient/{who}"}, "occurrenceDateTime": ago(days)}


MAKERS: list[Any] = [
    _allergy, _condition, _request, _observation, _statement, _procedure, _device, _flag, _immunization,
]  # fmt: skip
RESOURCES = st.builds(
    lambda make, *rest: make(*rest), st.sampled_from(MAKERS), TEXTS, PATIENTS, DAYS, ELSEWHERE
)


@settings(max_examples=60, deadline=None)
@given(st.lists(RESOURCES, max_size=12), st.booleans())
def test_every_document_is_valid_whole_and_says_the_name_of_every_line(
    resources: list[Resource], several: bool
) -> None:
    people = [patient(), patient("p2", JINJIANG)] if several else [patient()]
    known = {f"Patient/{each['id']}" for each in people}
    file = file_of(*organizations(), *people, *(r for r in resources if _subject(r) in known))
    bundle = document_of(file)
    assert_sound(bundle)
    told = "\n".join(unescape(text_of_div(each)) for each in bundle["entry"][0]["resource"]["section"])
    for part in sections(file, TODAY):
        for line in part.lines:
            assert line.cells[0] in told


def _subject(resource: Resource) -> str:
    return str((resource.get("subject") or resource.get("patient") or {})["reference"])


def test_a_whole_file_and_an_empty_one_are_sound() -> None:
    for example in (five_diseases(), nobody_knows()):
        file = file_of(*example.organizations.values(), *example.everything())
        assert_sound(document_of(file))


def test_one_person_of_several_source_patients_is_one_patient() -> None:
    file = file_of(
        *organizations(),
        patient(identifier=[{"system": "urn:a", "value": "1"}]),
        patient("p2", JINJIANG, identifier=[{"system": "urn:b", "value": "2"}]),
        condition("高血压", "I10", patient="p2", id="c1"),
    )
    bundle = document_of(file)
    (who,) = resources_of(bundle, "Patient")
    assert [each["value"] for each in who["identifier"]] == ["1", "2"]
    (problem,) = resources_of(bundle, "Condition")
    assert problem["subject"] == {"reference": "Patient/p1", "identifier": {"system": "urn:b", "value": "2"}}


def test_decimals_and_the_houses_stay_as_they_were() -> None:
    file = file_of(*organizations(), patient(), observation("4548-4", "A1c", "7.10", "%", 3))
    bundle = document_of(file)
    (result,) = resources_of(bundle, "Observation")
    assert result["valueQuantity"]["value"] == Decimal("7.10")
    assert b"7.10" in serialize(bundle)
    assert f"{HUAXI}" in {each.split("/fhir/")[-1] for each in references(bundle["entry"][0]["resource"])}


def test_two_documents_are_two() -> None:
    file = file_of(patient())
    assert document_of(file)["identifier"] != document_of(file)["identifier"]
