"""What nobody has reviewed for a day sounds an alarm, once for each (security-and-scale.md, line 19)."""

from datetime import timedelta

import time_machine

from services.platform import Platform
from services.worker.emergency_reviews import announce, look
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]


async def opened(platform: Platform, patient: str) -> None:
    await platform.grounds.emergencies.open(
        None, account="a1", name="HTEST", organization="Organization/h", practitioner="Practitioner/d",
        patient=patient, code="other", reason="HTEST 没有人核查",
    )  # fmt: skip


async def test_each_overdue_case_is_told_once(platform: Platform) -> None:
    for patient in ("Patient/a", "Patient/b"):
        await opened(platform, patient)
    judged, waiting = await platform.grounds.emergencies.waiting(9)
    assert await announce(platform) == 0
    assert await platform.grounds.emergencies.review(judged, "a2", "justified", "HTEST")
    with time_machine.travel(waiting.began + timedelta(hours=24), tick=False):
        assert await announce(platform) == 1
    with time_machine.travel(waiting.began + timedelta(hours=30), tick=False):
        assert await announce(platform) == 0
    (alarm,) = await platform.alarms.newest()
    assert (alarm.kind, alarm.count) == ("emergency access", 1)
    assert waiting.id.endswith(str(alarm.facts["overdue"]))
    assert "Patient" not in str(alarm)


async def test_it_is_looked_for_in_turns(platform: Platform) -> None:
    await opened(platform, "Patient/a")
    await platform.database["emergencies"].update_many(
        {}, [{"$set": {"began": {"$subtract": ["$began", 25 * 3_600_000]}}}]
    )
    await look(platform)
    await look(platform)
    (alarm,) = await platform.alarms.newest()
    assert alarm.count == 1
