"""Access decision: the protocol that the core asks before it shows or takes anything.

The core defines it, `auth.access` implements it, `services` passes it in. A decision is a Permit with a
constraint, which the store joins into the database query before count, sort, limit and chain, or a Deny.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Action(StrEnum):
    """What is asked for, in the letters of SMART App Launch 2.2 scopes."""

    CREATE = "c"
    READ = "r"
    UPDATE = "u"
    DELETE = "d"
    SEARCH = "s"


Filter = dict[str, Any]
"""A MongoDB filter on what every version's row has: `type`, `id`, `owner`, `facets`, `sort`."""


@dataclass(frozen=True, slots=True)
class Directory:
    """Of professionals what a directory shows (`fhir.directory`), of `own`, a Practitioner, everything."""

    own: str | None = None


class Constraint(Protocol):
    """Whose resources may be seen, which of them, and how much of one. An owner is a source Patient,
    `Patient/<id>`."""

    @property
    def unrestricted(self) -> bool:
        """True only where everything is visible; anything else narrows the query."""

    @property
    def anyone(self) -> bool:
        """True where every owner is visible, if perhaps not all of what is his."""

    @property
    def directory(self) -> Directory | None:
        """How much of a professional is visible, to be shown and to be searched by; None for all."""

    async def every(self, limit: int) -> frozenset[str] | None:
        """All visible owners, or None when there are more than `limit`."""

    async def among(self, owners: Iterable[str]) -> frozenset[str]:
        """Those of `owners` that are visible."""

    async def within(self, owners: Collection[str] | None) -> Filter | None:
        """What the resources of these visible `owners` (None: of anyone) must meet besides, if anything."""


@dataclass(frozen=True, slots=True)
class Permit:
    """Allowed, within the constraint."""

    constraint: Constraint


@dataclass(frozen=True, slots=True)
class Deny:
    """Refused; the reason is shown and audited, so it says nothing of any person."""

    reason: str


class Access(Protocol):
    """One principal's view of the platform."""

    async def decide(self, type: str, action: Action) -> Permit | Deny:
        """May this principal do `action` on resources of `type`, and on whose?"""
