from datetime import UTC, datetime

from fhir.interactions.writes.precondition import preconditions
from fhir.interactions.writes.writing import Written
from fhir.store import Stored
from services.api.negotiation import Wish
from services.api.reply import deleted_reply, json_reply, resource_reply, written_reply

NOW = datetime(2026, 5, 17, 8, 30, 1, tzinfo=UTC)
STORED = Stored("Patient", "p1", 3, NOW, "Patient/p1", body=b'{"resourceType":"Patient","x":120.50}')


def test_a_resource_as_it_is_stored() -> None:
    """Checklist lines 5 and 6."""
    reply = resource_reply(STORED, Wish())
    assert (reply.status_code, reply.body) == (200, STORED.body)
    assert (reply.headers["etag"], reply.headers["last-modified"]) == (
        'W/"3"', "Sun, 17 May 2026 08:30:01 GMT",
    )  # fmt: skip
    assert reply.headers["cache-control"].startswith("private")
    assert resource_reply(STORED, Wish(), preconditions(if_none_match='W/"3"')).status_code == 304
    assert b'\n  "x": 120.50' in resource_reply(STORED, Wish(pretty=True)).body


def test_what_a_write_returns() -> None:
    """Checklist lines 1 and 21."""
    for wish, body in ((Wish(), STORED.body), (Wish(returning="minimal"), b"")):
        reply = written_reply(Written(STORED, True), "https://x.example/fhir", wish)
        assert (reply.status_code, reply.body) == (201, body)
        assert reply.headers["location"] == "https://x.example/fhir/Patient/p1/_history/3"
    outcome = written_reply(Written(STORED), "https://x.example/fhir", Wish(returning="OperationOutcome"))
    assert (outcome.status_code, b"OperationOutcome" in outcome.body) == (200, True)


def test_a_deletion_and_a_bundle() -> None:
    """Checklist lines 25 and 106."""
    assert deleted_reply(Wish()).status_code == 204
    assert deleted_reply(Wish(returning="OperationOutcome")).status_code == 200
    assert json_reply({"resourceType": "Bundle"}).headers["cache-control"] == "private, no-store"
