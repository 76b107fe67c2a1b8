"""Interaction transaction: all entries of a Bundle or none.

FHIR R4 3.1.0.11.2 (http.html#trules). Deletions come first, then creations, then updates and patches, then
conditional references, then reads, which see what was written.
"""

import asyncio
from dataclasses import replace

from fhir.bundle import response_bundle
from fhir.interactions.bundle.entry import Entry, entries, placed, within
from fhir.interactions.bundle.permits import permitted
from fhir.interactions.bundle.rehearsal import check_found, rehearse
from fhir.interactions.bundle.response import failed, written_answer
from fhir.interactions.bundle.retrieval import answer
from fhir.interactions.bundle.rewriting import rewritten
from fhir.interactions.bundle.staging import Staging
from fhir.interactions.context import Context
from fhir.interactions.update import accept, check_identity
from fhir.interactions.writes.writing import Written
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.store.failure import our_fault
from fhir.store.transaction import Transaction

_BREATH = 50
"""After so many entries other requests have their turn."""


async def transaction(
    context: Context, bundle: Resource, *, returning: str | None = None, provenance: Resource | None = None
) -> Resource:
    """Carry out `bundle` and return its transaction-response; a Refusal names the entry at fault."""
    asked = entries(bundle, context.base)
    writes = [each for each in asked if each.writes]
    permits = await permitted(context, writes)
    targets = {each.full_url: each.reference for each in writes if each.full_url and each.id}
    resources: dict[int, Resource] = {}
    for each in writes:
        if each.resource is not None:
            resources[each.position] = await within(each.position, _accepted(context, each, targets))
        if each.position % _BREATH == 0:
            await asyncio.sleep(0)
    await _check_definitions(context, resources)
    reads = [each for each in asked if not each.writes]
    waiting = await rehearse(context, reads, writes) if writes else frozenset[int]()

    async def work(transaction: Transaction) -> dict[int, Written]:
        staging = Staging(context, transaction, writes, permits, resources, targets)
        written = await staging.carry_out(provenance)
        await check_found(context, transaction, reads, waiting)
        return written

    written = await context.store.resources.transact(work, size=len(writes)) if writes else {}
    for done in written.values():
        part = context.trail.part()
        part.entity = done.stored.reference
        part.touch([done.stored.owner])
        context.trail.patients |= part.patients
    answers = [await _answer(context, each, written, returning) for each in asked]
    return response_bundle("transaction-response", answers)


async def _check_definitions(context: Context, resources: dict[int, Resource]) -> None:
    """Refuse SearchParameters that exclude each other."""
    listed = [(at, each) for at, each in resources.items() if each["resourceType"] == "SearchParameter"]
    for number, (position, each) in enumerate(listed):
        before = [other for _, other in listed[:number]]
        if before:
            await within(position, context.store.parameters.check(each, before))


async def _accepted(context: Context, entry: Entry, targets: dict[str, str]) -> Resource:
    assert entry.resource is not None
    resource = rewritten(entry.resource, targets, entry.full_url)
    if entry.method == "PUT" and entry.criteria is None:
        check_identity(entry.type, entry.id or "", resource)
    return await accept(context, entry.type, resource)


async def _answer(
    context: Context, entry: Entry, written: dict[int, Written], returning: str | None
) -> Resource:
    if entry.writes:
        return written_answer(entry.method, written.get(entry.position), returning)
    own = replace(context, trail=context.trail.part())
    try:
        return await answer(own, entry)
    except Refusal as refusal:
        own.trail.refused = refusal.fault.name.lower()
        if not written:
            raise placed(refusal, entry.position) from None
        return failed(placed(refusal, entry.position))
    except Exception as error:
        if not written:
            raise
        own.trail.refused = Fault.INTERNAL.name.lower()
        return failed(placed(our_fault(error), entry.position))
    finally:
        context.trail.patients |= own.trail.patients
