"""A resident permits a part of a closed file: it opens that part on every path, and nothing else (ADR 8)."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import httpx
import pytest

from auth import moment
from tests.functional.api.exchange import JSON, bundle, entry, observation, patient
from tests.functional.api.hiding import ACTOR, LAB, TYPES, permission
from tests.functional.api.test_emergency import DOCTOR, ELSEWHERE, HOUSE, app
from tests.support.web import Web

B = "Patient/pb"
RESULTS = [{"system": TYPES, "code": "Observation"}]
ME = ACTOR | {"reference": {"reference": HOUSE}}
HIM = ACTOR | {"reference": {"reference": DOCTOR}}


@pytest.fixture
async def region(web: Web) -> Web:
    """pB is a stranger to the house, with two results and a diagnosis."""
    diagnosis = {"resourceType": "Condition", "id": "c1", "subject": {"reference": B}}
    houses = [{"resourceType": "Organization", "id": each.split("/")[1]} for each in (HOUSE, ELSEWHERE)]
    await web.put(
        *houses, {"resourceType": "Practitioner", "id": "d"},
        patient("9") | {"id": "pb"}, diagnosis,
        *(observation(B, id=id, category=[LAB]) for id in ("o1", "o2")),
        {"resourceType": "DiagnosticReport", "id": "r1", "status": "final", "code": {"text": "x"},
         "subject": {"reference": B}, "result": [{"reference": "Observation/o1"}]},
    )  # fmt: skip
    await web.put(observation(B, id="o1", category=[LAB], status="amended"))
    await web.platform.relations.encounter(None, B, ELSEWHERE, moment.now())
    return web


async def permit(web: Web, **provision: Any) -> None:
    await web.put(permission(B, **{"actor": [ME]} | provision))


HEAD, O1, O2 = B, "Observation/o1", "Observation/o2"
OPEN: dict[str, Any] = {
    "Patient/pb": 200,
    "Observation/o1": 200,
    "Observation/o1/_history": {O1},
    "Observation/o1/_history/1": 200,
    "Observation?patient=pb": {O1, O2},
    "Observation?subject:Patient.identifier=9": {O1, O2},
    "Patient?identifier=9": {HEAD},
    "Patient?_has:Observation:patient:_id=o1": {HEAD},
    "Patient?_has:Condition:patient:_id=c1": set(),
    "Patient?_id=pb&_revinclude=Observation:patient&_revinclude=Condition:patient": {HEAD, O1, O2},
    "Observation?_id=o2&_include=*": {O2, HEAD},
    "Patient/pb/$everything": {HEAD, O1, O2},
    "Patient/$everything": {HEAD, O1, O2},
    "Patient/pb/Observation": {O1, O2},
    "Patient/pb/*": {HEAD, O1, O2},
    "_history": {HEAD, O1, O2},
    "Observation/$lastn?patient=pb&category=laboratory&max=5": {O1, O2},
    "Condition/c1": 404,
    "Condition": set(),
    "DiagnosticReport/r1": 404,
}
"""Each way to ask, and what it tells of the file once its results are permitted."""


async def answers(client: httpx.AsyncClient) -> dict[str, Any]:
    """What each way tells: a status, or what is in the Bundle."""
    return {way: _told(await client.get(f"/{way}")) for way in OPEN}


def _told(reply: httpx.Response) -> Any:
    body = reply.json()
    if body["resourceType"] != "Bundle":
        return reply.status_code
    found = (each["resource"] for each in body.get("entry", ()) if "search" not in each or _shown(each))
    names = {f"{each['resourceType']}/{each['id']}" for each in found}
    return names - {HOUSE, ELSEWHERE, DOCTOR}


def _shown(entry: dict[str, Any]) -> bool:
    return bool(entry["search"]["mode"] != "outcome")


@pytest.mark.parametrize(
    ("to", "who"), [(ME, {"system", "doctor", "launched"}), (HIM, {"doctor", "launched", "elsewhere"})]
)
async def test_the_part_opens_on_every_path_and_nothing_else(
    region: Web, to: dict[str, Any], who: set[str]
) -> None:
    readers = {
        "system": await region.client("system/*.cruds", HOUSE),
        "doctor": app(region),
        "launched": app(region, scope="patient/*.rs", launched=B),
        "elsewhere": app(region, account="other", organization="Organization/x"),
    }
    shut = await answers(readers["system"])
    assert not {B, O1, O2} & set().union(*(each for each in shut.values() if isinstance(each, set)))
    await permit(region, actor=[to], **{"class": RESULTS})
    await asyncio.sleep(1)
    for name, client in readers.items():
        assert await answers(client) == (OPEN if name in who else shut), name
    await permit(region, actor=[to], **{"class": RESULTS, "period": {"end": "2020"}})
    await asyncio.sleep(1)
    for name, client in readers.items():
        assert await answers(client) == shut, name


async def test_it_ends_within_a_second_of_its_period(region: Web) -> None:
    client, end = app(region), moment.now() + timedelta(seconds=3)
    await permit(region, period={"end": end.isoformat(timespec="milliseconds").replace("+00:00", "Z")})
    await asyncio.sleep(1)
    page = (await client.get("/Observation?patient=pb&_count=1")).json()
    assert (await client.get("/Observation/o1")).status_code == 200
    await asyncio.sleep(max((end - moment.now()).total_seconds(), 0))
    until = time.monotonic() + 1
    while (await client.get("/Observation/o1")).status_code == 200:
        assert time.monotonic() < until
    following = next(each["url"] for each in page["link"] if each["relation"] == "next")
    assert (await client.get(following)).json().get("entry", []) == []


async def test_a_denial_wins_and_a_withdrawal_closes(region: Web) -> None:
    client = app(region)
    await permit(region)
    denial = permission(B, type="deny", actor=[HIM], **{"class": RESULTS}) | {"id": "c2"}
    await region.put(denial)
    await asyncio.sleep(1)
    assert [(await client.get(f"/{each}")).status_code for each in (B, "Condition/c1", O1)] == [200, 200, 404]
    await region.put(permission(B, actor=[ME]) | {"status": "inactive"})
    await asyncio.sleep(1)
    assert [(await client.get(f"/{each}")).status_code for each in (B, "Condition/c1", O1)] == [404, 404, 404]


async def test_what_is_permitted_is_read_and_not_written(region: Web) -> None:
    await permit(region, **{"class": RESULTS})
    await asyncio.sleep(1)
    system = await region.client("system/*.cruds", HOUSE)
    mine = observation(B) | {"id": "o1"}
    ways = [
        ("POST", "Observation", observation(B), 422),
        ("POST", "Condition", {"resourceType": "Condition", "subject": {"reference": B}}, 422),
        ("PUT", "Observation/o1", mine, 404),
        ("PUT", B, patient("9") | {"id": "pb"}, 404),
        ("DELETE", "Observation/o1", None, 404),
        ("POST", "", bundle(entry("PUT", "Observation/o1", mine)), 404),
    ]
    for method, path, body, status in ways:
        reply = await system.request(method, f"/{path}", json=body, headers=JSON)
        assert reply.status_code == status, (method, path, reply.text)
    assert (await system.get("/Observation/o1")).json()["status"] == "amended"
