import json
from pathlib import Path
from typing import Any

import pytest

from fhir.interactions.bundle.rewriting import rewritten

URN = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
OID = "urn:oid:1.2.3.4"
REST = "https://other.example/fhir/Patient/2"
CASES = json.loads((Path(__file__).parents[4] / "spec/interactions/rewriting.json").read_bytes())
TARGETS = {URN: "Patient/9", OID: "Device/8", REST: "Patient/7"}


@pytest.mark.parametrize("case", CASES)
def test_what_refers_to_an_entry_refers_to_what_is_stored(case: Any) -> None:
    """Checklist lines 45 and 46: every kind of reference, wherever it stands."""
    before, after = case["before"], case["after"]
    communication = before.keys() & {"payload", "instantiatesUri", "instantiatesCanonical"}
    resource = {"resourceType": "Communication" if communication else "Observation"}
    full_url = "https://other.example/fhir/Observation/1"
    assert rewritten(resource | before, TARGETS, full_url) == resource | after


@pytest.mark.parametrize(
    "kept",
    [
        {"identifier": [{"system": "urn:ietf:rfc:3986", "value": URN}]},
        {"valueString": URN},
        {"note": [{"text": URN}]},
        {"subject": {"display": URN, "reference": "Patient/2/_history/1"}},
        {"subject": {"reference": f"{URN}x"}},
        {"subject": {"reference": "Patient/3"}},
        {"unknown": {"reference": URN}},
        {
            "subject": [URN, {"reference": 5}],
            "contained": [{"resourceType": "Nonsense", "x": {"reference": URN}}, 7],
        },
    ],
)
def test_what_only_looks_like_a_reference_stays(kept: Any) -> None:
    """Checklist line 46: a versioned reference is preserved; a string of another type is no reference."""
    resource = {"resourceType": "Observation"} | kept
    assert rewritten(resource, TARGETS, "https://other.example/fhir/Observation/1") == resource


def test_a_relative_reference_is_resolved_against_its_own_full_url_only() -> None:
    """Checklist line 46."""
    resource = {"resourceType": "Observation", "subject": {"reference": "Patient/2"}}
    assert rewritten(resource, TARGETS, "https://third.example/fhir/Observation/1") == resource
    assert rewritten(resource, TARGETS, URN) == resource
    assert rewritten({"resourceType": "Nonsense", "x": URN}, TARGETS) == {
        "resourceType": "Nonsense",
        "x": URN,
    }
