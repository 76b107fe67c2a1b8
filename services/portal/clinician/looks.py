"""Former looks: when a doctor last opened a file, from the audit of his own looks."""

from collections.abc import Collection
from datetime import datetime

from auth.audit.archive import Span
from auth.audit.record import AuditRecord, Interaction, Outcome
from services.portal.visit import Visit

_MOST = 500
NUMBER, FRONT, SERIES = "whole number", "front page", "one series"
PARTS = frozenset({NUMBER, FRONT, SERIES})
"""The reasons of looks at pages that do not show all results."""


async def last_looks(
    visit: Visit, patients: Collection[str], since: datetime, until: datetime | None = None, most: int = _MOST
) -> dict[str, datetime]:
    """When the reader last opened a file under each of these Patients, within a time.

    What shows a part alone is no look at what is new.
    """
    who, asked = visit.principal.id, frozenset(patients)

    def mine(record: AuditRecord) -> bool:
        opened = record.interaction is Interaction.VIEW and (record.entity or "").startswith("Patient/")
        opened = opened and record.reason not in PARTS
        return opened and record.agent.id == who and record.outcome is Outcome.SUCCESS

    if not patients:
        return {}
    span = Span(asked, since, until, frozenset({who}))
    records, _ = await visit.platform.archive.look_through(span, most, None, mine)
    found: dict[str, datetime] = {}
    for record in records:
        for patient in asked.intersection(record.patients):
            found.setdefault(patient, record.moment)
    return found
