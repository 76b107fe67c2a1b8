"""Interaction vread.

FHIR R4 3.1.0.2 (http.html#vread).
"""

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.interactions.read import not_found, shown
from fhir.resource import VERSION
from fhir.store import Stored


async def vread(context: Context, type: str, id: str, version: str) -> Stored:
    """One version of a resource, superseded or current."""
    context.trail.entity = f"{type}/{id}/_history/{version}"
    constraint = await context.permit(type, Action.READ)
    if not VERSION.fullmatch(version):
        raise not_found()
    return shown(context, await context.store.resources.read_version(type, id, int(version), constraint))
