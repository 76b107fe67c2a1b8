"""ServiceRequest of ORC, OBR and TQ1.

The guide's ORC[ServiceRequest], OBR[ServiceRequest], TQ1[ServiceRequest]; hl7v2.md, rule 10, checklist 47.
An order message always makes one; a result only when it tells of its order: the placer's number, who
ordered, why, the parent or the order's state.
"""

from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dtm, ei
from adapters.v2_to_fhir.resources import referral, subject
from adapters.v2_to_fhir.table import table

RESULTS = frozenset(("ORU", "OUL"))
_ORDERED_BY_ORC = (2, 5, 8, 12)
_ORDERED_BY_OBR = (2, 16, 29, 31)
_ONLY_HERE = (5, 6, 11, 13, 27, 46, 47, 53)
_NEW = frozenset(("", "NW", "RO", "SN"))


def complete(assembly: Assembly, context: Context) -> bool:
    """The ServiceRequest's id, numbers and state; False when there is no order content."""
    if assembly.segment("RF1") or assembly.segment("PRD"):
        return referral.complete(assembly, context)
    orc, obr = assembly.segment("ORC"), assembly.segment("OBR")
    draft = assembly.draft
    if obr is None and (medication := _medication(assembly)):
        medication.draft.add("note", "NTE", draft.elements.get("note", []), *draft.origins.get("note", ()))
        return False
    if not _ordered(orc, obr, context):
        _leave(obr, context)
        return False
    if not subject.belongs(assembly, context):
        return False
    placer, filler = number(orc, obr, 2), number(orc, obr, 3)
    for position, found, type_ in ((2, placer, "PLAC"), (3, filler, "FILL")):
        identifier = ei.identifier(found.first, context, type_) if found else None
        places = context.valued(orc, position) or context.valued(obr, position)
        if identifier:
            draft.add("identifier", f"ORC-{position}", [identifier], *places)
    code = subject.concept_key(context, draft.elements.get("code"))
    key = ei.key((placer or filler).first) if placer or filler else ""
    if key:
        subject.identify(assembly, context, context.source.urn, key, code)
    else:
        subject.by_position(assembly, context)
    draft.put("status", _status(orc, context) if orc else None, *context.valued(orc, 5, 1)[:1])
    draft.defaults |= {"status": "unknown", "intent": "order"}
    _times(assembly, orc, context)
    subject.put_encounter(assembly, context)
    draft.event_time = order_time(orc, context)
    return True


def _medication(assembly: Assembly) -> Assembly | None:
    """The order of a medication (RXO) in the same group."""
    return next((one for one in assembly.scope.all("MedicationRequest") if one.segment("RXO")), None)


def _ordered(orc: Segment | None, obr: Segment | None, context: Context) -> bool:
    """Whether there is an order to tell of."""
    if context.header.code not in RESULTS:
        return bool(orc or obr)
    by_orc = orc is not None and any(orc[position] for position in _ORDERED_BY_ORC)
    new = orc is not None and orc[1].value.strip().upper() == "NW"
    return by_orc or new or (obr is not None and any(obr[position] for position in _ORDERED_BY_OBR))


def number(orc: Segment | None, obr: Segment | None, position: int) -> Any:
    """An order number: of ORC, else of OBR."""
    first = orc[position] if orc else None
    return first or (obr[position] if obr else None)


def order_time(orc: Segment | None, context: Context) -> Any:
    """ORC-9, else the message's time."""
    if orc and orc[9]:
        context.place = context.at(orc, "9")
        return dtm.moment(orc[9].first, context) or context.header.event_time
    return context.header.event_time


def _times(assembly: Assembly, orc: Segment | None, context: Context) -> None:
    """ORC-9 of a new order is when it was written; TQ1-7 and TQ1-8 bound the service."""
    draft, tq1 = assembly.draft, assembly.segment("TQ1")
    if orc and orc[9]:
        context.place = context.at(orc, "9")
        new = orc[1].value.strip().upper() in _NEW or context.header.code in RESULTS
        draft.put("authoredOn", dtm.date_time(orc[9].first, context) if new else None, context.place)
    start, end = (_bound(tq1, position, context) for position in (7, 8))
    timing = draft.elements.get("occurrenceTiming")
    bounds = {name: time for name, time in (("start", start), ("end", end)) if time}
    if timing and bounds:
        timing["repeat"] = {"boundsPeriod": bounds} | timing.get("repeat", {})
        draft.trace("occurrenceTiming", *context.valued(tq1, 7, 8))
    elif bounds and end:
        draft.put("occurrencePeriod", bounds, *context.valued(tq1, 7, 8))
    elif bounds:
        draft.put("occurrenceDateTime", start, *context.valued(tq1, 7))


def _bound(tq1: Segment | None, position: int, context: Context) -> str | None:
    if tq1 is None or not tq1[position]:
        return None
    context.place = context.at(tq1, str(position))
    found = dtm.date_time(tq1[position].first, context)
    if found is None:
        context.leave(context.place)
    return found


def _status(orc: Segment, context: Context) -> str | None:
    for position, name in ((5, "OrderStatus"), (1, "OrderControlCode")):
        sent = orc[position].value.strip()
        known = table(name).find(sent) if sent else None
        if known:
            return known.code
        if sent and position == 5:
            context.leave(context.at(orc, "5"))
    return None


def _leave(obr: Segment | None, context: Context) -> None:
    for position in _ONLY_HERE if obr else ():
        if obr and obr[position]:
            context.leave(context.at(obr, str(position)))
