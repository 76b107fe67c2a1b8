"""Whose resources, and which of them: the constraints of one principal, each made once for a request.

Design, section 4: role and care relation ∩ Patient compartment ∩ consent and labels ∩ SMART scope.
"""

from collections.abc import Callable

from auth.access.constraint import EVERYONE, Both, Listed, Owners, Related, Scoped
from auth.access.grounds import Grounds
from auth.access.represented import Represented
from auth.access.ruled import Ruled
from auth.principal import Principal
from fhir.access import Constraint, Filter


class Whose:
    """The constraints of `principal`."""

    def __init__(self, principal: Principal, grounds: Grounds) -> None:
        self._principal = principal
        self._grounds = grounds
        self._made: dict[str, Constraint] = {}
        self._ruled: Ruled | None = None

    def everyone(self) -> Constraint:
        """All residents, and what is nobody's."""
        return EVERYONE

    def listed(self) -> Constraint:
        """All professionals as the directory shows them, himself whole."""
        return self._once("listed", lambda: Listed(self._principal.practitioner))

    def own(self, patient: str) -> Constraint:
        """What belongs to the person of `patient`, to the person himself or to who acts for him."""

        def make() -> Constraint:
            own, proxy = Owners(patient, self._grounds.relations), self._principal.proxy
            if proxy is None:
                return own
            return Represented(own, proxy, self._principal.related, self._grounds)

        return self._once(f"own {patient}", make)

    def related(self, organization: str, practitioner: str | None) -> Ruled:
        """What belongs to the residents in the care of an organisation, less what rules hide."""
        if self._ruled is None:
            base = Related(organization, practitioner, self._grounds.relations)
            self._ruled = Ruled(base, self._principal, self._grounds)
        return self._ruled

    async def opened(self) -> frozenset[str]:
        """The source Patients whose files were read as opened in an emergency, if any was."""
        return frozenset() if self._ruled is None else await self._ruled.opened()

    def launched(self, constraint: Constraint, patient: str) -> Constraint:
        """Of that, what belongs to the person in whose context an app was launched."""
        name = f"{id(constraint)} of {patient}"
        return self._once(name, lambda: Both(constraint, Owners(patient, self._grounds.relations)))

    def scoped(self, constraint: Constraint, filter: Filter) -> Constraint:
        """Of that, what meets the filter of granular scopes."""
        return self._once(f"{id(constraint)} {filter}", lambda: Scoped(constraint, filter))

    def _once(self, name: str, make: Callable[[], Constraint]) -> Constraint:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]
