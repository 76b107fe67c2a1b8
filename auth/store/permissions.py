"""Permissions: which residents' Consents name whom, so that a part of a closed file is found.

Collection `permissions`: one row for each Consent and each house or doctor that it permits something to by
name. What it permits is read from the Consent (`auth.store.consents`); a row only tells where to look.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from time import monotonic
from typing import NamedTuple

from pymongo import ASCENDING, IndexModel, InsertOne

from auth import moment as clock
from auth.store.database import Database, Row, Session, collection
from fhir.store.cache import Cache
from fhir.store.changes import Change, Changes

_NAMES = 10_000
_LONGEST = 60.0
_AT_ONCE = 10_000


class Given(NamedTuple):
    """Whose Consent permits something to whom, from when until when."""

    patient: str
    to: str
    since: datetime
    until: datetime


_Known = tuple[tuple[str, datetime, datetime], ...]


class Permissions:
    """Whom the Consents of all residents name, as one process knows it."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._rows = collection(database, "permissions")
        self._cache: Cache[_Known] = Cache(changes, _NAMES, _LONGEST)
        self._many: dict[str, float] = {}
        changes.listen("permissions", self)

    async def keep(self, session: Session | None, consent: str, given: Iterable[Given]) -> None:
        """What one Consent permits now, in the place of what it permitted before."""
        rows = [_row(consent, each) for each in given]
        await self.drop(session, [consent], *(row["to"] for row in rows))
        if rows:
            await self._rows.bulk_write([InsertOne(row) for row in rows], session=session)

    async def drop(self, session: Session | None, consents: Collection[str], *names: str) -> None:
        """Consents that permit nothing any more; `names` are in doubt too."""
        of: Row = {"consent": {"$in": list(consents)}}
        former = [row["to"] async for row in self._rows.find(of, {"to": 1}, session=session)]
        self._cache.doubt([*names, *former])
        await self._rows.delete_many(of, session=session)

    async def every(self, names: Collection[str], limit: int) -> frozenset[str] | None:
        """The Patients whose Consents permit something to any of `names` now; None for more than `limit`."""
        now, found = clock.now(), set[str]()
        for name in names:
            known = self._cache.get(name)
            if known is None and (known := await self._load(name)) is None:
                return None
            found.update(patient for patient, since, until in known if since <= now < until)
        return frozenset(found) if len(found) <= limit else None

    async def _load(self, name: str) -> _Known | None:
        """All that name somebody and are not over; None where they are too many to be known."""
        if self._many.get(name, 0.0) > monotonic():
            return None
        mark, now = self._cache.mark, clock.now()
        shown = {"_id": 0, "patient": 1, "since": 1, "until": 1}
        found = self._rows.find({"to": name, "until": {"$gt": now}}, shown, batch_size=_AT_ONCE)
        rows = await found.limit(_AT_ONCE + 1).to_list()
        if len(rows) > _AT_ONCE:
            # Not a shortcut in access: who is told "many" asks `among`, which looks at every single Patient.
            self._many[name] = monotonic() + _LONGEST
            return None
        known = tuple((row["patient"], row["since"], row["until"]) for row in rows)
        self._cache.put(name, known, mark)
        return known

    async def among(self, names: Collection[str], patients: Collection[str]) -> frozenset[str]:
        """Those of `patients` whose Consents permit something to any of `names` now."""
        known = await self.every(names, _AT_ONCE)
        if known is not None:
            return known.intersection(patients)
        of: Row = {"patient": {"$in": sorted(patients)}, "to": {"$in": sorted(names)}}
        return frozenset(await self._rows.distinct("patient", of | _now()))

    def changed(self, change: Change) -> None:
        """Forget what was known of whom a changed row names."""
        self._cache.forget(str(change["documentKey"]["_id"]).split(" ")[:1])

    def lost(self) -> None:
        """Forget everything."""
        self._cache.clear()


def _row(consent: str, given: Given) -> Row:
    return {"_id": f"{given.to} {given.patient} {consent}", "consent": consent} | given._asdict()


def _now() -> Row:
    now = clock.now()
    return {"until": {"$gt": now}, "since": {"$lte": now}}


async def ensure_indexes(database: Database) -> None:
    """By whom it names, by whose it is, and by the resource."""
    await collection(database, "permissions").create_indexes(
        [
            IndexModel([("to", ASCENDING), ("until", ASCENDING)]),
            IndexModel([("patient", ASCENDING), ("to", ASCENDING)]),
            IndexModel([("consent", ASCENDING)]),
        ]
    )
