"""Interaction history, of one resource.

FHIR R4 3.1.0.11 (http.html#history).
"""

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.interactions.read import not_found
from fhir.store import Stored

_LONGEST = 1000


async def history(context: Context, type: str, id: str) -> list[Stored]:
    """The versions of a resource, newest first, a deletion among them."""
    context.trail.entity = f"{type}/{id}/_history"
    constraint = await context.permit(type, Action.READ)
    versions = await context.store.resources.history([(type, constraint)], id, limit=_LONGEST)
    if not versions:
        raise not_found()
    context.trail.touch([versions[0].owner])
    return versions
