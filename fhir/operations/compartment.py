"""Compartment: what lies in one as far as the reader may see it, page by page, with what it refers to.

FHIR R4 compartmentdefinition.html. $everything reads it. Each type is read under the decision for that type.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fhir.access import Action, Constraint, Permit
from fhir.definitions.structures import resource_types
from fhir.interactions.context import Context
from fhir.interactions.results.paging import Page, Place, page
from fhir.outcome import Fault, Refusal
from fhir.store import EVERYONE, Stored
from fhir.store.constraint import MANY, limited
from fhir.store.owners import owners
from fhir.store.snapshot import Snapshot

Filter = dict[str, Any]
MOST_INCLUDED = 10_000
_STEPS = 4
_NOTHING: Filter = {"_id": {"$in": []}}
_NO_PATIENTS: Filter = {"$nor": [{"owner": {"$gte": "Patient/", "$lt": "Patient0"}}]}
_REFERENCE = re.compile(
    rb'"reference": ?"([A-Z][A-Za-z]{2,60}/[A-Za-z0-9.-]{1,64})["/]|"url": ?"(Binary/[A-Za-z0-9.-]{1,64})"'
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a compartment: what of some types belongs to it, whoever owns that."""

    filter: Filter
    owners: frozenset[str] | None = None
    """Who may own it; None for whomever the filter finds."""


async def permitted(context: Context, types: Iterable[str]) -> list[tuple[Constraint, list[str]]]:
    """Those of `types` that the reader may read, grouped by the constraint under which he may."""
    groups: list[tuple[Constraint, list[str]]] = []
    for type in types:
        constraint = await readable(context, type)
        if constraint is None:
            continue
        group = next((listed for other, listed in groups if other is constraint), None)
        if group is None:
            groups.append((constraint, [type]))
        else:
            group.append(type)
    return groups


async def readable(context: Context, type: str) -> Constraint | None:
    """The constraint under which `type` may be read; None where it may not."""
    decision = await context.access.decide(type, Action.READ)
    return decision.constraint if isinstance(decision, Permit) else None


async def visible(context: Context, part: Part, constraint: Constraint) -> Filter:
    """The filter of what the reader may see of `part`."""
    if constraint.unrestricted:
        return part.filter if part.owners is None else part.filter | _owned(part.owners)
    candidates = part.owners
    if candidates is None:
        candidates = await owners(context.store, part.filter)
    seen = await constraint.among(candidates)
    return await limited(part.filter | _owned(seen), constraint, seen)


async def mask(
    context: Context, groups: Sequence[tuple[Constraint, list[str]]], members: Iterable[str]
) -> None:
    """Note in the trail whether something of these types is hidden from the reader, of files that he sees."""
    if not context.masks or context.trail.masked:
        return
    hidden: list[Filter] = []
    for constraint, listed in groups:
        seen = await constraint.among(members)
        own = {"tokens": {"$in": listed}} | _owned(seen)
        if not constraint.unrestricted and (open := await limited(own, constraint, seen)) is not own:
            hidden.append({"$and": [own, {"$nor": [open]}]})
    context.trail.masked = bool(hidden and await found(context, hidden, 1))


async def all_visible(types: Sequence[str], constraint: Constraint) -> Filter:
    """The filter of everything of `types` that belongs to any resident whom the reader may see."""
    filter: Filter = {"tokens": {"$in": list(types)}}
    if constraint.anyone:
        return await limited(filter | {"owner": {"$gte": "Patient/", "$lt": "Patient0"}}, constraint, None)
    known = await constraint.every(MANY)
    if known is None:
        raise Refusal(Fault.TOO_COSTLY, f"these are more than {MANY} residents: name one")
    return await limited(filter | _owned(known), constraint, known)


def _owned(owners: Iterable[str]) -> Filter:
    return {"owner": {"$in": sorted(owners)}}


async def rows(
    context: Context,
    parts: Sequence[Filter],
    also: Sequence[Filter],
    count: int,
    cursor: str | None,
    bound: str,
) -> Page:
    """A page of what any of `parts` finds and all of `also` allow, in the order of the references."""
    either: Filter = {"$or": list(parts)} if len(parts) != 1 else parts[0]
    filter = {"$and": [either if parts else _NOTHING, *also]} if also or not parts else either

    async def source(moment: Snapshot, after: Place | None, limit: int) -> Sequence[Stored]:
        # The filter holds the constraint of each type.
        return await context.store.resources.search(
            filter, EVERYONE, order=(), limit=limit, after=after, snapshot=moment
        )

    return await page(context, source, count=count, cursor=cursor, bound=bound)


async def referred(
    context: Context, found: Sequence[Stored], types: Sequence[str], patients: Iterable[str] = ()
) -> list[Stored]:
    """What `found` refers to, step by step: the directory, and what belongs to `patients`."""
    allowed = of_no_other(patients)
    seen = {row.reference for row in found}
    included: list[Stored] = []
    latest: Sequence[Stored] = found
    for _ in range(_STEPS):
        wanted = {each for row in latest for each in references(row)} - seen
        latest = await resolved(context, wanted, types, allowed)
        included += latest
        seen.update(row.reference for row in latest)
        if not latest or len(included) > MOST_INCLUDED:
            break
    return included[:MOST_INCLUDED]


async def found(context: Context, parts: Sequence[Filter], limit: int) -> list[Stored]:
    """What any of `parts` finds, as `visible` made them: at most `limit`, in no order."""
    either: Filter = {"$or": list(parts)} if parts else _NOTHING
    # The filter holds the constraint of each type.
    return await context.store.resources.every(either, EVERYONE, limit)


def of_no_other(patients: Iterable[str]) -> Filter:
    """The filter of what belongs to `patients`, or to no Patient at all."""
    return {"$or": [_NO_PATIENTS, _owned(patients)]}


def references(row: Stored) -> set[str]:
    """The relative references in the body of a row, Binary attachments among them."""
    return references_in(row.body)


def references_in(body: bytes) -> set[str]:
    """The same of any JSON."""
    return {(one or other).decode() for one, other in _REFERENCE.findall(body)}


async def resolved(
    context: Context, references: Iterable[str], types: Sequence[str] = (), allowed: Filter | None = None
) -> list[Stored]:
    """Those of `references` (of `types` where named) that exist, are `allowed` and may be seen."""
    wanted: dict[str, list[str]] = {}
    for reference in sorted(references):
        type = reference.partition("/")[0]
        if type in resource_types and type != "AuditEvent" and (not types or type in types):
            wanted.setdefault(type, []).append(reference)
    found: list[Stored] = []
    for constraint, listed in await permitted(context, wanted):
        ids = [each for type in listed for each in wanted[type]]
        filter: Filter = {"_id": {"$in": ids}, "deleted": False} | (allowed or {})
        found += await context.store.resources.search(filter, constraint, limit=len(ids))
    return found
