"""Deaths: which Patients are known to have died, and since when.

FHIR R4 Patient.deceased[x]. Collection `deaths`, one row for each such Patient, written in the transaction
that writes it; a Patient that is said to live after all has none. What follows: `auth.access.deceased`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import DeleteOne, UpdateOne

from auth import moment as clock
from auth.store.database import Database, Session, collection
from fhir.resource import Resource, reference_of
from fhir.search.types.interval import interval, moment
from fhir.store.cache import Cache
from fhir.store.changes import Change, Changes
from fhir.store.projection import Former

FOUND_BY = "Patient.deceased|true"
"""The token under which the index has them."""
_PATIENTS = 100_000
_LONGEST = 60.0
_AT_ONCE = 5_000


class Deaths:
    """The deaths that one platform knows; follows every Patient (`fhir.store.projection`)."""

    types = frozenset({"Patient"})

    def __init__(self, database: Database, changes: Changes) -> None:
        self._rows = collection(database, "deaths")
        self._cache: Cache[tuple[datetime, ...]] = Cache(changes, _PATIENTS, _LONGEST)
        changes.listen("deaths", self)

    async def of(self, patients: Collection[str]) -> Mapping[str, datetime]:
        """When those of `patients` (source Patients) died who are said to have, as far as it is known."""
        found: dict[str, datetime] = {}
        unknown = []
        for patient in patients:
            known = self._cache.get(patient)
            if known is None:
                unknown.append(patient)
            elif known:
                found[patient] = known[0]
        for start in range(0, len(unknown), _AT_ONCE):
            found |= await self._load(unknown[start : start + _AT_ONCE])
        return found

    async def _load(self, patients: Sequence[str]) -> dict[str, datetime]:
        mark = self._cache.mark
        rows = await self._rows.find({"_id": {"$in": list(patients)}}).to_list()
        loaded = {row["_id"]: row["since"] for row in rows}
        for patient in patients:
            self._cache.put(patient, (loaded[patient],) if patient in loaded else (), mark)
        return loaded

    async def apply(self, session: Session | None, resources: Sequence[Resource], former: Former) -> None:
        """Keep who is said to be dead; without a date since it was first said."""
        changes = [_change(patient) for patient in resources]
        self._cache.doubt([reference_of(patient) for patient in resources])
        if changes:
            await self._rows.bulk_write(changes, ordered=False, session=session)

    async def remove(self, session: Session, references: Sequence[str], former: Former) -> None:
        """A deleted Patient says nothing any more."""
        self._cache.doubt(references)
        await self._rows.delete_many({"_id": {"$in": list(references)}}, session=session)

    async def catch_up(self, patients: Sequence[Resource]) -> None:
        """Those that were written by an older Furong; what was said since stands."""
        changes = [_change(patient) for patient in patients]
        if changes:
            await self._rows.bulk_write(changes, ordered=False)

    def changed(self, change: Change) -> None:
        """Forget what was known of the Patient of a changed row."""
        self._cache.forget([str(change["documentKey"]["_id"])])

    def lost(self) -> None:
        """Forget everything."""
        self._cache.clear()


def _change(patient: Resource) -> UpdateOne | DeleteOne:
    name = {"_id": reference_of(patient)}
    said: Any = patient.get("deceasedDateTime")
    range = interval(str(said)) if said else None
    if range is not None:
        return UpdateOne(name, {"$set": {"since": moment(range[1])}}, upsert=True)
    if said or patient.get("deceasedBoolean") is True:
        return UpdateOne(name, {"$setOnInsert": {"since": clock.now()}}, upsert=True)
    return DeleteOne(name)


async def ensure_indexes(database: Database) -> None:
    """They are found by name."""
