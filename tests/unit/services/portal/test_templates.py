"""Component tests: every page with full, empty and refused models, in both languages."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.portal.clinician.presenters import found, summary
from services.portal.console.maps import OpenCode, Version
from services.portal.console.presenters import feed
from services.portal.page import Reader
from services.portal.resident.access import looks
from services.portal.resident.presenters import my_file
from tests.unit.services.portal import people
from tests.unit.services.portal.html import DOCTOR, RESIDENT, Html, rendered

FULL, EMPTY, TODAY = people.five_diseases(), people.nobody_knows(), people.TODAY
HOSTILE = people.health_file([people.patient(name=[{"text": "<img src=x onerror=alert(1)>"}])])
STEWARD = Reader("演示数据管理员", "steward")
SUMMARY, FILE, ACCESS = (
    "clinician/templates/summary.html",
    "resident/templates/file.html",
    "resident/templates/access.html",
)
SEARCH, STEP = "clinician/templates/search.html", {"error": "账号、密码或验证码不对。", "next": "/"}
LOOKS = looks(people.entries(), FULL.organizations)

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

MAPS: dict[str, Any] = {
    "source": "<img src=x>", "shipped": "0123", "version": "4567", "fault": True, "concept_maps": 1,
    "versions": [Version(2, "", NOW, "<b>", 1), Version(1, "2026-11", NOW, "", None)], "total": 2,
    "codes": [OpenCode("t", "urn:x", "<i>", "OBX-3", 3, 1), OpenCode("u", "", "", "", 1, 0)], "steward": True,
}  # fmt: skip

PAGES: dict[str, tuple[str, Reader | None, dict[str, Any]]] = {
    "summary": (SUMMARY, DOCTOR, {"summary": summary(FULL, TODAY), "incomplete": True}),
    "summary of nobody": (SUMMARY, DOCTOR, {"summary": summary(EMPTY, TODAY), "incomplete": False}),
    "search": (SEARCH, DOCTOR, {"query": "", "people": None, "more": False, "arrival_error": None}),
    "found": (
        SEARCH,
        DOCTOR,
        {
            "query": "王",
            "people": found(FULL.patients, {}, TODAY),
            "more": True,
            "arrival_error": "密码太短。",
        },
    ),
    "found nobody": (SEARCH, DOCTOR, {"query": "王", "people": [], "more": False, "arrival_error": None}),
    "file": (FILE, RESIDENT, {"file": my_file(FULL, TODAY), "incomplete": True}),
    "file of nobody": (FILE, RESIDENT, {"file": my_file(EMPTY, TODAY), "incomplete": False}),
    "access": (ACCESS, RESIDENT, {"looks": LOOKS, "older": "/resident/access?count=100"}),
    "access of nobody": (ACCESS, RESIDENT, {"looks": [], "older": None}),
    "feeds": ("console/templates/feeds.html", STEWARD, {"feeds": FEEDS}),
    "maps": ("console/templates/maps.html", STEWARD, MAPS),
    "no maps": ("console/templates/maps.html", STEWARD, MAPS | {"versions": [], "codes": [], "total": 0}),
    "no feeds": ("console/templates/feeds.html", STEWARD, {"feeds": []}),
    "login": ("login/templates/login.html", None, STEP | {"notice": "您已退出。", "login": "<a>"}),
    "factor": ("login/templates/factor.html", None, STEP),
    "enrol": ("login/templates/enrol.html", None, STEP | {"secret": "ABCD", "uri": "otpauth://totp/x"}),
    "password": ("login/templates/password.html", None, STEP),
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
    assert len(page.text.encode()) < 34_000
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
        page = rendered(template, reader=DOCTOR, incomplete=False, **model)
        assert "onerror" in page.text
        assert not any("onerror" in attributes for _, attributes in page.elements)
        assert len(page.all("img")) == 1


def test_no_page_shows_a_whole_number_or_telephone() -> None:
    for name in PAGES:
        assert "510104195803129013" not in show(name).text
        assert "13800005678" not in show(name).text


def test_none_known_and_no_data_read_differently() -> None:
    none = people.allergy(code={"coding": [{"code": "716186003"}]})
    asked = people.health_file([*people.organizations(), people.patient(), none])
    said = rendered(SUMMARY, reader=DOCTOR, summary=summary(asked, TODAY), incomplete=False).text
    assert "已询问：无已知过敏" in said
    assert "没有过敏记录" not in said
    silent = show("summary of nobody").text
    assert "没有过敏记录：不等于没有过敏" in silent
    assert "无已知过敏" not in silent


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
