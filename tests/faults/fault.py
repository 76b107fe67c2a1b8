"""The faults: kill -9 of a process, a database that hangs, a disk that is full."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

from services.database.folder import Folder
from services.database.process import Process
from tests.faults.replica_set import ReplicaSet
from tests.support.serving import mongod, processes, wait_until

PROGRAMS = ("services.feed", "services.worker", "mongod")
_BALLAST = "ballast"
_BETWEEN = 20


def kill_one(supervisor: Any, data: Path, draw: random.Random) -> str:
    """Kill the listener, the worker or mongod at a moment nobody chose; returns which, once it is back."""
    victim = draw.choice(PROGRAMS)
    wait_until(lambda: _process(supervisor, data, victim) is not None)
    time.sleep(draw.uniform(0, 0.5))
    before = _process(supervisor, data, victim)
    assert before is not None
    os.kill(before.pid, signal.SIGKILL)
    wait_until(lambda: _process(supervisor, data, victim) not in (None, before), seconds=120)
    return victim


def _process(supervisor: Any, data: Path, name: str) -> Process | None:
    if name != "mongod":
        found: Process | None = processes(supervisor).get(name)
        return found
    running = Folder(data / "mongodb").running
    return None if running is None else running.process


def hang(data: Path, seconds: float) -> None:
    """mongod stands still, with all its connections open, and then goes on."""
    process = mongod(data)
    os.kill(process.pid, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        os.kill(process.pid, signal.SIGCONT)


def fail_over(members: ReplicaSet, acknowledged: Collection[str], rounds: int) -> None:
    """The primary steps down, and the next one is killed and comes back; between them messages are taken."""
    for _ in range(rounds):
        _taken(acknowledged)
        members.step_down()
        _taken(acknowledged)
        killed = members.kill_primary()
        _taken(acknowledged)
        members.start(killed)
        members.whole()


def _taken(acknowledged: Collection[str]) -> None:
    known = len(acknowledged)
    wait_until(lambda: len(acknowledged) > known + _BETWEEN, seconds=120)


class SmallDisk:
    """A file system in memory of `megabytes`, mounted at `path` (which takes the rights of root)."""

    def __init__(self, path: Path, megabytes: int) -> None:
        self.path = path
        path.mkdir()
        _system("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(path))

    def fill(self) -> None:
        """Leave nothing."""
        with contextlib.suppress(OSError), (self.path / _BALLAST).open("wb", buffering=0) as ballast:
            while True:
                ballast.write(bytes(65_536))

    def relieve(self) -> None:
        """Make room again."""
        (self.path / _BALLAST).unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount it; what lies there is gone."""
        _system("umount", "-l", str(self.path))


def may_mount() -> bool:
    """Has this process the rights for a disk of its own?"""
    return os.geteuid() == 0 and shutil.which("mount") is not None


def _system(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
