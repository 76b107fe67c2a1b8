"""There is no bulk export, at no level and for nobody (security list, line 35; access.md, request 59)."""

import pytest

from tests.functional.api.exchange import JSON
from tests.functional.api.test_emergency import HOUSE, app
from tests.support.web import Web

WAYS = ("$export", "Patient/$export", "Group/all/$export", "Patient/p1/$export", "Observation/$export")
KICK_OFF = JSON | {"Prefer": "respond-async", "Accept": "application/fhir+json"}


@pytest.mark.parametrize("way", WAYS)
async def test_nobody_is_given_one(web: Web, way: str) -> None:
    await web.put({"resourceType": "Patient", "id": "p1"})
    readers = [await web.client(), await web.client(organization=HOUSE), app(web)]
    for client in readers:
        for reply in (
            await client.get(f"/{way}", headers=KICK_OFF),
            await client.post(f"/{way}", headers=KICK_OFF, json={"resourceType": "Parameters"}),
        ):
            assert reply.status_code in (400, 403, 404, 405), (way, reply.text)
            assert reply.json()["resourceType"] == "OperationOutcome"
            assert "content-location" not in reply.headers


async def test_none_is_declared(web: Web) -> None:
    client = await web.client()
    declared = (await client.get("/metadata")).text + (
        await client.get("/.well-known/smart-configuration")
    ).text
    assert "export" not in declared
