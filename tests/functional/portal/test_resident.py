"""A resident in a real browser, without JavaScript: the own record, and who looked at it."""

from playwright.async_api import BrowserContext, Page

from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import RESIDENT


async def test_reads_the_own_record_in_plain_words(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.wait_for_url("**/resident")
    text = await tab.inner_text("main")
    for expected in (
        "血糖高，伤到了肾",
        "（2型糖尿病性肾病）",
        "降血糖",
        "近两三个月平均的血糖",
        "比正常范围高",
        "流感疫苗",
        "胸部正侧位片",
    ):
        assert expected in text


async def test_sees_the_doctors_look_of_a_minute_ago(site: Site, context: BrowserContext, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    await context.clear_cookies()
    await log_in(tab, site, "wang")
    await tab.click("nav a[href='/resident/access']")
    await tab.wait_for_url("**/resident/access")
    looks = await tab.locator(".looks > li").all_inner_texts()
    assert "您本人" in looks[0]
    doctors = next(look for look in looks if "周敏" in look)
    for expected in ("芙蓉市第一人民医院", "医生", "诊疗", "整份档案", "已允许"):
        assert expected in doctors


async def test_has_no_doctors_pages(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    for path in ("/clinician", f"/clinician/patients/{RESIDENT}"):
        reply = await tab.goto(site.address + path)
        assert reply is not None
        assert reply.status == 403
    refused = await site.platform.archive.records([f"Patient/{RESIDENT}"], None, 10)
    assert all(record.agent.role == "resident" for record in refused)
