"""The plan: what is measured, in which order, against which goal (design, section 6)."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from tests.performance import interactions
from tests.performance.feeds import Feed, Flood, Kind, admissions, reports
from tests.performance.figure import Figure, Goal, Tally, figure
from tests.performance.interactions import Workload
from tests.performance.load import Pace, Session, repeat
from tests.performance.platform import Platform
from tests.performance.processor_time import OTHERS, cores, usage
from tests.performance.region import Region, Size

CLINIC = "as an organisation's client"
ACCEPTED, VISIBLE_ADT, VISIBLE_ORU = Goal(p99=50, rate=500), Goal(rate=250), Goal(rate=50)
LAG = Goal(p95=2000)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is loaded, and how long each measurement takes (seconds)."""

    size: Size
    pace: Pace
    flood: float
    patience: float
    stream: float


FULL = Scale(Size(thin=240, thick=60), Pace(1.0, 5.0), flood=5, patience=14, stream=8)
QUICK = Scale(Size(thin=60, thick=10, heavy=1_000), Pace(0.3, 1.0), flood=1, patience=2, stream=2)


@dataclass(frozen=True, slots=True)
class Row:
    """One workload of the API with its connections, unit and goal."""

    what: str
    workload: Workload
    connections: int
    goal: Goal | None = None
    unit: str = "requests"


def rows(region: Region, size: Size) -> list[Row]:
    """The workloads of the API."""
    read, reading = interactions.read(region), Goal(p95=10)
    search = Goal(p95=30, rate=1000)
    heavy = f"$everything of {size.heavy:,} results"
    return [
        Row("read", read, 1, reading),
        Row("read", read, 8, reading),
        Row("search patient + code, page of 20", interactions.search(region, region.token), 16, search),
        Row(f"the same {CLINIC}", interactions.search(region, region.clinic_token), 16, search),
        Row("search by name, page of 20", interactions.name_search(region), 16, search),
        Row("create", interactions.create(region), 16),
        Row("create, read, update, delete", interactions.mixed(region), 16, Goal(rate=1200)),
        Row("transaction of 50 entries", interactions.bundle(region), 4, Goal(rate=3000), "resources"),
        Row(
            f"$everything of {size.results} results",
            interactions.everything(region, size.results, heavy=False),
            4,
        ),
        Row(
            heavy,
            interactions.everything(region, size.heavy, heavy=True),
            1,
            Goal(p95=100, note="the summary's"),
        ),
    ]


class Bench:
    """Carries out the plan on a loaded region."""

    def __init__(self, platform: Platform, region: Region, scale: Scale) -> None:
        self._platform = platform
        self._region = region
        self._scale = scale
        self._feed = Feed(region)

    async def figures(self) -> AsyncIterator[Figure]:
        """The figures one by one, the API's first."""
        for row in rows(self._region, self._scale.size):
            yield await self._measure(row)
        visible = await self._flood(admissions(), 250)
        for each in visible:
            yield each
        yield await self._stream(admissions(), VISIBLE_ADT, visible[1].rate)
        for each in await self._flood(reports(10), 120):
            yield each
        visible = await self._flood(reports(40), 50)
        for each in visible:
            yield each
        yield await self._stream(reports(40), VISIBLE_ORU, visible[1].rate)

    async def _measure(self, row: Row) -> Figure:
        tally, pace = Tally(), self._scale.pace
        sessions = [Session(self._region.port, tally) for _ in range(row.connections)]
        turns = [row.workload(session) for session in sessions]
        before, started = usage(self._platform.pids), time.perf_counter()
        await repeat(turns, tally, pace)
        busy = cores(before, usage(self._platform.pids), time.perf_counter() - started)
        for session in sessions:
            session.close()
        return figure(
            row.what,
            tally,
            pace.seconds,
            connections=row.connections,
            unit=row.unit,
            goal=row.goal,
            cores=busy,
        )

    async def _flood(self, kind: Kind, goal_rate: int) -> list[Figure]:
        """Accepted and visible, for as many messages as the goal has in the given seconds."""
        scale, before, started = self._scale, usage(self._platform.pids), time.perf_counter()
        count = round(goal_rate * (scale.flood + scale.patience) / 2)
        result = await self._feed.flood(kind, 8, count, scale.flood, scale.patience)
        busy = cores(before, usage(self._platform.pids), time.perf_counter() - started)
        return [_accepted(kind, result), _visible(kind, result, busy)]

    async def _stream(self, kind: Kind, goal: Goal, reached: float) -> Figure:
        """The lag at half the goal's rate, or at half of what was reached where that is less."""
        rate = max(1.0, min(goal.rate or reached, reached) / 2)
        before, started = usage(self._platform.pids), time.perf_counter()
        lags = await self._feed.stream(kind, 4, rate, self._scale.stream)
        seconds = time.perf_counter() - started
        held = (
            LAG if goal.rate and rate >= goal.rate / 2 else Goal(note=f"{LAG} at {(goal.rate or 0) / 2:g}/s")
        )
        what = f"{kind.name}: lag at {rate:.0f} messages/s"
        busy = cores(before, usage(self._platform.pids), seconds)
        busy = {name: used for name, used in busy.items() if name == OTHERS}  # samples are not all messages
        return figure(what, lags, self._scale.stream, connections=4, unit="samples", goal=held, cores=busy)


def _accepted(kind: Kind, flood: Flood) -> Figure:
    what = f"{kind.name}: accepted, durable, acknowledged"
    goal = ACCEPTED if kind.name.startswith("ADT") else None
    return figure(what, flood.accepted, flood.accepting, connections=8, unit="messages", goal=goal)


def _visible(kind: Kind, flood: Flood, busy: dict[str, float]) -> Figure:
    goals = {"ADT^A01": VISIBLE_ADT, "ORU^R01 with 40 OBX": VISIBLE_ORU}
    what, goal = f"{kind.name}: visible through FHIR", goals.get(kind.name)
    return figure(what, flood.visible, flood.working, connections=8, unit="messages", goal=goal, cores=busy)
