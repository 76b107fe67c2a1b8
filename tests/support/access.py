"""A principal's view of the platform as a test wants it, in place of `auth.access`."""

from collections.abc import Collection, Iterable

from fhir.access import Action, Constraint, Deny, Directory, Filter, Permit
from fhir.store import EVERYONE


class Some:
    """A constraint of named owners, of whose resources some filter may hold; without `few` there are too many
    to be listed."""

    unrestricted = False
    anyone = False
    directory: Directory | None = None

    def __init__(self, *owners: str, few: bool = True, only: Filter | None = None) -> None:
        self.owners, self.few, self.only = frozenset(owners), few, only

    async def every(self, limit: int) -> frozenset[str] | None:
        """The owners, or None."""
        return self.owners if self.few else None

    async def among(self, owners: Iterable[str]) -> frozenset[str]:
        """Those of `owners` that are named."""
        return self.owners & frozenset(owners)

    async def within(self, owners: Collection[str] | None) -> Filter | None:
        """The filter."""
        return self.only


class Granted:
    """Whatever is not denied, within one constraint."""

    def __init__(self, constraint: Constraint = EVERYONE, denied: Collection[str] = ()) -> None:
        self.constraint, self.denied = constraint, denied

    async def decide(self, type: str, action: Action) -> Permit | Deny:
        """Deny the types and the letters of actions in `denied`."""
        if type in self.denied or action.value in self.denied:
            return Deny("not this one")
        return Permit(self.constraint)
