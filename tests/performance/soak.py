"""Soak: a steady stream of messages, reads and searches, and how much memory each process takes meanwhile."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.performance import interactions
from tests.performance.feeds import Feed, admissions, reports
from tests.performance.figure import Tally
from tests.performance.load import Session, repeat
from tests.performance.platform import Platform
from tests.performance.region import Region

_ADMISSIONS, _REPORTS = 8, 2
"""Messages a second."""
_FEWEST_SAMPLES = 12
_PAUSE = 0.02
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sample:
    """Minutes since the start, and megabytes by process."""

    minutes: float
    megabytes: dict[str, float]


async def soak(platform: Platform, region: Region, minutes: float, say: Say) -> list[Sample]:
    """Samples over `minutes`, while the platform works."""
    feed, seconds = Feed(region), minutes * 60
    tally = Tally()
    async with contextlib.AsyncExitStack() as closing:
        sessions = [Session(region.port, tally) for _ in range(2)]
        for session in sessions:
            closing.callback(session.close)
        turns = [
            _calm(interactions.read(region)(sessions[0])),
            _calm(interactions.name_search(region)(sessions[1])),
        ]
        work = asyncio.gather(
            feed.stream(admissions(), 2, _ADMISSIONS, seconds),
            feed.stream(reports(40), 1, _REPORTS, seconds),
            repeat(turns, seconds),
        )
        samples = await _watch(platform, region, seconds, say)
        await work
    say(f"soak: {tally.units} reads and searches, {sum(tally.errors.values())} errors")
    return samples


def _calm(turn: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def calm() -> None:
        await turn()
        await asyncio.sleep(_PAUSE)

    return calm


async def _watch(platform: Platform, region: Region, seconds: float, say: Say) -> list[Sample]:
    began, samples = time.monotonic(), []
    count = max(_FEWEST_SAMPLES, round(seconds / 60))
    for turn in range(count + 1):
        await asyncio.sleep(max(0.0, began + seconds * turn / count - time.monotonic()))
        found = {name: _megabytes(pid) for name, pid in platform.pids.items() if name != "client"}
        await region.authorize()
        samples.append(Sample((time.monotonic() - began) / 60, found))
        say(text(samples[-1]))
    return samples


def text(sample: Sample) -> str:
    """One line."""
    told = ", ".join(f"{name} {size:.0f} MB" for name, size in sample.megabytes.items())
    return f"{sample.minutes:5.1f} min: {told}"


def _megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)
