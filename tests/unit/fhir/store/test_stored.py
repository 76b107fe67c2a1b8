from datetime import UTC, datetime

from fhir.store import Stored


def test_it_names_itself_and_gives_a_new_object_each_time() -> None:
    stored = Stored("Patient", "p1", 1, datetime.now(UTC), "Patient/p1", body=b'{"resourceType":"Patient"}')
    assert stored.reference == "Patient/p1"
    assert stored.resource() == stored.resource()
    assert stored.resource() is not stored.resource()
