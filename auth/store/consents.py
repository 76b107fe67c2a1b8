"""Consents, as the decision reads them: by person, decrypted once, known to a process until they change.

Collection `consents`: one row for each Consent of a resident, written in the transaction that writes the
resource. What it says of him is sealed under his own key: that somebody hides a diagnosis tells it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo import ASCENDING, DeleteOne, IndexModel, ReplaceOne

from auth.store.database import Database, Session, collection
from auth.vault import Vault
from fhir.access import Filter
from fhir.resource import Resource
from fhir.store.cache import Cache
from fhir.store.changes import Change, Changes
from fhir.store.once import once
from fhir.store.projection import Former
from fhir.store.vault import LostKeyError

_PATIENTS = 100_000
_LONGEST = 60.0
_KEPT = ("id", "status", "scope", "dateTime", "policyRule", "provision", "meta")
_AT_ONCE = 5_000
_SCOPE = "Consent.scope|"
_PRIVATE: Filter = {
    "$or": [
        {"facets": f"{_SCOPE}patient-privacy"},
        {"facets": {"$not": {"$elemMatch": {"$gt": _SCOPE, "$lt": "Consent.scope}"}}}},
    ]
}
"""About privacy, or about what no code says."""

Rows = tuple[Resource, ...]
"""What Consents say; `private` is added: was any version of it about privacy?"""


class Consents:
    """The Consents of all residents; follows every Consent (`fhir.store.projection`)."""

    types = frozenset({"Consent"})

    def __init__(self, database: Database, vault: Vault, changes: Changes) -> None:
        self._database = database
        self._rows = collection(database, "consents")
        self._vault = vault
        self._cache: Cache[Rows] = Cache(changes, _PATIENTS, _LONGEST)
        changes.listen("consents", self)

    async def of(self, patients: Collection[str]) -> Mapping[str, Rows]:
        """The Consents of those of `patients` (source Patients) that have any, inactive ones too."""
        found: dict[str, Rows] = {}
        unknown = []
        for patient in patients:
            known = self._cache.get(patient)
            if known is None:
                unknown.append(patient)
            elif known:
                found[patient] = known
        for start in range(0, len(unknown), _AT_ONCE):
            found |= await self._load(unknown[start : start + _AT_ONCE])
        return found

    async def _load(self, patients: Sequence[str]) -> dict[str, Rows]:
        mark = self._cache.mark
        rows = await self._rows.find({"patient": {"$in": list(patients)}}).to_list()
        private = await once(self._database, [row["consent"] for row in rows], _PRIVATE) if rows else ()
        loaded: dict[str, list[Resource]] = {}
        for row in rows:
            said = await self._opened(row)
            loaded.setdefault(row["patient"], []).append(
                said and said | {"private": row["consent"] in private}
            )
        for patient in patients:
            self._cache.put(patient, tuple(loaded.get(patient, ())), mark)
        return {patient: tuple(rows) for patient, rows in loaded.items()}

    async def _opened(self, row: Mapping[str, Any]) -> Resource:
        try:
            opened: Resource = json.loads(await self._vault.open(row["patient"], row["body"]))
        except LostKeyError:
            return {}
        return opened

    async def apply(self, session: Session, resources: Sequence[Resource], former: Former) -> None:
        """Keep what the Consents of residents say now."""
        changes: list[ReplaceOne[dict[str, Any]] | DeleteOne] = []
        for consent in resources:
            patient = str((consent.get("patient") or {}).get("reference", ""))
            id = f"Consent/{consent['id']}"
            await self._forget(id, session, patient)
            changes.append(DeleteOne({"consent": id}))
            if patient.startswith("Patient/"):
                kept = json.dumps({name: consent[name] for name in _KEPT if name in consent}, default=str)
                body = await self._vault.seal(patient, kept.encode())
                row = {"_id": f"{patient} {id}", "patient": patient, "consent": id, "body": body}
                changes.append(ReplaceOne({"_id": row["_id"]}, row, upsert=True))
        if changes:
            await self._rows.bulk_write(changes, ordered=True, session=session)

    async def remove(self, session: Session, references: Sequence[str], former: Former) -> None:
        """A deleted Consent says nothing any more."""
        for reference in references:
            await self._forget(reference, session)
        await self._rows.delete_many({"consent": {"$in": list(references)}}, session=session)

    async def _forget(self, consent: str, session: Session, *patients: str) -> None:
        former = await self._rows.distinct("patient", {"consent": consent}, session=session)
        self._cache.doubt([*former, *patients])

    def changed(self, change: Change) -> None:
        """Forget what was known of the person of a changed row."""
        self._cache.forget(str(change["documentKey"]["_id"]).split(" ")[:1])

    def lost(self) -> None:
        """Forget everything."""
        self._cache.clear()


async def ensure_indexes(database: Database) -> None:
    """By person, and by the resource."""
    await collection(database, "consents").create_indexes(
        [IndexModel([("patient", ASCENDING)]), IndexModel([("consent", ASCENDING)])]
    )
