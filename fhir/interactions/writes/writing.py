"""Writes: what create, update, patch and their conditional forms share within a transaction.

FHIR R4 3.1.0.4 (http.html#update), 2.26.3 (resource.html#Meta): an update keeps the profiles, tags and
security labels that are there and adds those of the body; only $meta-delete takes one away.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from fhir.access import Constraint
from fhir.interactions.context import Context
from fhir.interactions.writes.acceptance import Row, check_compartment, check_references
from fhir.interactions.writes.provenance import attach
from fhir.labels import KINDS, identity
from fhir.resource import Resource
from fhir.store import Stored
from fhir.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Written:
    """The version that is current now, and whether the resource was not there before."""

    stored: Stored
    created: bool = False


@dataclass(frozen=True, slots=True)
class Staged:
    """What a transaction holds ready under `reference`, or what is there already and stays."""

    reference: str
    created: bool = False
    existing: Stored | None = None


Work = Callable[[Transaction], Awaitable[Staged]]


async def write(
    context: Context, work: Work, provenance: Resource | None = None, *, reference: str | None = None
) -> Written:
    """Carry out `work` in a transaction, together with the Provenance of what it writes.

    A write that touches nothing but `reference` may share its transaction with others.
    """

    async def whole(transaction: Transaction) -> Written:
        staged = await work(transaction)
        await transaction.flush()
        stored = staged.existing or transaction.written[staged.reference]
        await attach(context, transaction, provenance, [stored] if staged.existing is None else [])
        return Written(stored, staged.created)

    if reference is not None and provenance is None:
        staged, stored = await context.store.resources.together([reference], work)
        written = Written(stored[reference], staged.created)
    else:
        written = await context.store.resources.transact(whole)
    context.trail.entity = written.stored.reference
    context.trail.touch([written.stored.owner])
    return written


async def settle(
    context: Context,
    resource: Resource,
    constraint: Constraint,
    known: Collection[str] = (),
    *,
    new: Collection[str] = (),
    rows: Mapping[str, Row] | None = None,
) -> str:
    """The owner of `resource`, which may be filed there and refers to nothing that is unknown to the writer.

    `known` are written in the same transaction, `new` are those of them that were not there before.
    """
    own = f"{resource['resourceType']}/{resource['id']}"
    owner = await check_compartment(context, resource, constraint, {own, *new})
    await check_references(context, resource, constraint, {own, *known}, rows)
    return owner


def carried(resource: Resource, current: Stored | None) -> Resource:
    """`resource` with the profiles, tags and security labels of the version before it."""
    if current is None or not any(f'"{name}":['.encode() in current.body for name in KINDS):
        return resource
    before: dict[str, Any] = current.resource().get("meta") or {}
    meta = dict(resource.get("meta") or {})
    for name in KINDS:
        if kept := before.get(name):
            given = {identity(each): each for each in meta.get(name) or []}
            meta[name] = [given.pop(identity(each), each) for each in kept] + list(given.values())
    return resource | {"meta": meta} if meta else resource
