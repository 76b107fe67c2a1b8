"""Checklist line 70."""

from typing import Any

import pytest

from fhir.search.criteria.compartment import InCompartment

BOTH = ("Patient/1", "Patient/2")
LINKED = {"Patient/1": BOTH}


@pytest.mark.parametrize(
    ("type", "name", "expected"),
    [
        ("Condition", "Encounter", {"tokens": "Condition.encounter|Encounter/1"}),
        ("Encounter", "Encounter", {"_id": {"$in": ["Encounter/1"]}}),
        ("Immunization", "Patient", {"tokens": {"$in": [f"Immunization.patient|{each}" for each in BOTH]}}),
        ("Observation", "Practitioner", {"tokens": "Observation.performer|Practitioner/1"}),
    ],
)  # fmt: skip
def test_what_refers_to_it_is_in_it(type: str, name: str, expected: dict[str, Any]) -> None:
    assert InCompartment(type, name, "1").filter(str, LINKED) == expected


def test_a_patient_is_in_the_compartment_with_all_of_the_person() -> None:
    found = InCompartment("Patient", "Patient", "1")
    assert found.patients == {"Patient/1"}
    assert {"_id": {"$in": ["Patient/1", "Patient/2"]}} in found.filter(str, LINKED)["$or"]
    assert InCompartment("Device", "Device", "1").patients == frozenset()
