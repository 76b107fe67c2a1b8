"""Delivery: what waits is sent once by each way; what is not taken waits again."""

import asyncio

from auth.audit.signing import Signer
from services.alarms import delivery
from services.alarms.alarm import Alarm, Kind, State
from services.alarms.alarms import Alarms
from services.alarms.delivery import deliver, delivering
from services.config import Settings
from tests.unit.services.alarms.conftest import BOTH, Clock


async def test_each_waiting_alarm_is_tried_once(both: Alarms, clock: Clock) -> None:
    for number in range(3):
        await both.sound(Kind.SWEEP, "A sentence.", source=str(number))
    tried: list[str] = []

    def send(alarm: Alarm) -> None:
        tried.append(str(alarm.facts["source"]))
        if alarm.facts["source"] == "1":
            raise ConnectionRefusedError

    await deliver(both, "webhook", send)
    assert sorted(tried) == ["0", "1", "2"]
    states = {str(alarm.facts["source"]): alarm.webhook for alarm in await both.newest()}
    assert states == {"0": State.SENT, "1": State.WAITING, "2": State.SENT}
    clock.move(minutes=1)
    await deliver(both, "webhook", tried.append)  # type: ignore[arg-type]
    assert len(tried) == 4
    assert {alarm.webhook for alarm in await both.newest()} == {State.SENT}


async def test_a_receiver_that_is_away_does_not_end_it(both: Alarms, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(delivery, "_PERIOD_SECONDS", 0.02)
    await both.sound(Kind.SWEEP, "A sentence.")
    async with delivering(both, Settings.read(**BOTH, smtp_port=9), Signer(b"0" * 32)):
        async with asyncio.timeout(20):
            while True:
                row = await both._rows.find_one({"webhook_tries": 1, "mail_tries": 1})
                if row is not None:
                    break
                await asyncio.sleep(0.02)
    assert not any(task.get_name() == "delivering" for task in asyncio.all_tasks())
