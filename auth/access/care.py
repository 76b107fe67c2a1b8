"""Care relation from an Encounter: who treats a resident may see the file for twelve months.

Design, section 4. Follows every Encounter in the transaction that writes it (`fhir.store.projection`).
"""

from collections.abc import Sequence
from datetime import datetime

from auth import moment as clock
from auth.store.database import Session
from auth.store.relations import Relations
from fhir.resource import Resource
from fhir.search.types.interval import interval, moment

_NO_CARE = frozenset({"planned", "cancelled", "entered-in-error"})


class CareRelations:
    """Keeps the relations of Encounters."""

    types = frozenset({"Encounter"})

    def __init__(self, relations: Relations) -> None:
        self._relations = relations

    async def apply(self, session: Session, resources: Sequence[Resource]) -> None:
        """Extend the relation of each Encounter's resident to its service provider."""
        contacts: dict[tuple[str, str], list[datetime]] = {}
        for encounter in resources:
            patient = (encounter.get("subject") or {}).get("reference") or ""
            organization = (encounter.get("serviceProvider") or {}).get("reference") or ""
            named = patient.startswith("Patient/") and organization.startswith("Organization/")
            if named and encounter.get("status") not in _NO_CARE:
                contacts.setdefault((patient, organization), []).append(_last_contact(encounter))
        for (patient, organization), moments in contacts.items():
            await self._relations.encounter(session, patient, organization, max(moments), first=min(moments))

    async def remove(self, session: Session, references: Sequence[str]) -> None:
        """A visit that was deleted has opened the file for as long as it was known."""


def _last_contact(encounter: Resource) -> datetime:
    """The latest that the visit is known to have lasted: its end, else its begin, else now."""
    period = encounter.get("period") or {}
    for name in ("end", "start"):
        range = interval(str(period.get(name) or ""))
        if range is not None:
            return moment(range[0])
    return clock.now()
