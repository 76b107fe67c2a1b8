"""Alarms are stored first; what sounds again is counted; what waits belongs to whoever claims it."""

import asyncio

from services.alarms.alarm import Kind, State
from services.alarms.alarms import ATTEMPTS, Alarms
from services.config import Settings
from tests.unit.services.alarms.conftest import Clock

TEXT = "A source sends nothing."


async def test_an_alarm_is_stored_with_what_waits(both: Alarms) -> None:
    await both.sound(Kind.FEED_SILENT, TEXT, source="HTEST", waiting=3)
    (alarm,) = await both.newest()
    assert (alarm.kind, alarm.text, alarm.facts) == ("feed silent", TEXT, {"source": "HTEST", "waiting": 3})
    assert (alarm.webhook, alarm.mail, alarm.count) == (State.WAITING, State.WAITING, 1)


async def test_without_settings_it_stands_on_the_console_alone(both: Alarms) -> None:
    quiet = Alarms(both._rows.database, Settings.read())
    await quiet.sound(Kind.SWEEP, TEXT)
    (alarm,) = await quiet.newest()
    assert (alarm.webhook, alarm.mail) == (State.NONE, State.NONE)
    assert await quiet.claim("webhook") is None


async def test_the_same_within_an_hour_is_counted_and_not_sent_again(both: Alarms, clock: Clock) -> None:
    await asyncio.gather(*(both.sound(Kind.FEED_LATE, TEXT, source="A", waiting=n) for n in range(5)))
    clock.move(minutes=40)
    await both.sound(Kind.FEED_LATE, TEXT, source="A", waiting=9)
    assert [alarm.count for alarm in await both.newest()] == [6]
    await both.sound(Kind.FEED_LATE, TEXT, source="B", waiting=9)
    clock.move(minutes=90)
    await both.sound(Kind.FEED_LATE, TEXT, source="A", waiting=9)
    newest, *others = await both.newest()
    assert (newest.count, sorted(alarm.count for alarm in others)) == (1, [1, 6])


async def test_one_claims_it_and_a_failure_is_tried_again_ever_more_slowly(
    both: Alarms, clock: Clock
) -> None:
    await both.sound(Kind.SWEEP, TEXT)
    one, two = await asyncio.gather(both.claim("mail"), both.claim("mail"))
    assert (one is None) is not (two is None)
    alarm = one or two
    assert alarm is not None
    pauses = []
    for _ in range(ATTEMPTS):
        await both.settle(alarm, "mail", sent=False)
        waited = 0
        while await both.claim("mail") is None and waited < 10_000:
            clock.move(seconds=15)
            waited += 15
        pauses.append(waited)
    assert pauses[:-1] == [15 * 2**n for n in range(ATTEMPTS - 1)]
    (left,) = await both.newest()
    assert (left.mail, left.webhook) == (State.FAILED, State.WAITING)


async def test_who_has_claimed_and_died_leaves_it_to_others(both: Alarms, clock: Clock) -> None:
    await both.sound(Kind.SWEEP, TEXT)
    assert await both.claim("webhook") is not None
    assert await both.claim("webhook") is None
    clock.move(minutes=3)
    assert await both.claim("webhook") is not None


async def test_what_was_sent_is_not_sent_again(both: Alarms, clock: Clock) -> None:
    await both.sound(Kind.SWEEP, TEXT)
    alarm = await both.claim("webhook")
    assert alarm is not None
    await both.settle(alarm, "webhook", sent=True)
    clock.move(hours=9)
    assert await both.claim("webhook") is None
    assert (await both.newest())[0].webhook is State.SENT
