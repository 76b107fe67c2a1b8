"""`python -m tests.faults`: break a running platform under load, again and again, and print the account.

kill -9 of the listener, of the worker and of mongod at random moments; a database that hangs; a full disk
(root only); clocks that jump; a replica set that loses its primary. Exit status 1 where an acknowledged
message is missing, doubled or left over.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial

from services.config import Settings
from services.database.embedded import EmbeddedMongo
from services.database.port import free_port
from tests.faults.account import Account
from tests.faults.clocks import jumped
from tests.faults.fault import fail_over, hang, kill_one, may_mount
from tests.faults.replica_set import ReplicaSet
from tests.faults.scene import Scene, broken, folder, say
from tests.support.serving import wait_until

_BETWEEN = 20
"""Acknowledgements between two kills: else everything is down all the time."""
_HANGS, _HANG_SECONDS = 3, 12.0
_FULL_SECONDS = 80.0
"""Longer than from one checkpoint to the next: until then mongod writes to files that it has made already."""
_FAIL_OVERS = 10
FAULTS = ("kill", "hang", "full-disk", "clock", "fail-over")


def main() -> int:
    """Exit status 0 where every account is sound."""
    arguments = _arguments()
    sound = True
    for name, fault in _faults(arguments).items():
        found = fault()
        sound = sound and found.sound
        print(json.dumps({"fault": name} | found.shown()), flush=True)
    return 0 if sound else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="how many processes are killed")
    parser.add_argument("--seed", type=int, default=None, help="the same victims in the same order")
    parser.add_argument("--only", choices=FAULTS, default=None, help="inject this fault alone")
    return parser.parse_args()


def _faults(arguments: argparse.Namespace) -> Mapping[str, Callable[[], Account]]:
    seed = arguments.seed if arguments.seed is not None else random.randrange(10_000)
    say(f"seed {seed}")
    kills = partial(_kill, kills=arguments.kills, draw=random.Random(seed))
    found: dict[str, Callable[[], Account]] = {
        "kill": partial(broken, "kill", kills),
        "hang": partial(broken, "hang", _hang),
        "full-disk": partial(broken, "full-disk", _fill, small_disk=True),
        "clock": _clock,
        "fail-over": _fail_over,
    }
    if not may_mount():
        say("full-disk: left out, to mount a small disk takes root")
        del found["full-disk"]
    return {name: fault for name, fault in found.items() if arguments.only in (None, name)}


def _kill(scene: Scene, kills: int, draw: random.Random) -> None:
    until_served: dict[str, list[float]] = defaultdict(list)
    for _ in range(kills):
        victim = kill_one(scene.supervisor, scene.data, draw)
        began, known = time.monotonic(), len(scene.hospitals.acknowledged)
        wait_until(lambda known=known: len(scene.hospitals.acknowledged) > known + _BETWEEN, seconds=120)
        until_served[victim].append(time.monotonic() - began)
    for name, seconds in sorted(until_served.items()):
        middle, worst = statistics.median(seconds), max(seconds)
        told = f"{_BETWEEN} messages later after {middle:.1f} s, at worst {worst:.1f} s"
        say(f"{name} killed {len(seconds)} times; {told}")


def _hang(scene: Scene) -> None:
    for _ in range(_HANGS):
        time.sleep(2)
        hang(scene.data, _HANG_SECONDS)


def _fill(scene: Scene) -> None:
    assert scene.disk is not None
    time.sleep(3)
    scene.disk.fill()
    time.sleep(_FULL_SECONDS)
    scene.disk.relieve()
    time.sleep(3)


def _fail_over() -> Account:
    with ReplicaSet() as members:
        return broken(
            "fail-over",
            lambda scene: fail_over(members, scene.hospitals.acknowledged, _FAIL_OVERS),
            uri=members.uri,
        )


def _clock() -> Account:
    with folder() as (data, _):
        data.mkdir()
        with EmbeddedMongo(data / "mongodb") as uri:
            ours = {
                "FURONG_MONGODB_URI": uri,
                "FURONG_DATA": str(data),
                "FURONG_MLLP_PORT": str(free_port()),
                "FURONG_UNREGISTERED_SOURCES": "accept",
            }
            os.environ.update(ours)
            return asyncio.run(jumped(Settings.read(), data))


if __name__ == "__main__":
    sys.exit(main())
