"""Break-glass: the accesses that clinicians have opened for an emergency, until when, and their review.

Collection `emergencies`, one row per opening. The reason in words is sealed under the patient's key.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, DESCENDING, IndexModel

from auth import moment as clock
from auth.store.database import Database, Row, Session, collection
from auth.vault import Vault
from fhir.store.cache import Cache
from fhir.store.changes import Change, Changes

LONGEST = timedelta(hours=24)
REVIEW = timedelta(hours=24)
_ACCOUNTS = 20_000
_CACHED = 60.0


@dataclass(frozen=True, slots=True)
class Emergency:
    """One opening: by whom, of whose file, why, from when to when; `verdict` is what its review found."""

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

    @property
    def overdue(self) -> bool:
        """Should it have been reviewed by now?"""
        return self.reviewed is None and self.began + REVIEW <= clock.now()


class Emergencies:
    """The openings of one platform."""

    def __init__(self, database: Database, vault: Vault, changes: Changes) -> None:
        self._rows = collection(database, "emergencies")
        self._vault = vault
        self._cache: Cache[tuple[tuple[str, datetime], ...]] = Cache(changes, _ACCOUNTS, _CACHED)
        changes.listen("emergencies", self)

    async def opened(self, account: str) -> frozenset[str]:
        """The source Patients whose files the account has open for an emergency right now."""
        known = self._cache.get(account)
        if known is None:
            mark = self._cache.mark
            rows = self._rows.find(
                {"account": account, "until": {"$gt": clock.now()}}, {"patient": 1, "until": 1}
            )
            known = tuple([(row["patient"], row["until"]) async for row in rows])
            self._cache.put(account, known, mark)
        return frozenset(patient for patient, until in known if until > clock.now())

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
        life: timedelta = LONGEST,
    ) -> Emergency:
        """Open a file for `life`, at most 24 hours."""
        began = clock.now()
        found = Emergency(
            id=f"{account} {secrets.token_hex(12)}",
            account=account,
            name=name,
            organization=organization,
            practitioner=practitioner,
            patient=patient,
            code=code,
            reason=reason,
            began=began,
            until=began + min(life, LONGEST),
        )
        self._cache.doubt([account])
        row = asdict(found) | {"reason": await self._vault.seal(patient, reason.encode())}
        row["_id"] = row.pop("id")
        await self._rows.insert_one(row, session=session)
        return found

    async def close(self, account: str, patient: str) -> None:
        """End what the account has open of a file."""
        self._cache.doubt([account])
        now = clock.now()
        open = {"account": account, "patient": patient, "until": {"$gt": now}}
        await self._rows.update_many(open, {"$set": {"until": now}})

    async def waiting(self, most: int) -> list[Emergency]:
        """What nobody has reviewed, the oldest first."""
        rows = self._rows.find({"reviewed": None}).sort("began", ASCENDING).limit(most)
        return [await self._emergency(row) async for row in rows]

    async def latest(self, most: int) -> list[Emergency]:
        """The latest openings."""
        rows = self._rows.find().sort("began", DESCENDING).limit(most)
        return [await self._emergency(row) async for row in rows]

    async def review(self, id: str, reviewer: str, verdict: str) -> bool:
        """Note the verdict of a second person; False where it is reviewed, or his own, or unknown."""
        result = await self._rows.update_one(
            {"_id": id, "reviewed": None, "account": {"$ne": reviewer}},
            {"$set": {"reviewed": clock.now(), "reviewer": reviewer, "verdict": verdict}},
        )
        return bool(result.modified_count)

    async def _emergency(self, row: Row) -> Emergency:
        reason = (await self._vault.open(row["patient"], row["reason"])).decode()
        return Emergency(id=row.pop("_id"), **(row | {"reason": reason}))

    def changed(self, change: Change) -> None:
        """Forget what was known of the account of a changed row."""
        self._cache.forget(str(change["documentKey"]["_id"]).split(" ")[:1])

    def lost(self) -> None:
        """Forget everything."""
        self._cache.clear()


async def ensure_indexes(database: Database) -> None:
    """By account, and what waits for a review."""
    await collection(database, "emergencies").create_indexes(
        [
            IndexModel([("account", ASCENDING), ("until", ASCENDING)]),
            IndexModel([("reviewed", ASCENDING), ("began", ASCENDING)]),
            IndexModel([("patient", ASCENDING), ("began", ASCENDING)]),
        ]
    )
