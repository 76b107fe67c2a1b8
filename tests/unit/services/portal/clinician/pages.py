"""The models of the doctor's pages, for the component tests."""

from datetime import date, datetime
from typing import Any

from fhir.summary.moment import CHENGDU, Moment, Precision
from fhir.summary.patient import banner
from fhir.summary.source import Origin
from fhir.summary.wording import Wording
from services.portal.clinician.worklist.arrived import News
from services.portal.clinician.worklist.board import Board, Listed
from services.portal.clinician.worklist.follow_up import Due, FollowUp
from services.portal.clinician.worklist.today import Coming
from services.portal.page import Reader
from tests.support.people import NAMES, TODAY, patient
from tests.unit.services.portal.html import DOCTOR
from tests.unit.services.portal.moves import NONE_WAIT

HOSTILE = Wording("<img src=x onerror=alert(1)>")
AT = Moment(datetime(2026, 11, 23, 9, 30, tzinfo=CHENGDU), Precision.MINUTE)
ORIGIN = Origin(next(iter(NAMES.values())), AT)
LONG = patient("p2", name=[{"text": "沙马·阿依乌各木惹·吉克尔古约布木呷"}])
PEOPLE = {f"Patient/{each['id']}": banner([each], TODAY) for each in (patient(), LONG)}
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
    Listed(
        [
            FollowUp("Patient/p1", "hypertension", Due.URGENT, date(2026, 11, 20), date(2026, 11, 6)),
            FollowUp("Patient/p2", "diabetes", Due.TEST, date(2026, 10, 20), None),
            FollowUp("Patient/p2", "diabetes", Due.VISIT, date(2026, 10, 20), date(2026, 7, 20)),
        ],
        3,
    ),
    PEOPLE,
    TODAY,
    True,
)
EMPTY = Board(Listed(), Listed(), Listed(), {}, TODAY)
_SEARCH: dict[str, Any] = {"query": "", "people": None, "more": False, "arrival_error": None} | NONE_WAIT
PAGES: dict[str, tuple[str, Reader, dict[str, Any]]] = {
    "worklist": ("clinician/templates/search.html", DOCTOR, _SEARCH | {"board": BOARD}),
    "worklist of nothing": ("clinician/templates/search.html", DOCTOR, _SEARCH | {"board": EMPTY}),
}
