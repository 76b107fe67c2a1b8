"""Principal: who asks, as far as the platform has proved it.

FHIR R4 security.html (authentication); the parts that the access decision and the audit record need.
"""

from dataclasses import dataclass
from enum import StrEnum

from auth.roles import Role
from auth.smart.scope import Scope


class Kind(StrEnum):
    """A clinic's system, or a person."""

    SYSTEM = "system"
    PERSON = "person"


class Proxied(StrEnum):
    """As what somebody looks at the file of another resident."""

    PARENT = "parent"
    ADULT = "adult"
    HELP_DESK = "help-desk"


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated system or person; references are relative (`Organization/x`)."""

    kind: Kind
    id: str
    name: str
    role: Role | None = None
    client_id: str | None = None
    organization: str | None = None
    regional: bool = False
    scopes: tuple[Scope, ...] = ()
    practitioner: str | None = None
    patient: str | None = None
    """A resident's own, or that of the resident for whom a `proxy` acts."""
    proxy: Proxied | None = None
    related: frozenset[str] = frozenset()
    """The RelatedPersons as which the account of a proxy is registered: a rule on any of them means him."""
    attends: str | None = None
    """The resident who stands before a privacy officer and whose word on paper he writes down."""
    compares: bool = False
    """A steward on the pages where it is decided which records are one person's."""
    moves: bool = False
    """A steward on the pages where what was filed under the wrong Patient is moved."""
    launched: str | None = None
    """The Patient in the context of an app's token (SMART App Launch 2.2, launch context)."""
    linked: bool = True
    """Does a Patient whom its client names stand for the person, all Patients linked with it?"""
    amr: tuple[str, ...] = ()
    """How the person has proved who he is (RFC 8176): `pwd`, `otp`, `hwk`."""
    session: str | None = None
    """A name for the token or web session that stands in the audit; it opens nothing."""

    @property
    def names(self) -> frozenset[str]:
        """The references by which a Consent may name it: its house, and the doctor himself."""
        return frozenset(each for each in (self.organization, self.practitioner) if each is not None)
