"""A site's own SearchParameter over HTTP: from the POST to the search. Checklist line 92."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.functional.api.test_interactions import JSON, PATIENT
from tests.support.resources import search_parameter
from tests.support.web import Web

MARRIED = {"coding": [{"system": "http://m", "code": "M"}]}
OWN = {name: value for name, value in search_parameter().items() if name != "id"}


async def listed(web: Web) -> list[str]:
    statement = (await web.http.get(f"{web.fhir}/metadata")).json()
    (patient,) = [each for each in statement["rest"][0]["resource"] if each["type"] == "Patient"]
    return [each.get("definition") for each in patient["searchParam"]]


async def progress(client: httpx.AsyncClient) -> dict[str, Any]:
    told = (await client.get("/$reindex-status")).json()["parameter"]
    return {each["name"]: next(value for name, value in each.items() if name != "name") for each in told}


async def within_seconds(client: httpx.AsyncClient, path: str, status: int) -> httpx.Response:
    """The reply as soon as it has `status` under strict handling."""
    strict = {"Prefer": "handling=strict"}
    for _ in range(100):
        reply = await client.get(path, headers=strict)
        if reply.status_code == status:
            return reply
        await asyncio.sleep(0.1)
    raise AssertionError(reply.text)


async def test_it_is_searched_by_when_all_is_indexed_and_not_before(web: Web) -> None:
    """Checklist line 92: neither listed nor searchable until all is indexed; withdrawn, unknown again."""
    client = await web.client()
    await web.put(PATIENT | {"id": "p1", "maritalStatus": MARRIED}, PATIENT | {"id": "p2"})
    made = await client.post("/SearchParameter", json=OWN, headers=JSON)
    assert made.status_code == 201, made.text
    await within_seconds(client, "/Patient?married=http://m|M", 400)
    assert OWN["url"] not in await listed(web)
    started = await client.post("/$reindex?type=Patient")
    assert started.status_code == 200, started.text
    while (told := await progress(client))["state"] != "done":
        assert told["state"] in ("requested", "running")
        await asyncio.sleep(0.1)
    assert (told["total"], told["done"], told["type"]) == (2, 2, "Patient")
    found = await within_seconds(client, "/Patient?married=http://m|M", 200)
    assert [entry["resource"]["id"] for entry in found.json()["entry"]] == ["p1"]
    assert OWN["url"] in await listed(web)
    retired = made.json() | {"status": "retired"}
    await client.put(f"/SearchParameter/{retired['id']}", json=retired, headers=JSON)
    await within_seconds(client, "/Patient?married=http://m|M", 400)
    assert OWN["url"] not in await listed(web)


@pytest.mark.parametrize(
    ("more", "element"),
    [
        ({"code": "name"}, "code"),
        ({"expression": "Patient.name.all(family.exists())"}, "expression"),
        ({"type": "special"}, "type"),
        ({"expression": "Patient.birthDate", "type": "quantity"}, "type"),
    ],
)
async def test_what_cannot_be_taken_is_refused(web: Web, more: dict[str, str], element: str) -> None:
    reply = await (await web.client()).post("/SearchParameter", json=OWN | more, headers=JSON)
    assert reply.status_code == 422
    assert reply.json()["issue"][0]["expression"] == [f"SearchParameter.{element}"]


async def test_a_clinic_indexes_nothing(web: Web) -> None:
    clinic = await web.client("system/*.cruds", "Organization/own")
    assert (await clinic.post("/$reindex")).status_code == 403
    assert (await clinic.get("/$reindex-status")).status_code == 403
    assert (await clinic.post("/SearchParameter", json=OWN, headers=JSON)).status_code == 403


async def test_a_second_one_of_the_same_code_is_refused(web: Web) -> None:
    client = await web.client()
    made = await client.post("/SearchParameter", json=OWN, headers=JSON)
    second = OWN | {"url": "http://example.org/SearchParameter/other"}
    refused = await client.post("/SearchParameter", json=second, headers=JSON)
    assert (refused.status_code, refused.json()["issue"][0]["expression"]) == (422, ["SearchParameter.code"])
    again = await client.put(f"/SearchParameter/{made.json()['id']}", json=made.json(), headers=JSON)
    by_url = await client.put(f"/SearchParameter?url={OWN['url']}", json=OWN, headers=JSON)
    assert (again.status_code, by_url.status_code) == (200, 200)
