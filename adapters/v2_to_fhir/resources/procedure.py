"""Procedure of PR1, thin.

The guide's PR1[Procedure].
"""

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.resources import subject


def complete(assembly: Assembly, context: Context) -> bool:
    """The Procedure's id, patient and visit; False without a code or a patient."""
    pr1, draft = assembly.first, assembly.draft
    words = str(pr1[4]).strip()
    code = draft.elements.setdefault("code", {"text": words} if words else {})
    if "code" not in draft.origins:
        draft.trace("code", *context.valued(pr1, 4))
    if not code:
        del draft.elements["code"]
        subject.leave(assembly, context, "a procedure without a code or words")
        return False
    if not subject.belongs(assembly, context):
        return False
    visit = subject.encounter(assembly)
    subject.put_encounter(assembly, context)
    owner = (visit or draft.elements["subject"])["reference"]
    subject.identify(assembly, context, owner, subject.said_key(context, code), pr1[5].value.strip())
    draft.defaults["status"] = "completed"
    draft.event_time = context.header.event_time
    return True
