"""What authorisation and audit cost: the same requests to a web process with them and to one without.

In turns, on the same data, so that what else runs on the machine meets both alike.
"""

import math
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from tests.performance import interactions
from tests.performance.figure import Figure, Goal, Tally, figure
from tests.performance.interactions import Workload
from tests.performance.load import Session, repeat
from tests.performance.platform import Platform
from tests.performance.processor_time import cores, usage
from tests.performance.region import Region

ACCESS = "access"
MOST = 25.0
_ROUNDS = 6
_CONNECTIONS = 64
"""Enough that nobody waits for a disk alone: what is asked for is what the platform can do in all."""
WITH, WITHOUT = "with", "without"
_SERVING = {WITH: ("api", "mongod"), WITHOUT: ("bare", "mongod")}


@dataclass(slots=True)
class Side:
    """What one of the two web processes did: exchanges, seconds, and processor seconds by process."""

    port: int
    tally: Tally = field(default_factory=Tally)
    seconds: float = 0.0
    used: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.tally.units / self.seconds if self.seconds else math.nan

    def work(self, processes: tuple[str, ...]) -> float:
        """Processor seconds of these processes for each request."""
        return sum(self.used[name] for name in processes) / self.tally.units if self.tally.units else math.nan

    @property
    def cores(self) -> Mapping[str, float]:
        """How many cores each process kept busy."""
        return {name: used / self.seconds for name, used in self.used.items()}


async def figures(platform: Platform, region: Region, seconds: float) -> AsyncIterator[Figure]:
    """Two figures of each workload; the first tells what it pays, of the rate and of processor time."""
    with platform.bare() as port:
        for what, workload in _workloads(region):
            sides = {WITH: Side(region.port), WITHOUT: Side(port)}
            await _in_turns(platform, sides, workload, seconds / _ROUNDS)
            for name, side in sides.items():
                yield figure(
                    f"{what}, {name} authorisation and audit",
                    side.tally,
                    side.seconds,
                    connections=_CONNECTIONS,
                    goal=_goal(sides) if name == WITH else None,
                    cores=side.cores,
                )


def _goal(sides: Mapping[str, Side]) -> Goal:
    rate = 100 * (1 - sides[WITH].rate / sides[WITHOUT].rate)
    work = 100 * (1 - sides[WITHOUT].work(_SERVING[WITHOUT]) / sides[WITH].work(_SERVING[WITH]))
    note = f"costs {rate:.0f} % of at most {MOST:.0f}, and {work:.0f} % of processor time"
    return Goal(rate=(1 - MOST / 100) * sides[WITHOUT].rate, note=note)


def _workloads(region: Region) -> list[tuple[str, Workload]]:
    return [
        ("read", interactions.read(region)),
        ("search patient + code, page of 20", interactions.search(region, region.token)),
        ("the same as an organisation's client", interactions.search(region, region.clinic_token)),
        ("create", interactions.create(region)),
    ]


async def _in_turns(
    platform: Platform, sides: Mapping[str, Side], workload: Workload, seconds: float
) -> None:
    sessions = {
        name: [Session(side.port, side.tally) for _ in range(_CONNECTIONS)] for name, side in sides.items()
    }
    turns = {name: [workload(session) for session in each] for name, each in sessions.items()}
    for name, side in sides.items():
        await repeat(turns[name], seconds)
        side.tally.latencies.clear()
        side.tally.units = 0
    for _ in range(_ROUNDS):
        for name, side in sides.items():
            before = usage(platform.pids)
            spent = await repeat(turns[name], seconds)
            busy = cores(before, usage(platform.pids), spent)
            side.seconds += spent
            side.used.update({each: share * spent for each, share in busy.items()})
    for each in (session for group in sessions.values() for session in group):
        each.close()
