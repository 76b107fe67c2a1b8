"""The scene of a fault: a running platform, perhaps on a disk of its own, and hospitals that send."""

import asyncio
import contextlib
import os
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo.errors import PyMongoError

from services.config import Settings
from services.database.embedded import EmbeddedMongo
from services.failure import Failure
from tests.faults.account import Account, account, buried, waiting
from tests.faults.fault import SmallDisk
from tests.faults.hospital import Hospitals
from tests.support.serving import serving

_SENDERS, _PAUSE = 4, 0.05
_DISK_MEGABYTES = 1_500
_PATIENCE = 300.0
_ERRORS = 20


@dataclass(frozen=True, slots=True)
class Scene:
    """What a fault strikes: the running platform, its folder and disk, and who sends to it."""

    supervisor: Any
    data: Path
    disk: SmallDisk | None
    hospitals: Hospitals


Fault = Callable[[Scene], None]


def broken(name: str, fault: Fault, *, small_disk: bool = False, uri: str = "") -> Account:
    """What became of the messages that were acknowledged while `fault` went on.

    `uri`: the database that is broken, where it is not the embedded one.
    """
    with (
        folder(small_disk=small_disk) as (data, disk),
        _settings(data, uri) as (settings, environment),
        serving(data, environment, uri=uri) as supervisor,
    ):
        errors: deque[str] = deque(maxlen=_ERRORS)
        threading.Thread(target=_listen, args=(supervisor.stdout, errors), daemon=True).start()
        hospitals = Hospitals(supervisor.mllp, _SENDERS, _PAUSE)
        hospitals.start()
        began = time.monotonic()
        fault(Scene(supervisor, data, disk, hospitals))
        ended = hospitals.finish(_PATIENCE)
        say(f"{name}: {time.monotonic() - began:.0f} s, answers {dict(hospitals.answers)}")
        if not ended:
            say(f"{name}: a message was not acknowledged in {_PATIENCE:g} s")
        _drained(settings)
        found = asyncio.run(account(settings, hospitals.acknowledged))
        if found.dead:
            for line in [*asyncio.run(buried(settings)), *errors]:
                say(line)
        return found


def _listen(lines: Iterable[str], errors: deque[str]) -> None:
    """Read what the platform logs (a full pipe would stop it), and keep the newest errors."""
    for line in lines:
        if '"ERROR"' in line:
            errors.append(line.rstrip())


def _drained(settings: Settings) -> None:
    """Wait until nothing waits any more, as long as it gets less; the database may be on its way back."""
    fewest, until = sys.maxsize, time.monotonic() + _PATIENCE
    while fewest and time.monotonic() < until:
        with contextlib.suppress(Failure, PyMongoError):
            left = asyncio.run(waiting(settings))
            if left < fewest:
                fewest, until = left, time.monotonic() + _PATIENCE
        time.sleep(0.5)


@contextmanager
def folder(*, small_disk: bool = False) -> Iterator[tuple[Path, SmallDisk | None]]:
    """A data folder that goes in the end; on a small disk of its own where the fault needs one."""
    with ExitStack() as closing:
        parent = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="furong-faults-")))
        disk = None
        if small_disk:
            disk = SmallDisk(parent / "disk", _DISK_MEGABYTES)
            closing.callback(disk.close)
        data = (disk.path if disk else parent) / "data"
        closing.callback(_end_embedded, data / "mongodb")
        yield data, disk


def _end_embedded(folder: Path) -> None:
    if folder.exists():
        EmbeddedMongo(folder).stop(force=True)


@contextmanager
def _settings(data: Path, uri: str) -> Iterator[tuple[Settings, dict[str, str]]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FURONG_")}
    ours = {"FURONG_UNREGISTERED_SOURCES": "accept", "FURONG_DRAIN_SECONDS": "10"}
    ours |= {"FURONG_MONGODB_URI": uri, "FURONG_DATA": str(data)} if uri else {}
    before = dict(os.environ)
    os.environ.update(ours)
    try:
        yield Settings.read(data=data), kept | ours
    finally:
        os.environ.clear()
        os.environ.update(before)


def say(line: str) -> None:
    """To standard error: the accounts alone go to standard output."""
    print(line, file=sys.stderr, flush=True)
