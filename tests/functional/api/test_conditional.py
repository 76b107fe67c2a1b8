"""Conditional create, update, patch and delete, alone and in parallel."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.functional.api.exchange import JSON, JSON_PATCH, bundle, entry, issue, made, patient
from tests.support.http_client import http_client
from tests.support.web import Web, served
from tests.support.web_process import web_process

KEY = "identifier=urn:oid:1.2.3|{}"
CHANGE = [{"op": "replace", "path": "/gender", "value": "other"}]


async def total(client: httpx.AsyncClient, query: str) -> int:
    return int((await client.get(f"/Patient?{query}&_summary=count")).json()["total"])


async def test_create_unless_there_is_one(web: Web) -> None:
    """Checklist line 29."""
    client = await web.client()
    asked = JSON | {"If-None-Exist": KEY.format("1")}
    first = await client.post("/Patient", json=patient("1"), headers=asked)
    again = await client.post("/Patient", json=patient("1", gender="female"), headers=asked)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    await made(client, patient("1"))
    several = await client.post("/Patient", json=patient("1"), headers=asked)
    assert (several.status_code, issue(several)["code"]) == (412, "multiple-matches")


@pytest.mark.parametrize(
    ("criteria", "status"),
    [
        ("", 400),
        ("?identifier=urn:oid:1.2.3|1", 400),
        ("Patient?identifier=urn:oid:1.2.3|1", 400),
        ("nonsense=1", 400),
        ("identifier=", 400),
        ("identifier=urn:oid:1.2.3|1&gender=", 400),
        ("_count=1", 400),
        ("identifier=urn:oid:1.2.3|1&_sort=name", 400),
        ("identifier=%FF", 400),
        ("birthdate=yesterday", 400),
        ("identifier=" + "1" * 9000, 413),
    ],
)
async def test_criteria_that_mean_nothing_or_everything(web: Web, criteria: str, status: int) -> None:
    """Checklist lines 34 and 35."""
    client = await web.client()
    await made(client, patient("1"))
    create = await client.post("/Patient", json=patient("1"), headers=JSON | {"If-None-Exist": criteria})
    assert create.status_code == status
    body = {"json": patient("1"), "headers": JSON}
    assert (await client.put(f"/Patient?{criteria}", **body)).status_code == status
    patch: dict[str, Any] = {"json": CHANGE, "headers": JSON_PATCH}
    assert (await client.patch(f"/Patient?{criteria}", **patch)).status_code == status
    refused = await client.delete(f"/Patient?{criteria}")
    assert refused.status_code == status
    assert issue(refused)
    assert (await client.get("/Patient")).json()["total"] == 1


async def test_criteria_are_not_decoded_twice(web: Web) -> None:
    """Checklist line 35."""
    client = await web.client()
    await made(client, patient("100%25"))
    await made(client, patient("a b"))
    for number, status in (("100%25", 200), ("100%", 201), ("a b", 200)):
        asked = JSON | {"If-None-Exist": KEY.format(quote(number))}
        assert (await client.post("/Patient", json=patient(number), headers=asked)).status_code == status


async def test_update_what_the_criteria_mean(web: Web) -> None:
    """Checklist line 31, all five outcomes."""
    client = await web.client()

    async def put(number: str, **more: Any) -> httpx.Response:
        return await client.put(f"/Patient?{KEY.format(number)}", json=patient(number, **more), headers=JSON)

    created = await put("1")
    id = created.json()["id"]
    assert (created.status_code, created.headers["etag"]) == (201, 'W/"1"')
    named = await put("2", id="mine")
    assert (named.status_code, named.json()["id"]) == (201, "mine")
    for more in ({}, {"id": id}):
        updated = await put("1", gender="female" if more else "other", **more)
        assert (updated.status_code, updated.json()["id"]) == (200, id)
    elsewhere = await put("1", id="other")
    assert (elsewhere.status_code, issue(elsewhere)["expression"]) == (400, ["Patient.id"])
    await made(client, patient("1"))
    assert (await put("1")).status_code == 412
    assert (await client.get("/Patient/other")).status_code == 404


async def test_update_what_the_criteria_mean_and_only_that_version(web: Web) -> None:
    client = await web.client()
    url = f"/Patient?{KEY.format('1')}"
    absent = JSON | {"If-None-Match": "*"}
    assert (await client.put(url, json=patient("1"), headers=absent)).status_code == 201
    assert (await client.put(url, json=patient("1"), headers=absent)).status_code == 412
    stale = JSON | {"If-Match": 'W/"9"'}
    assert (await client.put(url, json=patient("1"), headers=stale)).status_code == 412


async def test_patch_what_the_criteria_mean(web: Web) -> None:
    """Checklist line 32."""
    client = await web.client()
    url = f"/Patient?{KEY.format('1')}"
    statuses = []
    for _ in range(3):
        statuses.append((await client.patch(url, json=CHANGE, headers=JSON_PATCH)).status_code)
        await made(client, patient("1"))
    assert statuses == [404, 200, 412]


async def test_delete_what_the_criteria_mean(web: Web) -> None:
    """Checklist line 33: one at most, unless the site allows more."""
    client = await web.client()
    url = f"/Patient?{KEY.format('1')}"
    assert (await client.delete(url)).status_code == 204
    await made(client, patient("1"))
    assert (await client.delete(url)).status_code == 204
    assert await total(client, KEY.format("1")) == 0
    for _ in range(3):
        await made(client, patient("1"))
    several = await client.delete(url)
    assert (several.status_code, issue(several)["code"]) == (412, "multiple-matches")
    assert await total(client, KEY.format("1")) == 3


async def test_delete_several_where_the_site_allows_it(database: tuple[str, str], tmp_path: Path) -> None:
    """Checklist line 33: several, up to the number that the site sets."""
    async with AsyncExitStack() as stack:
        web = await opened(stack, database, tmp_path, conditional_delete_limit=3)
        client = await web.client()
        for number in "1112222":
            await made(client, patient(number))
        assert (await client.delete(f"/Patient?{KEY.format('1')}")).status_code == 204
        refused = await client.delete(f"/Patient?{KEY.format('2')}")
        assert (refused.status_code, "at most 3" in issue(refused)["diagnostics"]) == (412, True)
        assert await total(client, KEY.format("1")) == 0
        assert await total(client, KEY.format("2")) == 4
        await web.close()


async def opened(stack: AsyncExitStack, database: tuple[str, str], data: Path, **settings: Any) -> Web:
    """A further web process of the same database."""
    platform = await stack.enter_async_context(served(*database, data / "data", **settings))
    http = await stack.enter_async_context(http_client())
    return Web(platform, platform.settings.address, http)


async def test_a_hundred_creates_with_one_key_leave_one_resource(
    web: Web, database: tuple[str, str], tmp_path: Path
) -> None:
    """Checklist line 30: in parallel, through two processes of the platform."""
    async with web_process(*database, tmp_path / "other") as address:
        client = await web.client()
        other = http_client(base_url=f"{address}/fhir", headers=client.headers)
        web.opened.append(other)
        asked = JSON | {"If-None-Exist": KEY.format("1")}
        replies = await asyncio.gather(
            *(
                (client, other)[number % 2].post("/Patient", json=patient("1"), headers=asked)
                for number in range(100)
            )
        )
        assert sorted(reply.status_code for reply in replies) == [200] * 99 + [201]
        assert len({reply.json()["id"] for reply in replies}) == 1
        assert await total(client, KEY.format("1")) == 1
        puts = await asyncio.gather(
            *(
                (client, other)[number % 2].put(
                    f"/Patient?{KEY.format('2')}", json=patient("2"), headers=JSON
                )
                for number in range(40)
            )
        )
        assert sorted(reply.status_code for reply in puts) == [200] * 39 + [201]
        assert await total(other, KEY.format("2")) == 1


async def test_transactions_with_one_key_leave_one_resource(web: Web) -> None:
    """Checklist line 30, within transactions."""
    client = await web.client()
    asked = bundle(entry("POST", "Patient", patient("1"), ifNoneExist=KEY.format("1")))
    replies = await asyncio.gather(*(client.post("/", json=asked, headers=JSON) for _ in range(20)))
    answers = [reply.json()["entry"][0]["response"] for reply in replies]
    assert sorted(each["status"] for each in answers) == ["200 OK"] * 19 + ["201 Created"]
    assert len({each["location"] for each in answers}) == 1


async def test_what_is_hidden_is_not_found_by_criteria(web: Web) -> None:
    """Checklist line 41's rule for conditional writes: a hidden match is none."""
    regional, clinic = await web.client(), await web.client(organization="Organization/h1")
    hidden = (await made(regional, patient("1")))["id"]
    asked = JSON | {"If-None-Exist": KEY.format("1")}
    created = await clinic.post("/Patient", json=patient("1"), headers=asked)
    assert (created.status_code, created.json()["id"] == hidden) == (201, False)
    again = await clinic.post("/Patient", json=patient("1"), headers=asked)
    assert (again.status_code, again.json()["id"]) == (200, created.json()["id"])
    writer = await web.client("system/Patient.c", organization="Organization/h1")
    assert (await writer.post("/Patient", json=patient("1"), headers=asked)).status_code == 403


async def test_if_match_where_the_site_requires_it(database: tuple[str, str], tmp_path: Path) -> None:
    """Checklist line 17: required but absent is 400."""
    async with AsyncExitStack() as stack:
        web = await opened(stack, database, tmp_path, require_if_match=True)
        client = await web.client()
        id = (await made(client, patient()))["id"]
        body = patient(id=id, gender="female")
        refused = [
            await client.put(f"/Patient/{id}", json=body, headers=JSON),
            await client.patch(f"/Patient/{id}", json=CHANGE, headers=JSON_PATCH),
            await client.delete(f"/Patient/{id}"),
            await client.post("/", json=bundle(entry("PUT", f"Patient/{id}", body)), headers=JSON),
        ]
        assert [(reply.status_code, issue(reply)["code"]) for reply in refused] == [(400, "required")] * 4
        current = JSON | {"If-Match": 'W/"1"'}
        assert (await client.put(f"/Patient/{id}", json=body, headers=current)).status_code == 200
        created = await client.put("/Patient/new", json=patient(id="new"), headers=JSON)
        assert created.status_code == 201
        await web.close()
