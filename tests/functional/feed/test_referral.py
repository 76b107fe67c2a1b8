"""A referral of the feed opens the file to the house that it names, until its end or its cancel (ADR 8)."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.v2_to_fhir.source import Source
from services.sources import register
from tests.functional.feed.test_merge_access import block, pid, result, visit
from tests.support.feed import Feed
from tests.support.web import Web

SHANGHAI = ZoneInfo("Asia/Shanghai")
H1, H2, H3 = "Organization/h1", "Organization/h2", "Organization/h3"
BY_CODE = "PRD|RT|李^主任||^^^HTEST2"
BY_NUMBER = "PRD|RT|||||||||二院^^^^^R&1.2.156.9&ISO^^^^N2"


@pytest.fixture
async def region(feed: Feed) -> Feed:
    """S1 was admitted at HTEST1, where a result is known; nobody has described HTEST2 yet."""
    for code, organization in (("HTEST1", H1), ("HTEST2", H2)):
        await register(feed.web.platform.database, Source(code, organization))
    numbered = {"resourceType": "Organization", "id": "h3", "name": "HTEST",
                "identifier": [{"system": "urn:oid:1.2.156.9", "value": "N2"}]}  # fmt: skip
    await feed.web.put(numbered)
    await feed.send(block("HTEST1", "ADT^A01", 1, "C1", pid("S1"), visit("V1")), result("S1", "100"))
    await feed.settled()
    return feed


def referral(event: str, day: int, *houses: str, last: datetime | None = None, control: str = "R1") -> bytes:
    """A referral of S1 by HTEST1 of some days ago until a `last` day, 90 days where none is told."""
    begun = datetime.now(SHANGHAI) - timedelta(days=5)
    span = f"{begun:%Y%m%d}|{last:%Y%m%d}" if last else "|"
    rf1 = f"RF1|A|R|MED^内科转诊|||RF100|{span}|{begun:%Y%m%d}"
    return block("HTEST1", f"REF^{event}", day, control, rf1, *houses, pid("S1"))


async def told(feed: Feed, *messages: bytes) -> dict[str, Any]:
    """The referral as it stands once the messages are done."""
    await feed.send(*messages)
    assert set(await feed.settled()) == {"done"}
    await asyncio.sleep(1)
    (entry,) = (await (await feed.web.client()).get("/ServiceRequest")).json()["entry"]
    found: dict[str, Any] = entry["resource"]
    return found


async def opened(web: Web, house: str) -> bool:
    client = await web.client(organization=house)
    found = [
        (await client.get(f"/{type}?_summary=count")).json()["total"] for type in ("Patient", "Observation")
    ]
    assert found in ([1, 1], [0, 0])
    return found == [1, 1]


@pytest.mark.parametrize(("prd", "house"), [(BY_CODE, H2), (BY_NUMBER, H3)])
async def test_it_opens_the_file_and_its_cancel_closes_it(region: Feed, prd: str, house: str) -> None:
    assert not await opened(region.web, house)
    found = await told(region, referral("I12", 3, prd))
    assert house in [each.get("reference") for each in found["performer"]]
    assert await opened(region.web, house)
    others = {H2, H3} - {house}
    assert not any([await opened(region.web, each) for each in others])
    again = await told(region, referral("I14", 4, control="R2"))
    assert again["status"] == "revoked"
    assert not await opened(region.web, house)


async def test_it_ends_when_it_says_or_after_ninety_days(region: Feed) -> None:
    rows, today = region.web.platform.database["relations"], datetime.now(SHANGHAI)
    for control, last, expected in (("R1", None, 85), ("R2", today + timedelta(days=9), 10)):
        await told(region, referral("I13", 3, BY_CODE, last=last, control=control))
        (row,) = await rows.find({"organization": H2}).to_list()
        assert (row["kind"], abs((row["until"].replace(tzinfo=UTC) - today).days - expected) <= 1) == (
            "referral",
            True,
        )
    await told(region, referral("I13", 4, BY_CODE, last=today - timedelta(days=2), control="R3"))
    assert not await opened(region.web, H2)


async def test_another_house_takes_its_place(region: Feed) -> None:
    await told(region, referral("I12", 3, BY_CODE), referral("I13", 4, BY_NUMBER, control="R2"))
    assert [await opened(region.web, each) for each in (H2, H3)] == [False, True]


@pytest.mark.parametrize(
    "prd", ["PRD|RT|李^主任||^^^HTEST9", "PRD|RT|||||||||二院^^^^^R&1.2.156.9&ISO^^^^N9"]
)
async def test_an_unknown_house_stays_a_number_and_opens_nothing(region: Feed, prd: str) -> None:
    found = await told(region, referral("I12", 3, prd))
    assert all("reference" not in each for each in found["performer"])
    assert not any([await opened(region.web, each) for each in (H2, H3)])


async def test_a_number_of_two_houses_means_neither(region: Feed) -> None:
    twin = {"resourceType": "Organization", "id": "twin", "name": "HTEST",
            "identifier": [{"system": "urn:oid:1.2.156.9", "value": "N2"}]}  # fmt: skip
    await region.web.put(twin)
    found = await told(region, referral("I12", 3, BY_NUMBER))
    assert all("reference" not in each for each in found["performer"])
