"""Access: one principal's view of the platform, as the core asks for it (`fhir.access.Access`)."""

from auth.access.decision import decide
from auth.principal import Principal
from auth.store.relations import Relations
from fhir.access import Action, Constraint, Deny, Permit

__all__ = ["AccessOf"]


class AccessOf:
    """`fhir.access.Access` of one principal; made anew for each request.

    All decisions of one request share a constraint, which then looks up its residents once.
    """

    def __init__(self, principal: Principal, relations: Relations) -> None:
        self.principal = principal
        self._relations = relations
        self._constraints: dict[object, Constraint] = {}

    async def decide(self, type: str, action: Action) -> Permit | Deny:
        """May this principal do `action` on resources of `type`, and on whose?"""
        decision = decide(self.principal, type, action, self._relations)
        if isinstance(decision, Deny):
            return decision
        constraint = decision.constraint
        return Permit(self._constraints.setdefault(constraint.__class__, constraint))
