"""Clinical resources of one visit, invented and labelled HTEST."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.performance.population import LABEL, LOINC, Resource, observation

UCUM = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"
DRUGS = "http://www.nlm.nih.gov/research/umls/rxnorm"
CONDITIONS = (
    "38341003",
    "44054006",
    "195662009",
    "271737000",
    "40055000",
    "444814009",
    "55822004",
    "162864005",
)
MEDICINES = ("314076", "860975", "308136", "197361", "849574", "313782", "308192", "617310")
SYSTOLIC, DIASTOLIC, PANEL = "8480-6", "8462-4", "85354-9"
_META = {"security": [LABEL]}
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
_FIRST = datetime(2015, 1, 1, 8, tzinfo=UTC)
_DAYS = 3900


@dataclass(frozen=True, slots=True)
class Links:
    """What the resources of a visit refer to."""

    patient: str
    encounter: str
    practitioner: str
    organization: str
    location: str


def moment(draw: random.Random) -> datetime:
    """When a visit was."""
    return _FIRST + timedelta(days=draw.randrange(_DAYS), minutes=draw.randrange(600))


def _ref(reference: str) -> dict[str, str]:
    return {"reference": reference}


def _code(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _amount(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def _money(draw: random.Random) -> dict[str, Any]:
    return {"value": draw.randrange(20, 900), "currency": "CNY"}


def _made(type: str, /, **members: Any) -> Resource:
    renamed = {name.rstrip("_"): member for name, member in members.items()}
    return {"resourceType": type, "meta": _META, **renamed}


def visit(links: Links, at: datetime) -> Resource:
    """The Encounter."""
    return _made(
        "Encounter",
        status="finished",
        class_={"system": f"{_TERMINOLOGY}v3-ActCode", "code": "AMB"},
        type=[_code(SNOMED, "185345009")],
        subject=_ref(links.patient),
        participant=[{"individual": _ref(links.practitioner)}],
        period={"start": _text(at), "end": _text(at + timedelta(minutes=20))},
        location=[{"location": _ref(links.location)}],
        serviceProvider=_ref(links.organization),
    )


def condition(links: Links, at: datetime, draw: random.Random) -> Resource:
    """A problem that the visit is about."""
    return _made(
        "Condition",
        clinicalStatus=_code(f"{_TERMINOLOGY}condition-clinical", "active"),
        verificationStatus=_code(f"{_TERMINOLOGY}condition-ver-status", "confirmed"),
        code=_code(SNOMED, draw.choice(CONDITIONS)),
        subject=_ref(links.patient),
        encounter=_ref(links.encounter),
        onsetDateTime=_text(at),
        recorder=_ref(links.practitioner),
    )


def result(links: Links, at: datetime, draw: random.Random, number: int) -> Resource:
    """A laboratory result."""
    made = observation(links.patient, number)
    quantity = made["valueQuantity"] | {"value": draw.randrange(30, 3000) / 10}
    times = {"effectiveDateTime": _text(at), "issued": _text(at)}
    linked = {"encounter": _ref(links.encounter), "performer": [_ref(links.practitioner)]}
    return made | linked | times | {"valueQuantity": quantity}


def blood_pressure(links: Links, at: datetime, draw: random.Random) -> Resource:
    """A panel of two components."""
    values = ((SYSTOLIC, draw.randrange(90, 190)), (DIASTOLIC, draw.randrange(50, 115)))
    return _made(
        "Observation",
        status="final",
        category=[_code(f"{_TERMINOLOGY}observation-category", "vital-signs")],
        code=_code(LOINC, PANEL),
        subject=_ref(links.patient),
        encounter=_ref(links.encounter),
        performer=[_ref(links.practitioner)],
        effectiveDateTime=_text(at),
        component=[
            {"code": _code(LOINC, code), "valueQuantity": _amount(value, "mm[Hg]")} for code, value in values
        ],
    )


def report(links: Links, at: datetime, results: list[str]) -> Resource:
    """The report that the results belong to."""
    return _made(
        "DiagnosticReport",
        status="final",
        code=_code(LOINC, "51990-0"),
        subject=_ref(links.patient),
        encounter=_ref(links.encounter),
        effectiveDateTime=_text(at),
        issued=_text(at),
        performer=[_ref(links.organization)],
        result=[_ref(each) for each in results],
    )


def medication_request(links: Links, at: datetime, draw: random.Random) -> Resource:
    """A prescription."""
    return _made(
        "MedicationRequest",
        status="active",
        intent="order",
        medicationCodeableConcept=_code(DRUGS, draw.choice(MEDICINES)),
        subject=_ref(links.patient),
        encounter=_ref(links.encounter),
        authoredOn=_text(at),
        requester=_ref(links.practitioner),
        dosageInstruction=[{"text": "1 tablet a day", "doseAndRate": [{"doseQuantity": {"value": 1}}]}],
    )


def procedure(links: Links, at: datetime) -> Resource:
    """What was done."""
    return _made(
        "Procedure",
        status="completed",
        code=_code(SNOMED, "430193006"),
        subject=_ref(links.patient),
        encounter=_ref(links.encounter),
        performedDateTime=_text(at),
    )


def immunization(links: Links, at: datetime) -> Resource:
    """A vaccination."""
    return _made(
        "Immunization",
        status="completed",
        vaccineCode=_code("http://hl7.org/fhir/sid/cvx", "140"),
        patient=_ref(links.patient),
        encounter=_ref(links.encounter),
        occurrenceDateTime=_text(at),
        primarySource=True,
    )


def claim(links: Links, at: datetime, draw: random.Random, prescription: str | None = None) -> Resource:
    """The bill."""
    ordered = {} if prescription is None else {"prescription": _ref(prescription)}
    return _made(
        "Claim",
        status="active",
        type=_code(f"{_TERMINOLOGY}claim-type", "pharmacy"),
        use="claim",
        patient=_ref(links.patient),
        created=_text(at),
        provider=_ref(links.organization),
        priority=_code(f"{_TERMINOLOGY}processpriority", "normal"),
        insurance=[{"sequence": 1, "focal": True, "coverage": {"display": "HTEST insurance"}}],
        item=[
            {
                "sequence": 1,
                "productOrService": _code(SNOMED, "185345009"),
                "encounter": [_ref(links.encounter)],
            }
        ],
        total=_money(draw),
        **ordered,
    )


def explanation(links: Links, at: datetime, draw: random.Random, of: str) -> Resource:
    """What the insurance says to the bill."""
    return _made(
        "ExplanationOfBenefit",
        status="active",
        type=_code(f"{_TERMINOLOGY}claim-type", "pharmacy"),
        use="claim",
        patient=_ref(links.patient),
        created=_text(at),
        insurer={"display": "HTEST insurance"},
        provider=_ref(links.practitioner),
        claim=_ref(of),
        outcome="complete",
        insurance=[{"focal": True, "coverage": {"display": "HTEST insurance"}}],
        payment={"amount": _money(draw)},
    )


def _text(at: datetime) -> str:
    return at.isoformat("T", "seconds")
