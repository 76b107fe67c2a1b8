from fhir import rest
from fhir.definitions.structures import resource_types


def test_what_the_platform_alone_writes_is_only_read() -> None:
    assert rest.interactions("AuditEvent") == ("read", "search-type")
    assert rest.interactions("Patient") == rest.INTERACTIONS


def test_what_requests_are_made_of_is_not_stored() -> None:
    assert resource_types - rest.SERVED == {"OperationOutcome", "Parameters"}
