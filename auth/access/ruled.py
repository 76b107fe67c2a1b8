"""Ruled: whose resources a reader may see, less what labels and Consents hide from him, and what an emergency
opens.

Design, section 4. What a house has recorded itself is not hidden from it by a label: only what others found.
"""

import json
from collections.abc import Collection, Iterable

from auth.access.clearance import hidden_labels, left
from auth.access.consent import NOTHING, Told, cleared, hidden, outright, said
from auth.access.constraint import Related
from auth.access.grounds import Grounds
from auth.access.provision import Reader
from auth.access.untold import untold
from auth.audit.purpose import EMERGENCY
from auth.principal import Kind, Principal
from auth.roles import Role
from fhir.access import Directory, Filter

_PURPOSE = "TREAT"


class Ruled:
    """`base` as `principal` may see it."""

    unrestricted = False
    anyone = False
    directory: Directory | None = None

    def __init__(self, base: Related, principal: Principal, grounds: Grounds) -> None:
        self._base = base
        self._principal = principal
        self._grounds = grounds
        self._opened: frozenset[str] | None = None
        self._filters: dict[frozenset[str], Filter | None] = {}
        names = (principal.organization, principal.practitioner)
        self._names = frozenset(name for name in names if name is not None)

    async def every(self, limit: int) -> frozenset[str] | None:
        """All related source Patients, and those whose file an emergency has opened."""
        found = await self._base.every(limit)
        return None if found is None else found | await self.opened()

    async def among(self, owners: Iterable[str]) -> frozenset[str]:
        """Those of `owners` that are related, or opened in an emergency."""
        asked = frozenset(owners)
        return await self._base.among(asked) | asked & await self.opened()

    async def within(self, owners: Collection[str] | None) -> Filter | None:
        """What no label and no Consent hides of these owners."""
        asked = frozenset(owners or ())
        if asked not in self._filters:
            self._filters[asked] = await self._within(asked)
        return self._filters[asked]

    async def opened(self) -> frozenset[str]:
        """All source Patients of those whose file the reader has opened in an emergency."""
        if self._opened is None:
            self._opened = frozenset()
            who = self._principal
            if who.kind is Kind.PERSON and who.role is Role.CLINICIAN:
                opened = await self._grounds.emergencies.opened(who.id, who.organization)
                persons = await self._grounds.relations.persons(sorted(opened)) if opened else {}
                self._opened = frozenset(one for members in persons.values() for one in members)
        return self._opened

    async def _within(self, owners: frozenset[str]) -> Filter | None:
        persons = await self._grounds.relations.persons(sorted(owners))
        members = frozenset(one for person in persons.values() for one in person)
        consents = await self._grounds.consents.of(members)
        opened = await self.opened()
        own = await self._own(owners)
        plain: dict[bool, list[str]] = {}
        groups: dict[str, tuple[Filter | None, list[str]]] = {}
        for owner in owners:
            given = [one for member in persons[owner] for one in consents.get(member, ())]
            if not given and owner not in opened:
                plain.setdefault(owner in own, []).append(owner)
                continue
            open = self._of(said(given), owner in opened, owner in own)
            _group(groups, untold(open, given), [owner])
        for is_own, theirs in plain.items():
            _group(groups, untold(self._of([], False, is_own), ()), theirs)
        return _joined(list(groups.values()))

    async def _own(self, owners: frozenset[str]) -> frozenset[str]:
        """The Patients that the house of the reader has itself: what it recorded lies under them."""
        organization = self._principal.organization
        return await self._grounds.relations.own(organization, owners) if organization else frozenset()

    def _of(self, told: list[Told], opened: bool, own: bool) -> Filter | None:
        """What is left of the file of one person."""
        if opened:
            return NOTHING if self._bound(told) else self._named(told)
        reader = Reader(self._names, self._principal.purpose or _PURPOSE)
        concealed = frozenset() if own else hidden_labels() - cleared(told, reader)
        return left(concealed, hidden(told, reader, open=self._grounds.policy.open))

    async def bound(self, patient: str) -> bool:
        """Does the person's denial keep his file closed to this reader even in an emergency?"""
        members = (await self._grounds.relations.persons([patient]))[patient]
        consents = await self._grounds.consents.of(frozenset(members))
        given = [one for member in members for one in consents.get(member, ())]
        return self._bound(said(given))

    def _named(self, told: list[Told]) -> Filter | None:
        """What is left in an emergency where a Consent speaks of emergencies by name."""
        speaking = [each for each in told if EMERGENCY in each.purposes]
        binding = speaking if self._grounds.policy.denial_binds else []
        return left((), hidden(binding, Reader(self._names, EMERGENCY)))

    def _bound(self, told: list[Told]) -> bool:
        return self._grounds.policy.denial_binds and outright(told, Reader(self._names, EMERGENCY))


def _group(
    groups: dict[str, tuple[Filter | None, list[str]]], filter: Filter | None, owners: list[str]
) -> None:
    """Put owners beside those of whom the same is left."""
    groups.setdefault(json.dumps(filter, sort_keys=True), (filter, []))[1].extend(owners)


def _joined(groups: list[tuple[Filter | None, list[str]]]) -> Filter | None:
    """Each owner's resources by his own filter; one filter needs no names."""
    if len(groups) == 1:
        return groups[0][0]
    parts: list[Filter] = []
    for filter, owners in groups:
        named: Filter = {"owner": {"$in": sorted(owners)}}
        parts.append(named if filter is None else {"$and": [named, filter]})
    return {"$or": parts} if parts else None
