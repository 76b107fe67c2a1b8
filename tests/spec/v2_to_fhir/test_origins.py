"""Every element of every resource can be traced to the fields that it was read from (checklist line 66)."""

import re

import pytest

from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.merge import merge
from tests.spec.v2_to_fhir.test_v2_to_fhir import CASES, FOLDER, conversion
from tests.unit.adapters.v2_to_fhir.given import converted, drafts

PLACE = re.compile(r"[A-Z][A-Z0-9]{2}\[\d+\](-\d+)?")
SAYS_NOTHING = {
    "id": "follows from the numbers of the message",
    "resourceType": "what the draft is",
    "Patient.managingOrganization": "the registered source",
    "Encounter.serviceProvider": "the registered source",
    "Location.managingOrganization": "the registered source",
    "Provenance.target": "the resources of the message",
    "Provenance.agent": "the registered source",
    "Provenance.policy": "the maps that were used",
}
"""Elements that come from no field, and where they come from."""
PRESUMED = {
    "Account.status": "active",
    "Appointment.participant": "unknown",
    "Appointment.status": "proposed",
    "CarePlan.intent": "plan",
    "ChargeItem.status": "unknown",
    "Coverage.status": "active",
    "DiagnosticReport.category": "laboratory, by its results",
    "DiagnosticReport.code": "-",
    "DiagnosticReport.status": "unknown",
    "DocumentReference.content": "absent",
    "DocumentReference.status": "current",
    "Encounter.class": "unknown",
    "Encounter.status": "unknown",
    "Immunization.occurrenceString": "unknown",
    "Immunization.status": "completed",
    "MedicationRequest.intent": "order",
    "MedicationRequest.status": "unknown",
    "Observation.code": "-",
    "Observation.status": "unknown",
    "Patient.active": "true",
    "Procedure.status": "completed",
    "RelatedPerson.active": "true",
    "ServiceRequest.intent": "order",
    "ServiceRequest.status": "unknown",
}
"""What FHIR wants said and the message does not say: it has no origin, only where nothing said it."""


def untraced(draft: Draft) -> set[str]:
    """The elements of the resource that name no place."""
    told = {element.partition(".")[0].lstrip("_") for element in draft.origins}
    made = {element.lstrip("_") for element in merge(None, {}, draft)[0]}
    missing = {f"{draft.type}.{element}" for element in made - told if element not in SAYS_NOTHING}
    said = {f"{draft.type}.{element.partition('.')[0]}" for element in draft.elements}
    return {one for one in missing - set(SAYS_NOTHING) if one in said or one not in PRESUMED}


@pytest.mark.parametrize("case", CASES)
def test_line_66_every_element_names_the_fields_that_it_was_read_from(case: str) -> None:
    found = conversion(case)
    assert {one for draft in found.drafts for one in untraced(draft)} == set()


@pytest.mark.parametrize("case", CASES)
def test_line_66_every_place_is_one_of_the_message(case: str) -> None:
    text = (FOLDER / "cases" / f"{case}.hl7").read_text(encoding="utf-8")
    names = [line[:3] for line in text.splitlines() if line[:3].strip()]
    for draft in conversion(case).drafts:
        for place in (place for places in draft.origins.values() for place in places):
            assert PLACE.fullmatch(place), place
            assert names.count(place[:3]) >= int(re.findall(r"\[(\d+)\]", place)[0]), place


PID = "PID|1||P1^^^HX^PI||张^三||19580312|M"
PV1 = "PV1|1|I|3B^301^1||||||||||||||||V1"
RESULT = (
    PID, PV1, "OBR|1|O1|F1|GLU^葡萄糖|||202601050800|||||||||||||||||LAB|P",
    "OBX|1|NM|GLU^葡萄糖||5.1|mmol/L|3.9-6.1|H|||F", "NTE|1||空腹",
    "OBX|2|NM|K^钾||4.0|mmol/L|||||",
)  # fmt: skip
ORDER = (
    PID, "ORC|NW|O1|F1||IP", "RXE|^^^|AMX^阿莫西林|500||mg||饭后|||20|cap|1",
    "RXR|PO", "TQ1|1||BID||||20260105|20260112",
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "segments", "type", "origins"),
    [
        ("ORU^R01", RESULT, "Observation", {
            "valueQuantity": ["OBX[1]-5", "OBX[1]-6"], "interpretation": ["OBX[1]-8"],
            "referenceRange": ["OBX[1]-7", "OBX[1]-6"], "status": ["OBX[1]-11"], "note": ["NTE[1]-3"],
            "effectiveDateTime": ["OBR[1]-7"], "category": ["OBR[1]-24"], "subject": ["PID[1]-3"],
            "encounter": ["PV1[1]-19"], "code": ["OBX[1]-3"],
        }),
        ("ORU^R01", RESULT, "DiagnosticReport", {
            "status": ["OBR[1]-25"], "effectiveDateTime": ["OBR[1]-7"], "result": ["OBX[1]", "OBX[2]"],
            "code": ["OBR[1]-4"], "subject": ["PID[1]-3"],
        }),
        ("ADT^A03", ("EVN|A03|20260105", PID, PV1 + "|" * 25 + "20260101|20260105"), "Encounter", {
            "status": ["MSH[1]-9", "EVN[1]-1", "PV1[1]-45"], "class": ["PV1[1]-2"],
            "period": ["PV1[1]-44", "PV1[1]-45"], "location": ["PV1[1]-3", "EVN[1]-2"],
            "identifier": ["PV1[1]-19"],
        }),
        ("ADT^A08", (PID, PV1, "DG1|1|I10|I10^高血压||20260105|F"), "Condition", {
            "code": ["DG1[1]-3", "DG1[1]-2"], "clinicalStatus": ["DG1[1]"], "encounter": ["PV1[1]-19"],
        }),
        ("ADT^A08", (PID, PV1, "AL1|1|DA|PEN^青霉素|SV|皮疹"), "AllergyIntolerance", {
            "code": ["AL1[1]-3"], "reaction": ["AL1[1]-5", "AL1[1]-4"], "criticality": ["AL1[1]-4"],
            "clinicalStatus": ["AL1[1]"], "patient": ["PID[1]-3"],
        }),
        ("RDE^O11", ORDER, "MedicationRequest", {
            "dosageInstruction": ["RXE[1]-3", "RXE[1]-5", "RXE[1]-7", "RXR[1]-1", "TQ1[1]-3", "TQ1[1]-7",
                                  "TQ1[1]-8"],
            "dispenseRequest": ["RXE[1]-10", "RXE[1]-11", "RXE[1]-12"], "status": ["ORC[1]-5"],
            "medicationCodeableConcept": ["RXE[1]-2"],
        }),
        ("ADT^A08", (PID,), "Patient", {
            "identifier": ["PID[1]-3"], "name": ["PID[1]-5"], "birthDate": ["PID[1]-7"],
        }),
    ],
    ids=lambda value: value if isinstance(value, str) and "^" not in value else "",
)  # fmt: skip
def test_line_66_the_fields_of_what_matters_most(
    kind: str, segments: tuple[str, ...], type: str, origins: dict[str, list[str]]
) -> None:
    draft = drafts(converted(*segments, kind=kind), type)[0]
    assert {element: draft.origins.get(element) for element in origins} == origins


def test_line_66_a_result_without_a_state_has_that_of_its_report() -> None:
    _, second = drafts(converted(*RESULT, kind="ORU^R01"), "Observation")
    assert second.defaults["status"] == "preliminary"
    assert second.origins["status"] == ["OBR[1]-25"]
