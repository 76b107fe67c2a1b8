"""What nobody has answered within its term sounds an alarm, once for each."""

import time_machine

from auth.store.cases import TERM, Kind
from services.platform import Platform
from services.worker.overdue_cases import announce, look
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]


async def test_each_overdue_case_is_told_once_and_nothing_of_the_resident(platform: Platform) -> None:
    cases = platform.cases
    asked = {"patient": "Patient/a", "by": "a1", "words": "HTEST 不是我"}
    answered = await cases.open(Kind.COMPLAINT, about="r1", **asked)
    waiting = await cases.open(Kind.CORRECTION, about="Observation/o", line="HTEST 血糖", **asked)
    assert await announce(platform) == 0
    assert await cases.answer(answered, "a2", "explained", "HTEST")
    with time_machine.travel(waiting.opened + TERM, tick=False):
        assert await announce(platform) == 1
    with time_machine.travel(waiting.opened + 2 * TERM, tick=False):
        assert await announce(platform) == 0
    (alarm,) = await platform.alarms.newest()
    assert (alarm.kind, alarm.count) == ("case", 1)
    assert alarm.facts == {"case": waiting.id, "about": "correction"}
    for private in ("Patient", "HTEST", "Observation"):
        assert private not in str(alarm)
    (again,) = await cases.waiting(Kind.CORRECTION, None, 9)
    assert again == waiting, "the note of the alarm is no part of the case"


async def test_it_is_looked_for_in_turns(platform: Platform) -> None:
    await platform.cases.open(Kind.COMPLAINT, patient="Patient/a", about="r1", by="a1", words="HTEST")
    await platform.database["cases"].update_many({}, [{"$set": {"due": "$opened"}}])
    await look(platform)
    await look(platform)
    (alarm,) = await platform.alarms.newest()
    assert alarm.count == 1
