"""History over HTTP: what its entries say, and pages that others' writes do not disturb."""

import asyncio
from typing import Any

import httpx

from tests.functional.api.test_interactions import JSON
from tests.support.web import Web


def patient(number: int) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"text": f"HTEST {number}"}]}


async def test_each_entry_says_what_was_asked_and_answered(web: Web) -> None:
    """Checklist line 37: request and response of each entry."""
    client = await web.client()
    made = (await client.post("/Patient", json=patient(1), headers=JSON)).json()
    await client.put(f"/Patient/{made['id']}", json=patient(2) | {"id": made["id"]}, headers=JSON)
    await client.delete(f"/Patient/{made['id']}")
    history = (await client.get(f"/Patient/{made['id']}/_history")).json()
    assert (history["type"], history["total"]) == ("history", 3)
    asked = [(entry["request"]["method"], entry["request"]["url"]) for entry in history["entry"]]
    own = f"Patient/{made['id']}"
    assert asked == [("DELETE", own), ("PUT", own), ("POST", "Patient")]
    for number, entry in zip((3, 2, 1), history["entry"], strict=True):
        assert entry["response"].keys() >= {"status", "etag", "lastModified"}
        assert entry["response"]["etag"] == f'W/"{number}"'
        assert ("resource" in entry) == (number < 3)


async def _walk(client: httpx.AsyncClient) -> list[str]:
    seen: list[str] = []
    url: str | None = "/Patient/_history?_count=3"
    while url:
        bundle = (await client.get(url)).json()
        seen += [f"{each['fullUrl']} {each['response']['etag']}" for each in bundle.get("entry", ())]
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
        await asyncio.sleep(0.01)
    return seen


async def test_a_walk_under_concurrent_writes_loses_and_repeats_nothing(web: Web) -> None:
    """Checklist line 40: the versions that were there at the first page come exactly once."""
    client = await web.client()
    made = await asyncio.gather(*(client.post("/Patient", json=patient(n), headers=JSON) for n in range(12)))
    ids = [reply.json()["id"] for reply in made]
    before = {f'{web.fhir}/Patient/{id} W/"1"' for id in ids}
    stop = asyncio.Event()

    async def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            id = ids[number % len(ids)]
            await client.put(f"/Patient/{id}", json=patient(number) | {"id": id}, headers=JSON)
            await client.post("/Patient", json=patient(number), headers=JSON)

    walk = asyncio.create_task(_walk(client))
    await asyncio.sleep(0)
    writing = asyncio.create_task(write())
    seen = await walk
    stop.set()
    await writing
    assert len(seen) == len(set(seen)), "nothing comes twice"
    assert before <= set(seen), "nothing is lost"
