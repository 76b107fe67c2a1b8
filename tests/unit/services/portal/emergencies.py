"""Emergency accesses as the pages show them: open, over and judged."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from auth.audit.record import AuditRecord
from auth.store.emergencies import Emergency
from services.portal.audit_terms import OTHER, TYPES
from services.portal.clinician.emergency import Asked as EmergencyAsked
from services.portal.clinician.emergency import lives
from services.portal.console.emergency_views import OTHERWISE, READINGS, Case
from services.portal.console.residents import Resident
from services.portal.emergency import REASONS, VERDICTS
from tests.support import people

MOMENT = datetime(2026, 11, 26, tzinfo=UTC)
OPENED = Emergency(
    "a 1", "a", "周敏", people.HUAXI, "Practitioner/z", "Patient/x", "unconscious", "<b>昏迷</b>，家属不在场",
    MOMENT, MOMENT + timedelta(hours=4), house="芙蓉市第一人民医院",
)  # fmt: skip
JUDGED = replace(
    OPENED,
    id="a 2",
    began=MOMENT - timedelta(days=1),
    reviewed=MOMENT,
    reviewer="p",
    verdict="not-justified",
    note="<i>问过了</i>",
)
FRESH = replace(OPENED, id="a 3", began=MOMENT + timedelta(days=900), until=MOMENT + timedelta(days=901))
EMERGENCY: dict[str, Any] = {
    "asked": EmergencyAsked(reason="<textarea>", code="other", hours=4), "person": None, "reasons": REASONS,
    "faults": dict.fromkeys(("number", "code", "reason", "hours", "form"), "请选择时长。"),
    "hours": lives(24), "form": "f", "open": OPENED,
}  # fmt: skip


def cases(records: Sequence[AuditRecord]) -> dict[str, Any]:
    """The page of reviews, `records` being what was read; none where there are none."""
    shown = [
        Case(OPENED, list(records), True, False),
        Case(FRESH, [], False, True),
        Case(JUDGED, list(records[:1]), False, False),
    ]
    return {
        "cases": shown if records else [],
        "late": 1,
        "reasons": REASONS,
        "verdicts": VERDICTS,
        "readings": READINGS,
        "otherwise": OTHERWISE,
        "residents": {"Patient/x": Resident("7F3A2B", "<b>王建国", "9013")},
        "types": TYPES,
        "other": OTHER,
    }
