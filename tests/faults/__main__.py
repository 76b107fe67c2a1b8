"""`python -m tests.faults`: break a running platform under load, again and again, and print the account.

kill -9 of the listener, of the worker and of mongod at random moments; a database that hangs; a full disk
(root only). Exit status 1 where an acknowledged message is missing, doubled or left over.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.config import Settings
from services.database.embedded import EmbeddedMongo
from tests.faults.account import Account, account, waiting
from tests.faults.fault import SmallDisk, hang, kill_one, may_mount
from tests.faults.hospital import Hospitals
from tests.support.serving import serving, wait_until

_SENDERS, _PAUSE = 4, 0.05
_BETWEEN = 20
"""Acknowledgements between two kills: else everything is down all the time."""
_HANGS, _HANG_SECONDS, _DISK_MEGABYTES = 3, 12.0, 1_500
_FULL_SECONDS = 80.0
"""Longer than from one checkpoint to the next: until then mongod writes to files that it has made already."""
_PATIENCE = 300.0


def main() -> int:
    """Exit status 0 where every account is sound."""
    arguments = _arguments()
    sound = True
    for name, fault in _faults(arguments).items():
        found = _broken(name, fault)
        sound = sound and found.sound
        print(json.dumps({"fault": name} | found.shown()), flush=True)
    return 0 if sound else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="how many processes are killed")
    parser.add_argument("--seed", type=int, default=None, help="the same victims in the same order")
    parser.add_argument(
        "--only", choices=("kill", "hang", "full-disk"), default=None, help="inject this fault alone"
    )
    return parser.parse_args()


@dataclass(frozen=True, slots=True)
class Scene:
    """What a fault strikes: the running platform, its folder and disk, and who sends to it."""

    supervisor: Any
    data: Path
    disk: SmallDisk | None
    hospitals: Hospitals


Fault = Callable[[Scene], None]


def _faults(arguments: argparse.Namespace) -> Mapping[str, Fault]:
    seed = arguments.seed if arguments.seed is not None else random.randrange(10_000)
    draw = random.Random(seed)
    say(f"seed {seed}")

    def kills(scene: Scene) -> None:
        until_served: dict[str, list[float]] = defaultdict(list)
        for _ in range(arguments.kills):
            victim = kill_one(scene.supervisor, scene.data, draw)
            began, known = time.monotonic(), len(scene.hospitals.acknowledged)
            wait_until(lambda known=known: len(scene.hospitals.acknowledged) > known + _BETWEEN, seconds=120)
            until_served[victim].append(time.monotonic() - began)
        for name, seconds in sorted(until_served.items()):
            middle, worst = statistics.median(seconds), max(seconds)
            told = f"{_BETWEEN} messages later after {middle:.1f} s, at worst {worst:.1f} s"
            say(f"{name} killed {len(seconds)} times; {told}")

    found: dict[str, Fault] = {"kill": kills, "hang": _hang, "full-disk": _full}
    if not may_mount():
        say("full-disk: left out, to mount a small disk takes root")
        del found["full-disk"]
    return {name: fault for name, fault in found.items() if arguments.only in (None, name)}


def _hang(scene: Scene) -> None:
    for _ in range(_HANGS):
        time.sleep(2)
        hang(scene.data, _HANG_SECONDS)


def _full(scene: Scene) -> None:
    assert scene.disk is not None
    time.sleep(3)
    scene.disk.fill()
    time.sleep(_FULL_SECONDS)
    scene.disk.relieve()
    time.sleep(3)


def _broken(name: str, fault: Fault) -> Account:
    """What became of the messages that were acknowledged while `fault` went on."""
    with (
        _folder(name) as (data, disk),
        _settings(data) as (settings, environment),
        serving(data, environment) as supervisor,
    ):
        threading.Thread(target=supervisor.stdout.read, daemon=True).start()  # a full pipe would stop it
        hospitals = Hospitals(supervisor.mllp, _SENDERS, _PAUSE)
        hospitals.start()
        began = time.monotonic()
        fault(Scene(supervisor, data, disk, hospitals))
        ended = hospitals.finish(_PATIENCE)
        say(f"{name}: {time.monotonic() - began:.0f} s, answers {dict(hospitals.answers)}")
        if not ended:
            say(f"{name}: a message was not acknowledged in {_PATIENCE:g} s")
        _drained(settings)
        return asyncio.run(account(settings, hospitals.acknowledged))


def _drained(settings: Settings) -> None:
    until = time.monotonic() + _PATIENCE
    while asyncio.run(waiting(settings)) and time.monotonic() < until:
        time.sleep(0.5)


@contextmanager
def _folder(name: str) -> Iterator[tuple[Path, SmallDisk | None]]:
    """A data folder that goes in the end; on a small disk of its own where the fault needs one."""
    with ExitStack() as closing:
        parent = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="furong-faults-")))
        disk = None
        if name == "full-disk":
            disk = SmallDisk(parent / "disk", _DISK_MEGABYTES)
            closing.callback(disk.close)
        data = (disk.path if disk else parent) / "data"
        closing.callback(lambda: EmbeddedMongo(data / "mongodb").stop(force=True))
        yield data, disk


@contextmanager
def _settings(data: Path) -> Iterator[tuple[Settings, dict[str, str]]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FURONG_")}
    ours = {"FURONG_UNREGISTERED_SOURCES": "accept", "FURONG_DRAIN_SECONDS": "10"}
    os.environ.update(ours)
    yield Settings.read(data=data), kept | ours


def say(line: str) -> None:
    """To standard error: the accounts alone go to standard output."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
