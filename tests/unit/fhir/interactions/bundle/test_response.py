from datetime import UTC, datetime

import pytest

from fhir.interactions.bundle.response import failed, written_answer
from fhir.interactions.writes.writing import Written
from fhir.outcome import Fault, Refusal
from fhir.store import Stored

STORED = Stored("Patient", "p1", 3, datetime.now(UTC), "Patient/p1", body=b"{}")


@pytest.mark.parametrize(
    ("method", "written", "status"),
    [
        ("POST", Written(STORED, True), "201 Created"),
        ("POST", Written(STORED), "200 OK"),
        ("PUT", Written(STORED), "200 OK"),
        ("DELETE", None, "204 No Content"),
    ],
)
def test_what_became_of_a_write(method: str, written: Written | None, status: str) -> None:
    """Checklist line 50."""
    answer = written_answer(method, written, None)
    assert (answer["response"]["status"], "resource" in answer) == (status, False)
    assert ("location" in answer["response"]) == (written is not None)


def test_the_body_by_prefer() -> None:
    """Checklist line 50."""
    assert "resource" in written_answer("PUT", Written(STORED), "representation")
    assert "outcome" in written_answer("PUT", Written(STORED), "OperationOutcome")["response"]


def test_a_failure() -> None:
    answer = failed(Refusal(Fault.GONE, "x"))["response"]
    assert (answer["status"], answer["outcome"]["issue"][0]["code"]) == ("410 Gone", "deleted")
