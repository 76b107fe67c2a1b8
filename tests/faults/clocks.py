"""Clocks that jump, each process's own, under load: nobody's monotonic clock does (checklist line 64)."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from services.config import Settings
from tests.faults.account import Account, account, waiting
from tests.faults.hospital import Hospitals
from tests.support.serving import CHECKOUT

HOUR, DAY = 3600, 86_400
PROCESSES = {"feed": "services.feed", "worker": "services.worker", "second": "services.worker"}
JUMPS = (
    {"feed": 2 * HOUR},
    {"worker": -5 * HOUR, "second": 3 * HOUR},
    {"feed": -3 * HOUR, "worker": 40 * DAY},
    {"feed": 400 * DAY, "second": -40 * DAY},
    {"feed": 0, "worker": 0, "second": 0},
)
"""Seconds from the true time, by process."""
_BETWEEN = 60
"""Acknowledgements between two jumps."""


async def jumped(settings: Settings, folder: Path) -> Account:
    """What became of the messages that were acknowledged while the clocks of feed and workers jumped.

    The processes find `settings` in this process's environment; `folder` holds their clocks.
    """
    with ExitStack() as running:
        clocks = {name: running.enter_context(_jumping(folder, name)) for name in PROCESSES}
        hospitals = Hospitals(settings.mllp_port, 3, 0.01)
        hospitals.start()
        for each in JUMPS:
            known = len(hospitals.acknowledged)
            for name, seconds in each.items():
                _jump(clocks[name], seconds)
            await _until(partial(_further, hospitals, known + _BETWEEN))
        assert hospitals.finish(60)
        await _until(partial(_settled, settings))
    return await account(settings, hospitals.acknowledged)


@contextmanager
def _jumping(folder: Path, name: str) -> Iterator[Path]:
    """A process, and the file that its clock follows."""
    clock, module = folder / name, PROCESSES[name]
    clock.write_text("0")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.jumping_clock", str(clock), module],
        cwd=CHECKOUT, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield clock
        assert process.poll() is None, f"{module} has ended"
    finally:
        process.terminate()
        process.wait(30)


def _jump(clock: Path, seconds: int) -> None:
    new = clock.with_suffix(".new")
    new.write_text(str(seconds))
    new.replace(clock)


async def _further(hospitals: Hospitals, count: int) -> bool:
    return len(hospitals.acknowledged) > count


async def _settled(settings: Settings) -> bool:
    return await waiting(settings) == 0


async def _until(reached: Callable[[], Awaitable[bool]], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not await reached():
        assert time.monotonic() < end, "too slow"
        await asyncio.sleep(0.1)
