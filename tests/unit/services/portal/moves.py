"""Moves and notices as the pages show them, with what would be hostile in a name."""

from typing import Any

from auth import moment
from auth.store.moves import CAME, LEFT, LOOKED, Move, Notice, System
from fhir.summary.patient import banner
from services.portal import notices
from services.portal.console.move_views import STAYS, Line
from services.portal.page import Reader
from services.refiling.plan import Why
from tests.support import people

NOW = moment.now()
STEWARD = Reader("HTEST", "steward")
NONE_WAIT: dict[str, Any] = {"waiting": (), "kinds": notices.KINDS, "other": notices.OTHER}
TOLD = NONE_WAIT | {
    "waiting": [
        Notice("n1", "doctor", LOOKED, "DiagnosticReport", "2026-02-03", "王", NOW, NOW),
        Notice("n2", "Patient/p1", LEFT, "Unknown", "", "", None, NOW),
        Notice("n3", "Patient/p1", CAME, "Encounter", "2026", "", None, NOW),
    ]
}
MOVED = Move(
    "m1", "DiagnosticReport/<b>", "Patient/a", ("Patient/a",), "Patient/b", ("DiagnosticReport/<b>", "x"), (),
    NOW, NOW, "s", "<i>", None, "贴错了", "2026-02-03", "王", told=NOW, looked=2,
    systems=(System("his", "<b>", NOW),),
)  # fmt: skip
MOVES: dict[str, Any] = {
    "error": "没有找到这位患者，请核对后重试。", "typed": {"what": "<b>"}, "moves": [MOVED], "undone": {None},
    "kinds": notices.KINDS, "other": notices.OTHER,
}  # fmt: skip
MOVING: dict[str, Any] = {
    "source": banner(people.five_diseases().patients, people.TODAY), "to": None, "plan": "sealed",
    "words": True, "others": 2,
    "moving": [Line("一份检查报告", "<b>胸片", "2026-02-03", "DiagnosticReport/x")],
    "stays": [Line("一次就诊", "", "", "Encounter/x", STAYS[Why.VISIT])],
    "parting": [Line("一条记录", "", "", "List/x")],
}  # fmt: skip
MOVING_PAGES: dict[str, tuple[str, Reader | None, dict[str, Any]]] = {
    "moves": ("console/templates/moves.html", STEWARD, MOVES),
    "no moves": ("console/templates/moves.html", STEWARD, MOVES | {"moves": [], "error": None}),
    "move": ("console/templates/move.html", STEWARD, MOVING),
    "move of little": (
        "console/templates/move.html",
        STEWARD,
        MOVING | {"stays": [], "parting": [], "others": 0, "words": False},
    ),
}
