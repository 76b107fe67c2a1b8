"""Permits: the constraint of every write of a Bundle, decided before any data is touched."""

from collections.abc import Iterable

from fhir.access import Action, Constraint
from fhir.interactions.bundle.entry import Entry, within
from fhir.interactions.context import Context
from fhir.interactions.patch import permit_patch

_ACTIONS = {"POST": Action.CREATE, "PUT": Action.UPDATE, "DELETE": Action.DELETE}


async def permitted(context: Context, writes: Iterable[Entry]) -> dict[int, Constraint]:
    """By position: the constraint of each of `writes`; a Refusal (403) names the first not allowed."""
    known: dict[tuple[str, str], Constraint] = {}
    found: dict[int, Constraint] = {}
    for each in writes:
        key = each.method, each.type
        if key not in known:
            known[key] = await within(each.position, _permit(context, each))
        found[each.position] = known[key]
    return found


async def _permit(context: Context, entry: Entry) -> Constraint:
    if entry.method == "PATCH":
        return await permit_patch(context, entry.type)
    return await context.permit(entry.type, _ACTIONS[entry.method])
