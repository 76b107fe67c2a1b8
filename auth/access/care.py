"""Care relation from an Encounter: who treats a resident may see the file for twelve months.

Design, section 4. Follows every Encounter in the transaction that writes it (`fhir.store.projection`).
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from auth import moment as clock
from auth.store.database import Session
from auth.store.relations import Relations
from fhir.resource import Resource, reference_of
from fhir.search.types.interval import interval, moment
from fhir.store import Stored
from fhir.store.projection import Former

_NO_CARE = frozenset({"planned", "cancelled", "entered-in-error"})


Owned = Callable[[Session, str, str], Awaitable[Sequence[Stored]]]
"""`fhir.store` resources.owned: what a Patient has under a token, as a transaction sees it."""


class CareRelations:
    """Keeps the relations of Encounters; what a visit opened ends where it was not, or was another's."""

    types = frozenset({"Encounter"})

    def __init__(self, relations: Relations, owned: Owned) -> None:
        self._relations = relations
        self._owned = owned

    async def apply(self, session: Session, resources: Sequence[Resource], former: Former) -> None:
        """Extend the relation of each Encounter's resident to its service provider, or take it back."""
        contacts: dict[tuple[str, str], list[datetime]] = {}
        lost: set[tuple[str, str]] = set()
        for encounter in resources:
            was, now = _opened(former(reference_of(encounter)) or {}), _opened(encounter)
            if now is not None:
                contacts.setdefault(now, []).append(_last_contact(encounter, clock.now()))
            if was is not None and was != now:
                lost.add(was)
        for (patient, organization), moments in contacts.items():
            await self._relations.encounter(session, patient, organization, max(moments), first=min(moments))
        for patient, organization in sorted(lost):
            await self._of_the_others(session, patient, organization)

    async def _of_the_others(self, session: Session, patient: str, organization: str) -> None:
        """A visit counts no more: the others alone tell how long the file is open."""
        stored = await self._owned(session, patient, f"Encounter.service-provider|{organization}")
        visits = [(each.resource(), each.updated) for each in stored]
        moments = [_last_contact(*each) for each in visits if _opened(each[0]) == (patient, organization)]
        await self._relations.recount(session, patient, organization, moments)

    async def remove(self, session: Session, references: Sequence[str], former: Former) -> None:
        """A deleted visit opens nothing any more."""
        lost = {_opened(former(reference) or {}) for reference in references}
        for patient, organization in sorted(each for each in lost if each is not None):
            await self._of_the_others(session, patient, organization)


def _opened(encounter: Resource) -> tuple[str, str] | None:
    """The Patient whose file a visit opens, and the Organization that it is opened to."""
    patient = (encounter.get("subject") or {}).get("reference") or ""
    organization = (encounter.get("serviceProvider") or {}).get("reference") or ""
    named = patient.startswith("Patient/") and organization.startswith("Organization/")
    return (patient, organization) if named and encounter.get("status") not in _NO_CARE else None


def _last_contact(encounter: Resource, told: datetime) -> datetime:
    """The latest that the visit is known to have lasted: its end, else its begin, else when it was `told`."""
    period = encounter.get("period") or {}
    return begin(period.get("end")) or begin(period.get("start")) or told


def begin(text: Any) -> datetime | None:
    """The first moment of a FHIR date or dateTime; None for what is none."""
    range = interval(str(text or ""))
    return None if range is None else moment(range[0])
