"""Whose resources, and which of them: the constraints of one principal, each made once for a request.

Design, section 4: role and care relation ∩ Patient compartment ∩ consent and labels ∩ SMART scope.
"""

from collections.abc import Callable

from auth.access.constraint import (
    EVERYONE,
    Alone,
    Both,
    Listed,
    Named,
    Nobodys,
    Owners,
    Recorded,
    Related,
    Scoped,
)
from auth.access.deceased import Lifelong
from auth.access.grounds import Grounds
from auth.access.represented import Represented
from auth.access.ruled import Ruled
from auth.principal import Principal
from auth.roles import Role
from fhir.access import Constraint, Filter


class Whose:
    """The constraints of `principal`."""

    def __init__(self, principal: Principal, grounds: Grounds) -> None:
        self._principal = principal
        self._grounds = grounds
        self._made: dict[str, Constraint] = {}
        self._ruled: dict[bool, Ruled] = {}

    def everyone(self) -> Constraint:
        """All residents, and what is nobody's."""
        return EVERYONE

    def listed(self) -> Constraint:
        """All professionals as the directory shows them, himself whole."""
        return self._once("listed", lambda: Listed(self._principal.practitioner))

    def nobodys(self, type: str) -> Constraint:
        """Those resources of a type that belong to no resident."""
        return self._once(f"nobody's {type}", lambda: Nobodys(type))

    def recorded(self, house: str | None) -> Constraint:
        """What a house has recorded; without one, what anybody has."""
        return EVERYONE if house is None else self._once("recorded", lambda: Recorded(house))

    def own(self, patient: str) -> Constraint:
        """What belongs to the person of `patient`, to the person himself or to who acts for him."""

        def make() -> Constraint:
            who, own = self._principal, Owners(patient, self._grounds.relations)
            proxy = who.proxy
            seen = own if proxy is None else Represented(own, proxy, who.related, self._grounds)
            if who.role is not Role.RESIDENT:
                return seen
            himself = proxy is None and who.client_id is None
            days = self._grounds.policy.deceased_days if himself else 0
            return Lifelong(seen, own, self._grounds, days)

        return self._once(f"own {patient}", make)

    def related(self, organization: str, practitioner: str | None) -> Ruled:
        """What belongs to the residents in the care of an organisation, less what rules hide."""
        return self._of_care(organization, practitioner, named=False)

    def readable(self, organization: str, practitioner: str | None) -> Ruled:
        """That, and what other residents have permitted to the organisation or the practitioner by name."""
        return self._of_care(organization, practitioner, named=True)

    def _of_care(self, organization: str, practitioner: str | None, *, named: bool) -> Ruled:
        if named not in self._ruled:
            base = Related(organization, practitioner, self._grounds.relations)
            self._ruled[named] = Ruled(
                base, self._principal, self._grounds, self._permitted() if named else None
            )
        return self._ruled[named]

    def _permitted(self) -> Named:
        return Named(self._principal.names, self._grounds.permissions, self._grounds.relations)

    async def opened(self) -> frozenset[str]:
        """The source Patients whose files were read as opened in an emergency, if any was."""
        return frozenset().union(*[await each.opened() for each in self._ruled.values()])

    def launched(self, constraint: Constraint, patient: str) -> Constraint:
        """Of that, what is of the person in whose context an app was launched, or of that Patient alone."""
        name, whole = f"{id(constraint)} of {patient}", Owners if self._principal.linked else Alone
        return self._once(name, lambda: Both(constraint, whole(patient, self._grounds.relations)))

    def scoped(self, constraint: Constraint, filter: Filter) -> Constraint:
        """Of that, what meets the filter of granular scopes."""
        return self._once(f"{id(constraint)} {filter}", lambda: Scoped(constraint, filter))

    def _once(self, name: str, make: Callable[[], Constraint]) -> Constraint:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]
