"""What single pages say, and to whom; nobody in them exists (HTEST)."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.portal.clinician.presenters import summary
from services.portal.page import environment
from services.portal.resident.access import looks
from services.portal.resident.presenters import my_file
from tests.support import people
from tests.unit.services.portal.html import DOCTOR, rendered
from tests.unit.services.portal.shares.pages import PAGES as SHARES
from tests.unit.services.portal.test_templates import FULL, PAGES, PAPER, PLAIN, SUMMARY, TODAY, show


def test_that_there_is_no_drug_allergy_stands_beside_one() -> None:
    none = people.allergy(days=5, code={"coding": [{"code": "409137002"}]})
    asked = people.health_file([*people.organizations(), people.patient(), people.allergy(days=5), none])
    told = {"summary": summary(asked, TODAY), "incomplete": False, "apps": [], "id": "p"}
    said = rendered(SUMMARY, reader=DOCTOR, **told, **PLAIN).text
    assert "青霉素" in said
    line = said.partition("已询问：无已知药物过敏")[2].partition("</li>")[0]
    assert "芙蓉市第一人民医院" in line
    assert "<time" in line


def test_results_that_are_cut_by_urgency_are_not_called_older() -> None:
    cut = replace(summary(FULL, TODAY), unlisted=7)
    told = {"summary": cut, "incomplete": False, "apps": [], "id": "p"}
    assert "另有 7 项结果没有在这里列出。" in rendered(SUMMARY, reader=DOCTOR, **told, **PLAIN).text


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


def test_a_file_that_is_shown_need_not_be_that_of_whoever_shows_it() -> None:
    template, _, model = SHARES["viewer"]
    assert not re.search(r"\btheir\b", rendered(template, "en", **model).text)


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
