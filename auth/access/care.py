"""Care relation from an Encounter: who treats a resident may see the file for twelve months.

Design, section 4. Follows every Encounter in the transaction that writes it (`fhir.store.projection`).
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from auth import moment
from auth.store.database import Session
from auth.store.relations import Relations
from fhir.resource import Resource

_ZONE = ZoneInfo("Asia/Shanghai")
_NO_CARE = frozenset({"planned", "cancelled", "entered-in-error"})


class CareRelations:
    """Keeps the relations of Encounters."""

    types = frozenset({"Encounter"})

    def __init__(self, relations: Relations) -> None:
        self._relations = relations

    async def apply(self, session: Session, resources: Sequence[Resource]) -> None:
        """Extend the relation of each Encounter's resident to its service provider."""
        for encounter in resources:
            patient = (encounter.get("subject") or {}).get("reference") or ""
            organization = (encounter.get("serviceProvider") or {}).get("reference") or ""
            named = patient.startswith("Patient/") and organization.startswith("Organization/")
            if named and encounter.get("status") not in _NO_CARE:
                await self._relations.encounter(session, patient, organization, _last_contact(encounter))


def _last_contact(encounter: Resource) -> datetime:
    """The end of the visit, else its begin, else now."""
    period = encounter.get("period") or {}
    for text in (period.get("end"), period.get("start")):
        try:
            if text:
                last = datetime.fromisoformat(text)
                return last if last.tzinfo else last.replace(tzinfo=_ZONE)
        except ValueError:
            continue
    return moment.now()
