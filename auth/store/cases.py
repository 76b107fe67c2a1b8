"""Cases: what a resident asks of those who keep his file, by when it is answered, and the answer.

PIPL articles 46 (correction) and 50 (requests are received and handled). Neither names a number of days;
the rule for apps of 2019 allows 15 working days at most, so 15 calendar days keep it. Collection `cases`;
what was written is sealed under the patient's key.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.errors import DuplicateKeyError

from auth import moment
from auth.store.database import Database, Row, collection
from auth.vault import Vault

TERM = timedelta(days=15)
_SEALED = ("words", "line", "note")


class Kind(StrEnum):
    """A complaint about a look (a privacy officer judges it), or a correction of a line (a steward does)."""

    COMPLAINT = "complaint"
    CORRECTION = "correction"


class AlreadyOpen(Exception):
    """There is a case about the same that nobody has answered."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case: `about` an audit record or a resource, which `house` has recorded; `line` says what stands
    there."""

    id: str
    kind: Kind
    patient: str
    about: str
    by: str
    opened: datetime
    due: datetime
    house: str | None = None
    words: str = ""
    line: str = ""
    answered: datetime | None = None
    judge: str | None = None
    verdict: str | None = None
    note: str = ""

    @property
    def overdue(self) -> bool:
        """Should it have been answered by now?"""
        return self.answered is None and self.due <= moment.now()


class Cases:
    """The cases of one platform."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._rows = collection(database, "cases")
        self._vault = vault

    async def open(
        self,
        kind: Kind,
        *,
        patient: str,
        about: str,
        by: str,
        words: str,
        line: str = "",
        house: str | None = None,
    ) -> Case:
        """Begin one. AlreadyOpen where one about the same waits."""
        now = moment.now()
        id = secrets.token_hex(12)
        made = Case(id, kind, patient, about, by, now, now + TERM, house, words, line)
        row: Row = {name: getattr(made, name) for name in Case.__slots__ if name not in ("id", *_SEALED)}
        row |= {"_id": id, "waits": f"{kind} {about}"}
        row |= {name: await self._seal(patient, getattr(made, name)) for name in _SEALED}
        try:
            await self._rows.insert_one(row)
        except DuplicateKeyError:
            raise AlreadyOpen from None
        return made

    async def of(self, patients: Collection[str], most: int) -> list[Case]:
        """A resident's, the newest first."""
        return await self._all(
            self._rows.find({"patient": {"$in": list(patients)}}).sort("opened", DESCENDING).limit(most)
        )

    async def answered(self, patients: Collection[str], since: datetime, most: int) -> list[Case]:
        """Those of a resident that were answered since a moment, the newest first."""
        found: Row = {"patient": {"$in": list(patients)}, "answered": {"$gte": since}}
        return await self._all(self._rows.find(found).sort("answered", DESCENDING).limit(most))

    async def waiting(self, kind: Kind, house: str | None, most: int) -> list[Case]:
        """What nobody has answered, the oldest first; of one `house`, or of all."""
        found = self._rows.find(_within(kind, house) | {"answered": None})
        return await self._all(found.sort("opened", ASCENDING).limit(most))

    async def closed(self, kind: Kind, house: str | None, most: int) -> list[Case]:
        """What has been answered, the newest first."""
        found = self._rows.find(_within(kind, house) | {"answered": {"$ne": None}})
        return await self._all(found.sort("answered", DESCENDING).limit(most))

    async def count_overdue(self, kind: Kind, house: str | None) -> int:
        """How many should have been answered by now."""
        return await self._rows.count_documents(_within(kind, house) | _late())

    async def unannounced(self, most: int) -> list[tuple[str, Kind]]:
        """The ids and kinds of overdue ones that no alarm has told of, the oldest first."""
        rows = self._rows.find(_late() | {"announced": None}, {"kind": 1}).sort("due", ASCENDING).limit(most)
        return [(row["_id"], Kind(row["kind"])) async for row in rows]

    async def announce(self, id: str) -> None:
        """An alarm has told that it is overdue."""
        await self._rows.update_one({"_id": id}, {"$set": {"announced": moment.now()}})

    async def one(self, id: str) -> Case | None:
        """A case by its id."""
        row = await self._rows.find_one({"_id": id})
        return await self._case(row) if row else None

    async def answer(self, case: Case, judge: str, verdict: str, note: str) -> bool:
        """Keep the answer; False where it has one, or whoever opened it would give it."""
        found: Row = {"answered": moment.now(), "judge": judge, "verdict": verdict}
        found["note"] = await self._seal(case.patient, note)
        open: Row = {"_id": case.id, "answered": None, "by": {"$ne": judge}}
        done = await self._rows.update_one(open, {"$set": found, "$unset": {"waits": True}})
        return bool(done.modified_count)

    async def _seal(self, patient: str, text: str) -> bytes | None:
        return await self._vault.seal(patient, text.encode()) if text else None

    async def _all(self, found: AsyncCursor[Row]) -> list[Case]:
        rows = await found.to_list()
        await self._vault.fetch(row["patient"] for row in rows)
        return [await self._case(row) for row in rows]

    async def _case(self, row: Row) -> Case:
        for name in _SEALED:
            sealed = row[name]
            row[name] = (await self._vault.open(row["patient"], sealed)).decode() if sealed else ""
        for name in ("waits", "announced"):
            row.pop(name, None)
        return Case(id=row.pop("_id"), kind=Kind(row.pop("kind")), **row)


def _within(kind: Kind, house: str | None) -> Row:
    return {"kind": kind} | ({"house": house} if house is not None else {})


def _late() -> Row:
    return {"answered": None, "due": {"$lte": moment.now()}}


async def ensure_indexes(database: Database) -> None:
    """By resident, by what waits; one that waits about one thing."""
    waits = {"partialFilterExpression": {"waits": {"$exists": True}}}
    await collection(database, "cases").create_indexes(
        [
            IndexModel([("patient", ASCENDING), ("opened", DESCENDING)]),
            IndexModel([("kind", ASCENDING), ("answered", ASCENDING), ("opened", ASCENDING)]),
            IndexModel([("waits", ASCENDING), ("patient", ASCENDING)], unique=True, **waits),
        ]
    )
