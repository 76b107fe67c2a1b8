"""Clock: how far this process is from the clock of the database, and an alarm beyond a second.

GB/T 22239-2019, 8.1.5.4 (one time for all audit records); security-and-scale.md, line 26. Every machine keeps
its time by NTP; what a process measures is whether that works.
"""

import socket
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from prometheus_client import Gauge
from pymongo.asynchronous.database import AsyncDatabase

from services.alarms.alarm import Kind
from services.platform import Platform

PERIOD = 60.0
MOST = timedelta(seconds=1)
_TRIES = 3
SKEW = Gauge(
    "furong_clock_skew_seconds",
    "How far the clock of a process is before the database's",
    ["process"],
    multiprocess_mode="mostrecent",
)


async def look(platform: Platform, process: str) -> None:
    """Measure, and sound the alarm where the clocks differ by more than a second."""
    skew = await measure(platform.database)
    SKEW.labels(process).set(skew.total_seconds())
    if abs(skew) > MOST:
        await platform.alarms.sound(
            Kind.CLOCK,
            "The clocks of a process and of the database differ by more than a second.",
            process=process,
            host=socket.gethostname(),
            milliseconds=round(skew.total_seconds() * 1000),
        )


async def measure(database: AsyncDatabase[dict[str, Any]]) -> timedelta:
    """How far our clock is before the database's, less what the way to it may explain (shortest of three)."""
    found = [await _once(database) for _ in range(_TRIES)]
    way, skew = min(found)
    allowed = min(abs(skew), way)
    return skew - allowed if skew > timedelta() else skew + allowed


async def _once(database: AsyncDatabase[dict[str, Any]]) -> tuple[timedelta, timedelta]:
    """Half of the time that the question took, and how far our clock was before the answer in its middle."""
    begin, ours = time.monotonic(), datetime.now(UTC)
    theirs = (await database.command("hello"))["localTime"]
    half = timedelta(seconds=(time.monotonic() - begin) / 2)
    return half, ours + half - theirs.replace(tzinfo=UTC)
