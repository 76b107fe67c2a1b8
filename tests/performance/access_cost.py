"""What authorisation and audit cost: the same requests to a web process with them and to one without.

In turns, on the same data, so that what else runs on the machine meets both alike.
"""

import math
from collections.abc import AsyncIterator

from tests.performance import interactions
from tests.performance.figure import Figure, Goal, Tally, figure
from tests.performance.interactions import Workload
from tests.performance.load import Session, repeat
from tests.performance.platform import Platform
from tests.performance.region import Region

ACCESS = "access"
MOST = 25.0
_ROUNDS = 6
WITH, WITHOUT = "with", "without"


async def figures(platform: Platform, region: Region, seconds: float) -> AsyncIterator[Figure]:
    """Two figures of each workload; the second tells what the first gave away."""
    with platform.bare() as port:
        for what, workload, connections in _workloads(region):
            tallies, times = await _in_turns(region.port, port, workload, connections, seconds / _ROUNDS)
            rates = {name: tallies[name].units / times[name] for name in tallies}
            cost = 100 * (1 - rates[WITH] / rates[WITHOUT]) if rates[WITHOUT] else math.nan
            least = (1 - MOST / 100) * (rates[WITHOUT] or math.nan)
            goal = Goal(rate=least, note=f"costs {cost:.0f} % of at most {MOST:.0f}")
            for name, held in ((WITH, goal), (WITHOUT, None)):
                yield figure(
                    f"{what}, {name} authorisation and audit",
                    tallies[name],
                    times[name],
                    connections=connections,
                    goal=held,
                )


def _workloads(region: Region) -> list[tuple[str, Workload, int]]:
    return [
        ("read", interactions.read(region), 8),
        ("search patient + code, page of 20", interactions.search(region, region.token), 16),
        ("the same as an organisation's client", interactions.search(region, region.clinic_token), 16),
        ("create", interactions.create(region), 8),
    ]


async def _in_turns(
    full: int, bare: int, workload: Workload, connections: int, seconds: float
) -> tuple[dict[str, Tally], dict[str, float]]:
    tallies = {WITH: Tally(), WITHOUT: Tally()}
    times = dict.fromkeys(tallies, 0.0)
    ports = {WITH: full, WITHOUT: bare}
    sessions = {
        name: [Session(port, tallies[name]) for _ in range(connections)] for name, port in ports.items()
    }
    turns = {name: [workload(session) for session in each] for name, each in sessions.items()}
    for name, each in turns.items():
        await repeat(each, seconds)
        tallies[name].latencies.clear()
        tallies[name].units = 0
    for _ in range(_ROUNDS):
        for name, each in turns.items():
            times[name] += await repeat(each, seconds)
    for each in (session for group in sessions.values() for session in group):
        each.close()
    return tallies, times
