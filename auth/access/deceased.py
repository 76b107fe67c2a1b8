"""Deceased: the file of somebody who has died is closed, and who may still see it.

GB/T 39725-2020; ADR 23. Care has ended: what visits, registrations, contracts, cards and Consents opened ends
some days after the death (`Policy.deceased_days`). A house keeps what it has recorded itself; break-glass and
an explicit grant, which has a reason and an end, open the file. Nobody acts for the dead: apps and proxies of
the resident end at once, his own log-in after the same days. Who is said to live after all is open again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from auth import moment as clock
from auth.access.consent import NOTHING
from auth.access.constraint import Owners
from auth.access.grounds import Grounds
from auth.principal import Principal
from fhir.access import Constraint, Directory, Filter


async def closed(
    principal: Principal, grounds: Grounds, persons: Mapping[str, Sequence[str]]
) -> frozenset[str]:
    """Those of `persons` (each with all Patients of the person) whose files are closed to the principal."""
    dead = await _dead(grounds, persons, grounds.policy.deceased_days)
    if not dead or principal.organization is None:
        return dead
    return dead - await grounds.relations.granted(principal.organization, principal.practitioner, dead)


async def _dead(grounds: Grounds, persons: Mapping[str, Sequence[str]], days: int) -> frozenset[str]:
    """Those who died more than so many days ago, as any Patient of the person says."""
    members = {member for person in persons.values() for member in person}
    told = await grounds.deaths.of(members)
    if not told:
        return frozenset()
    before = clock.now() - timedelta(days=days)
    over = {member for member, since in told.items() if since <= before}
    return frozenset(one for one, person in persons.items() if not over.isdisjoint(person))


def only_recorded(recorded: Filter | None, open: Filter | None) -> Filter:
    """Of what is `open` of a closed file that which the reader's own house has recorded."""
    if recorded is None:
        return NOTHING
    return recorded if open is None else {"$and": [recorded, open]}


class Lifelong:
    """What `base` allows of one person's own file, until he has died and `days` are over."""

    unrestricted = False
    anyone = False
    directory: Directory | None = None

    def __init__(self, base: Constraint, own: Owners, grounds: Grounds, days: int) -> None:
        self._base = base
        self._own = own
        self._grounds = grounds
        self._days = days

    async def _over(self) -> bool:
        members = tuple(await self._own.members())
        return bool(await _dead(self._grounds, {members[0]: members}, self._days))

    async def every(self, limit: int) -> frozenset[str] | None:
        """The person's Patients, or nobody's."""
        return frozenset() if await self._over() else await self._base.every(limit)

    async def among(self, owners: Iterable[str]) -> frozenset[str]:
        """Those that are the person's, or none."""
        return frozenset() if await self._over() else await self._base.among(owners)

    async def within(self, owners: Collection[str] | None) -> Filter | None:
        """As in his life."""
        return await self._base.within(owners)
