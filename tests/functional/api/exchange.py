"""What the tests of the FHIR API send, and what they look at in a reply."""

from typing import Any

JSON = {"Content-Type": "application/fhir+json"}
JSON_PATCH = {"Content-Type": "application/json-patch+json"}
PATIENT = {
    "resourceType": "Patient",
    "name": [{"text": "HTEST"}],
    "gender": "male",
    "birthDate": "1958-03-12",
}


def patient(number: str | None = None, **more: Any) -> dict[str, Any]:
    """A Patient, with an identifier where a number is given."""
    identifier = {"identifier": [{"system": "urn:oid:1.2.3", "value": number}]} if number else {}
    return PATIENT | identifier | more


def observation(subject: str, **more: Any) -> dict[str, Any]:
    """A final Observation of `subject`."""
    code = {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]}
    reference = {"reference": subject}
    base = {"resourceType": "Observation", "status": "final", "code": code, "subject": reference}
    return base | more


def entry(method: str, url: str, resource: Any = None, full_url: str | None = None, **request: Any) -> Any:
    """An entry of a batch or transaction."""
    row: dict[str, Any] = {"fullUrl": full_url} if full_url else {}
    row |= {"resource": resource} if resource is not None else {}
    return row | {"request": {"method": method, "url": url} | request}


def bundle(*entries: Any, type: str = "transaction") -> dict[str, Any]:
    """A Bundle of `entries`."""
    return {"resourceType": "Bundle", "type": type} | ({"entry": list(entries)} if entries else {})


def issue(reply: Any) -> dict[str, Any]:
    """The first issue of the OperationOutcome that a reply holds."""
    outcome = reply.json()
    assert outcome["resourceType"] == "OperationOutcome", outcome
    first: dict[str, Any] = outcome["issue"][0]
    assert {"severity", "code", "diagnostics"} <= first.keys()
    return first


async def made(client: Any, resource: dict[str, Any]) -> Any:
    """`resource` as it was created."""
    reply = await client.post(f"/{resource['resourceType']}", json=resource, headers=JSON)
    assert reply.status_code == 201, reply.text
    return reply.json()
