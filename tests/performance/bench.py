"""The bench: carries out the plan on a loaded region, row by row."""

import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence

from tests.performance import access_cost, commands, tokenising, validation
from tests.performance.access_cost import ACCESS
from tests.performance.feeds import Feed, Flood, Kind, admissions, documents, reports
from tests.performance.figure import Figure, Goal, Tally, figure
from tests.performance.load import Session, repeat
from tests.performance.plan import Row, Scale, rows
from tests.performance.platform import Platform
from tests.performance.processor_time import OTHERS, cores, usage
from tests.performance.region import Region

FEED, TOKENISING, VALIDATION = "feed", "tokenising", "validation"
ACCEPTED, VISIBLE_ADT, VISIBLE_ORU = Goal(p99=50, rate=500), Goal(rate=250), Goal(rate=50)
LAG = Goal(p95=2000)


class Bench:
    """Measures on one platform; `only` names families, none means all."""

    def __init__(self, platform: Platform, region: Region, scale: Scale, only: Collection[str] = ()) -> None:
        self._platform = platform
        self._region = region
        self._scale = scale
        self._only = only
        self._feed = Feed(region)
        self._idle: Mapping[str, float] = {}

    async def figures(self) -> AsyncIterator[Figure]:
        """The figures one by one: the validator's alone, the API's, what access costs, the feed's."""
        if not self._only or VALIDATION in self._only:
            for each in validation.figures():
                yield each
        if not self._only or TOKENISING in self._only:
            for each in tokenising.figures():
                yield each
        for row in rows(self._region, self._scale.size):
            if not self._only or row.family in self._only:
                for each in await self.measure(row):
                    yield each
        if not self._only or ACCESS in self._only:
            async for each in access_cost.figures(self._platform, self._region, 2 * self._scale.pace.seconds):
                yield each
        if not self._only or FEED in self._only:
            async for each in self._feeds():
                yield each

    async def measure(self, row: Row) -> list[Figure]:
        """The figure of a row, then those of its parts."""
        pace, database, pids = self._scale.pace, self._region.database, self._platform.pids
        self._idle = self._idle or await commands.idle(database)
        tally = Tally()
        sessions = [Session(self._region.port, tally) for _ in range(row.connections)]
        turns = [row.workload(session) for session in sessions]
        await repeat(turns, pace.warm_up)
        _forget(tally, row)
        counted, before = await commands.count(database), usage(pids)
        seconds = await repeat(turns, pace.seconds * row.stretch)
        busy, after = cores(before, usage(pids), seconds), await commands.count(database)
        for session in sessions:
            session.close()
        _look(row, tally)
        of_all = figure(
            row.what,
            tally,
            seconds,
            connections=row.connections,
            unit=row.unit,
            goal=row.goal,
            cores=busy,
            commands=commands.each(counted, after, tally.units / seconds, self._idle),
        )
        return [of_all, *_parts(row, seconds)]

    async def _feeds(self) -> AsyncIterator[Figure]:
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
        yield await self._large()

    async def _large(self) -> Figure:
        """From when the first byte is sent until the document is found, one after the other."""
        lags = await self._feed.stream(documents(), 1, 0.3, 3 * self._scale.stream)
        what = f"{documents().name}: sent, durable, visible"
        return figure(what, lags, 3 * self._scale.stream, connections=1, unit="messages", goal=LAG)

    async def _flood(self, kind: Kind, goal_rate: int) -> list[Figure]:
        """Accepted and visible, for as many messages as the goal has in the given seconds."""
        scale, before, started = self._scale, usage(self._platform.pids), time.perf_counter()
        count = round(goal_rate * (scale.flood + scale.patience) / 2)
        counted = await commands.count(self._region.database)
        result = await self._feed.flood(kind, 8, count, scale.flood, scale.patience)
        busy = cores(before, usage(self._platform.pids), time.perf_counter() - started)
        after = await commands.count(self._region.database)
        each = commands.each(counted, after, result.visible.units / result.working, self._idle)
        return [_accepted(kind, result), _visible(kind, result, busy, each)]

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


def _forget(tally: Tally, row: Row) -> None:
    """What the warm-up counted is no part of the figure, but its errors are."""
    for each in (tally, *row.parts.values()):
        each.latencies.clear()
        each.units = 0


def _look(row: Row, tally: Tally) -> None:
    """A search whose pages are all empty is measured on nothing."""
    if row.found is not None:
        if tally.units and not any(row.found):
            tally.errors["no page had a match"] += 1
        row.found.clear()


def _parts(row: Row, seconds: float) -> Sequence[Figure]:
    found = []
    for name, tally in row.parts.items():
        found.append(figure(f"  {name}", tally, seconds, connections=row.connections, unit=row.unit))
        tally.latencies, tally.units = [], 0
    return found


def _accepted(kind: Kind, flood: Flood) -> Figure:
    what = f"{kind.name}: accepted, durable, acknowledged"
    goal = ACCEPTED if kind.name.startswith("ADT") else None
    return figure(what, flood.accepted, flood.accepting, connections=8, unit="messages", goal=goal)


def _visible(kind: Kind, flood: Flood, busy: dict[str, float], each: dict[str, float]) -> Figure:
    goals = {"ADT^A01": VISIBLE_ADT, "ORU^R01 with 40 OBX": VISIBLE_ORU}
    what, goal = f"{kind.name}: visible through FHIR", goals.get(kind.name)
    return figure(
        what,
        flood.visible,
        flood.working,
        connections=8,
        unit="messages",
        goal=goal,
        cores=busy,
        commands=each,
    )
