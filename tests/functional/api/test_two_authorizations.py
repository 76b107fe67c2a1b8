"""Two Authorization headers in one request, equal or not: 400 invalid_request (RFC 6750, section 3.1).

A proxy might look at the one and the platform at the other.
"""

import pytest

from tests.functional.api.exchange import issue, patient
from tests.support.web import Web

PLACES = [
    ("GET", "/fhir/Patient/p1"),
    ("GET", "/fhir/Patient"),
    ("POST", "/fhir/Patient/_search"),
    ("POST", "/fhir"),
    ("GET", "/fhir/Patient/p1/$everything"),
    ("GET", "/fhir/AuditEvent"),
    ("PUT", "/fhir/Patient/p1"),
    ("POST", "/hl7v2"),
    ("GET", "/oauth/userinfo"),
    ("POST", "/oauth/userinfo"),
    ("POST", "/oauth/register"),
]


@pytest.mark.parametrize(("method", "path"), PLACES, ids=lambda each: each.replace("/", " "))
async def test_neither_is_looked_at(web: Web, method: str, path: str) -> None:
    await web.put(patient() | {"id": "p1"})
    good = (await web.client()).headers["authorization"]
    for two in (
        (good, good),
        (good, "Bearer other"),
        ("Bearer other", good),
        ("Basic eDp5", good),
        (good, ""),
    ):
        headers = [("Authorization", each) for each in two]
        reply = await web.http.request(method, f"{web.address}{path}", headers=headers)
        assert reply.status_code == 400, (two, reply.text)
        if path.startswith("/oauth"):
            assert reply.json()["error"] == "invalid_request"
        else:
            assert issue(reply)["diagnostics"] == "more than one Authorization header"
        if path != "/oauth/register":
            assert reply.headers["www-authenticate"] == 'Bearer realm="furong", error="invalid_request"'
        assert "HTEST" not in reply.text


async def test_it_is_recorded_as_refused(web: Web) -> None:
    regional = await web.client()
    headers = [("Authorization", regional.headers["authorization"])] * 2
    await web.http.get(f"{web.fhir}/Patient/p1", headers=headers)
    found = (await regional.get("/AuditEvent?outcome=4")).json()["entry"]
    (event,) = [each["resource"] for each in found]
    assert event["outcomeDesc"] == "parameter"
    assert event["agent"][0]["who"] == {"display": "not authenticated"}
