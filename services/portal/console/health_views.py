"""The page of the system's health: what somebody must see to first."""

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from services.portal.console.health import CHECKS
from services.portal.page import page
from services.portal.visit import Visit, visited

READERS = (Role.OPERATOR, Role.SECURITY)


async def health_page(request: Request) -> Response:
    """Every check, as it stands now."""

    async def show(visit: Visit) -> Response:
        found = [(name, await check(visit.platform)) for name, check in CHECKS.items()]
        found.sort(key=lambda each: each[1].well)
        wanting = sum(not finding.well for _, finding in found)
        return page(
            request, "console/templates/health.html", reader=visit.reader, found=found, wanting=wanting
        )

    return await visited(request, READERS, show, type="Basic", interaction=Interaction.SEARCH)
