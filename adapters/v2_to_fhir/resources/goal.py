"""Goal of GOL, for the problem before it.

The guide has no map (README.md, further messages). Known by GOL-4, else patient, code and words.
"""

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe, ei
from adapters.v2_to_fhir.resources import problem, subject


def complete(assembly: Assembly, context: Context) -> bool:
    """The Goal's id, description, state and problem; False without words or a patient."""
    gol, draft = assembly.first, assembly.draft
    context.place = context.at(gol, "3")
    goal = cwe.codeable_concept(gol[3].first, context) if gol[3] else None
    if goal is None:
        subject.leave(assembly, context, "a goal without a code or words")
        return False
    if not subject.belongs(assembly, context):
        return False
    draft.put("description", goal, context.place)
    number = ei.identifier(gol[4].first, context, kind="goal") if gol[4] else None
    if number:
        draft.add("identifier", "GOL-4", [number], *context.valued(gol, 4))
    problem.identify(assembly, context, goal, number)
    found = assembly.scope.one("Condition")
    if found and found.draft.id:
        place = context.at(found.first)
        draft.add("addresses", "PRB", [{"reference": found.draft.reference}], place)
    state = "entered-in-error" if problem.deleted(assembly, context) else "active"
    draft.put("lifecycleStatus", state, *problem.action(assembly, context))
    draft.event_time = context.header.event_time
    return True
