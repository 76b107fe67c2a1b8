"""MongoDB commands for each unit of work, from the server's own counters.

What runs without any request (the worker's look into its inbox, the change streams) is measured first and
taken off.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.performance.region import Database

NAMES = ("find", "aggregate", "getMore", "insert", "update", "delete", "bulkWrite", "commitTransaction")
_IDLE_SECONDS = 1.0
_LEAST = 0.05


@dataclass(frozen=True, slots=True)
class Count:
    """How many commands there were until a moment (time.perf_counter)."""

    at: float
    totals: Mapping[str, int]

    def since(self, before: "Count") -> dict[str, int]:
        """How many more than `before`."""
        return {name: total - before.totals.get(name, 0) for name, total in self.totals.items()}


async def count(database: Database) -> Count:
    """The counters now."""
    status: Mapping[str, Any] = await database.client.admin.command(
        "serverStatus", repl=0, wiredTiger=0, locks=0, transactions=0, network=0, tcmalloc=0
    )
    counters = status["metrics"]["commands"]
    return Count(time.perf_counter(), {name: counters[name]["total"] for name in NAMES if name in counters})


async def idle(database: Database) -> dict[str, float]:
    """Commands a second of a platform that is asked for nothing."""
    before = await count(database)
    await asyncio.sleep(_IDLE_SECONDS)
    after = await count(database)
    return {name: more / (after.at - before.at) for name, more in after.since(before).items()}


def each(before: Count, after: Count, rate: float, idle: Mapping[str, float]) -> dict[str, float]:
    """Commands for each of `rate` units a second, without those of an idle platform; traces are left out."""
    if not rate > 0:
        return {}
    seconds = after.at - before.at
    found = {
        name: (more / seconds - idle.get(name, 0.0)) / rate for name, more in after.since(before).items()
    }
    return {name: number for name, number in found.items() if number >= _LEAST}
