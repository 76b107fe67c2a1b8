import pytest

from fhir import rest
from fhir.operations.registry import OPERATIONS
from services.api.interactions import ROWS
from services.api.openapi import description

WHOLE = description("https://x.example/fhir", "https://x.example/oauth/token")


def test_every_refusal_is_an_outcome() -> None:
    for path, methods in WHOLE["paths"].items():
        for method, each in methods.items():
            for status, response in each["responses"].items():
                told = "OperationOutcome" in str(response)
                assert told == (int(status) >= 400), (path, method, status)


def test_what_is_not_claimed_is_not_described() -> None:
    told = {one["operationId"] for each in WHOLE["paths"].values() for one in each.values()}
    for row in ROWS:
        assert (row.name in told) == row.claimed(None), row.name
    audit = description("https://x.example/fhir", "https://x.example/t", "AuditEvent")["paths"]
    assert {method for each in audit.values() for method in each} == {"get", "post"}
    within = "/{compartment}/{id}/AuditEvent"
    assert set(audit) == {"/AuditEvent", "/AuditEvent/_search", "/AuditEvent/{id}", within}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.definition.rpartition("/")[2])
def test_every_operation_is_described_at_each_level(operation: object) -> None:
    name = f"/${operation.name}"  # type: ignore[attr-defined]
    paths = [path for path in WHOLE["paths"] if path.endswith(name)]
    assert len(paths) >= len(operation.levels)  # type: ignore[attr-defined]


def test_all_types_can_be_named() -> None:
    (named,) = [each for each in WHOLE["paths"]["/{type}"]["get"]["parameters"] if each["name"] == "type"]
    assert named["schema"]["enum"] == sorted(rest.SERVED)
