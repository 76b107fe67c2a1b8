"""The page of security lines: each with its state, what holds it, and what shows it."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from services.platform import Platform
from services.portal.catalogue import mark
from services.portal.page import page
from services.portal.security.checks import CHECKS, Finding
from services.portal.security.line import Kind, Line, lines
from services.portal.visit import Visit, visited

READERS = (Role.SECURITY, Role.PRIVACY, Role.AUDITOR)
KINDS = {
    Kind.BUILT: mark("程序保证"),
    Kind.SETTING: mark("由设置决定"),
    Kind.PROCEDURE: mark("靠人执行"),
    Kind.ABSENT: mark("还没有"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A line, and what was found of it on this platform, where a check can tell."""

    line: Line
    finding: Finding | None

    @property
    def wanting(self) -> bool:
        """Must somebody see to it?"""
        return self.line.kind is Kind.ABSENT or (self.finding is not None and not self.finding.well)


async def standings(platform: Platform) -> list[Standing]:
    """All lines, those first that somebody must see to."""
    found = [
        Standing(line, await CHECKS[line.number](platform) if line.number in CHECKS else None)
        for line in lines()
    ]
    return sorted(found, key=lambda each: (not each.wanting, each.line.number))


async def security_page(request: Request) -> Response:
    """Every line, and how it stands now."""

    async def show(visit: Visit) -> Response:
        found = await standings(visit.platform)
        wanting = sum(each.wanting for each in found)
        return page(
            request,
            "security/templates/security.html",
            reader=visit.reader,
            standings=found,
            wanting=wanting,
            kinds=KINDS,
        )

    return await visited(request, READERS, show, type="Basic", interaction=Interaction.SEARCH)
