"""Account of PID-18.

The guide's PID[Account]; BAR as README.md (further messages). P06 ends it.
"""

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cx
from adapters.v2_to_fhir.resources import subject


def complete(assembly: Assembly, context: Context) -> bool:
    """The Account's id, number, patient and state; False without PID-18 (then the number of no account)."""
    pid, draft = assembly.first, assembly.draft
    who = subject.patient(assembly)
    if not pid[18] or who is None:
        return False
    context.place = context.at(pid, "18")
    numbers = cx.identifiers(pid[18].first, context, "account")
    if not numbers:
        context.leave(context.place)
        return False
    context.take(context.place)
    draft.add("identifier", "PID-18", numbers)
    draft.add("subject", "PID-3", [who])
    draft.id = context.identified("Account", numbers[0]["system"], numbers[0]["value"])
    draft.authority = numbers[0]["system"]
    draft.event_time = context.header.event_time
    if context.header.trigger == "P06":
        draft.put("status", "inactive")
    draft.defaults["status"] = "active"
    return True
