"""MedicationRequest of ORC, RXO, RXE, RXR and TQ1, thin.

The guide's RXO[MedicationRequest], RXR[MedicationRequest], TQ1[MedicationRequest]; it has no RXE. RXE, what
the pharmacy encoded, wins over RXO, what was asked for.
"""

from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe, dtm, nm, tq
from adapters.v2_to_fhir.resources import subject
from adapters.v2_to_fhir.resources.route import READ, route
from adapters.v2_to_fhir.resources.service_request import order_time

# field numbers: least and most dose, unit, words; amount, its unit, refills
_FIELDS = {"RXE": (3, 4, 5, 7, 10, 11, 12), "RXO": (2, 3, 4, 7, 11, 12, 13)}


def complete(assembly: Assembly, context: Context) -> bool:
    """The MedicationRequest's id, state and dosage; False without a medication or a patient."""
    draft = assembly.draft
    rx = assembly.segment("RXE") or assembly.segment("RXO")
    orc, requests = assembly.segment("ORC"), assembly.scope.all("ServiceRequest")
    if rx is None and requests:
        _by_number(assembly, requests[0], context)
        return False
    if rx is None or "medicationCodeableConcept" not in draft.elements:
        subject.leave(assembly, context, "an order without a medication")
        return False
    if not subject.belongs(assembly, context):
        return False
    if rx.name == "RXE" and assembly.segment("RXO"):
        _encoded_wins(rx, assembly, context)
    number = next(iter(draft.elements.get("identifier", ())), None)
    code = subject.concept_key(context, draft.elements["medicationCodeableConcept"])
    if number:
        subject.identify(assembly, context, number["system"], number["value"], code)
    else:
        subject.by_position(assembly, context)
    draft.put("status", _status(orc, context), *context.valued(orc, 5, 1)[:1])
    draft.defaults |= {"status": "unknown", "intent": "order"}
    subject.put_encounter(assembly, context)
    draft.event_time = order_time(orc, context)
    low, high, unit, words, *dispensed = _FIELDS[rx.name]
    dosage = _dosage(rx, assembly, context)
    places = [
        *context.valued(rx, low, high, unit, words),
        *context.valued(_beside(rx, "RXR", assembly, context), *READ),
        *context.valued(_beside(rx, "TQ1", assembly, context), 3, 7, 8, 10, 11),
    ]
    draft.put("dosageInstruction", [dosage] if dosage else None, *places)
    draft.put("dispenseRequest", _dispense(rx, context), *context.valued(rx, *dispensed))
    return True


def _by_number(assembly: Assembly, request: Assembly, context: Context) -> None:
    """An ORC alone may be that of a medication: only what is stored tells."""
    draft, orc = assembly.draft, assembly.segment("ORC")
    if request.draft.id and "code" not in request.draft.elements:
        draft.put("subject", subject.patient(assembly))
        draft.put("status", _status(orc, context))
        draft.event_time = order_time(orc, context)
        request.draft.instead = draft


def _encoded_wins(rx: Segment, assembly: Assembly, context: Context) -> None:
    context.place = context.at(rx, "2")
    concept = cwe.codeable_concept(rx[2].first, context) if rx[2] else None
    if concept:
        assembly.draft.elements["medicationCodeableConcept"] = concept
        assembly.draft.origins["medicationCodeableConcept"] = [context.at(rx, "2")]
    rxo = assembly.segment("RXO")
    if rxo:
        context.leave(context.at(rxo))


def _status(orc: Segment | None, context: Context) -> str | None:
    for position in (5, 1) if orc else ():
        known = context.find("MedicationStatus", orc[position].value.strip()) if orc else None
        if known:
            return known.code
    return None


def _dosage(rx: Segment, assembly: Assembly, context: Context) -> dict[str, Any]:
    low, high, unit, words, *_ = _FIELDS[rx.name]
    found: dict[str, Any] = {}
    texts = [cwe.text(one, context) for one in rx[words].repetitions if one]
    if any(texts):
        found["text"] = "; ".join(text for text in texts if text)
    found |= route(_beside(rx, "RXR", assembly, context), context)
    found |= _timing(_beside(rx, "TQ1", assembly, context), context) or _former_timing(rx, assembly, context)
    units = nm.unit(rx[unit].first, context) if rx[unit] else {}
    least, most = nm.decimal(rx[low].value), nm.decimal(rx[high].value)
    if least is not None and most is not None and most > least:
        found["doseAndRate"] = [{"doseRange": nm.bounds(least, most, units)}]
    elif least is not None:
        found["doseAndRate"] = [{"doseQuantity": {"value": least} | units}]
    for position, value in ((low, least), (high, most)):
        if rx[position] and value is None:
            context.leave(context.at(rx, str(position)))
    return found


def _beside(rx: Segment, name: str, assembly: Assembly, context: Context) -> Segment | None:
    """The RXR or TQ1 that follows `rx`, else the last one; the others are listed."""
    known = [one for one in assembly.segments if one.name == name]
    chosen = next((one for one in known if one.index > rx.index), known[-1] if known else None)
    for one in known:
        if one is chosen:
            context.take(context.at(one))
        else:
            context.leave(context.at(one))
    return chosen


def _timing(tq1: Segment | None, context: Context) -> dict[str, Any]:
    """The repeat pattern and its bounds."""
    if tq1 is None:
        return {}
    timing = (tq.timing(tq1[3].first, context) if tq1[3] else None) or {}
    bounds = {}
    for position, end in ((7, "start"), (8, "end")):
        context.place = context.at(tq1, str(position))
        time = dtm.date_time(tq1[position].first, context) if tq1[position] else None
        if time:
            bounds[end] = time
    if bounds:
        timing["repeat"] = timing.get("repeat", {}) | {"boundsPeriod": bounds}
    words = [str(tq1[position]).strip() for position in (10, 11) if tq1[position]]
    found: dict[str, Any] = {"timing": timing} if timing else {}
    return found | ({"patientInstruction": "; ".join(words)} if words else {})


def _former_timing(rx: Segment, assembly: Assembly, context: Context) -> dict[str, Any]:
    """RXE-1, else ORC-7: the timing where there is no TQ1; the other one is listed."""
    orc = assembly.segment("ORC")
    told = [(rx, 1)] if rx.name == "RXE" and rx[1] else []
    told += [(orc, 7)] if orc and orc[7] else []
    for segment, position in told[1:]:
        if segment[position] != rx[1]:
            context.leave(context.at(segment, str(position)))
    for segment, position in told[:1]:
        place, value = context.at(segment, str(position)), segment[position].first
        for nth, more in enumerate(segment[position].repetitions[1:], 2):
            if more:
                context.leave(f"{place}({nth})")
        timing = tq.former(value, place, context)
        words = str(value[tq.TEXT]).strip()
        return ({"timing": timing} if timing else {}) | ({"patientInstruction": words} if words else {})
    return {}


def _dispense(rx: Segment, context: Context) -> dict[str, Any]:
    *_, amount, unit, refills = _FIELDS[rx.name]
    found: dict[str, Any] = {}
    quantity = nm.decimal(rx[amount].value) if rx[amount] else None
    if quantity is not None:
        found["quantity"] = {"value": quantity} | (nm.unit(rx[unit].first, context) if rx[unit] else {})
    repeats = nm.decimal(rx[refills].value) if rx[refills] else None
    if repeats is not None and repeats == int(repeats) and repeats >= 0:
        found["numberOfRepeatsAllowed"] = int(repeats)
    for position, value in ((amount, quantity), (refills, repeats)):
        if rx[position] and value is None:
            context.leave(context.at(rx, str(position)))
    return found
