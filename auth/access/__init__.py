"""Access: one principal's view of the platform, as the core asks for it (`fhir.access.Access`)."""

from auth.access.constraint import Both
from auth.access.decision import decide
from auth.access.grounds import Grounds
from auth.access.types import DIRECTORY
from auth.access.whose import Whose
from auth.audit.purpose import parted
from auth.audit.record import AuditRecord
from auth.principal import Principal
from fhir.access import Access, Action, Deny, Permit

__all__ = ["AccessOf", "Common"]


class AccessOf:
    """`fhir.access.Access` of one principal; made anew for each request.

    All decisions of one request share their constraints, each of which then looks up its residents once.
    """

    def __init__(self, principal: Principal, grounds: Grounds) -> None:
        self.principal = principal
        self._whose = Whose(principal, grounds)

    async def decide(self, type: str, action: Action) -> Permit | Deny:
        """May this principal do `action` on resources of `type`, and on which?"""
        return decide(self.principal, type, action, self._whose)

    async def parted(self, record: AuditRecord) -> list[AuditRecord]:
        """The record of this request, apart for those whose files it has read as opened in an emergency."""
        return parted(record, await self._whose.opened())

    async def bound(self, patient: str) -> bool:
        """Does a denial keep the file of this person closed to a clinician even in an emergency?"""
        who = self.principal
        if who.organization is None:
            return True
        return await self._whose.related(who.organization, who.practitioner).bound(patient)


class Common:
    """What two see, of whom the second one sees few files; the directory as the second one sees it."""

    def __init__(self, one: Access, few: Access) -> None:
        self._one, self._few = one, few

    async def decide(self, type: str, action: Action) -> Permit | Deny:
        """What both may."""
        one, few = await self._one.decide(type, action), await self._few.decide(type, action)
        if isinstance(one, Deny) or isinstance(few, Deny):
            return one if isinstance(one, Deny) else few
        if type in DIRECTORY:
            return few
        return Permit(Both(one.constraint, few.constraint))
