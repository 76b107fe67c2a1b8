"""Interaction read.

FHIR R4 3.1.0.1 (http.html#read). Hidden and unknown are the same 404; deleted is 410 to those who may see it.
"""

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.outcome import Fault, Refusal
from fhir.store import Stored


async def read(context: Context, type: str, id: str) -> Stored:
    """The current version of one resource."""
    context.trail.entity = f"{type}/{id}"
    constraint = await context.permit(type, Action.READ)
    return shown(context, await context.store.resources.read(type, id, constraint))


async def seen(context: Context, type: str, id: str) -> Stored | None:
    """The same; None where there is nothing to show."""
    try:
        return await read(context, type, id)
    except Refusal:
        return None


def shown(context: Context, stored: Stored | None) -> Stored:
    """`stored`, noted in the trail; a Refusal where there is nothing to show."""
    if stored is None:
        raise not_found()
    context.trail.touch([stored.owner])
    if stored.deleted:
        raise Refusal(Fault.GONE, "the resource was deleted")
    return stored


def not_found() -> Refusal:
    """The one answer for what is unknown and for what is hidden."""
    return Refusal(Fault.NOT_FOUND, "no such resource is known here to you")
