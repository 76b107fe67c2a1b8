from fhir import claims
from fhir.definitions.structures import resource_types


def test_what_the_platform_alone_writes_is_only_read() -> None:
    assert claims.interactions("AuditEvent") == ("read", "search-type")
    assert claims.interactions("Patient") == claims.INTERACTIONS


def test_what_requests_are_made_of_is_not_stored() -> None:
    assert resource_types - claims.SERVED == {"OperationOutcome", "Parameters"}
