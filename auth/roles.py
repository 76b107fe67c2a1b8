"""Roles: what a person may be on the platform.

Design, section 1. No account holds two of the last five, so that nobody watches himself.
"""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """A role of an account."""

    CLINICIAN = "clinician"
    RESIDENT = "resident"
    STEWARD = "steward"
    PRIVACY = "privacy"
    OPERATOR = "operator"
    SECURITY = "security"
    AUDITOR = "auditor"


DUTIES = frozenset({Role.STEWARD, Role.PRIVACY, Role.OPERATOR, Role.SECURITY, Role.AUDITOR})
STAFF = frozenset(Role) - {Role.RESIDENT}
WITH_PAGES = frozenset(Role)
"""Roles that have pages of their own; another one would see its own log-in and nothing else."""


class Factor(StrEnum):
    """The second factor that a role demands at log-in."""

    OPTIONAL = "optional"
    CODE = "code"
    PASSKEY = "passkey"


FACTORS = {
    Role.CLINICIAN: Factor.CODE,
    Role.STEWARD: Factor.CODE,
    Role.PRIVACY: Factor.CODE,
    Role.AUDITOR: Factor.CODE,
    Role.SECURITY: Factor.PASSKEY,
    Role.OPERATOR: Factor.PASSKEY,
    Role.RESIDENT: Factor.OPTIONAL,
}


def compatible(roles: Iterable[Role]) -> bool:
    """May one account hold all of `roles`?"""
    return len(DUTIES & frozenset(roles)) <= 1


def demanded(roles: Iterable[Role]) -> Factor:
    """The strongest second factor that any of `roles` demands."""
    factors = {FACTORS[role] for role in roles}
    return next(factor for factor in (Factor.PASSKEY, Factor.CODE, Factor.OPTIONAL) if factor in factors)
