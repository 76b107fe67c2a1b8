"""Condition of PRB: a problem of the problem list.

The guide has no map (README.md, further messages). Known by PRB-4, else patient, code and words. PC3 and the
action DE take it back.
"""

from typing import Any

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe, ei
from adapters.v2_to_fhir.draft import CHANGED, TAKEN_BACK
from adapters.v2_to_fhir.resources import subject

_CHANGES = frozenset(("CO", "UC", "UN", "UP"))
"""Table 0287: corrected, unchanged, updated."""
_SYSTEM = "http://terminology.hl7.org/CodeSystem/condition-"


def complete(assembly: Assembly, context: Context) -> bool:
    """The problem's id, code and state; False without a code or a patient."""
    prb, draft = assembly.first, assembly.draft
    context.place = context.at(prb, "3")
    code = cwe.codeable_concept(prb[3].first, context) if prb[3] else None
    if code is None:
        subject.leave(assembly, context, "a problem without a code or words")
        return False
    if not subject.belongs(assembly, context):
        return False
    draft.put("code", code, context.place)
    number = ei.identifier(prb[4].first, context, kind="problem") if prb[4] else None
    if number:
        draft.add("identifier", "PRB-4", [number], *context.valued(prb, 4))
    identify(assembly, context, code, number, "problem")
    subject.put_encounter(assembly, context)
    draft.put("category", [_concept("category", "problem-list-item")], context.at(prb))
    draft.event_time = context.header.event_time
    if deleted(assembly, context):
        draft.put(
            "verificationStatus", _concept("ver-status", "entered-in-error"), *action(assembly, context)
        )
        draft.nulls.add("clinicalStatus")
        return True
    ended = "abatementDateTime" in draft.elements
    state = _concept("clinical", "resolved" if ended else "active")
    draft.put("clinicalStatus", state, *(draft.origins.get("abatementDateTime") or action(assembly, context)))
    for position in (13, 14):
        if prb[position]:
            context.leave(context.at(prb, str(position)))
    return True


def identify(
    assembly: Assembly,
    context: Context,
    concept: dict[str, Any],
    number: dict[str, Any] | None,
    *within: str,
) -> None:
    """Set the id of a problem, goal or pathway, and what is done to it."""
    assembly.draft.action = CHANGED if assembly.first[1].value.strip().upper() in _CHANGES else ""
    if deleted(assembly, context):
        assembly.draft.action = TAKEN_BACK
    owner = (assembly.draft.elements["subject"]["reference"], *within)
    own = (number["system"], number["value"]) if number else ()
    subject.identify_said(assembly, context, concept, owner, own)


def deleted(assembly: Assembly, context: Context) -> bool:
    """Whether the message takes the problem, goal or pathway back: PC3, or the action code DE."""
    return context.header.trigger == "PC3" or assembly.first[1].value.strip().upper() in ("DE", "D")


def action(assembly: Assembly, context: Context) -> list[str]:
    """What says whether it is taken back: the event and the action code."""
    return ["MSH[1]-9", *context.valued(assembly.first, 1)]


def _concept(kind: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{_SYSTEM}{kind}", "code": code}]}
