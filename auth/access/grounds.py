"""Grounds: what the platform knows that decisions rest on."""

from dataclasses import dataclass

from auth.store.consents import Consents
from auth.store.emergencies import Emergencies
from auth.store.relations import Relations


@dataclass(frozen=True, slots=True)
class Policy:
    """What a region decides: `open` is what holds where no Consent speaks; `denial_binds` that break-glass
    does not open what the resident has denied outright."""

    open: bool = True
    denial_binds: bool = True


@dataclass(frozen=True, slots=True)
class Grounds:
    """Care relations, Consents, break-glass, and the region's policy."""

    relations: Relations
    consents: Consents
    emergencies: Emergencies
    policy: Policy = Policy()
