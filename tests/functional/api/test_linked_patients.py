"""What a Patient stands for to a client: all that are linked with it, or itself alone."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from auth.store import clients
from tests.support.http_client import http_client
from tests.support.resources import observation, organization, patient
from tests.support.smart_app import PATIENT, Scene
from tests.support.web import Web

NUMBER = [{"system": "urn:oid:2.16.156.10011.1.3", "value": "510104195803129013"}]
ALL, ONE = ["o1", "o2"], ["o1"]
WAYS = (
    "/Observation?patient=p1",
    "/Patient/p1/Observation",
    "/Observation?patient.identifier=urn:h1|1",
    "/Observation/$lastn?patient=p1&code=8480-6&max=9",
    "/Patient/p1/$everything?_type=Observation",
)


@pytest.fixture
async def files(web: Web) -> None:
    """p1 and p2 are one person, related to house h1 by p2 alone."""
    own = [*NUMBER, {"system": "urn:h1", "value": "1"}]
    await web.put(organization("h1"), patient("p1", identifier=own), patient("p2", identifier=NUMBER))
    await web.put(observation("o1", "p1"), observation("o2", "p2"))
    await web.platform.relations.encounter(None, "Patient/p2", "Organization/h1", datetime.now(UTC))


async def found(client: httpx.AsyncClient, way: str) -> list[str]:
    reply = await client.get(way)
    assert reply.status_code == 200, reply.text
    entries = reply.json().get("entry", [])
    return sorted(each["resource"]["id"] for each in entries)


async def told(client: httpx.AsyncClient) -> str:
    statement = (await client.get("/metadata")).json()
    (described,) = (each for each in statement["rest"][0]["resource"] if each["type"] == "Patient")
    return str(described["documentation"])


async def test_a_token_given_before_follows_within_a_second(web: Web, files: None) -> None:
    client = await web.client("system/*.rs", "Organization/h1")
    (record,) = await clients.every(web.platform.database)
    for linked, expected in ((True, ALL), (False, ONE), (True, ALL)):
        await clients.link(web.platform.database, record.id, linked=linked)
        await asyncio.sleep(1)
        assert {way: await found(client, way) for way in WAYS} == dict.fromkeys(WAYS, expected)
        assert ("For this client" if linked else "single Patients: ") in await told(client)


async def test_it_hides_and_opens_nothing(web: Web, files: None) -> None:
    """The care relation is with the person: each Patient of it is there under its own name, and no other."""
    await web.put(patient("p3"), observation("o3", "p3"))
    client = await web.client("system/*.rs", "Organization/h1")
    (record,) = await clients.every(web.platform.database)
    await clients.link(web.platform.database, record.id, linked=False)
    await asyncio.sleep(1)
    assert await found(client, "/Observation?patient=p2") == ["o2"]
    assert await found(client, "/Observation?code=8480-6") == ["o1", "o2"]
    assert (await client.get("/Patient/p1")).status_code == 200
    assert await found(client, "/Observation?patient=p3") == []
    assert (await client.get("/Observation/o3")).status_code == 404


async def test_the_statement_is_open_and_tells_nobody_more(web: Web) -> None:
    for headers in ({}, {"Authorization": "Bearer unknown"}):
        async with http_client(base_url=web.fhir, headers=headers) as client:
            assert "Unless a client is registered" in await told(client)
    reply = await web.http.get(f"{web.fhir}/metadata")
    assert "authorization" in reply.headers["vary"].lower()


async def test_an_app_in_the_context_of_one_patient(scene: Scene) -> None:
    """patient/ scopes reach the Patient in context, and where it stands for the person all of that."""
    sister: dict[str, Any] = patient("sister", identifier=NUMBER)
    await scene.web.put(patient("anna", identifier=NUMBER), sister, observation("o2", "sister"))
    app = await scene.app(linked=False)
    alone = (await app.tokens(scene.resident))["access_token"]
    both = (await (await scene.app()).tokens(scene.resident))["access_token"]
    assert [(await app.read(each, PATIENT)).status_code for each in (alone, both)] == [200, 200]
    assert [(await app.read(each, "Observation/o2")).status_code for each in (alone, both)] == [404, 200]
