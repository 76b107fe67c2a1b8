import json
from datetime import UTC, datetime
from typing import Any

import pytest

from fhir.bundle import etag, history_bundle, match_entry, response_bundle, response_entry, searchset
from fhir.outcome import Issue
from fhir.resource import Resource, serialize
from fhir.store import Stored

BASE = "https://x.example/fhir"
MOMENT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def stored(version: int = 1, body: bytes = b'{"value":120.50}', **more: Any) -> Stored:
    return Stored("Observation", "o1", version, MOMENT, "Patient/p1", body=body, **more)


def read(bundle: Resource) -> dict[str, object]:
    return json.loads(serialize(bundle))


def test_the_stored_bytes_go_out_as_they_are() -> None:
    assert b'"resource":{"value":120.50}' in serialize(searchset([match_entry(BASE, stored())], (), total=1))


def test_a_searchset_has_its_total_links_and_modes() -> None:
    entries = [match_entry(BASE, stored()), match_entry(BASE, stored(), "include")]
    bundle = read(searchset(entries, [("self", "u")], total=1))
    assert (bundle["type"], bundle["total"]) == ("searchset", 1)
    assert bundle["link"] == [{"relation": "self", "url": "u"}]
    assert [entry["search"]["mode"] for entry in bundle["entry"]] == ["match", "include"]
    assert bundle["entry"][0]["fullUrl"] == f"{BASE}/Observation/o1"


def test_an_unknown_total_and_no_entries_are_left_out() -> None:
    assert read(searchset([], (), total=None)) == {"resourceType": "Bundle", "type": "searchset"}
    assert read(searchset([], (), total=0))["total"] == 0


def test_what_was_ignored_is_told_in_an_outcome() -> None:
    bundle = read(searchset([], (), total=0, issues=[Issue("not-supported", "x", severity="warning")]))
    assert bundle["entry"][0]["search"] == {"mode": "outcome"}
    assert bundle["entry"][0]["resource"]["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("version", "method", "url", "status"),
    [
        (stored(1, made="POST"), "POST", "Observation", "201 Created"),
        (stored(1, made="PUT"), "PUT", "Observation/o1", "201 Created"),
        (stored(4, made="PUT"), "PUT", "Observation/o1", "201 Created"),
        (stored(2), "PUT", "Observation/o1", "200 OK"),
        (stored(3, deleted=True), "DELETE", "Observation/o1", "204 No Content"),
    ],
)
def test_a_history_says_how_each_version_came_to_be(
    version: Stored, method: str, url: str, status: str
) -> None:
    (entry,) = read(history_bundle(BASE, [version], (), 1))["entry"]
    assert entry["request"] == {"method": method, "url": url}
    assert entry["response"]["status"] == status
    assert ("resource" in entry) is not version.deleted


def test_a_response_names_the_version_that_was_written() -> None:
    entry = response_entry("201 Created", stored(4))
    assert entry["response"] == {
        "status": "201 Created",
        "location": "Observation/o1/_history/4",
        "etag": 'W/"4"',
        "lastModified": "2026-03-01T08:00:00.000Z",
    }
    assert read(response_bundle("batch-response", [entry]))["type"] == "batch-response"
    assert etag(stored(4)) == 'W/"4"'
