"""Component tests: every page with full, empty and refused models, in both languages."""

import re
from dataclasses import replace
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
from services.portal.page import Mark, Reader, environment
from services.portal.resident.access import looks
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
    Alarm("b", "unheard of", "Another.", {}, MOMENT, MOMENT, 1, State.NONE, State.WAITING),
]
LINES = [
    Line(Review("r1", "famous", True, "k", "a", ("Patient/x",), 1, MOMENT, MOMENT), RECORDS[0], ""),
    Line(Review("r2", "many", False, "k", "a", (), 40, MOMENT, MOMENT, MOMENT, "a1"), None, "<b>问过了</b>"),
]
CHOSEN: dict[str, Any] = {
    "chosen": "Patient/y", "sealed": "s", "error": None, "role": role,
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
        EMERGENCY | {"person": found(FULL.patients, {}, TODAY)[0], "faults": {}, "open": ""},
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


def test_none_known_and_no_data_read_differently() -> None:
    none = people.allergy(code={"coding": [{"code": "716186003"}]})
    asked = people.health_file([*people.organizations(), people.patient(), none])
    told = {"summary": summary(asked, TODAY), "incomplete": False, "apps": [], "id": "p"}
    said = rendered(SUMMARY, reader=DOCTOR, **told, **PLAIN).text
    assert "已询问：无已知过敏" in said
    assert "没有过敏记录" not in said
    silent = show("summary of nobody").text
    assert "没有过敏记录：不等于没有过敏" in silent
    assert "无已知过敏" not in silent


@pytest.mark.parametrize(
    ("reference", "language", "said"),
    [
        ({"text": "阴性"}, "zh-CN", "没有写明是高是低。请对照后面的正常范围，或问医生。 正常范围 阴性"),
        (
            {"text": "阴性"},
            "en",
            "compare it with the normal range beside, or ask a doctor. Normal range Negative",
        ),
        ({"text": "按孕周"}, "en", "Normal range 按孕周"),
        ({"text": "0-5 IU/L"}, "zh-CN", "正常范围 0-5 IU/L"),
        ({}, "zh-CN", "这项结果没有写明正常范围。"),
    ],
)
def test_a_range_that_is_only_text_is_a_range(reference: dict[str, str], language: str, said: str) -> None:
    found = people.observation(
        "x-1", "HTEST", "3", "IU/L", 3, referenceRange=[reference] if reference else []
    )
    file = my_file(people.health_file([*people.organizations(), people.patient(), found]), TODAY)
    template, reader, model = PAGES["results"]
    page = rendered(template, language, reader=reader, **model | {"file": file, "pages": None})
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.text))
    assert said in shown
    assert ("没有写明正常范围" in shown) == (not reference and language == "zh-CN")
    assert "IU/L IU/L" not in shown
    assert ('<span lang="zh-CN">按孕周</span>' in page.text) == (reference.get("text") == "按孕周")


def test_a_chart_is_named_described_and_has_its_table() -> None:
    page = show("summary")
    charts = page.all("svg")
    assert charts
    for chart in charts:
        assert chart["role"] == "img"
        assert len(chart["aria-labelledby"].split()) == 2
    assert len(page.all("table")) >= len(charts)
    assert "从 2024-12-03 到 2026-08-25 共 8 次，最低 7.2，最高 9.1 %" in page.text


def test_the_own_look_a_refused_one_and_a_systems_are_told_apart() -> None:
    page = show("access")
    entries = [attributes["class"] for attributes in page.all("li") if "class" in attributes]
    assert entries.count("own") == entries.count("refused") == 1
    for expected in ("您本人", "已拒绝，没有看到内容", "医疗机构系统", "登记到诊并打开档案", "检查检验"):
        assert expected in page.text


def test_only_whoever_works_here_reads_of_doctors_and_of_his_houses_administrator() -> None:
    assert "以医生身份" not in show("hat of a relative").text
    assert "代别人看" in show("hat of a relative").text
    assert "以医生身份" in show("hat").text
    assert "机构的管理员" not in show("no factors").text
    assert "服务台" in show("no factors").text
    assert 'href="/resident"' in show("no factors").text
    assert "机构的管理员" in show("factors").text
    assert 'href="/clinician/apps"' in show("factors").text


def test_a_resident_is_asked_in_his_own_words_and_ticks_for_himself_what_goes_on_without_him() -> None:
    page = show("consent").text
    assert "您的档案" in page
    assert "有关这位居民的档案" not in page
    assert 'id="offline_access" checked' not in page
    before, details, behind = page.partition("技术名称")
    assert details
    assert "patient/*.rs" not in before
    assert "patient/*.rs" in behind


def test_a_print_names_a_house_only_where_there_is_one() -> None:
    template = environment("zh-CN").from_string(
        '{% from "templates/components/watermark.html" import printing %}{{ printing(mark) }}'
    )
    mark = PAPER["mark"]
    assert "机构" in template.render(mark=mark)
    assert "机构" not in template.render(mark=replace(mark, house=None))


def test_a_receipt_is_offered_once_the_day_is_sealed() -> None:
    template = environment("zh-CN").from_string(
        '{% from "resident/templates/looks.html" import look %}{{ look(each, true, receipts=true) }}'
    )
    of = looks(people.entries(), FULL.organizations)[1]
    assert "/receipt" in template.render(each=replace(of, when=of.when - timedelta(days=400)))
    fresh = template.render(each=replace(of, when=datetime.now(UTC)))
    assert "/receipt" not in fresh
    assert "明天起可以下载" in fresh
