"""Detection of sweeps: every five minutes the last hour's looks are held against the signs of curiosity.

security-and-scale.md, line 39. MongoDB counts who looked at how many files; of each person of the staff who
looked at several, one record is opened and at most MOST_PATIENTS of those files' Patients. What is found
waits for a privacy officer (`/console/reviews`), and what is strong sounds an alarm.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from auth import moment
from auth.audit.record import PROPOSED, AuditRecord
from auth.audit.sweeps import FILE, Finding, Known, findings
from auth.roles import STAFF, Role
from auth.store import audit, reviews
from auth.store.audit import Entry, Looker
from fhir.matching.citizen_number import SYSTEM
from fhir.matching.contradiction import citizen_number
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
MOST_STAFF, MOST_RECORDS, MOST_PATIENTS = 2_000, 5_000, 200
"""Of an hour: how many persons, records of each, and files of each are looked into."""
_FEW = 3
"""Who looked at fewer files is not looked into any further, unless one of them is guarded."""


async def look(platform: Platform) -> None:
    """Look at the last hour, where it is this process's turn."""
    if await my_turn(platform.database, "sweep detection", _EVERY):
        await detect(platform, moment.now() - _SPAN)


async def detect(platform: Platform, since: datetime) -> int:
    """Judge everyone of the staff who looked since a moment; how many new findings there are."""
    guarded = await _persons(platform, await reviews.guarded(platform.database))
    judged = new = 0
    async for each in audit.lookers(platform.database, since, _FEW, sorted(guarded)):
        worn = await _worn(platform, each)
        if not worn:
            continue
        if judged == MOST_STAFF:
            logger.warning(
                "sweeps are looked for among those who looked at most files only",
                extra={FIELDS: {"most": MOST_STAFF}},
            )
            break
        hats = {hat: record.id for hat, record in worn.items()}
        looks = await audit.looks(platform.database, each.by, hats, since, MOST_RECORDS)
        stewards = {hat for hat, record in worn.items() if record.agent.role == Role.STEWARD}
        proposed = await _proposed(platform, looks, stewards)
        patients = [entry.patients for entry in looks]
        new += await _judge(platform, each.by, min(hats.values()), patients, guarded, proposed)
        judged += 1
    return new


async def _worn(platform: Platform, looker: Looker) -> dict[str | None, AuditRecord]:
    """The hats of the staff that somebody wore, each with a record of it."""
    opened = {hat: await platform.archive.opened(id) for hat, id in looker.records.items()}
    return {hat: record for hat, record in opened.items() if record is not None and _staff(record)}


async def _proposed(
    platform: Platform, looks: Sequence[Entry], stewards: Collection[str | None]
) -> frozenset[str]:
    """Whom the queue of possible matches put before a steward."""
    worn = [entry for entry in looks if (entry.by[1] if len(entry.by) > 1 else None) in stewards]
    records = [await platform.archive.open(entry) for entry in worn]
    return frozenset(patient for each in records if each.reason == PROPOSED for patient in each.patients)


def _staff(record: AuditRecord) -> bool:
    return record.agent.kind == "person" and record.agent.role in STAFF


async def _judge(
    platform: Platform,
    agent: str,
    record: str,
    looks: Sequence[Sequence[str]],
    guarded: frozenset[str],
    proposed: frozenset[str],
) -> int:
    files = dict.fromkeys(patient for look in looks if len(look) <= FILE for patient in look)
    known = await _known(platform, list(files)[:MOST_PATIENTS])
    new = 0
    for each in findings(looks, known, guarded, proposed):
        id = await reviews.found(
            platform.database, each.sign, agent, record, each.patients, each.count, each.strong
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
