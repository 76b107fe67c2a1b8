"""Constraint: whose resources a principal may see.

`fhir.access.Constraint`, three ways: everyone's, those of named owners, those of the residents related to
an organisation (and, for a person, to him at that organisation).
"""

from collections.abc import Iterable

from auth.store.relations import Relations
from fhir.store.constraint import EVERYONE, Everyone

__all__ = ["EVERYONE", "Everyone", "Owners", "Related"]


class Owners:
    """All source Patients of one person: a resident's own file."""

    unrestricted = False

    def __init__(self, patient: str, relations: Relations) -> None:
        self._patient = patient
        self._relations = relations
        self._own: frozenset[str] | None = None

    async def _linked(self) -> frozenset[str]:
        if self._own is None:
            self._own = frozenset((await self._relations.persons([self._patient]))[self._patient])
        return self._own

    async def every(self, limit: int) -> frozenset[str] | None:
        """The Patients linked to the person."""
        own = await self._linked()
        return own if len(own) <= limit else None

    async def among(self, owners: Iterable[str]) -> frozenset[str]:
        """Those that are the person's."""
        return await self._linked() & frozenset(owners)


class Related:
    """The residents related to `organization` today, through all of their source Patients."""

    unrestricted = False

    def __init__(self, organization: str, practitioner: str | None, relations: Relations) -> None:
        self._organization = organization
        self._practitioner = practitioner
        self._relations = relations
        self._known: dict[int, frozenset[str] | None] = {}

    async def every(self, limit: int) -> frozenset[str] | None:
        """All related source Patients, or None when there are more than `limit`."""
        if limit not in self._known:
            self._known[limit] = await self._relations.every(self._organization, self._practitioner, limit)
        return self._known[limit]

    async def among(self, owners: Iterable[str]) -> frozenset[str]:
        """Those of `owners` that are related."""
        return await self._relations.among(self._organization, self._practitioner, owners)
