"""Access: one principal's view of the platform, as the core asks for it (`fhir.access.Access`)."""

from auth.access.decision import decide
from auth.principal import Principal
from auth.store.relations import Relations
from fhir.access import Action, Deny, Permit

__all__ = ["AccessOf"]


class AccessOf:
    """`fhir.access.Access` of one principal; made anew for each request."""

    def __init__(self, principal: Principal, relations: Relations) -> None:
        self.principal = principal
        self._relations = relations

    async def decide(self, type: str, action: Action) -> Permit | Deny:
        """May this principal do `action` on resources of `type`, and on whose?"""
        return decide(self.principal, type, action, self._relations)
