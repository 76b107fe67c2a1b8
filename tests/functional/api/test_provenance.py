"""X-Provenance: a Provenance that is stored with a write or not at all."""

import json
from typing import Any

import pytest

from tests.functional.api.exchange import JSON, JSON_PATCH, PATIENT, bundle, entry, issue, made, observation
from tests.support.web import Web

PROVENANCE = {
    "resourceType": "Provenance",
    "recorded": "2026-05-17T08:00:00+08:00",
    "agent": [{"who": {"display": "HTEST 医生"}}],
}


def about(provenance: Any = PROVENANCE) -> dict[str, str]:
    text = json.dumps(provenance, ensure_ascii=False)
    return JSON | {"X-Provenance": text.encode().decode("latin-1")}


async def targets(client: Any) -> list[list[str]]:
    found = (await client.get("/Provenance?_sort=_lastUpdated")).json().get("entry", [])
    return [[each["reference"] for each in row["resource"]["target"]] for row in found]


async def test_each_write_may_bring_its_provenance(web: Web) -> None:
    """Checklist line 117."""
    client = await web.client()
    headers = {name: value.encode("latin-1") for name, value in about().items()}
    id = (await client.post("/Patient", json=PATIENT, headers=headers)).json()["id"]
    body = PATIENT | {"id": id, "gender": "other"}
    await client.put(f"/Patient/{id}", json=body, headers=headers)
    patch = [{"op": "remove", "path": "/gender"}]
    await client.patch(f"/Patient/{id}", json=patch, headers=headers | JSON_PATCH)
    observed = await client.post("/Observation", json=observation(f"Patient/{id}"), headers=headers)
    done = await client.post(
        "/", json=bundle(entry("PUT", f"Patient/{id}", body), entry("GET", f"Patient/{id}")), headers=headers
    )
    assert done.status_code == 200
    assert await targets(client) == [
        [f"Patient/{id}/_history/1"],
        [f"Patient/{id}/_history/2"],
        [f"Patient/{id}/_history/3"],
        [f"Observation/{observed.json()['id']}/_history/1", f"Patient/{id}"],
        [f"Patient/{id}/_history/4"],
    ]
    found = (await client.get(f"/Patient?_id={id}&_revinclude=Provenance:target")).json()["entry"]
    assert len(found) == 6
    assert found[-1]["resource"]["agent"][0]["who"]["display"] == "HTEST 医生"


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("{", 400),
        ("[]", 400),
        ('{"resourceType":"Patient"}', 400),
        ('{"resourceType":"Provenance"}', 422),
        ("ä", 400),
    ],
)
async def test_a_bad_provenance_stops_the_write(web: Web, header: str, status: int) -> None:
    """Checklist line 117: stored together or not at all."""
    client = await web.client()
    headers = {"X-Provenance": header.encode("latin-1")} | {k: v.encode() for k, v in JSON.items()}
    reply = await client.post("/Patient", json=PATIENT, headers=headers)
    assert reply.status_code == status, reply.text
    issue(reply)
    assert (await client.get("/Patient")).json()["total"] == 0


async def test_a_provenance_needs_its_own_right_and_a_version_to_be_about(web: Web) -> None:
    """Checklist line 117."""
    narrow, client = await web.client("system/Patient.cruds"), await web.client()
    headers = {name: value.encode("latin-1") for name, value in about().items()}
    assert (await narrow.post("/Patient", json=PATIENT, headers=headers)).status_code == 403
    assert (await client.get("/Patient")).json()["total"] == 0
    id = (await made(client, PATIENT))["id"]
    assert (await client.delete(f"/Patient/{id}", headers=headers)).status_code == 400
    batch = bundle(entry("GET", f"Patient/{id}"), type="batch")
    assert (await client.post("/", json=batch, headers=headers)).status_code == 400
