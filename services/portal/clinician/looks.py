"""Former looks: when a doctor last opened a file, from the audit of his own looks."""

from collections.abc import Collection
from datetime import datetime

from auth.audit.archive import Span
from auth.audit.record import AuditRecord, Interaction, Outcome
from services.portal.visit import Visit

_MOST = 500


async def last_looks(
    visit: Visit, patients: Collection[str], since: datetime, until: datetime | None = None, most: int = _MOST
) -> dict[str, datetime]:
    """When the reader last opened a file under each of these Patients, within a time."""
    who = visit.principal.id

    def mine(record: AuditRecord) -> bool:
        opened = record.interaction is Interaction.VIEW and (record.entity or "").startswith("Patient/")
        return opened and record.agent.id == who and record.outcome is Outcome.SUCCESS

    if not patients:
        return {}
    span = Span(frozenset(patients), since, until, frozenset({who}))
    records, _ = await visit.platform.archive.look_through(span, most, None, mine)
    found: dict[str, datetime] = {}
    for record in records:
        for patient in record.patients:
            found.setdefault(patient, record.moment)
    return found
