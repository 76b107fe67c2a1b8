"""Coverage of IN1, thin.

The guide's IN1[Coverage]. The payor is the insurer of IN1-4, else of IN1-3, else the patient.
"""

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import xon
from adapters.v2_to_fhir.resources import subject


def complete(assembly: Assembly, context: Context) -> bool:
    """The Coverage's id, beneficiary and payor; False without a patient."""
    in1, draft = assembly.first, assembly.draft
    if not subject.belongs(assembly, context, "beneficiary"):
        return False
    patient = draft.elements["beneficiary"]["reference"]
    plan = (draft.elements.get("identifier") or [{}])[0].get("value", "")
    policy = str(draft.elements.get("subscriberId", ""))
    subject.identify(assembly, context, patient, plan, policy or str(in1[4].first).strip())
    name, number = in1[4].value.strip(), in1[3].value.strip()
    places = context.valued(in1, 4, 3) or subject.number_places(assembly.scope.one("Patient"), context)
    context.place = places[0]
    insurer = xon.reference(name, number, "", context)
    draft.add("payor", "IN1-4", [insurer or {"reference": patient}], *places)
    draft.defaults["status"] = "active"
    draft.event_time = context.header.event_time
    return True
