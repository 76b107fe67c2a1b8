"""MRG: what a patient, an account and a visit were until now, and the second PID of A24 and A37.

HL7 v2 chapter 3.4.10 (MRG) and 3.3.18 to 3.3.51; hl7v2.md, checklist 50 to 52. README.md has the policy of
each event. Nothing is decided here that needs to know what is stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from adapters.v2_to_fhir.assembly import Assembly, Scope
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.patient_link import REPLACED_BY, SEEALSO, PatientLink
from adapters.v2_to_fhir.resources import account
from adapters.v2_to_fhir.resources.patient import MERGED, RENUMBERED, authority
from adapters.v2_to_fhir.visit_move import Move

LINKED = frozenset(("A24", "A37"))
_MERGES = frozenset(("A35", "A41", "A42"))
"""The merges of accounts and visits: the two numbers must differ."""
_MOVES = frozenset(("A44", "A45"))
"""The moves to another patient: the number may be told once."""
_CLASSES = frozenset(("A06", "A07"))
"""Another class: MRG may tell that the number is another one, too."""
SELF = "a record cannot be merged into itself"
AUTHORITY = "the two numbers are of different assigning authorities"
MISSING = "the number that it has now is missing"
SAME = "a record cannot be linked to itself"
ANOTHERS = "the number is that of another patient: a clerk must decide"


class Fault(NamedTuple):
    """Why a message must not be followed, and where it says so (`MRG[1]-1`)."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Prior:
    """What a message says of the past of its patients, accounts and visits."""

    links: tuple[PatientLink, ...] = ()
    moves: tuple[Move, ...] = ()
    faults: tuple[Fault, ...] = ()


def prior(assemblies: list[Assembly], context: Context) -> Prior:
    """The links and moves of a message whose resources have their ids; nothing when it is of another kind."""
    trigger = context.header.trigger
    if not context.header.first_hand:
        return Prior()
    found: list[PatientLink | Move | Fault] = []
    if trigger in LINKED:
        found += _linked(assemblies, context)
    for scope, visit in _priors(assemblies):
        found += [*_patient(scope, context), *_account(scope, context), *_visit(scope, visit, context)]
    return Prior(
        tuple(one for one in found if isinstance(one, PatientLink)),
        tuple(one for one in found if isinstance(one, Move)),
        tuple(one for one in found if isinstance(one, Fault)),
    )


def _priors(assemblies: list[Assembly]) -> Iterator[tuple[Scope, Scope | None]]:
    """Each MRG with the PV1 that goes with it: the one behind it, before the next MRG."""
    scopes = dict.fromkeys(one.scope for one in assemblies if one.first.name == "MRG")
    for scope in scopes:
        beside = scope.parent.inner if scope.parent else []
        behind = beside[beside.index(scope) + 1 :]
        following = behind[0] if behind and behind[0].group is not scope.group else None
        yield scope, following


def _linked(assemblies: list[Assembly], context: Context) -> Iterator[PatientLink | Fault]:
    """A24 and A37: the patient of the first PID and that of the second."""
    patients = [one.draft for one in assemblies if one.type == "Patient" and one.draft.id]
    if len(patients) < 2:
        return
    if patients[0].id == patients[1].id:
        yield Fault("PID[2]-3", SAME)
        return
    holds = context.header.trigger == "A24"
    one, other = sorted(draft.reference for draft in patients[:2])
    yield PatientLink(SEEALSO, one, other, _time(context), holds, "PID[2]-3")


def _patient(scope: Scope, context: Context) -> Iterator[PatientLink | Fault]:
    trigger = context.header.trigger
    was, now = _one(scope, "Patient"), _one(scope.parent, "Patient")
    if was is None or now is None or trigger not in MERGED | RENUMBERED:
        return
    place = _place(scope, context, "1")
    if was.id == now.id:
        if trigger in MERGED:
            yield Fault(place, SELF)
        return
    if not _same_authority(was, now, context):
        yield Fault(f"{place}.4", AUTHORITY)
        return
    yield PatientLink(REPLACED_BY, was.reference, now.reference, _time(context), place=place)


def _same_authority(was: Draft, now: Draft, context: Context) -> bool:
    """Is the old number of an authority that the numbers of PID are of? Without numbers nothing is known."""
    numbers = was.elements.get("identifier", [])
    assigned = {authority(one, context.source) for one in now.elements.get("identifier", [])}
    known = {authority(one, context.source) for one in numbers}
    return not known or not assigned or bool(known & assigned)


def _account(scope: Scope, context: Context) -> Iterator[Move | Fault]:
    was, now = _one(scope, "Account"), _one(scope.parent, "Account")
    if was is None or context.header.trigger not in account.PRIOR:
        return
    place = _place(scope, context, "3")
    if now is None and context.header.trigger in _CLASSES:
        context.leave(place)
        return
    if now is None and context.header.trigger not in _MOVES:
        yield Fault(context.at(scope.parent.seen[0], "18") if scope.parent else place, MISSING)
        return
    yield from _moved(scope, context, was, now or was, place)
    numbers = [_number(one) for one in (was, now or was)]
    visits = [f"Encounter/{context.identified('Encounter', *number)}" for number in numbers]
    source, to = _patients(scope, context, moved=context.header.trigger == "A44")
    if visits[0] != visits[1] or source != to:
        yield Move(visits[0], visits[1], source, to, _time(context), place, _former(was))


def _visit(scope: Scope, visit: Scope | None, context: Context) -> Iterator[Move | Fault]:
    was, now = _one(scope, "Encounter"), _one(visit, "Encounter")
    if context.header.trigger in _CLASSES:
        now = _one(scope.parent, "Encounter")
        if was is not None and now is None:
            context.leave(_place(scope, context, "5"))
            return
    if was is not None and now is None and context.header.trigger not in _MOVES:
        yield Fault(context.at(visit.seen[0], "19") if visit else "PV1[1]-19", MISSING)
    elif was is not None:
        yield from _moved(scope, context, was, now or was, _place(scope, context, "5"))
    elif now is not None and context.header.trigger == "A45":
        yield from _moved(scope, context, now, now, _place(scope, context, "1"))


def _moved(scope: Scope, context: Context, was: Draft, now: Draft, place: str) -> Iterator[Move | Fault]:
    trigger = context.header.trigger
    source, to = _patients(scope, context, moved=trigger in _MOVES)
    if was.id == now.id and source == to:
        if trigger in _MERGES:
            yield Fault(place, SELF)
        return
    yield Move(was.reference, now.reference, source, to, _time(context), place, _former(was))


def _patients(scope: Scope, context: Context, *, moved: bool) -> tuple[str, str]:
    """Whose it was (empty: whoever has it) and whose it is; the same where nothing changes its patient."""
    was, now = _one(scope, "Patient"), _one(scope.parent, "Patient")
    to = now.reference if now else ""
    return (was.reference if was else "") if moved else to, to


def _former(draft: Draft) -> tuple[dict[str, Any], ...]:
    return tuple(draft.elements.get("identifier", ()))


def _number(draft: Draft) -> tuple[str, str]:
    number = draft.elements["identifier"][0]
    return number["system"], number["value"]


def _one(scope: Scope | None, type: str) -> Draft | None:
    """The resource of a type directly in a group, once it has an id."""
    found = scope.all(type) if scope else []
    return found[0].draft if found and found[0].draft.id else None


def _place(scope: Scope, context: Context, position: str) -> str:
    return context.at(scope.seen[0], position)


def _time(context: Context) -> str:
    return context.header.told
