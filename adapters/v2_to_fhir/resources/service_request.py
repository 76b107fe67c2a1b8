"""ServiceRequest of ORC and OBR.

The guide's ORC[ServiceRequest], OBR[ServiceRequest]; hl7v2.md, rule 10. Made only when the ORC tells of an
order: its placer number, who ordered, or its state.
"""

from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dtm, ei
from adapters.v2_to_fhir.resources import referral, subject
from adapters.v2_to_fhir.table import table

_ONLY_HERE = (5, 6, 16, 31)


def complete(assembly: Assembly, context: Context) -> bool:
    """The ServiceRequest's id, numbers and state; False when there is no order content."""
    if assembly.segment("RF1") or assembly.segment("PRD"):
        return referral.complete(assembly, context)
    orc, obr = assembly.segment("ORC"), assembly.segment("OBR")
    draft = assembly.draft
    if orc is None or not (orc[2] or orc[5] or orc[12] or (context.header.code != "ORU" and orc[3])):
        _leave(obr, context)
        return False
    if not subject.belongs(assembly, context):
        return False
    placer, filler = number(orc, obr, 2), number(orc, obr, 3)
    for origin, found, type_ in (("ORC-2", placer, "PLAC"), ("ORC-3", filler, "FILL")):
        identifier = ei.identifier(found.first, context, type_) if found else None
        draft.add("identifier", origin, [identifier] if identifier else [])
    code = subject.concept_key(draft.elements.get("code"))
    key = ei.key((placer or filler).first) if placer or filler else ""
    if key:
        subject.identify(assembly, context, context.source.urn, key, code)
    else:
        subject.by_position(assembly, context)
    draft.put("status", _status(orc, context))
    draft.defaults |= {"status": "unknown", "intent": "order"}
    draft.put("encounter", subject.encounter(assembly))
    draft.event_time = order_time(orc, context)
    return True


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
