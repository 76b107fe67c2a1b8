"""Clocks that differ; security-and-scale.md, line 26."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from services.alarms.alarm import Kind
from services.clock import look, measure
from services.platform import Platform
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]


async def test_line_26_a_true_clock_sounds_nothing(platform: Platform) -> None:
    assert abs(await measure(platform.database)) < timedelta(seconds=1)
    await look(platform, "api")
    assert await platform.alarms.newest() == []


@pytest.mark.parametrize("seconds", [3, -3, 86_400])
async def test_line_26_more_than_a_second_sounds_an_alarm(platform: Platform, seconds: int) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=True):
        await look(platform, "worker")
        (alarm,) = await platform.alarms.newest()
    assert (alarm.kind, alarm.facts["process"]) == (Kind.CLOCK, "worker")
    assert abs(int(alarm.facts["milliseconds"]) - seconds * 1000) < 900
