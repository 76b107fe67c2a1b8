from datetime import UTC, datetime
from typing import Any

import pytest

from fhir.capability import VERSION, capability_statement
from fhir.definitions.structures import resource_types
from fhir.search.registry import parameters
from fhir.validation import validate

STATEMENT = capability_statement(
    "https://x.example/fhir", datetime(2026, 3, 1, tzinfo=UTC), "https://x.example/oauth/token"
)


def described(type: str) -> dict[str, Any]:
    return next(each for each in STATEMENT["rest"][0]["resource"] if each["type"] == type)


def test_it_is_a_valid_resource() -> None:
    assert [issue for issue in validate(STATEMENT) if issue.severity == "error"] == []
    assert (STATEMENT["fhirVersion"], STATEMENT["software"]["version"]) == ("4.0.1", VERSION)


def test_every_resource_type_is_described_once() -> None:
    types = [each["type"] for each in STATEMENT["rest"][0]["resource"]]
    assert types == sorted(resource_types)


@pytest.mark.parametrize("type", ["Patient", "Observation", "Encounter", "Organization"])
def test_what_can_be_searched_is_what_the_registry_knows(type: str) -> None:
    told = {each["name"]: each["type"] for each in described(type)["searchParam"]}
    assert told == {code: parameter.type for code, parameter in parameters(type).items()}


def test_audit_events_are_read_and_never_written() -> None:
    audit = described("AuditEvent")
    assert [each["code"] for each in audit["interaction"]] == ["read", "search-type"]
    assert (audit["updateCreate"], audit["readHistory"], "searchInclude" in audit) == (False, False, False)


def test_only_references_are_included_and_only_patients_have_everything() -> None:
    assert "Observation:subject" in described("Observation")["searchInclude"]
    assert "Observation:code" not in described("Observation")["searchInclude"]
    assert [each["type"] for each in STATEMENT["rest"][0]["resource"] if "operation" in each] == ["Patient"]


def test_it_says_where_a_token_is_had() -> None:
    (smart,) = STATEMENT["rest"][0]["security"]["extension"]
    assert smart["extension"] == [{"url": "token", "valueUri": "https://x.example/oauth/token"}]
