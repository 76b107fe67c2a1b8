import asyncio
import os
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from fhir.store import Store
from services.worker.lease import Lease

HERE = socket.gethostname()


async def held_by(store: Store, host: str, pid: int, seconds: float) -> None:
    holder = {"host": host, "pid": pid, "nonce": "other"}
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    await store.database["platform"].insert_one({"_id": "worker", "holder": holder, "until": until})


async def holder(store: Store) -> dict[str, Any]:
    row = await store.database["platform"].find_one({"_id": "worker"})
    return dict(row["holder"])


async def hold(store: Store, patience: float = 0.1) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(patience, stop.set)
    await Lease(store.database).hold(stop)


async def test_a_free_lease_is_taken_for_some_seconds(store: Store) -> None:
    await hold(store)
    row = await store.database["platform"].find_one({"_id": "worker"})
    assert (row["holder"]["host"], row["holder"]["pid"]) == (HERE, os.getpid())
    assert 4 < (row["until"] - datetime.now(UTC)).total_seconds() <= 6


async def test_a_lease_that_ran_out_is_taken(store: Store) -> None:
    await held_by(store, "elsewhere", 1, seconds=-1)
    await hold(store)
    assert (await holder(store))["host"] == HERE


@pytest.mark.parametrize(("host", "pid"), [("elsewhere", 1), (HERE, os.getppid()), (HERE, 1)])
async def test_a_lease_of_who_may_live_is_waited_for(store: Store, host: str, pid: int) -> None:
    await held_by(store, host, pid, seconds=60)
    await hold(store)
    assert (await holder(store))["nonce"] == "other"


async def test_a_lease_of_a_dead_process_of_this_machine_is_taken_at_once(store: Store) -> None:
    process = await asyncio.create_subprocess_exec("true")
    await process.wait()
    await held_by(store, HERE, process.pid, seconds=60)
    await hold(store)
    assert (await holder(store))["pid"] == os.getpid()


async def test_of_several_one_holds_it(store: Store) -> None:
    await held_by(store, "elsewhere", 1, seconds=-1)
    stop = asyncio.Event()
    leases = [Lease(store.database) for _ in range(4)]
    for number, lease in enumerate(leases):
        lease._holder["host"] = f"machine {number}"
    tasks = [asyncio.create_task(lease.hold(stop)) for lease in leases]
    done, pending = await asyncio.wait(tasks, timeout=0.4)
    stop.set()
    await asyncio.gather(*tasks)
    assert (len(done), len(pending)) == (1, 3)


@pytest.mark.parametrize("hours", [30, -30])
async def test_it_runs_out_by_the_clock_of_the_database(store: Store, hours: int) -> None:
    """A machine whose clock is wrong neither takes what is held nor leaves its own held for hours."""
    await held_by(store, "elsewhere", 1, seconds=60)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours), tick=True):
        await hold(store)
    assert (await holder(store))["nonce"] == "other"
    await store.database["platform"].delete_one({"_id": "worker"})
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours), tick=True):
        await hold(store)
    row = await store.database["platform"].find_one({"_id": "worker"})
    assert 4 < (row["until"] - datetime.now(UTC)).total_seconds() <= 6
