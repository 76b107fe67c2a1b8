"""Why something is hidden from a reader: each reason as resources, the hidden one first."""

from typing import Any

from auth import moment
from tests.functional.api.exchange import observation
from tests.functional.api.test_organization import OWN

MARK = "HTESTSECRET"
LAB = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]
}
VITAL = {
    "coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}
    ]
}
GLUCOSE = {"coding": [{"system": "http://loinc.org", "code": "2345-7", "display": "Glucose"}]}
HIV = {"coding": [{"system": "http://loinc.org", "code": "75622-1", "display": MARK}]}
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def note(subject: str, **more: Any) -> dict[str, Any]:
    return observation(subject, code=GLUCOSE, category=[VITAL], note=[{"text": MARK}], valueString="x") | more


def consent(subject: str, **provision: Any) -> dict[str, Any]:
    return {
        "resourceType": "Consent",
        "id": "c1",
        "status": "active",
        "scope": {
            "coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}
            ]
        },
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": subject},
        "dateTime": "2026-01-01",
        "policyRule": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPTOUT"}]
        },
        "provision": {"type": "permit", "provision": [{"type": "deny"} | provision]},
    }


def permission(subject: str, **provision: Any) -> dict[str, Any]:
    """What a resident whose file is closed permits to the reader's house from today on."""
    root = {"type": "permit", "actor": [ACTOR]} | provision
    return consent(subject) | {"dateTime": moment.now().isoformat(), "provision": root}


ACTOR = {"role": {"coding": [{"code": "PRCP"}]}, "reference": {"reference": OWN}}
TYPES = "http://hl7.org/fhir/resource-types"

REASONS: dict[str, Any] = {
    "another resident": [note("Patient/pB")],
    "beyond the granular scope": [note("Patient/pA")],
    "declared label": [note("Patient/pA2", meta={"security": [{"system": ACT, "code": "PSY"}]})],
    "computed label": [note("Patient/pA2", code=HIV)],
    "denied class": [
        note("Patient/pA"),
        consent("Patient/pA", **{"class": [{"system": TYPES, "code": "Observation"}]}),
    ],
    "denied to the house": [note("Patient/pA"), consent("Patient/pA", actor=[ACTOR])],
    "denied through another source": [note("Patient/pA"), consent("Patient/pA2", actor=[ACTOR])],
    "denied code": [note("Patient/pA"), consent("Patient/pA", code=[GLUCOSE])],
    "denied document": [
        note("Patient/pA"),
        consent(
            "Patient/pA", data=[{"meaning": "instance", "reference": {"reference": "Observation/secret"}}]
        ),
    ],
    "denied years": [
        note("Patient/pA", effectiveDateTime="2020-05-05"),
        consent("Patient/pA", dataPeriod={"start": "2020", "end": "2021"}),
    ],
    "over": [note("Patient/pC")],
    "beyond the permitted class": [
        note("Patient/pD"),
        permission("Patient/pD", **{"class": [{"system": TYPES, "code": "Condition"}]}),
    ],
    "beyond the permitted code": [
        note("Patient/pD"),
        permission("Patient/pD", code=[{"coding": [{"system": "http://loinc.org", "code": "1-1"}]}]),
    ],
    "permitted to another doctor": [
        note("Patient/pD"),
        permission("Patient/pD", actor=[ACTOR | {"reference": {"reference": "Practitioner/d2"}}]),
    ],
    "label of the permitted part": [note("Patient/pD", code=HIV), permission("Patient/pD", code=[HIV])],
}
REASONS |= {
    "deceased": [note("Patient/pE")],
    "deceased as another source says": [note("Patient/pE2")],
    "deceased, whatever he had permitted": [note("Patient/pE"), permission("Patient/pE")],
}
GRANULAR, TYPE, REVOKED = "beyond the granular scope", "another type", "revoked"
REASONS |= {TYPE: [note("Patient/pA")], REVOKED: [note("Patient/pA")]}
