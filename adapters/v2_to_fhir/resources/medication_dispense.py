"""MedicationDispense of RXD and RXR.

The guide has no map of it (README.md, further messages). Known by order and prescription number, or by order,
counter (RXD-1) and medication.
"""

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import nm
from adapters.v2_to_fhir.resources import prescription, subject
from adapters.v2_to_fhir.resources.route import READ, route


def complete(assembly: Assembly, context: Context) -> bool:
    """The MedicationDispense's id, order, amount and state; False without a medication or a patient."""
    rxd, draft = assembly.first, assembly.draft
    if "medicationCodeableConcept" not in draft.elements:
        subject.leave(assembly, context, "a dispense without a medication")
        return False
    if not subject.belongs(assembly, context):
        return False
    key = prescription.key(assembly)
    if key:
        code = subject.concept_key(context, draft.elements["medicationCodeableConcept"])
        subject.identify(assembly, context, context.source.urn, key, rxd[1].value.strip(), code)
    else:
        subject.by_position(assembly, context)
    orders = prescription.references(assembly, context)
    draft.put("authorizingPrescription", orders, *prescription.places(assembly, context))
    subject.put_encounter(assembly, context, "context")
    quantity = nm.decimal(rxd[4].value) if rxd[4] else None
    if quantity is not None:
        draft.put(
            "quantity",
            {"value": quantity} | (nm.unit(rxd[5].first, context) if rxd[5] else {}),
            *context.valued(rxd, 4, 5),
        )
    elif rxd[4]:
        context.leave(context.at(rxd, "4"))
    way = assembly.segment("RXR")
    dosage = route(way, context)
    draft.put("dosageInstruction", [dosage] if dosage else None, *context.valued(way, *READ))
    control = context.find("DispenseStatus", prescription.control(assembly))
    told = context.valued(prescription.orc(assembly), 1) if control else []
    draft.put("status", control.code if control else "completed", *(told or [context.at(rxd)]))
    draft.event_time = prescription.time(assembly, context)
    return True
