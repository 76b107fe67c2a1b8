"""CarePlan of PTH, for the problem before it.

The guide has no map (README.md, further messages). Known by PTH-3, else patient, code and words.
"""

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe, ei
from adapters.v2_to_fhir.resources import problem, subject


def complete(assembly: Assembly, context: Context) -> bool:
    """The CarePlan's id, pathway, state and problem; False without a pathway or a patient."""
    pth, draft = assembly.first, assembly.draft
    context.place = context.at(pth, "2")
    pathway = cwe.codeable_concept(pth[2].first, context) if pth[2] else None
    if pathway is None:
        subject.leave(assembly, context, "a pathway without a code or words")
        return False
    if not subject.belongs(assembly, context):
        return False
    draft.put("category", [pathway], context.place)
    number = ei.identifier(pth[3].first, context, kind="pathway") if pth[3] else None
    if number:
        draft.add("identifier", "PTH-3", [number], *context.valued(pth, 3))
    problem.identify(assembly, context, pathway, number)
    found = assembly.scope.one("Condition")
    if found and found.draft.id:
        place = context.at(found.first)
        draft.add("addresses", "PRB", [{"reference": found.draft.reference}], place)
    state = "entered-in-error" if problem.deleted(assembly, context) else "active"
    draft.put("status", state, *problem.action(assembly, context))
    draft.defaults["intent"] = "plan"
    draft.event_time = context.header.event_time
    return True
