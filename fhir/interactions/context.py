"""The context of a request: the store, who asks, and what the audit will say."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from fhir.access import Access, Action, Constraint, Deny
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.store import Store
from fhir.store.links import Members
from fhir.store.projection import Session


class Vouch(Protocol):
    """Raises a Refusal where the writer may not say what the resource says."""

    def __call__(self, resource: Resource, session: Session | None = None) -> Awaitable[None]:
        """In a transaction it is asked again, with its session, when references lead where they will."""


LookUp = Callable[[Sequence[str]], Awaitable[None]]
"""Counts the numbers by which a search looks somebody up; raises a Refusal (429) where they are too many."""
Relate = Callable[[Session, str], Awaitable[None]]


async def _vouched(resource: Resource, session: Session | None = None) -> None:
    """Whoever sees the whole region may file anything anywhere."""


async def _uncounted(numbers: Sequence[str]) -> None:
    """The platform itself may look anybody up."""


async def _no_relation(session: Session, patient: str) -> None:
    """Whoever sees the whole region needs no relation to a new Patient."""


@dataclass(slots=True)
class Trail:
    """What a request touched, for its audit record; of a Bundle, `parts` tell it for each entry.

    `refused` is why a part was refused, as the name of a Fault; `masked` that of a file which was read as a
    whole a part was hidden. The reader is not told that.
    """

    patients: set[str] = field(default_factory=set)
    entity: str | None = None
    query: str | None = None
    refused: str | None = None
    masked: bool = False
    parts: list["Trail"] = field(default_factory=list)

    def touch(self, owners: Iterable[str]) -> None:
        """Resources of these owners were shown or changed."""
        self.patients.update(owner for owner in owners if owner.startswith("Patient/"))

    def part(self) -> "Trail":
        """The trail of one entry, a part of this one."""
        own = Trail()
        self.parts.append(own)
        return own


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site decides about writes: `integrity` refuses dangling references, `match_required` an update
    without If-Match; a conditional delete deletes at most `most_deleted` resources."""

    integrity: bool = True
    match_required: bool = False
    most_deleted: int = 1


@dataclass(frozen=True, slots=True)
class Context:
    """What an interaction needs. `base` is the absolute URL of the FHIR endpoint, without a final slash.

    `house` is the Organization for which the writer records, None for whoever works for the region. With
    `linked` a Patient stands for all that are linked with it, else for itself alone; with `masks` the trail
    says whether something of a file was hidden.
    """

    store: Store
    access: Access
    base: str
    reader: str = ""
    house: str | None = None
    trail: Trail = field(default_factory=Trail)
    relate: Relate = _no_relation
    vouch: Vouch = _vouched
    look_up: LookUp = _uncounted
    rules: Rules = Rules()
    linked: bool = True
    masks: bool = False

    async def permit(self, type: str, action: Action) -> Constraint:
        """The constraint under which `action` on `type` is allowed; a Refusal (403) where it is not."""
        decision = await self.access.decide(type, action)
        if isinstance(decision, Deny):
            raise Refusal(Fault.FORBIDDEN, decision.reason)
        return decision.constraint

    async def persons(self, patients: Iterable[str]) -> dict[str, Members]:
        """For each of `patients` (`Patient/<id>`) those for which it stands, itself among them."""
        if not self.linked:
            return {patient: (patient,) for patient in patients}
        return await self.store.persons.linked(patients)
