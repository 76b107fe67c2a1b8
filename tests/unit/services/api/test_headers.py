import pytest
from starlette.requests import Request

from fhir.outcome import Fault, Refusal
from services.api.headers import (
    criteria,
    if_none_exist,
    no_provenance,
    provenance,
    read_preconditions,
    write_preconditions,
)


def request(query: str = "", **headers: str) -> Request:
    sent = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": sent, "query_string": query.encode()})


def test_preconditions_of_reads_and_writes() -> None:
    """Checklist lines 6, 17 and 20."""
    read = read_preconditions(
        request(If_None_Match='W/"3"', If_Modified_Since="Sun, 17 May 2026 08:30:01 GMT", If_Match='W/"1"')
    )
    assert (read.expected, read.held, read.since is not None) == (None, {"3"}, True)
    write = write_preconditions(request(If_Match='W/"1"', If_None_Match="*"))
    assert (write.expected, write.held, write.since) == ({"1"}, {"*"}, None)


def test_criteria_stay_as_they_came() -> None:
    """Checklist line 35: they are decoded later, once."""
    assert criteria(request("_format=json&identifier=a%7C1%2525&_pretty=true")) == "identifier=a%7C1%2525"
    assert if_none_exist(request(If_None_Exist="identifier=a%7C1")) == "identifier=a%7C1"
    assert if_none_exist(request()) is None


def test_a_provenance_in_utf_8() -> None:
    """Checklist line 117."""
    found = provenance(request(X_Provenance='{"resourceType":"Provenance","x":"测试"}'))
    assert found == {"resourceType": "Provenance", "x": "测试"}
    assert provenance(request()) is None
    no_provenance(request())
    with pytest.raises(Refusal) as refusal:
        no_provenance(request(X_Provenance="{}"))
    assert refusal.value.fault is Fault.UNSUPPORTED_PARAMETER
    with pytest.raises(Refusal):
        provenance(Request({"type": "http", "headers": [(b"x-provenance", b"\xff")]}))
