"""Ruled: whose resources a reader may see, less what labels and Consents hide from him, and what an emergency
or a permission opens.

Design, section 4. What a house has recorded itself is not hidden from it by a label: only what others found.
Of a file that a permission alone opens nothing is seen but what it says (ADR 8); of that of somebody who has
died nothing but what the house has recorded (`auth.access.deceased`).
"""

import json
from collections.abc import Collection, Iterable

from auth.access import permission
from auth.access.clearance import hidden_labels, left
from auth.access.consent import NOTHING, Told, cleared, hidden, outright, said
from auth.access.constraint import Named, Related
from auth.access.deceased import closed, only_recorded
from auth.access.grounds import Grounds
from auth.access.provision import Reader
from auth.access.untold import untold
from auth.audit.purpose import EMERGENCY, TREATMENT
from auth.principal import Kind, Principal
from auth.roles import Role
from fhir.access import Directory, Filter


class Ruled:
    """`base` as `principal` may see it; with `named` also what Consents permit to him by name."""

    unrestricted = False
    anyone = False
    directory: Directory | None = None

    def __init__(
        self, base: Related, principal: Principal, grounds: Grounds, named: Named | None = None
    ) -> None:
        self._base = base
        self._named = named
        self._closed: frozenset[str] = frozenset()
        self._principal = principal
        self._grounds = grounds
        self._opened: frozenset[str] | None = None
        self._filters: dict[frozenset[str], Filter | None] = {}

    async def every(self, limit: int) -> frozenset[str] | None:
        """All related source Patients, those whose file an emergency has opened, and those of whose file a
        permission opens something."""
        found = await self._base.every(limit)
        named = frozenset[str]() if self._named is None or found is None else await self._named.every(limit)
        if found is None or named is None:
            return None
        more = await self.opened() | self._apart(named - found)
        return found | more if more else found

    async def among(self, owners: Iterable[str]) -> frozenset[str]:
        """Those of `owners` that are related, opened in an emergency, or permitted in part."""
        asked = frozenset(owners)
        found = await self._base.among(asked)
        named = frozenset[str]() if self._named is None else await self._named.among(asked - found)
        return found | asked & await self.opened() | self._apart(named)

    def _apart(self, closed: frozenset[str]) -> frozenset[str]:
        """Those that a permission alone has let in: for this request their files stay closed but for that."""
        if not closed <= self._closed:
            self._closed |= closed
            self._filters.clear()
        return closed

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
        opened, own = await self.opened(), await self._own(owners)
        dead = await closed(self._principal, self._grounds, persons) - opened
        apart = opened | self._closed | dead
        plain: dict[bool, list[str]] = {}
        groups: dict[str, tuple[Filter | None, list[str]]] = {}
        for owner in owners:
            given = [one for member in persons[owner] for one in consents.get(member, ())]
            if not given and owner not in apart:
                plain.setdefault(owner in own, []).append(owner)
                continue
            told = said(consents, persons[owner])
            open = self._in_emergency(told) if owner in opened else self._of(told, owner in own, owner)
            if owner in dead:
                open = only_recorded(self._recorded(owner in own), open)
            _group(groups, untold(open, given), [owner])
        for is_own, theirs in plain.items():
            _group(groups, untold(self._of([], is_own), ()), theirs)
        return _joined(list(groups.values()))

    async def _own(self, owners: frozenset[str]) -> frozenset[str]:
        """The Patients that the house of the reader has itself, by its visits or as it made them."""
        organization = self._principal.organization
        return await self._grounds.relations.own(organization, owners) if organization else frozenset()

    def _of(self, told: list[Told], own: bool, owner: str = "") -> Filter | None:
        """What is left of the file of one person."""
        reader = Reader(self._principal.names, TREATMENT)
        recorded = self._recorded(own)
        if owner in self._closed:
            named = permission.cleared(told, reader)
            return left(hidden_labels(), permission.unopened(told, reader), recorded, named)
        denied = hidden(told, reader, open=self._grounds.policy.open)
        return left(hidden_labels(), denied, recorded, cleared(told, reader))

    def _recorded(self, own: bool) -> Filter | None:
        """What the house of the reader has recorded; where nobody is noted for it, what lies under the
        Patients that the house has itself."""
        house = self._principal.organization
        return None if house is None else {"recorder": {"$in": [house, None]} if own else house}

    async def bound(self, patient: str) -> bool:
        """Does the person's denial keep his file closed to this reader even in an emergency?"""
        members = (await self._grounds.relations.persons([patient]))[patient]
        consents = await self._grounds.consents.of(frozenset(members))
        return self._bound(said(consents, members))

    def _in_emergency(self, told: list[Told]) -> Filter | None:
        """What is left of a file that an emergency has opened: all but what Consents deny for emergencies."""
        if self._bound(told):
            return NOTHING
        speaking = [each for each in told if EMERGENCY in each.purposes]
        binding = speaking if self._grounds.policy.denial_binds else []
        return left((), hidden(binding, Reader(self._principal.names, EMERGENCY)))

    def _bound(self, told: list[Told]) -> bool:
        return self._grounds.policy.denial_binds and outright(told, Reader(self._principal.names, EMERGENCY))


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
