"""Interaction batch: the entries of a Bundle one by one, each with its own result.

FHIR R4 3.1.0.11 (http.html#transaction). Entry i of the response answers entry i of the request. Entries do
not depend on each other: reads show what was there before the batch, writes of one resource keep their order.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from fhir.bundle import response_bundle
from fhir.interactions.bundle.entry import Entry, entry, placed, rows
from fhir.interactions.bundle.response import failed, written_answer
from fhir.interactions.bundle.retrieval import answer
from fhir.interactions.context import Context
from fhir.interactions.create import create
from fhir.interactions.delete import delete, delete_matching
from fhir.interactions.patch import patch, patch_matching
from fhir.interactions.update import update, update_matching
from fhir.interactions.writes.writing import Written
from fhir.outcome import Refusal
from fhir.resource import Resource, too_deep
from fhir.store.failure import our_fault

_AT_ONCE = 8


async def batch(context: Context, bundle: Resource, *, returning: str | None = None) -> Resource:
    """Carry out each entry alone and return the batch-response."""
    given = rows(bundle)
    answers: list[Resource | None] = [None] * len(given)
    reads: dict[str, list[Entry]] = {}
    writes: dict[str, list[Entry]] = {}
    for position, row in enumerate(given):
        try:
            each = entry(position, row, context.base)
        except Refusal as refusal:
            answers[position] = failed(placed(refusal, position))
            continue
        reads_only = each.method in ("GET", "HEAD")
        alone = each.reference if each.writes and each.id is not None else str(position)
        (reads if reads_only else writes).setdefault(alone, []).append(each)

    async def carry_out(group: Sequence[Entry]) -> None:
        for each in group:
            answers[each.position] = await _answer(context, each, returning)

    await _together(list(reads.values()), carry_out)
    await _together(list(writes.values()), carry_out)
    return response_bundle("batch-response", [each for each in answers if each is not None])


async def _together(
    groups: list[list[Entry]], carry_out: Callable[[Sequence[Entry]], Awaitable[None]]
) -> None:
    """A few groups at a time."""
    waiting = iter(groups)

    async def work() -> None:
        for group in waiting:
            await carry_out(group)

    tasks = [asyncio.create_task(work()) for _ in range(min(_AT_ONCE, len(groups)))]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


async def _answer(context: Context, entry: Entry, returning: str | None) -> Resource:
    own = replace(context, trail=context.trail.part())
    try:
        if not entry.writes:
            return await answer(own, entry)
        return written_answer(entry.method, await _write(own, entry), returning)
    except Refusal as refusal:
        return _refused(own, refusal, entry)
    except RecursionError:
        return _refused(own, too_deep(), entry)
    except Exception as error:
        return _refused(own, our_fault(error), entry)
    finally:
        own.trail.entity = own.trail.entity or (entry.reference if entry.id is not None else None)
        context.trail.patients |= own.trail.patients


def _refused(context: Context, refusal: Refusal, entry: Entry) -> Resource:
    context.trail.refused = refusal.fault.name.lower()
    return failed(placed(refusal, entry.position))


async def _write(context: Context, entry: Entry) -> Written | None:
    given, type, id = entry.preconditions, entry.type, entry.id or ""
    if entry.method == "DELETE":
        if entry.criteria is not None:
            await delete_matching(context, type, entry.criteria, preconditions=given)
        else:
            await delete(context, type, id, preconditions=given)
        return None
    if entry.patch is not None:
        if entry.criteria is not None:
            return await patch_matching(context, type, entry.criteria, entry.patch, preconditions=given)
        return await patch(context, type, id, entry.patch, preconditions=given)
    assert entry.resource is not None
    if entry.method == "POST":
        return await create(context, type, entry.resource, criteria=entry.criteria)
    if entry.criteria is not None:
        return await update_matching(context, type, entry.criteria, entry.resource, preconditions=given)
    return await update(context, type, id, entry.resource, preconditions=given)
