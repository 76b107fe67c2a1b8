"""The models of the doctor's pages, for the component tests."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from auth.principal import Kind as Kind_
from auth.principal import Principal
from auth.roles import Role
from fhir.summary.front_page import front_page
from fhir.summary.moment import CHENGDU, Moment, Precision
from fhir.summary.patient import banner
from fhir.summary.results import results
from fhir.summary.source import Origin
from fhir.summary.wording import Wording
from services.portal.clinician.news import News as News_
from services.portal.clinician.notes.note import KINDS, Note
from services.portal.clinician.presenters import found
from services.portal.clinician.referrals.referral import made, referral
from services.portal.clinician.repeats import Done
from services.portal.clinician.series.chart import chart
from services.portal.clinician.timeline.entries import Entry, Kind, entries, houses
from services.portal.clinician.worklist.arrived import News
from services.portal.clinician.worklist.board import Board, Listed
from services.portal.clinician.worklist.follow_up import Due, FollowUp
from services.portal.clinician.worklist.today import Coming
from services.portal.front_page import FACTS, MARKS, SERVICES, WEIGHTS
from services.portal.page import Reader
from tests.support.people import HUAXI, JINJIANG, NAMES, TODAY, five_diseases, nobody_knows, patient
from tests.unit.services.portal.html import DOCTOR
from tests.unit.services.portal.moves import NONE_WAIT, TOLD

HOSTILE = Wording("<img src=x onerror=alert(1)>")
AT = Moment(datetime(2026, 11, 23, 9, 30, tzinfo=CHENGDU), Precision.MINUTE)
ORIGIN = Origin(next(iter(NAMES.values())), AT)
LONG = patient("p2", name=[{"text": "沙马·阿依乌各木惹·吉克尔古约布木呷"}])
PEOPLE = {f"Patient/{each['id']}": banner([each], TODAY) for each in (patient(), LONG)}
_WHO = Principal(
    Kind_.PERSON, "a", "周敏", Role.CLINICIAN, organization=HUAXI, practitioner="Practitioner/zhou"
)
_NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
LINE = referral(*made(_WHO, "Patient/p1", {"reference": JINJIANG, "display": NAMES[JINJIANG]}, NAMES[HUAXI],
                      "血压控制不好，请会诊", True, _NOW))  # fmt: skip
LINE = replace(LINE, id="s1")
REFUSED = replace(LINE, state="rejected", answer="床位已满")
NOTE = Note("n1", "Patient/p1", "随访记录", "血压 150/95\n<b>加药</b>", "final", "Practitioner/zhou", "周敏",
            NAMES[HUAXI], AT, "2")  # fmt: skip
DRAFT = replace(NOTE, state="preliminary", version="draft-1")
WITHDRAWN = replace(NOTE, state="entered-in-error", reason="写错了人<b>")
BOARD = Board(
    Listed(
        [
            Coming("Patient/p1", AT, Wording("2型糖尿病"), True, False, True),
            Coming("Patient/p2", AT, HOSTILE, False, True),
            Coming("Patient/gone", None, Wording(""), False, False),
        ],
        30,
        True,
    ),
    Listed([News("Patient/p1", ((Wording("肝功能"), ORIGIN), (HOSTILE, ORIGIN)), 4, 1, 2)], 12),
    Listed([LINE, replace(LINE, patient="Patient/p2", sender="", reason="<b>x</b>")], 2),
    Listed([REFUSED], 1),
    Listed(
        [
            FollowUp("Patient/p1", "hypertension", Due.URGENT, date(2026, 11, 20), date(2026, 11, 6)),
            FollowUp("Patient/p2", "diabetes", Due.TEST, date(2026, 10, 20), None),
            FollowUp("Patient/p2", "diabetes", Due.VISIT, date(2026, 10, 20), date(2026, 7, 20)),
        ],
        3,
    ),
    Listed([DRAFT, replace(DRAFT, patient="Patient/gone")], 12),
    PEOPLE,
    TODAY,
    True,
)
EMPTY = Board(Listed(), Listed(), Listed(), Listed(), Listed(), Listed(), {}, TODAY)
SINCE = News_(Moment(datetime(2026, 11, 20, tzinfo=CHENGDU), Precision.MINUTE), looked=True)
MET = News_(Moment(datetime(2026, 11, 20, tzinfo=CHENGDU), Precision.DAY), looked=False)
FILE = five_diseases()
ENTRIES = [Entry(Kind.DOCUMENT, (Wording(NOTE.title),), "", ORIGIN, note=NOTE), *entries(FILE, _WHO)]
_PERSON = {"person": banner(FILE.patients, TODAY), "id": "p1", "incomplete": True}
_TYPED = {"kind": "visit", "house": next(iter(NAMES.values())), "since": "2026-01-01", "until": ""}
_TIMELINE: dict[str, Any] = _PERSON | {
    "typed": _TYPED, "sealed": "c2VhbA", "entries": ENTRIES, "count": 12, "total": 80, "at": 2, "pages": 3,
    "kinds": [each.value for each in Kind], "houses": houses(ENTRIES), "news": SINCE,
}  # fmt: skip
_NONE = {"entries": [], "count": 0, "total": 0, "at": 1, "pages": 1, "news": None, "houses": []}
A1C = next(each for each in results(FILE, TODAY) if each.loinc == "4548-4")
_SERIES: dict[str, Any] = _PERSON | {
    "series": A1C, "key": "0123", "chart": chart(A1C.readings), "at": 1, "pages": 2, "readings": A1C.readings,
    "done": Done(9, next(iter(NAMES.values())), 90), "news": MET,
}  # fmt: skip
_REFERRAL: dict[str, Any] = _PERSON | {
    "line": LINE, "to_us": True, "ours": False, "alert": "请写明，至少4个字，最多1000个字。",
}  # fmt: skip
_REFER: dict[str, Any] = _PERSON | {
    "form": "f",
    "houses": {JINJIANG: NAMES[JINJIANG], "Organization/x": "<b>x</b>"},
    "typed": {"house": JINJIANG, "urgency": "urgent", "reason": "<b>x</b>"}, "faults": {},
}  # fmt: skip
_WRITE: dict[str, Any] = (
    _PERSON | {"form": "f"} | {"kinds": KINDS, "typed": {"kind": "", "text": ""}, "faults": {}}
)
_NOTE: dict[str, Any] = _PERSON | {
    "kind": "",
    "note": NOTE, "versions": [NOTE], "mine": True, "alert": "", "typed": {"text": NOTE.text, "reason": ""},
}  # fmt: skip
_SEARCH: dict[str, Any] = {
    "query": "",
    "people": None,
    "more": False,
    "arrival_error": None,
    "typed": "",
} | NONE_WAIT
_FOUND = _SEARCH | {"query": "王", "board": None}
FRONT: dict[str, Any] = {
    "front": front_page(five_diseases(), TODAY), "marks": MARKS, "weights": WEIGHTS, "facts": FACTS,
    "services": SERVICES, "id": "p1", "incomplete": False, "mark": None,
}  # fmt: skip
PAGES: dict[str, tuple[str, Reader, dict[str, Any]]] = {
    "worklist": ("clinician/templates/search.html", DOCTOR, _SEARCH | {"board": BOARD}),
    "worklist of nothing": ("clinician/templates/search.html", DOCTOR, _SEARCH | {"board": EMPTY}),
    "search": ("clinician/templates/search.html", DOCTOR, _SEARCH | {"board": None} | TOLD),
    "found": (
        "clinician/templates/search.html",
        DOCTOR,
        _FOUND | {"people": found(FILE.patients, {}, TODAY), "more": True, "arrival_error": "密码太短。"},
    ),
    "found nobody": ("clinician/templates/search.html", DOCTOR, _FOUND | {"people": []}),
    "front page": ("templates/front_page.html", DOCTOR, FRONT),
    "front page of nothing": (
        "templates/front_page.html",
        DOCTOR,
        FRONT | {"front": front_page(nobody_knows(), TODAY), "incomplete": True},
    ),
    "timeline": ("clinician/templates/timeline.html", DOCTOR, _TIMELINE),
    "timeline of nothing": ("clinician/templates/timeline.html", DOCTOR, _TIMELINE | _NONE),
    "timeline filtered away": ("clinician/templates/timeline.html", DOCTOR, _TIMELINE | _NONE | {"total": 3}),
    "refer": ("clinician/templates/refer.html", DOCTOR, _REFER),
    "refer with faults": (
        "clinician/templates/refer.html",
        DOCTOR,
        _REFER | {"faults": {"house": "请选择一家机构。", "reason": "请写明，至少4个字，最多1000个字。"}},
    ),
    "referral to us": ("clinician/templates/referral.html", DOCTOR, _REFERRAL),
    "referral by us": (
        "clinician/templates/referral.html",
        DOCTOR,
        _REFERRAL | {"to_us": False, "ours": True, "alert": ""},
    ),
    "referral refused": (
        "clinician/templates/referral.html",
        DOCTOR,
        _REFERRAL | {"line": REFUSED, "to_us": False, "ours": True, "alert": ""},
    ),
    "write": ("clinician/templates/write.html", DOCTOR, _WRITE),
    "write with faults": (
        "clinician/templates/write.html",
        DOCTOR,
        _WRITE | {"faults": {"kind": "请选择种类。", "text": "请写明，至少4个字，最多10000个字。"}},
    ),
    "note": ("clinician/templates/note.html", DOCTOR, _NOTE),
    "draft": (
        "clinician/templates/note.html",
        DOCTOR,
        _NOTE | {"note": DRAFT, "versions": [], "kind": "11506-3"},
    ),
    "draft of an earlier version": (
        "clinician/templates/note.html",
        DOCTOR,
        _NOTE | {"note": replace(NOTE, state="preliminary")},
    ),
    "withdrawn note": (
        "clinician/templates/note.html",
        DOCTOR,
        _NOTE | {"note": WITHDRAWN, "versions": [WITHDRAWN, NOTE]},
    ),
    "note that was changed meanwhile": (
        "clinician/templates/note.html",
        DOCTOR,
        _NOTE | {"alert": "请选择种类。", "typed": {"text": "</textarea>", "reason": "<b>"}},
    ),
    "note of another": (
        "clinician/templates/note.html",
        DOCTOR,
        _NOTE
        | {"mine": False, "versions": [], "note": replace(NOTE, state="amended"), "alert": "请选择种类。"},
    ),
    "series": ("clinician/templates/series.html", DOCTOR, _SERIES),
    "series without a chart": (
        "clinician/templates/series.html",
        DOCTOR,
        _SERIES | {"chart": None, "done": None, "news": None, "pages": 1},
    ),
}
