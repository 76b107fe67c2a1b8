"""Plan of a move: what goes to the other patient, what stays and why, which links are taken out.

Nothing is written here. Whoever moves sees it first, and what is done is planned anew within the transaction.
"""

import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from adapters.v2_to_fhir.visit_move import elsewhere, owned
from auth.access.decision import LEFT
from fhir.access import Action, Permit
from fhir.interactions.context import Context
from fhir.outcome import Fault, Refusal
from fhir.references import targets
from fhir.store import Stored
from fhir.store.constraint import visible_among
from fhir.store.transaction import Transaction
from services.refiling.hanging import hanging, outward

MOST = 2_000
KEPT = LEFT | {"AuditEvent", "Basic", "CarePlan", "CareTeam", "Group", "Patient", "Person", "Provenance"}
"""Types that speak of a person as such: they are not moved, and go along with nothing."""
_PARTS = frozenset(
    {"Binary", "DiagnosticReport", "DocumentReference", "ImagingStudy", "Media", "Observation"}
)
"""Types that are part of what refers to them, whatever else may refer to them too."""
_SILENT = frozenset({"Provenance", "AuditEvent"})
"""What tells how it was then: it keeps its links."""


class Why(StrEnum):
    """Why something stays."""

    VISIT = "visit"
    SHARED = "shared"
    PERSON = "person"
    HOUSE = "house"


@dataclass(slots=True)
class Plan:
    """From `source` to `to`: `moving` goes and loses the links `cut`, `parting` stays and loses its own.

    `persons` are all Patients of the person whose file it was in.
    """

    source: str
    to: str
    persons: frozenset[str]
    moving: dict[str, Stored] = field(default_factory=dict)
    cut: frozenset[str] = frozenset()
    parting: dict[str, Stored] = field(default_factory=dict)
    stays: list[tuple[Stored, Why]] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Changes with whatever of it changes, so that what was seen is what is done."""
        rows = sorted(
            f"{each.reference}/{each.version}" for each in (*self.moving.values(), *self.parting.values())
        )
        return hashlib.sha256(" ".join([self.source, self.to, *sorted(self.cut), *rows]).encode()).hexdigest()


Seen = Callable[[Sequence[Stored]], Awaitable[set[str]]]


async def planned(tx: Transaction, context: Context, root: str, to: str) -> Plan:
    """What a move of `root` to the Patient `to` would do. A Refusal says why it can't be.

    `context` is that of whoever moves: nothing goes that he may not change.
    """
    first = await _root(tx, context, root)
    persons = frozenset(await context.store.persons.members(first.owner))
    await _check_target(tx, context, to, persons)
    plan = Plan(first.owner, to, persons)
    plan.moving, along = await _moving(tx, plan.source, first)
    for stays in (await _shared(tx, plan, along), await _hidden(context, plan, root)):
        plan.stays += stays
    if len(plan.moving) > MOST:
        raise Refusal(Fault.TOO_COSTLY, f"more than {MOST} resources would be moved at once")
    await _links(tx, context, plan)
    return plan


async def _root(tx: Transaction, context: Context, root: str) -> Stored:
    type = root.partition("/")[0]
    stored = (await tx.load([root])).get(root)
    if stored is None or stored.deleted or not await _may(context, [stored]):
        raise Refusal(Fault.NOT_FOUND, "no such resource is known here to you")
    if type in KEPT or not stored.owner.startswith("Patient/"):
        raise Refusal(Fault.BUSINESS_RULE, f"{type} is not moved to another patient")
    return stored


async def _check_target(tx: Transaction, context: Context, to: str, persons: Collection[str]) -> None:
    stored = (await tx.load([to])).get(to)
    decision = await context.access.decide("Patient", Action.READ)
    seen = isinstance(decision, Permit) and stored and await visible_among([stored.row], decision.constraint)
    if not stored or stored.deleted or not seen:
        raise Refusal(Fault.NOT_FOUND, "no such Patient is known here to you")
    if to in persons:
        raise Refusal(Fault.BUSINESS_RULE, "it lies in the file of that person already")


async def _moving(tx: Transaction, source: str, first: Stored) -> tuple[dict[str, Stored], set[str]]:
    """What goes with `first`, itself among it, and which of it goes along only because something names it."""
    visits = await _visits(tx, source, first)
    around = visits.keys() or {name for name in targets(first.resource()) if name.startswith("Encounter/")}

    def goes_along(stored: Stored) -> bool:
        mine = not stored.deleted and stored.owner == source and stored.type not in KEPT
        return mine and not elsewhere(stored.resource(), around)

    start = [first]
    if visits:
        referring = await tx.referrers(sorted(visits), MOST + 1)
        start = [each for each in referring if each.owner == source and each.type not in KEPT]
    found = await hanging(tx, start, Stored.resource, goes_along)
    along = found.keys() - {each.reference for each in start}
    return visits | found, set(along)


async def _visits(tx: Transaction, source: str, first: Stored) -> dict[str, Stored]:
    """A visit and those that are parts of it; nothing where it is none."""
    found = {first.reference: first} if first.type == "Encounter" else {}
    waiting = list(found)
    while waiting:
        inner = {
            each.reference: each
            for each in await tx.referrers(waiting, MOST)
            if each.type == "Encounter" and each.owner == source and each.reference not in found
            and (each.resource().get("partOf") or {}).get("reference") in waiting
        }  # fmt: skip
        found |= inner
        waiting = list(inner)
    return found


async def _shared(tx: Transaction, plan: Plan, along: set[str]) -> list[tuple[Stored, Why]]:
    """Take out of the plan what others that stay need as well."""
    stays: list[tuple[Stored, Why]] = []
    while True:
        doubtful = [one for one in along & plan.moving.keys() if plan.moving[one].type not in _PARTS]
        others = [
            each
            for each in await tx.referrers(sorted(doubtful), MOST)
            if each.reference not in plan.moving and each.owner == plan.source and each.type not in _SILENT
        ]
        needed = {name for each in others for name in targets(each.resource())} & set(doubtful)
        if not needed:
            return stays
        stays += [(plan.moving.pop(name), Why.SHARED) for name in sorted(needed)]


async def _hidden(context: Context, plan: Plan, root: str) -> list[tuple[Stored, Why]]:
    """Take out of the plan what is not whoever moves' to change."""
    may = await _may(context, list(plan.moving.values()))
    return [(plan.moving.pop(name), Why.HOUSE) for name in sorted(plan.moving.keys() - may - {root})]


async def _links(tx: Transaction, context: Context, plan: Plan) -> None:
    """The links between what goes and what stays."""
    named = {name for each in plan.moving.values() for name in outward(each.resource())}
    theirs = await tx.load(sorted(named - plan.moving.keys() - plan.persons))
    left = {name: each for name, each in theirs.items() if each.owner in plan.persons}
    plan.cut = frozenset(left)
    known = {each.reference for each, _ in plan.stays}
    plan.stays += [(each, _why(each)) for name, each in sorted(left.items()) if name not in known]
    naming = [
        each
        for each in await tx.referrers(sorted(plan.moving), MOST + 1)
        if each.owner in plan.persons and each.reference not in plan.moving and each.type not in _SILENT
    ]
    may = await _may(context, naming)
    plan.parting = {each.reference: each for each in naming if each.reference in may}


def _why(stored: Stored) -> Why:
    if stored.type == "Encounter":
        return Why.VISIT
    return Why.SHARED if owned(stored.reference) and stored.type not in KEPT else Why.PERSON


async def _may(context: Context, stored: Sequence[Stored]) -> set[str]:
    """Those that whoever moves may change."""
    found: set[str] = set()
    for type in {each.type for each in stored}:
        decision = await context.access.decide(type, Action.UPDATE)
        if isinstance(decision, Permit):
            rows: list[Mapping[str, object]] = [each.row for each in stored if each.type == type]
            found |= {f"{type}/{row['id']}" for row in await visible_among(rows, decision.constraint)}
    return found
