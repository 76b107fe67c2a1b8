"""Reach: whose messages a person of the console may see.

hl7v2.md, checklist 69. A steward of an institution sees what its own sources sent; one of the region and an
operator see all, as far as their pages show it.
"""

from auth.roles import Role
from fhir.outcome import Fault, Refusal
from services.portal.visit import Visit
from services.sources import codes, registered, taken


async def sources(visit: Visit) -> list[str]:
    """The codes of the sources within reach, in order."""
    known = await codes(visit.platform.database)
    house = _house(visit)
    if house is None:
        return known
    owners = await registered(visit.platform.database, overlaid=False)
    return [code for code in known if code in owners and owners[code].source.organization == house]


async def narrowed(visit: Visit) -> dict[str, object]:
    """The filter for rows of the inbox: nothing where all are within reach."""
    return {} if _house(visit) is None else {"source": {"$in": await sources(visit)}}


async def check(visit: Visit, code: str) -> None:
    """Refusal where a source is out of reach: as one that nobody knows."""
    house = _house(visit)
    if house is None:
        return
    platform = visit.platform
    known = await taken(platform.database, code, platform.store.vault.identify)
    if known is None or known.source.organization != house:
        raise Refusal(Fault.NOT_FOUND, "no such message or source")


def _house(visit: Visit) -> str | None:
    """The institution that a steward is bound to."""
    principal = visit.principal
    return principal.organization if principal.role is Role.STEWARD else None
