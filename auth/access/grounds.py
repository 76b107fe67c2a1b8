"""Grounds: what the platform knows that decisions rest on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from auth.store.consents import Rows
from auth.store.emergencies import Emergencies
from auth.store.relations import Relations


@dataclass(frozen=True, slots=True)
class Policy:
    """What a region decides: `open` is what holds where no Consent speaks; `denial_binds` that break-glass
    does not open what the resident has denied outright; `deceased_days` how long after a death care still
    opens the file."""

    open: bool = True
    denial_binds: bool = True
    deceased_days: int = 30


class Spoken(Protocol):
    """Where the Consents of residents are known (`auth.store.consents`)."""

    async def of(self, patients: Collection[str]) -> Mapping[str, Rows]:
        """The Consents of those of `patients` that have any."""
        ...


class Naming(Protocol):
    """Where it is known whom Consents permit something by name (`auth.store.permissions`)."""

    async def every(self, names: Collection[str], limit: int) -> frozenset[str] | None:
        """The Patients whose Consents permit something to any of `names` now; None for more than `limit`."""
        ...

    async def among(self, names: Collection[str], patients: Collection[str]) -> frozenset[str]:
        """Those of `patients` whose Consents permit something to any of `names` now."""
        ...


class Dying(Protocol):
    """Where it is known who has died (`auth.store.deaths`)."""

    async def of(self, patients: Collection[str]) -> Mapping[str, datetime]:
        """When those of `patients` died who are said to have."""
        ...


@dataclass(frozen=True, slots=True)
class Grounds:
    """Care relations, Consents, break-glass, whom Consents name, who has died, and the region's policy."""

    relations: Relations
    consents: Spoken
    emergencies: Emergencies
    permissions: Naming
    deaths: Dying
    policy: Policy = Policy()
