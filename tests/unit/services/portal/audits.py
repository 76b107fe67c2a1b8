"""The auditor's page: a look that was refused, somebody unknown, and nothing."""

from typing import Any

from auth.audit.record import NOBODY, Agent, AuditRecord, Interaction, Outcome
from services.portal.console.audit_views import OUTCOMES, WORDS, Asked
from services.portal.console.residents import Resident
from services.portal.page import Reader

RECORDS = [
    AuditRecord(
        Agent("person", "a", "周敏", "clinician", organization="Organization/o"),
        Interaction.READ,
        "Observation",
        ("Patient/x",) * 30,
        "Observation/1",
        outcome=Outcome.REFUSED,
        reason="not_found",
    ),
    AuditRecord(NOBODY, Interaction.LOG_IN, peer="192.0.2.1"),
]
_AUDIT, _AUDITOR = "console/templates/audit.html", Reader("演示审计员", "auditor")
_FOUND: dict[str, Any] = {
    "asked": Asked(who="<a>", fault="日期要写成 2026-11-26 这样。"), "records": RECORDS, "outcomes": OUTCOMES,
    "rest": "x", "people": {RECORDS[0].id: [Resident("7F3A2B")], RECORDS[1].id: []},
    "houses": {"Organization/o": {"name": "芙蓉市第一人民医院<b>"}},
}  # fmt: skip
_NOTHING = {"asked": Asked(), "records": [], "outcomes": OUTCOMES, "rest": None, "people": {}, "houses": {}}
PAGES: dict[str, tuple[str, Reader, dict[str, Any]]] = {
    "audit": (_AUDIT, _AUDITOR, _FOUND | WORDS),
    "audit of nothing": (_AUDIT, _AUDITOR, _NOTHING | WORDS),
}
