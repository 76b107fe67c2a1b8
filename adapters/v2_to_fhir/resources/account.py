"""Account of PID-18, and the prior one of MRG-3.

The guide's PID[Account] and MRG[Account]; BAR as README.md (further messages). P06 ends it.
"""

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cx
from adapters.v2_to_fhir.draft import SHELL
from adapters.v2_to_fhir.resources import subject

PRIOR = frozenset(("A06", "A07", "A35", "A36", "A41", "A44", "A49"))
"""The events whose MRG-3 is the account that the one of PID-18 was."""


def complete(assembly: Assembly, context: Context) -> bool:
    """The Account's id, number, patient and state; False without PID-18 (then the number of no account)."""
    pid, draft = assembly.first, assembly.draft
    if pid.name == "MRG":
        return _prior(assembly, context)
    who = subject.patient(assembly)
    if not pid[18] or who is None:
        return False
    context.place = context.at(pid, "18")
    numbers = cx.identifiers(pid[18].first, context, "account")
    if not numbers:
        context.leave(context.place)
        return False
    context.take(context.place)
    draft.add("identifier", "PID-18", numbers, context.place)
    draft.add("subject", "PID-3", [who], *subject.number_places(assembly.scope.one("Patient"), context))
    draft.id = context.identified("Account", numbers[0]["system"], numbers[0]["value"])
    draft.authority = numbers[0]["system"]
    draft.event_time = context.header.event_time
    if context.header.trigger == "P06":
        draft.put("status", "inactive", "MSH[1]-9")
    draft.defaults["status"] = "active"
    return True


def _prior(assembly: Assembly, context: Context) -> bool:
    """The account that was; False, with the number listed, where the event is not about accounts."""
    draft, around = assembly.draft, assembly.scope.parent
    numbers = draft.elements.get("identifier", [])
    present = around.one("Patient") if around else None
    if context.header.trigger not in PRIOR or not numbers or present is None:
        if numbers:
            context.leave(context.at(assembly.first, "3"))
        return False
    draft.standing = SHELL
    draft.id = context.identified("Account", numbers[0]["system"], numbers[0]["value"])
    draft.authority = numbers[0]["system"]
    draft.lists["identifier"] = {"PID-18": len(numbers)}
    who = {"reference": present.draft.reference}
    draft.add("subject", "PID-3", [who], *subject.number_places(present, context))
    draft.defaults["status"] = "active"
    return True
