"""Today's patients: visits at the doctor's house and appointments with him.

FHIR R4 Encounter (date, service-provider, participant) and Appointment (date, practitioner).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from auth.principal import Principal
from fhir.interactions.context import Context
from fhir.resource import Resource
from fhir.search.value import escaped
from fhir.summary.coding import many, text_of
from fhir.summary.moment import Moment, Precision, first_moment
from fhir.summary.source import owner_of, target
from fhir.summary.wording import Wording, named
from services.portal.clinician.finding import found

MOST = 200
_NO_VISIT = {"cancelled", "entered-in-error"}
_SHORT = {"AMB", "EMER"}
"""Visits that nobody closes are over by the day after all the same. (v3-ActCode)"""
_NO_APPOINTMENT = {"cancelled", "entered-in-error", "noshow", "proposed"}


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who is here today or comes: when, for what, to me or to the house."""

    patient: str
    when: Moment | None
    reason: Wording
    to_me: bool
    planned: bool
    open: bool = False


async def today(context: Context, who: Principal, now: datetime) -> tuple[list[Coming], bool]:
    """Whoever comes today, those to me first, each person's visit rather than the appointment for it."""
    day, me = now.date(), str(who.practitioner)
    dates = [("date", f"ge{day}"), ("date", f"lt{day + timedelta(days=1)}"), ("_sort", "-date")]
    house = ("service-provider", escaped(str(who.organization)))
    visits, more = await found(context, "Encounter", [house, *dates], MOST)
    booked, further = await found(context, "Appointment", [("practitioner", escaped(me)), *dates], MOST)
    lines = [_visit(each, me) for each in visits if each.get("status") not in _NO_VISIT and _lasts(each, day)]
    lines = [each for each in lines if _begun(each, day) or (each.open and each.to_me)]
    coming = [each for one in booked if (each := _appointment(one))]
    persons = await context.store.persons.linked(sorted({each.patient for each in (*lines, *coming)}))
    person = {each: min(members or (each,)) for each, members in persons.items()}
    here = {person.get(each.patient) for each in lines}
    lines = [*_once(lines, person), *(each for each in coming if person.get(each.patient) not in here)]
    return sorted(lines, key=_order), more or further


def _begun(line: Coming, day: date) -> bool:
    """Of those who lie in the house only the doctor's own are listed on the days after."""
    return line.when is not None and line.when.day == day


def _lasts(encounter: Resource, day: date) -> bool:
    """Can it still go on? Who lies in the house is there until the end."""
    begun = first_moment(encounter.get("period"))
    short = (encounter.get("class") or {}).get("code") in _SHORT
    return not short or begun is None or begun.day >= day - timedelta(days=1)


def _once(visits: Sequence[Coming], person: Mapping[str, str]) -> Iterator[Coming]:
    """Each visit with an hour; one of the day alone only where its person has no other."""
    by_person: dict[str | None, list[Coming]] = {}
    for each in visits:
        by_person.setdefault(person.get(each.patient), []).append(each)
    for theirs in by_person.values():
        timed = [each for each in theirs if each.when and each.when.precision is Precision.MINUTE]
        mine = any(each.to_me for each in theirs)
        yield from timed or [replace(theirs[0], to_me=mine)]


def _order(line: Coming) -> tuple[bool, float]:
    return not line.to_me, line.when.start.timestamp() if line.when else 0.0


def _visit(encounter: Resource, me: str) -> Coming:
    with_me = any(target(p.get("individual")) == me for p in many(encounter.get("participant")))
    reasons = [named(each) for each in many(encounter.get("reasonCode"))]
    return Coming(
        owner_of(encounter),
        first_moment(encounter.get("period")),
        next(filter(None, reasons), Wording(text_of(encounter.get("serviceType")))),
        with_me,
        encounter.get("status") == "planned",
        encounter.get("status") in ("arrived", "triaged", "in-progress", "onleave"),
    )


def _appointment(appointment: Resource) -> Coming | None:
    people = [target(p.get("actor")) for p in many(appointment.get("participant"))]
    patient = next((each for each in people if each.startswith("Patient/")), None)
    if patient is None or appointment.get("status") in _NO_APPOINTMENT:
        return None
    said = [*many(appointment.get("reasonCode")), *many(appointment.get("serviceType"))]
    words = next(filter(None, map(named, said)), Wording(str(appointment.get("description") or "")))
    return Coming(patient, first_moment(appointment.get("start")), words, True, True)
