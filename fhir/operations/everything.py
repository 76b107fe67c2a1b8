"""Operation $everything of Patient.

FHIR R4 patient-operation-everything.html. The whole file of the person: what belongs to any Patient linked
with the one named, and the directory entries that those resources refer to.
"""

import re
from collections.abc import Sequence

from fhir.access import Action, Constraint, Permit
from fhir.definitions.structures import resource_types
from fhir.interactions.acceptance import check_type
from fhir.interactions.context import Context
from fhir.interactions.paging import Place, page
from fhir.interactions.read import read
from fhir.interactions.search import CURSOR, SearchPage
from fhir.operations.operation import Call, Level, Operation, wrong
from fhir.resource import Resource
from fhir.search.registry import compartment
from fhir.store import Stored
from fhir.store.snapshot import Snapshot

_LARGEST_PAGE = 10_000
_DIRECTORY = (
    "Device",
    "HealthcareService",
    "Location",
    "Medication",
    "Organization",
    "Practitioner",
    "PractitionerRole",
)
_REFERENCE = re.compile(rb'"reference": ?"((?:' + "|".join(_DIRECTORY).encode() + rb')/[A-Za-z0-9.-]{1,64})"')


async def run(context: Context, call: Call) -> Resource:
    """The file of the person to whom the Patient belongs, as a searchset."""
    named = [type for text in call.all("_type") for type in str(text).split(",") if type]
    for type in named:
        check_type(type)
    count = call.number("_count")
    if count == 0:
        raise wrong("_count", "it is above zero")
    page = await everything(context, call.id or "", types=named, count=count, cursor=call.text(CURSOR))
    return page.bundle(context.base)


async def everything(
    context: Context,
    id: str,
    *,
    types: Sequence[str] = (),
    count: int | None = None,
    cursor: str | None = None,
) -> SearchPage:
    """The file of the person to whom `Patient/id` belongs, `types` only where named."""
    await read(context, "Patient", id)
    context.trail.query = f"Patient/{id}/$everything"
    members = (await context.store.persons.linked([f"Patient/{id}"]))[f"Patient/{id}"]
    constraint = await context.permit("Patient", Action.READ)
    owners = sorted(await constraint.among(members))
    visible = await _readable(context, types)
    limit = min(count or _LARGEST_PAGE, _LARGEST_PAGE)

    async def source(moment: Snapshot, after: Place | None, limit: int) -> Sequence[Stored]:
        last = None if after is None else str(after[-1])
        return await context.store.resources.everything(
            owners, visible, limit=limit, after=last, snapshot=moment
        )

    bound = f"everything {id} {','.join(types)}"
    found = await page(context, source, count=limit, cursor=cursor, bound=bound)
    context.trail.touch(owners)
    included = [] if types else await _directory(context, found.rows)
    total = len(found.rows) if found.cursor is None and cursor is None else None
    links = _links(context, id, types, count, found.cursor)
    return SearchPage(found.rows, total, links, included=included)


async def _readable(context: Context, types: Sequence[str]) -> list[str]:
    """The types of the Patient compartment that the reader may read, `types` only where named."""
    inside = [type for type in sorted(resource_types) if type == "Patient" or compartment(type)]
    asked = [type for type in inside if not types or type in types]
    return [type for type in asked if type != "AuditEvent" and await _constraint(context, type)]


async def _constraint(context: Context, type: str) -> Constraint | None:
    decision = await context.access.decide(type, Action.READ)
    return decision.constraint if isinstance(decision, Permit) else None


async def _directory(context: Context, page: Sequence[Stored]) -> list[Stored]:
    """The directory entries to which the resources of a page refer, as far as the reader may see them."""
    references = {match.decode() for row in page for match in _REFERENCE.findall(row.body)}
    references -= {row.reference for row in page}
    found: list[Stored] = []
    for type in _DIRECTORY:
        ids = sorted(reference for reference in references if reference.startswith(f"{type}/"))
        constraint = await _constraint(context, type) if ids else None
        if constraint is not None:
            filter = {"_id": {"$in": ids}, "deleted": False}
            found += await context.store.resources.search(filter, constraint, limit=len(ids))
    return found


def _links(
    context: Context, id: str, types: Sequence[str], count: int | None, next: str | None
) -> list[tuple[str, str]]:
    query = [f"_type={','.join(types)}"] * bool(types) + [f"_count={count}"] * (count is not None)
    url = f"{context.base}/Patient/{id}/$everything"
    links = [("self", "?".join([url, "&".join(query)]).rstrip("?"))]
    if next is not None:
        links.append(("next", f"{url}?{'&'.join([*query, f'{CURSOR}={next}'])}"))
    return links


OPERATION = Operation(
    name="everything",
    definition="http://hl7.org/fhir/OperationDefinition/Patient-everything",
    run=run,
    levels=frozenset({Level.INSTANCE}),
    types=frozenset({"Patient"}),
)
