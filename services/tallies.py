"""Tallies: what came of each source in each hour, and what was wrong with it (hl7v2.md, checklist 66).

Collection `tallies`, a row for each hour that is over, counted from the inbox and never by the way: a kill
loses nothing, and to count an hour again gives the same row. Hours in which a message still waits are counted
again. What an hour holds is codes and numbers, nothing of what a message says.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from pymongo import ASCENDING, IndexModel, ReplaceOne

from fhir.store.indexes import ensure_indexes
from services.inbox import DEAD, RECEIVED, Inbox

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATE = HOUR
_SETTLED = timedelta(minutes=1)
"""After so long nothing of an hour is on its way into the inbox any more."""
_KEPT = 3 * DAY
_MISSING = ("segment-missing", "field-missing", "control-id-missing", "patient-identifier-missing")
_NUMBERS = ("timestamp", "number", "undecodable")
_INDEXES = {
    "tallies": [IndexModel([("hour", ASCENDING)], name="hour", expireAfterSeconds=int(_KEPT.total_seconds()))]
}


class Tally(NamedTuple):
    """One source, hour and acknowledgement code: messages, those with a flaw, and how many had each flaw."""

    hour: datetime
    source: str
    code: str
    messages: int
    flawed: int
    flaws: dict[str, int]


def _found(texts: Collection[str]) -> dict[str, Any]:
    held = {"$setIntersection": [{"$ifNull": ["$findings.text", []]}, list(texts)]}
    return {"$gt": [{"$size": held}, 0]}


def _filled(field: str) -> dict[str, Any]:
    return {"$gt": [{"$size": {"$ifNull": [f"${field}", []]}}, 0]}


_MILLISECONDS = int(LATE.total_seconds() * 1000)
FLAWS: dict[str, Any] = {
    "codes": _filled("codes"),
    "missing": _found(_MISSING),
    "number": _found(_NUMBERS),
    "unmapped": _filled("unmapped"),
    "warning": _filled("warnings"),
    "late": {"$gt": [{"$subtract": ["$received", {"$ifNull": ["$told", "$received"]}]}, _MILLISECONDS]},
    "dead": {"$eq": ["$state", DEAD]},
}
"""What may be wrong with a message: codes without a map, missing content, bad numbers or times, places
without a map, warnings of the conversion, told later than LATE, a dead letter."""


async def of_a_day(inbox: Inbox, sources: Collection[str], now: datetime) -> list[Tally]:
    """The tallies of the last day by whole hours, and of this hour so far; hours not counted yet as well."""
    first = _hour(now) - DAY + HOUR
    known = await _table(inbox).find({"_id": {"$gte": first}}).sort("_id", ASCENDING).to_list()
    wanted = iter(_hours(first, _hour(now)))
    kept = [row for row in known if row["_id"].replace(tzinfo=UTC) == next(wanted, None)]
    start = first + len(kept) * HOUR
    told = [_tally(each) for row in kept for each in row["told"]]
    return [one for one in told if one.source in sources] + await _counted(inbox, sources, start, None)


async def keep(inbox: Inbox, sources: Collection[str], now: datetime) -> int:
    """Count the hours of the last day that are over and not counted, or not for good; returns how many."""
    end = _hour(now - _SETTLED)
    first = end - DAY
    known = {
        row["_id"].replace(tzinfo=UTC): row["open"]
        async for row in _table(inbox).find({"_id": {"$gte": first}}, {"open": True})
    }
    due = [hour for hour in _hours(first, end) if known.get(hour, 1)]
    if not due:
        return 0
    await ensure_indexes(inbox.collection.database, _INDEXES)
    found = await _grouped(inbox, sources, due[0], due[-1] + HOUR)
    rows = [_row(hour, [one for one in found if one["hour"].replace(tzinfo=UTC) == hour]) for hour in due]
    await _table(inbox).bulk_write([ReplaceOne({"_id": row["_id"]}, row, upsert=True) for row in rows])
    return len(rows)


def _table(inbox: Inbox) -> Any:
    return inbox.collection.database["tallies"]


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _hours(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += HOUR


def _row(hour: datetime, told: list[dict[str, Any]]) -> dict[str, Any]:
    kept = [{name: value for name, value in one.items() if value} for one in told]
    return {"_id": hour, "hour": hour, "open": sum(one["waiting"] for one in told), "told": kept}


async def _counted(
    inbox: Inbox, sources: Collection[str], start: datetime, end: datetime | None
) -> list[Tally]:
    return [_tally(one) for one in await _grouped(inbox, sources, start, end)]


async def _grouped(
    inbox: Inbox, sources: Collection[str], start: datetime, end: datetime | None
) -> list[dict[str, Any]]:
    """By source, hour and code, through the index of source and time."""
    within = {"$gte": start} | ({"$lt": end} if end else {})
    flaws = {name: {"$cond": [expression, 1, 0]} for name, expression in FLAWS.items()}
    by = {"source": "$source", "code": "$code", "hour": {"$dateTrunc": {"date": "$received", "unit": "hour"}}}
    sums = {name: {"$sum": f"${name}_"} for name in (*FLAWS, "flawed", "waiting")}
    pipeline: list[dict[str, Any]] = [
        {"$match": {"source": {"$in": sorted(sources)}, "received": within}},
        {"$project": {"source": 1, "code": 1, "received": 1}
         | {f"{name}_": value for name, value in flaws.items()}
         | {"waiting_": {"$cond": [{"$eq": ["$state", RECEIVED]}, 1, 0]}}},
        {"$set": {"flawed_": {"$max": [f"${name}_" for name in FLAWS]}}},
        {"$group": {"_id": by, "messages": {"$sum": 1}} | sums},
    ]  # fmt: skip
    rows = await (await inbox.collection.aggregate(pipeline)).to_list()
    return [row.pop("_id") | row for row in rows]


def _tally(told: dict[str, Any]) -> Tally:
    hour = told["hour"].replace(tzinfo=UTC)
    flaws = {name: told[name] for name in FLAWS if told.get(name)}
    return Tally(hour, told["source"], told.get("code", ""), told["messages"], told.get("flawed", 0), flaws)
