"""Archive: the audit as it is read, AuditEvent by AuditEvent.

FHIR R4 AuditEvent search (patient, date), newest first. Who may read which is decided by the caller
(`auth.access.decision`) and given as `patients`.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from auth.audit.balp import audit_events
from auth.audit.record import AuditRecord
from auth.audit.recorder import OWNER, agent_key
from auth.store import audit, audit_roots
from auth.store.audit import ChainedRow, Entry
from auth.store.database import Database
from auth.vault import Vault
from fhir.resource import Resource

MOST_SIFTED = 2_000
"""Records that are opened for one page of a search whose criteria lie within the sealed bodies."""
_AT_ONCE = 100
_WHOLE = 999_999
"""The number of an event behind all others of its record."""

_ID = re.compile(r"(?P<record>[0-9a-f-]{36})-(?P<number>[1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Span:
    """Which records: about any of `patients` (None: all), by any named `by`, since <= moment < until."""

    patients: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    by: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Sifted:
    """A page of events, and the event behind which there may be more (None: there is no more)."""

    events: list[Resource]
    rest: str | None


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
        return (await self.sift(Span(_set(patients), since, until), limit, after)).events

    async def sift(
        self,
        span: Span,
        limit: int,
        after: str | None = None,
        test: Callable[[Resource], bool] | None = None,
    ) -> Sifted:
        """Up to `limit` AuditEvents of `span` that pass `test`, newest first, behind the event `after`.

        At most MOST_SIFTED records are opened; a page that ends there has a `rest` and may be short.
        """
        last = _ID.fullmatch(after) if after else None
        start = await audit.find(self._database, last["record"]) if last else None
        if after and start is None:
            return Sifted([], None)
        place, seen = start, int(last["number"]) if last else 0
        found, looked, size = list[Resource](), 0, _AT_ONCE if test else limit + 2
        while looked < MOST_SIFTED:
            entries = await self._entries(span, place, size)
            for entry in entries:
                events = await self._unfold(entry, span.patients)
                if place is not None and entry.id == place.id:
                    events = [event for event in events if _number(event) > seen]
                found += [event for event in events if test is None or test(event)]
                if len(found) > limit:
                    return Sifted(found[:limit], found[limit - 1]["id"])
            if len(entries) < size:
                return Sifted(found, None)
            place, seen, looked = entries[-1], _WHOLE, looked + size
            await asyncio.sleep(0)
        return Sifted(found, f"{place.id}-{_WHOLE}" if place else None)

    async def _entries(self, span: Span, place: Entry | None, limit: int) -> list[Entry]:
        patients, since, until, by = self._place(span)
        return await audit.search(self._database, patients, since, until, place, limit, by)

    def _keys(self, names: frozenset[str] | None) -> list[str] | None:
        return None if names is None else [self._vault.keyed(agent_key(name)) for name in sorted(names)]

    async def count(
        self, patients: Iterable[str] | None, since: datetime | None = None, until: datetime | None = None
    ) -> int:
        """How many AuditEvents `search` finds on all its pages."""
        wanted = _set(patients)
        return await audit.count(self._database, sorted(wanted) if wanted is not None else None, since, until)

    async def records(self, patients: Iterable[str], since: datetime | None, limit: int) -> list[AuditRecord]:
        """The records about `patients`, newest first."""
        entries = await audit.search(self._database, sorted(set(patients)), since, None, None, limit)
        return [await self.open(entry) for entry in entries]

    async def look_through(
        self, span: Span, limit: int, after: str | None, test: Callable[[AuditRecord], bool]
    ) -> tuple[list[AuditRecord], str | None]:
        """Up to `limit` records of `span` that pass `test`, newest first, behind the record `after`.

        And the record behind which there may be more. At most MOST_SIFTED are opened.
        """
        place = await audit.find(self._database, after) if after else None
        found, looked = list[AuditRecord](), 0
        while looked < MOST_SIFTED and (place is not None or not after):
            entries = await self._entries(span, place, _AT_ONCE)
            for entry in entries:
                if place is not None and entry.id == place.id:
                    continue
                record = await self.open(entry)
                if test(record):
                    found.append(record)
                if len(found) == limit:
                    return found, entry.id
            if len(entries) < _AT_ONCE:
                return found, None
            place, looked, after = entries[-1], looked + _AT_ONCE, None
        return found, place.id if place else None

    async def look_through_each(
        self, asked: Sequence[tuple[Span, Callable[[AuditRecord], bool]]], limit: int
    ) -> list[tuple[list[AuditRecord], bool]]:
        """For each span and test what `look_through` finds first, and whether there may be more.

        One command finds all; where it ends in records that do not pass, that span is looked through alone.
        """
        places = [self._place(span) for span, _ in asked]
        found: list[tuple[list[AuditRecord], bool]] = []
        for (span, test), entries in zip(
            asked, await audit.search_each(self._database, places, _AT_ONCE), strict=True
        ):
            records = [record for entry in entries if test(record := await self.open(entry))]
            if len(records) < limit and len(entries) == _AT_ONCE:
                more, rest = await self.look_through(span, limit, None, test)
                found.append((more, rest is not None))
            else:
                found.append((records[:limit], len(records) >= limit))
        return found

    def _place(
        self, span: Span
    ) -> tuple[list[str] | None, datetime | None, datetime | None, list[str] | None]:
        patients = None if span.patients is None else sorted(span.patients)
        return patients, span.since, span.until, self._keys(span.by)

    async def opened(self, id: str) -> AuditRecord | None:
        """A record by its id."""
        entry = await audit.find(self._database, id)
        return await self.open(entry) if entry else None

    async def one(self, id: str, patients: Iterable[str]) -> tuple[ChainedRow, AuditRecord] | None:
        """A record about any of `patients`, with its place in its chain."""
        row = await audit_roots.record(self._database, id)
        if row is None or not frozenset(row.entry.patients) & frozenset(patients):
            return None
        return row, await self.open(row.entry)

    async def _unfold(self, entry: Entry, wanted: frozenset[str] | None) -> list[Resource]:
        record = await self.open(entry)
        patients: list[str | None] = list(dict.fromkeys(record.patients)) or [None]
        events = zip(patients, audit_events(record), strict=True)
        return [event for patient, event in events if wanted is None or patient in wanted]

    async def open(self, entry: Entry) -> AuditRecord:
        """What an entry holds."""
        return AuditRecord.decode(await self._vault.open(OWNER, entry.body))


def _set(patients: Iterable[str] | None) -> frozenset[str] | None:
    return None if patients is None else frozenset(patients)


def _number(event: Resource) -> int:
    return int(event["id"].rpartition("-")[2])
