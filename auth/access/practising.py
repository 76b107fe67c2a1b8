"""Practising: follows what the directory says of licences and posts; an account's rights end with them.

FHIR R4 practitioner.html, practitionerrole.html. A licence ends when the last qualification with a period is
over, a post at a house when the last PractitionerRole there is, each with the last day of its period; what is
not active, or deleted, is over at once.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from auth import moment as clock
from auth.store import lapses, practices
from auth.store.database import Database, Session
from auth.store.practices import Practice
from fhir.resource import Resource, reference_of
from fhir.search.types.interval import interval, moment
from fhir.store import EVERYONE, Store
from fhir.store.projection import Former
from fhir.store.transaction import Transaction

_AT_ONCE = 500
Said = Mapping[str, tuple[Practice, bool]]
"""By its row: what a resource says, and whether it says that it is over without saying since when."""


class Practising:
    """Keeps until when practitioners may practise, and ends posts with it."""

    types = frozenset({"Practitioner", "PractitionerRole"})

    def __init__(self, database: Database) -> None:
        self._database = database

    async def apply(self, session: Session, resources: Sequence[Resource], former: Former) -> None:
        """Keep what these say that they did not say before."""
        named = [(reference_of(each), each) for each in resources]
        await self._keep(session, [(_before(former(name), name), said(each)) for name, each in named])

    async def remove(self, session: Session, references: Sequence[str], former: Former) -> None:
        """What a deleted one said is over, and who is deleted may practise nowhere."""
        pairs = [(_before(former(each), each), _gone(each, True)) for each in references]
        await self._keep(session, pairs)

    async def _keep(self, session: Session, pairs: Sequence[tuple[Said, Said]]) -> None:
        kept: list[Practice] = []
        unsaid: list[str] = []
        practitioners: set[str] = set()
        for was, now in pairs:
            for name in was.keys() | now.keys():
                if was.get(name) == now.get(name):
                    continue
                practitioners.add((now.get(name) or was[name])[0].practitioner)
                if name in now:
                    kept.append(_dated(*now[name]))
                elif was[name][0].organization is not None:
                    kept.append(_dated(was[name][0], True))
                else:
                    unsaid.append(name)
        if practitioners and await practices.keep(session, self._database, kept, unsaid):
            await lapses.settle(session, self._database, practitioners)


def said(resource: Resource) -> Said:
    """What a Practitioner or PractitionerRole says."""
    found = _of_role(resource) if resource["resourceType"] == "PractitionerRole" else _of_person(resource)
    return {each.id: (each, over) for each, over in found}


def _before(resource: Resource | None, reference: str) -> Said:
    return _gone(reference, False) if resource is None else said(resource)


def _gone(reference: str, over: bool) -> Said:
    """A Practitioner who is not in the directory is as one who is not active, if he was there before."""
    gone = Practice(reference, reference, None, None)
    return {gone.id: (gone, over)} if reference.startswith("Practitioner/") else {}


def _of_role(resource: Resource) -> list[tuple[Practice, bool]]:
    who, where = (
        str((resource.get(name) or {}).get("reference")) for name in ("practitioner", "organization")
    )
    if not who.startswith("Practitioner/") or not where.startswith("Organization/"):
        return []
    practice = Practice(reference_of(resource), who, where, _end(resource.get("period")))
    return [(practice, resource.get("active") is False)]


def _reference(resource: Resource, element: str) -> str:
    return str((resource.get(element) or {}).get("reference") or "")


def _of_person(resource: Resource) -> list[tuple[Practice, bool]]:
    own = reference_of(resource)
    found = [] if resource.get("active") is not False else [(Practice(own, own, None, None), True)]
    periods = [each["period"] for each in resource.get("qualification") or () if each.get("period")]
    ends = [end for each in periods if (end := _end(each)) is not None]
    if ends and len(ends) == len(periods):
        found.append((Practice(own, own, None, max(ends), licence=True), False))
    return found


def _dated(practice: Practice, over: bool) -> Practice:
    """What is over without a date is over now."""
    now = clock.now()
    if not over or (practice.until is not None and practice.until <= now):
        return practice
    return Practice(practice.said_by, practice.practitioner, practice.organization, now, practice.licence)


def _end(period: Any) -> Any:
    """The first moment after a period's last day; None where it does not end."""
    range = interval(str((period or {}).get("end") or ""))
    return None if range is None else moment(range[1])


async def follow_stored(store: Store) -> None:
    """Read once what an earlier version has stored."""
    database = store.database
    if await practices.followed(database):
        return
    practising = Practising(database)
    for type in sorted(practising.types):
        place: Sequence[Any] | None = None
        while True:
            found = await store.resources.search({"tokens": type}, EVERYONE, limit=_AT_ONCE, after=place)
            if not found:
                break
            resources = [each.resource() for each in found]
            await store.resources.transact(partial(_follow, practising, resources))
            place = found[-1].place
    await practices.follow(database)


async def _follow(practising: Practising, resources: Sequence[Resource], tx: Transaction) -> None:
    await practising.apply(tx.session, resources, lambda reference: None)
