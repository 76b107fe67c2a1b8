"""Reach of a token: whether its scopes allow an action on a type, and how far.

SMART App Launch 2.2. `patient/` scopes reach the one Patient in context, `user/` scopes what the person may
see, `system/` scopes what the organisation may. Where scopes of several levels reach a type, one level
counts, the one that narrows less; granular scopes of one level add up.
"""

from dataclasses import dataclass

from auth.principal import Kind, Principal
from auth.roles import Role
from fhir.access import Action, Filter


@dataclass(frozen=True, slots=True)
class Scoped:
    """Within the scope: of `launched` alone (None: whomever the role may see), and what meets `filter`."""

    launched: str | None = None
    filter: Filter | None = None


def reach(principal: Principal, type: str, action: Action) -> Scoped | None:
    """How far the scopes of `principal` reach; None where they do not.

    A system or an app needs a scope; a person on the platform's own pages acts under his role alone.
    """
    if principal.kind is Kind.SYSTEM:
        return _level(principal, "system", type, action, None)
    if principal.client_id is None:
        return Scoped()
    found = [_level(principal, "user", type, action, None)]
    if principal.launched is not None or principal.role is Role.RESIDENT:
        found.append(_level(principal, "patient", type, action, principal.launched))
    allowed = [each for each in found if each is not None]
    return min(allowed, key=lambda each: each.filter is not None, default=None)


def _level(
    principal: Principal, level: str, type: str, action: Action, launched: str | None
) -> Scoped | None:
    scopes = [scope for scope in principal.scopes if scope.level == level]
    if any(scope.allows(type, action) for scope in scopes):
        return Scoped(launched)
    filters = [found for scope in scopes if (found := scope.filter(type, action)) is not None]
    if not filters:
        return None
    return Scoped(launched, filters[0] if len(filters) == 1 else {"$or": filters})
