"""Clocks that jump, each process's own: nothing acknowledged is missing, nothing is doubled (line 64)."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from services.config import Settings
from services.database.port import free_port
from tests.faults.account import account, waiting
from tests.faults.hospital import Hospitals
from tests.support.mongo import MASTER_KEY
from tests.support.serving import CHECKOUT

HOUR, DAY = 3600, 86_400
JUMPS = [
    {"feed": 2 * HOUR},
    {"worker": -5 * HOUR, "second": 3 * HOUR},
    {"feed": -3 * HOUR, "worker": 40 * DAY},
    {"feed": 400 * DAY, "second": -40 * DAY},
    {"feed": 0, "worker": 0, "second": 0},
]


@pytest.fixture
def settings(database: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    uri, name = database
    ours = {
        "FURONG_MONGODB_URI": uri,
        "FURONG_DATABASE": name,
        "FURONG_DATA": str(tmp_path / "data"),
        "FURONG_MASTER_KEY": MASTER_KEY.hex(),
        "FURONG_MLLP_PORT": str(free_port()),
        "FURONG_UNREGISTERED_SOURCES": "accept",
    }
    for variable, value in ours.items():
        monkeypatch.setenv(variable, value)
    return Settings.read()


@contextmanager
def jumping(folder: Path, name: str, module: str) -> Iterator[Path]:
    """`module` as a process, and the file that its clock follows."""
    clock = folder / name
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


def jump(clock: Path, seconds: int) -> None:
    new = clock.with_suffix(".new")
    new.write_text(str(seconds))
    new.replace(clock)


async def further(hospitals: Hospitals, count: int) -> bool:
    return len(hospitals.acknowledged) > count


async def settled(settings: Settings) -> bool:
    return await waiting(settings) == 0


async def until(reached: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not await reached():
        assert time.monotonic() < end, "too slow"
        await asyncio.sleep(0.1)


async def test_no_jump_of_a_clock_loses_or_doubles_a_message(settings: Settings, tmp_path: Path) -> None:
    with ExitStack() as running:
        modules = {"feed": "services.feed", "worker": "services.worker", "second": "services.worker"}
        clocks = {
            name: running.enter_context(jumping(tmp_path, name, module)) for name, module in modules.items()
        }
        hospitals = Hospitals(settings.mllp_port, 3, 0.01)
        hospitals.start()
        for each in JUMPS:
            known = len(hospitals.acknowledged)
            for name, seconds in each.items():
                jump(clocks[name], seconds)
            await until(partial(further, hospitals, known + 60))
        assert hospitals.finish(60)
        await until(partial(settled, settings))
    found = await account(settings, hospitals.acknowledged)
    assert (found.sound, found.done) == (True, len(hospitals.acknowledged)), found.shown()
