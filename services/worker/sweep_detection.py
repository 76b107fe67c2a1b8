"""Detection of sweeps: every five minutes the looks of the last hour are held against the signs of curiosity.

security-and-scale.md, line 39. It reads the index of the audit, opens one record of each person who looked at
several files, and at most MOST_PATIENTS of those files' Patients; whatever it finds waits for a privacy
officer (`/console/reviews`), and what is strong sounds an alarm.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from auth import moment
from auth.audit.record import AuditRecord
from auth.audit.sweeps import FILE, Finding, Known, findings
from auth.roles import STAFF
from auth.store import audit, reviews
from auth.store.audit import Entry
from fhir.matching.citizen_number import SYSTEM
from fhir.matching.compatible import citizen_number
from fhir.resource import Resource
from fhir.search.query import parse
from fhir.store import EVERYONE
from services.alarms.alarm import Kind
from services.log import FIELDS
from services.platform import Platform
from services.turns import my_turn

logger = logging.getLogger("furong.worker")
PERIOD = 60.0
_EVERY, _SPAN = timedelta(minutes=5), timedelta(hours=1)
MOST_RECORDS, MOST_AGENTS, MOST_PATIENTS = 20_000, 200, 200
_FEW = 3
"""Who looked at fewer files is not looked into any further, unless one of them is guarded."""


async def look(platform: Platform) -> None:
    """Look at the last hour, where it is this process's turn."""
    if await my_turn(platform.database, "sweep detection", _EVERY):
        await detect(platform, moment.now() - _SPAN)


async def detect(platform: Platform, since: datetime) -> int:
    """Judge everyone who looked since a moment; how many new findings there are."""
    entries = await audit.recent(platform.database, since, MOST_RECORDS)
    if len(entries) == MOST_RECORDS:
        logger.warning(
            "sweeps are looked for in the newest records only", extra={FIELDS: {"most": MOST_RECORDS}}
        )
    guarded = await _persons(platform, await reviews.guarded(platform.database))
    by_agent: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.by and entry.patients:
            by_agent.setdefault(entry.by[0], []).append(entry)
    suspects = sorted(by_agent.items(), key=lambda each: -len(each[1]))
    suspects = [each for each in suspects if _conspicuous(each[1], guarded)]
    new = 0
    for agent, looked in suspects[:MOST_AGENTS]:
        record = await platform.archive.opened(looked[-1].id)
        if record is not None and _staff(record):
            new += await _judge(platform, agent, record, looked, guarded)
    return new


def _conspicuous(entries: Sequence[Entry], guarded: frozenset[str]) -> bool:
    seen = {patient for entry in entries for patient in entry.patients}
    return len(seen) >= _FEW or not guarded.isdisjoint(seen)


def _staff(record: AuditRecord) -> bool:
    return record.agent.kind == "person" and record.agent.role in STAFF


async def _judge(
    platform: Platform, agent: str, record: AuditRecord, entries: Sequence[Entry], guarded: frozenset[str]
) -> int:
    files = dict.fromkeys(p for entry in entries if len(entry.patients) <= FILE for p in entry.patients)
    known = await _known(platform, list(files)[:MOST_PATIENTS])
    new = 0
    for each in findings([entry.patients for entry in entries], known, guarded):
        id = await reviews.found(
            platform.database, each.sign, agent, record.id, each.patients, each.count, each.strong
        )
        new += id is not None
        if id is not None and each.strong:
            await _sound(platform, id, each)
    return new


async def _sound(platform: Platform, id: str, finding: Finding) -> None:
    text = "A look at files that no care explains waits for a privacy officer."
    await platform.alarms.sound(Kind.SWEEP, text, review=id, sign=finding.sign.value, count=finding.count)


async def _persons(platform: Platform, patients: Sequence[str]) -> frozenset[str]:
    """All Patients of these persons."""
    linked = await platform.store.persons.linked(patients) if patients else {}
    return frozenset(member for members in linked.values() for member in members) | frozenset(patients)


async def _known(platform: Platform, patients: Sequence[str]) -> dict[str, Known]:
    """What their Patients say, and whether somebody of the staff has the same citizen number."""
    linked = await platform.store.persons.linked(patients) if patients else {}
    found = {patient: await _patient(platform, patient) for patient in patients}
    numbers = {number for each in found.values() if each and (number := citizen_number(each))}
    staff = await _staff_numbers(platform, sorted(numbers))
    return {
        patient: Known(
            person=min(linked.get(patient) or [patient]),
            surname=_surname(each),
            address=_address(each),
            staff=citizen_number(each) in staff,
        )
        for patient, each in found.items()
        if each
    }


async def _patient(platform: Platform, reference: str) -> Resource | None:
    stored = await platform.store.resources.read("Patient", reference.removeprefix("Patient/"), EVERYONE)
    return stored.resource() if stored and not stored.deleted else None


async def _staff_numbers(platform: Platform, numbers: Sequence[str]) -> frozenset[str]:
    if not numbers:
        return frozenset()
    wanted = ",".join(f"{SYSTEM}|{number}" for number in numbers)
    query = parse("Practitioner", [("identifier", wanted)], True)
    rows = await platform.store.resources.search(
        query.filter(platform.store.keyed, {}), EVERYONE, limit=len(numbers)
    )
    held = (each.resource().get("identifier") or [] for each in rows)
    return frozenset(one.get("value", "") for list in held for one in list if one.get("system") == SYSTEM)


def _surname(patient: Resource) -> str:
    name = (patient.get("name") or [{}])[0]
    return str(name.get("family") or (name.get("text") or "")[:1])


def _address(patient: Resource) -> str:
    """The address down to the house, as one text."""
    address = (patient.get("address") or [{}])[0]
    parts = [address.get("text") or "", *(address.get("line") or []), address.get("city") or ""]
    return "".join("".join(parts).split())
