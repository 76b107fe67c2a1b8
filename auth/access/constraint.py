"""Constraint: whose resources a principal may see.

`fhir.access.Constraint`: everyone's, those of named owners, those of the residents related to an organisation
(and, for a person, to him at that organisation); one within another, and what a filter leaves of one.
"""

from collections.abc import Collection, Iterable

from auth.access.grounds import Naming
from auth.store.relations import Relations
from fhir.access import Constraint, Directory, Filter
from fhir.store.constraint import EVERYONE, Everyone

__all__ = [
    "EVERYONE",
    "Alone",
    "Both",
    "Everyone",
    "Listed",
    "Named",
    "Nobodys",
    "Owners",
    "Recorded",
    "Related",
    "Scoped",
]


class Listed(Everyone):
    """All professionals as the directory shows them; of `own`, a Practitioner, everything."""

    unrestricted = False

    def __init__(self, own: str | None) -> None:
        self.directory = Directory(own)


class Nobodys(Everyone):
    """The resources of a type that no resident owns; such a one owns itself."""

    unrestricted = False

    def __init__(self, type: str) -> None:
        self._own: Filter = {"owner": {"$gte": f"{type}/", "$lt": f"{type}0"}}

    async def within(self, owners: Collection[str] | None) -> Filter | None:
        """What owns itself."""
        return self._own


class Recorded(Everyone):
    """What `house` has recorded, whosever it is."""

    unrestricted = False

    def __init__(self, house: str) -> None:
        self._house = house

    async def within(self, owners: Collection[str] | None) -> Filter | None:
        """Nothing of other recorders."""
        return {"recorder": self._house}


class Owners:
    """All source Patients of one person: a resident's own file."""

    unrestricted = False
    anyone = False
    directory: Directory | None = None

    def __init__(self, patient: str, relations: Relations) -> None:
        self._patient = patient
        self._relations = relations
        self._own: frozenset[str] | None = None

    async def members(self) -> frozenset[str]:
        """All Patients of the person."""
        if self._own is None:
            self._own = frozenset((await self._relations.persons([self._patient]))[self._patient])
        return self._own

    async def every(self, limit: int) -> frozenset[str] | None:
        """The Patients linked to the person."""
        own = await self.members()
        return own if len(own) <= limit else None

    async def among(self, owners: Iterable[str]) -> frozenset[str]:
        """Those that are the person's."""
        return await self.members() & frozenset(owners)

    async def within(self, owners: Collection[str] | None) -> Filter | None:
        """All that is his."""
        return None


class Alone(Owners):
    """One source Patient, and nobody who is linked with it."""

    async def members(self) -> frozenset[str]:
        """The Patient itself."""
        return frozenset({self._patient})


class Related:
    """The residents related to `organization` today, through all of their source Patients."""

    unrestricted = False
    anyone = False
    directory: Directory | None = None

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

    async def within(self, owners: Collection[str] | None) -> Filter | None:
        """All that is theirs."""
        return None


class Named:
    """The residents whose Consents permit something to one of `names`, through all of their source Patients.

    Half a constraint: how much of their files that opens, `auth.access.ruled` says.
    """

    def __init__(self, names: frozenset[str], permissions: Naming, relations: Relations) -> None:
        self._names = names
        self._permissions = permissions
        self._relations = relations

    async def every(self, limit: int) -> frozenset[str] | None:
        """All source Patients of those residents, or None when there are more than `limit`."""
        named = await self._permissions.every(self._names, limit)
        if not named:
            return named
        persons = await self._relations.persons(sorted(named))
        found = frozenset(one for person in persons.values() for one in person)
        return found if len(found) <= limit else None

    async def among(self, owners: Collection[str]) -> frozenset[str]:
        """Those of `owners` that are theirs."""
        asked = sorted(owner for owner in owners if owner.startswith("Patient/"))
        if not asked or await self._nobody():
            return frozenset()
        persons = await self._relations.persons(asked)
        members = {one for person in persons.values() for one in person}
        named = await self._permissions.among(self._names, members)
        return frozenset(owner for owner in asked if not named.isdisjoint(persons[owner]))

    async def _nobody(self) -> bool:
        return await self._permissions.every(self._names, limit=0) is not None


class Both:
    """What two constraints allow; the second one names few owners."""

    unrestricted = False
    anyone = False
    directory: Directory | None = None

    def __init__(self, one: Constraint, few: Constraint) -> None:
        self._one = one
        self._few = few

    async def every(self, limit: int) -> frozenset[str] | None:
        """The few, as far as the other allows them."""
        few = await self._few.every(limit)
        return None if few is None else await self._one.among(few)

    async def among(self, owners: Iterable[str]) -> frozenset[str]:
        """Those that both allow."""
        return await self._one.among(await self._few.among(owners))

    async def within(self, owners: Collection[str] | None) -> Filter | None:
        """What both leave of them."""
        left = [each for each in (await self._one.within(owners), await self._few.within(owners)) if each]
        return {"$and": left} if len(left) > 1 else left[0] if left else None


class Scoped:
    """Of what a constraint allows, that which meets a filter."""

    unrestricted = False

    def __init__(self, base: Constraint, filter: Filter) -> None:
        self.base = base
        self._filter = filter

    @property
    def anyone(self) -> bool:
        """As without the filter."""
        return self.base.anyone

    @property
    def directory(self) -> Directory | None:
        """As without the filter."""
        return self.base.directory

    async def every(self, limit: int) -> frozenset[str] | None:
        """As without the filter."""
        return await self.base.every(limit)

    async def among(self, owners: Iterable[str]) -> frozenset[str]:
        """As without the filter."""
        return await self.base.among(owners)

    async def within(self, owners: Collection[str] | None) -> Filter | None:
        """The filter, and what stands without it."""
        further = await self.base.within(owners)
        return self._filter if further is None else {"$and": [self._filter, further]}
