"""Today's patients: visits at the doctor's house and appointments with him.

FHIR R4 Encounter (date, service-provider, participant) and Appointment (date, practitioner).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from auth.principal import Principal
from fhir.interactions.context import Context
from fhir.resource import Resource
from fhir.search.value import escaped
from fhir.summary.coding import many, text_of
from fhir.summary.moment import Moment, first_moment
from fhir.summary.source import owner_of, target
from fhir.summary.wording import Wording, named
from services.portal.clinician.finding import found

MOST = 200
_NO_VISIT = {"cancelled", "entered-in-error"}
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
    lines = [_visit(each, me) for each in visits if each.get("status") not in _NO_VISIT]
    lines = [each for each in lines if _begun(each, day) or (each.open and each.to_me)]
    here = {each.patient for each in lines}
    lines += [each for one in booked if (each := _appointment(one)) and each.patient not in here]
    return sorted(lines, key=_order), more or further


def _begun(line: Coming, day: date) -> bool:
    """Of those who lie in the house only the doctor's own are listed on the days after."""
    return line.when is not None and line.when.day == day


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
