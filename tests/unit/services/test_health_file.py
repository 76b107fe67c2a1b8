"""The life of a health file: one open at a time, each step in its history, and care relations that follow."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from fhir.resource import Resource
from fhir.store import EVERYONE
from fhir.summary.moment import local_day
from fhir.validation import errors
from services.health_file import Asked, NotPossible, Step, over, take
from services.platform import Platform
from tests.support.resources import organization, patient, put
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]
H1, H2, DR = "Organization/h1", "Organization/h2", "Practitioner/d1"
A, A2 = "Patient/a", "Patient/a2"
NUMBER = [{"system": "urn:oid:2.16.156.10011.1.3", "value": "510104195803129013"}]


@pytest.fixture(autouse=True)
async def region(platform: Platform) -> None:
    """A and A2 are one person."""
    doctor = {"resourceType": "Practitioner", "id": "d1", "name": [{"text": "HTEST Zhou"}]}
    people = (patient(each, identifier=NUMBER) for each in ("a", "a2"))
    await put(platform.store, organization("h1"), organization("h2"), doctor, *people)


async def step(platform: Platform, step: Step, patient: str = A, **more: Any) -> Resource:
    return await take(platform, Asked(step, patient, **more))


async def open_to(platform: Platform) -> set[str]:
    found = {each: await platform.relations.among(each, None, [A]) for each in (H1, H2)}
    return {each for each, patients in found.items() if patients}


async def versions(platform: Platform, file: Resource) -> list[str]:
    reach = [("EpisodeOfCare", EVERYONE)]
    rows = await platform.store.resources.history(reach, file["id"], limit=9)
    return [row.resource()["status"] for row in rows]


async def test_it_is_opened_once(platform: Platform) -> None:
    file = await step(platform, Step.OPEN, house=H1, doctor=DR)
    assert not errors(file)
    assert (file["status"], file["careManager"]) == ("active", {"reference": DR})
    assert await open_to(platform) == {H1}
    with pytest.raises(NotPossible, match="open file already"):
        await step(platform, Step.OPEN, A2, house=H2)


async def test_moving_it_ends_the_old_houses_registration_at_once(platform: Platform) -> None:
    await platform.relations.register(None, A, H1, "test")
    old = await step(platform, Step.OPEN, house=H1)
    assert await open_to(platform) == {H1}
    new = await step(platform, Step.MIGRATE, A2, house=H2, reason="HTEST moved house")
    assert await open_to(platform) == {H2}
    assert (new["status"], new["managingOrganization"]["reference"]) == ("active", H2)
    assert await versions(platform, old) == ["finished", "active"]
    with pytest.raises(NotPossible, match="home already"):
        await step(platform, Step.MIGRATE, house=H2)


async def test_it_is_held_and_goes_on(platform: Platform) -> None:
    await step(platform, Step.OPEN, house=H1)
    held = await step(platform, Step.HOLD)
    assert await open_to(platform) == set()
    with pytest.raises(NotPossible, match="onhold already"):
        await step(platform, Step.HOLD)
    again = await step(platform, Step.RESUME)
    assert await open_to(platform) == {H1}
    assert not errors(again)
    assert [each["status"] for each in again["statusHistory"]] == ["active", "onhold"]
    assert held["id"] == again["id"]


@pytest.mark.parametrize(("ending", "status"), [(Step.CANCEL, "cancelled"), (Step.END, "finished")])
async def test_it_ends_with_a_reason_and_a_day(platform: Platform, ending: Step, status: str) -> None:
    await step(platform, Step.OPEN, house=H1, on="2026-01-01")
    with pytest.raises(NotPossible, match="before it began"):
        await step(platform, ending, reason="HTEST", on="2025-12-31")
    ended = await step(platform, ending, reason="HTEST died", on="2026-02-03")
    assert not errors(ended)
    assert (ended["status"], ended["period"]["end"]) == (status, "2026-02-03")
    assert ended["extension"][0]["valueString"] == "HTEST died"
    assert await open_to(platform) == set()
    with pytest.raises(NotPossible, match="no open file"):
        await step(platform, Step.ASSIGN, doctor=DR)


async def test_another_family_doctor(platform: Platform) -> None:
    await step(platform, Step.OPEN, house=H1)
    assert (await step(platform, Step.ASSIGN, doctor=DR))["careManager"] == {"reference": DR}


async def test_what_is_kept_too_long_is_named_and_not_deleted(platform: Platform) -> None:
    async def named(day: str) -> list[str]:
        return [each.kept_until async for each in over(platform, date.fromisoformat(day), 30)]

    await step(platform, Step.OPEN, house=H1, on="1980-01-01")
    file = await step(platform, Step.END, reason="HTEST", on="1990-02-03")
    assert await named("2020-02-02") == []
    assert await named("2020-02-03") == ["2020-02-03"]
    assert await versions(platform, file) == ["finished", "active"]
    await step(platform, Step.OPEN, A2, house=H2)
    assert await named("2020-02-03") == [], "it goes on elsewhere"
    await step(platform, Step.END, reason="HTEST", on=local_day().isoformat())
    assert await named("2030-02-03") == [], "of several the last end counts"


async def test_of_many_who_open_it_at_once_one_does(platform: Platform) -> None:
    tries = [step(platform, Step.OPEN, each, house=H1) for each in (A, A2) * 4]
    told = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, dict) for each in told) == 1
    assert sum(isinstance(each, NotPossible) for each in told) == 7


async def test_the_end_of_a_file_ends_what_a_link_has_doubled(platform: Platform) -> None:
    await put(platform.store, patient("b"))
    files = [await step(platform, Step.OPEN, each, house=H1) for each in (A, "Patient/b")]
    await platform.store.clerical_review.link(A, "Patient/b", "clerk", "")
    await step(platform, Step.END, reason="HTEST moved away")
    assert [(await versions(platform, file))[0] for file in files] == ["finished", "finished"]


async def test_no_step_is_taken_before_its_day(platform: Platform) -> None:
    with pytest.raises(NotPossible, match="not come yet"):
        await step(platform, Step.OPEN, house=H1, on=(date.today() + timedelta(days=3)).isoformat())
