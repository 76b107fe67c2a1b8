"""Validation: microseconds a resource takes, alone on one core, without HTTP or a database.

The goal of the issue: at most 100 µs for an ordinary Observation.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fhir.validation import validate
from tests.performance.alone import measured
from tests.performance.figure import Figure, Goal

_CODE = {"system": "http://loinc.org", "code": "718-7", "display": "Hemoglobin"}
_CATEGORY = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "htest-1",
    "status": "final",
    "category": [{"coding": [_CATEGORY]}],
    "code": {"coding": [_CODE], "text": "血红蛋白"},
    "subject": {"reference": "Patient/htest-1"},
    "effectiveDateTime": "2024-01-01T08:00:00+08:00",
    "valueQuantity": {
        "value": Decimal("120.5"),
        "unit": "g/L",
        "system": "http://unitsofmeasure.org",
        "code": "g/L",
    },
    "referenceRange": [{"low": {"value": 110, "unit": "g/L"}, "high": {"value": 160, "unit": "g/L"}}],
}
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "htest-1",
    "identifier": [{"use": "official", "system": "urn:oid:1.2.3", "value": "HTEST1"}],
    "active": True,
    "name": [{"use": "official", "text": "测试甲", "family": "测试", "given": ["甲"]}],
    "telecom": [{"system": "phone", "value": "HTEST2", "use": "mobile"}],
    "gender": "female",
    "birthDate": "1958-03-12",
    "address": [{"use": "home", "text": "HTEST", "city": "成都"}],
    "managingOrganization": {"reference": "Organization/htest-1"},
}
BUNDLE: dict[str, Any] = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [{"resource": OBSERVATION}] * 100,
}


def figures() -> Sequence[Figure]:
    """A Patient, an Observation, a Bundle of 100 Observations."""
    return [
        _measured("validate a Patient", PATIENT),
        _measured("validate an Observation", OBSERVATION, Goal(p95=0.1)),
        _measured("validate a Bundle of 100", BUNDLE, Goal(p95=10)),
    ]


def _measured(what: str, resource: dict[str, Any], goal: Goal | None = None) -> Figure:
    return measured(what, "resources", lambda: "not valid" if validate(resource) else None, goal)
