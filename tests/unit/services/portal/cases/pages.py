"""Cases as the pages show them: waiting, overdue, answered, one's own."""

from datetime import UTC, datetime, timedelta
from typing import Any

from auth.store.cases import TERM, Case, Kind
from fhir.summary.moment import moment
from services.portal.cases.line import Line
from services.portal.cases.texts import CORRECTIONS, VERDICTS
from services.portal.console.residents import Resident
from services.portal.page import Reader
from services.portal.resident.access import looks
from tests.support import people
from tests.unit.services.portal.html import RESIDENT

NOW = datetime(2026, 11, 26, tzinfo=UTC)
LOOK = looks(people.entries(), people.five_diseases().organizations)[1]


def case(id: str, kind: Kind, **more: Any) -> Case:
    base: dict[str, Any] = {"patient": "Patient/x", "about": "Observation/<b>", "by": "wang", "opened": NOW}
    return Case(id=id, kind=kind, **base | {"due": NOW + TERM} | more)


LATE = case("late", Kind.COMPLAINT, words="<b>没有去过这家医院</b>", due=NOW - timedelta(days=1))
OWN = case("own", Kind.COMPLAINT, due=NOW + timedelta(days=9_000))
TOLD = case("told", Kind.COMPLAINT, answered=NOW, judge="p", verdict="not-justified", note="<i>问过了</i>")
WRONG = case(
    "wrong", Kind.CORRECTION, line="血糖 7.2 mmol/L 2026-08-25", words="是 5.2", house="Organization/o"
)
GRANTED = case("granted", Kind.CORRECTION, line="<i>", answered=NOW, verdict="granted", note="已改")
OFFICER, STEWARD = Reader("演示隐私官", "privacy"), Reader("演示数据管理员", "steward")
_DESK: dict[str, Any] = {
    "late": 1,
    "barred": {"own"},
    "residents": {"Patient/x": Resident("7F3A2B", "<b>", "9013")},
}
PAGES: dict[str, tuple[str, Reader, dict[str, Any]]] = {
    "my cases": (
        "cases/templates/mine.html",
        RESIDENT,
        {"cases": [LATE, OWN, TOLD, WRONG, GRANTED], "verdicts": VERDICTS | CORRECTIONS},
    ),
    "no cases": ("cases/templates/mine.html", RESIDENT, {"cases": [], "verdicts": {}}),
    "complaint": (
        "cases/templates/complaint.html",
        RESIDENT,
        {"look": LOOK, "days": 15, "error": "出错了", "words": "<b>"},
    ),
    "correction": (
        "cases/templates/correction.html",
        RESIDENT,
        {"line": Line("血糖", "7.2 mmol/L", moment("2026-08-25")), "reference": "Observation/x", "days": 15,
         "error": "", "words": ""},
    ),
    "complaints": (
        "cases/templates/complaints.html",
        OFFICER,
        _DESK
        | {"cases": [LATE, OWN, TOLD], "verdicts": VERDICTS}
        | {"looks": {"late": LOOK, "own": None, "told": LOOK}},
    ),
    "no complaints": (
        "cases/templates/complaints.html",
        OFFICER,
        {"cases": [], "verdicts": VERDICTS, "looks": {}, "late": 0, "barred": set(), "residents": {}},
    ),
    "corrections": (
        "cases/templates/corrections.html",
        STEWARD,
        _DESK
        | {"cases": [WRONG, GRANTED], "verdicts": CORRECTIONS}
        | {"houses": {"Organization/o": "<b>"}, "kinds": {"wrong": "检查检验", "granted": "其他内容"}},
    ),
    "no corrections": (
        "cases/templates/corrections.html",
        STEWARD,
        {"cases": [], "verdicts": CORRECTIONS, "late": 0, "barred": set(), "residents": {}},
    ),
}  # fmt: skip
