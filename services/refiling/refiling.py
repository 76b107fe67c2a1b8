"""Refiling: a move planned, held against what was seen, written, and told.

Whoever moves names one resource and a Patient; what was shown to him is what is done, or nothing is.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from auth import moment
from auth.principal import Principal
from auth.store.moves import Move, Moves
from fhir.interactions.context import Context
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.store import Store, Stored
from fhir.store.transaction import Transaction
from services.refiling.carrying import carry_out, rejoin
from services.refiling.plan import Plan, planned

_DATES = ("effectiveDateTime", "effectivePeriod", "period", "date", "performedDateTime", "performedPeriod",
          "occurrenceDateTime", "authoredOn", "issued", "created", "recordedDate")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be moved where; `undoes` is the move that it takes back."""

    root: str
    to: str
    undoes: str | None = None


async def preview(context: Context, asked: Asked) -> Plan:
    """What a move would do. A Refusal says why it can't be."""
    return await context.store.resources.transact(lambda tx: planned(tx, context, asked.root, asked.to))


async def refile(
    context: Context, moves: Moves, asked: Asked, digest: str, who: Principal, reason: str
) -> Move:
    """Move it; a Refusal (409) where the plan is no longer the one with this digest."""
    store = context.store
    before = await moves.one(asked.undoes) if asked.undoes else None

    async def work(tx: Transaction) -> Move:
        plan = await planned(tx, context, asked.root, asked.to)
        if plan.digest != digest:
            raise Refusal(Fault.CONFLICT, "something of it was changed meanwhile: look at it again")
        move = await _row(tx, store, plan, asked, who, reason)
        await carry_out(tx, store, plan, move.moment, who.name)
        if before is not None:
            await rejoin(tx, store, before.parted)
        await moves.keep(tx.session, move)
        return move

    return await store.resources.transact(work)


async def _row(tx: Transaction, store: Store, plan: Plan, asked: Asked, who: Principal, reason: str) -> Move:
    now = moment.now()
    root, patient = plan.moving[asked.root], (await tx.load([plan.source])).get(plan.source)
    filed = await store.resources.earliest(plan.moving, plan.persons)
    return Move(
        id=secrets.token_hex(12),
        root=asked.root,
        source=plan.source,
        persons=tuple(sorted(plan.persons)),
        to=plan.to,
        references=tuple(sorted(plan.moving)),
        parted=tuple(sorted(plan.parting)),
        filed=filed or now,
        moment=now,
        account=who.id,
        name=who.name,
        house=who.organization,
        reason=reason,
        date=date_of(root.resource()),
        initial=_initial(patient),
        undoes=asked.undoes,
    )


def date_of(resource: Resource) -> str:
    """The day that a resource tells of, as text; empty where it tells none."""
    found: list[Any] = [resource.get(name) for name in _DATES]
    told = (each.get("start") or each.get("end") if isinstance(each, dict) else each for each in found)
    return next((str(each)[:10] for each in told if each), "")


def _initial(patient: Stored | None) -> str:
    """The first character of the name, which tells whoever looked whom he looked at, and others little."""
    if patient is None or patient.deleted:
        return ""
    names: list[dict[str, Any]] = patient.resource().get("name") or []
    written = (str(name.get("family") or name.get("text") or "").strip() for name in names)
    return next((each[0] for each in written if each), "")
