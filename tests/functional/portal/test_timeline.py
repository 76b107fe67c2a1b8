"""The timeline and a long series in a real browser, without JavaScript."""

from typing import Any

from playwright.async_api import Page

from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import RESIDENT, STRANGER
from tests.support import axe

SUMMARY = f"/clinician/patients/{RESIDENT}"


async def _status(tab: Page, site: Site, path: str) -> int:
    return (await tab.context.request.get(f"{site.address}{path}")).status


async def test_the_timeline_is_reached_filtered_and_its_address_says_nothing(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}{SUMMARY}")
    await tab.click("nav.tabs a[href$=timeline]")
    text = await tab.inner_text("main")
    for expected in ("胸部正侧位片", "流感疫苗", "2型糖尿病性肾病", "阿司匹林肠溶片", "处方", "门诊"):
        assert expected in text
    await tab.select_option("#kind", "visit")
    await tab.select_option("#house", "石桥中心卫生院")
    await tab.click(".filters button")
    await tab.wait_for_selector("text=符合的 1 条")
    assert "慢性阻塞性肺疾病急性加重" in await tab.inner_text("ol.lines")
    assert "visit" not in tab.url.partition("?")[2]
    assert await tab.input_value("#kind") == "visit"
    await tab.fill("#until", "1990-01-01")
    await tab.click(".filters button")
    await tab.wait_for_selector("text=没有符合筛选的记录")
    await tab.click("text=显示全部")
    await tab.wait_for_selector("text=胸部正侧位片")


async def test_a_strangers_timeline_and_series_are_as_unknown(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    for end in ("timeline", "results/0123456789abcdef0123"):
        for id in (STRANGER, "nobody"):
            assert await _status(tab, site, f"/clinician/patients/{id}/{end}") == 404
    records = await site.platform.archive.records([f"Patient/{STRANGER}"], None, 10)
    assert {record.outcome.name for record in records} == {"REFUSED"}
    assert await _status(tab, site, f"{SUMMARY}/results/0123456789abcdef0123") == 404


async def test_a_series_has_a_page_with_chart_and_table(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}{SUMMARY}")
    await tab.click(".results .result details.inline > summary >> nth=0")
    await tab.click(".results .result details[open] a")
    await tab.wait_for_selector("svg.chart title", state="attached")
    rows, dots = (
        await tab.locator("table.readings tbody tr").count(),
        await tab.locator(".chart .dot").count(),
    )
    assert rows == dots > 1


async def test_what_was_done_elsewhere_is_told_in_words(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}{SUMMARY}")
    done = await tab.locator(".done").all_inner_texts()
    assert any("天内一般不必重做" in each for each in done)
    assert not all("天内一般不必重做" in each for each in done), "what is high may want repeating"


async def test_the_pages_of_a_resident_are_accessible_and_small(site: Site, scripted: Page) -> None:
    await log_in(scripted, site, "doctor")
    for path in (SUMMARY, f"{SUMMARY}/timeline"):
        reply = await scripted.goto(f"{site.address}{path}")
        assert reply is not None
        assert len(await reply.body()) <= 50_000
        assert await axe.violations(scripted) == [], path
    await scripted.goto(f"{site.address}{SUMMARY}")
    href = await scripted.locator(".results a").first.get_attribute("href")
    await scripted.goto(f"{site.address}{href}")
    assert await axe.violations(scripted) == []


async def test_what_was_withdrawn_is_said_in_the_timeline(site: Site, tab: Page) -> None:
    subject = {"subject": {"reference": f"Patient/{RESIDENT}"}}
    wrong = subject | {
        "resourceType": "Observation", "id": "htest-troponin", "status": "entered-in-error",
        "code": {"text": "HTEST 肌钙蛋白"}, "valueQuantity": {"value": 9.9},
        "effectiveDateTime": "2026-11-20",
    }  # fmt: skip
    report = subject | {
        "resourceType": "DiagnosticReport", "id": "htest-enzymes", "status": "final",
        "code": {"text": "HTEST 心肌酶"}, "effectiveDateTime": "2026-11-20",
        "result": [{"reference": "Observation/htest-troponin"}],
    }  # fmt: skip

    async def work(tx: Any) -> None:
        tx.put(wrong)
        tx.put(report)

    await site.platform.store.resources.transact(work)
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}{SUMMARY}/timeline")
    assert "有结果已作废" in await tab.inner_text("li:has-text('HTEST 心肌酶')")
    await tab.click("text=HTEST 心肌酶")
    await tab.wait_for_selector("#withdrawn")
    assert "HTEST 肌钙蛋白 已作废 2026-11-20" in " ".join((text := await tab.inner_text("main")).split())
    assert "9.9" not in text
