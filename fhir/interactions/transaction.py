"""Interaction transaction: all entries of a Bundle or none.

FHIR R4 3.1.0.11 (http.html#transaction). Deletions come first, then creations, then updates; references
to other entries of the Bundle become references to what they are stored as.
"""

import asyncio
from collections import Counter
from typing import Any

from fhir.access import Action, Constraint
from fhir.bundle import response_bundle, response_entry
from fhir.interactions.acceptance import check_compartment, check_profiles, check_references, check_valid
from fhir.interactions.context import Context
from fhir.interactions.delete import remove
from fhir.interactions.entry import Entry, entries, placed
from fhir.interactions.update import check_identity, replace
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.store import Stored
from fhir.store.transaction import Transaction

_ACTIONS = {"POST": Action.CREATE, "PUT": Action.UPDATE, "DELETE": Action.DELETE}
_BREATH = 50
"""After so many entries other requests have their turn."""
_ORDER = ("DELETE", "POST", "PUT")

Accepted = dict[int, tuple[Constraint, str | None]]


async def transaction(context: Context, bundle: Resource) -> Resource:
    """Carry out `bundle` and return its transaction-response; a Refusal names the entry at fault."""
    asked = entries(bundle)
    _refuse_reads(asked)
    _refuse_twice(asked)
    rewritten = _rewrite(
        {each.full_url: each.reference for each in asked if _written(each) and each.full_url}
    )
    resources = {each.position: rewritten(each.resource) for each in asked if each.resource is not None}
    known = {each.reference for each in asked if _written(each)}
    created = {each.reference for each in asked if each.method == "POST"}
    accepted: Accepted = {}
    for each in asked:
        accepted[each.position] = await _accept(context, each, resources, known, created)
        if each.position % _BREATH == 0:
            await asyncio.sleep(0)
    context.trail.touch(owner for _, owner in accepted.values() if owner)
    written = await context.store.resources.transact(
        lambda tx: _carry_out(context, tx, asked, resources, accepted)
    )
    return response_bundle("transaction-response", [_answer(each, written[each.position]) for each in asked])


def _refuse_reads(asked: list[Entry]) -> None:
    for each in asked:
        if each.method == "GET":
            raise placed(
                Refusal(Fault.UNSUPPORTED_PARAMETER, "GET within a transaction is not supported yet"),
                each.position,
            )


def _refuse_twice(asked: list[Entry]) -> None:
    counts = Counter(each.reference for each in asked)
    for each in asked:
        if counts[each.reference] > 1:
            raise placed(
                Refusal(Fault.MALFORMED, "the resource stands twice in the transaction"), each.position
            )


def _written(entry: Entry) -> bool:
    return entry.method in ("POST", "PUT")


def _rewrite(targets: dict[str, str]) -> Any:
    """A function that replaces the full URLs of entries by their references, wherever they stand alone."""

    def rewritten(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: rewritten(member) for name, member in value.items()}
        if isinstance(value, list):
            return [rewritten(member) for member in value]
        return targets.get(value, value) if isinstance(value, str) else value

    return rewritten


async def _accept(
    context: Context, entry: Entry, resources: dict[int, Resource], known: set[str], created: set[str]
) -> tuple[Constraint, str | None]:
    """The constraint under which the entry is carried out, and the owner of what it writes."""
    try:
        constraint = await context.permit(entry.type, _ACTIONS[entry.method])
        if entry.method == "DELETE":
            return constraint, None
        resource = resources[entry.position]
        check_valid(resource, entry.type)
        await check_profiles(context, resource)
        context.vouch(resource)
        check_identity(entry.type, entry.id or "", resource)
        new = created if entry.method == "POST" else created | {entry.reference}
        owner = await check_compartment(context, resource, constraint, new)
        await check_references(context, resource, constraint, known)
    except Refusal as refusal:
        raise placed(refusal, entry.position) from None
    return constraint, owner


async def _carry_out(
    context: Context, tx: Transaction, asked: list[Entry], resources: dict[int, Resource], accepted: Accepted
) -> dict[int, Stored | None]:
    await tx.load(each.reference for each in asked)
    for each in sorted(asked, key=lambda entry: _ORDER.index(entry.method)):
        try:
            owner = await _stage(tx, each, resources.get(each.position), accepted[each.position])
            context.trail.touch([owner] if owner else [])
        except Refusal as refusal:
            raise placed(refusal, each.position) from None
    for each in asked:
        if each.method == "POST" and each.type == "Patient":
            await context.relate(tx.session, each.reference)
    await tx.flush()
    return {each.position: tx.written.get(each.reference) for each in asked}


async def _stage(
    tx: Transaction, entry: Entry, resource: Resource | None, accepted: tuple[Constraint, str | None]
) -> str | None:
    """Put the entry into the transaction; whose file it changes."""
    constraint, owner = accepted
    if resource is None:
        return await remove(tx, entry.reference, constraint, entry.version)
    if entry.method == "POST":
        tx.put(resource)
    else:
        await replace(tx, resource, constraint, owner or "", entry.version)
    return owner


def _answer(entry: Entry, stored: Stored | None) -> Resource:
    if entry.method == "DELETE":
        return response_entry("204 No Content")
    created = stored is not None and stored.version == 1 and entry.method == "POST"
    return response_entry("201 Created" if created else "200 OK", stored)
