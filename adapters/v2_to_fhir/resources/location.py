"""Location of NPU: a bed and its state.

HL7 v2 chapter 3.4.6 (NPU); the guide has no map for it. A bed that is only mentioned (PV1-3) is a shell.
"""

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import pl
from adapters.v2_to_fhir.resources import subject


def complete(assembly: Assembly, context: Context) -> bool:
    """The Location's id, number and name; False without a bed."""
    npu, draft = assembly.first, assembly.draft
    place = pl.place(npu[1].first, context) if npu[1] else None
    if place is None:
        subject.leave(assembly, context, "the state of no bed")
        return False
    draft.id, draft.authority = place.id, place.authority
    for element, value in place.elements.items():
        draft.put(element, value)
    draft.event_time = context.header.event_time
    return True
