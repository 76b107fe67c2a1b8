"""Component tests: every page with full, empty and refused models, in both languages."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auth.login.jurisdiction import Officer
from auth.login.roster import COLUMNS
from auth.roles import Role
from auth.store import accounts
from auth.store.passkeys import Passkey
from auth.store.posts import Post
from auth.store.reviews import Review
from fhir.summary.patient import banner
from services.alarms.alarm import Alarm, Kind, State
from services.portal.audit_terms import role
from services.portal.clinician.presenters import found, numbers, summary
from services.portal.console.account_presenters import card, line, offered
from services.portal.console.alarm_views import WORDS as ALARM_WORDS
from services.portal.console.maps import OpenCode, Version
from services.portal.console.presenters import feed
from services.portal.console.residents import Resident
from services.portal.console.review_views import SIGNS, Line
from services.portal.emergency import REASONS
from services.portal.login.hats import Choice
from services.portal.login.views import Waiting
from services.portal.page import Mark, Reader
from services.portal.resident.presenters import my_file
from services.portal.security.checks import Finding
from services.portal.watermark import PURPOSES
from tests.support import people
from tests.unit.services.portal.apps.pages import PAGES as APPS
from tests.unit.services.portal.apps.pages import client
from tests.unit.services.portal.audits import PAGES as AUDITS
from tests.unit.services.portal.audits import RECORDS
from tests.unit.services.portal.cases.pages import PAGES as CASES
from tests.unit.services.portal.clinician.pages import LINE, NOTE, REFUSED, SINCE
from tests.unit.services.portal.clinician.pages import PAGES as CLINICIAN
from tests.unit.services.portal.codes.pages import PAGES as CODES
from tests.unit.services.portal.consents.pages import PAGES as CONSENTS
from tests.unit.services.portal.console.persons.pages import PAGES as PERSONS
from tests.unit.services.portal.directories import DIRECTORIES
from tests.unit.services.portal.documents.pages import PAGES as DOCUMENTS
from tests.unit.services.portal.emergencies import EMERGENCY, OPENED, cases
from tests.unit.services.portal.html import DOCTOR, RESIDENT, Html, rendered
from tests.unit.services.portal.moves import MOVING_PAGES
from tests.unit.services.portal.resident.pages import PAGES as OWN
from tests.unit.services.portal.shares.pages import PAGES as SHARES

FULL, EMPTY, TODAY = people.five_diseases(), people.nobody_knows(), people.TODAY
HOSTILE = people.health_file([people.patient(name=[{"text": "<img src=x onerror=alert(1)>"}])])
STEWARD = Reader("演示数据管理员", "steward")
SUMMARY, FILE = "clinician/templates/summary.html", "resident/templates/file.html"
STEP = {"error": "账号、密码或验证码不对。", "next": "/"}
ALARMS, SECURITY = "console/templates/alarms.html", Reader("演示安全员", "security")
HEALTH = "console/templates/health.html"
REVIEWS, PRIVACY = "console/templates/reviews.html", Reader("演示隐私官", "privacy")
MOMENT = datetime(2026, 11, 26, tzinfo=UTC)
ALARMED = [
    Alarm("a", Kind.SWEEP, "A <b>sentence</b>.", {"count": 8}, MOMENT, MOMENT, 3, State.FAILED, State.SENT),
    Alarm("c", Kind.SWEEP, "A.", {"sign": "famous"}, MOMENT, MOMENT, 1, State.NONE, State.NONE),
    Alarm("b", "unheard of", "Another.", {}, MOMENT, MOMENT, 1, State.NONE, State.WAITING),
]
LINES = [
    Line(Review("r1", "famous", True, "k", "a", ("Patient/x",), 1, MOMENT, MOMENT), RECORDS[0], ""),
    Line(Review("r2", "many", False, "k", "a", (), 40, MOMENT, MOMENT, MOMENT, "a1"), None, "<b>问过了</b>"),
]
CHOSEN: dict[str, Any] = {
    "chosen": "Patient/y", "sealed": "s", "error": None, "role": role,
    "whom": {"r1": [Resident("7F3A2B", "王建国", "9013")], "r2": []},
    "residents": {"Patient/x": Resident("7F3A2B", "王建国", "9013"), "Patient/y": Resident("0C1D2E", "<b>")},
}  # fmt: skip

NOW = datetime(2026, 11, 26, tzinfo=UTC)
FEEDS = [
    feed(
        "HTEST",
        NOW,
        last=NOW,
        today=9,
        hour=1,
        waiting=(1, NOW - timedelta(days=2)),
        dead=(1, NOW - timedelta(days=2)),
    ),
    feed("<img src=x>", NOW, last=None, today=0, hour=0, waiting=(0, None), dead=(0, None)),
]

CHOICES = [Choice("post-1", "医生", "芙蓉市第一人民医院"), Choice("resident", "居民本人", None)]

OFFICER, WHOLE, HOUSE = Reader("演示安全管理员", "security"), Officer("s", None), Officer("a", people.HUAXI)
KEPT = accounts.fresh(
    "li.lei",
    "测试李雷",
    [
        Post("p1", Role.CLINICIAN, people.HUAXI, "Practitioner/p", NOW, administrator=True),
        Post("p2", Role.CLINICIAN, people.HUAXI, "Practitioner/p", NOW, NOW),
        Post("p3", Role.STEWARD, people.JINJIANG, None, NOW + timedelta(days=1), NOW + timedelta(days=2)),
    ],
    "x",
    patient="Patient/a",
    totp=b"sealed",
    reset=NOW,
)
CARD: dict[str, Any] = {"roles": offered(WHOLE), "whole": True, "typed": {}, "error": "不能这样做。"}
MAPS: dict[str, Any] = {
    "source": "<img src=x>", "shipped": "0123", "version": "4567", "fault": True, "concept_maps": 1,
    "versions": [Version(2, "", NOW, "<b>", 1), Version(1, "2026-11", NOW, "", None)], "total": 2,
    "codes": [OpenCode("t", "urn:x", "<i>", "OBX-3", 3, 1), OpenCode("u", "", "", "", 1, 0)], "steward": True,
}  # fmt: skip

PAPER: dict[str, Any] = {
    "mark": Mark("周敏", "芙蓉市第一人民医院", NOW, "诊疗", "record", ""),
    "printing": False,
    "purposes": PURPOSES,
    "reasons": REASONS,
    "news": SINCE,
    "referrals": [LINE, REFUSED],
    "house": LINE.to,
    "notes": [NOTE],
}
NOBODY = {"query": "王", "people": [], "more": False, "arrival_error": None, "typed": ""}
PLAIN = PAPER | {"emergency": None, "left": None}
PAGES: dict[str, tuple[str, Reader | None, dict[str, Any]]] = {
    "summary": (
        SUMMARY,
        DOCTOR,
        {"summary": summary(FULL, TODAY), "incomplete": True, "apps": [client()], "id": "p1"} | PLAIN,
    ),
    "printed summary": (
        SUMMARY,
        DOCTOR,
        {"summary": summary(FULL, TODAY), "incomplete": True, "apps": [], "id": "p1"}
        | PLAIN
        | {"printing": True},
    ),
    "summary in an emergency": (
        SUMMARY,
        DOCTOR,
        {"summary": summary(FULL, TODAY), "incomplete": True, "apps": [], "id": "p1"}
        | (PAPER | {"emergency": OPENED, "left": (3, 1)}),
    ),
    "emergency": ("clinician/templates/emergency.html", DOCTOR, EMERGENCY),
    "emergency of a patient": (
        "clinician/templates/emergency.html",
        DOCTOR,
        EMERGENCY | {"person": found(FULL.patients, {}, TODAY)[0], "faults": {}, "open": None},
    ),
    "emergencies": ("console/templates/emergencies.html", PRIVACY, cases(RECORDS)),
    "no emergencies": ("console/templates/emergencies.html", PRIVACY, cases(()) | {"late": 0}),
    "summary of nobody": (
        SUMMARY,
        DOCTOR,
        {"summary": summary(EMPTY, TODAY), "incomplete": False, "apps": [], "id": "p1"} | PLAIN,
    ),
    "printed file": (
        FILE,
        RESIDENT,
        {"file": my_file(FULL, TODAY), "incomplete": True} | PAPER,
    ),
    "printed file of nobody": (FILE, RESIDENT, {"file": my_file(EMPTY, TODAY), "incomplete": False} | PAPER),
    **OWN,
    **CASES,
    **CONSENTS,
    **SHARES,
    **DOCUMENTS,
    **AUDITS,
    "alarms": (ALARMS, SECURITY, {"alarms": ALARMED} | ALARM_WORDS),
    "health": (HEALTH, SECURITY, {"found": [("消息", Finding(False, "正在等处理的消息", 3))], "wanting": 1}),
    "all is well": (HEALTH, SECURITY, {"found": [("死信", Finding(True, "没有死信"))], "wanting": 0}),
    "no alarms": (ALARMS, SECURITY, {"alarms": []} | ALARM_WORDS),
    "whole number": (
        "clinician/templates/number.html",
        DOCTOR,
        {
            "banner": banner(FULL.patients, TODAY),
            "lines": numbers(FULL.patients, FULL.organizations),
            "id": "p",
        },
    ),
    "reviews": (
        REVIEWS,
        PRIVACY,
        CHOSEN | {"lines": LINES, "guarded": ["Patient/x"], "signs": SIGNS, "waiting": (2, 1)},
    ),
    "no reviews": (
        REVIEWS,
        PRIVACY,
        CHOSEN
        | {
            "lines": [],
            "guarded": [],
            "signs": SIGNS,
            "waiting": (0, 0),
            "error": "没有这个编号的居民，请核对后重试。",
        },
    ),
    **APPS,
    **CODES,
    **CLINICIAN,
    **PERSONS,
    **MOVING_PAGES,
    "feeds": ("console/templates/feeds.html", STEWARD, {"feeds": FEEDS}),
    "maps": ("console/templates/maps.html", STEWARD, MAPS),
    "no maps": ("console/templates/maps.html", STEWARD, MAPS | {"versions": [], "codes": [], "total": 0}),
    "no feeds": ("console/templates/feeds.html", STEWARD, {"feeds": []}),
    "accounts": (
        "console/templates/accounts.html",
        OFFICER,
        {"accounts": [line(KEPT)], "text": "<li>", "more": "/console/accounts?s=x"},
    ),
    "no accounts": (
        "console/templates/accounts.html",
        Reader("周敏", "clinician", administrator=True),
        {"accounts": [], "text": "", "more": None},
    ),
    "account": ("console/templates/account.html", OFFICER, CARD | {"account": card(KEPT, WHOLE, NOW)}),
    "account in a house": (
        "console/templates/account.html",
        Reader("周敏", "clinician", administrator=True),
        CARD | {"account": card(KEPT, HOUSE, NOW), "whole": False, "roles": offered(HOUSE), "error": None},
    ),
    "new account": ("console/templates/new_account.html", OFFICER, CARD),
    "one-time password": (
        "console/templates/one_time_password.html",
        OFFICER,
        {"id": "a", "login": "li", "name": "<li>", "password": "aaaa", "passkey": True},
    ),
    **DIRECTORIES,
    "roster": (
        "console/templates/roster.html",
        OFFICER,
        {"columns": list(COLUMNS.items()), "faults": ["line 2: x"], "hidden": 9, "good": 1},
    ),
    "empty roster": (
        "console/templates/roster.html",
        OFFICER,
        {"columns": list(COLUMNS.items()), "faults": [], "hidden": 0, "good": None},
    ),
    "login": (
        "login/templates/login.html",
        None,
        STEP | {"notice": "您已退出。", "login": "<a>", "outside": True, "shared": True, "minutes": 5},
    ),
    "factor": ("login/templates/factor.html", None, STEP | {"passkey": True}),
    "enrol": ("login/templates/enrol.html", None, STEP | {"secret": "ABCD", "uri": "otpauth://totp/x"}),
    "password": ("login/templates/password.html", None, STEP | {"reset": NOW, "one_time": True}),
    "old password": ("login/templates/password.html", None, STEP | {"reset": None, "one_time": False}),
    "passkey": ("login/templates/passkey.html", None, STEP | {"options": '{"a":"b"}', "code": True}),
    "new passkey": ("login/templates/enrol_passkey.html", None, STEP | {"options": "{}", "code": True}),
    "connect": ("login/templates/connect.html", RESIDENT, {"address": "/as-if-outside"}),
    "again": ("login/templates/again.html", None, STEP),
    "hat of a relative": (
        "login/templates/hat.html",
        None,
        STEP | {"choices": CHOICES[1:], "worn": None, "action": "/login/hat", "staff": False},
    ),
    "password in time": (
        "login/templates/password.html",
        None,
        STEP | {"reset": None, "one_time": True, "step": Waiting(NOW + timedelta(days=9_000), True)},
    ),
    "hat": (
        "login/templates/hat.html",
        Reader("周敏", "clinician", several=True),
        STEP | {"choices": CHOICES, "worn": "resident", "action": "/login/hats", "staff": True},
    ),
    "factors": (
        "login/templates/factors.html",
        DOCTOR,
        {
            "passkeys": [Passkey("a", "key", b"", 0, NOW, NOW)],
            "code": True,
            "error": STEP["error"],
            "outside": True,
            "connected": False,
        },
    ),
    "no factors": (
        "login/templates/factors.html",
        RESIDENT,
        {"passkeys": [], "code": False, "error": None, "outside": True, "connected": True},
    ),
    "ended": ("templates/ended.html", None, {"written": ["HTEST </textarea>"], "login": "/login?next=/x"}),
    "error": (
        "templates/error.html",
        None,
        {"title": "出错了", "text": "出错了", "action": None, "reference": "r"},
    ),
}


def show(name: str, language: str = "zh-CN", **more: Any) -> Html:
    template, reader, model = PAGES[name]
    return rendered(template, language, reader=reader, **model, **more)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_well_formed_labelled_and_small(name: str, language: str) -> None:
    page = show(name, language)
    assert len(page.text.encode()) < (40_000 if name.startswith("summary") else 34_000)
    assert page.all("html")[0]["lang"] == language
    assert [len(page.all(tag)) for tag in ("main", "h1", "header", "footer")] == [1, 1, 1, 1]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {attributes.get("for") for attributes in page.all("label")}
    for field in page.all("input"):
        assert field.get("type") == "hidden" or field["id"] in labelled
    for _, attributes in page.elements:
        named = f"{attributes.get('aria-labelledby', '')} {attributes.get('aria-describedby', '')}".split()
        assert set(named) <= set(ids)
        assert "style" not in attributes


@pytest.mark.parametrize("name", PAGES)
def test_every_form_posts_a_token_and_every_link_stays_here(name: str) -> None:
    page = show(name)
    forms = page.all("form")
    assert all(form["method"] == "post" for form in forms)
    tokens = [
        field for field in page.all("input") if field.get("name") == "csrf" and field["value"] == "t0ken"
    ]
    assert len(tokens) == len(forms) >= 1
    for link in page.all("a"):
        assert link["href"].startswith(("/", "#", "otpauth:"))


@pytest.mark.parametrize("name", PAGES)
def test_an_english_page_has_no_unmarked_chinese(name: str) -> None:
    text = show(name, "en").text
    outside = re.sub(r'<(\w+)[^>]*lang="zh-CN"[^>]*>.*?</\1>', "", text, flags=re.S)
    outside = re.sub(r'<span class="reader">.*?</span>|<[^>]*>', "", outside, flags=re.S)
    assert not re.findall("[\u4e00-\u9fff]+", outside)


def test_names_from_outside_are_only_text() -> None:
    for template, model in (
        (SUMMARY, {"summary": summary(HOSTILE, TODAY)}),
        (FILE, {"file": my_file(HOSTILE, TODAY)}),
    ):
        page = rendered(template, reader=DOCTOR, incomplete=False, apps=[], id="p", **PLAIN, **model)
        assert "onerror" in page.text
        assert not any("onerror" in attributes for _, attributes in page.elements)
        assert len(page.all("img")) == 1


def test_line_33_no_page_but_one_shows_a_whole_number_or_telephone() -> None:
    assert "510104195803129013" in show("whole number").text
    for name in PAGES.keys() - {"whole number"}:
        assert "510104195803129013" not in show(name).text
        assert "13800005678" not in show(name).text
