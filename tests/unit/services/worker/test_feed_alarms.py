"""Alarms of the feeds: silence, what waits, dead letters; hl7v2.md, checklist 63 and 66."""

from datetime import UTC, datetime, timedelta

from adapters.v2_to_fhir.source import Source
from services.inbox import DEAD, RECEIVED, Arrival, Inbox, inbox_of
from services.platform import Platform
from services.sources import register
from services.worker.feed_alarms import judge, look
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]


async def arrived(inbox: Inbox, state: str, at: datetime, number: int) -> None:
    control = f"C{number}"
    await inbox.add(Arrival(b"MSH|" + control.encode(), b"AA", state, "p", "HTEST", control))
    await inbox.collection.update_one({"control_id": control}, {"$set": {"received": at}})


async def sounded(platform: Platform) -> set[str]:
    alarms = await platform.alarms.newest()
    assert all(alarm.facts["source"] == "HTEST" for alarm in alarms)
    return {alarm.kind for alarm in alarms}


async def test_what_waits_and_what_is_left(platform: Platform) -> None:
    await register(platform.database, Source("HTEST", "Organization/o"))
    inbox, now = await inbox_of(platform.store), datetime.now(UTC)
    await arrived(inbox, RECEIVED, now - timedelta(minutes=2), 1)
    await arrived(inbox, DEAD, now - timedelta(hours=23), 2)
    await judge(platform, inbox, now)
    assert await sounded(platform) == set()
    await judge(platform, inbox, now + timedelta(hours=2))
    assert await sounded(platform) == {"feed late", "dead letters"}
    await inbox.close()


async def test_silence_against_its_own_rhythm(platform: Platform) -> None:
    await register(platform.database, Source("HTEST", "Organization/o"))
    inbox, now = await inbox_of(platform.store), datetime.now(UTC)
    for day in range(1, 8):
        await arrived(inbox, "done", now - timedelta(days=day, minutes=20), day)
    await judge(platform, inbox, now)
    assert await sounded(platform) == {"feed silent"}
    await inbox.close()


async def test_every_registered_source_is_looked_at(platform: Platform) -> None:
    await register(platform.database, Source("HTEST", "Organization/o"))
    inbox = await inbox_of(platform.store)
    await arrived(inbox, DEAD, datetime.now(UTC) - timedelta(days=3), 1)
    await look(platform)
    await look(platform)
    (alarm,) = await platform.alarms.newest()
    assert (alarm.kind, alarm.count) == ("dead letters", 1)
    await inbox.close()


async def test_line_63_what_a_source_left_that_is_registered_no_more_sounds_too(platform: Platform) -> None:
    inbox = await inbox_of(platform.store)
    await arrived(inbox, DEAD, datetime.now(UTC) - timedelta(days=3), 1)
    await judge(platform, inbox, datetime.now(UTC))
    assert await sounded(platform) == {"dead letters"}
    await inbox.close()
