"""Former looks: when a doctor last opened a file, from the audit of his own looks."""

from collections.abc import Callable, Collection
from datetime import datetime

from auth.audit.archive import Span
from auth.audit.record import AuditRecord, Interaction, Outcome
from services.portal.visit import Visit

_MOST = 500
NUMBER, FRONT, SERIES = "whole number", "front page", "one series"
TIMELINE = "timeline"
PARTS = frozenset({NUMBER, FRONT, SERIES})
"""The reasons of looks at pages that do not show all results; which series was shown they do not say."""
_FILE, _REPORT = "Patient/", "DiagnosticReport/"


async def last_looks(
    visit: Visit, patients: Collection[str], since: datetime, until: datetime | None = None, most: int = _MOST
) -> dict[str, datetime]:
    """When the reader last opened a file under each of these Patients, within a time.

    What shows a part alone is no look at what is new.
    """
    asked, looks = frozenset(patients), dict[str, datetime]()
    span = Span(asked, since, until, frozenset({visit.principal.id}))
    for record in await _looks(visit, span, most, _whole):
        for patient in asked.intersection(record.patients):
            looks.setdefault(patient, record.moment)
    return looks


async def results_seen(visit: Visit, patients: Collection[str], since: datetime) -> dict[str, datetime]:
    """When the reader last was shown the results under each of these Patients, or one report, by reference.

    The timeline names reports and shows no result.
    """
    asked, looks = frozenset(patients), dict[str, datetime]()
    span = Span(asked, since, None, frozenset({visit.principal.id}))
    for record in await _looks(visit, span, _MOST, _shown):
        entity = str(record.entity)
        for seen in asked.intersection(record.patients) if entity.startswith(_FILE) else {entity}:
            looks.setdefault(seen, record.moment)
    return looks


async def _looks(
    visit: Visit, span: Span, most: int, wanted: Callable[[AuditRecord], bool]
) -> list[AuditRecord]:
    who = visit.principal.id

    def mine(record: AuditRecord) -> bool:
        viewed = record.interaction is Interaction.VIEW and record.outcome is Outcome.SUCCESS
        return viewed and record.agent.id == who and wanted(record)

    if not span.patients:
        return []
    return (await visit.platform.archive.look_through(span, most, None, mine))[0]


def _whole(record: AuditRecord) -> bool:
    return (record.entity or "").startswith(_FILE) and record.reason not in PARTS


def _shown(record: AuditRecord) -> bool:
    """Did it show results: those of a file, or one report?"""
    entity = record.entity or ""
    return (_whole(record) and record.reason != TIMELINE) or entity.startswith(_REPORT)
