"""Worklist: the view model of a doctor's first page, and the reading of it under his own decision.

Of whom a list does not show nothing was looked at: the trail names those who are shown, and nobody else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from auth import moment
from fhir.interactions.context import Context
from fhir.summary.moment import CHENGDU, local_day
from fhir.summary.patient import Banner, banner
from services.portal.clinician.finding import found
from services.portal.clinician.looks import results_seen
from services.portal.clinician.notes import drafts
from services.portal.clinician.notes.note import Note, drafted
from services.portal.clinician.referrals.reading import incoming, outgoing
from services.portal.clinician.referrals.referral import Referral
from services.portal.clinician.worklist.arrived import DAYS, News, arrived
from services.portal.clinician.worklist.follow_up import FollowUp, overdue, rules
from services.portal.clinician.worklist.mine import Mine, mine, quiet
from services.portal.clinician.worklist.today import Coming, today
from services.portal.visit import Visit

SHOWN, _DIAGNOSES = 10, 10_000
T = TypeVar("T")


@dataclass(frozen=True)
class Listed(Generic[T]):
    """The lines of one list that are shown, and how many there are."""

    lines: list[T] = field(default_factory=list)
    count: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """The lists of the first page, and whom their lines are about."""

    today: Listed[Coming]
    news: Listed[News]
    incoming: Listed[Referral]
    outgoing: Listed[Referral]
    overdue: Listed[FollowUp]
    drafts: Listed[Note]
    people: Mapping[str, Banner]
    day: date
    many: bool = False
    """Has the doctor more patients than his lists look at?"""


async def board(visit: Visit) -> Board | None:
    """The lists; None for whoever is no practitioner at an organisation."""
    who = visit.principal
    if who.practitioner is None or who.organization is None:
        return None
    context, now = quiet(visit.context), moment.now().astimezone(CHENGDU)
    coming, more = await today(context, who, now)
    own = await mine(context, who, now)
    looked = await results_seen(visit, own.person, now - timedelta(days=DAYS))
    seen = {own.person.get(each, each): at for each, at in sorted(looked.items(), key=lambda look: look[1])}
    news = await arrived(context, own, seen, now)
    to, sent = await incoming(context, who.organization), await outgoing(context, who.organization, now)
    late = await _overdue(context, own, who.organization, now)
    begun = [drafted(each, who, "") for each in await drafts.of(visit)]
    first = Listed(coming[:SHOWN], len(coming), more)
    lists = first, _cut(news), _cut(to), _cut(sent), _cut(late), _cut(begun)
    named = {each.patient for lines in lists for each in lines.lines}
    return Board(*lists, await people_of(visit.context, named), now.date(), own.more)


def _cut(lines: list[T]) -> Listed[T]:
    return Listed(lines[:SHOWN], len(lines), len(lines) > SHOWN)


async def _overdue(context: Context, own: Mine, house: str, now: datetime) -> list[FollowUp]:
    if not own.person:
        return []
    year, theirs = f"ge{(now - timedelta(days=400)).date()}", ("patient", own.patients)
    conditions, _ = await found(context, "Condition", [theirs, ("_sort", "-recorded-date")], _DIAGNOSES)
    visits, _ = await found(context, "Encounter", [theirs, ("date", year), ("_sort", "-date")])
    codes = ",".join(sorted({each for rule in rules() for each in (*rule.tests, *(rule.limits or ()))}))
    asked = [theirs, ("combo-code", codes), ("date", year), ("_sort", "-date")]
    results, _ = await found(context, "Observation", asked)
    return overdue(conditions, visits, results, own.person, house, now.date())


async def people_of(context: Context, patients: Iterable[str]) -> dict[str, Banner]:
    """Who these Patients are; the trail names them."""
    ids = sorted(each.removeprefix("Patient/") for each in patients)
    if not ids:
        return {}
    read, _ = await found(context, "Patient", [("_id", ",".join(ids))])
    context.trail.query = None
    day = local_day()
    return {f"Patient/{each['id']}": banner([each], day) for each in read}
