"""Notice choices: what a person wants to be told of on his first page, and up to when he has been told.

Collection `notice_choices`, one row per account and Patient. Without a row everything is told of the last 30
days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from auth import moment
from auth.store.database import Database, Row, collection

_FIRST = timedelta(days=30)


class Kind(StrEnum):
    """What a notice tells of."""

    HOUSE = "house"
    EMERGENCY = "emergency"
    RESULT = "result"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which kinds, and since when nothing has been confirmed; `ever` where something was confirmed before."""

    kinds: frozenset[Kind]
    since: datetime
    ever: bool = False


async def of(database: Database, account: str, patient: str) -> Choice:
    """What an account has chosen for a file."""
    row = await collection(database, "notice_choices").find_one({"_id": f"{account} {patient}"}) or {}
    kinds = frozenset(Kind(each) for each in row.get("kinds", tuple(Kind)))
    return Choice(kinds, row.get("since") or moment.now() - _FIRST, "since" in row)


async def choose(database: Database, account: str, patient: str, kinds: Iterable[Kind]) -> None:
    """Keep which kinds are wanted."""
    await _set(database, account, patient, {"kinds": sorted(kinds)})


async def confirm(database: Database, account: str, patient: str, until: datetime) -> None:
    """Everything up to a moment has been read; never later than now."""
    await _set(database, account, patient, {"since": min(until, moment.now())})


async def _set(database: Database, account: str, patient: str, change: Row) -> None:
    rows = collection(database, "notice_choices")
    await rows.update_one({"_id": f"{account} {patient}"}, {"$set": change}, upsert=True)


async def ensure_indexes(database: Database) -> None:
    """A row is found by its id."""
