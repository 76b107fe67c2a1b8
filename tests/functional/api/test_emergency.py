"""Break-glass and the API: an app's token sees what its clinician has opened, and no header opens anything.

access.md, attack request 55; security-and-scale.md, line 19.
"""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from auth import moment
from auth.access import AccessOf
from auth.audit.record import Outcome
from auth.principal import Kind, Principal
from auth.roles import Role
from auth.store import tokens
from auth.store.tokens import TokenRecord
from fhir.interactions.context import Context
from fhir.interactions.search import search
from tests.functional.api.exchange import observation
from tests.support.http_client import http_client
from tests.support.web import Web

HOUSE, ELSEWHERE, DOCTOR = "Organization/h", "Organization/e", "Practitioner/d"
HIV = {"coding": [{"system": "http://loinc.org", "code": "75622-1"}]}
QUERY = [("patient", "pb")]


@pytest.fixture
async def region(web: Web) -> Web:
    """pA is in the house's care; pB is a stranger with one labelled result and one that is not."""
    pa, pb = "Patient/pa", "Patient/pb"
    names = [{"resourceType": "Patient", "id": id, "name": [{"text": f"HTEST {id}"}]} for id in ("pa", "pb")]
    await web.put(
        *names, observation(pa, id="a1"), observation(pb, id="b1"), observation(pb, id="b2", code=HIV)
    )
    await web.platform.relations.encounter(None, pa, HOUSE, moment.now())
    await web.platform.relations.encounter(None, pb, ELSEWHERE, moment.now())
    return web


def app(
    web: Web, *, account: str = "doctor", organization: str = HOUSE, scope: str = "user/*.rs", **more: Any
) -> httpx.AsyncClient:
    """An app that acts for a clinician."""
    now, token = moment.now(), f"HTEST-{account}-{organization[-1]}-{more.get('launched')}"
    record = TokenRecord(
        "app", "HTEST Li", organization, False, scope, now, now + timedelta(hours=1),
        account=account, role=Role.CLINICIAN.value, practitioner=DOCTOR, **more,
    )  # fmt: skip
    tokens.insert(web.platform.auth_database, token, record)
    client = http_client(base_url=web.fhir, headers={"Authorization": f"Bearer {token}"})
    web.opened.append(client)
    return client


async def seen(client: httpx.AsyncClient, **more: Any) -> list[str]:
    reply = await client.get("/Observation", params=dict(QUERY), **more)
    assert reply.status_code == 200, reply.text
    return sorted(entry["resource"]["id"] for entry in reply.json().get("entry", []))


async def page_sees(web: Web) -> list[str]:
    """What the same clinician's page is made of."""
    who = Principal(
        Kind.PERSON, "doctor", "HTEST Li", Role.CLINICIAN, organization=HOUSE, practitioner=DOCTOR
    )
    context = Context(web.platform.store, AccessOf(who, web.platform.grounds), web.fhir)
    found = (await search(context, "Observation", QUERY)).matches
    return sorted(stored.resource()["id"] for stored in found)


async def opened(web: Web, **more: Any) -> None:
    usual: dict[str, Any] = {
        "account": "doctor", "name": "HTEST Li", "organization": HOUSE, "practitioner": DOCTOR,
        "patient": "Patient/pb", "code": "other", "reason": "HTEST 昏迷，没有家属",
    }  # fmt: skip
    await web.platform.grounds.emergencies.open(None, **(usual | more))


HEADERS = (
    {"X-Purpose-Of-Use": "BTG"},
    {"X-Break-Glass": "true"},
    {"Purpose": "ETREAT"},
    {"X-HL7-Purpose": "http://terminology.hl7.org/CodeSystem/v3-ActReason|BTG"},
    {"Cache-Control": "purpose=BTG"},
)


@pytest.mark.parametrize("headers", HEADERS, ids=lambda each: next(iter(each)))
async def test_no_header_opens_anything(region: Web, headers: dict[str, str]) -> None:
    client = app(region)
    assert await seen(client, headers=headers) == []
    hidden = await client.get("/Observation/b1", headers=headers)
    unknown = await client.get("/Observation/b9", headers=headers)
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.text.replace("b1", "b9") == unknown.text
    records = await region.platform.archive.records(["Patient/pb"], None, 9)
    assert {each.purpose for each in records} <= {None}


async def test_an_app_sees_what_its_clinician_has_opened_and_nobody_elses_does(region: Web) -> None:
    client = app(region)
    launched = app(region, scope="patient/*.rs", launched="Patient/pa")
    others = [app(region, account="other"), app(region, organization="Organization/x")]
    assert await seen(client) == await page_sees(region) == []
    await opened(region)
    assert await seen(client) == await page_sees(region) == ["b1", "b2"]
    assert (await client.get("/Observation/b2")).status_code == 200
    for each in (*others, launched):
        assert await seen(each) == []
    system = await region.client("system/*.rs", HOUSE)
    assert await seen(system) == []
    await region.platform.grounds.emergencies.close("doctor", ["Patient/pb"])
    assert await seen(client) == await page_sees(region) == []
    assert (await client.get("/Observation/b2")).status_code == 404


async def test_what_is_read_under_it_is_recorded_as_such_and_nothing_else_is(region: Web) -> None:
    client = app(region)
    await opened(region)
    reply = await client.get("/Observation")
    assert {entry["resource"]["id"] for entry in reply.json()["entry"]} == {"a1", "b1", "b2"}
    archive = region.platform.archive
    (others,) = await archive.records(["Patient/pa"], None, 9)
    (inside,) = await archive.records(["Patient/pb"], None, 9)
    assert (inside.purpose, inside.patients, inside.outcome) == ("BTG", ("Patient/pb",), Outcome.SUCCESS)
    assert (others.purpose, others.patients) == (None, ("Patient/pa",))
    (event,) = await archive.search({"Patient/pb"})
    purposes = [agent["purposeOfUse"] for agent in event["agent"] if "purposeOfUse" in agent]
    assert purposes == [
        [{"coding": [{"system": event["purposeOfEvent"][0]["coding"][0]["system"], "code": "BTG"}]}]
    ]


async def test_it_ends_for_an_app_by_the_clock(region: Web) -> None:
    client = app(region)
    await opened(region, life=timedelta(seconds=1.5))
    assert await seen(client) == ["b1", "b2"]
    (opening,) = await region.platform.grounds.emergencies.waiting(9)
    while moment.now() < opening.until:
        reply = await client.get("/Observation/b1")
        assert reply.status_code == 200 or moment.now() >= opening.until
    assert (await client.get("/Observation/b1")).status_code == 404
    assert await seen(client) == []
