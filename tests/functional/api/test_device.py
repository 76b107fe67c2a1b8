"""Devices of residents: an implant lies in the file of the Patient that it names, any other is the region's.

access.md: "Device is conditional"; SMART kit lines 48 and 66.
"""

from typing import Any

import httpx
import pytest

from tests.functional.api.exchange import JSON, made, patient
from tests.support.web import Web


def device(about: str | None = None, **more: Any) -> dict[str, Any]:
    """A pacemaker, or whatever stands in a ward."""
    whose = {"patient": {"reference": about}} if about else {}
    return {"resourceType": "Device", "type": {"text": "HTEST pacemaker"}, "status": "active"} | whose | more


@pytest.fixture
async def houses(web: Web) -> tuple[httpx.AsyncClient, ...]:
    """A regional client and those of two hospitals."""
    return (
        await web.client(),
        await web.client(organization="Organization/h1"),
        await web.client(organization="Organization/h2"),
    )


async def test_an_implant_is_seen_by_who_has_its_bearer_in_care(
    houses: tuple[httpx.AsyncClient, ...],
) -> None:
    regional, clinic, other = houses
    about = f"Patient/{(await made(clinic, patient('1')))['id']}"
    id = (await made(clinic, device(about)))["id"]
    for path in (f"/Device/{id}", f"/Device/{id}/_history", f"/Device/{id}/_history/1"):
        assert [(await each.get(path)).status_code for each in houses] == [200, 200, 404], path
    for query in (f"patient={about}", f"_id={id}", "type:text=HTEST"):
        totals = [(await each.get(f"/Device?{query}&_total=accurate")).json()["total"] for each in houses]
        assert totals == [1, 1, 0], query
    reply = await other.put(f"/Device/{id}", json=device(about, id=id), headers=JSON)
    assert reply.status_code in (404, 422)
    assert (await regional.get(f"/Device/{id}")).json()["meta"]["versionId"] == "1"


async def test_what_is_nobodys_stays_the_regions(houses: tuple[httpx.AsyncClient, ...]) -> None:
    regional, clinic, _ = houses
    id = (await made(regional, device()))["id"]
    assert [(await each.get(f"/Device/{id}")).status_code for each in houses] == [200, 404, 404]
    assert "entry" not in (await clinic.get(f"/Device?_id={id}")).json()
    refused = await clinic.post("/Device", json=device(), headers=JSON)
    assert refused.status_code == 422
    assert "names the Patient in whose file it lies" in refused.text
    foreign = f"Patient/{(await made(regional, patient('2')))['id']}"
    assert (await clinic.post("/Device", json=device(foreign), headers=JSON)).status_code == 422


async def test_a_device_does_not_change_hands_within_a_version(
    houses: tuple[httpx.AsyncClient, ...],
) -> None:
    """One bearer's file must not be left with another's device: it is deleted and made anew."""
    _, clinic, _ = houses
    first, second = [f"Patient/{(await made(clinic, patient(each)))['id']}" for each in ("3", "4")]
    id = (await made(clinic, device(first)))["id"]
    reply = await clinic.put(f"/Device/{id}", json=device(second, id=id), headers=JSON)
    assert reply.status_code == 422
    assert (await clinic.get(f"/Device/{id}")).json()["patient"]["reference"] == first


async def test_an_include_brings_the_implant_along_and_no_other(
    houses: tuple[httpx.AsyncClient, ...],
) -> None:
    regional, clinic, _ = houses
    about = f"Patient/{(await made(clinic, patient('5')))['id']}"
    other = f"Patient/{(await made(regional, patient('6')))['id']}"
    mine = (await made(clinic, device(about)))["id"]
    foreign, loose = [(await made(regional, each))["id"] for each in (device(other), device())]
    for id in (mine, foreign, loose):
        await made(
            regional,
            {
                "resourceType": "Observation",
                "status": "final",
                "code": {"text": "HTEST pacing"},
                "subject": {"reference": about},
                "device": {"reference": f"Device/{id}"},
            },
        )
    found = (await clinic.get(f"/Observation?patient={about}&_include=Observation:device")).json()
    assert found["total"] == 3
    included = [each["resource"]["id"] for each in found["entry"] if each["search"]["mode"] == "include"]
    assert included == [mine]
