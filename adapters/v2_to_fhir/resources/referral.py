"""ServiceRequest of RF1 and PRD: a referral.

The guide has no map (README.md, further messages). Known by RF1-6, else RF1-11. PRD-1 RP refers, RT is
referred to, at the house of PRD-10 or PRD-4; further people and AUT, CTD are listed. I14 cancels.
"""

from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dr, dtm, ei, hd, pl, xon, xpn
from adapters.v2_to_fhir.draft import SHELL, Draft
from adapters.v2_to_fhir.resources import subject

_CATEGORY = {
    "coding": [{"system": "http://snomed.info/sct", "code": "3457005", "display": "Patient referral"}]
}
_ROLES = {"RP": "requester", "RT": "performer"}


def complete(assembly: Assembly, context: Context) -> bool:
    """The referral's id, numbers, state and people; False without a patient."""
    rf1, draft = assembly.segment("RF1"), assembly.draft
    if rf1 is None or not subject.belongs(assembly, context):
        if rf1 is None:
            subject.leave(assembly, context, "somebody of a referral that is not told")
        return False
    number = ei.key(rf1[6].first) or ei.key(rf1[11].first)
    if number:
        draft.id = context.identified("ServiceRequest", context.source.urn, "referral", number)
    else:
        subject.by_position(assembly, context)
    for position, kind in ((6, "PLAC"), (11, "FILL")):
        identifier = ei.identifier(rf1[position].first, context, kind, "referral") if rf1[position] else None
        found = [identifier] if identifier else []
        draft.add("identifier", f"RF1-{position}", found, *context.valued(rf1, position))
    draft.add("category", "RF1", [_CATEGORY], context.at(rf1))
    cancels = context.header.trigger == "I14"
    draft.put("status", _status(rf1, context), *(["MSH[1]-9"] if cancels else context.valued(rf1, 1)))
    draft.defaults |= {"status": "unknown", "intent": "order"}
    draft.put("occurrencePeriod", _period(rf1, context), *context.valued(rf1, 7, 8))
    subject.put_encounter(assembly, context)
    draft.event_time = context.header.event_time
    for prd in assembly.segments:
        if prd.name == "PRD":
            _provider(prd, assembly, context)
    return True


def _status(rf1: Segment, context: Context) -> str | None:
    if context.header.trigger == "I14":
        return "revoked"
    known = context.find("ReferralStatus", rf1[1][1].value.strip()) if rf1[1] else None
    if rf1[1] and not known:
        context.leave(context.at(rf1, "1"))
    return known.code if known else None


def _period(rf1: Segment, context: Context) -> dict[str, str] | None:
    """RF1-7 and RF1-8: from when till when it holds."""
    context.place = context.at(rf1, "7")
    start, end = (dtm.date_time(rf1[n].first, context) if rf1[n] else None for n in (7, 8))
    return dr.ordered(start, end, context)


def _provider(prd: Segment, assembly: Assembly, context: Context) -> None:
    """Who it is, and of who is referred to also where; a segment without either is listed."""
    context.place = place = context.at(prd)
    element = _ROLES.get(prd[1][1].value.strip().upper())
    house = _house(prd, context) if element == "performer" else None
    for position in (4, 10):
        if prd[position] and (house is None or house[1] != position):
            context.leave(context.at(prd, str(position)))
    if element is None or not (house or prd[2] or prd[7][1].value.strip()):
        context.leave(place)
        return
    context.take(place)
    person = _person(prd, context)
    if person is not None and element == "requester":
        assembly.draft.put(element, person, *context.valued(prd, 1, 7, 2))
    elif person is not None:
        assembly.draft.add("performer", "PRD", [person], *context.valued(prd, 1, 7, 2))
    if house is not None:
        assembly.draft.add("performer", "PRD", [house[0]], context.at(prd, str(house[1])))


def _house(prd: Segment, context: Context) -> tuple[dict[str, Any], int] | None:
    """The house by its number, and the field that tells it: PRD-10, else the facility of PRD-4."""
    for position, read in ((10, xon.by_number), (4, pl.facility)):
        found = read(prd[position].first, context) if prd[position] else None
        if found is not None:
            return found, position
    return None


def _person(prd: Segment, context: Context) -> dict[str, Any] | None:
    """A Practitioner by the number of PRD-7; without one only a name."""
    name = xpn.human_name(prd[2].first, context) if prd[2] else None
    number, authority = prd[7][1].value.strip(), prd[7][2].value.strip()
    display = str((name or {}).get("text", ""))
    if not number:
        return {"display": display} if display else None
    system = hd.uri((authority, "", ""), context) or context.source.local("staff", authority)
    draft = Draft("Practitioner", context.identified("Practitioner", system, number), standing=SHELL)
    draft.authority = system
    draft.put("identifier", [{"system": system, "value": number}], *context.valued(prd, 7))
    draft.put("name", [name] if name else None, *context.valued(prd, 2))
    return context.refer(draft, display)
