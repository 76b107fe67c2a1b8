"""Life of a health file: opened at a home institution, moved to another, held, cancelled, ended, kept.

FHIR R4 episodeofcare.html; ADR 24. The file of a person is an EpisodeOfCare of the type `health-file`: its
managingOrganization is the home institution, its careManager the family doctor. One at a time is open.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from auth import moment
from fhir.identity import new_id
from fhir.resource import Resource, instant
from fhir.store import EVERYONE, Stored
from fhir.store.transaction import Transaction
from fhir.summary.home import CODE, SYSTEM
from fhir.summary.moment import local_day
from fhir.validation import errors
from services.platform import Platform

REASON = "urn:furong:extension:file-end-reason"
_TOKEN = f"EpisodeOfCare.type|{SYSTEM}|{CODE}"
_DOUBLE = "the person has another open file"
_OPEN = frozenset({"planned", "waitlist", "active", "onhold"})
_AT_ONCE = 500


class Step(StrEnum):
    """What becomes of a file."""

    OPEN = "open"
    MIGRATE = "migrate"
    ASSIGN = "assign"
    HOLD = "hold"
    RESUME = "resume"
    CANCEL = "cancel"
    END = "end"


ENDS = {Step.CANCEL: "cancelled", Step.END: "finished"}
_TURNS = {Step.HOLD: "onhold", Step.RESUME: "active"}


class NotPossible(Exception):
    """Why a step can't be taken."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A step for the file of `patient`; `doctor` is a Practitioner, `on` the day that it begins or ends."""

    step: Step
    patient: str
    house: str | None = None
    doctor: str | None = None
    reason: str = ""
    on: str = ""


async def take(platform: Platform, asked: Asked) -> Resource:
    """Take a step; the EpisodeOfCare that the file is then. NotPossible says why it can't be.

    Where two persons who had a file each turned out to be one, a step that ends the file ends the others too.
    """
    if asked.on > local_day().isoformat():
        raise NotPossible("that day has not come yet")

    async def work(tx: Transaction) -> Resource:
        members = await _alone(tx, platform, asked.patient)
        found = [each for each in await _files(tx, members) if each.resource()["status"] in _OPEN]
        now = found[0] if found else None
        made = _opened(asked, now) if asked.step is Step.OPEN else _changed(asked, now)
        if asked.step in (Step.MIGRATE, *ENDS):
            made = [*(_turned(each.resource(), "finished", reason=_DOUBLE) for each in found[1:]), *made]
        for resource in made:
            if errors(resource):
                raise NotPossible("it would end before it began")
            tx.put(resource, recorder=_house(resource))
        if asked.step is Step.MIGRATE and now is not None:
            await platform.relations.leave(tx.session, members, _house(now.resource()))
        await tx.flush()
        return made[-1]

    return await platform.store.resources.transact(work)


async def _alone(tx: Transaction, platform: Platform, patient: str) -> frozenset[str]:
    """The person of a Patient; of two steps at once on one person the later begins anew."""
    persons = platform.store.persons
    members = (await persons.graph(tx.session, [patient])).person(patient)
    lock = {"$set": {"at": moment.now()}}
    locks = platform.database["health_files"]
    await locks.update_one({"_id": min(members)}, lock, upsert=True, session=tx.session)
    return frozenset(members)


async def _files(tx: Transaction, members: frozenset[str]) -> list[Stored]:
    """The files that a person has had, the newest first."""
    filter = {"owner": {"$in": sorted(members)}, "tokens": _TOKEN, "deleted": False}
    return await tx.find(filter, EVERYONE)


def _opened(asked: Asked, now: Stored | None) -> list[Resource]:
    if now is not None:
        raise NotPossible(
            "the person has an open file already: it is moved to another institution by migrate"
        )
    return [_file(asked)]


def _changed(asked: Asked, now: Stored | None) -> list[Resource]:
    if now is None:
        raise NotPossible("the person has no open file")
    file = now.resource()
    if asked.step is Step.MIGRATE:
        if _house(file) == asked.house:
            raise NotPossible("that institution is its home already")
        ended = _turned(file, "finished", reason=asked.reason or "moved to another home institution")
        return [ended, _file(asked)]
    if asked.step is Step.ASSIGN:
        return [file | {"careManager": {"reference": asked.doctor}}]
    if asked.step in ENDS:
        return [_turned(file, ENDS[asked.step], reason=asked.reason, on=asked.on)]
    if file["status"] == _TURNS[asked.step]:
        raise NotPossible(f"it is {file['status']} already")
    return [_turned(file, _TURNS[asked.step])]


def _file(asked: Asked) -> Resource:
    file: Resource = {
        "resourceType": "EpisodeOfCare",
        "id": new_id(),
        "status": "active",
        "type": [{"coding": [{"system": SYSTEM, "code": CODE}], "text": "居民健康档案"}],
        "patient": {"reference": asked.patient},
        "managingOrganization": {"reference": asked.house},
        "period": {"start": asked.on or instant(moment.now())},
    }
    return file | ({"careManager": {"reference": asked.doctor}} if asked.doctor else {})


def _turned(file: Resource, status: str, *, reason: str = "", on: str = "") -> Resource:
    """In another status, with the former one in its history; ended where there is a reason."""
    now, history = instant(moment.now()), list(file.get("statusHistory") or ())
    since = history[-1]["period"]["end"] if history else (file.get("period") or {}).get("start", now)
    history.append({"status": file["status"], "period": {"start": since, "end": now}})
    turned = file | {"status": status, "statusHistory": history}
    if not reason:
        return turned
    kept = [each for each in file.get("extension") or () if each.get("url") != REASON]
    period = (file.get("period") or {}) | {"end": on or now}
    return turned | {"period": period, "extension": [*kept, {"url": REASON, "valueString": reason}]}


def _house(file: Resource) -> str:
    return str((file.get("managingOrganization") or {}).get("reference", ""))


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that has ended: whose, how and when, and until when it is kept."""

    patient: str
    episode: str
    status: str
    ended: str
    kept_until: str


async def over(platform: Platform, day: date, years: int) -> AsyncIterator[Kept]:
    """The files whose time of keeping is over by `day`, `years` after their end; none of them is deleted.

    A file that went on elsewhere is not over.
    """
    store, last = platform.store, ""
    while True:
        filter: dict[str, Any] = {"type": "EpisodeOfCare", "tokens": _TOKEN, "_id": {"$gt": last}}
        rows = await store.resources.search(filter, EVERYONE, order=(), limit=_AT_ONCE)
        for row in rows:
            kept = await _kept(platform, row, years)
            if kept is not None and kept.kept_until <= day.isoformat():
                yield kept
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].reference


async def _kept(platform: Platform, row: Stored, years: int) -> Kept | None:
    file = row.resource()
    end = str((file.get("period") or {}).get("end") or "")[:10]
    if file["status"] in _OPEN or len(end) < len("2026"):
        return None
    linked = await platform.store.persons.members(row.owner)
    filter = {"owner": {"$in": list(linked)}, "tokens": _TOKEN, "deleted": False}
    others = await platform.store.resources.search(filter, EVERYONE, limit=_AT_ONCE)
    if _goes_on(row, others):
        return None
    until = f"{int(end[:4]) + years}{end[4:]}"
    return Kept(row.owner, row.reference, file["status"], end, until)


def _goes_on(row: Stored, others: Sequence[Stored]) -> bool:
    """Is there an open file of the person, or one that ended later?"""
    mine = _end(row)
    return any(
        each.resource()["status"] in _OPEN or (_end(each), each.reference) > (mine, row.reference)
        for each in others
        if each.reference != row.reference
    )


def _end(row: Stored) -> str:
    return str((row.resource().get("period") or {}).get("end") or "")
