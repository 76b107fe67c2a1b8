"""Archive: the audit as it is read, AuditEvent by AuditEvent.

FHIR R4 AuditEvent search (patient, date), newest first. Who may read which is decided by the caller
(`auth.access.decision`) and given as `patients`.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from auth.audit.balp import audit_events
from auth.audit.record import AuditRecord
from auth.audit.recorder import OWNER
from auth.store import audit
from auth.store.audit import Entry
from auth.store.database import Database
from auth.vault import Vault
from fhir.resource import Resource

_ID = re.compile(r"(?P<record>[0-9a-f-]{36})-(?P<number>[1-9][0-9]{0,5})")


class Archive:
    """Reads the audit of one platform."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def read(self, id: str, patients: Iterable[str] | None = None) -> Resource | None:
        """One AuditEvent; None when there is none, or none about any of `patients` (None: whomever)."""
        match = _ID.fullmatch(id)
        entry = await audit.find(self._database, match["record"]) if match else None
        events = await self._unfold(entry, _set(patients)) if entry else []
        return next((event for event in events if event["id"] == id), None)

    async def search(
        self,
        patients: Iterable[str] | None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 20,
        after: str | None = None,
    ) -> list[Resource]:
        """Up to `limit` AuditEvents about `patients` (None: all), newest first, behind the event `after`.

        since <= recorded < until. An `after` that does not exist gives nothing.
        """
        wanted = _set(patients)
        last = _ID.fullmatch(after) if after else None
        start = await audit.find(self._database, last["record"]) if last else None
        if after and start is None:
            return []
        asked = sorted(wanted) if wanted is not None else None
        # Each record unfolds to at least one event, and the first may have been seen already.
        entries = await audit.search(self._database, asked, since, until, start, limit + 1)
        found: list[Resource] = []
        for entry in entries:
            events = await self._unfold(entry, wanted)
            seen = int(last["number"]) if last and start and entry.id == start.id else 0
            found += [event for event in events if _number(event) > seen]
        return found[:limit]

    async def count(
        self, patients: Iterable[str] | None, since: datetime | None = None, until: datetime | None = None
    ) -> int:
        """How many AuditEvents `search` finds on all its pages."""
        wanted = _set(patients)
        return await audit.count(self._database, sorted(wanted) if wanted is not None else None, since, until)

    async def records(self, patients: Iterable[str], since: datetime | None, limit: int) -> list[AuditRecord]:
        """The records about `patients`, newest first."""
        entries = await audit.search(self._database, sorted(set(patients)), since, None, None, limit)
        return [await self._open(entry) for entry in entries]

    async def _unfold(self, entry: Entry, wanted: frozenset[str] | None) -> list[Resource]:
        record = await self._open(entry)
        patients: list[str | None] = list(dict.fromkeys(record.patients)) or [None]
        events = zip(patients, audit_events(record), strict=True)
        return [event for patient, event in events if wanted is None or patient in wanted]

    async def _open(self, entry: Entry) -> AuditRecord:
        return AuditRecord.decode(await self._vault.open(OWNER, entry.body))


def _set(patients: Iterable[str] | None) -> frozenset[str] | None:
    return None if patients is None else frozenset(patients)


def _number(event: Resource) -> int:
    return int(event["id"].rpartition("-")[2])
