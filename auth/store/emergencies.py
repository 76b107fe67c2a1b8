"""Break-glass: the accesses that clinicians have opened for an emergency, until when, and their review.

Collection `emergencies`, one row per opening, which is the notice to the resident as well. The reason in
words and the reviewer's note are sealed under the patient's key.
"""

import secrets
from collections.abc import Collection
from copy import copy
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.errors import DuplicateKeyError

from auth import moment as clock
from auth import secret
from auth.store.database import Database, Row, Session, collection
from auth.vault import Vault
from fhir.store.cache import Cache
from fhir.store.changes import Change, Changes

LONGEST = timedelta(hours=24)
REVIEW = timedelta(hours=24)
_ACCOUNTS = 20_000
_CACHED = 60.0


class AlreadyUsed(Exception):
    """The form with which a file was opened has opened it before."""


class AlreadyOpen(Exception):
    """The account has the file open."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """One opening: by whom, of whose file, why, from when to when; `verdict` is what its review found.

    `house` is the organisation's name on that day.
    """

    id: str
    account: str
    name: str
    organization: str
    practitioner: str
    patient: str
    code: str
    reason: str
    began: datetime
    until: datetime
    reviewed: datetime | None = None
    reviewer: str | None = None
    verdict: str | None = None
    house: str = ""
    note: str = ""

    @property
    def ended(self) -> bool:
        """Is it over?"""
        return self.until <= clock.now()

    @property
    def overdue(self) -> bool:
        """Should it have been reviewed by now?"""
        return self.reviewed is None and self.began + REVIEW <= clock.now()


class Emergencies:
    """The openings of one platform."""

    def __init__(self, database: Database, vault: Vault, changes: Changes) -> None:
        self._rows = collection(database, "emergencies")
        self._vault = vault
        self._cache: Cache[tuple[tuple[str, str, datetime], ...]] = Cache(changes, _ACCOUNTS, _CACHED)
        self._supposed: frozenset[str] | None = None
        changes.listen("emergencies", self)

    def supposing(self, patients: frozenset[str]) -> "Emergencies":
        """As it would be if whoever asks had opened the files of `patients`. For a look ahead."""
        other = copy(self)
        other._supposed = patients
        return other

    async def opened(self, account: str, organization: str | None) -> frozenset[str]:
        """The source Patients whose files the account has open for an emergency right now, at that house."""
        if self._supposed is not None:
            return self._supposed
        known = self._cache.get(account)
        if known is None:
            mark = self._cache.mark
            shown = {"patient": 1, "organization": 1, "until": 1}
            rows = self._rows.find({"account": account, "until": {"$gt": clock.now()}}, shown)
            known = tuple([(row["patient"], row["organization"], row["until"]) async for row in rows])
            self._cache.put(account, known, mark)
        now = clock.now()
        return frozenset(patient for patient, house, until in known if house == organization and until > now)

    async def open(
        self,
        session: Session | None,
        *,
        account: str,
        name: str,
        organization: str,
        practitioner: str,
        patient: str,
        code: str,
        reason: str,
        house: str = "",
        life: timedelta = LONGEST,
        form: str = "",
    ) -> Emergency:
        """Open a file for `life`, at most 24 hours.

        AlreadyUsed where `form` has opened it before, AlreadyOpen where the account has it open at the house.
        """
        began = clock.now()
        found = Emergency(
            id=f"{account} {once(form, patient) if form else secrets.token_hex(12)}",
            account=account,
            name=name,
            organization=organization,
            practitioner=practitioner,
            patient=patient,
            code=code,
            reason=reason,
            began=began,
            until=began + min(life, LONGEST),
            house=house,
        )
        self._cache.doubt([account])
        row = asdict(found) | {"reason": await self._vault.seal(patient, reason.encode()), "note": None}
        row |= {"_id": row.pop("id"), "open": True}
        mine: Row = {"account": account, "organization": organization, "patient": patient, "open": True}
        over = mine | {"until": {"$lte": began}}
        await self._rows.update_many(over, {"$unset": {"open": True}}, session=session)
        try:
            await self._rows.insert_one(row, session=session)
        except DuplicateKeyError as error:
            used = "_id" in (error.details or {}).get("keyPattern", ())
            raise (AlreadyUsed if used else AlreadyOpen) from None
        return found

    async def close(self, account: str, patients: Collection[str]) -> bool:
        """End what the account has open of a person's file; False where nothing was open."""
        self._cache.doubt([account])
        now = clock.now()
        open = {"account": account, "patient": {"$in": list(patients)}, "until": {"$gt": now}}
        return bool((await self._rows.update_many(open, {"$set": {"until": now}})).modified_count)

    async def current(
        self, account: str, organization: str | None, patients: Collection[str]
    ) -> Emergency | None:
        """What the account has open of a person's file, the one that lasts longest."""
        mine: Row = {"account": account, "organization": organization, "patient": {"$in": list(patients)}}
        row = await self._rows.find_one(mine | {"until": {"$gt": clock.now()}}, sort=[("until", DESCENDING)])
        return await self._emergency(row) if row else None

    async def told(self, patients: Collection[str], since: datetime, most: int) -> list[Emergency]:
        """What the resident is told: the openings of his file since a moment, the newest first."""
        about: Row = {"patient": {"$in": list(patients)}, "began": {"$gte": since}}
        return await self._all(self._rows.find(about).sort("began", DESCENDING).limit(most))

    async def waiting(self, most: int) -> list[Emergency]:
        """What nobody has reviewed, the oldest first."""
        return await self._all(self._rows.find({"reviewed": None}).sort("began", ASCENDING).limit(most))

    async def reviewed(self, most: int) -> list[Emergency]:
        """What has been reviewed, the latest opening first."""
        rows = self._rows.find({"reviewed": {"$ne": None}})
        return await self._all(rows.sort("began", DESCENDING).limit(most))

    async def one(self, id: str) -> Emergency | None:
        """An opening by its id."""
        row = await self._rows.find_one({"_id": id})
        return await self._emergency(row) if row else None

    async def count_waiting(self) -> tuple[int, int]:
        """How many wait for their review, and how many of them are overdue."""
        late: Row = {"reviewed": None, "began": {"$lte": clock.now() - REVIEW}}
        return await self._rows.count_documents({"reviewed": None}), await self._rows.count_documents(late)

    async def unannounced(self, most: int) -> list[str]:
        """The ids of overdue ones that no alarm has told of, the oldest first."""
        late: Row = {"reviewed": None, "began": {"$lte": clock.now() - REVIEW}, "announced": None}
        return [row["_id"] async for row in self._rows.find(late, {"_id": 1}).sort("began").limit(most)]

    async def announce(self, id: str) -> None:
        """An alarm has told that it is overdue."""
        await self._rows.update_one({"_id": id}, {"$set": {"announced": clock.now()}})

    async def review(self, emergency: Emergency, reviewer: str, verdict: str, note: str) -> bool:
        """Keep the verdict of a second person; False where it has one, or it is his own."""
        sealed = await self._vault.seal(emergency.patient, note.encode())
        found: Row = {"reviewed": clock.now(), "reviewer": reviewer, "verdict": verdict, "note": sealed}
        waiting: Row = {"_id": emergency.id, "reviewed": None, "account": {"$ne": reviewer}}
        return bool((await self._rows.update_one(waiting, {"$set": found})).modified_count)

    async def _all(self, found: AsyncCursor[Row]) -> list[Emergency]:
        rows = await found.to_list()
        await self._vault.fetch(row["patient"] for row in rows)
        return [await self._emergency(row) for row in rows]

    async def _emergency(self, row: Row) -> Emergency:
        owner, sealed = row["patient"], row.get("note")
        words = {
            "reason": (await self._vault.open(owner, row["reason"])).decode(),
            "note": (await self._vault.open(owner, sealed)).decode() if sealed else "",
        }
        for kept in ("announced", "open"):
            row.pop(kept, None)
        return Emergency(id=row.pop("_id"), **(row | words))

    def changed(self, change: Change) -> None:
        """Forget what was known of the account of a changed row."""
        self._cache.forget(str(change["documentKey"]["_id"]).split(" ")[:1])

    def lost(self) -> None:
        """Forget everything."""
        self._cache.clear()


def once(form: str, patient: str) -> str:
    """What the opening of a file by one form is called: the same form opens the same file once."""
    return secret.digest(f"{form} {patient}")[:24]


async def ensure_indexes(database: Database) -> None:
    """By account, and what waits for a review; one that is open for each account, house and Patient."""
    await collection(database, "emergencies").create_indexes(
        [
            IndexModel([("account", ASCENDING), ("until", ASCENDING)]),
            IndexModel([("reviewed", ASCENDING), ("began", ASCENDING)]),
            IndexModel([("patient", ASCENDING), ("began", ASCENDING)]),
            IndexModel(
                [("account", ASCENDING), ("organization", ASCENDING), ("patient", ASCENDING)],
                unique=True,
                partialFilterExpression={"open": True},
            ),
        ]
    )
